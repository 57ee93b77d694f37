//! Each error names the thing, the reason and the next command.

use crate::support::{Desk, Vendor, shows};

const SYNC: &[&str] = &["run", "--integration", "slack", "--customer", "acme-corp", "--live"];

#[test]
fn no_workspace() {
    let desk = Desk::empty();
    shows!("no_workspace", desk.shown(&desk.run(&["sync"])));
}

#[test]
fn named_folder_is_no_workspace() {
    let mut desk = Desk::empty();
    shows!("not_a_workspace", desk.shown(&desk.run(&["sync", "--workspace", "nowhere"])));
    desk.set("SALES_WORKSPACE", "/nowhere/at/all");
    shows!("not_a_workspace_by_variable", desk.shown(&desk.run(&["sync"])));
}

#[test]
fn unknown_customer() {
    let desk = Desk::with_samples();
    shows!("unknown_customer_near", desk.shown(&desk.run(&["context", "acme-crop"])));
    shows!("unknown_customer_far", desk.shown(&desk.run(&["context", "zebra"])));
    let test = desk.run(&["run", "-i", "slack", "-c", "norhtwind", "--test"]);
    shows!("unknown_customer_test", desk.shown(&test));
}

#[test]
fn neither_test_nor_live() {
    let desk = Desk::with_samples();
    shows!("neither_test_nor_live", desk.shown(&desk.run(&["run", "-i", "slack", "-c", "acme-corp"])));
}

#[test]
fn sources_and_sizes_that_are_none() {
    let desk = Desk::with_samples();
    shows!("no_source", desk.shown(&desk.run(&["sync", "-s", "gnog"])));
    shows!("later_size", desk.shown(&desk.run(&["context", "acme-corp", "--size", "extended"])));
}

#[test]
fn no_token() {
    let desk = Desk::with_samples();
    shows!("no_token", desk.shown(&desk.run(SYNC)));
}

#[test]
fn wrong_token() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor).set("SLACK_TOKEN", "xoxb-wrong-token-of-a-test");
    let done = desk.run(SYNC).exit(4);
    shows!("wrong_token", desk.shown(&done));
}

#[test]
fn tokens_of_other_kinds() {
    let mut desk = Desk::with_samples();
    desk.set("SLACK_TOKEN", "xoxc-1234-browser");
    shows!("browser_token", desk.shown(&desk.run(SYNC)));
    desk.set("SLACK_TOKEN", "xapp-1-A1-2-app");
    shows!("app_token", desk.shown(&desk.run(SYNC)));
    desk.set("SLACK_TOKEN", "xoxe-1-refresh");
    shows!("refresh_token", desk.shown(&desk.run(SYNC)));
}

/// One method refused: what could be read is there, the rest is named, exit 3.
#[test]
fn missing_scope_of_threads() {
    let scenario =
        "[[rule]]\nmethod = 'conversations.replies'\nchannel = 'yourcompany-acme-poc'\ndo = 'missing_scope'\nneeded = 'channels:history'";
    let vendor = Vendor::start(Some(scenario));
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let done = desk.run(&["sync"]).exit(3);
    shows!("missing_scope", done.err);
    assert!(desk.read("customers/profiles/acme_inc/context_summary.md").contains("channels:history"), "the context says what is missing");
}

/// The token lacks all that is needed: nothing can be read, exit 4.
#[test]
fn token_without_scopes() {
    let vendor = Vendor::with(None, |world| {
        let mut token = world.token(sales_simulator::TokenKind::Bot).unwrap().clone();
        token.token = "xoxb-few-scopes".into();
        token.scopes = ["users:read".to_owned()].into();
        world.add_token(token);
    });
    let mut desk = Desk::with_samples();
    desk.connect(&vendor).set("SLACK_TOKEN", "xoxb-few-scopes");
    let done = desk.run(SYNC).exit(4);
    shows!("token_without_scopes", desk.shown(&done));
}

#[test]
fn plain_http_beyond_this_machine() {
    let mut desk = Desk::with_samples();
    desk.set("SLACK_TOKEN", "xoxb-1").set("SLACK_API_URL", "http://slack.example/api");
    shows!("plain_http", desk.shown(&desk.run(SYNC)));
}

#[test]
fn limits_off_beyond_this_machine() {
    let mut desk = Desk::with_samples();
    desk.write("workspace.toml", desk.read("workspace.toml").replace("limits = \"on\"", "limits = \"off\""));
    desk.set("SLACK_TOKEN", "xoxb-1");
    shows!("limits_off", desk.shown(&desk.run(SYNC)));
    // Without a token nothing is asked of Slack at all: that is what is missing.
    desk.set("SLACK_TOKEN", "").set("SLACK_API_URL", "http://127.0.0.1:1/slack/api");
    let done = desk.run(SYNC).exit(4);
    assert!(done.err.contains("Slack is not connected"), "{}", done.err);
}

/// `sales verify` cannot look at a ledger that is no database: it must not send there.
#[test]
fn a_ledger_that_is_damaged() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let ledger = desk.path().join(".sales/ledger.db");
    let whole = std::fs::read(&ledger).unwrap();
    let _ = std::fs::remove_file(desk.path().join(".sales/ledger.db-wal"));
    let mut torn = whole.clone();
    torn.iter_mut().skip(100).take(8_000).for_each(|b| *b = 0xff);
    for bytes in [b"no database, but long enough to be looked at".repeat(200), torn] {
        crate::support::write(&ledger, &bytes);
        let done = desk.run(&["verify"]).exit(1);
        let next = done.err.lines().find(|l| l.contains("next:")).unwrap_or(&done.out).to_owned();
        assert!(next.contains("from a backup") && next.contains("sales sync --full"), "{}{}", done.out, done.err);
    }
}

#[test]
fn nobody_listens() {
    let mut desk = Desk::with_samples();
    // Port 1 is reserved and unused everywhere.
    desk.set("SLACK_TOKEN", "xoxb-1").set("SLACK_API_URL", "http://127.0.0.1:1/slack/api");
    let done = desk.run(SYNC);
    assert_ne!(done.code, 0);
    shows!("nobody_listens", desk.shown(&done));
}

#[test]
fn unknown_key_in_the_settings() {
    let desk = Desk::with_samples();
    desk.write("workspace.toml", desk.read("workspace.toml").replace("history =", "histroy ="));
    shows!("unknown_setting", desk.shown(&desk.run(&["sync"])));
}

#[test]
fn unreadable_profiles_do_not_stop_their_neighbours() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.write("customers/profiles/globex/profile.toml", "name = \"Globex\ndomains = [");
    desk.write("customers/profiles/northwind_labs/profile.toml", b"name = \"Northwind \xff\xfe\"");
    shows!("unreadable_list", desk.shown(&desk.run(&["customer", "list"])));
    shows!("unreadable_asked_for", desk.shown(&desk.run(&["context", "globex"])));
    let done = desk.run(&["sync", "--quiet"]).exit(3);
    shows!("unreadable_sync", desk.shown(&done));
    assert!(desk.read("customers/profiles/acme_inc/context_summary.md").starts_with("# ACME Inc"));
}

/// A slip of the pen takes nothing away: the last readable version stands in until it is mended.
#[test]
fn an_unreadable_profile_keeps_what_was_there() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let tree = || sales_testkit::tree(&desk.path().join("customers"));
    let profile = "customers/profiles/globex/profile.toml";
    let (good, before) = (desk.read(profile), tree());
    assert!(before.keys().any(|k| k.starts_with("profiles/globex/slack/")));

    desk.write(profile, format!("{good}\nchannels = ["));
    let done = desk.run(&["sync"]).exit(3);
    assert!(done.err.contains("globex/profile.toml"), "{}", done.err);
    let rebuilt = desk.run(&["files", "rebuild"]).exit(3);
    assert!(rebuilt.out.starts_with("All files of 3 customers were right"), "{}", rebuilt.out);
    desk.write(profile, good);
    assert_eq!(sales_testkit::differences(&before, &tree()), Vec::<String>::new());
    let done = desk.run(&["sync"]).exit(0);
    assert!(done.out.contains("No customer's files changed"), "{}", done.out);
}

#[test]
fn broken_env_file() {
    let desk = Desk::with_samples();
    desk.write(".env", "SLACK_TOKEN=xoxb-1\nthis is not a line\n");
    shows!("broken_env", desk.shown(&desk.run(&["sync"])));
    desk.write(".env", b"SLACK_TOKEN=\xff\n");
    shows!("env_not_text", desk.shown(&desk.run(&["sync"])));
}

#[test]
fn log_filter_that_means_nothing() {
    let mut desk = Desk::with_samples();
    desk.set("SALES_LOG", "sales=loud=er");
    shows!("log_filter", desk.shown(&desk.run(&["customer", "list"])));
}

#[test]
fn a_workspace_is_never_overwritten() {
    let desk = Desk::with_samples();
    let before = desk.read("workspace.toml");
    shows!("init_twice", desk.shown(&desk.run(&["init"])));
    assert_eq!(desk.read("workspace.toml"), before);
}

#[test]
fn scenarios_and_records_that_are_none() {
    let desk = Desk::with_samples();
    shows!("no_scenario", desk.shown(&desk.run(&["simulate", "--scenario", "strom"])));
    desk.write("bad.toml", "[[rule]]\ndo = 'nothing known'\n");
    shows!("bad_scenario", desk.shown(&desk.run(&["simulate", "--scenario", "bad.toml"])));
    shows!("no_record", desk.shown(&desk.run(&["match", "explain", "hello"])));
    shows!("unknown_record", desk.shown(&desk.run(&["match", "explain", "slack:C0:1.0"])));
    shows!(
        "foreign_link",
        desk.shown(&desk.run(&["match", "explain", "https://slack.com.evil.example/archives/C0123ABCD/p1710493200000100"]))
    );
}
