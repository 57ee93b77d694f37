//! The same for a mailbox at a real IMAP server, while it is read the first time.

use sales_engine::FAILPOINTS;
use sales_testkit::imap::{Dovecot, Letter, folder};
use tempfile::TempDir;

use super::{Desk, Dice, same, write};

const MAILS: usize = 600;
/// Kills in all of the random ones.
const KILLS: u64 = 60;
/// 2026-11-01T08:00:00Z.
const BEGIN: u64 = 1_793_520_000;

/// Threads of three with a customer each; every fourth mail is with nobody.
fn letter(n: usize) -> Letter {
    let (first, at) = (n / 3 * 3, BEGIN + n as u64 * 60);
    let other = if n % 4 == 3 { "news@other.example".to_owned() } else { format!("jo@customer-{:02}.example", first % 2) };
    let date = jiff::Timestamp::from_second(i64::try_from(at).unwrap()).unwrap().strftime("%a, %d %b %Y %H:%M:%S +0000");
    let re = if n == first { "" } else { "Re: " };
    let references = if n == first { String::new() } else { format!("References: <c{first}@x.example>\r\n") };
    let raw = format!(
        "From: {other}\r\nTo: deals@yourcompany.example\r\nMessage-ID: <c{n}@x.example>\r\n{references}Date: {date}\r\nSubject: {re}Topic {first}\r\n\r\n\
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

/// A sync so many seconds after noon, with a failpoint; whether it came to its end.
fn sync(desk: &Desk, second: u64, failpoint: Option<&str>) -> bool {
    let now = format!("2026-11-20T12:{:02}:{:02}Z", second / 60, second % 60);
    let done = desk.command(&["sync", "--quiet"], failpoint).env("SALES_TEST_NOW", now).output().unwrap();
    match done.status.code() {
        Some(0) => true,
        None if failpoint.is_some() => false,
        other => panic!("a sync with failpoint {failpoint:?} ended with {other:?}: {}", String::from_utf8_lossy(&done.stderr)),
    }
}

/// Kills at every failpoint, early and later on, and each time goes on a second later; in the end everything is as without.
fn everywhere(begin: &dyn Fn() -> Desk) {
    let undisturbed = begin();
    assert!(sync(&undisturbed, 60, None));
    let expected = undisturbed.state();
    for point in FAILPOINTS {
        let desk = begin();
        assert!(!sync(&desk, 60, Some(point)), "the failpoint {point} is never reached");
        sync(&desk, 61, Some(&format!("{point}:3")));
        assert!(sync(&desk, 62, None));
        same(&expected, &desk.state(), point);
    }
    let mut dice = Dice(0x00da_7e5e);
    let mut kills = 0;
    while kills < KILLS {
        let desk = begin();
        while kills < KILLS && !sync(&desk, 60 + kills, Some(&format!("any:{}", 1 + dice.roll(60)))) {
            kills += 1;
        }
        assert!(sync(&desk, 60 + kills + 1, None));
        same(&expected, &desk.state(), &format!("{kills} kills"));
    }
}

#[test]
fn mailbox_read_the_first_time() {
    let Some(server) = server() else { return };
    everywhere(&|| desk(&server));
}
