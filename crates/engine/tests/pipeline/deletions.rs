//! Deleted messages: gone from the files, or a stub where there are replies.

use sales_connectors::Mode;
use sales_testkit::Sandbox;
use serde_json::{Value, json};

use super::*;

/// Three messages on one day; the second has two replies.
fn world() -> (SlackWorld, [String; 5]) {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let [second, third] = [3_600, 7_200].map(|s| ts_plus(&first, s));
    let [a, b] = [60, 120].map(|s| ts_plus(&second, s));
    let world = company()
        .says(POC, &first, MIKE, "A secret slipped out.")
        .says(POC, &second, JO, "Our worst-case discount is forty percent.")
        .replies(POC, &second, &a, PRIYA, "Wrong channel!")
        .replies(POC, &second, &b, MIKE, "Too late.")
        .says(POC, &third, MIKE, "Let us talk about it.");
    (world, [first, second, third, a, b])
}

async fn after(event: impl FnOnce(&[String; 5]) -> Vec<String>, mode: Mode) -> (Sandbox, Value) {
    let (world, all) = world();
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))).len(), 3);
    sandbox.set_time("2024-04-08T10:00:00Z");
    for ts in event(&all) {
        sandbox.event(json!({"do": "delete", "channel": POC, "ts": ts}));
    }
    sandbox.sync_all(mode).await;
    // Where a thread went with its first message, the work list asks for it once more.
    sandbox.set_time("2024-04-08T10:10:00Z");
    sandbox.sync_all(mode).await;
    sandbox.verified().await;
    let path = day("2024-04-02");
    let file = if sandbox.tree().contains_key(&path) { sandbox.file(&path) } else { serde_json::Value::Null };
    (sandbox, file)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_disappears() {
    let (sandbox, file) = after(|all| vec![all[0].clone()], Mode::Default).await;
    assert_eq!(texts(&file), ["Our worst-case discount is forty percent.", "Let us talk about it."]);
    assert!(sandbox.tree().values().all(|bytes| !String::from_utf8_lossy(bytes).contains("secret slipped")));
    assert_eq!(sandbox.store().search("secret", None, 10).await.unwrap().len(), 0, "searching does not find it either");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parent_leaves_a_stub_without_text_and_author() {
    let (sandbox, file) = after(|all| vec![all[1].clone()], Mode::Default).await;
    let stub = &file["messages"][1];
    assert_eq!(stub["text"].as_str().unwrap_or(""), "", "{stub}");
    assert!(stub.get("user").is_none_or(Value::is_null) && stub.get("user_id").is_none_or(Value::is_null), "{stub}");
    assert_eq!(replies(&file, 1), ["Wrong channel!", "Too late."]);
    assert!(sandbox.tree().values().all(|bytes| !String::from_utf8_lossy(bytes).contains("forty percent")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_disappears_from_its_thread() {
    let (_, file) = after(|all| vec![all[4].clone()], Mode::Default).await;
    assert_eq!(texts(&file).len(), 3);
    assert_eq!(replies(&file, 1), ["Wrong channel!"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_replies_and_then_the_parent() {
    let (_, file) = after(|all| vec![all[3].clone(), all[4].clone(), all[1].clone()], Mode::Default).await;
    assert_eq!(texts(&file), ["A secret slipped out.", "Let us talk about it."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_without_messages_has_no_file() {
    let (sandbox, file) =
        after(|all| vec![all[0].clone(), all[3].clone(), all[4].clone(), all[1].clone(), all[2].clone()], Mode::Default).await;
    assert_eq!(file, Value::Null);
    assert_eq!(sandbox.slack_files(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stub_goes_with_its_last_reply() {
    let (mut sandbox, _) = after(|all| vec![all[1].clone(), all[3].clone()], Mode::Default).await;
    assert_eq!(replies(&sandbox.file(&day("2024-04-02")), 1), ["Too late."]);
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": world().1[4]}));
    for hour in [11, 12] {
        sandbox.set_time(&format!("2024-04-08T{hour}:00:00Z"));
        sandbox.sync_all(Mode::Default).await;
    }
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))), ["A secret slipped out.", "Let us talk about it."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tombstone_met_first_is_a_stub() {
    let stone = ts("2024-04-02T09:00:00Z", 100);
    let world = company()
        .raw(POC, json!({"ts": stone, "user": "USLACKBOT", "subtype": "tombstone", "hidden": true, "text": "This message was deleted."}))
        .replies(POC, &stone, &ts_plus(&stone, 60), MIKE, "An answer to something gone.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    let file = sandbox.file(&day("2024-04-02"));
    assert_eq!(replies(&file, 0), ["An answer to something gone."]);
    assert!(!file.to_string().contains("USLACKBOT") && !file.to_string().contains("was deleted"), "{file}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_before_the_look_back_is_no_deletion() {
    let old = ts("2024-01-10T09:00:00Z", 100);
    let world = company().says(POC, &old, MIKE, "Long ago.").says(POC, &ts("2024-04-02T09:00:00Z", 100), JO, "Of late.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    for hour in 10..13 {
        sandbox.set_time(&format!("2024-04-08T{hour}:00:00Z"));
        sandbox.sync_all(Mode::Default).await;
    }
    assert_eq!(texts(&sandbox.file(&day("2024-01-10"))), ["Long ago."]);
    // A free plan hides what is older than 90 days: the vendor does not show it any more, but nobody deleted it.
    sandbox
        .world()
        .write(|w| {
            w.apply(
                &serde_json::from_value(json!({"do": "delete", "channel": POC, "ts": old})).unwrap(),
                "2024-04-12T00:00:00Z".parse().unwrap(),
                None,
            )
        })
        .unwrap();
    sandbox.set_time("2024-04-15T12:00:00Z");
    sandbox.sync_all(Mode::Full).await;
    assert_eq!(texts(&sandbox.file(&day("2024-01-10"))), ["Long ago."]);
}

/// What cannot be read is told, and is neither deleted nor changed; its neighbours are followed as ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_turns_unreadable_stays_as_it_was_known() {
    let (world, all) = world();
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.file(&day("2024-04-02"));
    for (ts, field, value) in [(&all[1], "text", json!({"a": 1})), (&all[3], "reactions", json!("many"))] {
        sandbox.event(json!({"do": "set_field", "channel": POC, "ts": ts, "field": field, "value": value}));
    }
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": all[0]}));
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": all[4]}));
    for mode in [Mode::Default, Mode::Audit, Mode::Full] {
        sandbox.set_time("2024-04-08T10:00:00Z");
        let report = sandbox.sync(mode).await;
        let told: Vec<_> = report.accounts[0].unreadable.iter().map(|(item, _)| item.as_str()).collect();
        assert!(told.contains(&format!("slack:{POC}:{}", all[1]).as_str()), "{told:?}");
        let file = sandbox.file(&day("2024-04-02"));
        assert_eq!(texts(&file), ["Our worst-case discount is forty percent.", "Let us talk about it."]);
        assert_eq!(file["messages"][0]["user"], before["messages"][1]["user"]);
    }
    assert_eq!(replies(&sandbox.file(&day("2024-04-02")), 0), ["Wrong channel!"]);
    // No id at all: nothing is concluded from the page.
    sandbox.event(json!({"do": "set_field", "channel": POC, "ts": all[1], "field": "ts", "value": null}));
    sandbox.event(json!({"do": "delete", "channel": POC, "ts": all[2]}));
    sandbox.set_time("2024-04-08T11:00:00Z");
    sandbox.sync(Mode::Default).await;
    assert_eq!(texts(&sandbox.file(&day("2024-04-02"))).len(), 2);
}
