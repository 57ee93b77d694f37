//! Which call is of which invitation.

use sales_mail::calendar::{Meeting, Sign, same_meeting};
use sales_model::{Invitation, MailAddress};

use crate::at;

const JO: &str = "jo@yourcompany.com";
const SARAH: &str = "sarah.rodriguez@acme.dev";
const ALEX: &str = "alex.kumar@acme.dev";
const NOA: &str = "noa.benami@acme.dev";

fn person(email: &str) -> MailAddress {
    MailAddress { name: String::new(), email: email.into() }
}

fn invited(people: &[&str]) -> Vec<(MailAddress, String)> {
    people.iter().map(|p| (person(p), "accepted".into())).collect()
}

fn invitation() -> Invitation {
    Invitation {
        method: "REQUEST".into(),
        uid: "abc123@google.com".into(),
        title: "ACME: plan for the proof of concept".into(),
        start: Some(at("2024-03-15T14:00:00Z")),
        end: Some(at("2024-03-15T15:00:00Z")),
        organiser: Some(person(JO)),
        attendees: invited(&[SARAH, ALEX]),
        ..Invitation::default()
    }
}

/// A meeting that has nothing in common with the invitation but its time.
fn meeting(uids: &[&str], start: &str) -> Meeting<'static> {
    Meeting { uids: uids.iter().map(|u| (*u).to_owned()).collect(), title: "Other", start: Some(at(start)), end: None, people: vec![] }
}

fn sign(invitation: &Invitation, meeting: &Meeting<'_>) -> Option<Sign> {
    same_meeting(invitation, meeting).map(|l| l.sign)
}

#[test]
fn one_event_by_its_id() {
    let one = invitation();
    // At whatever time it was held in the end.
    for id in ["abc123", "abc123@google.com", "ABC123@GOOGLE.COM", " abc123 "] {
        assert_eq!(sign(&one, &meeting(&[id], "2024-03-18T09:00:00Z")), Some(Sign::Id), "{id}");
    }
    assert_eq!(sign(&one, &meeting(&["other", "abc123"], "2024-03-18T09:00:00Z")), Some(Sign::Id));
    for id in ["abc1234", "abc12", "", "abc123_x", "abc123_20240318T090000Z", "x_abc123"] {
        assert_eq!(sign(&one, &meeting(&[id], "2024-03-18T09:00:00Z")), None, "{id}");
    }
    // The occurrence that was sent to somebody by itself.
    assert_eq!(sign(&one, &meeting(&["abc123_20240315T140000Z"], "2024-03-18T09:00:00Z")), Some(Sign::Id));
    let none = Meeting { uids: vec!["abc123".into()], ..Meeting::default() };
    assert_eq!(same_meeting(&one, &none).map(|l| l.reason).as_deref(), Some("both have the same calendar id"));
    // No id is no equal id.
    let nameless = Invitation { uid: String::new(), ..invitation() };
    assert_eq!(sign(&nameless, &meeting(&[""], "2024-03-18T09:00:00Z")), None);
    // An answer or a cancelling is about the same event, by its id only.
    for method in ["REPLY", "CANCEL", "COUNTER"] {
        let sent = Invitation { method: method.into(), ..invitation() };
        assert_eq!(sign(&sent, &meeting(&["abc123"], "2024-03-18T09:00:00Z")), Some(Sign::Id), "{method}");
        let same =
            Meeting { title: "ACME: plan for the proof of concept", people: vec![JO, SARAH], ..meeting(&[], "2024-03-15T14:00:00Z") };
        assert_eq!(sign(&sent, &same), None, "{method}");
    }
}

#[test]
fn series_by_id() {
    let series = Invitation { recurring: true, ..invitation() };
    assert_eq!(sign(&series, &meeting(&["abc123"], "2024-03-15T14:10:00Z")), Some(Sign::Id));
    assert_eq!(sign(&series, &meeting(&["abc123"], "2024-03-22T14:00:00Z")), Some(Sign::Series));
    assert_eq!(sign(&series, &meeting(&["abc123"], "2024-03-08T14:00:00Z")), None, "before it began");
    assert_eq!(sign(&series, &Meeting { start: None, ..meeting(&["abc123"], "2024-03-08T14:00:00Z") }), None);
    assert_eq!(sign(&series, &meeting(&["abc123_20240315T140000Z"], "2024-03-15T14:00:00Z")), Some(Sign::Id));
    assert_eq!(sign(&series, &meeting(&["abc123_20240322T140000Z"], "2024-03-22T14:00:00Z")), Some(Sign::Series));
    assert_eq!(sign(&series, &meeting(&["abc123_20240308T140000Z"], "2024-03-08T14:00:00Z")), None);
    // The surest of several.
    assert_eq!(sign(&series, &meeting(&["abc123_20240322T140000Z", "abc123"], "2024-03-15T14:00:00Z")), Some(Sign::Id));

    let occurrence =
        Invitation { occurrence: Some(at("2024-03-22T14:00:00Z")), start: Some(at("2024-03-22T16:00:00Z")), end: None, ..invitation() };
    assert_eq!(sign(&occurrence, &meeting(&["abc123_20240322T140000Z"], "2024-03-22T16:00:00Z")), Some(Sign::Id), "moved");
    assert_eq!(sign(&occurrence, &meeting(&["abc123_20240322T160000Z"], "2024-03-22T16:00:00Z")), None);
    assert_eq!(
        sign(&occurrence, &meeting(&["abc123_20240322"], "2024-03-22T16:00:00Z")),
        None,
        "not a whole day, but midnight is 14 hours away"
    );
    assert_eq!(sign(&occurrence, &meeting(&["abc123"], "2024-03-22T16:05:00Z")), Some(Sign::Id));
    assert_eq!(sign(&occurrence, &meeting(&["abc123"], "2024-03-29T16:00:00Z")), None);

    let day = Invitation { occurrence: Some(at("2024-03-21T23:00:00Z")), all_day: true, ..invitation() };
    assert_eq!(sign(&day, &meeting(&["abc123_20240322"], "2024-03-22T09:00:00Z")), Some(Sign::Id));
    // A series that Google split keeps its own id with `_R`.
    let split = Invitation { uid: "abc123_R20240401T140000@google.com".into(), recurring: true, ..invitation() };
    assert_eq!(sign(&split, &meeting(&["abc123_R20240401T140000_20240408T140000Z"], "2024-04-08T14:00:00Z")), Some(Sign::Series));
    assert_eq!(sign(&split, &meeting(&["abc123"], "2024-04-08T14:00:00Z")), None);
}

#[test]
fn by_time_and_title() {
    let same =
        |title: &'static str, start: &str, people: &[&'static str]| Meeting { title, people: people.to_vec(), ..meeting(&[], start) };
    let one = invitation();
    let title = "Re: [ext] ACME - plan for the Proof of Concept";
    assert_eq!(sign(&one, &same(title, "2024-03-15T14:15:00Z", &[])), Some(Sign::Title));
    assert_eq!(sign(&one, &same(title, "2024-03-15T13:45:00Z", &[JO])), Some(Sign::Title));
    assert_eq!(sign(&one, &same(title, "2024-03-15T14:15:01Z", &[])), None);
    assert_eq!(sign(&one, &same(title, "2024-03-15T14:00:00Z", &["lukas.brandl@globex.example"])), None, "another team's");
    let nameless = Invitation { title: String::new(), ..invitation() };
    assert_eq!(sign(&nameless, &same("", "2024-03-15T14:00:00Z", &[])), None, "no title is no equal title");
}

#[test]
fn by_time_and_people() {
    let with = |people: &[&'static str]| Meeting { people: people.to_vec(), ..meeting(&[], "2024-03-15T14:05:00Z") };
    let reason = |people: &[&'static str]| same_meeting(&invitation(), &with(people)).map(|l| l.reason);
    let say = |n: &str| Some(format!("they begin at the same time and have {n} in common"));
    assert_eq!(reason(&[JO, "Sarah.Rodriguez@ACME.dev "]), say("two people"));
    assert_eq!(reason(&[JO, SARAH, ALEX, NOA]), say("several people"));
    assert_eq!(reason(&[JO]), say("one person"), "half of the fewer");
    assert_eq!(reason(&[JO, NOA]), say("one person"));
    assert_eq!(reason(&[JO, NOA, "lisa.thompson@acme.dev"]), None);
    assert_eq!(reason(&[NOA]), None);
    assert_eq!(reason(&[]), None);
    // Who declined was elsewhere.
    let mut declined = invitation();
    declined.attendees = vec![(person(SARAH), "declined".into()), (person(NOA), "accepted".into())];
    assert_eq!(sign(&declined, &with(&[SARAH])), None);
    // Whole days begin at no hour.
    assert_eq!(sign(&Invitation { all_day: true, ..invitation() }, &with(&[JO, SARAH])), None);
}

#[test]
fn one_after_the_other() {
    // The same people, from a quarter of an hour before until the invitation's start.
    let before = Meeting { people: vec![JO, SARAH], end: Some(at("2024-03-15T14:00:00Z")), ..meeting(&[], "2024-03-15T13:45:00Z") };
    assert_eq!(sign(&invitation(), &before), None);
    let into = Meeting { end: Some(at("2024-03-15T14:00:01Z")), ..before };
    assert_eq!(sign(&invitation(), &into), Some(Sign::People));
    let short = Invitation { end: Some(at("2024-03-15T14:10:00Z")), ..invitation() };
    let after = Meeting { people: vec![JO, SARAH], ..meeting(&[], "2024-03-15T14:10:00Z") };
    assert_eq!(sign(&short, &after), None);
    // An end that is before its own start says nothing.
    let odd = Meeting { people: vec![JO, SARAH], end: Some(at("2024-03-15T13:00:00Z")), ..meeting(&[], "2024-03-15T14:00:00Z") };
    assert_eq!(sign(&invitation(), &odd), Some(Sign::People));
}
