//! What changes a mailbox: labels, the bin, drafts, what is sent, and events of a scenario.

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Lab, ME, decoded, id, short};

/// A lab with a token that may do everything.
async fn lab() -> (Lab, String) {
    let lab = Lab::tiny().await;
    let token = lab.token(&["https://mail.google.com/"]);
    (lab, token)
}

fn labels(lab: &Lab, n: u32) -> String {
    lab.world().read(|w| w.labels_of(&id(n)).unwrap_or_default().join(" "))
}

async fn post(lab: &Lab, path: &str, body: Value) -> Answer {
    lab.post_as(&lab.token(&["https://mail.google.com/"]), path, &body).await
}

fn letter(text: &str) -> String {
    URL_SAFE.encode(text.replace('\n', "\r\n"))
}

#[tokio::test]
async fn labels_of_one_message() {
    let (lab, _) = lab().await;
    let path = format!("/messages/{}/modify", id(1));
    let changed = post(&lab, &path, json!({"addLabelIds": ["STARRED", "UNREAD"], "removeLabelIds": ["INBOX", "IMPORTANT"]})).await.good();
    assert_eq!(changed, json!({"id": id(1), "threadId": id(1), "labelIds": ["Label_1", "STARRED", "UNREAD"]}));
    let before = lab.history_id();
    post(&lab, &path, json!({"addLabelIds": ["STARRED"]})).await.good();
    assert_eq!(lab.history_id(), before, "what changes nothing is no change");
    for (body, says) in [
        (json!({}), "No label add or removes specified"),
        (json!({"addLabelIds": ["Label_9"]}), "Invalid label: Label_9"),
        (json!({"addLabelIds": ["Deals/Big One"]}), "Invalid label: Deals/Big One"),
        (json!({"removeLabelIds": ["SENT"]}), "Invalid label: SENT"),
        (json!({"addLabelIds": ["STARRED"], "removeLabelIds": ["STARRED"]}), "Cannot both add and remove the same label: STARRED"),
    ] {
        assert_eq!(post(&lab, &path, body).await.error(), (400, "invalidArgument".into(), says.into()));
    }
    assert_eq!(post(&lab, &path, json!({"addLabelIds": "STARRED"})).await.error().1, "invalid");
    assert_eq!(post(&lab, &path, json!({"labels": []})).await.error().1, "invalid", "an unknown field");
    assert_eq!(post(&lab, &format!("/messages/{}/modify", id(99)), json!({"addLabelIds": ["STARRED"]})).await.status, 404);
    assert_eq!(labels(&lab, 1), "Label_1 STARRED UNREAD", "none of that did anything");
}

#[tokio::test]
async fn labels_of_many() {
    let (lab, token) = lab().await;
    let body = json!({"ids": [id(1), id(99), id(2)], "addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]});
    let answer = lab.post_as(&token, "/messages/batchModify", &body).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0), "nothing to say, and what is gone is passed over");
    assert_eq!((labels(&lab, 1), labels(&lab, 2)), ("Label_1 STARRED".into(), "STARRED".into()));
    let thread = post(&lab, &format!("/threads/{}/modify", id(1)), json!({"removeLabelIds": ["STARRED", "UNREAD"]})).await.good();
    assert_eq!((short(&thread["messages"]), thread["id"].as_str().unwrap()), ("1 2 9".into(), id(1).as_str()));
    assert_eq!((labels(&lab, 1), labels(&lab, 2), labels(&lab, 9)), ("Label_1".into(), String::new(), "INBOX".into()));
    let bare = lab.get(&format!("/messages/{}?format=minimal", id(2))).await.good();
    assert_eq!(bare.get("labelIds"), None, "what is empty is absent");
    let too_many: Vec<String> = (0..1001).map(id).collect();
    assert_eq!(post(&lab, "/messages/batchModify", json!({"ids": too_many, "addLabelIds": ["STARRED"]})).await.status, 400);
}

#[tokio::test]
async fn labels_come_get_other_names_and_go() {
    let (lab, _) = lab().await;
    let made = post(&lab, "/labels", json!({"name": "Sales/globex"})).await.good();
    assert_eq!((made["id"].as_str().unwrap(), &made["type"]), ("Label_2", &json!("user")));
    let again = post(&lab, "/labels", json!({"name": "SALES/Globex"})).await;
    assert_eq!(again.error(), (409, "aborted".into(), "Label name exists or conflicts".into()));
    let from = lab.history_id();
    lab.happens(json!({"do": "rename_label", "label": "Label_1", "name": "Won"}));
    assert_eq!(lab.history_id(), from, "the history does not tell of names");
    assert_eq!(lab.get("/labels/Label_1").await.good()["name"], "Won");
    lab.happens(json!({"do": "delete_label", "label": "Won"}));
    assert_eq!(lab.get("/labels/Label_1").await.status, 404);
    let history = lab.get(&format!("/history?startHistoryId={from}")).await.good();
    assert_eq!(history["history"][0]["labelsRemoved"][0]["labelIds"], json!(["Label_1"]), "its bearers lose it");
    assert_eq!(labels(&lab, 1), "INBOX");
}

#[tokio::test]
async fn the_bin_and_the_end() {
    let (lab, token) = lab().await;
    let act = async |verb: Method, path: String, token: &str| lab.send(lab.bare(verb, &format!("{ME}{path}")).bearer_auth(token)).await;
    let binned = act(Method::POST, format!("/messages/{}/trash", id(1)), &token).await.good();
    assert_eq!(binned["labelIds"], json!(["Label_1", "TRASH"]));
    assert_eq!(lab.search("in:inbox subject:price").await, "9 2");
    let back = act(Method::POST, format!("/messages/{}/untrash", id(1)), &token).await.good();
    assert_eq!(back["labelIds"], json!(["INBOX", "Label_1"]));
    let modify = lab.token(&["gmail.modify"]);
    assert_eq!(
        act(Method::DELETE, format!("/messages/{}", id(1)), &modify).await.error().1,
        "insufficientPermissions",
        "for good takes all"
    );
    let gone = act(Method::DELETE, format!("/messages/{}", id(1)), &token).await;
    assert_eq!((gone.status, gone.body.len()), (204, 0));
    assert_eq!(act(Method::DELETE, format!("/messages/{}", id(1)), &token).await.error().1, "notFound");
    assert_eq!(short(&lab.get(&format!("/threads/{}", id(1))).await.good()["messages"]), "2 9");
    lab.happens(json!({"do": "delete_thread", "thread": id(1)}));
    assert_eq!(lab.get(&format!("/threads/{}", id(1))).await.status, 404);
    assert_eq!(lab.get("/profile").await.good()["messagesTotal"], 6);
}

#[tokio::test]
async fn drafts_and_what_is_sent() {
    let (lab, token) = lab().await;
    let answer = "From: deals@yourcompany.com\nTo: ada@acme.example\nSubject: Re: Price list\nMessage-ID: <ten@yourcompany.com>\nIn-Reply-To: <nine@acme.example>\nReferences: <one@acme.example> <nine@acme.example>\n\nThank you!\n";
    let draft = post(&lab, "/drafts", json!({"message": {"raw": letter(answer), "threadId": id(1)}})).await.good();
    assert_eq!((&draft["message"]["threadId"], &draft["message"]["labelIds"]), (&json!(id(1)), &json!(["DRAFT"])));
    let listed = lab.get_as(&token, "/drafts").await.good();
    assert_eq!(listed["drafts"], json!([{"id": draft["id"], "message": {"id": draft["message"]["id"], "threadId": id(1)}}]));
    let got = lab.get_as(&token, &format!("/drafts/{}?format=raw", draft["id"].as_str().unwrap())).await.good();
    assert_eq!(String::from_utf8(decoded(&got["message"]["raw"])).unwrap(), answer.replace('\n', "\r\n"));
    let sent = post(&lab, "/drafts/send", json!({"id": draft["id"]})).await.good();
    assert_ne!(sent["id"], draft["message"]["id"], "another message");
    assert_eq!((&sent["threadId"], &sent["labelIds"]), (&json!(id(1)), &json!(["SENT"])));
    assert_eq!(lab.get_as(&token, "/drafts").await.good(), json!({"resultSizeEstimate": 0}));
    assert_eq!(post(&lab, "/drafts/send", json!({"id": draft["id"]})).await.status, 404, "it is gone");
    // What does not answer the thread goes into one of its own, and nothing says so.
    let other = "To: ada@acme.example\nSubject: Something else\nMessage-ID: <eleven@yourcompany.com>\n\nHello\n";
    let apart = post(&lab, "/messages/send", json!({"raw": letter(other), "threadId": id(1)})).await.good();
    assert_eq!(apart["threadId"], apart["id"]);
    assert_eq!(lab.search("rfc822msgid:eleven@yourcompany.com").await, short(&json!([{"id": apart["id"]}])));
    for (body, says) in [
        (json!({}), "'raw' RFC822 payload message string or uploading message via /upload/* URL required"),
        (json!({"raw": letter("Subject: to nobody\n\nx\n")}), "Recipient address required"),
        (json!({"raw": letter(other), "threadId": "x"}), "Invalid thread_id value"),
    ] {
        assert_eq!(post(&lab, "/messages/send", body).await.error(), (400, "invalidArgument".into(), says.into()));
    }
    let read = lab.token(&["gmail.readonly"]);
    assert_eq!(lab.post_as(&read, "/messages/send", &json!({"raw": letter(other)})).await.error().1, "insufficientPermissions");
}

#[tokio::test]
async fn messages_of_every_shape_come_in() {
    let (lab, _) = lab().await;
    for raw in ["", "no head at all", "Subject: only a head", "\u{0}\u{1}\u{fffd}", "From: a\r\n\r\n"] {
        let new = lab.happens(json!({"do": "add_message", "raw": raw, "labels": ["Deals/Big One"]})).unwrap();
        let got = lab.get(&format!("/messages/{new}?format=raw")).await.good();
        assert_eq!((decoded(&got["raw"]), &got["labelIds"]), (raw.as_bytes().to_vec(), &json!(["Label_1"])), "{raw:?}");
        lab.get(&format!("/messages/{new}")).await.good();
    }
    let reply =
        lab.happens(json!({"do": "add_message", "thread": "newest", "letter": {"from": "a@b.example", "text": "x"}, "seconds_ago": 60}));
    let newest = lab.get("/threads?maxResults=1").await.good()["threads"][0]["id"].clone();
    assert_eq!(lab.get(&format!("/messages/{}?format=minimal", reply.unwrap())).await.good()["threadId"], newest);
}

#[tokio::test]
async fn fields_of_a_wrong_shape_are_shown_as_they_were_set() {
    let (lab, _) = lab().await;
    for (field, value) in [("historyId", json!(12)), ("labelIds", json!("INBOX")), ("raw", json!("***")), ("threadId", Value::Null)] {
        lab.happens(json!({"do": "set_field", "message": id(3), "field": field, "value": value}));
    }
    let message = lab.get(&format!("/messages/{}?format=raw", id(3))).await.good();
    assert_eq!((&message["historyId"], &message["labelIds"], &message["raw"]), (&json!(12), &json!("INBOX"), &json!("***")));
    assert_eq!(message.get("threadId"), None);
}

#[tokio::test]
async fn events_come_by_http_and_say_what_they_concern() {
    let (lab, _) = lab().await;
    let send = async |event: Value| lab.send(lab.http.post(format!("{}/_sim/event", lab.sim.base_url())).json(&event)).await;
    let new = send(json!({"do": "gmail.add_message", "letter": {"subject": "New"}})).await.good();
    assert_eq!((&new["ok"], lab.search("subject:new").await), (&json!(true), short(&json!([new]))));
    assert_eq!(send(json!({"do": "gmail.trash"})).await.good()["id"], new["id"], "the newest, where none is named");
    assert_eq!(send(json!({"do": "gmail.delete", "message": "oldest"})).await.good()["id"], id(1));
    for (event, says) in [
        (json!({"do": "gmail.trash", "message": id(99)}), format!("there is no message `{}`", id(99))),
        (json!({"do": "gmail.add_labels", "labels": ["Nothing"]}), "there is no label `Nothing`".into()),
        (json!({"do": "gmail.delete_thread", "thread": id(99)}), format!("there is no thread `{}`", id(99))),
        (json!({"do": "gmail.rename_label", "label": "INBOX", "name": "x"}), "there is no label `INBOX`".into()),
    ] {
        let answer = send(event).await;
        assert_eq!((answer.status, answer.json()), (400, json!({"ok": false, "error": says})));
    }
}
