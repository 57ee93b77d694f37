//! Long threads, equal seconds, broadcasts.

use sales_connectors::Mode;
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_of_2500_replies_is_whole_and_in_order() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let messages =
        (1..=2_500).map(|n| json!({"ts": ts_plus(&first, n), "thread_ts": first, "user": MIKE, "text": format!("Reply {n}.")})).collect();
    let world = company().says(POC, &first, JO, "Tell us everything.").all(POC, messages);
    let mut sandbox = Sandbox::start(acme(world)).await;
    let mark = sandbox.mark();
    sandbox.sync_all(Mode::Default).await;
    let file = sandbox.file(&day("2024-04-02"));
    let expected: Vec<String> = (1..=2_500).map(|n| format!("Reply {n}.")).collect();
    assert_eq!(replies(&file, 0), expected);
    assert_eq!(sandbox.requests(mark, "conversations.replies", None), 3, "999 replies a page");
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "late_reply", "channel": POC, "thread": first, "user": PRIYA, "text": "And one more."}));
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day("2024-04-02")), 0).len(), 2_501);
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_one_second_are_all_there() {
    let at = "2024-04-02T09:00:00Z";
    let world = company()
        .says(POC, &ts(at, 200), MIKE, "Second.")
        .says(POC, &ts(at, 100), JO, "First.")
        .says(POC, &ts(at, 300), MIKE, "Third.")
        .replies(POC, &ts(at, 100), &ts(at, 250), MIKE, "A reply of that second.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    let file = sandbox.file(&day("2024-04-02"));
    assert_eq!(texts(&file), ["First.", "Second.", "Third."]);
    assert_eq!(replies(&file, 0), ["A reply of that second."]);
    // New ones of the very second up to which everything was read.
    let now = "2024-04-08T09:00:00Z";
    sandbox.world().write(|w| w.add_message(POC, json!({"ts": ts(now, 0), "user": JO, "text": "On the dot."}))).unwrap();
    sandbox.set_time("2024-04-08T09:00:01Z");
    sandbox.sync_all(Mode::Default).await;
    sandbox.world().write(|w| w.add_message(POC, json!({"ts": ts(now, 900), "user": JO, "text": "A moment later."}))).unwrap();
    sandbox.set_time("2024-04-08T09:00:02Z");
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(texts(&sandbox.file(&day("2024-04-08"))), ["On the dot.", "A moment later."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broadcast_reply_appears_once() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let reply = ts_plus(&first, 86_400);
    let world = company()
        .says(POC, &first, JO, "Any news?")
        .raw(POC, json!({"ts": reply, "thread_ts": first, "user": MIKE, "subtype": "thread_broadcast", "text": "We will buy."}))
        .says(POC, &ts_plus(&reply, 60), JO, "Wonderful.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day("2024-04-02")), 0), ["We will buy."]);
    let all: String =
        sandbox.tree().into_iter().filter(|(p, _)| p.contains("/slack/")).map(|(_, b)| String::from_utf8(b).unwrap()).collect();
    assert_eq!(all.matches("We will buy.").count(), 1, "{all}");
    assert_eq!(sandbox.store().counts().await.unwrap().records, 3);
    assert_eq!(texts(&sandbox.file(&day("2024-04-03"))), ["Wonderful."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thread_stands_on_the_day_it_began() {
    let first = ts("2024-03-29T23:59:59Z", 100);
    let world = company().says(POC, &first, JO, "Late on Friday.").replies(POC, &first, &ts_plus(&first, 5), MIKE, "On Saturday already.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), [day("2024-03-29")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn days_are_those_of_the_workspaces_time_zone() {
    let world = company().says(POC, &ts("2024-03-29T23:30:00Z", 100), JO, "Past midnight in Berlin.");
    let mut sandbox = Sandbox::start(acme(world).settings(|s| s.timezone = "Europe/Berlin".into())).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(sandbox.slack_files(), [day("2024-03-30")]);
}
