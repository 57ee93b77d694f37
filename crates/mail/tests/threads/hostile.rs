//! Subjects, ids and bodies that are made to break something: the body of the fuzz target `threading`.

use proptest::prelude::*;
use sales_mail::thread;

use crate::*;

fn subject() -> impl Strategy<Value = String> {
    let mark = "(Re|re|AW|Fwd|İLT|ΑΠ|回复|R|VS|EXT|x)?[ \u{a0}]?(\\[[0-9a-z]{0,3}\\]|\\(2\\)|\\^3)?[:：]?[ ]?";
    prop_oneof![3 => (mark, mark, "[a-z\\[\\]() ]{0,12}").prop_map(|(a, b, c)| format!("{a}{b}{c}")), 1 => "\\PC{0,30}", 1 => any::<String>()]
}

fn id() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-d]@[x-y]", 1 => "[0-9a-z{}%@<> $-]{0,12}", 1 => any::<String>()]
}

fn body() -> impl Strategy<Value = String> {
    prop_oneof!["(> )?[a-z: \n@<>-]{0,40}", "[-\n:@<>*A-Z ]{0,60}", any::<String>()]
}

fn sent() -> impl Strategy<Value = (Mail, u8)> {
    let people = (0..4_u8, 0..4_u8);
    (subject(), id(), prop::collection::vec(id(), 0..6), body(), people, prop::option::weighted(0.2, 0..3_u8), any::<u8>()).prop_map(
        |(subject, message_id, references, body, (from, to), thread, hours)| {
            let somebody = |n: u8| person(&format!("{n}@x.example"));
            let vendor_thread = thread.map(|t| t.to_string()).unwrap_or_default();
            let (from, to) = (Some(somebody(from)), vec![somebody(to)]);
            (Mail { subject, message_id, references, body, from, to, vendor_thread, ..Mail::default() }, hours)
        },
    )
}

fn natives(messages: &[Sent]) -> Vec<Vec<&str>> {
    thread::group(messages).iter().map(|g| g.iter().map(|at| messages[*at].0.as_str()).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn anything(all in prop::collection::vec(sent(), 0..10)) {
        let named = all.into_iter().enumerate();
        let messages: Vec<Sent> = named.map(|(n, (mail, hours))| (format!("sha256-{n}"), mail, at(0) + SignedDuration::from_hours(hours.into()))).collect();
        for (native, mail, _) in &messages {
            let base = thread::base_subject(&mail.subject);
            prop_assert!(mail.subject.contains(base) && base.is_empty() == mail.subject.trim().is_empty());
            prop_assert_eq!(thread::base_subject(base), base);
            let links = thread::links(mail, native);
            prop_assert!(!links.own.is_empty() && links.joins.len() <= 101 && !links.root.is_empty());
            prop_assert!(links.own.iter().chain(&links.joins).all(|k| k.len() <= 220));
        }
        let mut back = messages.clone();
        back.reverse();
        prop_assert_eq!(natives(&messages), natives(&back));
        names_are_apart(&messages);
    }
}

#[test]
fn large_bodies_and_subjects() {
    let mut sent = fresh(mail("b", 1, &"Re[".repeat(300_000), &["a"]));
    sent.1.body = format!("{}\n{}", "-".repeat(1_000_000), "a: ".repeat(300_000));
    assert_eq!(grouped(&[mail("a", 0, "Offer", &[]), sent.clone()]), "a | b");
    sent.1.vendor_thread = "x".repeat(1_000_000);
    assert!(thread::links(&sent.1, &sent.0).own.iter().all(|k| k.len() <= 220));
}
