//! `sales match preview|apply|undo`.

use jiff::SignedDuration;
use serde_json::Value;

use crate::{
    json::fits,
    support::{Desk, Vendor, pulled, shows},
};

/// To whom a record is shown, as `explain` tells.
fn owners(desk: &Desk, record: &str) -> Vec<String> {
    let (code, told) = desk.json(&["match", "explain", record]);
    assert_eq!(code, 0, "{told}");
    told["shown"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect()
}

/// What is shown, without the days: the simulated vendors' story ends last week.
fn undated(shown: &str) -> String {
    let day = |line: &str| line.strip_prefix("  2").and_then(|rest| Some(format!("  [DAY]{}", rest.get(9..)?)));
    shown.lines().map(|line| day(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}

/// What is asked for, with its words.
const CHANGES: [&[&str]; 9] = [
    &["globex", "--remove", "domains=globex.example"],
    &["acme-corp", "--domain", "globex.example"],
    &["acme-corp", "--exclude", "acme deal"],
    &["northwind_labs", "--remove", "slack.team_ids"],
    &["acme-corp", "--channel", "general"],
    &["slack:C06PARTNERB", "--to", "globex"],
    &["gong:7782342274025938004", "--to", "acme-corp"],
    &["gong:7782342274025938004", "--to", "globex", "--teach", "account"],
    &["slack:C06PARTNERB", "--not", "acme-corp"],
];

/// What a preview says is what an apply does; taken back, every byte is as it was.
#[test]
fn a_preview_is_what_happens_and_an_undo_gives_every_byte_back() {
    let vendor = Vendor::all(None);
    let desk = pulled(&vendor);
    let before = desk.customers();
    let mut moved = 0;
    for change in CHANGES {
        let words = |verb: &'static str| [&["match", verb], change].concat();
        let (code, preview) = desk.json(&words("preview"));
        assert_eq!(code, 0, "{change:?}: {preview}");
        assert_eq!(sales_testkit::differences(&before, &desk.customers()), Vec::<String>::new(), "{change:?}");
        let (code, apply) = desk.json(&words("apply"));
        assert_eq!(code, 0, "{change:?}: {apply}");
        for key in ["moves", "records", "fetch", "doubts_more", "doubts_fewer"] {
            assert_eq!(preview[key], apply[key], "{change:?}: {key}");
        }
        for m in preview["moves"].as_array().unwrap() {
            let to: Vec<String> = m["to"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
            let record = m["records"].as_array().unwrap().iter().map(Value::as_str).next().unwrap().unwrap();
            assert_eq!(owners(&desk, record), to, "{change:?}: {record}");
            moved += 1;
        }
        desk.run(&["verify"]).exit(0);
        desk.run(&["match", "undo"]).exit(0);
        assert_eq!(sales_testkit::differences(&before, &desk.customers()), Vec::<String>::new(), "{change:?}");
    }
    assert!(moved >= 15, "{moved}");
}

#[test]
fn what_moves_is_shown() {
    let vendor = Vendor::all(None);
    let desk = pulled(&vendor);
    let less = ["match", "preview", "globex", "--remove", "domains=globex.example"];
    shows!("match_preview", undated(&desk.shown(&desk.run(&less))));
    let deal = ["granola:not_f5ZqU9cXw7KaP1", "--to", "acme-corp"];
    shows!("match_apply", undated(&desk.shown(&desk.run(&[&["match", "apply"], &deal[..]].concat()))));
    shows!("match_apply_twice", desk.shown(&desk.run(&[&["match", "apply"], &deal[..]].concat())));
    fits("match-change", &desk.json(&["match", "preview", "acme-corp", "--domain", "new.example"]).1);
    for (name, words) in [
        ("match_nothing", &["match", "preview", "acme-corp"][..]),
        ("match_unknown", &["match", "apply", "gong:1", "--to", "acme-corp"]),
        ("match_no_customer", &["match", "apply", "gong:1", "--to", "acme-crop"]),
        ("match_no_lesson", &["match", "apply", "gong:7782342274025938004", "--to", "acme-corp", "--teach", "domain"]),
        ("match_both", &["match", "apply", "gong:1", "--to", "acme-corp", "--domain", "x.example"]),
    ] {
        shows!(name, desk.shown(&desk.run(words)));
    }
}

/// A new domain: the mailbox is asked how much older mail there is, and the next sync brings as much.
#[test]
fn a_preview_asks_the_mailbox_for_older_mail() {
    let vendor = Vendor::all(None);
    let mut desk = pulled(&vendor);
    vendor.running.gmail().unwrap().write(|world| {
        let us = world.mailbox().to_owned();
        for n in 1..=3 {
            let at = vendor.now - SignedDuration::from_hours(24 * 20 + n);
            let date = at.strftime("%a, %d %b %Y %H:%M:%S +0000");
            let raw =
                format!("Message-ID: <{n}@newco.example>\r\nFrom: lee@newco.example\r\nTo: {us}\r\nSubject: Old {n}\r\nDate: {date}\r\n\r\nText.\r\n");
            world.add_raw((None, None), &["INBOX"], at, raw, at).unwrap();
        }
    });
    let words = ["match", "preview", "globex", "--domain", "newco.example"];
    let counts = |document: &Value| {
        let older = &document["older"];
        (older["mailboxes"][0]["mails"].as_u64(), older["here"].as_u64(), older["fetch"].as_u64())
    };
    let (code, preview) = desk.json(&words);
    fits("match-change", &preview);
    assert_eq!((code, counts(&preview)), (0, (Some(3), Some(0), Some(3))), "{preview}");
    assert_eq!(
        (&preview["older"]["mailboxes"][0]["account"], &preview["older"]["terms"]),
        (&"email:default".into(), &vec!["newco.example"].into())
    );
    shows!("match_older", desk.shown(&desk.run(&words)));
    shows!("match_older_offline", desk.shown(&desk.run(&[&words[..], &["--offline"]].concat())));
    assert!(desk.json(&["match", "preview", "globex", "--domain", "acme.dev"]).1.get("older").is_none(), "mail of theirs is read already");

    desk.run(&["match", "apply", "globex", "--domain", "newco.example"]).exit(0);
    desk.run(&["sync", "--source", "email"]).exit(0);
    desk.run(&["match", "undo"]).exit(0);
    assert_eq!(counts(&desk.json(&words).1), (Some(3), Some(3), Some(0)), "what was said came");

    // Nobody to ask.
    for name in ["GMAIL_CLIENT_ID", "GMAIL_CLIENT_SECRET", "GMAIL_REFRESH_TOKEN"] {
        desk.unset(name);
    }
    let (code, unasked) = desk.json(&words);
    fits("match-change", &unasked);
    assert_eq!((code, counts(&unasked)), (0, (None, Some(3), None)), "{unasked}");
    assert!(unasked["older"]["unasked"].as_str().is_some_and(|why| why.contains("no mailbox is connected")), "{unasked}");
}
