//! Gmail's extensions.

use sales_connectors::Mode;
use sales_testkit::imap::{Account, Double, Mailbox, Manner, Stored, What};

use super::{
    bench::Bench,
    mails::{RECEIVED, mail},
};

const ALL: &str = "[Gmail]/Alle Nachrichten";

/// A mailbox as Gmail shows it in German: folders are labels, everything stands in one of them.
fn account() -> Account {
    let mut all = Mailbox::new(ALL, 7).marked(&["\\HasNoChildren", "\\All"]);
    let inbox = Mailbox::new("INBOX", 8);
    let put = |all: &mut Mailbox, n: u64, from: &str, to: &str, thread: u64, labels: &[&str]| {
        let labels = labels.iter().map(|l| (*l).to_owned()).collect();
        let raw = mail(from, to, &format!("g{n}@x.example"), "");
        all.put_as(Stored { raw, labels, thread, received: RECEIVED as i64 + n as i64, ..Stored::default() })
    };
    put(&mut all, 1, "jo@acme.example", "deals@yourcompany.example", 0x17, &["\\Inbox", "\\Important", "Kunden/&AMQ-cme"]);
    put(&mut all, 2, "ann@yourcompany.example", "bo@yourcompany.example", 0x17, &["\\Sent"]);
    put(&mut all, 3, "news@other.example", "deals@yourcompany.example", 0x18, &["\\Inbox"]);
    put(&mut all, 4, "deals@yourcompany.example", "jo@acme.example", 0x19, &["\\Draft"]);
    let junk = Mailbox::new("[Gmail]/Spam", 9).marked(&["\\Junk"]);
    let top = Mailbox::new("[Gmail]", 1).marked(&["\\Noselect"]);
    Account::of([inbox, top, all, junk])
}

fn start(manner: Manner) -> (Double, Bench) {
    let server = Double::start(account(), manner);
    let bench = Bench::new(&server.url(), &[("IMAP_ACCESS_TOKEN", "ya29.token")]);
    (server, bench)
}

fn copies(bench: &Bench) -> Vec<(String, String, String, String)> {
    let ledger = bench.ledger.lock().unwrap();
    let all = ledger.held.iter();
    all.map(|((p, i), (n, l, t))| (format!("{p} {i}"), n.clone(), l.join(" "), t.clone())).collect()
}

fn copy(item: &str, native: &str, labels: &str, thread: &str) -> (String, String, String, String) {
    (format!("7/{ALL} {item}"), native.into(), labels.into(), thread.into())
}

#[tokio::test]
async fn all_mail_with_its_labels_threads_and_search() {
    let (server, mut bench) = start(Manner::gmail());
    bench.ok(Mode::Default).await;
    let first = [
        copy("1", "g1@x.example", "IMPORTANT INBOX Kunden/Äcme", "17"),
        // Of the thread, and found by it alone: no header refers to it.
        copy("2", "g2@x.example", "SENT", "17"),
    ];
    assert_eq!(copies(&bench), first);
    assert_eq!(bench.bodies(), 2);
    let log = server.log();
    let at = |beginning: &str| log.iter().position(|c| c.starts_with(beginning)).unwrap_or_else(|| panic!("no {beginning}: {log:#?}"));
    assert!(at("AUTHENTICATE") < at("ID (\"name\" \"sales-workspace\"") && at("ID") < at("LIST"), "it introduces itself first: {log:#?}");
    let search = &log[at("UID SEARCH")];
    assert!(search.starts_with("UID SEARCH RETURN (ALL) X-GM-RAW \"after:1680912000 {from:acme.example"), "{search}");

    // A label more is a change that only the counter tells of; read or not is none.
    let at = server.log().len();
    server.account().at(ALL).change(1, |m| {
        m.labels.push("\\Starred".into());
        m.flags.insert("\\Flagged".into());
    });
    server.account().at(ALL).change(2, |m| _ = m.flags.insert("\\Seen".into()));
    bench.ok(Mode::Default).await;
    let mut second = first.clone();
    second[0] = copy("1", "g1@x.example", "IMPORTANT INBOX Kunden/Äcme STARRED", "17");
    assert_eq!((copies(&bench), bench.bodies()), (second.to_vec(), 2));
    let asked: Vec<String> = server.log()[at..].iter().filter(|c| c.contains("CHANGEDSINCE")).cloned().collect();
    assert_eq!(asked, ["UID FETCH 1:2 (UID FLAGS X-GM-LABELS) (CHANGEDSINCE 5)"]);

    // Nothing new: four commands, of which none looks at a mail.
    let at = server.log().len();
    bench.ok(Mode::Default).await;
    let all = server.log()[at..].to_vec();
    assert!(all.iter().all(|c| c.starts_with("LIST") || c.starts_with("EXAMINE") || c.starts_with("STATUS")), "{all:#?}");

    // A new one in a thread, and one that is deleted.
    let raw = mail("bo@acme.example", "deals@yourcompany.example", "g5@x.example", "");
    server.account().at(ALL).put_as(Stored {
        raw,
        thread: 0x17,
        received: RECEIVED as i64,
        labels: vec!["\\Inbox".into()],
        ..Stored::default()
    });
    server.account().at(ALL).expunge(2);
    bench.ok(Mode::Default).await;
    assert_eq!(copies(&bench)[1..], [copy("5", "g5@x.example", "INBOX", "17")]);
    assert_eq!(bench.bodies(), 3);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn without_all_mail_the_folders_are_read_each_mail_once() {
    let mut account = account();
    let mails = account.at(ALL).mails.clone();
    account.mailboxes.retain(|m| m.name != ALL.as_bytes());
    account.at("INBOX").put_as(mails[0].clone());
    let mut sent = Mailbox::new("[Gmail]/Gesendet", 12).marked(&["\\Sent"]);
    sent.put_as(mails[0].clone());
    sent.put_as(mails[1].clone());
    account.mailboxes.push(sent);
    let server = Double::start(account, Manner::gmail());
    let mut bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live()), (2, vec!["g1@x.example".to_owned(), "g2@x.example".to_owned()]));
    assert_eq!(copies(&bench).len(), 3);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn too_much_for_today() {
    let told = "the server says that the account used more than it may";
    let bye = What::ByeAfter(0, "Account exceeded command or bandwidth limits. 12mb123");
    for (verb, what) in [
        ("BODIES", What::Answer("NO [THROTTLED] slow down")),
        ("BODIES", What::Answer("NO [OVERQUOTA] Account exceeded command or bandwidth limits.")),
        ("BODIES", What::Answer("NO [LIMIT] too many commands")),
        ("UID SEARCH", What::Answer("NO [THROTTLED] slow down")),
        ("BODIES", bye.clone()),
        ("AUTHENTICATE", What::Answer("NO [OVERQUOTA] Account exceeded command or bandwidth limits.")),
        ("LIST", bye),
    ] {
        let case = format!("{verb} {what:?}");
        let (server, mut bench) = start(Manner::gmail().fails(verb, 0, what));
        let run = bench.sync(Mode::Default).await;
        let e = run.errors.first().unwrap_or_else(|| panic!("{case}: no error"));
        assert!(!e.auth && e.hint.contains("hours") || verb == "AUTHENTICATE", "{case}: {e:?}");
        assert!(e.why.starts_with(told) || e.why.starts_with("the server lets nobody in now"), "{case}: {e:?}");
        assert!(matches!(e.retry, sales_connectors::Retry::After(d) if d.as_hours() >= 1), "{case}: {e:?}");
        // It is not asked again at once.
        let bodies = server.log().iter().filter(|c| c.contains("BODY.PEEK[]")).count();
        assert!(bodies <= 1, "{case}: {:#?}", server.log());
        // When the hours are over, everything is there once.
        server.behave(|m| m.faults.clear());
        bench.rests();
        bench.ok(Mode::Default).await;
        assert_eq!((bench.bodies(), bench.live().len()), (2, 2), "{case}");
        assert_eq!(server.violations(), Vec::<String>::new(), "{case}");
    }
}
