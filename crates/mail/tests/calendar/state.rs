//! What the invitations of a conversation come to.

use jiff::Timestamp;
use sales_mail::calendar::state;
use sales_model::{Invitation, MailAddress};

use crate::at;

const JO: &str = "jo@yourcompany.com";
const SARAH: &str = "sarah.rodriguez@acme.dev";
const ALEX: &str = "alex.kumar@acme.dev";

fn sent(method: &str, sequence: u32, title: &str, people: &[(&str, &str)]) -> Invitation {
    let attendees = people.iter().map(|(p, a)| (MailAddress { name: String::new(), email: (*p).into() }, (*a).into())).collect();
    Invitation { method: method.into(), uid: "a".into(), sequence, title: title.into(), attendees, ..Invitation::default() }
}

fn of(occurrence: &str, invitation: Invitation) -> Invitation {
    Invitation { occurrence: Some(at(occurrence)), ..invitation }
}

/// `title seq 1 cancelled: jo accepted`
fn show(invitations: &[Invitation]) -> Vec<String> {
    let events = state(invitations);
    let person = |(p, a): &(MailAddress, String)| format!(" {} {a}", p.email.split(['@', '.']).next().unwrap());
    let when = |t: Option<Timestamp>| t.map(|t| format!(" [{}]", t.strftime("%m-%d"))).unwrap_or_default();
    let line = |e: &sales_mail::calendar::Event| {
        let i = &e.invitation;
        let people: String = i.attendees.iter().map(person).collect();
        format!("{}{} {}{}:{people}", i.title, when(i.occurrence), i.sequence, if e.cancelled { " cancelled" } else { "" })
    };
    events.iter().map(line).collect()
}

#[test]
fn newest_revision() {
    let asked = &[(SARAH, "needs-action")];
    let (first, second) = (sent("REQUEST", 0, "Old", asked), sent("REQUEST", 1, "New", asked));
    assert_eq!(show(&[first.clone(), second.clone()]), ["New 1: sarah needs-action"]);
    assert_eq!(show(&[second.clone(), first.clone()]), ["New 1: sarah needs-action"], "sequence before order");
    assert_eq!(show(&[first.clone(), sent("REQUEST", 0, "Again", asked)]), ["Again 0: sarah needs-action"], "order where equal");
    assert_eq!(show(&[]), Vec::<String>::new());
    assert_eq!(show(&[sent("REFRESH", 9, "x", &[]), first]), ["Old 0: sarah needs-action"]);
    assert_eq!(show(&[sent("REFRESH", 9, "x", &[])]), Vec::<String>::new());
}

#[test]
fn cancelling() {
    let asked = &[(SARAH, "accepted")];
    let request = Invitation { location: "Room".into(), start: Some(at("2024-03-15T14:00:00Z")), ..sent("REQUEST", 1, "Plan", asked) };
    let cancel = sent("CANCEL", 2, "", &[]);
    let all = [request.clone(), cancel.clone()];
    assert_eq!(show(&all), ["Plan 2 cancelled: sarah accepted"]);
    let event = &state(&all)[0].invitation;
    assert_eq!((event.location.as_str(), event.start, event.method.as_str()), ("Room", request.start, "CANCEL"));
    assert_eq!(show(&[cancel.clone(), request.clone()]), ["Plan 2 cancelled: sarah accepted"]);
    assert_eq!(show(&[request.clone(), cancel.clone(), sent("REQUEST", 3, "Plan B", asked)]), ["Plan B 3: sarah accepted"]);
    assert_eq!(show(&[cancel]), [" 2 cancelled:"]);
    assert_eq!(show(&[request, sent("CANCEL", 0, "", &[])]), ["Plan 1: sarah accepted"], "of an older revision");
}

#[test]
fn occurrences() {
    let series = sent("REQUEST", 1, "Weekly", &[(SARAH, "accepted")]);
    let moved = of("2024-03-22T10:00:00Z", sent("REQUEST", 1, "Weekly, moved", &[(SARAH, "needs-action")]));
    let off = of("2024-03-29T10:00:00Z", sent("CANCEL", 2, "Weekly", &[]));
    assert_eq!(
        show(&[series.clone(), moved.clone(), off.clone()]),
        ["Weekly 1: sarah accepted", "Weekly, moved [03-22] 1: sarah needs-action", "Weekly [03-29] 2 cancelled:"]
    );
    let end = sent("CANCEL", 2, "", &[]);
    assert_eq!(
        show(&[moved.clone(), series.clone(), end.clone()]),
        ["Weekly, moved [03-22] 1 cancelled: sarah needs-action", "Weekly 2 cancelled: sarah accepted"],
        "with the series"
    );
    let anew = of("2024-03-22T10:00:00Z", sent("REQUEST", 3, "Once more", &[]));
    assert_eq!(show(&[series, end, anew]), ["Weekly 2 cancelled: sarah accepted", "Once more [03-22] 3:"]);
}

#[test]
fn answers() {
    let request = |sequence| sent("REQUEST", sequence, "Plan", &[(JO, "accepted"), (SARAH, "needs-action")]);
    let reply = |sequence, who, answer| sent("REPLY", sequence, "Accepted: Plan", &[(who, answer)]);
    assert_eq!(show(&[request(0), reply(0, SARAH, "tentative")]), ["Plan 0: jo accepted sarah tentative"]);
    assert_eq!(show(&[request(0), reply(0, SARAH, "tentative"), reply(0, SARAH, "declined")]), ["Plan 0: jo accepted sarah declined"]);
    assert_eq!(
        show(&[reply(0, SARAH, "accepted"), request(0)]),
        ["Plan 0: jo accepted sarah accepted"],
        "sent again: no answer is no change"
    );
    let known = sent("REQUEST", 0, "Plan", &[(SARAH, "declined")]);
    assert_eq!(show(&[reply(0, SARAH, "accepted"), known]), ["Plan 0: sarah declined"], "overtaken");
    // To an older revision.
    assert_eq!(show(&[request(1), reply(1, SARAH, "accepted"), request(2)]), ["Plan 2: jo accepted sarah needs-action"]);
    assert_eq!(show(&[request(1), request(2), reply(1, SARAH, "accepted")]), ["Plan 2: jo accepted sarah needs-action"]);
    assert_eq!(show(&[request(2), reply(0, SARAH, "accepted")]), ["Plan 2: jo accepted sarah accepted"], "without a sequence");
    assert_eq!(show(&[reply(0, SARAH, "accepted"), request(2)]), ["Plan 2: jo accepted sarah needs-action"]);
    // Passed on.
    assert_eq!(show(&[request(0), reply(0, ALEX, "accepted")]), ["Plan 0: jo accepted sarah needs-action alex accepted"]);
    // Another time is asked for: the event stays.
    let counter = Invitation { start: Some(at("2024-03-20T14:00:00Z")), ..sent("COUNTER", 0, "Plan", &[(SARAH, "tentative")]) };
    let asked = [request(0), counter.clone()];
    assert_eq!((show(&asked), state(&asked)[0].invitation.start), (vec!["Plan 0: jo accepted sarah tentative".to_owned()], None));
    // Nothing but answers is known.
    assert_eq!(show(&[reply(1, SARAH, "accepted"), reply(2, ALEX, "declined")]), ["Accepted: Plan 2: sarah accepted alex declined"]);
    assert_eq!(state(&[counter])[0].invitation.start, None);
}

#[test]
fn events_without_a_uid_are_apart() {
    let nameless = |title| Invitation { uid: " ".into(), ..sent("REQUEST", 0, title, &[]) };
    assert_eq!(show(&[nameless("A"), nameless("B"), nameless("A")]), ["A 0:", "B 0:"]);
    let cancel = Invitation { uid: String::new(), ..sent("CANCEL", 1, "A", &[]) };
    assert_eq!(show(&[nameless("A"), of("2024-03-22T10:00:00Z", nameless("A")), cancel]), ["A 1 cancelled:", "A [03-22] 0:"]);
}

#[test]
fn many_answers() {
    let request = sent("REQUEST", 0, "Plan", &[]);
    let replies: Vec<Invitation> = (0..5_000).map(|n| sent("REPLY", 0, "", &[(&format!("{n}@x.example"), "accepted")])).collect();
    let all: Vec<Invitation> = std::iter::once(request).chain(replies).collect();
    assert_eq!(state(&all)[0].invitation.attendees.len(), 1_000);
}
