//! Against a real server.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use sales_connectors::Mode;
use sales_testkit::imap::{Dovecot, Letter, folder};

use super::{
    bench::Bench,
    mails::{RECEIVED, mail, many},
};

const ALL: usize = 5_000;

fn letter(n: usize, raw: Vec<u8>) -> Letter {
    Letter { name: format!("{}.M{n}P1.host", RECEIVED + n as u64), flags: "S".into(), received: RECEIVED + n as u64, raw }
}

fn start(fill: impl FnOnce(&Path)) -> Option<(Dovecot, Bench)> {
    let server = Dovecot::start(fill)?;
    let bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
    Some((server, bench))
}

/// The file of a mail, by its name without flags.
fn file(server: &Dovecot, n: usize) -> std::path::PathBuf {
    let wanted = format!(".M{n}P1.");
    let all = fs::read_dir(server.maildir().join("cur")).unwrap().flatten();
    all.map(|e| e.path()).find(|p| p.to_string_lossy().contains(&wanted)).unwrap()
}

#[tokio::test]
async fn five_thousand_mails_are_fetched_once() {
    let seed = |maildir: &Path| {
        let letters: Vec<Letter> = (0..ALL).map(|n| letter(n, many(n))).collect();
        folder(maildir, "INBOX", &letters);
        // Not read: nothing in it was said with anybody.
        folder(maildir, "Trash", &letters[..10]);
    };
    let Some((mut server, mut bench)) = start(seed) else { return };
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live().len()), (ALL / 2, ALL / 2));
    {
        let first = bench.ledger.lock().unwrap();
        assert_eq!(first.whole["m4998@x.example"], many(4998));
        assert_eq!(first.received["m4998@x.example"].unwrap().as_second(), RECEIVED as i64 + 4998);
        assert!(first.held.values().all(|(_, labels, thread)| labels == &["INBOX"] && thread.is_empty()));
    }

    // Nothing new: no body, and next to nothing else.
    let before = bench.traffic();
    bench.ok(Mode::Default).await;
    let after = bench.traffic();
    assert_eq!((bench.bodies(), after.connections), (ALL / 2, before.connections));
    assert!(after.read - before.read < 1_500, "{} bytes", after.read - before.read);

    // A mail is read and flagged, one is deleted, two come: one with nobody of a customer's, for new mail is fetched whoever it is from.
    let path = file(&server, 10);
    fs::rename(&path, path.to_string_lossy().replace(":2,S", ":2,FRS")).unwrap();
    let path = file(&server, 12);
    fs::rename(&path, path.to_string_lossy().replace(":2,S", ":2,")).unwrap();
    fs::remove_file(file(&server, 20)).unwrap();
    fs::remove_file(file(&server, 21)).unwrap();
    for n in [ALL, ALL + 1] {
        letter(n, many(n)).put(&server.maildir());
    }
    let before = bench.traffic();
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live().len()), (ALL / 2 + 2, ALL / 2 + 1));
    assert_eq!(bench.labels("m10@x.example"), [["ANSWERED", "INBOX", "STARRED"]]);
    assert_eq!(bench.labels("m12@x.example"), [["INBOX"]]);
    assert_eq!(bench.labels("m20@x.example"), Vec::<Vec<String>>::new());
    assert_eq!(bench.labels("m5001@x.example"), [["INBOX"]]);
    let read = bench.traffic().read - before.read;
    assert!(read < 20_000, "{read} bytes");

    // A new UIDVALIDITY: all mails have other UIDs, none is fetched again, and the old copies go.
    server.forget();
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live().len()), (ALL / 2 + 2, ALL / 2 + 1));
    {
        let ledger = bench.ledger.lock().unwrap();
        assert_eq!(ledger.retired.len(), 1);
        assert!(ledger.held.keys().all(|(partition, _)| partition.ends_with("/INBOX") && *partition != ledger.retired[0]));
        assert_eq!(ledger.held.len(), ALL / 2 + 1);
        assert_eq!(ledger.failures, Vec::<String>::new());
    }
    let before = bench.traffic();
    bench.ok(Mode::Default).await;
    assert!(bench.traffic().read - before.read < 1_500);
}

#[tokio::test]
async fn folders_copies_moves_and_threads() {
    let thread = |n: usize, from: &str, to: &str, refs: &str| {
        let more = if refs.is_empty() { String::new() } else { format!("References: <{refs}>\r\nIn-Reply-To: <{refs}>\r\n") };
        letter(n, mail(from, to, &format!("t{n}@x.example"), &more))
    };
    let seed = |maildir: &Path| {
        let inbox = [
            thread(1, "jo@eu.acme.example", "deals@yourcompany.example", ""),
            // Among ourselves, but of that thread.
            thread(2, "ann@yourcompany.example", "deals@yourcompany.example", "t1@x.example"),
            thread(3, "ann@yourcompany.example", "deals@yourcompany.example", "t2@x.example"),
            // A search for the domain finds these too.
            thread(4, "jo@notacme.example", "deals@yourcompany.example", ""),
            thread(5, "acme.example@other.example", "deals@yourcompany.example", ""),
            Letter { flags: "DS".into(), ..thread(6, "deals@yourcompany.example", "jo@acme.example", "") },
        ];
        folder(maildir, "INBOX", &inbox);
        folder(maildir, "Kunden.Entw&APw-rfe f&APw-r Acme", &[inbox[0].clone(), thread(7, "bo@acme.example", "x@y.example", "")]);
        folder(maildir, "Junk", &[thread(8, "jo@acme.example", "x@y.example", "")]);
    };
    let Some((server, mut bench)) = start(seed) else { return };
    bench.ok(Mode::Default).await;
    let ids = |n: &[usize]| n.iter().map(|n| format!("t{n}@x.example")).collect::<Vec<_>>();
    assert_eq!(bench.live(), ids(&[1, 2, 3, 7]));
    assert_eq!(bench.bodies(), 4, "a mail in two folders is fetched once");
    let mut labels = bench.labels("t1@x.example");
    labels.sort();
    assert_eq!(labels, [["INBOX"], ["Kunden/Entwürfe für Acme"]]);

    // One copy goes, the mail stays. One is moved: it stays too, and is not fetched again.
    let old = fs::read_dir(server.maildir().join("cur")).unwrap().flatten().map(|e| e.path());
    let (first, second): (Vec<_>, Vec<_>) =
        old.filter(|p| ["M1P", "M2P"].iter().any(|m| p.to_string_lossy().contains(m))).partition(|p| p.to_string_lossy().contains("M1P"));
    fs::remove_file(&first[0]).unwrap();
    let target = server.maildir().join(".Kunden.Entw&APw-rfe f&APw-r Acme/cur").join(second[0].file_name().unwrap());
    fs::rename(&second[0], target).unwrap();
    bench.ok(Mode::Default).await;
    assert_eq!(bench.live(), ids(&[1, 2, 3, 7]));
    assert_eq!(bench.labels("t1@x.example"), [["Kunden/Entwürfe für Acme"]]);
    assert_eq!(bench.labels("t2@x.example"), [["Kunden/Entwürfe für Acme"]]);

    // A folder is gone, with what was only in it.
    server.does(&["DELETE \"Kunden/Entw&APw-rfe f&APw-r Acme\""]);
    bench.ok(Mode::Default).await;
    assert_eq!(bench.live(), ids(&[3]));
    // And stays gone.
    bench.ok(Mode::Default).await;
    assert_eq!((bench.live(), bench.ledger.lock().unwrap().retired.len()), (ids(&[3]), 1));
}

#[tokio::test]
async fn a_domain_that_is_added_is_searched_for_alone() {
    let seed = |maildir: &Path| {
        let letters: Vec<Letter> = (0..50).map(|n| letter(n, many(n))).collect();
        folder(maildir, "INBOX", &letters);
    };
    let Some((_server, mut bench)) = start(seed) else { return };
    bench.wanted.domains.clear();
    bench.ok(Mode::Default).await;
    assert_eq!(bench.bodies(), 0);
    bench.wanted.addresses.insert("news@other.example".into());
    bench.ok(Mode::Default).await;
    assert_eq!(bench.bodies(), 25);
    bench.wanted.domains.insert("acme.example".into());
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live().len()), (50, 50));
    // Everything again, on demand.
    bench.ok(Mode::Full).await;
    assert_eq!((bench.bodies(), bench.live().len()), (100, 50));
    bench.ok(Mode::Default).await;
    assert_eq!(bench.bodies(), 100);
}

#[tokio::test]
async fn a_run_that_is_cut_off_goes_on() {
    let seed = |maildir: &Path| {
        let letters: Vec<Letter> = (0..600).map(|n| letter(n, many(n))).collect();
        folder(maildir, "INBOX", &letters);
    };
    let Some((_server, mut bench)) = start(seed) else { return };
    for cut in 0..12 {
        bench.run(Mode::Default, cut % 5).await;
    }
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live().len()), (300, 300));
}

#[tokio::test]
async fn a_wrong_password_is_told_without_showing_it() {
    let Some((server, _)) = start(|_| ()) else { return };
    let mut bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "wrong-one")]);
    let run = bench.sync(Mode::Default).await;
    let e = &run.errors[0];
    assert!(e.auth && e.retry == sales_connectors::Retry::StopAccount, "{e:?}");
    assert_eq!(e.why, "the server does not accept the user and the credential [AUTHENTICATIONFAILED]: Authentication failed.");
    assert!(!format!("{e:?}").contains("wrong-one"));
}

#[tokio::test]
async fn without_a_usable_message_id() {
    let odd = |n: usize, id: &str| letter(n, mail("jo@acme.example", "x@y.example", id, &format!("X-N: {n}\r\n")));
    let seed = |maildir: &Path| folder(maildir, "INBOX", &[odd(1, ""), odd(2, "no-at-sign"), odd(3, "a@b@c"), odd(4, &"x".repeat(300))]);
    let Some((server, mut bench)) = start(seed) else { return };
    bench.ok(Mode::Default).await;
    assert_eq!(bench.bodies(), 4);
    assert!(bench.live().iter().all(|n| n.starts_with("sha256-") && n.len() == 39), "{:?}", bench.live());
    for n in [1, 3] {
        let path = file(&server, n);
        fs::rename(&path, path.to_string_lossy().replace(":2,S", ":2,FS")).unwrap();
    }
    bench.ok(Mode::Default).await;
    let ledger = bench.ledger.lock().unwrap();
    let starred = ledger.held.values().filter(|(_, labels, _)| labels == &["INBOX", "STARRED"]).count();
    assert_eq!((ledger.bodies, starred, ledger.held.len()), (4, 2, 4));
}

#[tokio::test]
async fn large_mails_come_as_their_header() {
    let big = |n: usize, bytes: usize| {
        let raw = [mail("jo@acme.example", "x@y.example", &format!("big{n}@x.example"), ""), b"x".repeat(bytes)].concat();
        letter(n, raw)
    };
    let seed = |maildir: &Path| folder(maildir, "INBOX", &[big(1, 10), big(2, 20_000), big(3, 9_000_000), big(4, 300)]);
    let Some((_server, mut bench)) = start(seed) else { return };
    bench.settings(|s| s.email.max_message_bytes = 10_000);
    bench.ok(Mode::Default).await;
    let ledger = bench.ledger.lock().unwrap();
    let names = |m: &std::collections::BTreeMap<String, bytes::Bytes>| m.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&ledger.whole), ["big1@x.example", "big4@x.example"]);
    assert_eq!(names(&ledger.headers), ["big2@x.example", "big3@x.example"]);
    assert_eq!(ledger.held.len(), 4);
    assert!(bench.traffic().read < 20_000, "{:?}", bench.traffic());
}

#[tokio::test]
async fn a_mail_whose_file_cannot_be_read() {
    let seed = |maildir: &Path| {
        let letters: Vec<Letter> = (0..40).map(|n| letter(n, many(n))).collect();
        folder(maildir, "INBOX", &letters);
    };
    let Some((server, mut bench)) = start(seed) else { return };
    let path = file(&server, 10);
    fs::set_permissions(&path, Permissions::from_mode(0o0)).unwrap();
    // The server hangs up at that one, each time; all others come.
    bench.ok(Mode::Default).await;
    let told = "mail 11 in INBOX: the server hangs up when it is asked for it; it is asked again in each sync".to_owned();
    assert_eq!((bench.bodies(), bench.ledger.lock().unwrap().failures.clone()), (19, vec![told]));
    bench.ok(Mode::Default).await;
    assert_eq!(bench.bodies(), 19);
    // Once it can be read, it comes.
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.live().len()), (20, 20));
    bench.ok(Mode::Default).await;
    assert_eq!((bench.bodies(), bench.ledger.lock().unwrap().failures.len()), (20, 2));
}
