use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Ts, World, WorldError};

/// Something that happens in the world: in a scenario (`do = "edit"`), by `POST /_sim/event`, or in a test.
///
/// `channel` is an id or a name; left out, it is the channel of the call that set the event off, else the first channel by id that has
/// messages. `ts` is a message's ts or one of: `newest` (the default; first-level), `oldest`, `parent` (the first message of the oldest
/// thread), `reply` (the newest reply of all). `thread` is a parent's ts, or `oldest` or `newest` thread; without any thread the oldest
/// message gets its first reply. `user` is a user's id; left out, it is the message's author or a member of the channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are described with the type, and mean the same everywhere")]
pub enum Event {
    /// Somebody answers in a thread; `broadcast` also shows it in the channel.
    LateReply {
        channel: Option<String>,
        thread: Option<String>,
        user: Option<String>,
        text: Option<String>,
        #[serde(default)]
        broadcast: bool,
    },
    /// Somebody writes a new first-level message.
    NewMessage { channel: Option<String>, user: Option<String>, text: Option<String> },
    /// A message gets another text and `edited`.
    Edit { channel: Option<String>, ts: Option<String>, text: Option<String> },
    /// A message disappears; one with replies leaves a tombstone.
    Delete { channel: Option<String>, ts: Option<String> },
    /// Somebody reacts.
    React { channel: Option<String>, ts: Option<String>, user: Option<String>, name: String },
    /// A field of a message gets another value, of whatever shape: what a client does about things nobody expects.
    SetField { channel: Option<String>, ts: Option<String>, field: String, value: Value },
    /// The channel gets another name.
    Rename { channel: Option<String>, name: String },
    /// The channel is archived.
    Archive { channel: Option<String> },
    /// The channel is made private; its id stays.
    MakePrivate { channel: Option<String> },
    /// The bots of all bot tokens are removed from the channel.
    RemoveBot { channel: Option<String> },
    /// The bots of all bot tokens are invited to the channel.
    InviteBot { channel: Option<String> },
    /// A person joins the workspace, in Slack's shape of a user.
    AddUser { user: Value },
    /// All tokens expire now; those that can be refreshed go on after that.
    ExpireToken {},
    /// All tokens are revoked.
    RevokeToken {},
    /// All cursors given so far become invalid.
    ExpireCursors {},
}

impl World {
    /// Lets an event happen. Returns the ts of the message concerned.
    ///
    /// # Errors
    /// The channel, message or user does not exist.
    pub fn apply(&mut self, event: &Event, now: Timestamp, channel: Option<&str>) -> Result<Option<Ts>, WorldError> {
        self.version += 1;
        match event {
            Event::LateReply { channel: c, thread, user, text, broadcast } => {
                let id = self.pick_channel(c, channel)?;
                let thread = self.pick_thread(&id, thread.as_deref().unwrap_or("oldest"))?;
                let text = text.as_deref().unwrap_or("A late reply.");
                let user = self.pick_user(&id, user)?;
                let mut message = self.said(&id, &user, text, now);
                if let Value::Object(o) = &mut message {
                    o.insert("thread_ts".into(), json!(thread.to_string()));
                    if *broadcast {
                        o.insert("subtype".into(), json!("thread_broadcast"));
                    }
                }
                self.add_message(&id, message).map(Some)
            }
            Event::NewMessage { channel: c, user, text } => {
                let id = self.pick_channel(c, channel)?;
                let user = self.pick_user(&id, user)?;
                let message = self.said(&id, &user, text.as_deref().unwrap_or("A new message."), now);
                self.add_message(&id, message).map(Some)
            }
            Event::Edit { channel: c, ts, text } => {
                let (id, ts) = self.pick_message(c, channel, ts)?;
                self.edit(&id, ts, text.as_deref().unwrap_or("Edited."), now);
                Ok(Some(ts))
            }
            Event::Delete { channel: c, ts } => {
                let (id, ts) = self.pick_message(c, channel, ts)?;
                if let Some(channel) = self.channels.get_mut(&id) {
                    channel.delete(ts);
                }
                Ok(Some(ts))
            }
            Event::React { channel: c, ts, user, name } => {
                let (id, ts) = self.pick_message(c, channel, ts)?;
                let user = self.pick_user(&id, user)?;
                self.react(&id, ts, name, &user);
                Ok(Some(ts))
            }
            Event::SetField { channel: c, ts, field, value } => {
                let (id, ts) = self.pick_message(c, channel, ts)?;
                if let Some(channel) = self.channels.get_mut(&id) {
                    channel.change(ts, |m| _ = m.insert(field.clone(), value.clone()));
                }
                Ok(Some(ts))
            }
            Event::Rename { channel: c, name } => {
                let id = self.pick_channel(c, channel)?;
                self.rename(&id, name, now).map(Some)
            }
            Event::Archive { channel: c } => {
                let id = self.pick_channel(c, channel)?;
                self.flags(&id, &[("is_archived", true)], now);
                self.note(&id, "channel_archive", "archived the channel", now).map(Some)
            }
            Event::MakePrivate { channel: c } => {
                let id = self.pick_channel(c, channel)?;
                self.flags(&id, &[("is_private", true), ("is_channel", false), ("is_group", true)], now);
                self.note(&id, "channel_convert_to_private", "made this channel private", now).map(Some)
            }
            Event::RemoveBot { channel: c } => self.bots_in(c, channel, false),
            Event::InviteBot { channel: c } => self.bots_in(c, channel, true),
            Event::AddUser { user } => self.add_user(user.clone()).map(|()| None),
            Event::ExpireToken {} => {
                self.tokens.values_mut().for_each(|t| t.expires_at = Some(now));
                Ok(None)
            }
            Event::RevokeToken {} => {
                self.revoke_tokens();
                Ok(None)
            }
            Event::ExpireCursors {} => {
                self.expire_cursors();
                Ok(None)
            }
        }
    }

    /// Overwrites a message's text; what was said before is not kept, only `edited` tells. False if there is no such message.
    pub fn edit(&mut self, channel: &str, ts: Ts, text: &str, now: Timestamp) -> bool {
        let Some(channel) = self.channels.get_mut(channel) else { return false };
        let mut thread = None;
        let found = channel.change(ts, |m| {
            let user = m.get("user").cloned().unwrap_or(json!("USLACKBOT"));
            m.insert("text".into(), json!(text));
            m.remove("blocks");
            m.insert("edited".into(), json!({"user": user, "ts": Ts::of(now).to_string()}));
            thread = m.get("thread_ts").and_then(Value::as_str).and_then(|t| t.parse().ok());
        });
        thread.into_iter().for_each(|t| channel.refresh(t));
        found
    }

    /// Adds a reaction; false if this user has reacted so before, or there is no such message.
    pub fn react(&mut self, channel: &str, ts: Ts, name: &str, user: &str) -> bool {
        let Some(channel) = self.channels.get_mut(channel) else { return false };
        let mut added = false;
        channel.change(ts, |m| {
            let Value::Array(reactions) = m.entry("reactions").or_insert_with(|| json!([])) else { return };
            let existing = reactions.iter_mut().find(|r| r.get("name").and_then(Value::as_str) == Some(name));
            match existing.and_then(Value::as_object_mut) {
                None => {
                    reactions.push(json!({"name": name, "users": [user], "count": 1}));
                    added = true;
                }
                Some(reaction) => {
                    let Some(Value::Array(users)) = reaction.get_mut("users") else { return };
                    if !users.iter().any(|u| u.as_str() == Some(user)) {
                        users.push(json!(user));
                        let count = reaction.get("count").and_then(Value::as_u64).unwrap_or(0) + 1;
                        reaction.insert("count".into(), json!(count));
                        added = true;
                    }
                }
            }
        });
        added
    }

    /// The next ts from `wanted` on that no message of the channel has.
    pub(crate) fn free_ts(&self, channel: &str, wanted: Ts) -> Ts {
        let mut ts = wanted;
        while self.channels.get(channel).is_some_and(|c| c.has(ts)) {
            ts = Ts(ts.0 + 100);
        }
        ts
    }

    fn said(&self, channel: &str, user: &str, text: &str, now: Timestamp) -> Value {
        let ts = self.free_ts(channel, Ts::of(now));
        let team = self.users.get(user).and_then(|u| u.get("team_id")).cloned().unwrap_or(json!(self.team_id()));
        json!({"type": "message", "user": user, "text": text, "ts": ts.to_string(), "team": team})
    }

    fn rename(&mut self, id: &str, name: &str, now: Timestamp) -> Result<Ts, WorldError> {
        let user = self.pick_user(id, &None)?;
        let Some(channel) = self.channels.get_mut(id) else { return Err(WorldError::Channel(id.to_owned())) };
        let old = channel.name().to_owned();
        if let Value::Array(previous) = channel.object.entry("previous_names").or_insert_with(|| json!([])) {
            previous.insert(0, json!(old));
        }
        channel.object.insert("name".into(), json!(name));
        channel.object.insert("name_normalized".into(), json!(name));
        channel.object.insert("updated".into(), json!(now.as_millisecond()));
        let text = format!("<@{user}> has renamed the channel from \"{old}\" to \"{name}\"");
        let mut note = self.said(id, &user, &text, now);
        if let Value::Object(o) = &mut note {
            o.insert("subtype".into(), json!("channel_name"));
            o.insert("old_name".into(), json!(old));
            o.insert("name".into(), json!(name));
        }
        self.add_message(id, note)
    }

    fn flags(&mut self, id: &str, flags: &[(&str, bool)], now: Timestamp) {
        if let Some(channel) = self.channels.get_mut(id) {
            for (key, value) in flags {
                channel.object.insert((*key).to_owned(), json!(value));
            }
            channel.object.insert("updated".into(), json!(now.as_millisecond()));
        }
    }

    fn note(&mut self, id: &str, subtype: &str, text: &str, now: Timestamp) -> Result<Ts, WorldError> {
        let user = self.pick_user(id, &None)?;
        let mut note = self.said(id, &user, &format!("<@{user}> {text}"), now);
        if let Value::Object(o) = &mut note {
            o.insert("subtype".into(), json!(subtype));
        }
        self.add_message(id, note)
    }

    fn bots_in(&mut self, wanted: &Option<String>, fallback: Option<&str>, invite: bool) -> Result<Option<Ts>, WorldError> {
        let id = self.pick_channel(wanted, fallback)?;
        let bots: Vec<String> = self.tokens.values().filter(|t| t.kind == super::TokenKind::Bot).map(|t| t.user_id.clone()).collect();
        if let Some(channel) = self.channels.get_mut(&id) {
            for bot in bots {
                if invite {
                    channel.members.insert(bot);
                } else {
                    channel.members.remove(&bot);
                }
            }
        }
        Ok(None)
    }

    fn pick_channel(&self, wanted: &Option<String>, fallback: Option<&str>) -> Result<String, WorldError> {
        if let Some(name) = wanted {
            return self.channel_id(name).ok_or_else(|| WorldError::Channel(name.clone()));
        }
        let known = fallback.filter(|f| self.channels.contains_key(*f)).map(str::to_owned);
        let first = || self.channels.iter().find(|(_, c)| !c.history.is_empty()).map(|(id, _)| id.clone());
        known.or_else(first).ok_or_else(|| WorldError::Channel("*".into()))
    }

    fn pick_user(&self, channel: &str, wanted: &Option<String>) -> Result<String, WorldError> {
        if let Some(user) = wanted {
            return if self.users.contains_key(user) { Ok(user.clone()) } else { Err(WorldError::User(user.clone())) };
        }
        let person = |id: &&String| self.users.get(*id).is_some_and(|u| !u.get("is_bot").and_then(Value::as_bool).unwrap_or(false));
        let members = self.channels.get(channel).map(|c| &c.members);
        let member = members.and_then(|m| m.iter().find(person));
        member.or_else(|| self.users.keys().find(person)).cloned().ok_or_else(|| WorldError::User("*".into()))
    }

    fn pick_thread(&self, id: &str, wanted: &str) -> Result<Ts, WorldError> {
        let missing = || WorldError::Message { channel: id.to_owned(), ts: wanted.to_owned() };
        let channel = self.channels.get(id).ok_or_else(missing)?;
        let first = || channel.history.iter().find(|e| e.thread.is_none()).map(|e| e.ts);
        match wanted {
            "oldest" => channel.threads.keys().next().copied().or_else(first).ok_or_else(missing),
            "newest" => channel.threads.keys().next_back().copied().or_else(first).ok_or_else(missing),
            ts => ts.parse().ok().filter(|ts| channel.first_level(*ts).is_some()).ok_or_else(missing),
        }
    }

    fn pick_message(&self, wanted: &Option<String>, fallback: Option<&str>, ts: &Option<String>) -> Result<(String, Ts), WorldError> {
        let id = self.pick_channel(wanted, fallback)?;
        let selector = ts.as_deref().unwrap_or("newest");
        let channel = self.channels.get(&id);
        let found = channel.and_then(|c| match selector {
            "newest" => c.history.iter().rev().find(|e| e.thread.is_none()).map(|e| e.ts),
            "oldest" => c.history.first().map(|e| e.ts),
            "parent" => c.threads.keys().next().copied(),
            "reply" => c.threads.values().filter_map(|r| r.last()).map(|e| e.ts).max(),
            ts => ts.parse().ok().filter(|ts| c.has(*ts)),
        });
        found.map(|ts| (id.clone(), ts)).ok_or_else(|| WorldError::Message { channel: id, ts: selector.to_owned() })
    }
}
