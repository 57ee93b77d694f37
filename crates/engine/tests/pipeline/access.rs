//! Tokens and scopes.

use sales_connectors::Mode;
use sales_model::{AccountKey, Source};
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

/// Public and private channels of the customer.
fn world() -> SlackWorld {
    let first = ts("2024-04-02T09:00:00Z", 100);
    company()
        .says(POC, &first, MIKE, "Public words.")
        .replies(POC, &first, &ts_plus(&first, 60), JO, "An answer.")
        .place(json!({"id": "C0PRIVATE1", "name": "acme-deal-room", "is_private": true}), &[])
        .says("C0PRIVATE1", &first, JO, "Private words.")
}

const BOTH: &str = "name = \"ACME Inc\"\n[slack]\nchannels = [\"C0ACMEPOC1\", \"C0PRIVATE1\"]\n";

fn account() -> AccountKey {
    AccountKey { source: Source::SLACK, name: "default".into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_scope_names_itself_and_costs_only_its_part() {
    let narrow = world().bot_scopes(&["channels:read", "channels:history", "users:read", "groups:read"]);
    let mut sandbox = Sandbox::start(Options::slack(narrow).customer("acme_inc", BOTH)).await;
    let report = sandbox.sync(Mode::Default).await;
    let a = &report.accounts[0];
    assert!(a.missing_scopes.iter().any(|s| s.starts_with("groups:history")), "{:?}", a.missing_scopes);
    assert!(a.missing_scopes.iter().any(|s| s.starts_with("users:read.email")), "{:?}", a.missing_scopes);
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["Public words."]);
    assert_eq!(sandbox.slack_files().len(), 1);
    assert!(report.partly(), "{report:#?}");
    let told = format!("{:?} {:?}", a.failed, a.gaps);
    assert!(told.contains("groups:history"), "{told}");
    assert!(sandbox.summary("acme_inc").contains("groups:history"), "the context says what it lacks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_scope_for_private_channels_the_public_ones_come() {
    let narrow = world().bot_scopes(&["channels:read", "channels:history", "users:read", "users:read.email"]);
    let mut sandbox = Sandbox::start(Options::slack(narrow).customer("acme_inc", BOTH)).await;
    let report = sandbox.sync(Mode::Default).await;
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["Public words."]);
    let told = format!("{:?} {:?} {:?}", report.accounts[0].missing_scopes, report.accounts[0].failed, report.accounts[0].gaps);
    assert!(told.contains("groups:read"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_token_stops_the_account_and_keeps_everything() {
    let mut sandbox = Sandbox::start(Options::slack(world()).customer("acme_inc", BOTH)).await;
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.slack_files();
    sandbox.event(json!({"do": "revoke_token"}));
    sandbox.set_time("2024-04-08T10:00:00Z");
    let mark = sandbox.mark();
    let report = sandbox.sync(Mode::Default).await;
    assert!(report.unauthorised(), "{report:#?}");
    assert_eq!(sandbox.since(mark), ["auth.test"], "nothing else is tried");
    assert_eq!(sandbox.slack_files(), before);
    let summary = sandbox.summary("acme_inc");
    assert!(summary.contains("could not sign in"), "{summary}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_is_renewed_once_and_the_pair_is_kept() {
    let rotating = world().rotating("xoxe-1-first");
    let scenario = "[[rule]]\nmethod = 'conversations.history'\nrequest = 1\ndo = 'token_expired'";
    let mut sandbox = Sandbox::start(Options::slack(rotating).customer("acme_inc", BOTH).scenario(scenario)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(0, "oauth.v2.access", None), 1, "several streams found it expired, one renewed it: {:?}", sandbox.since(0));
    assert_eq!(sandbox.slack_files().len(), 2);
    let pair = sandbox.tokens.load(&account()).unwrap();
    let pair = pair.unwrap_or_else(|| panic!("the pair is stored"));
    assert!(pair.refresh.is_some());
    // The next process uses what was stored: the first refresh token is void by now.
    sandbox.scenario("").await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(0, "oauth.v2.access", None), 1);
    // And renews in time, before the token dies.
    sandbox.set_time("2024-04-09T09:00:00Z");
    let mark = sandbox.mark();
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.requests(mark, "oauth.v2.access", None), 1);
    let refused: Vec<_> = sandbox.log().into_iter().skip(mark).filter(|e| e.error.is_some()).collect();
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_token_without_a_way_to_renew_it_says_so() {
    let scenario = "[[rule]]\nmethod = 'conversations.history'\nrequest = 1\ndo = 'token_expired'";
    let mut sandbox = Sandbox::start(Options::slack(world()).customer("acme_inc", BOTH).scenario(scenario)).await;
    let report = sandbox.sync(Mode::Default).await;
    let failed = &report.accounts[0].failed;
    assert!(failed.iter().any(|f| f.auth && f.why.contains("expired") && f.hint.contains("SLACK_REFRESH_TOKEN")), "{failed:#?}");
}
