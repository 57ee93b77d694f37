use super::*;

fn text(raw: &[u8], weeks: i64) -> String {
    String::from_utf8(shifted(raw, weeks)).unwrap()
}

#[test]
fn headers_move_and_nothing_else() {
    let raw = "Received: from a by b (Fri, 1 Mar 2024 1:2:3 +0000);\r\n Mon, 11 Mar 2024\r\n 09:00:01 +0000 (UTC)\r\nDate: Mon,  4 Mar 2024 10:00:00 -0700\r\n\
        X-Date: Mon, 4 Mar 2024 10:00:00 -0700\r\nSubject: 4 Mar 2024\r\nMessage-ID: <20240304@a>\r\n\r\nOn Mon, 4 Mar 2024 Ada wrote:\r\n";
    let moved = raw.replace("Mon, 11 Mar 2024", "Mon, 25 Mar 2024").replace("Mon,  4 Mar 2024", "Mon,  18 Mar 2024");
    assert_eq!(text(raw.as_bytes(), 2), moved);
    assert_eq!(text(moved.as_bytes(), -2), raw.replace("Mon,  4", "Mon,  04"), "two digits stay two");
    assert_eq!(text(raw.as_bytes(), 0), raw);
}

#[test]
fn a_year_later_and_odd_dates() {
    assert_eq!(text(b"Date: Thu, 28 DEC 2023 23:59:59 +0000\r\n\r\n", 1), "Date: Thu, 04 Jan 2024 23:59:59 +0000\r\n\r\n");
    for odd in [
        "Date: \r\n\r\n",
        "Date: soon\r\n\r\n",
        "Date: 31 Feb 2024 1:00\r\n\r\n",
        "Date: 2024-03-04\r\n\r\n",
        "Received: x; never\r\n\r\n",
        "",
        "x",
    ] {
        assert_eq!(text(odd.as_bytes(), 3), odd);
    }
    assert_eq!(text(b"Date: 1 Jan 9999 00:00:00 +0000\r\n\r\n", i64::MAX / WEEK), "Date: 1 Jan 9999 00:00:00 +0000\r\n\r\n");
}

const EVENT: &str = "BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nRRULE:FREQ=YEARLY;UNTIL=20300101T000000Z\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nUID:20240304@a\r\nDTSTAMP:20240304T090000Z\r\nDTSTART;TZID=\"Europe/Berlin\":20240304T100000\r\nDTEND;TZID=Europe/\r\n Berlin:20240304T110000\r\nRECURRENCE-ID;VALUE=DATE:20240304\r\n\
EXDATE:20240311T100000,20240318T100000\r\nRRULE:FREQ=WEEKLY;UNTIL=20240430T000000Z;BYDAY=MO\r\nDESCRIPTION:DTSTART:20240304 = m\u{fc}de\r\nSUMMARY:20240304\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn event_later() -> String {
    EVENT
        .replace("DTSTAMP:20240304", "DTSTAMP:20240318")
        .replace("\":20240304T10", "\":20240318T10")
        .replace("Berlin:20240304T11", "Berlin:20240318T11")
        .replace("DATE:20240304", "DATE:20240318")
        .replace("20240311T100000,20240318T100000", "20240325T100000,20240401T100000")
        .replace("UNTIL=20240430", "UNTIL=20240514")
}

#[test]
fn invitations_move_in_every_encoding() {
    assert_eq!(String::from_utf8(moved(EVENT.as_bytes(), 2).unwrap()).unwrap(), event_later());
    let whole = |encoding: &str, body: &str| {
        format!(
            "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nDTSTART:20240304\r\n--b\r\n\
             Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n--b\r\nContent-Type: text/plain\r\n\r\nend\r\n--b--\r\n"
        )
    };
    let event = EVENT.trim_end();
    let later = event_later();
    let later = later.trim_end();
    assert_eq!(text(whole("8bit", event).as_bytes(), 2), whole("8bit", later));
    assert_eq!(text(whole("base64", &wrapped(event.as_bytes())).as_bytes(), 2), whole("base64", &wrapped(later.as_bytes())));
    let quoted = |t: &str| String::from_utf8(quoted(t.as_bytes())).unwrap();
    assert_eq!(text(whole("quoted-printable", &quoted(event)).as_bytes(), 2), whole("quoted-printable", &quoted(later)));
    // What has no times stays as it was encoded, however that is.
    let odd = whole("base64", "QkVHSU46VkNBTEVOREFS\r\nDQo=");
    assert_eq!(text(odd.as_bytes(), 2), odd);
    let broken = whole("base64", "====!!");
    assert_eq!(text(broken.as_bytes(), 2), broken);
}

#[test]
fn an_invitation_alone_and_one_inside_a_forwarded_message() {
    let alone = format!("Date: Mon, 4 Mar 2024 10:00:00 +0000\r\nContent-Type: text/calendar\r\n\r\n{EVENT}");
    assert_eq!(
        text(alone.as_bytes(), 2),
        format!("Date: Mon, 18 Mar 2024 10:00:00 +0000\r\nContent-Type: text/calendar\r\n\r\n{}", event_later())
    );
    let inside = |date: &str, event: &str| {
        format!(
            "Date: Mon, {date} 10:00:00 +0000\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
             Date: Mon, {date} 09:00:00 +0000\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\nContent-Type: text/calendar\r\n\r\n{event}\r\n--c--\r\n\r\n--b--\r\n"
        )
    };
    assert_eq!(text(inside("4 Mar 2024", EVENT).as_bytes(), 2), inside("18 Mar 2024", &event_later()));
}

#[test]
fn quoted_printable_comes_back() {
    for t in ["", "a=b", "tr\u{e4}iling \r\nx\t", &"long ".repeat(60), "a\nb\r\nc\rd", "=3D"] {
        let there = quoted(t.as_bytes());
        assert!(there.split(|b| *b == b'\n').all(|l| l.len() <= 77), "{t:?}");
        assert_eq!(unquoted(&there), t.as_bytes(), "{t:?}");
    }
    assert_eq!(unquoted(b"a=zz=\r\nb="), b"a=zzb=");
}
