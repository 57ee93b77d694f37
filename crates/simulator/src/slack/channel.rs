use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::Ts;

/// A JSON object as it goes over the wire.
pub(crate) type Object = Map<String, Value>;

/// A message, serialised once: a page is a concatenation of these.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) ts: Ts,
    pub(crate) user: Box<str>,
    pub(crate) bytes: Bytes,
    /// It carries `metadata`, which is shown only to those who ask for it.
    pub(crate) metadata: bool,
    /// The thread it is a reply in; only set for broadcast replies in a history.
    pub(crate) thread: Option<Ts>,
}

impl Entry {
    pub(crate) fn new(ts: Ts, object: &Object) -> Self {
        let thread = object.get("thread_ts").and_then(Value::as_str).and_then(|t| t.parse().ok()).filter(|t| *t != ts);
        Entry {
            ts,
            user: object.get("user").or_else(|| object.get("bot_id")).and_then(Value::as_str).unwrap_or_default().into(),
            bytes: serde_json::to_vec(object).unwrap_or_default().into(),
            metadata: object.contains_key("metadata"),
            thread,
        }
    }

    /// The message as an object. What was serialised here is always one.
    pub(crate) fn object(&self) -> Object {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// Its bytes for a page.
    pub(crate) fn shown(&self, with_metadata: bool) -> Bytes {
        if !self.metadata || with_metadata {
            return self.bytes.clone();
        }
        let mut object = self.object();
        object.remove("metadata");
        serde_json::to_vec(&object).unwrap_or_default().into()
    }
}

/// A conversation with its members and messages.
#[derive(Debug, Clone, Default)]
pub struct Channel {
    pub(crate) object: Object,
    pub(crate) members: BTreeSet<String>,
    pub(crate) pins: u64,
    /// What history shows, by ts: plain messages, thread parents, broadcast replies.
    pub(crate) history: Vec<Entry>,
    /// Replies by their parent's ts, by ts, broadcast ones too.
    pub(crate) threads: BTreeMap<Ts, Vec<Entry>>,
}

/// The fields of a thread's first message that Slack computes.
const COUNTERS: [&str; 6] = ["thread_ts", "reply_count", "reply_users", "reply_users_count", "latest_reply", "subscribed"];

fn find(entries: &[Entry], ts: Ts) -> Result<usize, usize> {
    entries.binary_search_by_key(&ts, |e| e.ts)
}

fn put(entries: &mut Vec<Entry>, entry: Entry) {
    match find(entries, entry.ts) {
        Ok(i) => entries[i] = entry,
        Err(i) => entries.insert(i, entry),
    }
}

impl Channel {
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.object.get(key).and_then(Value::as_bool).unwrap_or(false)
    }

    /// Its name; direct messages have none.
    pub fn name(&self) -> &str {
        self.object.get("name").and_then(Value::as_str).unwrap_or_default()
    }

    /// `public_channel`, `private_channel`, `mpim` or `im`, as in the argument `types`.
    pub(crate) fn kind(&self) -> &'static str {
        if self.flag("is_im") {
            "im"
        } else if self.flag("is_mpim") {
            "mpim"
        } else if self.flag("is_private") {
            "private_channel"
        } else {
            "public_channel"
        }
    }

    /// The family of its scopes: `channels`, `groups`, `im`, `mpim`.
    pub(crate) fn family(&self) -> &'static str {
        match self.kind() {
            "im" => "im",
            "mpim" => "mpim",
            "private_channel" => "groups",
            _ => "channels",
        }
    }

    pub(crate) fn has(&self, ts: Ts) -> bool {
        find(&self.history, ts).is_ok() || self.threads.values().any(|r| find(r, ts).is_ok())
    }

    /// A message of the history by its ts.
    pub(crate) fn first_level(&self, ts: Ts) -> Option<&Entry> {
        find(&self.history, ts).ok().and_then(|i| self.history.get(i))
    }

    /// Any message by its ts, and the thread it is a reply in.
    pub(crate) fn message(&self, ts: Ts) -> Option<(Option<Ts>, &Entry)> {
        if let Some(e) = self.first_level(ts) {
            return Some((e.thread, e));
        }
        self.threads.iter().find_map(|(t, r)| find(r, ts).ok().and_then(|i| r.get(i)).map(|e| (Some(*t), e)))
    }

    /// All messages, each once: first level by ts, and replies.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Option<Ts>, &Entry)> {
        let first = self.history.iter().filter(|e| e.thread.is_none()).map(|e| (None, e));
        first.chain(self.threads.iter().flat_map(|(t, r)| r.iter().map(|e| (Some(*t), e))))
    }

    /// Puts a message in, replacing one of the same ts; the thread's counters are the caller's to refresh.
    pub(crate) fn put(&mut self, ts: Ts, mut object: Object) -> Option<Ts> {
        let thread = object.get("thread_ts").and_then(Value::as_str).and_then(|t| t.parse::<Ts>().ok()).filter(|t| *t != ts);
        let Some(thread) = thread else {
            put(&mut self.history, Entry::new(ts, &object));
            return None;
        };
        if !object.contains_key("parent_user_id")
            && let Some(parent) = self.first_level(thread)
            && parent.user.starts_with(['U', 'W'])
        {
            object.insert("parent_user_id".into(), json!(parent.user));
        }
        let broadcast = object.get("subtype").and_then(Value::as_str) == Some("thread_broadcast");
        let entry = Entry::new(ts, &object);
        if broadcast {
            put(&mut self.history, entry.clone());
        }
        put(self.threads.entry(thread).or_default(), entry);
        Some(thread)
    }

    /// Computes what Slack tells about a thread on its first message, and the `root` of its broadcast replies.
    pub(crate) fn refresh(&mut self, thread: Ts) {
        let replies = self.threads.get(&thread).map_or(&[][..], Vec::as_slice);
        let mut users: Vec<&str> = Vec::new();
        let mut seen = BTreeSet::new();
        for r in replies {
            if seen.insert(&*r.user) {
                users.push(&r.user);
            }
        }
        let (count, latest, users_count) = (replies.len(), replies.last().map(|r| r.ts), users.len());
        // Slack cuts reply_users short; reply_users_count tells all.
        users.truncate(5);
        let users = json!(users);
        let Ok(at) = find(&self.history, thread) else { return };
        let mut parent = self.history[at].object();
        let Some(latest) = latest else {
            self.threads.remove(&thread);
            if parent.get("subtype").and_then(Value::as_str) == Some("tombstone") {
                self.history.remove(at);
                return;
            }
            for key in COUNTERS {
                parent.remove(key);
            }
            self.history[at] = Entry::new(thread, &parent);
            return;
        };
        parent.insert("thread_ts".into(), json!(thread.to_string()));
        parent.insert("reply_count".into(), json!(count));
        parent.insert("reply_users".into(), users);
        parent.insert("reply_users_count".into(), json!(users_count));
        parent.insert("latest_reply".into(), json!(latest.to_string()));
        parent.entry("subscribed").or_insert(json!(false));
        parent.entry("is_locked").or_insert(json!(false));
        self.history[at] = Entry::new(thread, &parent);
        let broadcasts: Vec<Ts> = self.history.iter().filter(|e| e.thread == Some(thread)).map(|e| e.ts).collect();
        let root = root_of(&parent);
        for ts in broadcasts {
            self.change(ts, |o| {
                o.insert("root".into(), Value::Object(root.clone()));
            });
        }
    }

    /// Changes a message wherever it stands. False if there is none.
    pub(crate) fn change(&mut self, ts: Ts, with: impl FnOnce(&mut Object)) -> bool {
        let Some((thread, entry)) = self.message(ts) else { return false };
        let mut object = entry.object();
        with(&mut object);
        let entry = Entry::new(ts, &object);
        if let Some(replies) = thread.and_then(|t| self.threads.get_mut(&t)) {
            put(replies, entry.clone());
        }
        if find(&self.history, ts).is_ok() {
            put(&mut self.history, entry);
        }
        true
    }

    /// Deletes a message; one with replies leaves a tombstone. False if there is none.
    pub(crate) fn delete(&mut self, ts: Ts) -> bool {
        let Some((thread, entry)) = self.message(ts) else { return false };
        if let Some(thread) = thread {
            if let Some(replies) = self.threads.get_mut(&thread) {
                replies.retain(|e| e.ts != ts);
            }
            self.history.retain(|e| e.ts != ts);
            self.refresh(thread);
        } else if self.threads.get(&ts).is_some_and(|r| !r.is_empty()) {
            let old = entry.object();
            let mut stone = Object::new();
            stone.insert("type".into(), json!("message"));
            stone.insert("subtype".into(), json!("tombstone"));
            stone.insert("text".into(), json!("This message was deleted."));
            stone.insert("user".into(), json!("USLACKBOT"));
            stone.insert("hidden".into(), json!(true));
            stone.insert("ts".into(), json!(ts.to_string()));
            for key in COUNTERS.iter().chain(&["is_locked"]) {
                if let Some(v) = old.get(*key) {
                    stone.insert((*key).to_owned(), v.clone());
                }
            }
            put(&mut self.history, Entry::new(ts, &stone));
            self.refresh(ts);
        } else {
            self.history.retain(|e| e.ts != ts);
        }
        true
    }
}

/// What a broadcast reply tells about its thread's first message.
fn root_of(parent: &Object) -> Object {
    const SHOWN: [&str; 16] = [
        "type",
        "subtype",
        "user",
        "bot_id",
        "username",
        "icons",
        "text",
        "ts",
        "thread_ts",
        "reply_count",
        "reply_users",
        "reply_users_count",
        "latest_reply",
        "subscribed",
        "team",
        "bot_profile",
    ];
    parent.iter().filter(|(k, _)| SHOWN.contains(&k.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect()
}
