use super::*;
use crate::slack::budget;

/// Every common error of the method reference, and those of the methods that are called, must lead somewhere.
#[test]
fn each_class_has_its_action() {
    use Retry::{After, Never, RestartWindow, StopAccount};
    let minutes = |n| After(SignedDuration::from_mins(n));
    let table = [
        ("invalid_auth", StopAccount, true),
        ("not_authed", StopAccount, true),
        ("account_inactive", StopAccount, true),
        ("token_revoked", StopAccount, true),
        ("token_expired", StopAccount, true),
        ("missing_scope", Never, true),
        ("no_permission", Never, true),
        ("not_allowed_token_type", Never, true),
        ("not_in_channel", Never, true),
        ("channel_not_found", Never, true),
        ("channel_is_limited_access", Never, true),
        ("is_archived", Never, true),
        ("restricted_action_read_only_channel", Never, true),
        ("ekm_access_denied", Never, true),
        ("team_access_not_granted", Never, true),
        ("org_login_required", Never, true),
        ("access_denied", Never, true),
        ("accesslimited", Never, true),
        ("enterprise_is_restricted", Never, true),
        ("two_factor_setup_required", Never, true),
        ("team_added_to_org", Never, true),
        ("thread_not_found", Never, false),
        ("message_not_found", Never, false),
        ("invalid_cursor", RestartWindow, false),
        ("ratelimited", minutes(1), false),
        ("rate_limited", minutes(1), false),
        ("internal_error", minutes(5), false),
        ("fatal_error", minutes(5), false),
        ("service_unavailable", minutes(5), false),
        ("request_timeout", minutes(5), false),
        ("method_deprecated", Never, false),
        ("limit_required", Never, false),
    ];
    for (word, retry, auth) in table {
        let f = Failure::Word { method: budget::HISTORY, word: word.into(), needed: "channels:history".into() };
        let e = f.told("Slack channel #acme");
        assert_eq!((e.retry, e.auth), (retry, auth), "{word}");
        assert!(!e.why.is_empty() && !e.hint.is_empty() && e.what == "Slack channel #acme", "{word}");
    }
}

#[test]
fn scopes_and_strange_words_are_shown_without_harm() {
    let told = |word: &str, needed: &str| Failure::Word { method: budget::HISTORY, word: word.into(), needed: needed.into() }.told("Slack");
    let e = told("missing_scope", "groups:history");
    assert_eq!(e.to_string(), "Slack: the Slack app lacks the scope `groups:history`");
    assert_eq!(
        e.hint,
        "add the scope `groups:history` under OAuth & Permissions on your app's page, reinstall the app, and run the command again"
    );
    assert_eq!(told("missing_scope", "").why, "the Slack app lacks a permission");
    let hostile = told("\u{1b}[31mrm -rf\n\u{202e}x", "");
    assert_eq!(hostile.why, "Slack refused conversations.history with `31mrm-rfx`");
    assert!(told(&"x".repeat(10_000), "").why.len() < 120);
}

#[test]
fn transport_troubles_say_whether_to_wait() {
    let e = Failure::Transport(TransportError::Status { operation: "auth.test", status: 503, attempts: 6 }).told("Slack");
    assert_eq!(
        (e.to_string().as_str(), e.retry),
        ("Slack: auth.test: the server answered 503 (6 attempts)", Retry::After(SignedDuration::from_mins(5)))
    );
    let e = Failure::Transport(TransportError::Status { operation: "auth.test", status: 404, attempts: 1 }).told("Slack");
    assert_eq!((e.hint.as_str(), e.retry), ("check SLACK_API_URL", Retry::Never));
    let e = Failure::Shape { method: budget::USERS, path: "members[3].id".into() }.told("Slack's list of users");
    assert_eq!(e.to_string(), "Slack's list of users: Slack's answer to users.list has an unexpected shape at `members[3].id`");
    let e = Failure::Loop(budget::HISTORY).told("Slack channel #acme");
    assert_eq!(e.to_string(), "Slack channel #acme: the pages of conversations.history go round in a circle");
}
