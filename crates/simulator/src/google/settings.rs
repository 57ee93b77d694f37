use serde::{Deserialize, Serialize};

use super::{Google, full_scope};

/// What the user answers when asked for consent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Yes.
    #[default]
    Grant,
    /// No: the redirect carries `error=access_denied`.
    Deny,
}

/// What a scenario or an event sets of a [`Google`], as its table `[google]`; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GoogleSettings {
    /// The user's answer.
    pub consent: Option<Consent>,
    /// The user ticks only these scopes, in full or short; an empty list for all that are asked for.
    pub granted: Option<Vec<String>>,
    /// Every refresh gives a new refresh token and ends the one that was used.
    pub rotate: Option<bool>,
    /// The consent screen is external and in testing: refresh tokens die after seven days.
    pub testing: Option<bool>,
    /// How long an access token is good, in seconds; 3599 unless set.
    pub access_seconds: Option<i64>,
    /// How many refresh tokens a user and client may have; beyond that the oldest dies silently. 100 unless set.
    pub live_tokens: Option<usize>,
}

impl Google {
    /// Takes settings over.
    pub fn set(&mut self, to: &GoogleSettings) {
        self.consent = to.consent.unwrap_or(self.consent);
        if let Some(granted) = &to.granted {
            self.granted = granted.iter().map(|s| full_scope(s)).collect();
        }
        self.rotate = to.rotate.unwrap_or(self.rotate);
        self.testing = to.testing.unwrap_or(self.testing);
        self.access_seconds = to.access_seconds.unwrap_or(self.access_seconds);
        self.live_tokens = to.live_tokens.unwrap_or(self.live_tokens).max(1);
    }
}
