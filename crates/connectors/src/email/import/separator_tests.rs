use super::*;

fn read(line: &str) -> Option<Option<String>> {
    Separator::at(format!("{line}\nSubject: x\n").as_bytes(), false).map(|s| s.at.map(|t| t.to_string()))
}

#[test]
fn dates_of_all_kinds() {
    let table = [
        ("From jane@acme.com Fri Mar 15 09:05:00 2024", "2024-03-15T09:05:00Z"),
        ("From jane@acme.com  Fri Mar  5 9:05:07 2024", "2024-03-05T09:05:07Z"),
        ("From - Fri Mar 15 09:05:00 2024\r", "2024-03-15T09:05:00Z"),
        ("From MAILER-DAEMON Fri Mar 15 09:05 2024", "2024-03-15T09:05:00Z"),
        ("From Fri Mar 15 09:05:00 2024", "2024-03-15T09:05:00Z"),
        ("From \"Jane Doe\" <jane@acme.com> Fri Mar 15 09:05:00 2024", "2024-03-15T09:05:00Z"),
        ("From jane at acme.com  Fri Mar 15 09:05:00 2024", "2024-03-15T09:05:00Z"),
        ("From 1743273816487573842@xxx Sun Sep 05 12:34:56 +0000 2021", "2021-09-05T12:34:56Z"),
        ("From 1743273816487573842@xxx Sun Sep 05 12:34:56 +0230 2021", "2021-09-05T10:04:56Z"),
        ("From jane@acme.com Fri Mar 15 09:05:00 PST 2024", "2024-03-15T17:05:00Z"),
        ("From jane@acme.com Fri Mar 15 09:05:00 2024 +0100", "2024-03-15T08:05:00Z"),
        ("From jane@acme.com Fri Mar 15 09:05:00 2024 -0800 (PST)", "2024-03-15T17:05:00Z"),
        ("From jane@acme.com Sat Jun 15 09:05:00 MET DST 1996", "1996-06-15T07:05:00Z"),
        ("From jane@acme.com Fri Mar 15 09:05:00 2024 remote from vax", "2024-03-15T09:05:00Z"),
        ("From - Fri, 15 Mar 2024 09:05:00 +0100", "2024-03-15T08:05:00Z"),
        ("From jane@acme.com 15 mar 2024 09:05", "2024-03-15T09:05:00Z"),
        ("From jane@acme.com 2024-03-15 09:05:00", "2024-03-15T09:05:00Z"),
        ("From jane@acme.com 2024-03-15T09:05:00+01:00", "2024-03-15T08:05:00Z"),
        ("From jane@acme.com Fri Mar 15 23:59:60 2024", "2024-03-15T23:59:59Z"),
        ("From jane@acme.com Fri Mar 15 09:05:00 XYZ 2024", "2024-03-15T09:05:00Z"),
    ];
    for (line, at) in table {
        assert_eq!(read(line), Some(Some(at.to_owned())), "{line}");
    }
    assert_eq!(read("From jane@acme.com Fri Feb 30 09:05:00 2024"), Some(None), "it looks like a date, and is none");
}

#[test]
fn words_that_only_begin_so() {
    for line in [
        "From",
        "From ",
        "From: jane@acme.com",
        "From Monday on we ship at 10:00",
        "From 10:00 to 11:00 on Fri Mar 15 2024",
        "From Fri Mar 15 09:05:00 2024 on the price changes",
        "From March 15 09:05 we are away",
        "From jane@acme.com Fri Mar 15 2024",
        "From jane@acme.com Fri Mar 32 09:05:00 2024",
        "From jane@acme.com Fri Mar 15 25:05:00 2024",
        "From jane@acme.com Fri Mar 15 09:05:00 1024",
        "From jane@acme.com Fri Mar 15 09:05:00 2024 2024",
        "from jane@acme.com Fri Mar 15 09:05:00 2024",
        "From jane@acme.com Fri M\u{e4}r 15 09:05:00 2024",
    ] {
        assert_eq!(read(line), None, "{line}");
    }
    assert_eq!(read(&format!("From {} Fri Mar 15 09:05:00 2024", "x".repeat(600))), None, "too long");
}

#[test]
fn a_message_has_to_begin_below() {
    let line = "From a@b Fri Mar 15 09:05:00 2024\r\n";
    let of = |below: &str| Separator::at(format!("{line}{below}").as_bytes(), false).is_some();
    for below in ["", "\n", "\r\n", "A: b\n", "Subject : x\n", ">From x y\n", "From a@b Fri Mar 15 09:05:00 2024\nA: b", "X-\u{7e}:"] {
        assert!(of(below), "{below:?}");
    }
    for below in ["so they said.\n", "Dear Jane: hello\n", ": x\n", "\u{e4}: x\n", " folded: x\n", "no field"] {
        assert!(!of(below), "{below:?}");
    }
}

#[test]
fn lines_that_hold_nothing_are_taken_where_the_file_has_such() {
    let bare = Separator { at: None, len: 7, bare: true };
    assert_eq!(Separator::at(b"From \r\nSubject: x\r\n", true), Some(bare));
    assert_eq!(Separator::at(b"From \r\nwords\r\n", true), None);
    assert_eq!(Separator::at(b"From \r\nSubject: x\r\n", false), None);
    assert_eq!(Separator::at(b"From x\r\nSubject: x\r\n", true), None);
}
