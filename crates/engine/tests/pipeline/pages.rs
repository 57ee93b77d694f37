//! Paging that goes wrong half way, and the slow regime.

use sales_connectors::Mode;
use sales_simulator::Limits;
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

/// `n` messages in the customer's channel, an hour apart, the last one shortly before the first sync.
fn world(n: i64) -> SlackWorld {
    let last = ts("2024-04-08T08:00:00Z", 100);
    let messages = (0..n).map(|i| json!({"ts": ts_plus(&last, -3_600 * i), "user": MIKE, "text": format!("Message {i}.")})).collect();
    company().all(POC, messages)
}

/// How many messages all files hold.
fn count(sandbox: &Sandbox) -> usize {
    sandbox.slack_files().iter().map(|f| texts(&sandbox.file(f)).len()).sum()
}

async fn with(scenario: &str, n: i64) -> (Sandbox, sales_engine::SyncReport) {
    let mut sandbox = Sandbox::start(acme(world(n)).scenario(scenario)).await;
    let report = sandbox.sync(Mode::Default).await;
    (sandbox, report)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_that_expires_in_mid_window_loses_nothing() {
    let rules = "[[rule]]\nrequest = 7\ndo = 'expire_cursor'\n[[rule]]\nmethod = 'conversations.history'\ndo = 'short_page'\nsize = 20\n";
    let (sandbox, report) = with(rules, 300).await;
    Sandbox::complete(&report);
    assert_eq!(count(&sandbox), 300);
    let calls = sandbox.requests(0, "conversations.history", None);
    assert!((16..=18).contains(&calls), "the window goes on where it was, not from its start: {calls} calls for 15 pages");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_that_leads_in_a_circle_ends_with_an_error() {
    let (sandbox, report) = with("looping-cursor", 2_500).await;
    let failed = &report.accounts[0].failed;
    assert_eq!(failed.len(), 1, "{failed:#?}");
    assert!(failed[0].what.contains("yourcompany-acme-poc"), "{failed:#?}");
    assert!(sandbox.requests(0, "conversations.history", None) < 30);
    assert!(count(&sandbox) >= 999, "what was read is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn short_and_empty_pages_are_not_the_end() {
    let (sandbox, report) = with("short-pages", 100).await;
    Sandbox::complete(&report);
    assert_eq!(count(&sandbox), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_comes_twice_is_stored_once() {
    let rules = "[[rule]]\nmethod = 'conversations.history'\nevery = 2\ndo = 'repeat_page'\n";
    let (sandbox, report) = with(rules, 3_000).await;
    Sandbox::complete(&report);
    assert_eq!(count(&sandbox), 3_000);
    let counts = sandbox.store().counts().await.unwrap();
    assert_eq!((counts.records, counts.versions), (3_000, 3_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_slow_regime_is_found_out_kept_to_and_reported() {
    let first = ts("2024-04-08T07:00:00Z", 500);
    let world = world(60).says(POC, &first, JO, "Thread.").replies(POC, &first, &ts_plus(&first, 9), MIKE, "Reply.");
    let mut sandbox = Sandbox::start(acme(world).limits(Limits::Commercial)).await;
    let began = sandbox.now();
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!(count(&sandbox), 61);
    let minutes = sandbox.now().duration_since(began).as_mins();
    assert!((4..=9).contains(&minutes), "61 messages at 15 a minute: {minutes} minutes");
    let told = format!("{:?}", report.accounts[0].gaps);
    assert!(told.contains('1') && told.contains("15"), "{told}");
    let (log, throttled) = (sandbox.log(), sandbox.log().iter().filter(|e| e.status == 429).count());
    assert!(throttled <= 2, "one 429 at most teaches each method: {throttled} of {}", log.len());
    assert_eq!(sandbox.violations(), []);
    // Another process knows at once.
    let mark = sandbox.mark();
    sandbox.set_time("2024-04-08T12:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert!(sandbox.log().iter().skip(mark).all(|e| e.status != 429));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_arrive_during_a_first_load_of_days_are_not_lost() {
    let rules = "[[rule]]\nmethod = 'conversations.history'\ndo = 'short_page'\nsize = 25\n";
    let mut sandbox = Sandbox::start(acme(world(500)).scenario(rules).concurrency(1)).await;
    for n in 0..6 {
        sandbox.sync_until(Mode::Default, 4).await;
        sandbox.set_time(&format!("2024-04-{:02}T09:00:00Z", 9 + n));
        sandbox.event(json!({"do": "new_message", "channel": POC, "user": JO, "text": format!("Meanwhile {n}.")}));
        sandbox.set_time(&format!("2024-04-{:02}T09:00:10Z", 9 + n));
    }
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(count(&sandbox), 506);
    sandbox.verified().await;
}
