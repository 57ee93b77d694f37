use jiff::Timestamp;
use sales_simulator::{Token, TokenKind, World};
use serde_json::{Value, json};

/// A `ts` from an instant written as RFC 3339, with the number as its last six digits: `ts("2024-03-15T09:00:00Z", 100)`.
pub fn ts(at: &str, micros: u32) -> String {
    let at: Timestamp = at.parse().unwrap_or_else(|e| panic!("`{at}` is no time: {e}"));
    format!("{:010}.{micros:06}", at.as_second())
}

/// The `ts` so many seconds later.
pub fn ts_plus(ts: &str, seconds: i64) -> String {
    let (whole, micros) = ts.split_once('.').expect("a ts has a dot");
    let whole: i64 = whole.parse().expect("a ts begins with seconds");
    format!("{:010}.{micros}", whole + seconds)
}

/// A Slack workspace made by a test: our company `YourCompany` (team `T0OURS0001`, `yourcompany.com`), the bot `U0BOT00001`, Jo
/// (`U0JO000001`) and Priya (`U0PRIYA001`) of ours, and a bot token with all reading scopes. The rest is added.
pub struct SlackWorld(pub World);

/// Scopes that a read-only bot is recommended to have.
const SCOPES: [&str; 8] =
    ["channels:read", "groups:read", "channels:history", "groups:history", "users:read", "users:read.email", "team:read", "files:read"];

impl Default for SlackWorld {
    fn default() -> Self {
        Self::new()
    }
}

impl SlackWorld {
    /// The company, without channels.
    pub fn new() -> Self {
        let team = json!({
            "team": {"id": "T0OURS0001", "name": "YourCompany", "domain": "yourcompany", "url": "https://yourcompany.slack.com/"},
            "other_teams": [
                {"id": "T0ACME0001", "name": "ACME Inc", "domain": "acme"},
                {"id": "T0GLOBEX01", "name": "Globex", "domain": "globex"},
            ],
            "tokens": [], "bots": [], "usergroups": [],
        });
        let world = World::from_files(&team.to_string(), "[]", "[]", &[]).expect("the team is in the samples' format");
        let mut made = SlackWorld(world);
        made.0
            .add_user(json!({"id": "U0BOT00001", "name": "salesbot", "is_bot": true,
                "profile": {"real_name": "Sales Bot", "bot_id": "B0BOT00001", "api_app_id": "A0APP00001"}}))
            .expect("a bot");
        made.ours("U0JO000001", "Jo Rivera", "jo@yourcompany.com")
            .ours("U0PRIYA001", "Priya Raman", "priya@yourcompany.com")
            .bot_scopes(&SCOPES)
    }

    /// Gives the bot these scopes only.
    pub fn bot_scopes(mut self, scopes: &[&str]) -> Self {
        let mut token = Token::new(TokenKind::Bot, "xoxb-0-bot", "U0BOT00001", scopes);
        (token.bot_id, token.app_id) = (Some("B0BOT00001".into()), Some("A0APP00001".into()));
        self.0.add_token(token);
        self
    }

    /// Lets the bot's token be renewed with this refresh token.
    pub fn rotating(mut self, refresh: &str) -> Self {
        let mut token = self.0.token(TokenKind::Bot).expect("the bot has a token").clone();
        token.refresh_token = Some(refresh.to_owned());
        self.0.add_token(token);
        self
    }

    /// Adds Jo's user token, which may search.
    pub fn user_token(mut self) -> Self {
        let mut token = Token::new(TokenKind::User, "xoxp-0-jo", "U0JO000001", &SCOPES);
        token.scopes.insert("search:read".into());
        token.app_id = Some("A0APP00001".into());
        self.0.add_token(token);
        self
    }

    /// A colleague.
    pub fn ours(mut self, id: &str, name: &str, email: &str) -> Self {
        let user = json!({"id": id, "name": id.to_lowercase(), "profile": {"real_name": name, "display_name": name, "email": email}});
        self.0.add_user(user).expect("a user");
        self
    }

    /// Somebody of another company: in no list of users, and without an address.
    pub fn foreign(mut self, id: &str, name: &str, team: &str) -> Self {
        let user = json!({"id": id, "team_id": team, "name": id.to_lowercase(), "profile": {"real_name": name, "display_name": name}});
        self.0.add_user(user).expect("a user");
        self
    }

    /// A guest in our own workspace.
    pub fn guest(mut self, id: &str, name: &str, email: &str) -> Self {
        let user = json!({"id": id, "name": id.to_lowercase(), "is_restricted": true,
            "profile": {"real_name": name, "display_name": name, "email": email}});
        self.0.add_user(user).expect("a user");
        self
    }

    /// A channel with the bot, Jo, Priya and these.
    pub fn channel(self, id: &str, name: &str, members: &[&str]) -> Self {
        self.place(json!({"id": id, "name": name}), members)
    }

    /// A channel shared with another company's team.
    pub fn shared(self, id: &str, name: &str, team: &str, members: &[&str]) -> Self {
        let channel = json!({"id": id, "name": name, "is_shared": true, "is_ext_shared": true, "conversation_host_id": "T0OURS0001",
            "shared_team_ids": ["T0OURS0001", team], "internal_team_ids": ["T0OURS0001"]});
        self.place(channel, members)
    }

    /// A channel in Slack's own form; the bot, Jo and Priya are in it, and these.
    pub fn place(mut self, mut channel: Value, members: &[&str]) -> Self {
        let all: Vec<&str> = ["U0BOT00001", "U0JO000001", "U0PRIYA001"].iter().chain(members).copied().collect();
        channel["members"] = json!(all);
        channel["creator"] = json!("U0JO000001");
        self.0.add_channel(channel).expect("a channel");
        self
    }

    /// A first-level message.
    pub fn says(self, channel: &str, ts: &str, user: &str, text: &str) -> Self {
        self.raw(channel, json!({"ts": ts, "user": user, "text": text}))
    }

    /// A reply.
    pub fn replies(self, channel: &str, thread: &str, ts: &str, user: &str, text: &str) -> Self {
        self.raw(channel, json!({"ts": ts, "thread_ts": thread, "user": user, "text": text}))
    }

    /// A message in Slack's own form.
    pub fn raw(mut self, channel: &str, message: Value) -> Self {
        self.0.add_message(channel, message).expect("a message");
        self
    }

    /// Many of them.
    pub fn all(mut self, channel: &str, messages: Vec<Value>) -> Self {
        self.0.add_messages(channel, messages).expect("messages");
        self
    }
}
