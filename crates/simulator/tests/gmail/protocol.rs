//! Paths, parameters, tokens, scopes and the shapes of messages.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Lab, ME, decoded, id, short};

#[tokio::test]
async fn who_one_is() {
    let lab = Lab::tiny().await;
    let profile = lab.get("/profile").await.good();
    let history = lab.history_id().to_string();
    assert_eq!(profile, json!({"emailAddress": "deals@yourcompany.com", "messagesTotal": 9, "threadsTotal": 7, "historyId": history}));
    let named = lab.send(lab.bare(Method::GET, "/gmail/v1/users/Deals%40yourcompany.com/profile").bearer_auth(&lab.token)).await;
    assert_eq!(named.good(), profile);
    let other = lab.send(lab.bare(Method::GET, "/gmail/v1/users/jo%40yourcompany.com/profile").bearer_auth(&lab.token)).await;
    assert_eq!(other.error(), (403, "forbidden".into(), "Delegation denied for jo@yourcompany.com".into()));
}

#[tokio::test]
async fn pages_of_a_list() {
    let lab = Lab::tiny().await;
    let whole = lab.get("/messages").await.good();
    assert_eq!(short(&whole["messages"]), "9 8 5 4 3 2 1", "newest first, without spam and bin");
    assert_eq!(whole["messages"][0], json!({"id": id(9), "threadId": id(1)}), "ids only");
    assert_eq!((&whole["resultSizeEstimate"], whole.get("nextPageToken")), (&json!(7), None));
    let mut seen = Vec::new();
    let mut token = String::new();
    loop {
        let page = lab.get(&format!("/messages?maxResults=3{token}")).await.good();
        seen.push(short(&page["messages"]));
        let Some(next) = page["nextPageToken"].as_str() else { break };
        token = format!("&pageToken={next}");
        if seen.len() == 1 {
            // What comes in meanwhile stands on no later page; what goes leaves no gap.
            lab.happens(json!({"do": "add_message", "letter": {"subject": "New"}}));
            lab.happens(json!({"do": "delete", "message": id(5)}));
        }
    }
    assert_eq!(seen, ["9 8 5", "4 3 2", "1"]);
    let empty = lab.get("/messages?q=nonsense").await.good();
    assert_eq!(empty, json!({"resultSizeEstimate": 0}), "what is empty is absent");
    assert_eq!(short(&lab.get("/messages?includeSpamTrash=true&maxResults=500").await.good()["messages"]).split(' ').count(), 9);
    assert_eq!(short(&lab.get("/messages?labelIds=INBOX&labelIds=UNREAD&q=-subject:new").await.good()["messages"]), "9 3");
    assert_eq!(short(&lab.get("/messages?labelIds=TRASH").await.good()["messages"]), "7");
}

#[tokio::test]
async fn page_tokens_are_for_one_list_and_a_time() {
    let lab = Lab::tiny().await;
    let next = lab.get("/messages?maxResults=2&q=in:inbox").await.good()["nextPageToken"].as_str().unwrap().to_owned();
    let refused = |answer: crate::common::Answer| assert_eq!(answer.error(), (400, "invalidArgument".into(), "Invalid pageToken".into()));
    lab.get(&format!("/messages?maxResults=5&q=in:inbox&pageToken={next}")).await.good();
    refused(lab.get(&format!("/messages?maxResults=2&q=in:sent&pageToken={next}")).await);
    refused(lab.get(&format!("/threads?maxResults=2&q=in:inbox&pageToken={next}")).await);
    refused(lab.get("/messages?pageToken=09876543210").await);
    lab.clock.forward(SignedDuration::from_mins(59));
    lab.get(&format!("/messages?maxResults=2&q=in:inbox&pageToken={next}")).await.good();
    lab.happens(json!({"do": "expire_cursors"}));
    refused(lab.get(&format!("/messages?maxResults=2&q=in:inbox&pageToken={next}")).await);
}

#[tokio::test]
async fn a_message_in_its_four_formats() {
    let lab = Lab::tiny().await;
    let one = format!("/messages/{}", id(1));
    let raw = lab.get(&format!("{one}?format=raw")).await.good();
    let bytes = lab.world().read(|w| w.raw(&id(1)).unwrap());
    assert_eq!(decoded(&raw["raw"]), bytes);
    assert_eq!(raw["sizeEstimate"], bytes.len());
    assert_eq!(raw["internalDate"], "1710147602000");
    assert_eq!(raw["labelIds"], json!(["INBOX", "Label_1"]));
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&raw), "historyId id internalDate labelIds raw sizeEstimate snippet threadId");
    let minimal = lab.get(&format!("{one}?format=minimal")).await.good();
    assert_eq!(keys(&minimal), "historyId id internalDate labelIds sizeEstimate snippet threadId");
    let metadata = lab.get(&format!("{one}?format=metadata&metadataHeaders=subject&metadataHeaders=From")).await.good();
    assert_eq!(
        metadata["payload"],
        json!({"mimeType": "text/plain", "headers": [
            {"name": "From", "value": "Ada Byron <ada@acme.example>"}, {"name": "Subject", "value": "Price list"}]})
    );
    let all = lab.get(&format!("{one}?format=metadata")).await.good();
    let received = "from mx.acme.example by mx.yourcompany.com; Mon, 11 Mar 2024 09:00:01 +0000";
    assert_eq!(all["payload"]["headers"][1], json!({"name": "Received", "value": received}), "unfolded");
    let full = lab.get(&one).await.good();
    assert_eq!(
        decoded(&full["payload"]["body"]["data"]),
        b"Hello Jo,\r\n\r\ncould you send us the price list for two regions?\r\n\r\nAda\r\n"
    );
    let two = lab.get(&format!("/messages/{}?format=minimal", id(2))).await.good();
    assert!(two["snippet"].as_str().unwrap().starts_with("Dear Ada, it is &lt;attached&gt; &amp; up to date."), "{two}");
}

#[tokio::test]
async fn parts_and_attachments() {
    let lab = Lab::tiny().await;
    let path = format!("/messages/{}", id(3));
    let payload = lab.get(&path).await.good()["payload"].clone();
    assert_eq!(payload["mimeType"], "multipart/mixed");
    assert_eq!(payload["headers"][0], json!({"name": "From", "value": "Jörg Müller <joerg@eu.acme.example>"}));
    assert_eq!(payload["headers"][2], json!({"name": "Subject", "value": "Vertragsentwurf für Süd"}));
    let plain = &payload["parts"][0]["parts"][0];
    assert_eq!((&plain["partId"], &plain["mimeType"], &plain["filename"]), (&json!("0.0"), &json!("text/plain"), &json!("")));
    assert_eq!(decoded(&plain["body"]["data"]), "Grüße aus Süd".as_bytes());
    let file = &payload["parts"][1];
    assert_eq!((&file["partId"], &file["filename"]), (&json!("1"), &json!("Entwurf.pdf")));
    assert_eq!(file["body"].as_object().unwrap().keys().collect::<Vec<_>>(), ["attachmentId", "size"]);
    let attachment = file["body"]["attachmentId"].as_str().unwrap();
    let got = lab.get(&format!("{path}/attachments/{attachment}")).await.good();
    assert_eq!((decoded(&got["data"]), &got["size"]), (b"%PDF-1.4 not really".to_vec(), &json!(19)));
    let again = lab.get(&path).await.good();
    assert_ne!(again["payload"]["parts"][1]["body"]["attachmentId"], attachment, "ids of attachments are not stable");
    assert_eq!(lab.get(&format!("{path}/attachments/nonsense")).await.error().0, 400);
    assert_eq!(lab.get(&format!("/messages/{}/attachments/{attachment}", id(1))).await.error().0, 400);
}

#[tokio::test]
async fn threads() {
    let lab = Lab::tiny().await;
    let list = lab.get("/threads").await.good();
    assert_eq!(short(&list["threads"]), "1 8 5 4 3", "by their newest message");
    assert_eq!(list["threads"][0]["snippet"], "We take it. Two regions, from May.");
    assert_eq!(short(&lab.get("/threads?q=from:jo").await.good()["threads"]), "1");
    let thread = lab.get(&format!("/threads/{}?format=minimal", id(1))).await.good();
    assert_eq!((short(&thread["messages"]), &thread["id"]), ("1 2 9".into(), &json!(id(1))));
    assert_eq!(thread["historyId"], thread["messages"][2]["historyId"]);
    let full = lab.get(&format!("/threads/{}", id(1))).await.good();
    assert_eq!(full["messages"][0]["payload"]["mimeType"], "text/plain");
    assert_eq!(lab.get(&format!("/threads/{}", id(2))).await.error().1, "notFound", "a message's id is no thread's");
    assert_eq!(lab.get(&format!("/threads/{}?format=raw", id(1))).await.error().0, 400, "threads have no raw");
}

#[tokio::test]
async fn labels() {
    let lab = Lab::tiny().await;
    let list = lab.get("/labels").await.good();
    let label = |id: &str| list["labels"].as_array().unwrap().iter().find(|l| l["id"] == id).unwrap().clone();
    assert_eq!(label("INBOX"), json!({"id": "INBOX", "name": "INBOX", "type": "system"}));
    assert_eq!(
        label("Label_1"),
        json!({"id": "Label_1", "name": "Deals/Big One", "type": "user", "messageListVisibility": "show", "labelListVisibility": "labelShow"})
    );
    let inbox = lab.get("/labels/INBOX").await.good();
    assert_eq!((&inbox["messagesTotal"], &inbox["messagesUnread"], &inbox["threadsTotal"]), (&json!(5), &json!(2), &json!(3)));
    assert_eq!(lab.get("/labels/Label_9").await.error().1, "notFound");
}

#[tokio::test]
async fn what_is_not_there() {
    let lab = Lab::tiny().await;
    assert_eq!(lab.get("/messages/18e0000000000099").await.error(), (404, "notFound".into(), "Requested entity was not found.".into()));
    assert_eq!(lab.get("/messages/soon").await.error(), (400, "invalidArgument".into(), "Invalid id value".into()));
    let (profile, messages) = (format!("{ME}/profile"), format!("{ME}/messages"));
    for (verb, path) in [
        (Method::POST, profile.as_str()),
        (Method::GET, "/gmail/v1/users/me/nothing"),
        (Method::GET, "/gmail/v2/users/me/profile"),
        (Method::PUT, messages.as_str()),
        (Method::GET, "/batch/gmail/v1"),
        (Method::GET, "/"),
    ] {
        let answer = lab.send(lab.bare(verb.clone(), path).bearer_auth(&lab.token)).await;
        assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")), "{verb} {path}");
    }
}

#[tokio::test]
async fn parameters_are_checked() {
    let lab = Lab::tiny().await;
    for (path, reason, says) in [
        ("/messages?maxresults=5", "invalid", "Unknown name \"maxresults\""),
        ("/messages?maxResults=many", "invalid", "Invalid value at 'max_results' (TYPE_UINT32), \"many\""),
        ("/messages?maxResults=501", "invalidArgument", "the maximum is 500"),
        ("/messages?includeSpamTrash=1", "invalid", "TYPE_BOOL"),
        ("/messages?q=a&q=b", "invalid", "not repeating"),
        ("/messages?labelIds=Label_9", "invalidArgument", "Invalid label"),
        ("/messages/18e0000000000001?format=eml", "invalid", "Invalid value at 'format' (TYPE_ENUM), \"eml\""),
        ("/profile?alt=proto", "invalidArgument", "alt=json"),
        ("/profile?fields=a(", "invalidArgument", "Invalid field selection"),
        ("/history?startHistoryId=-1", "invalid", "TYPE_UINT64"),
        ("/history", "invalidArgument", "startHistoryId"),
    ] {
        let (status, word, text) = lab.get(path).await.error();
        assert!(status == 400 && word == reason && text.contains(says), "{path}: {status} {word} {text}");
    }
    let cut = lab.get("/messages?fields=messages/id,nextPageToken&maxResults=1&prettyPrint=false&quotaUser=x").await.good();
    assert_eq!(cut["messages"], json!([{"id": id(9)}]));
    assert_eq!(cut.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn tokens_are_looked_at() {
    let lab = Lab::tiny().await;
    let missing = lab.send(lab.bare(Method::GET, &format!("{ME}/profile"))).await;
    assert_eq!((missing.error().0, missing.error().1), (401, "required".into()));
    assert!(missing.header("www-authenticate").unwrap().starts_with("Bearer realm="));
    for header in ["Bearer", "Bearer ", "Bearer nonsense", "Basic dGlueTp0aW55"] {
        let answer = lab.send(lab.bare(Method::GET, &format!("{ME}/profile")).header("authorization", header)).await;
        assert_eq!(answer.error().0, 401, "{header}");
    }
    let in_query = lab.send(lab.bare(Method::GET, &format!("{ME}/profile?access_token={}", lab.token))).await;
    assert_eq!(in_query.error().0, 401, "tokens in the query are given up");
    assert!(!format!("{:?}", lab.sim.log()).contains(&lab.token), "no token stands in the log");
    let lower = lab.send(lab.bare(Method::GET, &format!("{ME}/profile")).header("authorization", format!("bearer {}", lab.token))).await;
    lower.good();
    lab.clock.forward(SignedDuration::from_secs(3598));
    lab.get("/profile").await.good();
    lab.clock.forward(SignedDuration::from_secs(1));
    let expired = lab.get("/profile").await;
    assert_eq!((expired.error().0, expired.error().1), (401, "authError".into()));
    assert!(expired.header("www-authenticate").unwrap().contains("invalid_token"));
    assert_eq!(expired.json()["error"]["status"], "UNAUTHENTICATED");
}

#[tokio::test]
async fn scopes_are_looked_at() {
    let lab = Lab::tiny().await;
    let send = lab.token(&["gmail.send"]);
    let refused = lab.get_as(&send, "/messages").await;
    assert_eq!(refused.error(), (403, "insufficientPermissions".into(), "Request had insufficient authentication scopes.".into()));
    let detail = &refused.json()["error"]["details"][0];
    assert_eq!(
        (&detail["reason"], &detail["@type"]),
        (&json!("ACCESS_TOKEN_SCOPE_INSUFFICIENT"), &json!("type.googleapis.com/google.rpc.ErrorInfo"))
    );
    assert!(refused.header("www-authenticate").unwrap().contains("insufficient_scope"));
    for scopes in [&["gmail.metadata"][..], &["gmail.metadata", "gmail.readonly"]] {
        let token = lab.token(scopes);
        let one = format!("/messages/{}", id(1));
        lab.get_as(&token, "/messages?maxResults=5").await.good();
        lab.get_as(&token, &format!("{one}?format=metadata")).await.good();
        lab.get_as(&token, &format!("{one}?format=minimal")).await.good();
        let text = |format: &str| format!("Metadata scope doesn't allow format {format}");
        assert_eq!(lab.get_as(&token, &one).await.error(), (403, "forbidden".into(), text("FULL")), "{scopes:?}");
        assert_eq!(lab.get_as(&token, &format!("{one}?format=raw")).await.error().2, text("RAW"));
        assert_eq!(lab.get_as(&token, &format!("/threads/{}", id(1))).await.error().2, text("FULL"));
        assert_eq!(
            lab.get_as(&token, "/messages?q=a").await.error(),
            (403, "forbidden".into(), "Metadata scope does not support 'q' parameter".into())
        );
        assert_eq!(lab.get_as(&token, &format!("{one}/attachments/x")).await.error().0, 403);
    }
    for (scope, path, status) in [
        ("gmail.readonly", "/labels", 200),
        ("gmail.labels", "/labels", 200),
        ("gmail.labels", "/profile", 403),
        ("gmail.compose", "/profile", 200),
        ("gmail.compose", "/messages", 403),
        ("gmail.compose", "/drafts", 200),
        ("gmail.modify", "/messages", 200),
        ("https://mail.google.com/", "/messages", 200),
    ] {
        assert_eq!(lab.get_as(&lab.token(&[scope]), path).await.status, status, "{scope} {path}");
    }
}

#[tokio::test]
async fn a_message_of_35_megabytes() {
    let lab = Lab::tiny().await;
    let big = lab.happens(json!({"do": "add_message", "letter": {"subject": "Big", "padding": 27_000_000}})).unwrap();
    let raw = lab.get(&format!("/messages/{big}?format=raw")).await.good();
    assert!(decoded(&raw["raw"]).len() > 35_000_000);
    assert_eq!(raw["sizeEstimate"], decoded(&raw["raw"]).len());
    let full = lab.get(&format!("/messages/{big}")).await.good();
    assert_eq!(full["payload"]["parts"][1]["body"]["size"], 27_000_000);
    assert_eq!(lab.search("larger:30M has:attachment").await.split(' ').count(), 1);
}
