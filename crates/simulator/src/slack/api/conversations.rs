use serde_json::{Value, json};

use super::{body, slice};
use crate::slack::{
    TokenKind, Ts, World,
    call::Call,
    channel::{Channel, Object},
    error::Refusal,
};

const KINDS: [(&str, &str); 4] = [("public_channel", "channels"), ("private_channel", "groups"), ("mpim", "mpim"), ("im", "im")];

/// `types` as kinds, each with its read scope checked.
fn kinds(call: &Call<'_>) -> Result<Vec<&'static str>, Refusal> {
    let mut kinds = Vec::new();
    for word in call.args.text("types").filter(|t| !t.is_empty()).unwrap_or("public_channel").split(',').map(str::trim) {
        let (kind, family) = KINDS.iter().find(|(k, _)| *k == word).ok_or_else(|| Refusal::new("invalid_types"))?;
        let needed = format!("{family}:read");
        if !call.token.has(&needed) {
            return Err(Refusal::scope(needed, call.token.scope_list()));
        }
        kinds.push(*kind);
    }
    Ok(kinds)
}

/// A conversation as lists show it, without what depends on who asks; these fields belong to `conversations.info` alone.
fn shown(channel: &Channel) -> Object {
    let mut object = channel.object.clone();
    for key in ["connected_team_ids", "connected_limited_team_ids", "last_read", "locale"] {
        object.remove(key);
    }
    object
}

fn listing(call: &Call<'_>, filter: impl Fn(&World, &Channel) -> bool, show: impl Fn(&Channel) -> Object) -> Result<Vec<u8>, Refusal> {
    let kinds = kinds(call)?;
    let limit = call.limit(100, 999)?;
    let (identity, bound) = (call.token.identity(), call.args.without_cursor());
    call.world.read(|w| {
        let page = call.page(w, &identity, &bound)?;
        let archived_too = !call.args.flag("exclude_archived");
        let fits = |c: &Channel| kinds.contains(&c.kind()) && (archived_too || !c.flag("is_archived")) && filter(w, c);
        let all: Vec<(&String, &Channel)> = w.channels.iter().filter(|(_, c)| fits(c)).collect();
        let place = page.place.as_deref().map(|p| p.trim_start_matches("team:"));
        let (items, next) = slice(&all, |c| c.0, place, page.size(limit));
        let here = format!("team:{}", place.unwrap_or_default());
        let next = page.next(&here, next.map(|n| format!("team:{n}"))).unwrap_or_default();
        let channels: Vec<Object> = items.iter().map(|(_, c)| show(c)).collect();
        body(&json!({"ok": true, "channels": channels, "response_metadata": {"next_cursor": next}}))
    })
}

/// `conversations.list`: what the token may know of, member or not.
pub(crate) fn list(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    listing(call, |w, c| w.sees(call.token, c), |c| with_membership(call, c))
}

fn with_membership(call: &Call<'_>, channel: &Channel) -> Object {
    let mut object = shown(channel);
    if channel.kind() != "im" {
        object.insert("is_member".into(), json!(channel.members.contains(&call.token.user_id)));
        object.insert("num_members".into(), json!(channel.members.len()));
    }
    object
}

/// `users.conversations`: those the token's user (or another one) is in; its objects lack `is_member` and `num_members`.
pub(crate) fn of_user(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let user = call.args.text("user").filter(|u| !u.is_empty()).unwrap_or(&call.token.user_id);
    listing(call, |w, c| c.members.contains(user) && w.sees(call.token, c), shown)
}

/// `conversations.info`.
pub(crate) fn info(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let (_, channel) = call.channel(w)?;
        let mut object = with_membership(call, channel);
        if !call.args.flag("include_num_members") {
            object.remove("num_members");
        }
        if call.args.flag("include_locale") {
            object.insert("locale".into(), json!("en-US"));
        }
        if channel.flag("is_ext_shared") {
            let foreign = |id: &&Value| id.as_str().is_some_and(|t| t != w.team_id());
            let teams: Vec<&Value> =
                channel.object.get("shared_team_ids").and_then(Value::as_array).into_iter().flatten().filter(foreign).collect();
            object.insert("connected_team_ids".into(), json!(teams));
            object.insert(
                "connected_limited_team_ids".into(),
                channel.object.get("connected_limited_team_ids").cloned().unwrap_or(json!([])),
            );
        }
        body(&json!({"ok": true, "channel": object}))
    })
}

/// `conversations.members`: ids only.
pub(crate) fn members(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let limit = call.limit(100, 1000)?;
    let (identity, bound) = (call.token.identity(), call.args.without_cursor());
    call.world.read(|w| {
        let (_, channel) = call.channel(w)?;
        let page = call.page(w, &identity, &bound)?;
        let all: Vec<&String> = channel.members.iter().collect();
        let place = page.place.as_deref().map(|p| p.trim_start_matches("user:"));
        let (items, next) = slice(&all, |m| m.as_str(), place, page.size(limit));
        let here = format!("user:{}", place.unwrap_or_default());
        let next = page.next(&here, next.map(|n| format!("user:{n}"))).unwrap_or_default();
        body(&json!({"ok": true, "members": items, "response_metadata": {"next_cursor": next}}))
    })
}

/// `conversations.join`: public channels only.
pub(crate) fn join(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.write(|w| {
        let id = call.args.text("channel").unwrap_or_default().to_owned();
        let seen = w.channels.get(&id).filter(|c| w.sees(call.token, c)).ok_or_else(|| Refusal::new("channel_not_found"))?;
        if seen.kind() != "public_channel" {
            return Err(Refusal::new("method_not_supported_for_channel_type"));
        }
        if seen.flag("is_archived") {
            return Err(Refusal::new("is_archived"));
        }
        let already = seen.members.contains(&call.token.user_id);
        if !already {
            let user = &call.token.user_id;
            if let Some(channel) = w.channels.get_mut(&id) {
                channel.members.insert(user.clone());
            }
            let ts = w.free_ts(&id, Ts::of(call.now));
            let text = format!("<@{user}> has joined the channel");
            let note = json!({"type": "message", "subtype": "channel_join", "user": user, "text": text, "ts": ts.to_string()});
            w.add_message(&id, note).map_err(|_| Refusal::new("internal_error"))?;
        }
        let mut object = w.channels.get(&id).map(shown).unwrap_or_default();
        object.insert("is_member".into(), json!(true));
        let mut reply = json!({"ok": true, "channel": object});
        if let (true, Value::Object(o)) = (already, &mut reply) {
            o.insert("warning".into(), json!("already_in_channel"));
            o.insert("response_metadata".into(), json!({"warnings": ["already_in_channel"]}));
        }
        body(&reply)
    })
}

/// Whether the token may post into a channel: member, or a public one with `chat:write.public`.
pub(crate) fn may_post(call: &Call<'_>, channel: &Channel) -> Result<(), Refusal> {
    if channel.flag("is_archived") {
        return Err(Refusal::new("is_archived"));
    }
    let member = channel.members.contains(&call.token.user_id);
    let open = channel.kind() == "public_channel" && (call.token.kind == TokenKind::User || call.token.has("chat:write.public"));
    if member || open { Ok(()) } else { Err(Refusal::new("not_in_channel")) }
}
