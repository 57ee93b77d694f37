//! What is not as it should be, and the edges of what is.

use sales_mail::calendar;

use crate::{event, read, show};

fn one(lines: &str) -> String {
    let text = event("", lines);
    let all = calendar::read(&text, None);
    assert_eq!(all.len(), 1, "{text}");
    show(&all[0]).lines().skip(1).map(|l| format!("{}\n", l.trim_start())).collect()
}

#[test]
fn ends() {
    let hour = "\n2024-03-15T10:00:00Z to 2024-03-15T11:00:00Z\n";
    assert_eq!(one("DTSTART:20240315T100000Z\r\nDURATION:PT1H\r\n"), hour);
    assert_eq!(one("DTSTART:20240315T100000Z\r\nDTEND:20240315T110000Z\r\nDURATION:PT5H\r\n"), hour);
    assert_eq!(one("DTSTART:20240315T100000Z\r\n"), "\n2024-03-15T10:00:00Z to ?\n");
    assert_eq!(one("DTSTART:20240315T100000Z\r\nDTEND:20240315T090000Z\r\n"), "\n2024-03-15T10:00:00Z to ?\n");
    assert_eq!(one("DTSTART:20240315T100000Z\r\nDURATION:-PT1H\r\n"), "\n2024-03-15T10:00:00Z to ?\n");
    assert_eq!(one("DTEND:20240315T110000Z\r\n"), "\n? to 2024-03-15T11:00:00Z\n");
    // A day's length where clocks go forward, and 24 hours.
    let berlin = "DTSTART;TZID=Europe/Berlin:20240330T120000\r\n";
    assert_eq!(one(&format!("{berlin}DURATION:P1D\r\n")), "\n2024-03-30T11:00:00Z to 2024-03-31T10:00:00Z\n");
    assert_eq!(one(&format!("{berlin}DURATION:PT24H\r\n")), "\n2024-03-30T11:00:00Z to 2024-03-31T11:00:00Z\n");
}

#[test]
fn whole_days() {
    let day = "\n2024-03-15T00:00:00Z to 2024-03-16T00:00:00Z, whole days\n";
    assert_eq!(one("DTSTART;VALUE=DATE:20240315\r\nDTEND;VALUE=DATE:20240316\r\n"), day);
    assert_eq!(one("DTSTART;VALUE=DATE:20240315\r\n"), day);
    assert_eq!(one("DTSTART;VALUE=DATE:20240315\r\nDTEND;VALUE=DATE:20240315\r\n"), day);
    assert_eq!(one("DTSTART:20240315\r\nDURATION:P1D\r\n"), day);
    assert_eq!(
        one("DTSTART;VALUE=DATE:20240315\r\nDTEND;VALUE=DATE:20240318\r\n"),
        "\n2024-03-15T00:00:00Z to 2024-03-18T00:00:00Z, whole days\n"
    );
    let exchange = "DTSTART;TZID=W. Europe Standard Time:20240315T000000\r\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r\n";
    assert_eq!(one(exchange), "\n2024-03-14T23:00:00Z to 2024-03-15T23:00:00Z, whole days\n");
}

#[test]
fn methods() {
    let method = |before: &str, lines: &str, param: Option<&str>| calendar::read(&event(before, lines), param)[0].method.clone();
    assert_eq!(method("METHOD:REQUEST\r\n", "", Some("CANCEL")), "REQUEST");
    assert_eq!(method("", "", Some("request")), "REQUEST");
    assert_eq!(method("", "", None), "PUBLISH");
    assert_eq!(method("METHOD:\r\n", "", Some("reply")), "REPLY");
    assert_eq!(method("METHOD:no method\r\n", "", None), "PUBLISH");
    assert_eq!(method("", "METHOD:REPLY\r\n", None), "REPLY");
    assert_eq!(method("METHOD:REQUEST\r\n", "STATUS:cancelled\r\n", None), "CANCEL");
    assert_eq!(method("METHOD:REPLY\r\n", "STATUS:CANCELLED\r\n", None), "REPLY");
    assert_eq!(method("METHOD:X-OTHER\r\n", "", None), "X-OTHER");
}

#[test]
fn broken_lines() {
    let lines = "SUMMARY\r\nSUMMARY:Kick-off\r\nSUMMARY:Later\r\n<html>\r\nDTSTART:20240315T100000Z\r\nDTEND:soon\r\nSEQUENCE:-1\r\nRECURRENCE-ID:x\r\n\
                 ATTENDEE:mailto:\r\nATTENDEE;CN=x\r\nATTENDEE;PARTSTAT=:mailto:jo@yourcompany.com\r\nATTENDEE;PARTSTAT=\"a b\":mailto:a@x.example\r\n\
                 ATTENDEE;PARTSTAT=DECLINED:mailto:JO@yourcompany.com\r\nORGANIZER:invalid:nomail\r\n";
    let expected = "Kick-off\n2024-03-15T10:00:00Z to ?\n<jo@yourcompany.com>: needs-action\n<a@x.example>: needs-action\n";
    assert_eq!(one(lines), expected);
}

#[test]
fn broken_components() {
    // Nothing is closed; an event in an event; an alarm that never ends.
    assert_eq!(
        read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nBEGIN:VALARM\nSUMMARY:alarm\nBEGIN:VEVENT\nUID:b\nSUMMARY:B\n"),
        "PUBLISH a seq 0\n  \n  ? to ?\nPUBLISH b seq 0\n  B\n  ? to ?\n"
    );
    // No calendar around it.
    assert_eq!(read("BEGIN:VEVENT\nUID:a\nEND:VEVENT\n"), "PUBLISH a seq 0\n  \n  ? to ?\n");
    // An alarm's own people and times are none of the event.
    let alarm = "BEGIN:VALARM\nATTENDEE:mailto:a@x.example\nDURATION:PT1H\nBEGIN:X-DEEP\nEND:X-DEEP\nUID:c\nEND:VALARM\nSUMMARY:A\n";
    assert_eq!(
        read(&format!("BEGIN:VEVENT\nUID:a\nDTSTART:20240315T100000Z\n{alarm}END:VEVENT")),
        "PUBLISH a seq 0\n  A\n  2024-03-15T10:00:00Z to ?\n"
    );
    // Neither which nor when; a task; a time zone alone; ends without beginnings.
    for nothing in [
        "",
        "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT",
        "BEGIN:VTODO\nUID:a\nDTSTART:20240315T100000Z\nEND:VTODO",
        "BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE",
        "END:VEVENT\nEND:VALARM\nEND:VCALENDAR\nEND:STANDARD",
        "<html><body>BEGIN:VEVENT</body></html>",
        "UID:a\nDTSTART:20240315T100000Z",
    ] {
        assert_eq!(read(nothing), "", "{nothing}");
    }
    // Without a UID, but with a time.
    assert_eq!(read("BEGIN:VEVENT\nDTSTART:20240315T100000Z\nSUMMARY:x\n"), "PUBLISH  seq 0\n  x\n  2024-03-15T10:00:00Z to ?\n");
}

#[test]
fn several_events() {
    let text = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:a\nRRULE:FREQ=WEEKLY\nSUMMARY:Weekly\nEND:VEVENT\nBEGIN:VEVENT\nUID:a\n\
                RECURRENCE-ID:20240322T100000Z\nDTSTART:20240322T120000Z\nSUMMARY:Weekly (moved)\nEND:VEVENT\nEND:VCALENDAR\n\
                BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:b\nRDATE:20240401T100000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    assert_eq!(
        read(text),
        "REQUEST a seq 0\n  Weekly\n  ? to ?, repeated\n\
         REQUEST a seq 0\n  occurrence 2024-03-22T10:00:00Z\n  Weekly (moved)\n  2024-03-22T12:00:00Z to ?\n\
         PUBLISH b seq 0\n  \n  ? to ?, repeated\n"
    );
}

#[test]
fn bytes() {
    let raw = b"BEGIN:VEVENT\r\nUID:a\r\nSUMMARY:R\xc3\r\n \xbcckblick \xf0\x9f\r\n \x92\xb6\r\nLOCATION:M\xfcnchen\r\nEND:VEVENT\r\n";
    let all = calendar::read_bytes(raw, Some("request"));
    assert_eq!(show(&all[0]), "REQUEST a seq 0\n  R\u{fc}ckblick \u{1f4b6} | M\u{fc}nchen\n  ? to ?\n");
}
