use super::*;

#[test]
fn labels_by_name_without_those_that_are_not_to_be_read() {
    let listed = r#"{"labels":[{"id":"INBOX","name":"INBOX","type":"system"},{"id":"Label_1","name":"Deals/ACME"},{"id":"Label_2","name":"a\u001b[0m"},{"id":"","name":"x"}]}"#;
    let names = label_names(serde_json::from_str(listed).unwrap());
    assert_eq!(names.iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>(), ["Label_1 Deals/ACME", "Label_2 a [0m"]);
    let labels = Labels::new(&names, &["Deals/*".into(), "sent".into()]);
    let hide = |ids: &[&str]| labels.hide(ids);
    assert!(hide(&["INBOX", "Label_1"]) && hide(&["SENT"]) && hide(&["TRASH"]) && hide(&["CHAT"]) && hide(&["SPAM"]) && hide(&["DRAFT"]));
    assert!(!hide(&["INBOX", "Label_2", "Label_99"]) && !hide(&[]));
    let all = ["UNREAD", "INBOX", "Label_2", "Label_99", "INBOX"].map(str::to_owned);
    assert_eq!(labels.names(&all), ["INBOX", "a [0m"]);
}

#[test]
fn headers_of_whole_mails_and_of_what_gmail_read() {
    assert_eq!(&header_of(b"A: b\r\n c\r\n\r\nbody\r\n\r\n")[..], b"A: b\r\n c\r\n\r\n");
    assert_eq!(&header_of(b"A: b\n\nbody")[..], b"A: b\n\n");
    assert_eq!(&header_of(b"no end")[..], b"no end");
    assert!(header_of(&[b'\n'; 10]).len() == 1 && header_of(&b"a: b\n".repeat(100_000)).len() <= MOST_HEADER + 5);
    let payload: wire::Payload = serde_json::from_str(
        r#"{"headers":[{"name":"From","value":"Ann <ann@acme.dev>"},{"name":"X\r\nEvil","value":"y"},{"name":"Subject","value":"a\r\nBcc: evil@x"},{"name":"a b","value":""}]}"#,
    )
    .unwrap();
    assert_eq!(String::from_utf8(header(Some(&payload))).unwrap(), "From: Ann <ann@acme.dev>\r\nSubject: a  Bcc: evil@x\r\n\r\n");
    assert_eq!(header(None), b"\r\n");
}
