//! The keys themselves: the ledger stores them, so they must not change by accident.

use jiff::SignedDuration;
use sales_mail::thread::{Links, SubjectKey, links};

use crate::*;

#[test]
fn a_first_message() {
    let (native, mail, _) = mail("a", 0, "Plan for the pilot", &[]);
    let expected =
        Links { own: vec!["id:a@t".into(), "re:f69d8b08:a@t".into()], joins: vec![], root: "a@t#f69d8b08".into(), subject: None };
    assert_eq!(links(&mail, &native), expected);
}

#[test]
fn an_answer() {
    let (native, mail, _) = mail("c", 0, "AW: [x] Plan for the Pilot!", &["a", "b"]);
    let expected = Links {
        own: vec!["id:c@t".into(), "re:f69d8b08:c@t".into()],
        joins: vec!["re:f69d8b08:a@t".into(), "re:f69d8b08:b@t".into(), "id:b@t".into()],
        root: "a@t#f69d8b08".into(),
        subject: Some(SubjectKey { base: "plan for the pilot".into(), people: vec![JO.into(), SARAH.into()], referenced: true }),
    };
    assert_eq!(links(&mail, &native), expected);
}

#[test]
fn in_gmail() {
    let (native, mail, _) = gmail(mail("c", 0, "Re: Plan for the pilot", &["a", "b"]), "18e1f0a2b3c4d5e6");
    let expected = Links {
        own: vec!["id:c@t".into(), "re:f69d8b08:c@t".into(), "gmail:18e1f0a2b3c4d5e6".into()],
        joins: vec![],
        root: "gmail:18e1f0a2b3c4d5e6".into(),
        subject: None,
    };
    assert_eq!(links(&mail, &native), expected);
}

#[test]
fn set_aside() {
    let (native, mail, _) = fresh(mail("c", 0, "Lunch in Vienna with Lukas", &["a", "b"]));
    let found = links(&mail, &native);
    assert_eq!((found.joins, found.root.starts_with("c@t#")), (vec![], true));
    assert_eq!(found.subject.map(|s| (s.base, s.referenced)), Some(("lunch in vienna with lukas".into(), false)));
}

#[test]
fn fits() {
    let key = SubjectKey { base: "plan for the pilot".into(), people: vec![JO.into(), SARAH.into()], referenced: false };
    let days = |d: i64| SignedDuration::from_hours(24 * d);
    let all = |_: &str| true;
    assert!(key.fits("plan for the pilot", all, days(14)) && key.fits("plan for the pilot", all, days(-14)));
    assert!(!key.fits("plan for the pilot", all, days(14) + SignedDuration::from_secs(1)));
    assert!(!key.fits("plan", all, days(0)));
    assert!(!key.fits("plan for the pilot", |p| p == JO, days(0)));
    assert_eq!(SubjectKey::window(at(14)), (at(0), at(28)));
    assert_eq!(SubjectKey::window(jiff::Timestamp::MIN).0, jiff::Timestamp::MIN);
}

#[test]
fn the_name_stays_when_answers_come() {
    let first = mail("a", 0, "Plan for the pilot", &[]);
    let name = links(&first.1, &first.0).root;
    let later = [mail("b", 1, "Re: Plan for the pilot", &["a"]), mail("c", 2, "Fwd: Plan for the pilot", &["a", "x"])];
    assert!(later.iter().all(|(native, mail, _)| links(mail, native).root == name));
}
