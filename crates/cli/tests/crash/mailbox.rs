//! The same for a mailbox at a real IMAP server: while it is read the first time, and while it is read what happened there meanwhile.

use sales_engine::FAILPOINTS;
use sales_testkit::imap::{Dovecot, Letter, folder};
use tempfile::TempDir;

use super::{Desk, Dice, NOW, differences, same, tree, write};

const MAILS: usize = 600;
/// Kills in all of the random ones.
const KILLS: usize = 60;
const LATER: &str = "2026-11-20T13:00:00Z";
/// 2026-11-01T08:00:00Z.
const BEGIN: u64 = 1_793_520_000;

/// Threads of three with a customer each; every fourth mail is with nobody.
fn letter(n: usize) -> Letter {
    let (first, at) = (n / 3 * 3, BEGIN + n as u64 * 60);
    let other = if n % 4 == 3 { "news@other.example".to_owned() } else { format!("jo@customer-{:02}.example", first % 2) };
    let date = jiff::Timestamp::from_second(i64::try_from(at).unwrap()).unwrap().strftime("%a, %d %b %Y %H:%M:%S +0000");
    let references = if n == first { String::new() } else { format!("References: <c{first}@x.example>\r\n") };
    let raw = format!(
        "From: {other}\r\nTo: deals@yourcompany.example\r\nMessage-ID: <c{n}@x.example>\r\n{references}Date: {date}\r\nSubject: Topic {first}\r\n\r\n\
         Could you send the offer number {n} by Friday?\r\n"
    );
    Letter { name: format!("{at}.M{n}P1.host"), flags: "S".into(), received: at, raw: raw.into_bytes() }
}

fn server() -> Option<Dovecot> {
    Dovecot::start(|maildir| {
        let letters: Vec<Letter> = (0..MAILS).map(letter).collect();
        folder(maildir, "INBOX", &letters);
        folder(maildir, "Archive", &letters[..MAILS / 6]);
        folder(maildir, "Work", &letters[MAILS / 2..MAILS / 2 + 30]);
    })
}

/// A workspace with two customers, connected to that server.
fn desk(server: &Dovecot) -> Desk {
    let dir = TempDir::with_prefix("sales-crash-").unwrap();
    let env = vec![("IMAP_URL".to_owned(), server.url()), ("IMAP_PASSWORD".to_owned(), "secret".to_owned())];
    let desk = Desk { dir, env };
    assert!(desk.command(&["init"], None).status().unwrap().success());
    for n in 0..2 {
        let profile = format!("name = \"Customer {n}\"\ndomains = [\"customer-{n:02}.example\"]\n");
        write(&desk.dir.path().join(format!("customers/profiles/customer_{n}/profile.toml")), &profile);
    }
    desk
}

/// A copy of a workspace.
fn copy(of: &Desk) -> Desk {
    let dir = TempDir::with_prefix("sales-crash-").unwrap();
    let done = std::process::Command::new("cp").arg("-a").arg(of.dir.path().join(".")).arg(dir.path()).status().unwrap();
    assert!(done.success());
    Desk { dir, env: of.env.clone() }
}

/// A sync at that time, with a failpoint; whether it came to its end.
fn sync(desk: &Desk, now: &str, failpoint: Option<&str>) -> bool {
    let done = desk.command(&["sync", "--quiet"], failpoint).env("SALES_TEST_NOW", now).output().unwrap();
    match done.status.code() {
        Some(0) => true,
        None if failpoint.is_some() => false,
        other => panic!("a sync with failpoint {failpoint:?} ended with {other:?}: {}", String::from_utf8_lossy(&done.stderr)),
    }
}

/// Kills at every failpoint, early and later on; in the end everything is as without.
fn everywhere(begin: &dyn Fn() -> Desk, now: &str) {
    let undisturbed = begin();
    assert!(sync(&undisturbed, now, None));
    let expected = undisturbed.state();
    for point in FAILPOINTS {
        let desk = begin();
        assert!(!sync(&desk, now, Some(point)), "the failpoint {point} is never reached");
        sync(&desk, now, Some(&format!("{point}:3")));
        assert!(sync(&desk, now, None));
        same(&expected, &desk.state(), point);
    }
    let mut dice = Dice(0x00da_7e5e);
    let mut kills = 0;
    while kills < KILLS {
        let desk = begin();
        while kills < KILLS && !sync(&desk, now, Some(&format!("any:{}", 1 + dice.roll(60)))) {
            kills += 1;
        }
        assert!(sync(&desk, now, None));
        same(&expected, &desk.state(), &format!("{kills} kills"));
    }
}

#[test]
fn mailbox_read_the_first_time() {
    let Some(server) = server() else { return };
    everywhere(&|| desk(&server), NOW);
}

#[test]
fn mailbox_after_what_happened_there() {
    let Some(mut server) = server() else { return };
    let before = desk(&server);
    assert!(sync(&before, NOW, None));
    let first = tree(&before.dir.path().join("customers"));
    for n in 0..40 {
        letter(MAILS + n).put(&server.maildir());
    }
    server.does(&[
        "SELECT INBOX",
        "UID STORE 1:200 +FLAGS (\\Flagged)",
        "UID MOVE 210:240 Work",
        "UID COPY 250:260 Archive",
        "UID STORE 300:310 +FLAGS (\\Deleted)",
        "UID EXPUNGE 300:310",
        "CREATE New",
        "UID MOVE 320:330 New",
        "RENAME Archive Older",
    ]);
    everywhere(&|| copy(&before), LATER);
    // All UIDs are others, and mails came meanwhile.
    letter(MAILS + 50).put(&server.maildir());
    server.forget();
    everywhere(&|| copy(&before), LATER);
    // What was done to the mailbox shows, and a workspace that begins now has the same mail files.
    let after = copy(&before);
    assert!(sync(&after, LATER, None));
    let mails =
        |d: &Desk| tree(&d.dir.path().join("customers")).into_iter().filter(|(p, _)| p.contains("/email/")).collect::<super::Tree>();
    assert!(differences(&first, &mails(&after)).len() > 60);
    let fresh = desk(&server);
    assert!(sync(&fresh, LATER, None));
    assert_eq!(differences(&mails(&fresh), &mails(&after)), Vec::<String>::new());
}
