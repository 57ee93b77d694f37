use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use serde_json::{Value, json};

use super::{
    Token, TokenKind, Ts,
    channel::{Channel, Object},
};

/// Everything one simulated Slack workspace knows. Tests change it through [`WorldHandle`], clients through the API, scenarios by events.
#[derive(Clone, Default)]
pub struct World {
    pub(crate) team: Object,
    pub(crate) other_teams: BTreeMap<String, Object>,
    pub(crate) users: BTreeMap<String, Object>,
    pub(crate) bots: BTreeMap<String, Object>,
    pub(crate) channels: BTreeMap<String, Channel>,
    pub(crate) tokens: HashMap<String, Token>,
    /// Their texts in the order in which they were added.
    pub(crate) issued: Vec<String>,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// Grows with every change; what is computed from the world is kept as long as it stands.
    pub(crate) version: u64,
    /// Cursors of an older epoch are invalid.
    pub(crate) cursor_epoch: u64,
    /// Counts refreshed tokens, so that each is new.
    pub(crate) rotations: u64,
    /// Search shows messages so many seconds after they were written; Slack lags a few seconds behind.
    pub search_lag_seconds: u64,
}

/// Counts only: the world holds tokens.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first_level, replies) = self.count();
        f.debug_struct("World")
            .field("team", &self.team_id())
            .field("users", &self.users.len())
            .field("channels", &self.channels.len())
            .field("first_level", &first_level)
            .field("replies", &replies)
            .finish_non_exhaustive()
    }
}

/// Why the world can't be changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// No such channel.
    #[error("there is no channel `{0}`")]
    Channel(String),
    /// No such message in the channel.
    #[error("there is no message `{ts}` in {channel}")]
    Message {
        /// The channel's id.
        channel: String,
        /// The ts or the selector.
        ts: String,
    },
    /// No such user, or nobody is in the channel.
    #[error("there is no user `{0}`")]
    User(String),
    /// A message without a `ts` of ten digits, a dot and six digits.
    #[error("`{0}` is no message's ts")]
    Ts(String),
    /// Not a JSON object where one must stand.
    #[error("{0}")]
    Shape(String),
}

/// A shared world: the server reads it, tests and scenarios change it.
#[derive(Debug, Clone)]
pub struct WorldHandle(pub(crate) Arc<RwLock<World>>);

impl WorldHandle {
    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world; requests see all of the change or nothing.
    pub fn write<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.0.write().unwrap_or_else(PoisonError::into_inner);
        world.version += 1;
        change(&mut world)
    }
}

impl World {
    /// The workspace's team id.
    pub fn team_id(&self) -> &str {
        self.team.get("id").and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn team_text(&self, key: &str) -> &str {
        self.team.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    /// The workspace's web address, with a slash at the end.
    pub fn team_url(&self) -> String {
        match self.team_text("url") {
            "" => format!("https://{}.slack.com/", self.team_text("domain")),
            url => format!("{}/", url.trim_end_matches('/')),
        }
    }

    /// Ids and names of all channels, by id.
    pub fn channels(&self) -> Vec<(String, String)> {
        self.channels.iter().map(|(id, c)| (id.clone(), c.name().to_owned())).collect()
    }

    /// The id of a channel given by id or by name with or without `#`.
    pub fn channel_id(&self, id_or_name: &str) -> Option<String> {
        let name = id_or_name.trim_start_matches('#');
        if self.channels.contains_key(name) {
            return Some(name.to_owned());
        }
        self.channels.iter().find(|(_, c)| !name.is_empty() && c.name() == name).map(|(id, _)| id.clone())
    }

    /// All messages of a channel as the API would show them, first level by ts, then replies by thread; each once.
    pub fn messages(&self, channel: &str) -> Vec<Value> {
        let channel = self.channel_id(channel).and_then(|id| self.channels.get(&id));
        channel.map_or_else(Vec::new, |c| c.all().map(|(_, e)| Value::Object(e.object())).collect())
    }

    /// How many messages there are: first level, replies.
    pub fn count(&self) -> (usize, usize) {
        let first = self.channels.values().map(|c| c.history.iter().filter(|e| e.thread.is_none()).count()).sum();
        let replies = self.channels.values().flat_map(|c| c.threads.values()).map(Vec::len).sum();
        (first, replies)
    }

    /// The newest message's ts.
    pub fn newest(&self) -> Option<Ts> {
        let of = |entries: &[super::channel::Entry]| entries.last().map(|e| e.ts);
        self.channels.values().flat_map(|c| c.threads.values().map(move |r| of(r)).chain([of(&c.history)])).flatten().max()
    }

    /// Adds a token, or replaces the one of the same text.
    pub fn add_token(&mut self, token: Token) {
        if !self.tokens.contains_key(&token.token) {
            self.issued.push(token.token.clone());
        }
        self.tokens.insert(token.token.clone(), token);
    }

    /// The first token of this kind that is not revoked.
    pub fn token(&self, kind: TokenKind) -> Option<&Token> {
        self.issued.iter().filter_map(|t| self.tokens.get(t)).find(|t| t.kind == kind && !t.revoked)
    }

    /// All tokens, in the order in which they were added.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.issued.iter().filter_map(|t| self.tokens.get(t))
    }

    /// How many people and bots `users.list` shows: those of the own team.
    pub fn own_users(&self) -> usize {
        self.users.values().filter(|u| u.get("team_id").and_then(Value::as_str) == Some(self.team_id())).count()
    }

    /// Ids of a channel's members, sorted; the channel by id or name.
    pub fn members(&self, channel: &str) -> Vec<String> {
        let channel = self.channel_id(channel).and_then(|id| self.channels.get(&id));
        channel.map_or_else(Vec::new, |c| c.members.iter().cloned().collect())
    }

    /// Whether a channel, by id or name, is open to everybody in the workspace.
    pub fn is_public(&self, channel: &str) -> bool {
        self.channel_id(channel).and_then(|id| self.channels.get(&id)).is_some_and(|c| c.kind() == "public_channel")
    }

    /// Revokes every token.
    pub fn revoke_tokens(&mut self) {
        self.tokens.values_mut().for_each(|t| t.revoked = true);
    }

    /// Makes all cursors given so far invalid.
    pub fn expire_cursors(&mut self) {
        self.cursor_epoch += 1;
    }

    /// Adds a user in Slack's shape; standard fields that are missing are filled in.
    ///
    /// # Errors
    /// It is no object with an `id`.
    pub fn add_user(&mut self, user: Value) -> Result<(), WorldError> {
        let Value::Object(mut user) = user else { return Err(WorldError::Shape("a user is an object".into())) };
        let Some(id) = user.get("id").and_then(Value::as_str).map(str::to_owned) else {
            return Err(WorldError::Shape("a user has an `id`".into()));
        };
        fill_user(&mut user, self.team_id());
        if let Some(bot) = user.get("profile").and_then(|p| p.get("bot_id")).and_then(Value::as_str) {
            let bot = bot.to_owned();
            let made = bot_of(&user, &bot);
            self.bots.insert(bot, made);
        }
        self.users.insert(id, user);
        Ok(())
    }

    /// Adds a conversation in Slack's shape with an extra `members` (and `pin_count`); standard fields that are missing are filled in.
    ///
    /// # Errors
    /// It is no object with an `id`.
    pub fn add_channel(&mut self, channel: Value) -> Result<(), WorldError> {
        let Value::Object(mut object) = channel else { return Err(WorldError::Shape("a channel is an object".into())) };
        let Some(id) = object.get("id").and_then(Value::as_str).map(str::to_owned) else {
            return Err(WorldError::Shape("a channel has an `id`".into()));
        };
        let members = object.remove("members").and_then(|m| serde_json::from_value(m).ok()).unwrap_or_default();
        let pins = object.remove("pin_count").and_then(|p| p.as_u64()).unwrap_or_default();
        // These depend on who asks.
        object.remove("is_member");
        object.remove("num_members");
        fill_channel(&mut object, self.team_id());
        self.channels.insert(id, Channel { object, members, pins, ..Channel::default() });
        Ok(())
    }

    /// Puts a message in Slack's shape into a channel (by id or name), replacing one of the same ts; a reply has a `thread_ts`. Thread
    /// counters are computed.
    ///
    /// # Errors
    /// There is no such channel, or the message has no `ts`.
    pub fn add_message(&mut self, channel: &str, message: Value) -> Result<Ts, WorldError> {
        self.add_messages(channel, vec![message]).map(|ts| ts.first().copied().unwrap_or(Ts(0)))
    }

    /// [`add_message`](Self::add_message) for many at once, which is quicker for long threads. Parents may come after their replies.
    ///
    /// # Errors
    /// As there; messages before the bad one are in.
    pub fn add_messages(&mut self, channel: &str, messages: Vec<Value>) -> Result<Vec<Ts>, WorldError> {
        let id = self.channel_id(channel).ok_or_else(|| WorldError::Channel(channel.to_owned()))?;
        let team = self.team_id().to_owned();
        let mut parsed = Vec::with_capacity(messages.len());
        for message in messages {
            let Value::Object(mut object) = message else { return Err(WorldError::Shape("a message is an object".into())) };
            let text = object.get("ts").and_then(Value::as_str).unwrap_or_default();
            let ts: Ts = text.parse().map_err(|()| WorldError::Ts(text.to_owned()))?;
            object.entry("type").or_insert(json!("message"));
            object.entry("text").or_insert(json!(""));
            self.learn_bot(&object, &team);
            parsed.push((ts, object));
        }
        self.version += 1;
        let Some(channel) = self.channels.get_mut(&id) else { return Err(WorldError::Channel(id)) };
        // First-level messages first, so that replies find whom they answer.
        parsed.sort_by_key(|(ts, o)| (o.get("thread_ts").and_then(Value::as_str).is_some_and(|t| t != ts.to_string()), *ts));
        let mut touched = std::collections::BTreeSet::new();
        let mut all = Vec::with_capacity(parsed.len());
        for (ts, object) in parsed {
            all.push(ts);
            touched.extend(channel.put(ts, object));
            if channel.threads.contains_key(&ts) {
                touched.insert(ts);
            }
        }
        touched.into_iter().for_each(|t| channel.refresh(t));
        Ok(all)
    }

    /// Remembers the bots that only their messages tell of, for `bots.info`.
    fn learn_bot(&mut self, message: &Object, team: &str) {
        let Some(id) = message.get("bot_id").and_then(Value::as_str) else { return };
        if self.bots.contains_key(id) {
            return;
        }
        let profile = message.get("bot_profile");
        let name = profile.and_then(|p| p.get("name")).or_else(|| message.get("username")).and_then(Value::as_str).unwrap_or(id);
        let app = profile.and_then(|p| p.get("app_id")).and_then(Value::as_str);
        let mut user = Object::new();
        user.insert("name".into(), json!(name));
        user.insert("team_id".into(), json!(team));
        user.insert("profile".into(), json!({"api_app_id": app}));
        self.bots.insert(id.to_owned(), bot_of(&user, id));
    }

    /// Whether a token may know that the channel exists.
    pub(crate) fn sees(&self, token: &Token, channel: &Channel) -> bool {
        channel.kind() == "public_channel" || channel.members.contains(&token.user_id)
    }

    /// Whether two users are together in a channel.
    pub(crate) fn together(&self, a: &str, b: &str) -> bool {
        self.channels.values().any(|c| c.members.contains(a) && c.members.contains(b))
    }

    /// Whether a user has written something in a channel that the token's user is in.
    pub(crate) fn wrote_for(&self, token: &Token, user: &str) -> bool {
        let mine = self.channels.values().filter(|c| c.members.contains(&token.user_id));
        mine.flat_map(Channel::all).any(|(_, e)| *e.user == *user)
    }

    /// The name that people see: display name, real name, name, id.
    pub(crate) fn label(&self, user: &str) -> String {
        let Some(object) = self.users.get(user) else { return user.to_owned() };
        object.get("name").and_then(Value::as_str).filter(|n| !n.is_empty()).unwrap_or(user).to_owned()
    }

    /// The link to a message, without the thread's arguments.
    pub(crate) fn permalink(&self, channel: &str, ts: Ts) -> String {
        format!("{}archives/{channel}/p{}", self.team_url(), ts.digits())
    }
}

/// A bot object from its user.
fn bot_of(user: &Object, id: &str) -> Object {
    let profile = user.get("profile");
    let text = |key: &str| profile.and_then(|p| p.get(key)).and_then(Value::as_str);
    let name = text("real_name").or_else(|| user.get("name").and_then(Value::as_str)).unwrap_or(id);
    let icon = |size: u32| json!(format!("https://a.slack-edge.com/80588/img/plugins/app/bot_{size}.png"));
    let mut bot = Object::new();
    bot.insert("id".into(), json!(id));
    bot.insert("deleted".into(), json!(user.get("deleted").and_then(Value::as_bool).unwrap_or(false)));
    bot.insert("name".into(), json!(name));
    bot.insert("updated".into(), user.get("updated").cloned().unwrap_or(json!(1_700_000_000)));
    bot.insert("app_id".into(), json!(text("api_app_id").unwrap_or("A000000000")));
    if let Some(user_id) = user.get("id") {
        bot.insert("user_id".into(), user_id.clone());
    }
    bot.insert("icons".into(), json!({"image_36": icon(36), "image_48": icon(48), "image_72": icon(72)}));
    bot
}

fn fill_user(user: &mut Object, team: &str) {
    let name = user.get("name").and_then(Value::as_str).unwrap_or("somebody").to_owned();
    let mut fill = |key: &str, value: Value| {
        user.entry(key).or_insert(value);
    };
    fill("name", json!(name));
    fill("team_id", json!(team));
    fill("deleted", json!(false));
    fill("is_bot", json!(false));
    fill("is_app_user", json!(false));
    fill("updated", json!(1_700_000_000));
    let deleted = user.get("deleted").and_then(Value::as_bool).unwrap_or(false);
    if !deleted {
        for key in ["is_admin", "is_owner", "is_primary_owner", "is_restricted", "is_ultra_restricted"] {
            user.entry(key).or_insert(json!(false));
        }
    }
    let team = user.get("team_id").cloned().unwrap_or_default();
    let real = user.get("real_name").cloned();
    let Value::Object(profile) = user.entry("profile").or_insert_with(|| json!({})) else { return };
    let real = profile.get("real_name").cloned().or(real).unwrap_or(json!(name));
    profile.entry("real_name").or_insert(real.clone());
    profile.entry("real_name_normalized").or_insert(real.clone());
    let display = profile.get("display_name").cloned().unwrap_or(json!(""));
    profile.entry("display_name").or_insert(display.clone());
    profile.entry("display_name_normalized").or_insert(display);
    for key in ["title", "phone", "skype", "status_text", "status_emoji"] {
        profile.entry(key).or_insert(json!(""));
    }
    // Slack sends it even where there are no custom fields.
    profile.entry("fields").or_insert(Value::Null);
    profile.entry("avatar_hash").or_insert(json!("g0123456789a"));
    profile.entry("team").or_insert(team);
    user.entry("real_name").or_insert(real);
}

fn fill_channel(channel: &mut Object, team: &str) {
    let flag = |c: &Object, key: &str| c.get(key).and_then(Value::as_bool).unwrap_or(false);
    let (im, mpim, private) = (flag(channel, "is_im"), flag(channel, "is_mpim"), flag(channel, "is_private"));
    let mut fill = |key: &str, value: Value| {
        channel.entry(key).or_insert(value);
    };
    fill("created", json!(1_700_000_000));
    fill("is_archived", json!(false));
    fill("is_org_shared", json!(false));
    fill("is_im", json!(im));
    fill("context_team_id", json!(team));
    fill("updated", json!(1_700_000_000_000_u64));
    if im {
        fill("is_user_deleted", json!(false));
        fill("priority", json!(0));
        return;
    }
    fill("creator", json!(""));
    fill("is_channel", json!(!private && !mpim));
    fill("is_group", json!(private && !mpim));
    fill("is_mpim", json!(mpim));
    fill("is_private", json!(private || mpim));
    fill("is_general", json!(false));
    fill("is_shared", json!(false));
    fill("is_ext_shared", json!(false));
    fill("is_pending_ext_shared", json!(false));
    fill("unlinked", json!(0));
    fill("pending_shared", json!([]));
    fill("pending_connected_team_ids", json!([]));
    fill("previous_names", json!([]));
    fill("shared_team_ids", json!([team]));
    fill("topic", json!({"value": "", "creator": "", "last_set": 0}));
    fill("purpose", json!({"value": "", "creator": "", "last_set": 0}));
    let name = channel.get("name").cloned().unwrap_or(json!(""));
    channel.entry("name").or_insert(name.clone());
    channel.entry("name_normalized").or_insert(name);
}
