use super::*;

fn link(text: &str) -> Option<Link> {
    recognise(&Url::parse(text).unwrap())
}

fn record(id: &str) -> Option<Link> {
    Some(Link::Record { id: RecordId::new(PLACE, id), thread: None })
}

fn thread(id: &str) -> Option<Link> {
    Some(Link::Page { place: PLACE.into(), page: id.into(), hint: HINT_THREAD })
}

#[test]
fn threads_by_their_id() {
    for text in [
        "https://mail.google.com/mail/u/0/#inbox/18e1a2b3c4d5e6f7",
        "https://mail.google.com/mail/u/1/#search/from%3Aacme+pilot/18e1a2b3c4d5e6f7",
        "https://mail.google.com/mail/#label/Deals%2FACME/18E1A2B3C4D5E6F7",
        "https://mail.google.com/mail/u/0/?ui=2&view=pt&th=18e1a2b3c4d5e6f7",
        "https://mail.google.com/mail/u/0/#all/18e1a2b3c4d5e6f7?compose=new",
        "https://mail.google.com/mail/u/0/?view=om&permmsgid=msg-f:1792893019655366391",
    ] {
        assert_eq!(link(text), thread("18e1a2b3c4d5e6f7"), "{text}");
    }
}

#[test]
fn newer_links_are_recognised_and_explained() {
    let id = "FMfcgzQVxbhZmLKpRtWqSdFgHjKl";
    for text in [format!("https://mail.google.com/mail/u/0/#inbox/{id}"), format!("https://mail.google.com/mail/u/0/#search/x/{id}")] {
        assert_eq!(link(&text), Some(Link::Page { place: PLACE.into(), page: id.into(), hint: HINT_OPAQUE }), "{text}");
    }
}

#[test]
fn mails_by_their_message_id() {
    for text in [
        "message:%3CCAB+x_1@mail.example%3E",
        "message://%3cCAB+x_1@mail.example%3e",
        "message:CAB+x_1@mail.example",
        "mid:CAB+x_1@mail.example",
        "https://mail.google.com/mail/u/0/#search/rfc822msgid%3ACAB+x_1%40mail.example",
        "https://mail.google.com/mail/?q=rfc822msgid:%3CCAB%2Bx_1@mail.example%3E",
    ] {
        assert_eq!(link(text), record("CAB+x_1@mail.example"), "{text}");
    }
}

#[test]
fn ids_with_signs_of_addresses_survive() {
    for id in ["a=b&c+d@x.example", "50%25@x.example", "a/b@x.example"] {
        let made = permalink(id, "18e1a2b3c4d5e6f7");
        assert_eq!(link(&made), record(id), "{made}");
    }
}

#[test]
fn look_alikes_and_other_pages_are_nothing() {
    for text in [
        "http://mail.google.com/mail/u/0/#inbox/18e1a2b3c4d5e6f7",
        "https://mail.google.com.evil.example/mail/u/0/#inbox/18e1a2b3c4d5e6f7",
        "https://evil.example/mail.google.com/#inbox/18e1a2b3c4d5e6f7",
        "https://mail.google.com:444/mail/u/0/#inbox/18e1a2b3c4d5e6f7",
        "https://user@mail.google.com/mail/u/0/#inbox/18e1a2b3c4d5e6f7",
        "https://mail.google.com/mail/u/0/#inbox",
        "https://mail.google.com/mail/u/0/#settings/general",
        "https://mail.google.com/mail/u/0/",
        "message:",
        "message:nobody",
        "message:a@b@c",
        "message:%3Ca%20b@c%3E",
        "mailto:ann@acme.dev",
    ] {
        assert_eq!(link(text), None, "{text}");
    }
    assert_eq!(link(&format!("message:{}@x", "a".repeat(300))), None);
}

#[test]
fn pages_of_mails() {
    assert_eq!(permalink("CAB+x@mail.example", "18e1"), "https://mail.google.com/mail/#search/rfc822msgid%3ACAB%2Bx%40mail.example");
    assert_eq!(permalink("CAB+x@mail.example", ""), "mid:CAB%2Bx%40mail.example");
    assert_eq!(permalink("a@b.example~0011aabb", ""), "mid:a%40b.example");
    assert_eq!((permalink("sha256-00ff", "18e1"), permalink("sha256-00ff", "")), (String::new(), String::new()));
}
