//! Calendars that are made to break something.

use proptest::prelude::*;
use sales_mail::calendar::{self, Meeting};
use sales_model::Invitation;

#[test]
fn caps() {
    let events = "BEGIN:VEVENT\nUID:a\nEND:VEVENT\n".repeat(5_000);
    assert_eq!(calendar::read(&events, None).len(), 100);

    let people: String = (0..3_000).map(|n| format!("ATTENDEE:mailto:{n}@x.example\n")).collect();
    assert_eq!(calendar::read(&format!("BEGIN:VEVENT\nUID:a\n{people}"), None)[0].attendees.len(), 1_000);

    let long = "x".repeat(1_000_000);
    let text = format!(
        "BEGIN:VEVENT\nUID:{long}\nSUMMARY:{long}\nLOCATION:{long}\nATTENDEE;CN={long}:mailto:a@x.example\nORGANIZER:mailto:{long}@x.example"
    );
    let event = &calendar::read(&text, Some(&long))[0];
    assert_eq!((event.uid.len(), event.title.len(), event.location.len(), event.method.as_str()), (1_000, 500, 500, "PUBLISH"));
    assert_eq!((event.attendees.len(), &event.organiser), (0, &None), "the line is cut before the address");

    // Past 8 MiB nothing is read.
    let late = format!("{}BEGIN:VEVENT\nUID:a\n", "X:y\n".repeat(3 * 1024 * 1024));
    assert_eq!(calendar::read(&late, None), []);
}

#[test]
fn depth_and_width() {
    assert_eq!(calendar::read(&"BEGIN:VCALENDAR\n".repeat(200_000), None), []);
    assert_eq!(calendar::read(&format!("BEGIN:VEVENT\nUID:a\n{}SUMMARY:x", "BEGIN:X\n".repeat(200_000)), None)[0].title, "");
    let params = ";A=b".repeat(100_000);
    assert_eq!(calendar::read(&format!("BEGIN:VEVENT\nUID{params}:a\nSUMMARY:x"), None).len(), 0, "a line is cut before its value");
    let zones = "BEGIN:VTIMEZONE\nTZID:X\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;INTERVAL=32767;COUNT=32767;BYMONTH=2;BYMONTHDAY=-128\nDTSTART:00010101T000000\n";
    let text = format!("{}END:VTIMEZONE\nBEGIN:VEVENT\nUID:a\nDTSTART;TZID=X:20240701T100000", zones.repeat(1_000));
    assert!(calendar::read(&text, None)[0].start.is_some());
    assert_eq!(calendar::read(&format!("BEGIN:VEVENT\nUID:a\nDTSTART;TZID={}:20240701T100000", "/".repeat(60_000)), None).len(), 1);
}

/// What has to hold for whatever was read.
fn holds(events: &[Invitation]) {
    assert!(events.len() <= 100);
    for event in events {
        assert!(event.end.is_none() || event.start.is_none() || event.end >= event.start, "{event:?}");
        assert!(!event.method.is_empty() && event.method == event.method.to_uppercase(), "{event:?}");
        assert!(!event.title.contains(|c: char| c.is_control()) && event.title.trim() == event.title, "{event:?}");
        assert!(event.attendees.iter().all(|(p, a)| p.email.contains('@') && !a.is_empty()), "{event:?}");
    }
    let states = calendar::state(events);
    assert!(states.len() <= events.len());
    for state in &states {
        let people: Vec<&str> = state.invitation.attendees.iter().map(|(p, _)| p.email.as_str()).collect();
        let meeting = Meeting { uids: vec![state.invitation.uid.clone()], title: "x", start: state.invitation.start, end: None, people };
        calendar::same_meeting(&state.invitation, &meeting);
    }
}

/// Lines from which calendars are made, whole and broken.
fn piece() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "TZID:X",
        "END:VTIMEZONE",
        "BEGIN:STANDARD",
        "BEGIN:DAYLIGHT",
        "END:STANDARD",
        "BEGIN:VALARM",
        "END:VALARM",
        "METHOD:REQUEST",
        "METHOD:REPLY",
        "METHOD:CANCEL",
        "METHOD:COUNTER",
        "UID:a",
        "UID:b",
        "SUMMARY:x\\n\\,y",
        "DTSTART;TZID=X:20240331T023000",
        "DTEND:20240331T033000Z",
        "DURATION:P1DT1H",
        "DTSTART;VALUE=DATE:20240229",
        "RECURRENCE-ID:20240331T010000Z",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "RRULE:FREQ=YEARLY;BYDAY=5SU;UNTIL=20240101",
        "SEQUENCE:3",
        "ATTENDEE;PARTSTAT=ACCEPTED;CN=\"a;b\":MAILTO:a@x.example",
        "ORGANIZER:mailto:b@x.example",
        "STATUS:CANCELLED",
        " folded",
        "\t",
    ]);
    let odd = "(DTSTART|DTEND|RRULE|DURATION|TZOFFSETTO|RECURRENCE-ID|ATTENDEE)(;[A-Z]{1,4}=[\"a-z:]{0,4})?:[-+0-9TZPWDHMS;=,@a-zü]{0,24}";
    prop_oneof![4 => fixed.prop_map(str::to_owned), 2 => odd, 1 => "\\PC{0,40}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&calendar::read_bytes(&bytes, None));
    }

    #[test]
    fn any_lines(pieces in prop::collection::vec(piece(), 0..40), end in prop::sample::select(vec!["\r\n", "\n", "\r\r\n"])) {
        let text = pieces.join(end);
        let events = calendar::read(&text, Some("REQUEST"));
        holds(&events);
        prop_assert_eq!(&calendar::read_bytes(text.as_bytes(), Some("REQUEST")), &events);
    }

    /// Folding at any byte changes nothing.
    #[test]
    fn folds_anywhere(title in "[a-zäöü€😀]{1,60}", width in 1_usize..20) {
        let line = format!("SUMMARY:{title}");
        let folded: Vec<u8> = line.as_bytes().chunks(width).collect::<Vec<_>>().join(&b"\r\n "[..]);
        let text = [b"BEGIN:VEVENT\r\nUID:a\r\n".to_vec(), folded].concat();
        prop_assert_eq!(&calendar::read_bytes(&text, None)[0].title, &title);
    }
}
