use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    AccessKey, AccessToken, GongLimits, Object, Ready, Regional,
    call::{Call, Told},
};

/// Everything one simulated company's Gong knows. Tests change it through [`GongHandle`], scenarios by events.
#[derive(Clone)]
pub struct GongWorld {
    /// Where people see its calls: `us-12345.app.gong.io`.
    pub(crate) hostname: String,
    pub(crate) workspaces: Vec<Object>,
    pub(crate) users: Vec<Object>,
    /// Users that are avatars, and only listed where that is asked for.
    pub(crate) avatars: BTreeSet<String>,
    pub(crate) trackers: Vec<Object>,
    pub(crate) scorecards: Vec<Object>,
    pub(crate) crm_integrations: Vec<Object>,
    pub(crate) keys: Vec<AccessKey>,
    pub(crate) tokens: Vec<AccessToken>,
    /// By [`place`](Call::place).
    pub(crate) calls: BTreeMap<String, Call>,
    /// Places by id.
    pub(crate) places: HashMap<String, String>,
    /// Cursors of an older epoch are invalid.
    pub(crate) cursor_epoch: u64,
    /// Records on a page: 100 as far as anybody has seen.
    pub page_size: usize,
    /// How long a cursor is good. Gong's expire; after what time, it does not say.
    pub cursor_seconds: i64,
    /// Its limits; none unless set.
    pub limits: Option<GongLimits>,
    /// Whether the host that all companies share serves it.
    pub regional: Regional,
}

/// Where people see the calls of a company of this region.
pub(crate) fn region(number: u32) -> String {
    format!("us-{number}.app.gong.io")
}

impl Default for GongWorld {
    fn default() -> Self {
        GongWorld {
            hostname: "app.gong.io".into(),
            workspaces: Vec::new(),
            users: Vec::new(),
            avatars: BTreeSet::new(),
            trackers: Vec::new(),
            scorecards: Vec::new(),
            crm_integrations: Vec::new(),
            keys: Vec::new(),
            tokens: Vec::new(),
            calls: BTreeMap::new(),
            places: HashMap::new(),
            cursor_epoch: 0,
            page_size: 100,
            cursor_seconds: 3600,
            limits: None,
            regional: Regional::Off,
        }
    }
}

/// Counts only: the world holds keys.
impl fmt::Debug for GongWorld {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GongWorld")
            .field("hostname", &self.hostname)
            .field("users", &self.users.len())
            .field("calls", &self.calls.len())
            .finish_non_exhaustive()
    }
}

/// Why the world can't be changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GongError {
    /// No such call.
    #[error("there is no call `{0}`")]
    Call(String),
    /// No such participant.
    #[error("nobody is `{party}` in the call {call}")]
    Party {
        /// The call's id.
        call: String,
        /// Id, address or name.
        party: String,
    },
    /// No such access key or token.
    #[error("there is no such access key or token")]
    Key,
    /// Not of the form it must have.
    #[error("{0}")]
    Shape(String),
}

/// A shared world: the server reads it, tests and scenarios change it.
#[derive(Debug, Clone)]
pub struct GongHandle(Arc<RwLock<GongWorld>>);

impl GongHandle {
    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&GongWorld) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world; requests see all of the change or nothing.
    pub fn write<T>(&self, change: impl FnOnce(&mut GongWorld) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl GongWorld {
    /// The world behind a handle.
    pub fn into_handle(self) -> GongHandle {
        GongHandle(Arc::new(RwLock::new(self)))
    }

    /// The first access key that works.
    pub fn key(&self) -> Option<&AccessKey> {
        self.keys.iter().find(|k| !k.revoked)
    }

    /// The first token that works.
    pub fn token(&self) -> Option<&AccessToken> {
        self.tokens.iter().find(|t| !t.revoked)
    }

    /// Adds an access key, or replaces the one of the same name.
    pub fn add_key(&mut self, key: AccessKey) {
        self.keys.retain(|k| k.key != key.key);
        self.keys.push(key);
    }

    /// Adds a token, or replaces the one of the same text.
    pub fn add_token(&mut self, token: AccessToken) {
        self.tokens.retain(|t| t.token != token.token);
        self.tokens.push(token);
    }

    /// Revokes an access key by its name, or a token by its text; all of them, if none is given.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn revoke(&mut self, key: Option<&str>) -> Result<(), GongError> {
        self.each_key(key, |revoked, _| *revoked = true)
    }

    /// From now on, ours is no trusted address for an access key or token; for all of them, if none is given. Or it is again.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn block_ip(&mut self, key: Option<&str>, blocked: bool) -> Result<(), GongError> {
        self.each_key(key, |_, ip| *ip = blocked)
    }

    fn each_key(&mut self, key: Option<&str>, mut change: impl FnMut(&mut bool, &mut bool)) -> Result<(), GongError> {
        let mut some = false;
        for k in self.keys.iter_mut().filter(|k| key.is_none_or(|key| k.key == key)) {
            change(&mut k.revoked, &mut k.ip_blocked);
            some = true;
        }
        for t in self.tokens.iter_mut().filter(|t| key.is_none_or(|key| t.token == key)) {
            change(&mut t.revoked, &mut t.ip_blocked);
            some = true;
        }
        if some { Ok(()) } else { Err(GongError::Key) }
    }

    /// Takes a scope from all keys and tokens. A key that may do everything keeps doing everything: it carries no scopes.
    pub fn remove_scope(&mut self, scope: &str) {
        self.tokens.iter_mut().for_each(|t| _ = t.scopes.remove(scope));
        self.keys.iter_mut().filter_map(|k| k.scopes.as_mut()).for_each(|s| _ = s.remove(scope));
    }

    /// Makes all cursors given so far invalid.
    pub fn expire_cursors(&mut self) {
        self.cursor_epoch += 1;
    }

    /// Adds a user in Gong's shape, or replaces the one of the same id; fields that are missing are filled in.
    ///
    /// # Errors
    /// It is no object with an `id`.
    pub fn add_user(&mut self, user: Value) -> Result<(), GongError> {
        let (id, mut user) = identified(user, "id")?;
        for (key, value) in user_fields() {
            user.entry(key).or_insert(value);
        }
        match self.users.iter_mut().find(|u| u.get("id").and_then(Value::as_str) == Some(&id)) {
            Some(known) => *known = user,
            None => self.users.push(user),
        }
        Ok(())
    }

    /// Adds a workspace in Gong's shape.
    ///
    /// # Errors
    /// It is no object with an `id`.
    pub fn add_workspace(&mut self, workspace: Value) -> Result<(), GongError> {
        let (_, workspace) = identified(workspace, "id")?;
        self.workspaces.push(workspace);
        Ok(())
    }

    /// Adds a keyword tracker in Gong's shape.
    ///
    /// # Errors
    /// It is no object with a `trackerId`.
    pub fn add_tracker(&mut self, tracker: Value) -> Result<(), GongError> {
        let (_, tracker) = identified(tracker, "trackerId")?;
        self.trackers.push(tracker);
        Ok(())
    }

    /// Users as the API shows them.
    pub fn users(&self) -> Vec<Value> {
        self.users.iter().cloned().map(Value::Object).collect()
    }

    /// Ids of all calls, oldest first, private ones among them.
    pub fn calls(&self) -> Vec<String> {
        self.calls.values().map(|c| c.id.clone()).collect()
    }

    /// Ids of the calls that the API shows, oldest first.
    pub fn public_calls(&self) -> Vec<String> {
        self.calls.values().filter(|c| !c.private).map(|c| c.id.clone()).collect()
    }

    /// A call with every block: `CallData`.
    pub fn call(&self, id: &str) -> Option<Value> {
        self.find(id).map(|c| Value::Object(c.data().into_owned()))
    }

    /// A call's monologues, whether they are ready or not.
    pub fn transcript(&self, id: &str) -> Option<Value> {
        self.find(id).and_then(|c| serde_json::from_str(&c.transcript()).ok())
    }

    /// From when on a call has a transcript.
    pub fn ready(&self, id: &str) -> Option<Ready> {
        self.find(id).map(|c| c.ready)
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Call> {
        self.places.get(id).and_then(|place| self.calls.get(place))
    }

    /// Adds a call: `CallData` with every block, and its `Monologue`s; it replaces one of the same id. Fields of `metaData` that are
    /// missing are filled in, all but `id` and `started`. The transcript is ready when the call has ended.
    ///
    /// # Errors
    /// It has no `metaData` with an id of digits and a time.
    pub fn add_call(&mut self, call: Value, transcript: Value) -> Result<String, GongError> {
        let Value::Object(data) = call else { return Err(GongError::Shape("a call is an object".into())) };
        let transcript = match transcript {
            Value::Null => Vec::new(),
            Value::Array(monologues) => monologues,
            _ => return Err(GongError::Shape("a transcript is a list of monologues".into())),
        };
        self.put(Told { data, transcript }, None)
    }

    pub(crate) fn put(&mut self, told: Told, ready: Option<Ready>) -> Result<String, GongError> {
        let first = |list: &[Object]| list.first().and_then(|o| o.get("id")).and_then(Value::as_str).unwrap_or("1").to_owned();
        let (workspace, user) = (first(&self.workspaces), first(&self.users));
        let call = Call::told(told, ready, &self.hostname, (&workspace, &user))?;
        Ok(self.file(call))
    }

    pub(crate) fn file(&mut self, call: Call) -> String {
        let (id, place) = (call.id.clone(), call.place());
        if let Some(before) = self.places.insert(id.clone(), place.clone()) {
            self.calls.remove(&before);
        }
        self.calls.insert(place, call);
        id
    }

    /// When the newest call took place.
    pub fn newest(&self) -> Option<Timestamp> {
        self.calls.values().next_back().map(|c| c.at)
    }
}

/// An object and the id that it must have.
fn identified(value: Value, key: &str) -> Result<(String, Object), GongError> {
    let Value::Object(object) = value else { return Err(GongError::Shape(format!("not an object with `{key}`"))) };
    match object.get(key).and_then(Value::as_str).map(str::to_owned) {
        Some(id) => Ok((id, object)),
        None => Err(GongError::Shape(format!("not an object with `{key}`"))),
    }
}

/// `UserMetadata` of somebody about whom nothing is known.
fn user_fields() -> [(&'static str, Value); 15] {
    [
        ("emailAddress", json!("")),
        ("created", json!("2023-01-09T09:00:00Z")),
        ("active", json!(true)),
        ("emailAliases", json!([])),
        ("trustedEmailAddress", Value::Null),
        ("firstName", Value::Null),
        ("lastName", Value::Null),
        ("title", Value::Null),
        ("phoneNumber", Value::Null),
        ("extension", Value::Null),
        ("personalMeetingUrls", json!([])),
        (
            "settings",
            json!({"webConferencesRecorded": true, "preventWebConferenceRecording": false, "telephonyCallsImported": false,
                "emailsImported": true, "preventEmailImport": false, "nonRecordedMeetingsImported": true, "gongConnectEnabled": true}),
        ),
        ("managerId", Value::Null),
        ("meetingConsentPageUrl", Value::Null),
        ("spokenLanguages", json!([])),
    ]
}
