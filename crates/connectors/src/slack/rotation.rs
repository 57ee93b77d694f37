//! Which token to send, and renewing those that expire.
//!
//! Rotated access tokens live 12 hours; each refresh token is void after one use, so the new pair is saved durably before it is used,
//! and one process at a time renews.

use jiff::{SignedDuration, Timestamp};
use sales_model::ContentHash;
use sales_transport::{Body, Secret, TokenPair, lock_account};
use secrecy::ExposeSecret;

use super::{
    api::{self, Api, Role},
    budget,
    errors::{self, Failure},
    wire::OauthAccess,
};
use crate::{ConnectorError, Cx, Retry};

/// Renewed this long before it expires, as Slack's own client libraries do.
const EARLY: SignedDuration = SignedDuration::from_hours(2);

fn secret<'a>(cx: &'a Cx, name: &str) -> Option<&'a Secret> {
    cx.credentials.secrets.get(name).filter(|s| !s.expose_secret().trim().is_empty())
}

/// What renewing takes.
fn app(cx: &Cx) -> Option<(&Secret, &Secret)> {
    Some((secret(cx, "SLACK_CLIENT_ID")?, secret(cx, "SLACK_CLIENT_SECRET")?))
}

/// Whether a token speaks for a person.
pub(crate) fn is_user_token(token: &Secret) -> bool {
    let t = token.expose_secret();
    t.starts_with("xoxp-") || t.starts_with("xoxe.xoxp-")
}

/// Whether a token is one that expires: Slack writes `xoxe.` before those.
fn expires(token: &Secret) -> bool {
    token.expose_secret().starts_with("xoxe.")
}

/// Whether searching is possible: only users may search.
pub(crate) fn can_search(cx: &Cx) -> bool {
    if secret(cx, "SLACK_USER_TOKEN").is_some() {
        return true;
    }
    match secret(cx, "SLACK_TOKEN") {
        Some(token) => is_user_token(token),
        // A refresh token does not tell whose it is, what came of it does.
        None => cx.tokens.load(&cx.account).ok().flatten().is_some_and(|pair| is_user_token(&pair.access)),
    }
}

/// Whether the token of a role is the one that can be renewed.
pub(crate) fn renews(cx: &Cx, role: Role) -> bool {
    role == Role::Main || secret(cx, "SLACK_USER_TOKEN").is_none()
}

/// Refuses what is no token of the Web API. Browser sessions (`xoxc-`) act as a person without their app's consent: Slack forbids it.
fn check(token: &Secret, variable: &str) -> Result<(), ConnectorError> {
    let t = token.expose_secret();
    let why = if t.starts_with("xoxc-") || t.starts_with("xoxd-") {
        "it holds a browser session, which must not be used by programs"
    } else if t.starts_with("xapp-") {
        "it holds an app-level token, which cannot read messages"
    } else if t.starts_with("xoxe-") {
        "it holds a refresh token; that belongs into SLACK_REFRESH_TOKEN"
    } else if t.chars().any(|c| c.is_whitespace() || c.is_control() || !c.is_ascii()) {
        "it holds characters that no token has; perhaps it was copied with a line end or quotes"
    } else {
        return Ok(());
    };
    Err(ConnectorError {
        what: variable.into(),
        why: why.into(),
        hint: "use the bot token (`xoxb-`) or user token (`xoxp-`) of your own Slack app; the README says how to make it".into(),
        retry: Retry::StopAccount,
        auth: true,
    })
}

fn missing(variable: &str) -> ConnectorError {
    ConnectorError {
        what: "Slack".into(),
        why: format!("{variable} is not set"),
        hint: format!("export {variable} with the token of your Slack app; the README says how to make it"),
        retry: Retry::StopAccount,
        auth: true,
    }
}

/// Fingerprint of the refresh token that the user gave.
fn given(cx: &Cx) -> Option<String> {
    secret(cx, "SLACK_REFRESH_TOKEN").map(|s| format!("{:?}", ContentHash::of(s.expose_secret().trim().as_bytes())))
}

/// Whether the user put another refresh token in place since the pair was stored, as after a new installation of the app.
fn outdated(cx: &Cx, pair: &TokenPair) -> bool {
    given(cx).zip(pair.given.as_ref()).is_some_and(|(now, then)| now != *then)
}

/// The token to send now. A stored pair beats the variables it began with, because renewing made those void; others than those it began
/// with beat it.
pub(crate) async fn token(api: &Api<'_>, role: Role) -> Result<Secret, Failure> {
    let cx = api.cx;
    if role == Role::Search
        && let Some(token) = secret(cx, "SLACK_USER_TOKEN")
    {
        check(token, "SLACK_USER_TOKEN")?;
        return Ok(token.clone());
    }
    let given = secret(cx, "SLACK_TOKEN");
    let rotates = app(cx).is_some() || secret(cx, "SLACK_REFRESH_TOKEN").is_some();
    let stored = match given {
        // One without expiry, and no refresh token beside it: rotation was switched off in the app since the pair was stored.
        Some(token) if !rotates || (!expires(token) && secret(cx, "SLACK_REFRESH_TOKEN").is_none()) => None,
        _ => cx.tokens.load(&cx.account).map_err(errors::port)?.filter(|pair| !outdated(cx, pair)),
    };
    if let Some(pair) = stored {
        let now = cx.timer.now();
        let due = pair.expires_at.is_some_and(|at| at.duration_since(now) <= EARLY);
        if !due {
            return Ok(pair.access);
        }
        return match renew(api, &pair.access).await {
            Ok(Some(renewed)) => Ok(renewed),
            // Still good for a while: what went wrong may pass.
            Ok(None) | Err(_) if pair.expires_at.is_some_and(|at| at > now) => Ok(pair.access),
            Ok(None) => Err(expired().into()),
            Err(e) => Err(e),
        };
    }
    match given {
        Some(token) => {
            check(token, "SLACK_TOKEN")?;
            Ok(token.clone())
        }
        None if secret(cx, "SLACK_REFRESH_TOKEN").is_some() => {
            renew(api, &Secret::from(String::new())).await?.ok_or_else(|| missing("SLACK_CLIENT_ID").into())
        }
        None => Err(missing("SLACK_TOKEN").into()),
    }
}

fn expired() -> ConnectorError {
    Failure::Word { method: budget::OAUTH_ACCESS, word: "token_expired".into(), needed: String::new() }.told("Slack")
}

/// Renews the token that was seen to be expired (or about to be), unless somebody else did meanwhile. `None` if there is nothing to
/// renew it with.
pub(crate) async fn renew(api: &Api<'_>, used: &Secret) -> Result<Option<Secret>, Failure> {
    let cx = api.cx;
    let Some((id, client_secret)) = app(cx) else { return Ok(None) };
    let lock = lock_account(cx.tokens.clone(), cx.account.clone()).await.map_err(errors::port)?;
    let stored = cx.tokens.load(&cx.account).map_err(errors::port)?;
    let outdated = stored.as_ref().is_some_and(|pair| outdated(cx, pair));
    if let Some(pair) = &stored
        && !outdated
        && pair.access.expose_secret() != used.expose_secret()
        && pair.expires_at.is_none_or(|at| at > cx.timer.now())
    {
        return Ok(Some(pair.access.clone()));
    }
    let before = stored.as_ref().and_then(|p| p.given.clone());
    let mut candidates: Vec<Secret> = stored.and_then(|p| p.refresh).into_iter().collect();
    candidates.extend(secret(cx, "SLACK_REFRESH_TOKEN").cloned());
    if outdated {
        candidates.reverse();
    }
    candidates.dedup_by(|a, b| a.expose_secret() == b.expose_secret());
    let mut refused = None;
    for refresh in candidates {
        let form = vec![
            ("client_id", id.clone()),
            ("client_secret", client_secret.clone()),
            ("grant_type", Secret::from("refresh_token".to_owned())),
            ("refresh_token", refresh),
        ];
        // Not safe to repeat: the refresh token may be void although no answer came.
        match api.send(budget::OAUTH_ACCESS, None, Body::SecretForm(form), false).await {
            Ok(reply) => {
                let pair = pair_of(api::read(budget::OAUTH_ACCESS, &reply.body)?, cx.timer.now(), given(cx).or(before))?;
                cx.tokens.save(&cx.account, &pair).map_err(errors::port)?;
                drop(lock);
                return Ok(Some(pair.access));
            }
            // The stored one is void, as after a new installation of the app: the variable may hold a newer one.
            Err(f) if f.word() == "invalid_refresh_token" => refused = Some(f),
            Err(f) => return Err(f),
        }
    }
    drop(lock);
    match refused {
        Some(f) => Err(ConnectorError {
            hint: "the refresh token was used up or revoked: reinstall the app and put the new one into SLACK_REFRESH_TOKEN".into(),
            retry: Retry::StopAccount,
            auth: true,
            ..f.told("Slack's token")
        }
        .into()),
        None => Ok(None),
    }
}

/// The new pair; a user's stands under `authed_user`.
fn pair_of(access: OauthAccess, now: Timestamp, given: Option<String>) -> Result<TokenPair, Failure> {
    let user = access.authed_user.unwrap_or_default();
    let (token, refresh, lives) = match access.access_token {
        Some(t) => (Some(t), access.refresh_token, access.expires_in),
        None => (user.access_token, user.refresh_token, user.expires_in),
    };
    let token = token.ok_or(Failure::Shape { method: budget::OAUTH_ACCESS, path: "access_token".into() })?;
    Ok(TokenPair {
        access: Secret::from(token),
        refresh: refresh.map(Secret::from),
        expires_at: lives.and_then(|s| now.checked_add(SignedDuration::from_secs(s.clamp(0, 31_536_000))).ok()),
        given,
        scope: None,
        since: None,
    })
}
