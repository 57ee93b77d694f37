//! No secret in any output, file or ledger: the whole flow with tokens that are looked for afterwards.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use rusqlite::{Connection, OpenFlags, types::ValueRef};
use sales_simulator::TokenKind;

use crate::support::{Desk, Done, Vendor};

const BOT: &str = "xoxb-canary-4711-bot-0123456789";
const USER: &str = "xoxp-canary-4711-user-0123456789";
const SECRET: &str = "canary-4711-client-secret";
/// What all of them hold.
const CANARY: &str = "canary-4711";

#[test]
fn tokens_show_nowhere() {
    let vendor = Vendor::with(Some("[[rule]]\nevery = 9\ndo = 'status'\nstatus = 500"), |world| {
        for (kind, text) in [(TokenKind::Bot, BOT), (TokenKind::User, USER)] {
            let mut token = world.token(kind).unwrap().clone();
            token.token = text.into();
            world.add_token(token);
        }
    });
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.set("SLACK_TOKEN", BOT).set("SLACK_CLIENT_SECRET", SECRET).set("SLACK_CLIENT_ID", "1.2");
    desk.write(".env", format!("SLACK_USER_TOKEN={USER}\n"));

    let flow: &[&[&str]] = &[
        &["sync", "-vv", "--debug"],
        &["run", "-i", "slack", "-c", "acme-corp", "--live", "-vv", "--debug"],
        &["sync", "--audit", "--json", "--debug"],
        &["context", "acme-corp", "-vv"],
        &["customer", "list", "-vv"],
        &["customer", "show", "acme-corp", "--json"],
        &["match", "list", "--json"],
        &["search", CANARY, "-vv", "--debug"],
        &["search", "canary"],
        &["files", "rebuild", "-vv"],
        &["verify", "--json", "-vv"],
        &["context", "nobody"],
        &["run", "-i", "slack", "-c", "acme-corp", "--test", "-vv", "--debug"],
    ];
    let mut requests = 0;
    for args in flow {
        let done = desk.run(args);
        requests += done.err.matches("conversations.history").count();
        clean(args, &done);
    }
    assert!(requests > 5, "the logs show requests");

    // Broken values are named by their variable, never shown.
    for (name, value) in [
        ("SLACK_TOKEN", format!("xoxc-{CANARY}")),
        ("SLACK_TOKEN", format!("{CANARY} with spaces")),
        ("SLACK_TOKEN", format!("xoxb-{CANARY}-unknown")),
        ("SLACK_API_URL", format!("https://user:{CANARY}@slack.example/api")),
        ("SLACK_API_URL", format!("http://slack.example/{CANARY}")),
        ("SLACK_API_URL", CANARY.to_owned()),
        ("HTTPS_PROXY", format!("socks9://user:{CANARY}@proxy.example")),
    ] {
        let mut command = desk.command(&["sync", "-vv", "--debug"]);
        let done = Done::of(command.env(name, &value).output().unwrap());
        clean(&[name, "..."], &done);
    }
    desk.write(".env", format!("SLACK_USER_TOKEN={USER}\n{CANARY}\n"));
    clean(&["broken .env"], &desk.run(&["sync", "--debug"]));
    std::fs::remove_file(desk.path().join(".env")).unwrap();

    let mut files = 0;
    for (path, content) in sales_testkit::tree(desk.path()) {
        assert!(!holds(&content), "{path}");
        files += 1;
    }
    assert!(files > 50, "{files}");
    let cells = databases(desk.path()).iter().map(|p| ledger(p)).sum::<usize>();
    assert!(cells > 1_000, "{cells}");
}

fn clean(args: &[&str], done: &Done) {
    // The query of a search is the user's own word, and comes back as such.
    let allowed = args.first() == Some(&"search");
    for text in [&done.out, &done.err] {
        assert!(allowed || !text.contains(CANARY), "{args:?}: {text}");
        for token in [BOT, USER, SECRET] {
            assert!(!text.contains(token), "{args:?}: {text}");
        }
    }
}

fn holds(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes())
}

fn databases(root: &Path) -> Vec<PathBuf> {
    let of = |dir: PathBuf| std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|x| x == "db"));
    of(root.join(".sales")).collect()
}

/// Every cell of every table, decompressed where it is compressed; gives how many there were.
fn ledger(path: &Path) -> usize {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'").unwrap();
    let tables: Vec<String> = tables.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    let mut cells = 0;
    for table in tables {
        let mut rows = db.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for i in 0..columns {
                let (ValueRef::Text(bytes) | ValueRef::Blob(bytes)) = row.get_ref(i).unwrap() else { continue };
                assert!(!holds(bytes), "{table}");
                if let Ok(plain) = zstd::stream::decode_all(bytes) {
                    assert!(!holds(&plain), "{table}");
                }
                cells += 1;
            }
        }
    }
    cells
}

/// Real tokens among the arguments would show in the list of processes: no option takes one.
#[test]
fn no_option_takes_a_secret() {
    let desk = Desk::empty();
    for command in ["init", "run", "sync", "import", "simulate"] {
        let help = desk.run(&[command, "--help"]).exit(0).out.to_lowercase();
        assert!(!help.contains("--token") && !help.contains("--secret") && !help.contains("--password"), "{command}");
    }
    // And the process that runs a sync has none on its command line either.
    let shown = Command::new(assert_cmd::cargo::cargo_bin!("sales")).arg("--version").output().unwrap();
    assert!(shown.status.success());
}
