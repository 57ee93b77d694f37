use jiff::Timestamp;
use sales_model::{AccountKey, Detail, Mail, RawItem, RawKind, Route, Source};

use super::{HEADER, MESSAGE, process};
use crate::Mapped;

const RECEIVED: &str = "2024-03-15T09:00:05Z";

fn raw(kind: RawKind, route: Route, body: &str) -> RawItem {
    RawItem {
        account: AccountKey { source: Source::EMAIL, name: "default".into() },
        kind,
        place: Some("mail".into()),
        at: Some(at(RECEIVED)),
        body: body.replace('\n', "\r\n").into(),
        fetched_at: at("2024-04-01T00:00:00Z"),
        route,
        partial: kind == HEADER,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn mail(mapped: &Mapped) -> &Mail {
    match mapped.records[0].detail.as_deref() {
        Some(Detail::Mail(mail)) => mail,
        other => panic!("{other:?}"),
    }
}

const REPLY: &str = "From: Ana Lee <Ana@Acme.example>
To: deals@us.example
Subject: AW: Offer
Date: Fri, 15 Mar 2024 10:00:00 +0100
Message-ID: <r1@acme.example>
In-Reply-To: <o1@us.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

We sign on Friday.

On Thu, 14 Mar 2024 at 09:00, Deals <deals@us.example> wrote:
> Will you sign?
--b
Content-Type: application/pdf; name=\"Offer v2.PDF\"
Content-Disposition: attachment
Content-Transfer-Encoding: base64

AAAA
--b--
";

#[test]
fn a_mail_whole() {
    let mapped = process(&raw(MESSAGE, Route::Direct, REPLY)).unwrap();
    let record = &mapped.records[0];
    let plain = (record.native.as_str(), record.thread.as_str(), record.at, record.text.plain.as_str(), record.partial);
    assert_eq!(plain, ("r1@acme.example", "r1@acme.example", at("2024-03-15T09:00:00Z"), "We sign on Friday.", false));
    assert_eq!((record.author.as_deref(), record.author_name.as_deref()), (Some("mail:ana@acme.example"), Some("Ana Lee")));
    assert_eq!((record.bot, record.activity), (false, false));
    let files: Vec<(&str, &str)> = record.files.iter().map(|f| (f.name.as_str(), f.kind.as_str())).collect();
    assert_eq!(files, [("Offer v2.PDF", "pdf")]);
    let people: Vec<_> = mapped.people.iter().map(|p| (p.key.as_str(), p.name.as_str(), p.email.as_deref())).collect();
    assert_eq!(people, [("mail:ana@acme.example", "Ana Lee", Some("ana@acme.example"))]);
    assert_eq!(mail(&mapped).references, ["o1@us.example"]);
    assert!(mail(&mapped).body.contains("> Will you sign?"));
}

#[test]
fn a_header_says_all_but_the_text() {
    let (head, _) = REPLY.split_once("\n\n").unwrap();
    let mapped = process(&raw(HEADER, Route::Direct, &format!("{head}\n\n"))).unwrap();
    let record = &mapped.records[0];
    assert_eq!((record.native.as_str(), record.partial, record.text.plain.as_str()), ("r1@acme.example", true, ""));
    assert!(mail(&mapped).header_only);
}

#[test]
fn when_it_was_sent() {
    let table = [
        ("Date: Fri, 15 Mar 2024 10:00:00 +0100\n", "2024-03-15T09:00:00Z"),
        // Written long before it reached this mailbox.
        ("Date: Mon, 01 Jan 2001 00:00:00 +0000\n", "2001-01-01T00:00:00Z"),
        // A clock that is ahead a little, and one that is wrong.
        ("Date: Sat, 16 Mar 2024 09:00:05 +0000\n", "2024-03-16T09:00:05Z"),
        ("Date: Sat, 16 Mar 2024 09:00:06 +0000\n", RECEIVED),
        ("Date: Thu, 01 Jan 1970 00:00:00 +0000\n", RECEIVED),
        ("Date: yesterday\n", RECEIVED),
        ("", RECEIVED),
    ];
    for (date, expected) in table {
        let mapped = process(&raw(MESSAGE, Route::Direct, &format!("From: a@b.example\n{date}\nx\n"))).unwrap();
        assert_eq!(mapped.records[0].at, at(expected), "{date:?}");
    }
    let undated = RawItem { at: None, ..raw(MESSAGE, Route::Import, "From: a@b.example\n\nx\n") };
    assert_eq!(process(&undated).unwrap().records[0].at, undated.fetched_at);
}

#[test]
fn only_an_export_names_labels() {
    let body = "X-GM-THRID: 255\nX-Gmail-Labels: Opened,Inbox\nFrom: a@b.example\n\nx\n";
    let told = |route| {
        let mapped = process(&raw(MESSAGE, route, body)).unwrap();
        (mail(&mapped).labels.clone(), mail(&mapped).vendor_thread.clone())
    };
    assert_eq!(told(Route::Import), (vec!["Inbox".to_owned(), "Opened".to_owned()], "ff".to_owned()));
    assert_eq!(told(Route::Direct), (vec![], String::new()));
}

#[test]
fn what_no_person_wrote_names_nobody() {
    let away = "From: Ana Lee <ana@acme.example>\nAuto-Submitted: auto-replied\nSubject: Away\nMessage-ID: <1@acme.example>\n\nBack soon\n";
    let mapped = process(&raw(MESSAGE, Route::Direct, away)).unwrap();
    assert_eq!((mapped.people.len(), mapped.records[0].activity, mapped.records[0].bot), (0, true, false));
    let empty = process(&raw(MESSAGE, Route::Direct, "")).unwrap();
    assert_eq!((empty.records[0].author.as_deref(), empty.records[0].native.len()), (None, 39));
}

#[test]
fn other_items_are_refused() {
    let failure = process(&raw("note", Route::Direct, "")).unwrap_err();
    assert_eq!(failure.reason, "mail has no items of this kind");
}
