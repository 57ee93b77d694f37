//! Which token to send, and renewing it: early, and by one process at a time.
//!
//! An access token lives an hour. The refresh token stays the same for months unless Google gives another one, which is then saved before it
//! is used.

use jiff::{SignedDuration, Timestamp};
use sales_model::ContentHash;
use sales_transport::{Secret, TokenPair, lock_account};
use secrecy::ExposeSecret as _;

use super::{
    errors::{self, Failure},
    oauth::{self, Answer},
    service,
    wire::TokenRefusal,
};
use crate::{ConnectorError, Cx, Retry};

/// Renewed this long before it expires: longer than an answer may take.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// A token with what it may do.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) token: Secret,
    /// Scopes as Google told them; `None` if it did not.
    pub(crate) scope: Option<String>,
}

impl From<&TokenPair> for Access {
    fn from(pair: &TokenPair) -> Self {
        Access { token: pair.access.clone(), scope: pair.scope.clone() }
    }
}

/// Fingerprint of what the user gave: a stored pair that was made from something else is not used.
fn given(cx: &Cx) -> Option<String> {
    match service::file(cx) {
        Some(file) => {
            let user = cx.credentials.secrets.get(service::USER).map(|s| s.expose_secret()).unwrap_or_default();
            Some(format!("{:?}", ContentHash::of(format!("{user}\n{}", file.expose_secret()).as_bytes())))
        }
        None => oauth::given(cx),
    }
}

/// Whether the user put another credential in place since the pair was stored. Whoever signed in without one has none to compare.
fn outdated(cx: &Cx, pair: &TokenPair) -> bool {
    match service::file(cx) {
        Some(_) => given(cx) != pair.given,
        None => {
            given(cx).zip(pair.given.as_ref()).is_some_and(|(now, then)| now != *then)
                || (pair.refresh.is_none() && given(cx) != pair.given)
        }
    }
}

fn stored(cx: &Cx) -> Result<Option<TokenPair>, Failure> {
    cx.tokens.load(&cx.account).map_err(errors::port)
}

/// The token to send now.
pub(crate) async fn access(cx: &Cx) -> Result<Access, Failure> {
    let Some(pair) = stored(cx)?.filter(|pair| !outdated(cx, pair)) else {
        return renew(cx, None).await;
    };
    let now = cx.timer.now();
    let left = |at: Timestamp| at.duration_since(now);
    if pair.expires_at.is_some_and(|at| left(at) > EARLY) {
        return Ok(Access::from(&pair));
    }
    match renew(cx, Some(&pair.access)).await {
        // Still good for a moment: what went wrong may pass.
        Err(f) if pair.expires_at.is_some_and(|at| left(at).is_positive()) && !matches!(&f, Failure::Told(e) if e.auth) => {
            Ok(Access::from(&pair))
        }
        other => other,
    }
}

/// A new token in place of one that was refused or is about to expire (`used`), unless another process got one meanwhile.
pub(crate) async fn renew(cx: &Cx, used: Option<&Secret>) -> Result<Access, Failure> {
    let _lock = lock_account(cx.tokens.clone(), cx.account.clone()).await.map_err(errors::port)?;
    let pair = stored(cx)?;
    let now = cx.timer.now();
    if let Some(pair) = pair.as_ref().filter(|pair| !outdated(cx, pair))
        && used.is_none_or(|used| used.expose_secret() != pair.access.expose_secret())
        && pair.expires_at.is_some_and(|at| at.duration_since(now) > EARLY)
    {
        return Ok(Access::from(pair));
    }
    let new = match service::file(cx) {
        Some(file) => service::token(cx, file, given(cx)).await?,
        None => refreshed(cx, pair).await?,
    };
    cx.tokens.save(&cx.account, &new).map_err(errors::port)?;
    Ok(Access::from(&new))
}

/// A new pair by refresh token: the stored one, or the user's own where it is newer or the stored one died.
async fn refreshed(cx: &Cx, stored: Option<TokenPair>) -> Result<TokenPair, Failure> {
    let own = cx.credentials.secrets.get("GMAIL_REFRESH_TOKEN").filter(|s| !s.expose_secret().trim().is_empty()).cloned();
    let since = stored.as_ref().and_then(|p| p.since);
    let before = stored.as_ref().and_then(|p| p.given.clone());
    let newer = stored.as_ref().is_some_and(|p| outdated(cx, p));
    let kept = stored.and_then(|p| p.refresh).map(|token| (token, since));
    let mut candidates: Vec<(Secret, Option<Timestamp>)> = kept.into_iter().chain(own.map(|token| (token, None))).collect();
    if newer {
        candidates.reverse();
    }
    candidates.dedup_by(|a, b| a.0.expose_secret() == b.0.expose_secret());
    let (id, client_secret) = oauth::client(cx)?;
    let mut dead = None;
    for (refresh, since) in candidates {
        let form = vec![
            ("client_id", id.clone()),
            ("client_secret", client_secret.clone()),
            ("grant_type", Secret::from("refresh_token")),
            ("refresh_token", refresh.clone()),
        ];
        match oauth::send(cx, form, true).await? {
            Answer::Token(token) => {
                let pair = oauth::pair(token, cx.timer.now(), given(cx).or(before), Some(refresh))?;
                return Ok(TokenPair { since, ..pair });
            }
            Answer::Refused(refusal) if refusal.error == "invalid_grant" => {
                dead = dead.or_else(|| Some(died(cx, &refusal, since)));
            }
            Answer::Refused(refusal) => return Err(oauth::refused(&refusal, "the stored sign-in").into()),
        }
    }
    Err(dead.unwrap_or_else(|| not_signed_in(cx)).into())
}

/// The command that signs in for this account.
pub(crate) fn login(cx: &Cx) -> String {
    match cx.account.name.as_str() {
        "default" => "sales auth login email".to_owned(),
        name => format!("sales auth login email --account {name}"),
    }
}

fn not_signed_in(cx: &Cx) -> ConnectorError {
    ConnectorError {
        what: "Gmail".into(),
        why: "nobody has signed in yet".into(),
        hint: format!("{} (on a server without a browser: set GMAIL_REFRESH_TOKEN)", login(cx)),
        retry: Retry::StopAccount,
        auth: true,
    }
}

/// Why a refresh token is not good any more. Google says the same words for nearly all reasons; how long ago somebody signed in tells which
/// is likely.
fn died(cx: &Cx, refusal: &TokenRefusal, since: Option<Timestamp>) -> ConnectorError {
    let now = cx.timer.now();
    let said = errors::shown(&refusal.error_description);
    let lower = said.to_ascii_lowercase();
    let login = login(cx);
    let again = format!("sign in again: {login}");
    let days = since.map(|at| now.duration_since(at).as_hours() / 24);
    let revoked = "access was taken away at the Google account, its password was changed (which ends sign-ins that may read mail), or an \
                   administrator ended it";
    let (why, hint) = if lower.contains("invalid_rapt") || lower.contains("reauth") {
        (
            "your Google Workspace asks people to sign in again from time to time (session control)".to_owned(),
            format!("{again}; or ask the administrator to trust the app, or use a service account (docs/gmail-setup.md)"),
        )
    } else if lower.contains("account has been deleted") || lower.contains("account is disabled") {
        ("the Google account was deleted or disabled".to_owned(), format!("sign in with another account: {login}"))
    } else {
        match days {
            Some(7..=8) => (
                "the sign-in ended after 7 days: the app's consent screen is in test mode (\"External\", \"Testing\")".to_owned(),
                format!("{again}; so that it lasts, set the app to \"Internal\" or publish it (docs/gmail-setup.md)"),
            ),
            Some(0..=6) => (format!("the sign-in of {} was ended: {revoked}", ago(days)), again),
            Some(180..) => (format!("the sign-in was not used for six months, or it was ended: {revoked}"), again),
            _ => (
                format!(
                    "the sign-in is not good any more. Either {revoked}; or the app's consent screen is in test mode, where each sign-in ends \
                     after 7 days; or it was not used for six months"
                ),
                format!("{again}; if it ends each week, set the app to \"Internal\" (docs/gmail-setup.md)"),
            ),
        }
    };
    let why = if said.is_empty() { why } else { format!("{why} (Google says \"{said}\")") };
    ConnectorError { what: "Gmail".into(), why, hint, retry: Retry::StopAccount, auth: true }
}

fn ago(days: Option<i64>) -> String {
    match days {
        Some(0) | None => "today".into(),
        Some(1) => "yesterday".into(),
        Some(n) => format!("{n} days ago"),
    }
}
