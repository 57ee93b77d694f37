//! Servers that can more or less: with each, the ledger in the end says what the server holds.

use sales_connectors::Mode;
use sales_testkit::imap::{Account, Double, Mailbox, Manner, Stored};

use super::{
    bench::Bench,
    mails::{RECEIVED, many},
};

/// A small generator of its own: the same story for each server.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

fn servers() -> Vec<(&'static str, Manner)> {
    let plain = Manner::default;
    let counting = || plain().can(&["CONDSTORE", "ENABLE"]);
    let quick = || counting().can(&["QRESYNC", "ESEARCH", "LITERAL+", "UIDPLUS", "UNSELECT"]);
    vec![
        ("nothing but IMAP4rev1", plain()),
        ("without UIDNEXT", Manner { no_next: true, ..plain() }),
        ("ESEARCH", plain().can(&["ESEARCH"])),
        ("CONDSTORE", counting()),
        ("CONDSTORE, but no counters", Manner { uncounted: true, ..counting() }),
        ("QRESYNC", quick()),
        ("QRESYNC, but it forgets", Manner { forgetful: true, ..quick() }),
        ("QRESYNC, but no counters", Manner { uncounted: true, ..quick() }),
        ("IMAP4rev2", plain().can(&["IMAP4rev2", "CONDSTORE", "ESEARCH", "ENABLE", "SPECIAL-USE", "LIST-EXTENDED", "ID"])),
        ("one that talks", Manner { noisy: true, ..plain() }),
        ("QRESYNC, and it talks", Manner { noisy: true, ..quick() }),
    ]
}

/// Something happens to a mail, or comes.
fn happens(account: &mut Account, dice: &mut Dice, n: &mut usize, renewals: &mut u32) {
    let folder = ["INBOX", "Work"][dice.roll(2)];
    let there: Vec<u32> = account.at(folder).mails.iter().map(|m| m.uid).collect();
    let some = (!there.is_empty()).then(|| there[dice.roll(there.len())]);
    match (dice.roll(20), some) {
        (0..6, _) => {
            account.at(folder).put(&many(*n), RECEIVED as i64);
            *n += 1;
        }
        (6..11, Some(uid)) => account.at(folder).change(uid, |m| {
            let flag = ["\\Seen", "\\Flagged", "urgent", "\\Answered"][m.raw.len() % 4].to_owned();
            if !m.flags.remove(&flag) {
                m.flags.insert(flag);
            }
        }),
        (11..14, Some(uid)) => _ = account.at(folder).expunge(uid),
        (14..17, Some(uid)) => {
            let mail = account.at(folder).expunge(uid);
            account.at(if folder == "INBOX" { "Work" } else { "INBOX" }).put_as(mail);
        }
        (17..19, Some(uid)) => {
            let mail = account.at(folder).mails.iter().find(|m| m.uid == uid).unwrap().clone();
            account.at(if folder == "INBOX" { "Work" } else { "INBOX" }).put_as(mail);
        }
        (19, _) => {
            *renewals += 1;
            account.at(folder).renew(100 + *renewals);
        }
        _ => {}
    }
}

/// What the ledger should hold: of each copy, its record and labels.
fn expected(account: &Account) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for m in &account.mailboxes {
        let name = String::from_utf8(m.name.clone()).unwrap();
        let concerns = |mail: &&Stored| String::from_utf8_lossy(&mail.raw).contains("jo@acme.example");
        for mail in m.mails.iter().filter(concerns) {
            let text = String::from_utf8_lossy(&mail.raw);
            let id = text.split("Message-ID: <").nth(1).unwrap().split('>').next().unwrap().to_owned();
            let mut labels = vec![name.clone()];
            for (flag, label) in [("\\Flagged", "STARRED"), ("urgent", "urgent"), ("\\Answered", "ANSWERED")] {
                if mail.flags.contains(flag) {
                    labels.push(label.into());
                }
            }
            labels.sort();
            out.push((format!("{}/{name} {}", m.validity, mail.uid), id, labels.join(" ")));
        }
    }
    out.sort();
    out
}

#[tokio::test]
async fn the_same_story_with_each() {
    for (case, manner) in servers() {
        let mut account = Account::of([Mailbox::new("INBOX", 1), Mailbox::new("Work", 2)]);
        let (mut dice, mut n, mut renewals) = (Dice(0x1ab_5eed), 0, 0);
        for _ in 0..60 {
            happens(&mut account, &mut dice, &mut n, &mut renewals);
        }
        let server = Double::start(account, manner);
        let mut bench = Bench::new(&server.url(), &[("IMAP_PASSWORD", "secret")]);
        for round in 0..25 {
            bench.ok(Mode::Default).await;
            let found: Vec<(String, String, String)> = {
                let ledger = bench.ledger.lock().unwrap();
                let mut all: Vec<_> = ledger.held.iter().map(|((p, i), (n, l, _))| (format!("{p} {i}"), n.clone(), l.join(" "))).collect();
                all.sort();
                all
            };
            // Mail with nobody of Acme's is held where it came after the first look, whoever it is from; the ledger may leave it out.
            let named = |(_, id, _): &&(String, String, String)| {
                id.trim_start_matches('m').split('@').next().unwrap().parse::<usize>().unwrap().is_multiple_of(2)
            };
            let found: Vec<_> = found.iter().filter(named).cloned().collect();
            assert_eq!(found, expected(&server.account()), "{case}, round {round}");
            for _ in 0..dice.roll(12) {
                happens(&mut server.account(), &mut dice, &mut n, &mut renewals);
            }
            if dice.roll(4) == 0 {
                server.hang_up();
            }
        }
        assert_eq!(server.violations(), Vec::<String>::new(), "{case}");
        // What a server wants people to read is told, once for each connection.
        let told = bench.notices.lock().unwrap().first().cloned();
        assert_eq!(told.as_deref(), case.contains("talks").then_some("127.0.0.1 says: Disk is nearly full"), "{case}");
        assert!(renewals > 3, "the story has all that it needs");
        assert_eq!(bench.ledger.lock().unwrap().failures, Vec::<String>::new(), "{case}");
    }
}
