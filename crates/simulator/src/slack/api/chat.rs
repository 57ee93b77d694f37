use serde_json::{Value, json};

use super::{body, conversations::may_post};
use crate::slack::{TokenKind, Ts, World, call::Call, channel::Object, error::Refusal};

/// Longer text is cut.
const TEXT_MAX: usize = 40_000;

/// What the caller wants a message to say.
struct Content {
    text: String,
    blocks: Option<Value>,
    attachments: Option<Value>,
    metadata: Option<Value>,
    cut: bool,
}

fn content(call: &Call<'_>) -> Result<Content, Refusal> {
    let blocks = call.args.json("blocks").map_err(|()| Refusal::new("invalid_blocks_format"))?;
    let attachments =
        call.args.json("attachments").map_err(|()| Refusal::arguments(vec!["[ERROR] invalid JSON [json-pointer:/attachments]".into()]))?;
    let metadata = call.args.json("metadata").map_err(|()| Refusal::new("invalid_metadata_format"))?;
    match &blocks {
        Some(Value::Array(b)) if b.len() > 50 => return Err(Refusal::new("invalid_blocks")),
        Some(Value::Array(b)) if b.iter().any(|b| b.get("type").and_then(Value::as_str).is_none()) => {
            return Err(Refusal::new("invalid_blocks"));
        }
        Some(Value::Array(_)) | None => {}
        Some(_) => return Err(Refusal::new("invalid_blocks_format")),
    }
    if blocks.as_ref().is_some_and(|b| b.to_string().len() > 13_200) {
        return Err(Refusal::new("msg_blocks_too_long"));
    }
    if attachments.as_ref().and_then(Value::as_array).is_some_and(|a| a.len() > 100) {
        return Err(Refusal::new("too_many_attachments"));
    }
    if let Some(m) = &metadata
        && (m.get("event_type").and_then(Value::as_str).is_none() || m.get("event_payload").and_then(Value::as_object).is_none())
    {
        return Err(Refusal::new("invalid_metadata_schema"));
    }
    let given = call.args.text("text").unwrap_or_default();
    let markdown = call.args.text("markdown_text").filter(|t| !t.is_empty());
    if markdown.is_some() && (!given.is_empty() || blocks.is_some()) {
        return Err(Refusal::new("markdown_text_conflict"));
    }
    if markdown.is_some_and(|m| m.chars().count() > 12_000) {
        return Err(Refusal::new("msg_too_long"));
    }
    let text = escape(markdown.unwrap_or(given));
    let is_some = |v: &Option<Value>| v.as_ref().and_then(Value::as_array).is_some_and(|a| !a.is_empty());
    if text.trim().is_empty() && !is_some(&blocks) && !is_some(&attachments) {
        return Err(Refusal::new("no_text"));
    }
    let cut = text.chars().count() > TEXT_MAX;
    let text = if cut { text.chars().take(TEXT_MAX).collect() } else { text };
    Ok(Content { text, blocks, attachments, metadata, cut })
}

/// Slack escapes a bare `&`; `<` and `>` may be markup and are the sender's to escape.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let escaped = ["amp;", "lt;", "gt;"].iter().any(|e| after.starts_with(e));
        out.push_str(if escaped { "&" } else { "&amp;" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `chat.postMessage`.
pub(crate) fn post(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let content = content(call)?;
    let customised = ["username", "icon_emoji", "icon_url"].iter().any(|a| call.args.has(a));
    if customised && !call.token.has("chat:write.customize") {
        return Err(Refusal::scope("chat:write.customize", call.token.scope_list()));
    }
    call.world.write(|w| {
        // The one method that also takes a name.
        let id = call.args.text("channel").and_then(|c| w.channel_id(c));
        let found = id.and_then(|id| w.channels.get_key_value(&id).map(|(k, c)| (k.clone(), c)));
        let (id, channel) = found.filter(|(_, c)| w.sees(call.token, c)).ok_or_else(|| Refusal::new("channel_not_found"))?;
        may_post(call, channel)?;
        let ts = w.free_ts(&id, Ts::of(call.now));
        let mut message = authored(call, w);
        message.insert("ts".into(), json!(ts.to_string()));
        if let Some(parent) = call.args.text("thread_ts").filter(|t| !t.is_empty()) {
            let parent: Ts = parent.parse().map_err(|()| Refusal::new("cannot_reply_to_message"))?;
            let first = w.channels.get(&id).and_then(|c| c.first_level(parent)).filter(|e| e.thread.is_none());
            first.ok_or_else(|| Refusal::new("cannot_reply_to_message"))?;
            message.insert("thread_ts".into(), json!(parent.to_string()));
            if call.args.flag("reply_broadcast") {
                message.insert("subtype".into(), json!("thread_broadcast"));
            }
        }
        for name in ["username"] {
            if let Some(v) = call.args.text(name) {
                message.insert(name.into(), json!(v));
                message.insert("subtype".into(), json!("bot_message"));
            }
        }
        if let Some(emoji) = call.args.text("icon_emoji") {
            message.insert("icons".into(), json!({"emoji": emoji}));
        }
        let cut = content.cut;
        fill(&mut message, content);
        w.add_message(&id, Value::Object(message)).map_err(|_| Refusal::new("internal_error"))?;
        let stored = w.channels.get(&id).and_then(|c| c.message(ts)).map(|(_, e)| e.object()).unwrap_or_default();
        let mut reply = json!({"ok": true, "channel": id, "ts": ts.to_string(), "message": stored});
        if let (true, Value::Object(o)) = (cut, &mut reply) {
            o.insert("warning".into(), json!("message_truncated"));
            o.insert("response_metadata".into(), json!({"messages": ["[WARN] the text was cut to 40000 characters"]}));
        }
        body(&reply)
    })
}

fn fill(message: &mut Object, content: Content) {
    message.insert("text".into(), json!(content.text));
    for (key, value) in [("blocks", content.blocks), ("attachments", content.attachments), ("metadata", content.metadata)] {
        if let Some(v) = value {
            message.insert(key.into(), v);
        }
    }
}

/// A message of the token's user, without text: modern apps have no subtype, but `bot_id`, `app_id` and `bot_profile`.
fn authored(call: &Call<'_>, w: &World) -> Object {
    let mut message = Object::new();
    message.insert("type".into(), json!("message"));
    message.insert("user".into(), json!(call.token.user_id));
    message.insert("team".into(), json!(w.team_id()));
    if call.token.kind == TokenKind::Bot
        && let Some(bot) = &call.token.bot_id
    {
        message.insert("bot_id".into(), json!(bot));
        if let Some(app) = &call.token.app_id {
            message.insert("app_id".into(), json!(app));
        }
        if let Some(known) = w.bots.get(bot) {
            let mut profile: Object = known.iter().filter(|(k, _)| *k != "user_id").map(|(k, v)| (k.clone(), v.clone())).collect();
            profile.insert("team_id".into(), json!(w.team_id()));
            message.insert("bot_profile".into(), Value::Object(profile));
        }
    }
    message
}

/// The channel and ts of an own message.
fn own(call: &Call<'_>, w: &World, ts: &str, refused: &'static str) -> Result<(String, Ts), Refusal> {
    let (id, channel) = call.channel(w)?;
    let ts: Ts = ts.parse().map_err(|()| Refusal::new("message_not_found"))?;
    let (_, entry) = channel.message(ts).ok_or_else(|| Refusal::new("message_not_found"))?;
    if *entry.user != *call.token.user_id {
        return Err(Refusal::new(refused));
    }
    Ok((id.to_owned(), ts))
}

/// `chat.update`: own messages only.
pub(crate) fn update(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let content = content(call)?;
    let text = content.text.clone();
    call.world.write(|w| {
        let (id, ts) = own(call, w, call.args.text("ts").unwrap_or_default(), "cant_update_message")?;
        let Some(channel) = w.channels.get_mut(&id) else { return Err(Refusal::new("channel_not_found")) };
        let edited = json!({"user": call.token.user_id, "ts": Ts::of(call.now).to_string()});
        let mut thread = None;
        channel.change(ts, |m| {
            // What the new version does not have is gone.
            m.remove("blocks");
            m.remove("attachments");
            fill(m, content);
            m.insert("edited".into(), edited);
            thread = m.get("thread_ts").and_then(Value::as_str).and_then(|t| t.parse().ok());
        });
        if let Some(thread) = thread {
            channel.refresh(thread);
        }
        let mut stored = channel.message(ts).map(|(_, e)| e.object()).unwrap_or_default();
        // The reply tells the ts beside the message.
        stored.remove("ts");
        stored.retain(|k, _| SHOWN_BY_UPDATE.contains(&k.as_str()));
        body(&json!({"ok": true, "channel": id, "ts": ts.to_string(), "text": text, "message": stored}))
    })
}

/// The fields of a message in the reply of `chat.update`.
const SHOWN_BY_UPDATE: [&str; 11] =
    ["type", "user", "text", "team", "bot_id", "app_id", "bot_profile", "blocks", "edited", "files", "metadata"];

/// `chat.delete`: own messages only; a thread's first message leaves a tombstone.
pub(crate) fn delete(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.write(|w| {
        let (id, ts) = own(call, w, call.args.text("ts").unwrap_or_default(), "cant_delete_message")?;
        if let Some(channel) = w.channels.get_mut(&id) {
            channel.delete(ts);
        }
        body(&json!({"ok": true, "channel": id, "ts": ts.to_string()}))
    })
}

/// `reactions.add`.
pub(crate) fn react(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let name = call.args.text("name").unwrap_or_default();
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_+-'".contains(c);
    let base = name.split("::").next().unwrap_or_default();
    if base.is_empty() || !base.chars().all(good) {
        return Err(Refusal::new("invalid_name"));
    }
    call.world.write(|w| {
        let (id, channel) = call.readable(w)?;
        if channel.flag("is_archived") {
            return Err(Refusal::new("is_archived"));
        }
        let ts: Ts = call.args.text("timestamp").and_then(|t| t.parse().ok()).ok_or_else(|| Refusal::new("bad_timestamp"))?;
        if !channel.has(ts) {
            return Err(Refusal::new("message_not_found"));
        }
        let id = id.to_owned();
        if w.react(&id, ts, name, &call.token.user_id) { body(&json!({"ok": true})) } else { Err(Refusal::new("already_reacted")) }
    })
}

/// `chat.getPermalink`: needs no scope, but the channel must be visible.
pub(crate) fn permalink(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    call.world.read(|w| {
        let (id, channel) = call.channel(w)?;
        let ts: Option<Ts> = call.args.text("message_ts").and_then(|t| t.parse().ok());
        let found = ts.and_then(|ts| channel.message(ts));
        let (thread, entry) = found.ok_or_else(|| Refusal::new("message_not_found"))?;
        let mut link = w.permalink(id, entry.ts);
        if let Some(thread) = thread {
            link.push_str(&format!("?thread_ts={thread}&cid={id}"));
        }
        body(&json!({"ok": true, "channel": id, "permalink": link}))
    })
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn bare_ampersands_are_escaped() {
        assert_eq!(escape("a & b &amp; c &lt;d&gt; <@U1> &"), "a &amp; b &amp; c &lt;d&gt; <@U1> &amp;");
    }
}
