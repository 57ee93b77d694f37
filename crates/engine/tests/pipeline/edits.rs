//! Edits, which leave no trace but on the message itself.

use sales_connectors::Mode;
use sales_model::RecordId;
use sales_testkit::Sandbox;
use serde_json::json;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_message_shows_its_new_text_and_keeps_the_old_version() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let world = company().says(POC, &first, MIKE, "The price is 42,000 a month.").says(POC, &ts_plus(&first, 60), JO, "Noted.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "edit", "channel": POC, "ts": first, "text": "The price is 42,000 a year."}));
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!((report.accounts[0].records.new, report.accounts[0].records.changed), (0, 1));
    let file = sandbox.file(&day("2024-04-02"));
    assert_eq!(texts(&file), ["The price is 42,000 a year.", "Noted."]);
    assert_eq!(file["messages"][0]["edited"], "2024-04-08T10:00:00Z");
    assert_eq!(file["messages"][1]["edited"], serde_json::Value::Null);
    let versions = sandbox.store().record(&RecordId(format!("slack:{POC}:{first}").into())).await.unwrap();
    let old: Vec<_> = versions.iter().map(|v| (v.version, v.record.text.plain.as_str())).collect();
    assert_eq!(old, [(2, "The price is 42,000 a year."), (1, "The price is 42,000 a month.")]);
    assert!(!sandbox.summary("acme_inc").contains("42,000 a month"), "no summary quotes what was taken back");
    sandbox.verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_edited_reply_is_found_by_the_wide_pass() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let reply = ts_plus(&first, 60);
    let world = company().says(POC, &first, JO, "When do you decide?").replies(POC, &first, &reply, MIKE, "On Monday.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "edit", "channel": POC, "ts": reply, "text": "On Friday."}));
    sandbox.sync_all(Mode::Audit).await;
    let file = sandbox.file(&day("2024-04-02"));
    assert_eq!(replies(&file, 0), ["On Friday."]);
    assert_eq!(file["messages"][0]["replies"][0]["edited"], "2024-04-08T10:00:00Z");
    // And once more, the day after: the wide pass reads threads again although no counter moved.
    sandbox.event(json!({"do": "edit", "channel": POC, "ts": reply, "text": "On Thursday."}));
    sandbox.set_time("2024-04-10T10:00:00Z");
    sandbox.sync_all(Mode::Audit).await;
    assert_eq!(replies(&sandbox.file(&day("2024-04-02")), 0), ["On Thursday."]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reaction_changes_the_record_and_nothing_else() {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let world = company().says(POC, &first, MIKE, "Signed!").says(POC, &ts("2024-04-03T09:00:00Z", 100), JO, "Thank you.");
    let mut sandbox = Sandbox::start(acme(world)).await;
    sandbox.sync_all(Mode::Default).await;
    let before = sandbox.tree();
    sandbox.set_time("2024-04-08T10:00:00Z");
    sandbox.event(json!({"do": "react", "channel": POC, "ts": first, "user": JO, "name": "tada"}));
    sandbox.sync_all(Mode::Default).await;
    let after = sandbox.tree();
    let file = sandbox.file(&day("2024-04-02"));
    assert_eq!(file["messages"][0]["reactions"], json!([{"name": "tada", "count": 1}]));
    assert_eq!(before[&day("2024-04-03")], after[&day("2024-04-03")]);
}
