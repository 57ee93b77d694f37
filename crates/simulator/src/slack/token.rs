use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use serde::Deserialize;

/// Whose token it is; the prefix of a real one tells the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// `xoxb-`: sees the channels its bot is in.
    Bot,
    /// `xoxp-`: sees what its user sees, and may search.
    User,
}

/// A token of the world and what it may do.
#[derive(Clone, Deserialize)]
pub struct Token {
    /// The secret text.
    pub token: String,
    /// Bot or user.
    pub kind: TokenKind,
    /// The user (of a bot: its bot user) it acts as.
    pub user_id: String,
    /// The bot, for bot tokens.
    #[serde(default)]
    pub bot_id: Option<String>,
    /// The app it was issued to.
    #[serde(default)]
    pub app_id: Option<String>,
    /// Granted scopes.
    pub scopes: BTreeSet<String>,
    /// What refreshes it, for apps with token rotation.
    #[serde(default)]
    pub refresh_token: Option<String>,
    /// When it expires by itself.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Revoked: `token_revoked` from now on.
    #[serde(default)]
    pub revoked: bool,
}

impl Token {
    /// A token with these scopes and nothing else set.
    pub fn new(kind: TokenKind, token: &str, user_id: &str, scopes: &[&str]) -> Self {
        Token {
            token: token.to_owned(),
            kind,
            user_id: user_id.to_owned(),
            bot_id: None,
            app_id: None,
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            refresh_token: None,
            expires_at: None,
            revoked: false,
        }
    }

    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.contains(scope)
    }

    pub(crate) fn scope_list(&self) -> String {
        self.scopes.iter().map(String::as_str).collect::<Vec<_>>().join(",")
    }

    /// Who it is to budgets and cursors: a refreshed token is the same.
    pub(crate) fn identity(&self) -> String {
        format!("{}:{}", self.app_id.as_deref().unwrap_or(""), self.user_id)
    }
}

/// Never shows the secrets.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("kind", &self.kind)
            .field("user_id", &self.user_id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
