use std::{collections::BTreeSet, fmt};

use jiff::Timestamp;
use serde::Deserialize;

/// An access key and its secret, for `Authorization: Basic`.
#[derive(Clone, Deserialize)]
pub struct AccessKey {
    /// The user of Basic authorization.
    pub key: String,
    /// The password.
    pub secret: String,
    /// What it may do; nothing for everything, as Gong's keys carry no scopes.
    #[serde(default)]
    pub scopes: Option<BTreeSet<String>>,
    /// Revoked: refused as unknown.
    #[serde(default)]
    pub revoked: bool,
    /// It has a list of trusted addresses, and ours is not on it.
    #[serde(default)]
    pub ip_blocked: bool,
    /// A key may have a time to live.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// A token of an app, for `Authorization: Bearer`.
#[derive(Clone, Deserialize)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// Revoked: refused as unknown.
    #[serde(default)]
    pub revoked: bool,
    /// Ours is no trusted address.
    #[serde(default)]
    pub ip_blocked: bool,
    /// Tokens live a day.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl AccessKey {
    /// A key that may do everything.
    pub fn new(key: &str, secret: &str) -> Self {
        AccessKey { key: key.to_owned(), secret: secret.to_owned(), scopes: None, revoked: false, ip_blocked: false, expires_at: None }
    }
}

impl AccessToken {
    /// A token with these scopes.
    pub fn new(token: &str, scopes: &[&str]) -> Self {
        AccessToken {
            token: token.to_owned(),
            scopes: scopes.iter().map(|s| (*s).to_owned()).collect(),
            revoked: false,
            ip_blocked: false,
            expires_at: None,
        }
    }
}

/// Never shows the secret.
impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("scopes", &self.scopes).field("revoked", &self.revoked).finish_non_exhaustive()
    }
}

/// Never shows the secret.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("scopes", &self.scopes).field("revoked", &self.revoked).finish_non_exhaustive()
    }
}

/// What a request was allowed; no scopes for everything.
pub(crate) struct Grant(pub(crate) Option<BTreeSet<String>>);

impl Grant {
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.0.as_ref().is_none_or(|scopes| scopes.contains(scope))
    }
}
