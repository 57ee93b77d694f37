//! Connections that break, servers that are broken or hostile.

use sales_connectors::{Mode, Retry};
use sales_testkit::imap::{Account, Double, Mailbox, Manner, What};

use super::{
    bench::Bench,
    mails::{RECEIVED, many},
};

const ALL: usize = 250;

/// 250 mails, every second of them with Acme.
fn start(manner: Manner) -> (Double, Bench) {
    let mut inbox = Mailbox::new("INBOX", 3);
    for n in 0..ALL {
        inbox.put(&many(n), RECEIVED as i64 + n as i64);
    }
    let server = Double::start(Account::of([inbox]), manner);
    let bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
    (server, bench)
}

/// In the end everything is there, and came once.
fn whole(server: &Double, bench: &Bench, case: &str) {
    assert_eq!(bench.live().len(), ALL / 2, "{case}");
    let ledger = bench.ledger.lock().unwrap();
    for n in (0..ALL).step_by(2) {
        assert_eq!(ledger.whole[&format!("m{n}@x.example")], many(n), "{case}");
    }
    assert_eq!(ledger.failures, Vec::<String>::new(), "{case}");
    drop(ledger);
    assert_eq!(server.violations(), Vec::<String>::new(), "{case}");
}

#[tokio::test]
async fn a_connection_that_breaks_once_is_made_anew() {
    for (verb, what) in [
        ("BODIES", What::ByeAfter(0, "shutting down")),
        ("BODIES", What::ByeAfter(40, "Connection is closed. 15")),
        ("BODIES", What::TornAfter(0)),
        ("BODIES", What::TornAfter(1_000)),
        // In the middle of a body, which is not taken.
        ("BODIES", What::TornAfter(30_000)),
        ("UID FETCH", What::TornAfter(500)),
        ("UID SEARCH", What::TornAfter(10)),
        ("UID SEARCH", What::ByeAfter(0, "internal error")),
        ("EXAMINE", What::ByeAfter(3, "")),
        ("LIST", What::TornAfter(20)),
        ("STATUS", What::TornAfter(9)),
        ("CAPABILITY", What::TornAfter(0)),
        ("EXAMINE", What::Answer("NO [SERVERBUG] Internal error occurred.")),
    ] {
        let case = format!("{verb} {what:?}");
        let (server, mut bench) = start(Manner::default().fails(verb, 1, what));
        bench.ok(Mode::Default).await;
        whole(&server, &bench, &case);
        assert_eq!(bench.bodies(), ALL / 2, "{case}");
        assert_eq!(server.said("AUTHENTICATE"), if verb == "CAPABILITY" { 1 } else { 2 }, "{case}");
    }
}

#[tokio::test]
async fn a_server_that_hangs_up_between_runs() {
    let (server, mut bench) = start(Manner::default());
    bench.ok(Mode::Default).await;
    server.hang_up();
    bench.ok(Mode::Default).await;
    whole(&server, &bench, "hung up");
    assert_eq!(bench.bodies(), ALL / 2);
}

#[tokio::test]
async fn what_breaks_each_time_is_told_and_goes_on_later() {
    for what in [What::TornAfter(10), What::ByeAfter(0, "no"), What::Only(b"* OK {5}\r\n".to_vec())] {
        let (server, mut bench) = start(Manner::default().fails("BODIES", 0, what));
        let run = bench.sync(Mode::Default).await;
        let [e] = run.errors.as_slice() else { panic!("{run:?}") };
        assert!(e.what == "folder INBOX" && !e.auth && e.retry == Retry::After(jiff::SignedDuration::from_mins(1)), "{e:?}");
        server.behave(|m| m.faults.clear());
        // A server that says goodbye by itself may mean the mails: of these some were told, no more than three.
        let told = std::mem::take(&mut bench.ledger.lock().unwrap().failures);
        assert!(told.len() <= 3, "{told:?}");
        bench.ok(Mode::Default).await;
        whole(&server, &bench, "later");
    }
    // A little each time: each run keeps what came.
    let (server, mut bench) = start(Manner::default().fails("BODIES", 0, What::ByeAfter(7, "enough")));
    for _ in 0..ALL {
        if bench.sync(Mode::Default).await.errors.is_empty() && bench.live().len() == ALL / 2 {
            break;
        }
    }
    whole(&server, &bench, "little by little");
    assert_eq!(bench.bodies(), ALL / 2);
}

#[tokio::test]
async fn announced_sizes_are_not_believed() {
    for said in [
        &b"* 1 FETCH (UID 1 BODY[] {9999999999999}\r\n"[..],
        b"* 1 FETCH (UID 1 BODY[] {18446744073709551615}\r\n",
        b"* 1 FETCH (UID 1 BODY[] {99999999999999999999999999}\r\n",
        b"* 1 FETCH (UID 1 BODY[] {200000000}\r\nx",
        b"* OK [ALERT] {1073741824}\r\n",
    ] {
        let (server, mut bench) = start(Manner::default().fails("BODIES", 1, What::Only(said.to_vec())));
        _ = bench.sync(Mode::Default).await;
        assert!(bench.traffic().read < 2_000_000, "{:?}", bench.traffic());
        server.behave(|m| m.faults.clear());
        bench.ok(Mode::Default).await;
        whole(&server, &bench, &String::from_utf8_lossy(said));
    }
}

#[tokio::test]
async fn floods_and_nonsense() {
    let (mut nested, mut long) = (b"* 1 FETCH ".to_vec(), b"* OK ".to_vec());
    nested.extend(b"(".repeat(100_000));
    nested.extend(b"\r\n");
    long.extend(b"x".repeat(9 << 20));
    long.extend(b"\r\n");
    for (case, said, recovers) in [
        ("deep", nested, true),
        ("a line of 9 MB", long, false),
        ("junk without end", b"what\r\n".repeat(10_000), false),
        ("some junk", b"what\r\n\r\n \r\n* \r\n* x\r\n*\r\n".to_vec(), true),
        (
            "vanished all",
            b"* VANISHED (EARLIER) 1:4294967295\r\n* VANISHED 5:1\r\n* VANISHED 0\r\n* 0 EXPUNGE\r\n* 7 EXPUNGE\r\n".to_vec(),
            true,
        ),
        ("a hundred thousand fetches", b"* 1 FETCH (UID 900000 FLAGS ())\r\n".repeat(100_000), false),
    ] {
        let (server, mut bench) = start(Manner::default().fails("BODIES", 1, What::Say(said)));
        let run = bench.sync(Mode::Default).await;
        assert!(!recovers || run.errors.is_empty(), "{case}: {run:?}");
        server.behave(|m| m.faults.clear());
        bench.ok(Mode::Default).await;
        whole(&server, &bench, case);
    }
}

#[tokio::test]
async fn a_mail_that_the_server_cannot_give() {
    // Together they are refused; one by one, all but one come. The second mail of Acme's is the one.
    let (server, mut bench) = start(Manner::default().fails("BODIES", 1, What::Answer("NO [SERVERBUG] Internal error")));
    bench.ok(Mode::Default).await;
    whole(&server, &bench, "an internal error once");
    let mut manner = Manner::default().fails("BODIES", 1, What::Answer("NO some messages could not be read"));
    manner = manner.fails("BODIES", 3, What::Answer("NO this one"));
    let (server, mut bench) = start(manner);
    bench.ok(Mode::Default).await;
    let ledger = bench.ledger.lock().unwrap();
    assert_eq!((ledger.whole.len() + ledger.failures.len(), ledger.failures.len()), (ALL / 2, 1), "{:?}", ledger.failures);
    assert!(ledger.failures[0].ends_with("in INBOX: the server refuses to give it"), "{:?}", ledger.failures);
    drop(ledger);
    assert_eq!(server.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn a_folder_that_is_made_anew_while_it_is_read() {
    let (server, mut bench) = start(Manner::default());
    // The list of folders says 3; when the folder is opened it is another.
    bench.run(Mode::Default, 1).await;
    server.account().at("INBOX").renew(4);
    bench.ok(Mode::Default).await;
    whole(&server, &bench, "renewed");
    server.hang_up();
    server.account().at("INBOX").renew(5);
    bench.ok(Mode::Default).await;
    whole(&server, &bench, "renewed again");
    assert_eq!(bench.bodies(), ALL / 2, "nothing is fetched again");
    assert_eq!(bench.ledger.lock().unwrap().retired, ["4/INBOX"]);
}

#[tokio::test]
async fn a_header_that_the_server_cannot_give() {
    // Whatever it is asked for with it, it refuses: the mail with UID 137.
    let manner = Manner { refuses: Some(137), ..Manner::default() };
    let (server, mut bench) = start(manner);
    bench.ok(Mode::Default).await;
    let ledger = bench.ledger.lock().unwrap();
    assert_eq!(
        (ledger.whole.len(), ledger.failures.as_slice()),
        (ALL / 2 - 1, &["mail 137 in INBOX: the server refuses to give its header".to_owned()][..])
    );
    drop(ledger);
    assert_eq!(server.violations(), Vec::<String>::new());
}
