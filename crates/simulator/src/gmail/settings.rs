use serde::{Deserialize, Serialize};

use super::GmailWorld;

/// "6,000 units per minute per user per project", for projects that are new since May 2026.
const PER_MINUTE: u64 = 6_000;
/// A history id is "typically valid for at least a week".
const HISTORY_SECONDS: i64 = 7 * 86_400;

/// Which table of units holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Costs {
    /// Since May 2026: a message 20, a thread 40.
    #[default]
    New,
    /// Of projects from before: a message 5, a thread 10.
    Old,
}

/// How a rate error looks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateShape {
    /// 429 with `RESOURCE_EXHAUSTED` and `rateLimitExceeded`.
    #[default]
    Exhausted,
    /// 403 with `userRateLimitExceeded`.
    Forbidden,
    /// Now one, now the other.
    Mixed,
}

/// Where a rate error says how long to wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetryHint {
    /// Nowhere: none is promised.
    #[default]
    None,
    /// In the text: `Retry after 2026-11-24T10:00:00.000Z`.
    Text,
    /// In `Retry-After`.
    Header,
    /// In both.
    Both,
}

/// How the double behaves where Google leaves it open.
#[derive(Debug, Clone)]
pub(crate) struct Manner {
    /// Units in any minute; none for no limits.
    pub(crate) per_minute: Option<u64>,
    pub(crate) costs: Costs,
    pub(crate) rate_shape: RateShape,
    pub(crate) retry_hint: RetryHint,
    /// Requests under way at once, also inside a batch.
    pub(crate) concurrent: Option<usize>,
    pub(crate) unpadded: bool,
    pub(crate) shuffle: bool,
    pub(crate) page_size: usize,
    pub(crate) cursor_seconds: i64,
    pub(crate) history_seconds: i64,
    pub(crate) query_max: Option<usize>,
}

impl Default for Manner {
    fn default() -> Self {
        Manner {
            per_minute: None,
            costs: Costs::New,
            rate_shape: RateShape::Exhausted,
            retry_hint: RetryHint::None,
            concurrent: None,
            unpadded: false,
            shuffle: false,
            page_size: 500,
            cursor_seconds: 86_400,
            history_seconds: HISTORY_SECONDS,
            query_max: None,
        }
    }
}

/// What a scenario or an event sets of a [`GmailWorld`], as its table `[gmail]`; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GmailSettings {
    /// Limits on: so many units in any minute.
    pub per_minute: Option<u64>,
    /// Which table of units holds.
    pub costs: Option<Costs>,
    /// How a rate error looks.
    pub rate_shape: Option<RateShape>,
    /// Where a rate error says how long to wait.
    pub retry_hint: Option<RetryHint>,
    /// So many requests at once, also inside a batch; of more, the rest is told "Too many concurrent requests for user".
    pub concurrent: Option<usize>,
    /// base64url without `=` at its end.
    pub unpadded: Option<bool>,
    /// The parts of a batch's answer stand in any order.
    pub shuffle: Option<bool>,
    /// At most so many items on a page, whatever is asked for.
    pub page_size: Option<usize>,
    /// How long a page token is good.
    pub cursor_seconds: Option<i64>,
    /// How long an id of the history is good.
    pub history_seconds: Option<i64>,
    /// Longer queries are refused.
    pub query_max: Option<usize>,
}

impl GmailWorld {
    /// The limit that Google publishes: 6,000 units in any minute.
    pub const PER_MINUTE: u64 = PER_MINUTE;

    /// Takes settings over.
    pub fn set(&mut self, to: &GmailSettings) {
        let m = &mut self.manner;
        m.per_minute = to.per_minute.or(m.per_minute);
        m.costs = to.costs.unwrap_or(m.costs);
        m.rate_shape = to.rate_shape.unwrap_or(m.rate_shape);
        m.retry_hint = to.retry_hint.unwrap_or(m.retry_hint);
        m.concurrent = to.concurrent.or(m.concurrent);
        m.unpadded = to.unpadded.unwrap_or(m.unpadded);
        m.shuffle = to.shuffle.unwrap_or(m.shuffle);
        m.page_size = to.page_size.unwrap_or(m.page_size).max(1);
        m.cursor_seconds = to.cursor_seconds.unwrap_or(m.cursor_seconds);
        m.history_seconds = to.history_seconds.unwrap_or(m.history_seconds);
        m.query_max = to.query_max.or(m.query_max);
    }

    /// Limits on, or off.
    pub fn set_limit(&mut self, per_minute: Option<u64>) {
        self.manner.per_minute = per_minute;
    }
}
