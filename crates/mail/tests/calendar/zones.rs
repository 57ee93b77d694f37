//! Local times.

use jiff::{Timestamp, ToSpan, civil::date, tz::TimeZone};

use crate::{at, start};

fn vtimezone(id: &str, parts: &[(&str, &str, &str, &str)]) -> String {
    let mut out = format!("BEGIN:VTIMEZONE\r\nTZID:{id}\r\n");
    for (n, (begin, from, to, rule)) in parts.iter().enumerate() {
        let kind = if n % 2 == 0 { "STANDARD" } else { "DAYLIGHT" };
        out += &format!("BEGIN:{kind}\r\nDTSTART:{begin}\r\nTZOFFSETFROM:{from}\r\nTZOFFSETTO:{to}\r\n{rule}\r\nEND:{kind}\r\n");
    }
    out + "END:VTIMEZONE\r\n"
}

#[test]
fn names() {
    for (id, expected) in [
        ("Europe/Berlin", "2024-07-01T08:00:00Z"),
        ("europe/berlin", "2024-07-01T08:00:00Z"),
        ("\"Europe/Berlin\"", "2024-07-01T08:00:00Z"),
        ("America/New_York", "2024-07-01T14:00:00Z"),
        ("US/Pacific", "2024-07-01T17:00:00Z"),
        ("Asia/Calcutta", "2024-07-01T04:30:00Z"),
        ("UTC", "2024-07-01T10:00:00Z"),
        ("Etc/GMT-3", "2024-07-01T07:00:00Z"),
        ("W. Europe Standard Time", "2024-07-01T08:00:00Z"),
        ("Eastern Standard Time", "2024-07-01T14:00:00Z"),
        ("\"(UTC-08:00) Pacific Time (US & Canada)\"", "2024-07-01T17:00:00Z"),
        ("tzone://Microsoft/Utc", "2024-07-01T10:00:00Z"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "2024-07-01T08:00:00Z"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "2024-07-01T13:00:00Z"),
        ("GMT+0100", "2024-07-01T09:00:00Z"),
        ("UTC-5", "2024-07-01T15:00:00Z"),
        ("\"(UTC+05:30) Somewhere\"", "2024-07-01T04:30:00Z"),
        ("America/New York", "2024-07-01T14:00:00Z"),
        ("Nowhere", "2024-07-01T10:00:00Z"),
        ("Customized Time Zone", "2024-07-01T10:00:00Z"),
        ("", "2024-07-01T10:00:00Z"),
        ("../../etc/passwd", "2024-07-01T10:00:00Z"),
    ] {
        assert_eq!(start("", &format!("DTSTART;TZID={id}:20240701T100000")), Some(at(expected)), "{id}");
    }
    // A colon that should have stood in quotes.
    let bare = "DTSTART;TZID=(UTC-05:00) Eastern Time (US & Canada):20240701T100000";
    assert_eq!(start("", bare), Some(at("2024-07-01T14:00:00Z")));
}

#[test]
fn utc_floating_and_days() {
    assert_eq!(start("", "DTSTART:20240701T100000Z"), Some(at("2024-07-01T10:00:00Z")));
    assert_eq!(start("", "DTSTART;TZID=Europe/Berlin:20240701T100000Z"), Some(at("2024-07-01T10:00:00Z")), "Z wins");
    assert_eq!(start("", "DTSTART:20240701T100000"), Some(at("2024-07-01T10:00:00Z")), "floating");
    assert_eq!(start("", "DTSTART;VALUE=DATE:20240701"), Some(at("2024-07-01T00:00:00Z")));
    assert_eq!(start("", "DTSTART;VALUE=DATE;TZID=Europe/Berlin:20240701"), Some(at("2024-06-30T22:00:00Z")));
    assert_eq!(start("", "DTSTART:99991231T235959Z"), None, "beyond what an instant holds");
    assert_eq!(start("", "DTSTART:yesterday"), None);
}

#[test]
fn clocks_that_change() {
    // Left out: read with the offset before. Twice: the first (RFC 5545, 3.3.5). By name and by the calendar's own rules.
    let own = vtimezone(
        "Ours",
        &[
            ("16010101T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"),
            ("16010101T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        ],
    );
    for zone in ["Europe/Berlin", "Ours"] {
        for (local, expected) in [
            ("20240331T015959", "2024-03-31T00:59:59Z"),
            ("20240331T023000", "2024-03-31T01:30:00Z"),
            ("20240331T030000", "2024-03-31T01:00:00Z"),
            ("20241027T015900", "2024-10-26T23:59:00Z"),
            ("20241027T023000", "2024-10-27T00:30:00Z"),
            ("20241027T030000", "2024-10-27T02:00:00Z"),
        ] {
            assert_eq!(start(&own, &format!("DTSTART;TZID={zone}:{local}")), Some(at(expected)), "{zone} {local}");
        }
    }
}

/// The rules of calendars in all their forms give what the database gives, for some years, near the changes every hour and a half.
#[test]
fn own_rules_agree_with_the_database() {
    for (name, parts) in [
        (
            "America/New_York",
            vec![
                ("20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
                ("20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
            ],
        ),
        (
            "America/New_York",
            vec![
                ("20071104T020000", "-0400", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU"),
                ("20070311T020000", "-0500", "-0400", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14;INTERVAL=1"),
            ],
        ),
        (
            "Europe/London",
            vec![
                ("19701025T020000", "+0100", "+0000", "RRULE:FREQ=YEARLY;BYDAY=SU;BYSETPOS=-1;BYMONTH=10"),
                ("19700329T010000", "+0000", "+0100", "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=-7,-6,-5,-4,-3,-2,-1;BYDAY=SU"),
            ],
        ),
        (
            "Australia/Sydney",
            vec![
                ("16010101T030000", "+1100", "+1000", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"),
                ("16010101T020000", "+1000", "+1100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU"),
            ],
        ),
        ("Asia/Kolkata", vec![("16010101T000000", "+0530", "+0530", "")]),
        (
            // Until 2022 by rule; then for good.
            "America/Mexico_City",
            vec![
                ("20021027T020000", "-0500", "-0600", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20221030T070000Z"),
                ("20020407T020000", "-0600", "-0500", "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20220403T080000Z"),
            ],
        ),
        (
            // Every change by itself.
            "Europe/Berlin",
            vec![
                (
                    "20221030T030000",
                    "+0200",
                    "+0100",
                    "RDATE:20231029T030000,20241027T030000,20251026T030000\r\nRDATE;VALUE=PERIOD:20261025T030000/PT1H",
                ),
                ("20230326T020000", "+0100", "+0200", "RDATE:20240331T020000\r\nRDATE:20250330T020000,broken,20260329T020000"),
            ],
        ),
        (
            "Europe/Berlin",
            vec![
                ("20231029T030000", "+0200", "+0100", "RRULE:FREQ=YEARLY;COUNT=4;BYMONTH=10;BYDAY=-1SU"),
                ("20230326T020000", "+0100", "+0200", "RRULE:FREQ=YEARLY;COUNT=4;BYMONTH=3;BYDAY=-1SU"),
            ],
        ),
    ] {
        let before = vtimezone("Ours", &parts);
        let zone = TimeZone::get(name).unwrap();
        let mut local = date(2023, 4, 1).at(0, 0, 0, 0);
        while local < date(2025, 12, 31).at(0, 0, 0, 0) {
            let near_change = matches!(local.month(), 3 | 4 | 10 | 11) && (local.day() >= 24 || local.day() <= 14);
            let expected: Timestamp = zone.to_timestamp(local).unwrap();
            let text = local.strftime("%Y%m%dT%H%M%S");
            assert_eq!(start(&before, &format!("DTSTART;TZID=Ours:{text}")), Some(expected), "{name} {local}");
            local = local.checked_add(if near_change { 90.minutes() } else { 5.days() }).unwrap();
        }
    }
}

#[test]
fn zones_of_the_calendar() {
    let at10 = "DTSTART;TZID=X:20240701T100000";
    // The place that libical notes wins over the rules.
    let placed = "BEGIN:VTIMEZONE\r\nTZID:X\r\nX-LIC-LOCATION:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:20000101T000000\r\nTZOFFSETTO:+0100\r\n\
                  END:STANDARD\r\nEND:VTIMEZONE\r\n";
    assert_eq!(start(placed, at10), Some(at("2024-07-01T01:00:00Z")));
    // Outlook for Mac: no rule, the same offset twice.
    let flat = vtimezone("X", &[("16010101T000000", "+1000", "+1000", ""), ("16010101T000000", "+1000", "+1000", "")]);
    assert_eq!(start(&flat, at10), Some(at("2024-07-01T00:00:00Z")));
    // Before the first change, what held until then.
    let later = vtimezone("X", &[("20300101T000000", "+0300", "+0400", "")]);
    assert_eq!(start(&later, at10), Some(at("2024-07-01T07:00:00Z")));
    // Nothing but an offset.
    let bare = "BEGIN:VTIMEZONE\r\nTZID:X\r\nBEGIN:STANDARD\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    assert_eq!(start(bare, at10), Some(at("2024-07-01T01:00:00Z")));
    // A rule that is none: the change itself still holds.
    let odd = vtimezone("X", &[("20200101T000000", "+0100", "+0900", "RRULE:FREQ=DAILY;BYMONTH=99")]);
    assert_eq!(start(&odd, at10), Some(at("2024-07-01T01:00:00Z")));
    // Empty, of another name, behind the event.
    assert_eq!(start("BEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n", at10), Some(at("2024-07-01T10:00:00Z")));
    assert_eq!(start(&vtimezone("Y", &[("16010101T000000", "+1000", "+1000", "")]), at10), Some(at("2024-07-01T10:00:00Z")));
    let behind = crate::event("", &format!("{at10}\r\nEND:VEVENT\r\n{flat}BEGIN:VEVENT\r\n"));
    assert_eq!(sales_mail::calendar::read(&behind, None)[0].start, Some(at("2024-07-01T00:00:00Z")));
    // A known name wins over other rules.
    let wrong = vtimezone("Europe/Berlin", &[("16010101T000000", "+1000", "+1000", "")]);
    assert_eq!(start(&wrong, "DTSTART;TZID=Europe/Berlin:20240701T100000"), Some(at("2024-07-01T08:00:00Z")));
}
