//! What is left out of a message's links.

use crate::*;

fn joins(references: &[&str]) -> Vec<String> {
    let (native, mail, _) = mail("me", 0, "Re: Offer for ACME", references);
    let all = thread::links(&mail, &native).joins;
    let short = |key: &String| {
        key.strip_prefix("id:").map(str::to_owned).or_else(|| key.strip_prefix("re:")?.split_once(':').map(|(_, id)| format!("~{id}")))
    };
    all.iter().map(|k| short(k).unwrap()).collect()
}

#[test]
fn usable_references() {
    let long = format!("{}@t", "a".repeat(199));
    assert_eq!(joins(&["a", "me@t", "a@t", "b@t"]), ["~a@t", "~b@t", "b@t"], "its own, and one twice");
    assert_eq!(joins(&["a@t", &long, "a b@t", "<x@t>", "\u{fc}@t", "@t", "@", "x@"]), ["~a@t", "a@t"]);
    assert_eq!(joins(&["a@t", "null@t", "undefined@t", "{{id}}@t", "%s@t"]), ["~a@t", "a@t"]);
    assert_eq!(joins(&["a@t", "Jo@YourCompany.com"]), ["~a@t", "a@t"], "somebody's address");
    assert_eq!(joins(&["me@t"]), Vec::<String>::new());
    assert_eq!(joins(&[]), Vec::<String>::new());
}

#[test]
fn no_at_sign() {
    let mut sent = mail("me", 0, "Re: Offer for ACME", &[]);
    sent.1.references = vec!["20240301.abc".into(), String::new(), " a@t ".into()];
    assert_eq!(thread::links(&sent.1, &sent.0).joins.last().map(String::as_str), Some("id:a@t"));
}

#[test]
fn very_long_references() {
    let many: Vec<String> = (0..5_000).map(|n| format!("r{n}@t")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let kept = joins(&many);
    assert_eq!(
        (kept.len(), kept[0].as_str(), kept[1].as_str(), kept[99].as_str(), kept[100].as_str()),
        (101, "~r0@t", "~r4901@t", "~r4999@t", "r4999@t")
    );
    let kept = joins(&many[..100]);
    assert_eq!((kept.len(), kept[0].as_str(), kept[1].as_str()), (101, "~r0@t", "~r1@t"));
    let kept = joins(&many[..101]);
    assert_eq!((kept.len(), kept[0].as_str(), kept[1].as_str()), (101, "~r0@t", "~r2@t"));
    assert_eq!(joins(&["a"; 5_000]), ["~a@t", "a@t"]);
}

#[test]
fn ids_of_no_use() {
    // Its own id tells it from no other: it is known by its vendor id alone.
    let mut sent = mail("null", 0, "Offer", &[]);
    sent.0 = "sha256-0123456789abcdef0123456789abcdef".into();
    let own = thread::links(&sent.1, &sent.0).own;
    assert_eq!(own.iter().filter(|k| k.starts_with("id:")).collect::<Vec<_>>(), ["id:sha256-0123456789abcdef0123456789abcdef"]);
    sent.1.message_id = String::new();
    assert_eq!(thread::links(&sent.1, &sent.0).own, own);
    // One that is longer than a vendor id may be is no key; what the route calls it is.
    sent.1.message_id = "a@t".into();
    assert_eq!(thread::links(&sent.1, &sent.0).own.len(), 4);
}
