//! The whole pipeline on a mailbox at a real server: which files there are, after whatever happens there.

use std::path::Path;

use sales_connectors::Mode;
use sales_engine::SyncReport;
use sales_testkit::{
    Options, Sandbox, Tree, differences,
    imap::{Dovecot, Letter, folder},
};

use super::mails::RECEIVED;

const ALL: usize = 5_000;
/// Mails of a thread with Acme; between them stands one with nobody each.
const EACH: usize = 5;

/// The n-th mail: every second is with Acme, ten neighbours' are one thread.
fn letter(n: usize) -> Letter {
    let (thread, first) = (n / 10, n / 10 * 10);
    let (from, to) = match (n.is_multiple_of(2), n.is_multiple_of(4)) {
        (true, true) => ("Jo Doe <jo@acme.example>", "deals@yourcompany.example"),
        (true, false) => ("deals@yourcompany.example", "Jo Doe <jo@acme.example>"),
        _ => ("news@other.example", "deals@yourcompany.example"),
    };
    let (re, references) =
        if n == first || n % 2 == 1 { ("", String::new()) } else { ("Re: ", format!("References: <m{first}@x.example>\r\n")) };
    let subject = if n % 2 == 1 { format!("News number {n}") } else { format!("{re}Offer number {thread}") };
    let at = jiff::Timestamp::from_second(RECEIVED as i64 + n as i64).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
    let raw = format!(
        "From: {from}\r\nTo: {to}\r\nMessage-ID: <m{n}@x.example>\r\n{references}Date: {}\r\nSubject: {subject}\r\n\r\n\
         This is mail {n}; we can start in week {}.\r\n",
        at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        n % 50
    );
    Letter { name: format!("{}.M{n}P1.host", RECEIVED + n as u64), flags: "S".into(), received: RECEIVED + n as u64, raw: raw.into_bytes() }
}

fn options(server: &Dovecot) -> Options {
    let own = |s: &mut sales_model::Settings| s.own_domains = vec!["yourcompany.example".into()];
    Options::imap(&server.url()).customer("acme_inc", "name = \"ACME Inc\"\ndomains = [\"acme.example\"]\n").settings(own)
}

/// What a sync brought, an hour later than the last one, so over connections of its own.
async fn sync(sandbox: &mut Sandbox) -> SyncReport {
    sandbox.timer.set(sandbox.now() + jiff::SignedDuration::from_hours(1));
    let report = sandbox.sync_all(Mode::Default).await;
    assert!(sandbox.streamed.connections > 0);
    report
}

/// The customer's mail files.
fn mails(sandbox: &Sandbox) -> Tree {
    sandbox.tree().into_iter().filter(|(path, _)| path.contains("/email/")).collect()
}

/// The names of files that differ.
fn changed(before: &Tree, after: &Tree) -> Vec<String> {
    before
        .keys()
        .chain(after.keys())
        .filter(|p| before.get(*p) != after.get(*p))
        .cloned()
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// The only file that changed, as it is now.
#[track_caller]
fn only(before: &Tree, after: &Tree) -> String {
    let names = changed(before, after);
    let [name] = names.as_slice() else { panic!("{names:#?}") };
    String::from_utf8(after[name].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_mails_and_what_happens_to_them() {
    let seed = |maildir: &Path| {
        let letters: Vec<Letter> = (0..ALL).map(letter).collect();
        folder(maildir, "INBOX", &letters);
        folder(maildir, "Archive", &[]);
    };
    let Some(mut server) = Dovecot::start(seed) else { return };
    let mut sandbox = Sandbox::start(options(&server)).await;
    let report = sync(&mut sandbox).await;
    let brought = report.accounts[0].records;
    assert_eq!((brought.new, brought.changed, brought.unchanged), (ALL as u64 / 2, 0, 0));
    let first = mails(&sandbox);
    assert_eq!(first.len(), ALL / 10, "one file for each thread");
    let text = String::from_utf8_lossy(first.values().next().unwrap());
    assert!(text.matches("This is mail ").count() >= EACH, "{text}");

    // Nothing new: no mail is looked at, and no file changes.
    let report = sync(&mut sandbox).await;
    let brought = report.accounts[0].records;
    assert_eq!((brought.new, brought.changed, brought.unchanged, brought.gone), (0, 0, 0, 0));
    assert!(sandbox.streamed.read < 4_000, "{:?}", sandbox.streamed);
    assert_eq!(changed(&first, &mails(&sandbox)), Vec::<String>::new());

    // A flag.
    server.does(&["SELECT INBOX", "UID STORE 11 +FLAGS (\\Flagged)", "UID STORE 13 -FLAGS (\\Seen)"]);
    let report = sync(&mut sandbox).await;
    let flagged = mails(&sandbox);
    assert!(only(&first, &flagged).contains("STARRED"), "{}", only(&first, &flagged));
    assert_eq!((report.accounts[0].records.new, report.accounts[0].records.unchanged), (0, 0));
    assert!(sandbox.streamed.read < 6_000, "{:?}", sandbox.streamed);

    // A new mail in that thread.
    let late = "From: Jo Doe <jo@acme.example>\r\nTo: deals@yourcompany.example\r\nMessage-ID: <late@x.example>\r\n\
                In-Reply-To: <m10@x.example>\r\nDate: Mon, 08 Apr 2024 08:00:00 +0000\r\nSubject: Re: Offer number 1\r\n\r\nA late word.\r\n";
    Letter { raw: late.into(), ..letter(ALL + 1) }.put(&server.maildir());
    let report = sync(&mut sandbox).await;
    let more = mails(&sandbox);
    assert!(only(&flagged, &more).contains("A late word."));
    assert_eq!((report.accounts[0].records.new, report.accounts[0].records.unchanged), (1, 0));

    // A mail is deleted.
    server.does(&["SELECT INBOX", "UID STORE 15 +FLAGS (\\Deleted)", "UID EXPUNGE 15"]);
    let report = sync(&mut sandbox).await;
    let fewer = mails(&sandbox);
    assert!(!only(&more, &fewer).contains("This is mail 14;"));
    assert_eq!((report.accounts[0].records.new, report.accounts[0].records.gone), (0, 1));

    // A mail is moved, another one copied: one record each, and its thread's other mails stand where they stood.
    server.does(&["SELECT INBOX", "UID MOVE 21 Archive", "UID COPY 31 Archive"]);
    let report = sync(&mut sandbox).await;
    let moved = mails(&sandbox);
    let names = changed(&fewer, &moved);
    assert_eq!(names.len(), 2, "{names:?}");
    for name in &names {
        let text = String::from_utf8_lossy(&moved[name]).into_owned();
        assert!(text.contains("Archive") && text.matches("This is mail ").count() == EACH, "{text}");
    }
    assert_eq!(report.accounts[0].records.new, 0);

    // All UIDs are others: not one file changes, and hardly a body comes again.
    server.forget();
    let report = sync(&mut sandbox).await;
    assert_eq!(changed(&moved, &mails(&sandbox)), Vec::<String>::new());
    let brought = report.accounts[0].records;
    assert_eq!((brought.new, brought.changed, brought.unchanged, brought.gone), (0, 0, 0, 0));
    let report = sync(&mut sandbox).await;
    assert_eq!(report.accounts[0].records, Default::default());
    assert!(sandbox.streamed.read < 4_000, "{:?}", sandbox.streamed);
    sandbox.verified().await;

    // A workspace that begins now has the same files.
    let mut other = Sandbox::start(options(&server)).await;
    other.timer.set(sandbox.now());
    sync(&mut other).await;
    assert_eq!(differences(&mails(&other), &mails(&sandbox)), Vec::<String>::new());
}
