use serde::{Deserialize, Serialize};

use super::GongWorld;

/// Requests a company may send, over all of its keys and tokens together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GongLimits {
    /// In any window of one second.
    pub per_second: usize,
    /// On any day, which here is a day in UTC: Gong does not say how it counts, and this is strict where its midnight is another.
    pub per_day: u64,
}

impl GongLimits {
    /// "By default Gong limits your company's access to the service to 3 API calls per second, and 10,000 API calls per day."
    pub const PUBLISHED: GongLimits = GongLimits { per_second: 3, per_day: 10_000 };
}

/// What becomes of requests to the host that all companies share (`https://api.gong.io`), of a company that has a host of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regional {
    /// They are answered.
    #[default]
    Off,
    /// The key is refused there, as one that does not exist.
    Refuse,
    /// They are redirected (307) to the company's host.
    Redirect,
}

/// What a scenario or an event sets of a [`GongWorld`]; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GongSettings {
    /// Limits on: so many requests a second; 3 if only `per_day` is given.
    pub per_second: Option<usize>,
    /// Limits on: so many requests a day; 10,000 if only `per_second` is given.
    pub per_day: Option<u64>,
    /// Records on a page.
    pub page_size: Option<usize>,
    /// How long a cursor is good.
    pub cursor_seconds: Option<i64>,
    /// Whether the shared host serves this company.
    pub regional: Option<Regional>,
}

impl GongWorld {
    /// Takes settings over.
    pub fn set(&mut self, settings: &GongSettings) {
        if settings.per_second.is_some() || settings.per_day.is_some() {
            let before = self.limits.unwrap_or(GongLimits::PUBLISHED);
            self.limits = Some(GongLimits {
                per_second: settings.per_second.unwrap_or(before.per_second),
                per_day: settings.per_day.unwrap_or(before.per_day),
            });
        }
        self.page_size = settings.page_size.unwrap_or(self.page_size).max(1);
        self.cursor_seconds = settings.cursor_seconds.unwrap_or(self.cursor_seconds);
        self.regional = settings.regional.unwrap_or(self.regional);
    }
}
