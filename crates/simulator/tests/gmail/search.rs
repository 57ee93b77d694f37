//! Gmail's search syntax over the tiny mailbox.

use serde_json::json;

use crate::common::{Lab, id};

#[tokio::test]
async fn people_and_domains() {
    let lab = Lab::tiny().await;
    for (query, found) in [
        ("from:ada@acme.example", "9 1"),
        ("from:acme.example", "9 3 1"),
        ("from:@acme.example", "9 3 1"),
        ("from:acme", "9 3 1"),
        ("from:eu.acme.example", "3"),
        ("from:me.example", ""),
        ("from:byron", "9 1"),
        ("from:\"Ada Byron\"", "9 1"),
        ("from:\"Byron Ada\"", ""),
        ("from:müller", "3"),
        ("from:MÜLLER", "3"),
        ("to:ada@acme.example", "2"),
        ("to:bob@acme.example", ""),
        ("cc:bob@acme.example", "9"),
        ("bcc:jo@yourcompany.com", "8"),
        ("deliveredto:deals@yourcompany.com", "1"),
        ("to:me", "5 4 3"),
        ("from:me", "8"),
        ("cc:me", "9 2 1"),
        ("list:tips.letters.example", "5"),
        ("{from:acme.example to:acme.example cc:acme.example}", "9 3 2 1"),
        ("from:(acme.example OR globex.example)", "9 4 3 1"),
        ("from:{pia@globex.example omar@northwind.example}", "4"),
        ("{from:acme.example from:globex.example} -from:eu.acme.example", "9 4 1"),
        ("(from:acme.example OR to:northwind.example) in:sent", "8"),
        ("from:acme.example OR from:globex.example to:me", "4 3"),
    ] {
        assert_eq!(lab.search(query).await, found, "{query}");
    }
}

#[tokio::test]
async fn words_and_phrases() {
    let lab = Lab::tiny().await;
    for (query, found) in [
        ("subject:price", "9 2 1"),
        ("subject:(price list)", "9 2 1"),
        ("subject:\"list price\"", ""),
        ("regions", "9 2 1"),
        ("region", ""),
        ("\"two regions\"", "9 2 1"),
        ("\"regions two\"", ""),
        ("two regions may", "9"),
        ("süd", "3"),
        ("grüße", "3"),
        ("entwurf.pdf", "3"),
        ("smile", "5"),
        ("h1", ""),
        ("unknown:word", ""),
        ("filename:pdf", "3"),
        ("ada@acme.example", "9 2 1"),
        ("-regions in:inbox", "4 3"),
        ("", "9 8 5 4 3 2 1"),
        (")(", "9 8 5 4 3 2 1"),
    ] {
        assert_eq!(lab.search(query).await, found, "{query}");
    }
}

#[tokio::test]
async fn places_and_states() {
    let lab = Lab::tiny().await;
    for (query, found) in [
        ("in:inbox", "9 4 3 2 1"),
        ("in:sent", "8"),
        ("in:spam", "6"),
        ("in:trash", "7"),
        ("in:anywhere from:acme.example", "9 7 6 3 1"),
        ("-in:trash from:acme.example", "9 3 1"),
        ("is:unread", "9 3"),
        ("is:read in:inbox", "4 2 1"),
        ("is:starred", "9"),
        ("is:important", "3"),
        ("label:deals-big-one", "1"),
        ("label:\"Deals/Big One\"", "1"),
        ("label:Label_1", "1"),
        ("label:nothing", ""),
        ("-label:deals-big-one in:inbox", "9 4 3 2"),
        ("has:userlabels", "1"),
        ("category:promotions", "5"),
        ("category:updates", "4"),
        ("-category:promotions -category:updates", "9 8 3 2 1"),
        ("category:primary", "9 3 2 1"),
        ("has:attachment", "3"),
        ("in:chats", ""),
    ] {
        assert_eq!(lab.search(query).await, found, "{query}");
    }
}

#[tokio::test]
async fn times_and_sizes() {
    let lab = Lab::tiny().await;
    for (query, found) in [
        ("after:1712329200", ""),
        ("after:1712329199", "9"),
        ("before:1710147602", ""),
        ("before:1710147603", "1"),
        ("after:2024/04/01", "9 8"),
        ("after:2024/04/05 before:2024/04/06", "9"),
        ("before:2024-03-12", "2 1"),
        ("newer_than:2d", ""),
        ("newer_than:3d", "9"),
        ("older_than:3d in:inbox", "4 3 2 1"),
        ("newer_than:1m", "9 8 5 4 3 2 1"),
        ("newer_than:2h", ""),
        ("older_than:1y", ""),
        ("newer_than:40y", "9 8 5 4 3 2 1"),
        ("newer_than:x", ""),
        ("larger:1k", ""),
        ("larger:900", "4"),
        ("smaller:300", "8"),
        ("smaller:200", ""),
    ] {
        assert_eq!(lab.search(query).await, found, "{query}");
    }
}

#[tokio::test]
async fn by_message_id_and_after_changes() {
    let lab = Lab::tiny().await;
    assert_eq!(lab.search("rfc822msgid:<one@acme.example>").await, "1");
    assert_eq!(lab.search("rfc822msgid:one@acme.example").await, "1");
    assert_eq!(lab.search("rfc822msgid:one@acme").await, "");
    lab.happens(json!({"do": "trash", "message": id(1)}));
    assert_eq!(lab.search("rfc822msgid:one@acme.example").await, "");
    assert_eq!(lab.search("rfc822msgid:one@acme.example in:anywhere").await, "1");
    lab.happens(json!({"do": "rename_label", "label": "Deals/Big One", "name": "Won"}));
    assert_eq!(
        (lab.search("label:won in:anywhere").await, lab.search("label:deals-big-one in:anywhere").await),
        ("1".into(), String::new())
    );
    let new = lab.happens(
        json!({"do": "add_message", "letter": {"from": "Zoë <zoe@new.example>", "text": "Ein ganz neues Wort", "cc": "ada@acme.example"}}),
    );
    let found = lab.get("/messages?q=from:zo%C3%AB+neues+cc:acme.example").await.good();
    assert_eq!(found["messages"][0]["id"], new.unwrap());
}

#[tokio::test]
async fn long_queries_are_refused_where_that_is_set() {
    let lab = Lab::scenario("[gmail]\nquery_max = 20\n").await;
    assert_eq!(lab.search("from:acme.example").await, "9 3 1");
    assert_eq!(lab.get("/messages?q=from%3Aacme.example+in%3Ainbox").await.error().1, "invalidArgument");
}
