//! What changed since.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::{Lab, id};

/// Records of a history in short: `+9`, `-3`, `9+UNREAD`, `9-INBOX`.
fn told(answer: &Value) -> String {
    let n = |m: &Value| m["message"]["id"].as_str().unwrap().trim_start_matches("18e").trim_start_matches('0').to_owned();
    let labels = |m: &Value| m["labelIds"].as_array().unwrap().iter().map(|l| l.as_str().unwrap()).collect::<Vec<_>>().join(",");
    let mut all = Vec::new();
    for record in answer["history"].as_array().into_iter().flatten() {
        let each = |key: &str| record[key].as_array().cloned().unwrap_or_default();
        all.extend(each("messagesAdded").iter().map(|m| format!("+{}", n(m))));
        all.extend(each("messagesDeleted").iter().map(|m| format!("-{}", n(m))));
        all.extend(each("labelsAdded").iter().map(|m| format!("{}+{}", n(m), labels(m))));
        all.extend(each("labelsRemoved").iter().map(|m| format!("{}-{}", n(m), labels(m))));
    }
    all.join(" ")
}

#[tokio::test]
async fn nothing_new() {
    let lab = Lab::tiny().await;
    let now = lab.history_id();
    let answer = lab.get(&format!("/history?startHistoryId={now}")).await.good();
    assert_eq!(answer, json!({"historyId": now.to_string()}), "`history` is absent, the id is there");
}

#[tokio::test]
async fn everything_that_can_happen() {
    let lab = Lab::tiny().await;
    let from = lab.history_id();
    let new = lab
        .happens(json!({"do": "add_message", "thread": id(1), "letter": {"from": "ada@acme.example", "text": "One more thing"}}))
        .unwrap();
    lab.happens(json!({"do": "add_labels", "message": id(3), "labels": ["Deals/Big One", "STARRED"]}));
    lab.happens(json!({"do": "remove_labels", "message": id(3), "labels": ["UNREAD", "SENT"]}));
    lab.happens(json!({"do": "trash", "message": id(2)}));
    lab.happens(json!({"do": "untrash", "message": id(7)}));
    lab.happens(json!({"do": "delete", "message": id(4)}));
    lab.happens(json!({"do": "add_labels", "message": id(3), "labels": ["STARRED"]}));
    let answer = lab.get(&format!("/history?startHistoryId={from}")).await.good();
    let added = format!("+{}", new.trim_start_matches("18e").trim_start_matches('0'));
    assert_eq!(told(&answer), format!("{added} 3+Label_1,STARRED 3-UNREAD 2+TRASH 2-INBOX 7+INBOX 7-TRASH -4"));
    assert_eq!(answer["historyId"], lab.history_id().to_string());
    let ids: Vec<u64> = answer["history"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap().parse().unwrap()).collect();
    assert!(ids.windows(2).all(|w| w[0] < w[1]) && ids[0] > from, "{ids:?}");
    assert!(ids.windows(2).any(|w| w[1] > w[0] + 1), "there are gaps: {ids:?}");
    let first = &answer["history"][0];
    assert_eq!(first["messages"], json!([{"id": new, "threadId": id(1)}]));
    assert_eq!(first["messagesAdded"][0]["message"], json!({"id": new, "threadId": id(1), "labelIds": ["INBOX", "UNREAD"]}));
    assert_eq!(lab.get(&format!("/messages/{}", id(4))).await.error().1, "notFound", "what is told of may be gone");
    let message = lab.get(&format!("/messages/{}?format=minimal", id(3))).await.good();
    assert_eq!(message["historyId"], ids[2].to_string(), "a message names its last change");
}

#[tokio::test]
async fn a_message_that_came_and_went() {
    let lab = Lab::tiny().await;
    let from = lab.history_id();
    let new = lab.happens(json!({"do": "add_message"})).unwrap();
    lab.happens(json!({"do": "delete", "message": new}));
    let answer = lab.get(&format!("/history?startHistoryId={from}&historyTypes=messageAdded")).await.good();
    assert_eq!(answer["history"][0]["messagesAdded"][0]["message"]["id"], new);
    assert_eq!(answer["history"].as_array().unwrap().len(), 1);
    assert_eq!(lab.get(&format!("/messages/{new}?format=raw")).await.status, 404);
}

#[tokio::test]
async fn types_labels_and_pages() {
    let lab = Lab::tiny().await;
    let from = lab.history_id();
    lab.happens(json!({"do": "add_labels", "message": id(1), "labels": ["STARRED"]}));
    lab.happens(json!({"do": "trash", "message": id(2)}));
    lab.happens(json!({"do": "delete", "message": id(5)}));
    lab.happens(json!({"do": "add_labels", "message": id(8), "labels": ["Label_1"]}));
    let ask = async |rest: &str| told(&lab.get(&format!("/history?startHistoryId={from}{rest}")).await.good());
    assert_eq!(ask("&historyTypes=labelAdded").await, "1+STARRED 2+TRASH 8+Label_1");
    assert_eq!(ask("&historyTypes=labelRemoved").await, "2-INBOX");
    assert_eq!(ask("&historyTypes=messageDeleted&historyTypes=labelRemoved").await, "2-INBOX -5");
    assert_eq!(ask("&labelId=INBOX").await, "1+STARRED 2+TRASH 2-INBOX", "also what lost the label");
    assert_eq!(ask("&labelId=Label_1").await, "1+STARRED 8+Label_1");
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = lab.get(&format!("/history?startHistoryId={from}&maxResults=3{token}")).await.good();
        seen.push(told(&page));
        assert_eq!(page["historyId"], lab.history_id().to_string());
        let Some(next) = page["nextPageToken"].as_str() else { break };
        token = format!("&pageToken={next}");
    }
    assert_eq!(seen, ["1+STARRED 2+TRASH 2-INBOX -5", "8+Label_1"]);
}

#[tokio::test]
async fn too_old_too_new_and_forgotten() {
    let lab = Lab::tiny().await;
    let from = lab.history_id();
    let gone =
        |answer: crate::common::Answer| assert_eq!(answer.error(), (404, "notFound".into(), "Requested entity was not found.".into()));
    gone(lab.get("/history?startHistoryId=1").await);
    gone(lab.get(&format!("/history?startHistoryId={}", from + 1)).await);
    gone(lab.get(&format!("/history?startHistoryId={}", u64::MAX)).await);
    // A week counts from the change that ends an id's life.
    lab.happens(json!({"do": "add_message"}));
    let second = lab.history_id();
    lab.clock.forward(SignedDuration::from_hours(24));
    lab.happens(json!({"do": "add_message"}));
    lab.clock.forward(SignedDuration::from_hours(6 * 24));
    let token = lab.token(&["gmail.readonly"]);
    let ask = async |id: u64| lab.get_as(&token, &format!("/history?startHistoryId={id}")).await;
    ask(from).await.good();
    lab.clock.forward(SignedDuration::from_secs(1));
    gone(ask(from).await);
    assert_eq!(ask(second).await.good()["history"].as_array().unwrap().len(), 1);
    lab.happens(json!({"do": "expire_history"}));
    gone(ask(second).await);
    assert_eq!(ask(lab.history_id()).await.good().get("history"), None);
}

#[tokio::test]
async fn ids_are_numbers_not_texts() {
    let lab = Lab::tiny().await;
    let from = lab.history_id();
    assert_eq!(from.to_string().len(), 6);
    for _ in 0..20 {
        lab.happens(json!({"do": "add_message"}));
    }
    let now = lab.history_id();
    assert!(
        now.to_string().len() == 7 && now.to_string() < from.to_string(),
        "{from} {now}: sorted as texts they stand the wrong way round"
    );
    assert_eq!(lab.get(&format!("/history?startHistoryId={from}")).await.good()["history"].as_array().unwrap().len(), 20);
}
