use std::{collections::BTreeSet, fmt};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Consent, full_scope};

/// How long an access token is good unless set: Google says 3599.
const ACCESS_SECONDS: i64 = 3599;
/// "A token for an external app in testing expires in 7 days."
const TESTING_DAYS: i64 = 7;
/// A refresh token that nobody uses for six months dies.
const UNUSED_DAYS: i64 = 180;

/// An app that asks for access: a client of type "Desktop".
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoogleClient {
    /// `NUMBER-….apps.googleusercontent.com`.
    pub id: String,
    /// Demanded, though a desktop app can't keep it.
    pub secret: String,
}

/// A service account with authority over a whole domain.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAccount {
    /// Its address, the `iss` of its assertions.
    pub client_email: String,
    /// Its RSA key as PEM, either form.
    pub public_key: String,
    /// The domain whose people it may act as.
    pub domain: String,
    /// What an administrator lets it do, in full or short.
    pub scopes: Vec<String>,
}

/// Never shows the secret.
impl fmt::Debug for GoogleClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GoogleClient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount").field("client_email", &self.client_email).field("domain", &self.domain).finish_non_exhaustive()
    }
}

#[derive(Clone)]
pub(super) struct Refresh {
    pub(super) token: String,
    pub(super) client: String,
    pub(super) scopes: BTreeSet<String>,
    pub(super) revoked: bool,
    /// None: since always.
    pub(super) issued_at: Option<Timestamp>,
    pub(super) used_at: Option<Timestamp>,
}

#[derive(Clone)]
pub(super) struct Access {
    pub(super) token: String,
    pub(super) scopes: BTreeSet<String>,
    pub(super) expires_at: Timestamp,
    /// The refresh token it was made from: with that it ends.
    pub(super) of: Option<String>,
}

#[derive(Clone)]
pub(super) struct Code {
    pub(super) code: String,
    pub(super) client: String,
    pub(super) redirect: String,
    pub(super) challenge: String,
    pub(super) scopes: BTreeSet<String>,
    /// Whether a refresh token comes with it.
    pub(super) lasting: bool,
    pub(super) until: Timestamp,
    /// The refresh token that it was exchanged for, and whether it was.
    pub(super) used: Option<Option<String>>,
}

/// What Google's authorisation knows of one user. It is a part of a [`GmailWorld`](crate::GmailWorld).
#[derive(Clone)]
pub struct Google {
    pub(super) clients: Vec<GoogleClient>,
    pub(super) services: Vec<ServiceAccount>,
    pub(super) refresh: Vec<Refresh>,
    pub(super) access: Vec<Access>,
    pub(super) codes: Vec<Code>,
    /// Clients that have had a user's consent before.
    pub(super) consented: BTreeSet<String>,
    pub(super) consent: Consent,
    /// Empty for everything that is asked for.
    pub(super) granted: BTreeSet<String>,
    pub(super) rotate: bool,
    pub(super) testing: bool,
    pub(super) access_seconds: i64,
    pub(super) live_tokens: usize,
    made: u64,
}

impl Default for Google {
    fn default() -> Self {
        Google {
            clients: Vec::new(),
            services: Vec::new(),
            refresh: Vec::new(),
            access: Vec::new(),
            codes: Vec::new(),
            consented: BTreeSet::new(),
            consent: Consent::Grant,
            granted: BTreeSet::new(),
            rotate: false,
            testing: false,
            access_seconds: ACCESS_SECONDS,
            live_tokens: 100,
            made: 0,
        }
    }
}

/// Counts only: it holds tokens.
impl fmt::Debug for Google {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Google").field("clients", &self.clients).field("refresh", &self.refresh.len()).finish_non_exhaustive()
    }
}

impl Google {
    /// Adds an app, or replaces the one of the same id.
    pub fn add_client(&mut self, client: GoogleClient) {
        self.clients.retain(|c| c.id != client.id);
        self.clients.push(client);
    }

    /// Adds a service account, or replaces the one of the same address.
    pub fn add_service_account(&mut self, account: ServiceAccount) {
        self.services.retain(|s| s.client_email != account.client_email);
        self.services.push(account);
    }

    /// Adds a refresh token that the first app was given long ago; its user's consent is known.
    pub fn add_refresh_token(&mut self, token: &str, scopes: &[&str]) {
        let client = self.clients.first().map(|c| c.id.clone()).unwrap_or_default();
        self.consented.insert(client.clone());
        let scopes = scopes.iter().map(|s| full_scope(s)).collect();
        self.refresh.push(Refresh { token: token.to_owned(), client, scopes, revoked: false, issued_at: None, used_at: None });
    }

    /// Makes an access token with these scopes, in full or short, that is good for the usual time.
    pub fn access_token(&mut self, scopes: &[&str], now: Timestamp) -> String {
        let scopes = scopes.iter().map(|s| full_scope(s)).collect();
        self.give_access(scopes, None, now)
    }

    /// The first app.
    pub fn client(&self) -> Option<&GoogleClient> {
        self.clients.first()
    }

    /// The first refresh token that is not revoked.
    pub fn refresh_token(&self) -> Option<&str> {
        self.refresh.iter().find(|t| !t.revoked).map(|t| t.token.as_str())
    }

    /// The scopes of an access token, in full; none if it is not good (any more).
    pub(crate) fn scopes(&self, token: &str, now: Timestamp) -> Option<BTreeSet<String>> {
        let access = self.access.iter().find(|t| t.token == token && now < t.expires_at)?;
        let live = access.of.as_ref().is_none_or(|of| self.refresh.iter().any(|r| r.token == *of && !r.revoked));
        live.then(|| access.scopes.clone())
    }

    /// An access token expires now; whether it was one.
    pub(crate) fn expire(&mut self, token: &str, now: Timestamp) {
        self.access.iter_mut().filter(|t| t.token == token).for_each(|t| t.expires_at = now);
    }

    pub(super) fn revoke(&mut self, which: impl Fn(&Refresh) -> bool) {
        self.refresh.iter_mut().filter(|t| which(t)).for_each(|t| t.revoked = true);
    }

    pub(super) fn give_access(&mut self, scopes: BTreeSet<String>, of: Option<String>, now: Timestamp) -> String {
        let token = self.secret("ya29.a0", 48);
        let expires_at = now.checked_add(SignedDuration::from_secs(self.access_seconds)).unwrap_or(Timestamp::MAX);
        self.access.retain(|t| now < t.expires_at);
        self.access.push(Access { token: token.clone(), scopes, expires_at, of });
        token
    }

    /// A new refresh token; of too many the oldest dies silently.
    pub(super) fn give_refresh(&mut self, client: &str, scopes: BTreeSet<String>, now: Timestamp) -> String {
        let token = self.secret("1//0g", 32);
        self.refresh.push(Refresh {
            token: token.clone(),
            client: client.to_owned(),
            scopes,
            revoked: false,
            issued_at: Some(now),
            used_at: Some(now),
        });
        let live = self.refresh.iter().filter(|t| t.client == client && !t.revoked).count();
        let over = live.saturating_sub(self.live_tokens);
        self.refresh.iter_mut().filter(|t| t.client == client && !t.revoked).take(over).for_each(|t| t.revoked = true);
        token
    }

    /// Whether a refresh token is dead of age.
    pub(super) fn aged(&self, token: &Refresh, now: Timestamp) -> bool {
        let days = |since: Option<Timestamp>| since.map_or(0, |at| now.duration_since(at).as_hours() / 24);
        (self.testing && days(token.issued_at) >= TESTING_DAYS) || days(token.used_at) >= UNUSED_DAYS
    }

    /// A text that nobody has had before. The same world makes the same ones.
    pub(super) fn secret(&mut self, prefix: &str, length: usize) -> String {
        self.made += 1;
        let mut text = String::new();
        for block in 0..length.div_ceil(43) {
            text.push_str(&URL_SAFE_NO_PAD.encode(Sha256::digest(format!("google\n{prefix}\n{}\n{block}", self.made))));
        }
        text.truncate(length);
        format!("{prefix}{text}")
    }
}
