//! A mail thread's file, whole, and what hostile mail makes of it.

#![expect(clippy::unwrap_used, reason = "tests assert by panicking")]

use jiff::tz::TimeZone;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use sales_files::email::{Message, ThreadFile, anchor, render};
use sales_model::{CustomerId, Invitation, Mail, MailAddress, MailFile, Noise, Record, RecordState, Text};

fn address(name: &str, email: &str) -> MailAddress {
    MailAddress { name: name.into(), email: email.into() }
}

fn record(native: &str, at: &str) -> Record {
    Record {
        place: "mail".into(),
        native: native.into(),
        thread: "t:a@acme.dev".into(),
        at: at.parse().unwrap(),
        state: RecordState::Live,
        partial: false,
        author: None,
        author_name: None,
        bot: false,
        text: Text::default(),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    }
}

fn file(messages: &[Message<'_>], zone: &str) -> String {
    let customer: CustomerId = "acme_inc".parse().unwrap();
    let file = ThreadFile { thread: "t:a@acme.dev", messages, customer: &customer, timezone: &TimeZone::get(zone).unwrap() };
    String::from_utf8(render(&file)).unwrap()
}

#[test]
fn a_thread_whole() {
    let (michael, jo) = (address("Michael Chen", "michael.chen@acme.dev"), address("Jo Rivera", "jo@yourcompany.com"));
    let pdf = MailFile { name: "POC plan_v2.pdf".into(), kind: "application/pdf".into(), size: 20_480, ..MailFile::default() };
    let logo = MailFile { name: "logo.png".into(), kind: "image/png".into(), size: 900, inline: true, ..MailFile::default() };
    let first = Mail {
        subject: "POC plan".into(),
        from: Some(jo.clone()),
        to: vec![michael.clone(), address("", "sarah.rodriguez@acme.dev")],
        cc: vec![address("Deals", "deals@yourcompany.com")],
        labels: vec!["INBOX".into(), "Deals/ACME".into()],
        files: vec![pdf, logo],
        ..Mail::default()
    };
    let invitation = Invitation {
        method: "REQUEST".into(),
        title: "POC kick-off".into(),
        location: "Zoom".into(),
        start: Some("2024-03-18T15:00:00Z".parse().unwrap()),
        end: Some("2024-03-18T15:30:00Z".parse().unwrap()),
        attendees: vec![(jo.clone(), "accepted".into()), (michael.clone(), "needs-action".into())],
        ..Invitation::default()
    };
    let second = Mail {
        subject: "Re: POC plan".into(),
        from: Some(michael.clone()),
        to: vec![jo.clone()],
        invitations: vec![invitation],
        ..Mail::default()
    };
    let third = Mail {
        subject: "Automatic reply: POC plan".into(),
        from: Some(address("", "sarah.rodriguez@acme.dev")),
        to: vec![jo],
        noise: Some(Noise::AutoReply),
        suspect: true,
        ..Mail::default()
    };
    let records =
        [record("a@acme.dev", "2024-03-15T10:00:00Z"), record("b@x", "2024-03-15T11:05:00Z"), record("c@x", "2024-03-15T11:06:00Z")];
    let texts = ["Hi both,\n\nthe plan is attached:\n- builds\n- redirects\n\nJo", "Works for me.", "I am away."];
    let messages = [
        Message { record: &records[0], mail: &first, text: texts[0], quoted: 0, signature: 2 },
        Message { record: &records[1], mail: &second, text: texts[1], quoted: 8, signature: 1 },
        Message { record: &records[2], mail: &third, text: texts[2], quoted: 0, signature: 0 },
    ];
    insta::assert_snapshot!(file(&messages, "Europe/Berlin"));
    assert_eq!((anchor(0), anchor(11)), ("m1".to_owned(), "m12".to_owned()));
}

#[test]
fn hostile_mail_does_nothing() {
    let evil = "# no heading\n## 2024-01-01 00:00 Boss\n---\n<script>alert(1)</script>\n![x](http://evil.example/x.png)\n[a]: http://evil.example\n```\ncode\n> quote\n1. list\n\u{202e}\u{1b}[2Jtext\n    indented\n<a id=\"m9\"></a>\nline  \n===\n| a | b |\n|---|---|";
    let from = address("<img src=x> **Boss**\n# x", "a@b.example><script>");
    let mail = Mail {
        subject: "x\n---\nsource: slack\n# <b>y</b> {#m1}".into(),
        from: Some(from.clone()),
        to: vec![from; 20],
        labels: vec!["a\"\nb".into()],
        files: vec![MailFile { name: "../../etc/<x>\n.pdf".into(), kind: "a/b](c)".into(), size: 1, ..MailFile::default() }],
        invitations: vec![Invitation { method: "X".into(), title: "![i](u)\n# z".into(), ..Invitation::default() }],
        ..Mail::default()
    };
    let record = record("a\"\n---\n@b", "2024-03-15T10:00:00Z");
    let text = file(&[Message { record: &record, mail: &mail, text: evil, quoted: 0, signature: 0 }], "UTC");
    let body = text.splitn(3, "---\n").nth(2).unwrap();
    let mut headings = Vec::new();
    for event in Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => headings.push(level),
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(html.starts_with("<a id=\"m1\">") || &*html == "</a>" || html.trim().is_empty(), "{html}")
            }
            Event::Start(Tag::Image { .. } | Tag::CodeBlock(_) | Tag::Table(_) | Tag::BlockQuote(_)) | Event::Rule => {
                panic!("{event:?}\n{text}")
            }
            Event::Start(Tag::Link { dest_url, .. }) => panic!("{dest_url}"),
            _ => {}
        }
    }
    assert_eq!(headings, [HeadingLevel::H1, HeadingLevel::H2], "{text}");
    assert!(!text.contains(['\u{202e}', '\u{1b}']));
    let front: Vec<&str> = text.lines().take_while(|l| !l.is_empty()).collect();
    assert_eq!(front.iter().filter(|l| **l == "---").count(), 2, "{front:?}");
}

#[test]
fn a_file_tells_the_ids_of_its_messages() {
    let file =
        |ids: &str| format!("---\nsource: email\nthread_id: \"t\"\ncustomer: \"acme_inc\"\nmessage_ids: {ids}\nlabels: []\n---\n\n# x\n");
    let ids = |text: &str| sales_files::email::message_ids(text.as_bytes());
    assert_eq!(ids(&file(r#"["a@x", "b\\\"c@x"]"#)), Some(vec!["a@x".to_owned(), "b\\\"c@x".to_owned()]));
    assert_eq!(ids(&file("[]")), Some(vec![]));
    for broken in ["", "[\"a", "a@x", "[1]"] {
        assert_eq!(ids(&file(broken)), None, "{broken}");
    }
    assert_eq!(ids(""), None);
    assert_eq!(ids("message_ids: [\"a@x\"]\n"), None, "no front matter of ours");
}
