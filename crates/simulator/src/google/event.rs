use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Google, GoogleSettings, full_scope};

/// Something that happens to what Google has authorised: in a scenario (`do = "google.revoke"`), by `POST /_sim/event`, or in a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum GoogleEvent {
    /// The user takes the app's access away: refresh tokens and everything made from them are refused from now on; all, unless one is named.
    Revoke {
        /// A refresh token.
        token: Option<String>,
    },
    /// The user changes the password: all tokens with a scope of Gmail's end, the others stay.
    ChangePassword {},
    /// All access tokens given so far expire; refresh tokens stay.
    ExpireAccess {},
    /// Tokens and codes lose this scope, as if the user had never ticked it.
    RemoveScope {
        /// In full or short.
        scope: String,
    },
    /// The double is set otherwise.
    Set(GoogleSettings),
}

impl Google {
    /// Lets an event happen.
    pub fn apply(&mut self, event: &GoogleEvent, now: Timestamp) {
        match event {
            GoogleEvent::Revoke { token } => self.revoke(|t| token.as_ref().is_none_or(|wanted| *wanted == t.token)),
            GoogleEvent::ChangePassword {} => {
                self.revoke(|t| t.scopes.iter().any(|s| super::short_scope(s).starts_with("gmail.") || s == super::MAIL));
            }
            GoogleEvent::ExpireAccess {} => self.access.iter_mut().for_each(|t| t.expires_at = t.expires_at.min(now)),
            GoogleEvent::RemoveScope { scope } => {
                let scope = full_scope(scope);
                self.refresh.iter_mut().for_each(|t| _ = t.scopes.remove(&scope));
                self.access.iter_mut().for_each(|t| _ = t.scopes.remove(&scope));
                self.codes.iter_mut().for_each(|c| _ = c.scopes.remove(&scope));
            }
            GoogleEvent::Set(settings) => self.set(settings),
        }
    }
}
