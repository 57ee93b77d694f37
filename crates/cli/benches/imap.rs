//! How fast mail comes in over IMAP: 20,000 mails of some kilobytes from a real Dovecot into an empty workspace, everything durable: parsed,
//! indexed, attributed, read for insight and written as files; then a sync with nothing new. Beside it `mbsync` (isync), which copies the same
//! mailbox into a maildir, and copies what is new again.
//!
//! `cargo bench -p sales-workspace --bench imap` on Linux, with `apt-get install dovecot-imapd isync`. Gates: slower than mbsync in a quiet
//! machine's figures is for the reader to judge; above 200 MB fails the bench. `cargo bench ... -- 100000` takes another number of mails.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::zombie_processes,
    reason = "a bench is a program for developers: it stops where something is wrong and prints"
)]

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Command, process::Stdio};

use sales_testkit::imap::{Dovecot, Letter, folder};

#[path = "process.rs"]
#[expect(dead_code, reason = "the benches of sources with a double use the rest")]
mod process;

use process::{SALES, count, measured, row, run, tree};

const CUSTOMERS: usize = 20;
/// 2026-01-01T00:00:00Z.
const BEGIN: u64 = 1_767_225_600;
/// Words that say nothing of a sale: what concerns one stands in a sentence of its own, in each tenth mail.
const WORDS: [&str; 32] = [
    "the", "of", "and", "to", "in", "garden", "that", "it", "was", "for", "on", "are", "as", "with", "they", "at", "river", "this", "from",
    "had", "by", "stone", "but", "some", "what", "there", "out", "other", "were", "all", "window", "your",
];

/// Threads of five, each with another customer; answers quote what they answer.
fn letter(n: usize) -> Letter {
    let (first, customer) = (n / 5 * 5, n / 5 % CUSTOMERS);
    let (us, them) = ("Dana Field <dana@yourcompany.example>", format!("Jo Doe <jo@customer-{customer:02}.example>"));
    let (from, to) = if n.is_multiple_of(2) { (them.as_str(), us) } else { (us, them.as_str()) };
    let mut seed = n as u64 + 1;
    let mut words = |count: usize, quote: &str| {
        let mut text = String::new();
        for w in 0..count {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let end = if w % 12 == 11 { "\r\n" } else { " " };
            let begin = if w % 12 == 0 { quote } else { "" };
            _ = write!(text, "{begin}{}{end}", WORDS[(seed >> 33) as usize % WORDS.len()]);
        }
        text + "\r\n"
    };
    let sale = if n.is_multiple_of(10) { "Can you send us the pricing proposal by Friday?\r\n" } else { "" };
    let body = format!("Hello,\r\n\r\n{sale}{}\r\nBest regards\r\nJo\r\n", words(120 + n % 400, ""));
    let quoted = if n == first { String::new() } else { format!("On Thu, Jan 1, 2026, Jo Doe wrote:\r\n{}", words(150, "> ")) };
    let html = format!("<html><body><p>{}</p><div class=\"gmail_quote\">{}</div></body></html>", body.replace("\r\n", "<br>\r\n"), quoted);
    let at = BEGIN + n as u64 * 600;
    let date = jiff::Timestamp::from_second(at as i64).unwrap().strftime("%a, %d %b %Y %H:%M:%S +0000");
    let references = if n == first { String::new() } else { format!("References: <b{first}@customer.example>\r\n") };
    let raw = format!(
        "Received: from mx.customer.example (mx.customer.example [192.0.2.7]) by mx.yourcompany.example; {date}\r\nFrom: {from}\r\nTo: {to}\r\n\
         Message-ID: <b{n}@customer.example>\r\n{references}Date: {date}\r\nSubject: Offer {first}\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative; boundary=\"b{n}\"\r\n\r\n--b{n}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}{quoted}\r\n\
         --b{n}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b{n}--\r\n"
    );
    Letter { name: format!("{at}.M{n}P1.host"), flags: "S".into(), received: at, raw: raw.into_bytes() }
}

fn main() {
    let mails: usize = std::env::args().filter_map(|a| a.parse().ok()).next_back().unwrap_or(20_000);
    let mut bytes = 0;
    let seed = |maildir: &Path| {
        folder(maildir, "INBOX", &[]);
        for n in 0..mails {
            let letter = letter(n);
            bytes += letter.raw.len();
            letter.put(maildir);
        }
    };
    let Some(server) = Dovecot::start(seed) else { return };
    println!("{mails} mails, {} MB", bytes >> 20);
    let dir = tempfile::tempdir().unwrap();
    let workspace = dir.path().join("workspace");
    make_workspace(&workspace);
    let env = BTreeMap::from([("IMAP_URL".to_owned(), server.url()), ("IMAP_PASSWORD".to_owned(), "secret".to_owned())]);
    // The server reads its index and the system its files once before anybody is measured.
    server.does(&["EXAMINE INBOX", "FETCH 1:* (UID FLAGS RFC822.SIZE)"]);
    let copies = mbsync(dir.path(), server.port(), mails as f64);

    let pull = run(&workspace, &env, &["sync", "--quiet"]);
    row("sales: first sync, everything", mails as f64, &pull);
    let (files, written) = count(&workspace.join("customers"));
    let ledger = fs::metadata(workspace.join(".sales/ledger.db")).map_or(0, |m| m.len());
    println!("    {files} files, {} MB; ledger {} MB", written >> 20, ledger >> 20);
    let before = tree(&workspace.join("customers"));
    row("sales: nothing new", mails as f64, &run(&workspace, &env, &["sync", "--quiet"]));
    assert_eq!(process::rewritten(&before, &tree(&workspace.join("customers"))), 0);
    assert!(files >= mails / 5, "a file for each thread");
    assert!(pull.peak_mb <= 200, "above 200 MB");
    if let Some(other) = copies {
        println!("    {:.2} times the time of mbsync", pull.wall.as_secs_f64() / other.wall.as_secs_f64());
    }
}

/// The same mailbox by mbsync, where it is installed.
fn mbsync(dir: &Path, port: u16, mails: f64) -> Option<process::Usage> {
    if !Command::new("mbsync").arg("--version").output().is_ok_and(|o| o.status.success()) {
        println!("mbsync is not installed (apt-get install isync)");
        return None;
    }
    let target = dir.join("copy");
    fs::create_dir_all(&target).unwrap();
    let rc = dir.join("mbsyncrc");
    let text = format!(
        "IMAPAccount a\nHost 127.0.0.1\nPort {port}\nUser alice\nPass secret\nSSLType None\nAuthMechs LOGIN\n\nIMAPStore far\nAccount a\n\n\
         MaildirStore near\nPath {0}/\nInbox {0}/INBOX\n\nChannel c\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\n\
         SyncState *\n",
        target.display()
    );
    fs::write(&rc, text).unwrap();
    let run = || measured(Command::new("mbsync").arg("-q").arg("-c").arg(&rc).arg("-a").env("HOME", dir));
    let first = run();
    row("mbsync: first copy", mails, &first);
    row("mbsync: nothing new", mails, &run());
    assert!(count(&target).0 >= mails as usize, "mbsync copied everything");
    Some(first)
}

/// A workspace with a customer for each of the generated domains.
fn make_workspace(dir: &Path) {
    assert!(Command::new(SALES).arg("init").arg(dir).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
    let settings = dir.join("workspace.toml");
    let text = fs::read_to_string(&settings).unwrap().replace("history = \"2y\"", "history = \"4y\"");
    fs::write(&settings, text).unwrap();
    for n in 0..CUSTOMERS {
        let folder = dir.join(format!("customers/profiles/customer_{n:02}"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("profile.toml"), format!("name = \"Customer {n:02}\"\ndomains = [\"customer-{n:02}.example\"]\n")).unwrap();
    }
}
