//! Replies that come when nobody looks any more.

use sales_connectors::Mode;
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

/// A world with one thread begun `age` days before the first sync, and a fresh message.
fn thread(age: i64) -> (SlackWorld, String) {
    let now = ts("2024-04-08T09:00:00Z", 100);
    let first = ts_plus(&now, -age * 86_400);
    let world = company()
        .says(POC, &first, JO, "Can you send us the requirements?")
        .replies(POC, &first, &ts_plus(&first, 60), MIKE, "Working on it.")
        .says(POC, &ts_plus(&now, -3_600), MIKE, "Something of today.");
    (world, first)
}

fn date(ts: &str) -> String {
    let seconds: i64 = ts.split_once('.').unwrap().0.parse().unwrap();
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(seconds).unwrap()).date().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_the_look_back_the_next_sync_finds_it() {
    let (world, first) = thread(25);
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it."]);
    sandbox.set_time("2024-04-08T20:00:00Z");
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first, "user": MIKE, "text": "Here they are."}));
    let mark = sandbox.mark();
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!(report.accounts[0].records.new, 1, "{:?}", report.accounts[0].records);
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it.", "Here they are."]);
    assert_eq!(sandbox.requests(mark, "conversations.replies", None), 1, "one call for the one thread that moved");
    assert_eq!(sandbox.requests(mark, "conversations.history", Some(POC)), 1);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_to_ninety_days_the_wide_pass_finds_it() {
    let (world, first) = thread(80);
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    // So that the daily wide pass of this day is behind us.
    sandbox.set_time("2024-04-08T09:30:00Z");
    sandbox.sync_all(Mode::Audit).await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first, "user": MIKE, "text": "Sorry for the delay."}));
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it."], "out of the look-back's reach, as the context says");
    sandbox.sync_all(Mode::Audit).await;
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it.", "Sorry for the delay."]);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daily_wide_pass_comes_by_itself() {
    let (world, first) = thread(60);
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-09T12:00:00Z");
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first, "user": MIKE, "text": "A day later."}));
    sandbox.set_time("2024-04-10T12:00:00Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it.", "A day later."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rotating_audit_finds_it_anywhere_within_a_week() {
    let (world, first) = thread(400);
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-09T09:00:00Z");
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first, "user": MIKE, "text": "After more than a year."}));
    for date in 9..17 {
        sandbox.set_time(&format!("2024-04-{date:02}T10:00:00Z"));
        sandbox.sync_all(Mode::Default).await;
    }
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it.", "After more than a year."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_finds_it_at_once_with_a_user_token() {
    let (world, first) = thread(400);
    let mut sandbox = Sandbox::start(acme(world.user_token())).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it."]);
    sandbox.set_time("2024-04-08T09:10:00Z");
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first, "user": MIKE, "text": "Found by searching."}));
    sandbox.set_time("2024-04-08T09:20:00Z");
    let mark = sandbox.mark();
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day(&date(&first))), 0), ["Working on it.", "Found by searching."]);
    assert!(sandbox.requests(mark, "search.messages", None) <= 2, "{:?}", sandbox.since(mark));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_comes_while_the_history_is_read_is_there_after_the_next_sync() {
    let (world, first) = thread(10);
    let mut sandbox = Sandbox::start(acme(world).scenario("late-reply")).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.scenario("").await;
    sandbox.set_time("2024-04-08T09:20:00Z");
    sandbox.sync_all(Mode::Default).await;
    let file = sandbox.file(&day(&date(&first)));
    assert_eq!(replies(&file, 0), ["Working on it.", "One late answer: the numbers are in, we are good to go."]);
}
