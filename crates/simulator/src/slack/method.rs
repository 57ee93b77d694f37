//! The methods as data: limits, scopes and arguments, as the method reference of 2026-05 states them.

use super::{
    api::{auth, chat, conversations, history, search, users},
    args::Kind::{self, Bool, Int, Json, Text},
    call::Call,
    error::Refusal,
};
use crate::limit::Quota;

/// How a method is limited; Slack's tiers promise "n+ per minute", and the double takes them at their word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// 100 a minute.
    Four,
    /// Special and generous: hundreds a minute; 300 here.
    Generous,
    /// One message a second per channel, and 300 a minute in the workspace.
    Posting,
}

impl Tier {
    pub(crate) fn quota(self) -> Quota {
        Quota::per_minute(match self {
            Tier::Two => 20,
            Tier::Three => 50,
            Tier::Four => 100,
            Tier::Generous | Tier::Posting => 300,
        })
    }
}

/// Which scopes a method asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scopes {
    /// None; for `oauth.v2.access` not even a token.
    None,
    /// This one.
    One(&'static str),
    /// `channels:`, `groups:`, `im:` or `mpim:` and this word, by the channel's kind.
    Family(&'static str),
    /// One for bots, another for users.
    Split(&'static str, &'static str),
    /// This one, and only for user tokens.
    UserOnly(&'static str),
}

impl Scopes {
    /// What the header `x-accepted-oauth-scopes` says.
    pub(crate) fn accepted(self) -> String {
        match self {
            Scopes::None => String::new(),
            Scopes::One(s) | Scopes::UserOnly(s) => s.to_owned(),
            Scopes::Split(a, b) => format!("{a},{b}"),
            Scopes::Family(word) => ["channels", "groups", "mpim", "im"].map(|f| format!("{f}:{word}")).join(","),
        }
    }
}

/// One method.
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) tier: Tier,
    pub(crate) scopes: Scopes,
    /// Name, type, required.
    pub(crate) takes: &'static [(&'static str, Kind, bool)],
    pub(crate) answer: fn(&Call<'_>) -> Result<Vec<u8>, Refusal>,
}

pub(crate) fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|m| m.name == name)
}

const LISTING: [(&str, Kind, bool); 5] =
    [("cursor", Text, false), ("exclude_archived", Bool, false), ("limit", Int, false), ("team_id", Text, false), ("types", Text, false)];
const HISTORY: [(&str, Kind, bool); 7] = [
    ("channel", Text, true),
    ("cursor", Text, false),
    ("include_all_metadata", Bool, false),
    ("inclusive", Bool, false),
    ("latest", Text, false),
    ("limit", Int, false),
    ("oldest", Text, false),
];

static METHODS: &[Method] = &[
    Method { name: "auth.test", tier: Tier::Generous, scopes: Scopes::None, takes: &[], answer: auth::test },
    Method {
        name: "oauth.v2.access",
        tier: Tier::Generous,
        scopes: Scopes::None,
        takes: &[
            ("client_id", Text, false),
            ("client_secret", Text, false),
            ("code", Text, false),
            ("code_verifier", Text, false),
            ("grant_type", Text, false),
            ("redirect_uri", Text, false),
            ("refresh_token", Text, false),
        ],
        answer: auth::access,
    },
    Method {
        name: "team.info",
        tier: Tier::Three,
        scopes: Scopes::One("team:read"),
        takes: &[("domain", Text, false), ("team", Text, false)],
        answer: auth::team,
    },
    Method {
        name: "users.list",
        tier: Tier::Two,
        scopes: Scopes::One("users:read"),
        takes: &[("cursor", Text, false), ("include_locale", Bool, false), ("limit", Int, false), ("team_id", Text, false)],
        answer: users::list,
    },
    Method {
        name: "users.info",
        tier: Tier::Four,
        scopes: Scopes::One("users:read"),
        takes: &[("include_locale", Bool, false), ("user", Text, true)],
        answer: users::info,
    },
    Method {
        name: "users.lookupByEmail",
        tier: Tier::Three,
        scopes: Scopes::One("users:read.email"),
        takes: &[("email", Text, true)],
        answer: users::lookup,
    },
    Method {
        name: "bots.info",
        tier: Tier::Three,
        scopes: Scopes::One("users:read"),
        takes: &[("bot", Text, false), ("team_id", Text, false)],
        answer: users::bot,
    },
    Method {
        name: "users.conversations",
        tier: Tier::Three,
        scopes: Scopes::Family("read"),
        takes: &[LISTING[0], LISTING[1], LISTING[2], LISTING[3], LISTING[4], ("user", Text, false)],
        answer: conversations::of_user,
    },
    Method { name: "conversations.list", tier: Tier::Two, scopes: Scopes::Family("read"), takes: &LISTING, answer: conversations::list },
    Method {
        name: "conversations.info",
        tier: Tier::Three,
        scopes: Scopes::Family("read"),
        takes: &[("channel", Text, true), ("include_locale", Bool, false), ("include_num_members", Bool, false)],
        answer: conversations::info,
    },
    Method {
        name: "conversations.members",
        tier: Tier::Four,
        scopes: Scopes::Family("read"),
        takes: &[("channel", Text, true), ("cursor", Text, false), ("limit", Int, false)],
        answer: conversations::members,
    },
    Method {
        name: "conversations.join",
        tier: Tier::Three,
        scopes: Scopes::Split("channels:join", "channels:write"),
        takes: &[("channel", Text, true)],
        answer: conversations::join,
    },
    Method {
        name: "conversations.history",
        tier: Tier::Three,
        scopes: Scopes::Family("history"),
        takes: &HISTORY,
        answer: history::history,
    },
    Method {
        name: "conversations.replies",
        tier: Tier::Three,
        scopes: Scopes::Family("history"),
        takes: &[HISTORY[0], HISTORY[1], HISTORY[2], HISTORY[3], HISTORY[4], HISTORY[5], HISTORY[6], ("ts", Text, true)],
        answer: history::replies,
    },
    Method {
        name: "search.messages",
        tier: Tier::Two,
        scopes: Scopes::UserOnly("search:read"),
        takes: &[
            ("query", Text, true),
            ("count", Int, false),
            ("cursor", Text, false),
            ("highlight", Bool, false),
            ("page", Int, false),
            ("sort", Text, false),
            ("sort_dir", Text, false),
            ("team_id", Text, false),
        ],
        answer: search::messages,
    },
    Method {
        name: "chat.getPermalink",
        tier: Tier::Generous,
        scopes: Scopes::None,
        takes: &[("channel", Text, true), ("message_ts", Text, true)],
        answer: chat::permalink,
    },
    Method {
        name: "chat.postMessage",
        tier: Tier::Posting,
        scopes: Scopes::One("chat:write"),
        takes: &[
            ("channel", Text, true),
            ("as_user", Bool, false),
            ("attachments", Json, false),
            ("blocks", Json, false),
            ("current_draft_last_updated_ts", Text, false),
            ("icon_emoji", Text, false),
            ("icon_url", Text, false),
            ("link_names", Bool, false),
            ("markdown_text", Text, false),
            ("metadata", Json, false),
            ("mrkdwn", Bool, false),
            ("parse", Text, false),
            ("reply_broadcast", Bool, false),
            ("text", Text, false),
            ("thread_ts", Text, false),
            ("unfurl_links", Bool, false),
            ("unfurl_media", Bool, false),
            ("username", Text, false),
        ],
        answer: chat::post,
    },
    Method {
        name: "chat.update",
        tier: Tier::Three,
        scopes: Scopes::One("chat:write"),
        takes: &[
            ("channel", Text, true),
            ("ts", Text, true),
            ("as_user", Bool, false),
            ("attachments", Json, false),
            ("blocks", Json, false),
            ("file_ids", Json, false),
            ("link_names", Bool, false),
            ("markdown_text", Text, false),
            ("metadata", Json, false),
            ("parse", Text, false),
            ("reply_broadcast", Bool, false),
            ("text", Text, false),
            ("unfurled_attachments", Json, false),
        ],
        answer: chat::update,
    },
    Method {
        name: "chat.delete",
        tier: Tier::Three,
        scopes: Scopes::One("chat:write"),
        takes: &[("channel", Text, true), ("ts", Text, true), ("as_user", Bool, false)],
        answer: chat::delete,
    },
    Method {
        name: "reactions.add",
        tier: Tier::Three,
        scopes: Scopes::One("reactions:write"),
        takes: &[("channel", Text, true), ("name", Text, true), ("timestamp", Text, true)],
        answer: chat::react,
    },
];
