use http::header::AUTHORIZATION;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::body;
use crate::slack::{TokenKind, World, call::Call, error::Refusal};

/// Life of a rotated access token in seconds: 12 hours.
const EXPIRES_IN: i64 = 43_200;

/// `auth.test`.
pub(crate) fn test(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let mut reply = json!({
            "ok": true,
            "url": call.own_url.map_or_else(|| w.team_url(), str::to_owned),
            "team": w.team_text("name"),
            "user": w.label(&call.token.user_id),
            "team_id": w.team_id(),
            "user_id": call.token.user_id,
            "is_enterprise_install": false,
        });
        if let (Value::Object(o), TokenKind::Bot, Some(bot)) = (&mut reply, call.token.kind, &call.token.bot_id) {
            o.insert("bot_id".into(), json!(bot));
        }
        if let (Value::Object(o), Some(at)) = (&mut reply, call.token.expires_at) {
            o.insert("expires_in".into(), json!((at.as_second() - call.now.as_second()).max(0)));
        }
        body(&reply)
    })
}

/// `team.info`: the own team, and those that share a channel with it.
pub(crate) fn team(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let wanted = call.args.text("team").filter(|t| !t.is_empty());
        let domain = call.args.text("domain").filter(|t| !t.is_empty());
        let shared = |id: &str| w.channels.values().any(|c| shares(&c.object, "shared_team_ids", id));
        let is = |t: &serde_json::Map<String, Value>, key: &str, v: Option<&str>| {
            v.is_none_or(|v| t.get(key).and_then(Value::as_str) == Some(v))
        };
        let others = w.other_teams.iter().filter(|(id, _)| (wanted.is_some() || domain.is_some()) && shared(id)).map(|(_, t)| t);
        let found = std::iter::once(&w.team).chain(others).find(|t| is(t, "id", wanted) && is(t, "domain", domain));
        let team = found.ok_or_else(|| Refusal::new("team_not_found"))?;
        body(&json!({"ok": true, "team": team}))
    })
}

fn shares(channel: &serde_json::Map<String, Value>, key: &str, team: &str) -> bool {
    channel.get(key).and_then(Value::as_array).is_some_and(|ids| ids.iter().any(|i| i.as_str() == Some(team)))
}

/// `oauth.v2.access`, for refreshing rotated tokens. The double runs no install page, so no `code` is ever valid.
pub(crate) fn access(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let (id, secret) = client(call);
    call.world.write(|w| {
        if id.as_deref() != Some(&*w.client_id) {
            return Err(Refusal::new("invalid_client_id"));
        }
        if secret.as_deref() != Some(&*w.client_secret) {
            return Err(Refusal::new("bad_client_secret"));
        }
        match call.args.text("grant_type") {
            Some("refresh_token") => refresh(call, w),
            None | Some("" | "authorization_code") => Err(Refusal::new("invalid_code")),
            Some(_) => Err(Refusal::new("invalid_grant_type")),
        }
    })
}

/// Client id and secret, from the arguments or from HTTP Basic authentication.
fn client(call: &Call<'_>) -> (Option<String>, Option<String>) {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let owned = |name| call.args.text(name).map(str::to_owned);
    if let (Some(id), secret) = (owned("client_id"), owned("client_secret")) {
        return (Some(id), secret);
    }
    let header = call.request.headers.get(AUTHORIZATION).and_then(|h| h.to_str().ok());
    let basic = header.and_then(|h| h.strip_prefix("Basic ")).and_then(|b| STANDARD.decode(b.trim()).ok());
    match basic.and_then(|b| String::from_utf8(b).ok()).as_deref().and_then(|b| b.split_once(':')) {
        Some((id, secret)) => (Some(id.to_owned()), Some(secret.to_owned())),
        None => (None, None),
    }
}

fn refresh(call: &Call<'_>, w: &mut World) -> Result<Vec<u8>, Refusal> {
    let given = call.args.text("refresh_token").unwrap_or_default();
    let old = w.tokens.values_mut().find(|t| !given.is_empty() && !t.revoked && t.refresh_token.as_deref() == Some(given));
    let old = old.ok_or_else(|| Refusal::new("invalid_refresh_token"))?;
    // The old refresh token is dead from now on; the old access token lives as long as it was going to.
    old.refresh_token = None;
    let mut new = old.clone();
    w.rotations += 1;
    let fresh = |what: &str| -> String {
        let hash = Sha256::digest(format!("{}\n{}\n{what}\n{}", call.seed, w.rotations, new.user_id));
        hash.iter().take(16).map(|b| format!("{b:02x}")).collect()
    };
    let prefix = if new.kind == TokenKind::Bot { "xoxe.xoxb-1-" } else { "xoxe.xoxp-1-" };
    let (token, refresh) = (format!("{prefix}{}", fresh("access")), format!("xoxe-1-{}", fresh("refresh")));
    new.token = token.clone();
    new.refresh_token = Some(refresh.clone());
    new.expires_at = call.now.checked_add(SignedDuration::from_secs(EXPIRES_IN)).ok();
    let scope = new.scope_list();
    let mut reply = json!({
        "ok": true,
        "app_id": new.app_id,
        "team": {"id": w.team_id(), "name": w.team_text("name")},
        "enterprise": null,
        "is_enterprise_install": false,
    });
    if let Value::Object(o) = &mut reply {
        let mut set = |k: &str, v: Value| o.insert(k.to_owned(), v);
        if new.kind == TokenKind::Bot {
            set("access_token", json!(token));
            set("refresh_token", json!(refresh));
            set("expires_in", json!(EXPIRES_IN));
            set("token_type", json!("bot"));
            set("scope", json!(scope));
            set("bot_user_id", json!(new.user_id));
            set("authed_user", json!({}));
        } else {
            let user = json!({
                "id": new.user_id, "scope": scope, "access_token": token, "token_type": "user",
                "refresh_token": refresh, "expires_in": EXPIRES_IN,
            });
            set("authed_user", user);
        }
    }
    w.add_token(new);
    body(&reply)
}
