use jiff::Timestamp;

use super::{
    GmailWorld,
    compose::wrapped,
    label::{Kind, Label},
};
use crate::google::GoogleClient;

/// The app, and a refresh token that may read.
const CLIENT: (&str, &str) = ("tiny-client", "tiny-secret");

/// (id, thread, labels, the time it came in, head, body)
type Row = (&'static str, &'static str, &'static [&'static str], &'static str, &'static str, &'static str);

/// The messages, oldest first. Lines end with a newline here.
const ROWS: [Row; 9] = [
    (
        "18e0000000000001",
        "18e0000000000001",
        &["INBOX", "Label_1"],
        "2024-03-11T09:00:02Z",
        "Delivered-To: deals@yourcompany.com\nReceived: from mx.acme.example by mx.yourcompany.com;\n Mon, 11 Mar 2024 09:00:01 +0000\nFrom: Ada Byron <ada@acme.example>\nTo: Jo Rivera <jo@yourcompany.com>\nCc: deals@yourcompany.com\nSubject: Price list\nDate: Mon, 11 Mar 2024 10:00:00 +0100\nMessage-ID: <one@acme.example>",
        "Hello Jo,\n\ncould you send us the price list for two regions?\n\nAda\n",
    ),
    (
        "18e0000000000002",
        "18e0000000000001",
        &["INBOX"],
        "2024-03-11T11:30:00Z",
        "From: Jo Rivera <jo@yourcompany.com>\nTo: Ada Byron <ada@acme.example>\nCc: deals@yourcompany.com\nSubject: Re: Price list\nDate: Mon, 11 Mar 2024 11:30:00 +0000\nMessage-ID: <two@yourcompany.com>\nIn-Reply-To: <one@acme.example>\nReferences: <one@acme.example>",
        "Dear Ada, it is <attached> & up to date.\n\nOn Mon, 11 Mar 2024 at 10:00, Ada Byron wrote:\n> could you send us the price list for two regions?\n",
    ),
    (
        "18e0000000000003",
        "18e0000000000003",
        &["INBOX", "UNREAD", "IMPORTANT"],
        "2024-03-18T08:15:00Z",
        "From: =?UTF-8?Q?J=C3=B6rg_M=C3=BCller?= <joerg@eu.acme.example>\nTo: deals@yourcompany.com\nSubject: =?UTF-8?B?VmVydHJhZ3NlbnR3dXJmIGbDvHIgU8O8ZA==?=\nDate: Mon, 18 Mar 2024 09:15:00 +0100\nMessage-ID: <three@eu.acme.example>",
        "ENTWURF",
    ),
    (
        "18e0000000000004",
        "18e0000000000004",
        &["INBOX", "CATEGORY_UPDATES"],
        "2024-03-20T14:00:00Z",
        "From: Pia <pia@globex.example>\nTo: jo@yourcompany.com, deals@yourcompany.com\nSubject: Invitation: Review\nDate: Wed, 20 Mar 2024 14:00:00 +0000\nMessage-ID: <four@globex.example>",
        "EINLADUNG",
    ),
    (
        "18e0000000000005",
        "18e0000000000005",
        &["CATEGORY_PROMOTIONS"],
        "2024-03-25T06:00:00Z",
        "From: News <news@letters.example>\nTo: deals@yourcompany.com\nSubject: Ten tips\nDate: Mon, 25 Mar 2024 06:00:00 +0000\nMessage-ID: <five@letters.example>\nList-Id: Tips <tips.letters.example>\nList-Unsubscribe: <https://letters.example/u>\nContent-Type: text/html; charset=utf-8",
        "<html><body><h1>Ten tips</h1><p>How to sell &amp; smile.</p></body></html>\n",
    ),
    (
        "18e0000000000006",
        "18e0000000000006",
        &["SPAM"],
        "2024-03-26T06:00:00Z",
        "From: ada@acme.example.evil.example\nTo: deals@yourcompany.com\nSubject: You won\nDate: Tue, 26 Mar 2024 06:00:00 +0000\nMessage-ID: <six@evil.example>",
        "Click here.\n",
    ),
    (
        "18e0000000000007",
        "18e0000000000007",
        &["TRASH"],
        "2024-03-27T06:00:00Z",
        "From: Ada Byron <ada@acme.example>\nTo: deals@yourcompany.com\nSubject: Wrong file, please ignore\nDate: Wed, 27 Mar 2024 06:00:00 +0000\nMessage-ID: <seven@acme.example>",
        "Sorry.\n",
    ),
    (
        "18e0000000000008",
        "18e0000000000008",
        &["SENT"],
        "2024-04-02T16:20:00Z",
        "From: deals@yourcompany.com\nTo: omar@northwind.example\nBcc: Jo Rivera <jo@yourcompany.com>\nSubject: Renewal\nDate: Tue, 2 Apr 2024 16:20:00 +0000\nMessage-ID: <eight@yourcompany.com>",
        "Dear Omar, the renewal is due on Friday.\n",
    ),
    (
        "18e0000000000009",
        "18e0000000000001",
        &["INBOX", "UNREAD", "STARRED"],
        "2024-04-05T15:00:00Z",
        "From: Ada Byron <ada@acme.example>\nTo: Jo Rivera <jo@yourcompany.com>\nCc: deals@yourcompany.com, Bob <bob@acme.example>\nSubject: Re: Price list\nDate: Fri, 5 Apr 2024 17:00:00 +0200\nMessage-ID: <nine@acme.example>\nIn-Reply-To: <two@yourcompany.com>\nReferences: <one@acme.example> <two@yourcompany.com>",
        "We take it. Two regions, from May.\n",
    ),
];

/// An invitation, as its part holds it.
const CALENDAR: &str = "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\nDTSTART:19701025T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:review-1@globex.example\nDTSTAMP:20240320T135900Z\nDTSTART;TZID=Europe/Berlin:20240327T100000\nDTEND;TZID=Europe/Berlin:20240327T110000\nSUMMARY:Review of 20240320\nEND:VEVENT\nEND:VCALENDAR\n";

fn crlf(text: &str) -> String {
    text.replace('\n', "\r\n")
}

fn built(head: &str, body: &str) -> Vec<u8> {
    let text = match body {
        "ENTWURF" => format!(
            "{head}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"m\"\n\n--m\nContent-Type: multipart/alternative; boundary=\"a\"\n\n--a\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe aus S=FCd\n--a\nContent-Type: text/html; charset=utf-8\n\n<p>Gr\u{fc}\u{df}e aus S\u{fc}d</p>\n--a--\n\n--m\nContent-Type: application/pdf; name=\"Entwurf.pdf\"\nContent-Disposition: attachment; filename=\"Entwurf.pdf\"\nContent-Transfer-Encoding: base64\n\n{}\n--m--\n",
            wrapped(b"%PDF-1.4 not really").replace("\r\n", "\n")
        ),
        "EINLADUNG" => format!(
            "{head}\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=\"c\"\n\n--c\nContent-Type: text/plain\n\nReview, see the invitation.\n\n--c\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\nContent-Transfer-Encoding: base64\n\n{}\n--c--\n",
            wrapped(crlf(CALENDAR).as_bytes()).replace("\r\n", "\n")
        ),
        body if head.contains("Content-Type") => format!("{head}\n\n{body}"),
        body => format!("{head}\nContent-Type: text/plain; charset=utf-8\n\n{body}"),
    };
    crlf(&text).into_bytes()
}

impl GmailWorld {
    /// A mailbox of nine messages, small enough to be told in a test: `deals@yourcompany.com`, of March and April 2024. Its app is
    /// `tiny-client` with the secret `tiny-secret`, its refresh token `tiny-refresh` for reading.
    pub fn tiny() -> GmailWorld {
        let mut world = GmailWorld::new("deals@yourcompany.com");
        world.google.add_client(GoogleClient { id: CLIENT.0.into(), secret: CLIENT.1.into() });
        world.google.add_refresh_token("tiny-refresh", &["gmail.readonly"]);
        world.labels.push(Label { id: "Label_1".into(), name: "Deals/Big One".into(), kind: Kind::User });
        for (id, thread, labels, at, head, body) in ROWS {
            let at: Timestamp = at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
            let added = world.add_raw((Some(id), Some(thread)), labels, at, built(head, body), at);
            debug_assert!(added.is_ok(), "{added:?}");
        }
        world
    }
}
