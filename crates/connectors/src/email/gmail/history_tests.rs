use super::*;

fn labels() -> Labels {
    Labels::new(&[("Label_1".to_owned(), "Private".to_owned())].into(), &["private".into()])
}

fn sorted(json: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let s = sort(&labels(), &serde_json::from_str(json).unwrap());
    (s.whole, s.relabelled, s.dropped)
}

fn list(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn changes_are_sorted_by_what_has_to_be_done() {
    let json = r#"{"history":[
        {"messagesAdded":[{"message":{"id":"new","labelIds":["INBOX"]}},{"message":{"id":"bare"}},{"message":{"id":"draft","labelIds":["DRAFT"]}},
            {"message":{"id":"mine","labelIds":["INBOX","Label_1"]}}]},
        {"labelsAdded":[{"message":{"id":"star"},"labelIds":["STARRED"]},{"message":{"id":"new"},"labelIds":["IMPORTANT"]},
            {"message":{"id":"bin","labelIds":["TRASH"]},"labelIds":["TRASH"]},{"message":{"id":"binned"},"labelIds":["TRASH"]},
            {"message":{"id":"back","labelIds":["INBOX"]},"labelIds":["TRASH"]}]},
        {"labelsRemoved":[{"message":{"id":"read"},"labelIds":["UNREAD"]},{"message":{"id":"unjunked"},"labelIds":["SPAM"]},
            {"message":{"id":"archived"},"labelIds":["INBOX","UNREAD"]}]},
        {"messagesAdded":[{"message":{"id":"gone"}}],"messagesDeleted":[{"message":{"id":"gone"}},{"message":{"id":"old"}}]}
    ]}"#;
    let (whole, relabelled, dropped) = sorted(json);
    assert_eq!(whole, list(&["back", "bare", "binned", "new", "unjunked"]));
    assert_eq!(relabelled, list(&["archived", "star"]));
    assert_eq!(dropped, list(&["back", "bin", "binned", "gone", "old"]));
    assert_eq!(sorted("{}"), (list(&[]), list(&[]), list(&[])));
}
