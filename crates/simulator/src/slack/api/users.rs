use serde_json::{Value, json};

use super::{body, slice};
use crate::slack::{World, call::Call, channel::Object, error::Refusal};

/// Above so many users `users.list` without `limit` answers `limit_required`. Slack names no figure.
const LIMIT_REQUIRED_ABOVE: usize = 500;

/// A user as this token may see it.
fn shown(call: &Call<'_>, user: &Object) -> Object {
    let mut user = user.clone();
    if let (false, Some(Value::Object(profile))) = (call.token.has("users:read.email"), user.get_mut("profile")) {
        profile.remove("email");
    }
    if call.args.flag("include_locale") {
        user.entry("locale").or_insert(json!("en-US"));
    } else {
        user.remove("locale");
    }
    user
}

fn is_own(w: &World, user: &Object) -> bool {
    user.get("team_id").and_then(Value::as_str) == Some(w.team_id())
}

/// `users.list`: the own workspace's people, bots and former members; never those of other companies.
pub(crate) fn list(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let (identity, bound) = (call.token.identity(), call.args.without_cursor());
    call.world.read(|w| {
        let own: Vec<(&String, &Object)> = w.users.iter().filter(|(_, u)| is_own(w, u)).collect();
        if !call.args.has("limit") && own.len() > LIMIT_REQUIRED_ABOVE {
            return Err(Refusal::new("limit_required"));
        }
        let limit = call.limit(LIMIT_REQUIRED_ABOVE, 1000)?;
        let page = call.page(w, &identity, &bound)?;
        let place = page.place.as_deref().map(|p| p.trim_start_matches("user:"));
        let (items, next) = slice(&own, |u| u.0, place, page.size(limit));
        let here = format!("user:{}", place.unwrap_or_default());
        let next = page.next(&here, next.map(|n| format!("user:{n}"))).unwrap_or_default();
        let members: Vec<Object> = items.iter().map(|(_, u)| shown(call, u)).collect();
        body(&json!({"ok": true, "members": members, "cache_ts": call.now.as_second(), "response_metadata": {"next_cursor": next}}))
    })
}

/// `users.info`: also people of other companies, if we share a channel with them, or did when they wrote.
pub(crate) fn info(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let id = call.args.text("user").unwrap_or_default();
        let user = w.users.get(id).ok_or_else(|| Refusal::new("user_not_found"))?;
        let mut user_shown = shown(call, user);
        if !is_own(w, user) && !w.together(&call.token.user_id, id) {
            // Somebody who has left the shared channel is still the author of what is there, as a stranger.
            if !w.wrote_for(call.token, id) {
                return Err(Refusal::new("user_not_visible"));
            }
            user_shown.insert("is_stranger".into(), json!(true));
        }
        body(&json!({"ok": true, "user": user_shown}))
    })
}

/// `users.lookupByEmail`: living members of the own workspace.
pub(crate) fn lookup(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let wanted = call.args.text("email").unwrap_or_default();
        let email = |u: &Object| u.get("profile").and_then(|p| p.get("email")).and_then(Value::as_str).map(str::to_owned);
        let deleted = |u: &Object| u.get("deleted").and_then(Value::as_bool).unwrap_or(false);
        let mut own = w.users.values().filter(|u| is_own(w, u) && !deleted(u));
        let user = own.find(|u| email(u).is_some_and(|e| e.eq_ignore_ascii_case(wanted)));
        let user = user.ok_or_else(|| Refusal::new("users_not_found"))?;
        body(&json!({"ok": true, "user": shown(call, user)}))
    })
}

/// `bots.info`.
pub(crate) fn bot(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let bot = w.bots.get(call.args.text("bot").unwrap_or_default()).ok_or_else(|| Refusal::new("bot_not_found"))?;
        body(&json!({"ok": true, "bot": bot}))
    })
}
