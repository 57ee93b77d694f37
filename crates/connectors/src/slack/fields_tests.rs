//! Every field that the wire structs read must stand in the published response types of Slack's own client.
#![expect(clippy::string_slice, reason = "tests look at stretches that they know")]

use std::collections::BTreeSet;

use serde_json::Value;

/// Read from exports, events, or answers that the published types leave out, with where the fact comes from.
const ELSEWHERE: [(&str, &str); 4] = [
    ("Message", "user_profile"), // exports
    ("Message", "user_team"),    // exports, shared channels
    ("Message", "is_ephemeral"), // events
    ("Conversation", "members"), // exports
];

#[test]
#[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
fn fields_read_are_fields_that_slack_sends() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/slack_response_shapes_webapi-8.2.0.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let shapes: Value = serde_json::from_str(&text).unwrap();
    let table = [
        ("Envelope", "AuthTest", "_response"),
        ("AuthTest", "AuthTest", "_response"),
        ("ResponseMetadata", "ConversationsHistory", "ResponseMetadata"),
        ("Peek", "ConversationsHistory", "MessageElement"),
        ("Message", "ConversationsHistory", "MessageElement"),
        ("BotProfile", "ConversationsHistory", "BotProfile"),
        ("Edited", "ConversationsHistory", "Edited"),
        ("Reaction", "ConversationsHistory", "Reaction"),
        ("File", "ConversationsHistory", "FileElement"),
        ("Attachment", "ConversationsHistory", "Attachment"),
        ("AttachmentField", "ConversationsHistory", "AttachmentField"),
        ("MessageBlock", "ConversationsHistory", "MessageBlock"),
        ("SearchPage", "SearchMessages", "_response"),
        ("SearchMessages", "SearchMessages", "Messages"),
        ("Paging", "SearchMessages", "Paging"),
        ("Pagination", "SearchMessages", "Pagination"),
        ("Match", "SearchMessages", "Match"),
        ("MatchChannel", "SearchMessages", "Channel"),
        ("User", "UsersInfo", "User"),
        ("EnterpriseUser", "UsersInfo", "EnterpriseUser"),
        ("Profile", "UsersList", "Profile"),
        ("UserPage", "UsersInfo", "_response"),
        ("Bot", "BotsInfo", "Bot"),
        ("BotPage", "BotsInfo", "_response"),
        ("Conversation", "UsersConversations", "Channel"),
        ("Topic", "UsersConversations", "Purpose"),
        ("OauthAccess", "OauthV2Access", "_response"),
        ("AuthedUser", "OauthV2Access", "AuthedUser"),
    ];
    let source = include_str!("wire.rs");
    let mut missing = Vec::new();
    for (name, method, kind) in table {
        let slack: BTreeSet<&str> =
            shapes["methods"][method][kind].as_object().unwrap_or_else(|| panic!("{method}.{kind}")).keys().map(String::as_str).collect();
        let ours = fields(source, name);
        assert!(!ours.is_empty(), "{name} was not found");
        missing.extend(
            ours.into_iter().filter(|f| !slack.contains(f.as_str()) && !ELSEWHERE.contains(&(name, f))).map(|f| format!("{name}.{f}")),
        );
    }
    // The bot id of `auth.test` is documented but missing from the published type.
    missing.retain(|m| m != "AuthTest.bot_id");
    assert_eq!(missing, Vec::<String>::new());
}

/// The wire names of a struct's fields.
fn fields(source: &str, name: &str) -> Vec<String> {
    let start = [format!("struct {name}<'a> {{"), format!("struct {name} {{")]
        .iter()
        .find_map(|s| source.find(s))
        .unwrap_or_else(|| panic!("{name}"));
    let body = &source[start..];
    let body = &body[..body.find("\n}").unwrap()];
    let lines = body.lines().filter_map(|l| l.trim().strip_prefix("pub(crate) "));
    lines.filter_map(|l| l.split_once(':')).map(|(f, _)| f.to_owned()).filter(|f| !f.contains("struct")).collect()
}
