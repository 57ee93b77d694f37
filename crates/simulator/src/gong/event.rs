use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{GongError, GongSettings, GongWorld, Object, Ready};

/// Something that happens in the company's Gong: in a scenario (`do = "gong.retitle"`), by `POST /_sim/event`, or in a test.
///
/// `call` is a call's id or one of `newest` (the default) and `oldest`. `key` is an access key or a token; left out, all of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are described with the type, and mean the same everywhere")]
pub enum GongEvent {
    /// A call is there: `data` is `CallData` with every block and `transcript` its monologues; where `data` is left out, a copy of the
    /// newest one with another id, that has just ended.
    AddCall { data: Option<Value>, transcript: Option<Value>, title: Option<String> },
    /// A call gets another title.
    Retitle { call: Option<String>, title: String },
    /// A call is linked to an object of a CRM.
    Associate { call: Option<String>, system: Option<String>, object_type: String, object_id: String, fields: Option<Object> },
    /// A call's transcript is ready: now, or so many seconds from now.
    TranscriptReady {
        call: Option<String>,
        #[serde(default)]
        in_seconds: i64,
    },
    /// A call will never have a transcript.
    TranscriptNever { call: Option<String> },
    /// A call is deleted.
    DeleteCall { call: Option<String> },
    /// A call is made private: the API does not show it any more.
    MakePrivate { call: Option<String> },
    /// A call is made public again.
    MakePublic { call: Option<String> },
    /// Fields of a participant change; `party` is an id, an address or a name.
    ChangeParty { call: Option<String>, party: String, fields: Object },
    /// Anything in `CallData` gets another value, of whatever shape; `path` is a JSON pointer (`/metaData/title`).
    SetField { call: Option<String>, path: String, value: Value },
    /// Somebody joins, in Gong's shape of a user.
    AddUser { user: Value },
    /// Access keys or tokens are revoked.
    RevokeKey { key: Option<String> },
    /// Ours is no trusted address any more.
    BlockIp { key: Option<String> },
    /// No token has this scope any more; neither has a key that carries scopes.
    RemoveScope { scope: String },
    /// All cursors given so far become invalid.
    ExpireCursors {},
    /// The double is set otherwise.
    Set(GongSettings),
}

impl GongWorld {
    /// Lets an event happen. Returns the id of the call concerned.
    ///
    /// # Errors
    /// The call, participant or key does not exist.
    pub fn apply(&mut self, event: &GongEvent, now: Timestamp) -> Result<Option<String>, GongError> {
        match event {
            GongEvent::AddCall { data, transcript, title } => {
                let (mut data, monologues) = match data {
                    Some(data) => (data.clone(), transcript.clone().unwrap_or_default()),
                    None => self.another(transcript.clone(), now)?,
                };
                if let (Some(title), Some(meta)) = (title, data.get_mut("metaData").and_then(Value::as_object_mut)) {
                    meta.insert("title".into(), json!(title));
                }
                self.add_call(data, monologues).map(Some)
            }
            GongEvent::Retitle { call, title } => self.with(call, |w, id| w.retitle(id, title)),
            GongEvent::Associate { call, system, object_type, object_id, fields } => self.with(call, |w, id| {
                let fields: Vec<Value> = fields.iter().flatten().map(|(name, value)| json!({"name": name, "value": value})).collect();
                let object = json!({"objectType": object_type, "objectId": object_id, "fields": fields});
                w.associate(id, system.as_deref().unwrap_or("Salesforce"), object.as_object().cloned().unwrap_or_default())
            }),
            GongEvent::TranscriptReady { call, in_seconds } => self.with(call, |w, id| {
                let at = now.checked_add(SignedDuration::from_secs(*in_seconds)).unwrap_or(Timestamp::MAX);
                w.set_ready(id, Ready::From(at))
            }),
            GongEvent::TranscriptNever { call } => self.with(call, |w, id| w.set_ready(id, Ready::Never)),
            GongEvent::DeleteCall { call } => self.with(call, |w, id| {
                w.delete_call(id);
                Ok(())
            }),
            GongEvent::MakePrivate { call } => self.with(call, |w, id| w.set_private(id, true)),
            GongEvent::MakePublic { call } => self.with(call, |w, id| w.set_private(id, false)),
            GongEvent::ChangeParty { call, party, fields } => self.with(call, |w, id| w.change_party(id, party, fields.clone())),
            GongEvent::SetField { call, path, value } => self.with(call, |w, id| {
                let mut data = w.call(id).unwrap_or_default();
                let at = data.pointer_mut(path).ok_or_else(|| GongError::Shape(format!("the call {id} has no `{path}`")))?;
                *at = value.clone();
                let Value::Object(data) = data else { return Err(GongError::Shape("a call is an object".into())) };
                w.change_call(id, |before| *before = data)
            }),
            GongEvent::AddUser { user } => self.add_user(user.clone()).map(|()| None),
            GongEvent::RevokeKey { key } => self.revoke(key.as_deref()).map(|()| None),
            GongEvent::BlockIp { key } => self.block_ip(key.as_deref(), true).map(|()| None),
            GongEvent::RemoveScope { scope } => {
                self.remove_scope(scope);
                Ok(None)
            }
            GongEvent::ExpireCursors {} => {
                self.expire_cursors();
                Ok(None)
            }
            GongEvent::Set(settings) => {
                self.set(settings);
                Ok(None)
            }
        }
    }

    fn with(
        &mut self,
        call: &Option<String>,
        change: impl FnOnce(&mut Self, &str) -> Result<(), GongError>,
    ) -> Result<Option<String>, GongError> {
        let word = call.as_deref().unwrap_or("newest");
        let found = match word {
            "newest" => self.calls.values().next_back(),
            "oldest" => self.calls.values().next(),
            id => self.find(id),
        };
        let id = found.map(|c| c.id.clone()).ok_or_else(|| GongError::Call(word.to_owned()))?;
        change(self, &id)?;
        Ok(Some(id))
    }

    /// A copy of the newest call under an id of its own, ending now.
    fn another(&self, transcript: Option<Value>, now: Timestamp) -> Result<(Value, Value), GongError> {
        let newest = self.calls.values().next_back().ok_or_else(|| GongError::Call("newest".into()))?;
        let (told, _) = newest.clone().into_told();
        let mut data = told.data;
        let highest = self.places.keys().filter_map(|id| id.parse::<u128>().ok()).max().unwrap_or(0);
        let id = (highest + 1).to_string();
        if let Some(Value::Object(meta)) = data.get_mut("metaData") {
            let seconds = meta.get("duration").and_then(Value::as_i64).unwrap_or(0);
            let started = now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now);
            meta.insert("id".into(), json!(id));
            meta.insert("url".into(), json!(format!("https://{}/call?id={id}", self.hostname)));
            meta.insert("started".into(), json!(started.to_string()));
            meta.insert("scheduled".into(), json!(started.to_string()));
            meta.insert("isPrivate".into(), json!(false));
        }
        Ok((Value::Object(data), transcript.unwrap_or(Value::Array(told.transcript))))
    }
}
