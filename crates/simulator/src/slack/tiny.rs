use serde_json::json;

use super::{Token, TokenKind, World};

/// Scopes of a read-only bot, as recommended to customers.
const READ: [&str; 8] =
    ["channels:read", "groups:read", "channels:history", "groups:history", "users:read", "users:read.email", "team:read", "files:read"];

impl World {
    /// A small world with one of everything, independent of the samples: seven users (a bot, a former one, a foreign one, a stranger) and
    /// six conversations (public, shared with a customer, private, not joined, archived, direct), threads, a broadcast, a tombstone, edits,
    /// bot posts of both kinds and a file. Tokens: `xoxb-tiny` (all bot scopes, with `xoxe-tiny-refresh`), `xoxp-tiny` (user), `xoxb-narrow`
    /// (only `channels:read` and `channels:history`).
    pub fn tiny() -> World {
        let mut w = World { client_id: "111.222".into(), client_secret: "tiny-secret".into(), ..World::default() };
        let object = |v: serde_json::Value| v.as_object().cloned().unwrap_or_default();
        w.set_team(object(json!({"id": "T0TINYTEAM", "name": "Tiny", "domain": "tiny", "url": "https://tiny.slack.com/"})));
        w.add_other_team(object(
            json!({"id": "T0FOREIGN1", "name": "Foreign Ltd", "domain": "foreign", "email_domain": "foreign.example"}),
        ));
        tokens(&mut w);
        let mut failed = Vec::new();
        for user in users() {
            failed.extend(w.add_user(user).err());
        }
        for channel in channels() {
            failed.extend(w.add_channel(channel).err());
        }
        for (channel, messages) in messages() {
            failed.extend(w.add_messages(channel, messages).err());
        }
        debug_assert!(failed.is_empty(), "{failed:?}");
        w
    }
}

fn tokens(w: &mut World) {
    let mut bot = Token::new(TokenKind::Bot, "xoxb-tiny", "U0BOTUSER1", &READ);
    bot.scopes.extend(
        ["im:read", "im:history", "mpim:read", "mpim:history", "chat:write", "reactions:write", "channels:join"].map(str::to_owned),
    );
    (bot.bot_id, bot.app_id) = (Some("B0TINYBOT1".into()), Some("A0TINYAPP1".into()));
    bot.refresh_token = Some("xoxe-tiny-refresh".into());
    let mut user = Token::new(TokenKind::User, "xoxp-tiny", "U0ALICE001", &READ);
    user.scopes.extend(["im:read", "im:history", "search:read", "chat:write", "reactions:write"].map(str::to_owned));
    user.app_id = Some("A0TINYAPP1".into());
    let mut narrow = Token::new(TokenKind::Bot, "xoxb-narrow", "U0BOTUSER1", &["channels:read", "channels:history"]);
    (narrow.bot_id, narrow.app_id) = (Some("B0TINYBOT1".into()), Some("A0TINYAPP2".into()));
    [bot, user, narrow].into_iter().for_each(|t| w.add_token(t));
}

fn users() -> Vec<serde_json::Value> {
    vec![
        json!({"id": "U0ALICE001", "name": "alice", "real_name": "Alice Archer", "tz": "Europe/Berlin", "locale": "de-DE",
            "profile": {"real_name": "Alice Archer", "display_name": "alice", "email": "alice@tiny.example", "title": "Account executive"}}),
        json!({"id": "U0BRUNO001", "name": "bruno", "real_name": "Bruno Bell",
            "profile": {"real_name": "Bruno Bell", "email": "bruno@tiny.example"}}),
        json!({"id": "U0FORMER01", "name": "former", "deleted": true, "profile": {"real_name": "Former Colleague", "email": "former@tiny.example"}}),
        json!({"id": "U0BOTUSER1", "name": "tinybot", "is_bot": true,
            "profile": {"real_name": "Tiny Bot", "bot_id": "B0TINYBOT1", "api_app_id": "A0TINYAPP1"}}),
        json!({"id": "USLACKBOT", "name": "slackbot", "profile": {"real_name": "Slackbot", "display_name": "Slackbot"}}),
        json!({"id": "U0FRANZ001", "team_id": "T0FOREIGN1", "name": "franz", "profile": {"real_name": "Franz Foreign"}}),
        json!({"id": "U0STRANGER", "team_id": "T0FOREIGN1", "name": "stranger", "is_stranger": true, "profile": {"real_name": "A Stranger"}}),
    ]
}

fn channels() -> Vec<serde_json::Value> {
    vec![
        json!({"id": "C0GENERAL1", "name": "general", "is_general": true, "creator": "U0ALICE001", "members": ["U0ALICE001", "U0BRUNO001", "U0BOTUSER1"],
            "topic": {"value": "All hands", "creator": "U0ALICE001", "last_set": 1_700_000_000}}),
        json!({"id": "C0SHARED01", "name": "ext-foreign", "is_shared": true, "is_ext_shared": true, "conversation_host_id": "T0TINYTEAM",
            "shared_team_ids": ["T0TINYTEAM", "T0FOREIGN1"], "internal_team_ids": ["T0TINYTEAM"], "pin_count": 1,
            "creator": "U0ALICE001", "members": ["U0ALICE001", "U0FRANZ001", "U0BOTUSER1"]}),
        json!({"id": "C0PRIVATE1", "name": "deal-room", "is_private": true, "creator": "U0ALICE001", "members": ["U0ALICE001", "U0BOTUSER1"]}),
        json!({"id": "C0NOTIN001", "name": "not-joined", "creator": "U0BRUNO001", "members": ["U0BRUNO001"]}),
        json!({"id": "C0OLD00001", "name": "old-project", "is_archived": true, "creator": "U0ALICE001", "members": ["U0ALICE001", "U0BOTUSER1"]}),
        json!({"id": "D0DIRECT01", "is_im": true, "user": "U0ALICE001", "members": ["U0ALICE001", "U0BOTUSER1"]}),
    ]
}

fn messages() -> Vec<(&'static str, Vec<serde_json::Value>)> {
    let general = vec![
        json!({"ts": "1710493200.000100", "user": "U0ALICE001", "text": "Shall we start the pilot? <@U0BRUNO001>", "team": "T0TINYTEAM",
            "client_msg_id": "5b0f1e6a-0000-4000-8000-000000000001"}),
        json!({"ts": "1710493260.000200", "thread_ts": "1710493200.000100", "user": "U0BRUNO001", "text": "Yes &amp; soon."}),
        json!({"ts": "1710493320.000300", "thread_ts": "1710493200.000100", "user": "U0ALICE001", "text": "Monday then.",
            "edited": {"user": "U0ALICE001", "ts": "1710493330.000000"}}),
        json!({"ts": "1710493380.000400", "thread_ts": "1710493200.000100", "user": "U0BRUNO001", "text": "Pilot on Monday, all.",
            "subtype": "thread_broadcast"}),
        json!({"ts": "1710579600.000100", "user": "U0BRUNO001", "text": "Numbers: <https://tiny.example/q1|Q1 &lt;draft&gt;>",
            "reactions": [{"name": "thumbsup", "users": ["U0ALICE001"], "count": 1}]}),
        json!({"ts": "1710583200.000100", "subtype": "bot_message", "bot_id": "B0CLASSIC1", "username": "Build", "text": "Build 12 passed"}),
        json!({"ts": "1710586800.000100", "user": "U0BOTUSER1", "bot_id": "B0TINYBOT1", "app_id": "A0TINYAPP1", "text": "",
            "blocks": [{"type": "section", "block_id": "b1", "text": {"type": "mrkdwn", "text": "*Summary* of the week"}}],
            "metadata": {"event_type": "summary", "event_payload": {"week": 11}}}),
    ];
    let shared = vec![
        json!({"ts": "1710500000.000100", "user": "U0FRANZ001", "team": "T0FOREIGN1", "text": "Budget is approved."}),
        json!({"ts": "1710500100.000100", "user": "USLACKBOT", "subtype": "tombstone", "hidden": true, "text": "This message was deleted."}),
        json!({"ts": "1710500200.000100", "thread_ts": "1710500100.000100", "user": "U0FRANZ001", "text": "An answer to something gone."}),
        json!({"ts": "1710500300.000100", "user": "U0ALICE001", "text": "The order form", "upload": false,
            "files": [{"id": "F0ORDER001", "created": 1_710_500_290, "timestamp": 1_710_500_290, "name": "order.pdf", "title": "Order form",
                "mimetype": "application/pdf", "filetype": "pdf", "pretty_type": "PDF", "user": "U0ALICE001", "mode": "hosted", "size": 4096,
                "url_private": "https://files.slack.com/files-pri/T0TINYTEAM-F0ORDER001/order.pdf",
                "permalink": "https://tiny.slack.com/files/U0ALICE001/F0ORDER001/order.pdf"}]}),
    ];
    vec![
        ("C0GENERAL1", general),
        ("C0SHARED01", shared),
        ("C0PRIVATE1", vec![json!({"ts": "1710600000.000100", "user": "U0ALICE001", "text": "Discount stays at 10 %."})]),
        ("C0NOTIN001", vec![json!({"ts": "1710600000.000200", "user": "U0BRUNO001", "text": "Nobody invited the bot."})]),
        ("C0OLD00001", vec![json!({"ts": "1600000000.000100", "user": "U0FORMER01", "text": "Closing this one."})]),
        ("D0DIRECT01", vec![json!({"ts": "1710600000.000300", "user": "U0ALICE001", "text": "Hello bot"})]),
    ]
}
