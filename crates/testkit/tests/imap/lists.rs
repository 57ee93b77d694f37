//! Strange lists of folders.

use sales_connectors::Mode;
use sales_testkit::imap::{Account, Double, Fault, Mailbox, Manner, What};

use super::{
    bench::Bench,
    mails::{RECEIVED, mail},
};

/// Mailboxes with one mail of Acme each.
fn account(names: &[&[u8]]) -> Account {
    let one = |(n, name): (usize, &&[u8])| {
        let mut m = Mailbox { name: name.to_vec(), ..Mailbox::new("", 10) };
        m.put(&mail("jo@acme.example", "x@y.example", &format!("l{n}@x.example"), ""), RECEIVED as i64);
        m
    };
    Account::of(names.iter().enumerate().map(one))
}

/// The folders whose mail was read, with that list in place of the server's own.
async fn read(names: &[&[u8]], list: &[&[u8]], manner: Manner) -> (Vec<String>, Vec<String>) {
    let list = list.iter().map(|l| l.to_vec()).collect();
    let server = Double::start(account(names), Manner { list, ..manner });
    let mut bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
    bench.ok(Mode::Default).await;
    assert_eq!(server.violations(), Vec::<String>::new());
    let ledger = bench.ledger.lock().unwrap();
    let mut folders: Vec<String> = ledger.held.values().flat_map(|(_, labels, _)| labels.clone()).collect();
    folders.sort();
    (folders, ledger.gaps.clone())
}

#[tokio::test]
async fn names_of_all_kinds() {
    let names: [&[u8]; 9] = [
        b"INBOX",
        b"Kunden.Entw&APw-rfe &- mehr",
        b"br{ck}et \"q\" \\ b",
        b"line {3}",
        b"Gr\xc3\xb6\xc3\x9fen",
        b"latin \xfc",
        b"NIL",
        b"&AOk",
        b"(x) %* ]",
    ];
    let list: [&[u8]; 9] = [
        b"* LIST (\\HasNoChildren) NIL inbox",
        b"* LIST (\\HasNoChildren \\X-Odd) \".\" \"Kunden.Entw&APw-rfe &- mehr\"",
        b"* LIST () \"/\" {16}\r\nbr{ck}et \"q\" \\ b",
        b"* LIST () \"/\" {8}\r\nline {3}",
        // UTF-8 as servers send it that know no modified UTF-7, and bytes that are no text at all.
        b"* LIST () \"/\" \"Gr\xc3\xb6\xc3\x9fen\"",
        b"* LIST () \"/\" \"latin \xfc\"",
        b"* list () nil NIL",
        b"* LIST () \"\\\\\" &AOk",
        b"* LIST () \"/\" \"(x) %* ]\"",
    ];
    let manner = Manner::default().can(&["LITERAL+"]);
    let (folders, gaps) = read(&names, &list, manner).await;
    let expected = ["&AOk", "(x) %* ]", "Größen", "INBOX", "Kunden.Entwürfe & mehr", "NIL", "br{ck}et \"q\" \\ b", "line {3}"];
    let known: Vec<&String> = folders.iter().filter(|f| !f.starts_with("latin")).collect();
    assert_eq!(known, expected);
    // What cannot be said back as it was heard may not be readable; it is told then.
    assert!(folders.len() == 9 || gaps.iter().any(|g| g.contains("latin")), "{folders:?} {gaps:?}");
}

#[tokio::test]
async fn what_is_no_folder_is_none() {
    let (folders, gaps) = read(
        &[b"INBOX"],
        &[
            b"* LIST (\\Noselect) \"/\" \"INBOX\"",
            b"* LIST (\\NonExistent) \"/\" \"Work\"",
            b"* LIST () \"/\" INBOX",
            b"* LIST () \"/\" Inbox",
            b"* LIST () \"/\" \"\"",
            b"* LIST () \"/\" \"bell\x07\"",
            b"* LIST () \"/\" \"gone\"",
            b"* LIST () \"/\"",
            b"* LIST broken",
        ],
        Manner::default(),
    )
    .await;
    assert_eq!(folders, ["INBOX"]);
    assert_eq!(gaps, ["folder gone: the server does not let it be read"]);
}

#[tokio::test]
async fn an_empty_list_is_no_reason_to_forget() {
    let server = Double::start(account(&[b"INBOX", b"Work"]), Manner::default());
    let mut bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
    bench.ok(Mode::Default).await;
    assert_eq!(bench.live(), ["l0@x.example", "l1@x.example"]);
    for list in [&b"* LSUB () \"/\" x"[..], b"* OK nothing", b"* LIST (\\Noselect) \"/\" INBOX"] {
        server.behave(|m| m.list = vec![list.to_vec()]);
        _ = bench.sync(Mode::Default).await;
        server.behave(|m| m.list = vec![b"* LIST () \"/\" INBOX".to_vec(), b"* LIST () \"/\" Work".to_vec()]);
        bench.ok(Mode::Default).await;
        assert_eq!((bench.live().len(), bench.bodies()), (2, 2), "{}", String::from_utf8_lossy(list));
    }
    // One that cannot be asked for at the moment is not gone either; one that is not listed any more is.
    server.behave(|m| m.faults = vec![Fault { verb: "STATUS", nth: 0, what: What::Answer("NO [INUSE] locked") }]);
    bench.ok(Mode::Default).await;
    assert_eq!(bench.live(), ["l0@x.example", "l1@x.example"]);
    server.behave(|m| {
        m.faults.clear();
        m.list = vec![b"* LIST () \"/\" INBOX".to_vec()];
    });
    bench.ok(Mode::Default).await;
    assert_eq!(bench.live(), ["l0@x.example"]);
}
