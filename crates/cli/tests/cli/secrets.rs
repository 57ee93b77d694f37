//! No secret in any output, file or ledger: the whole flow with tokens that are looked for afterwards.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use rusqlite::{Connection, OpenFlags, types::ValueRef};
use sales_simulator::TokenKind;

use crate::{
    export::export,
    support::{Desk, Done, Vendor},
};

const BOT: &str = "xoxb-canary-4711-bot-0123456789";
const USER: &str = "xoxp-canary-4711-user-0123456789";
const SECRET: &str = "canary-4711-client-secret";
const REFRESH: &str = "xoxe-1-canary-4711-refresh-0123456789";
/// The first message of the samples, with the date that it has in the export.
const FIRST: &str = "slack:C06ACMEPOC1:1710493200.000100";
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
    export(&desk.path().join("export.zip"));

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
        &["files", "rebuild", "--json", "--debug"],
        &["import", "export.zip", "--dry-run", "-vv", "--debug"],
        &["import", "export.zip", "--json", "-vv", "--debug"],
        &["match", "explain", FIRST, "-vv", "--debug"],
        &["match", "explain", FIRST, "--json"],
        &["customer", "edit", "acme-corp", "--alias", "acme-two", "-vv", "--debug"],
        &["customer", "add", "Initech", "--alias", "initech-two", "--json", "--debug"],
        &["init", "another", "-vv", "--debug"],
        &["init", "third", "--json", "--debug"],
        &["verify", "--json", "-vv"],
        &["context", "nobody"],
        &["run", "-i", "slack", "-c", "acme-corp", "--test", "-vv", "--debug"],
    ];
    let mut requests = 0;
    for args in flow {
        let done = desk.run(args);
        requests += done.err.matches("conversations.history").count();
        clean(args, &done);
        // A flow of errors would show nothing of the commands. Some of the requests fail: 3.
        let unknown = args.ends_with(&["nobody"]);
        assert!(if unknown { done.code == 1 } else { matches!(done.code, 0 | 3) }, "{args:?}: {} {}", done.code, done.err);
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
    nowhere_but(desk.path(), &[], &[CANARY]);
}

/// A token that is renewed in the middle of a sync: the new pair is in its one file, and neither pair anywhere else.
#[test]
fn rotated_tokens_show_nowhere_else() {
    let expires = "[[rule]]\nmethod = 'conversations.history'\nrequest = 2\ndo = 'token_expired'";
    let vendor = Vendor::with(Some(expires), |world| {
        let mut token = world.token(TokenKind::Bot).unwrap().clone();
        // With one that renews, the double tells its client id and secret.
        token.refresh_token = Some("xoxe-1-of-the-samples".into());
        world.add_token(token.clone());
        (token.token, token.refresh_token) = (BOT.into(), Some(REFRESH.into()));
        world.add_token(token);
    });
    let (_, secret) = vendor.running.env().into_iter().find(|(name, _)| name == "SLACK_CLIENT_SECRET").unwrap();
    let mut desk = Desk::with_samples();
    desk.connect(&vendor).set("SLACK_TOKEN", BOT).set("SLACK_REFRESH_TOKEN", REFRESH);
    let mut outputs = Vec::new();
    for args in [&["sync", "-vv", "--debug"][..], &["sync", "--full", "--json", "-vv", "--debug"], &["verify", "--json", "-vv", "--debug"]]
    {
        outputs.push(desk.run(args).exit(0));
    }
    let tokens = desk.path().join(".sales/tokens.json");
    let stored: serde_json::Value = serde_json::from_slice(&std::fs::read(&tokens).unwrap()).unwrap();
    let pair = ["access", "refresh"].map(|part| stored["accounts"]["slack:default"][part].as_str().unwrap().to_owned());
    assert!(pair[0].starts_with("xoxe.xoxb-") && pair[1].starts_with("xoxe-"), "the double renewed it");
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&tokens).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // A used-up refresh token: the errors name it no more than the logs do.
    vendor.running.world().write(|world| {
        let mut token = world.token(TokenKind::Bot).unwrap().clone();
        (token.token, token.refresh_token) = (pair[0].clone(), Some("xoxe-another".into()));
        token.expires_at = Some(vendor.now);
        world.add_token(token);
    });
    outputs.push(desk.run(&["sync", "-vv", "--debug"]).exit(4));

    let secrets = [CANARY, &secret, &pair[0], &pair[1]];
    for done in &outputs {
        assert!(secrets.iter().all(|s| !done.out.contains(s) && !done.err.contains(s)), "{}{}", done.out, done.err);
    }
    assert!(outputs[0].err.contains("oauth.v2.access"), "the logs show the renewal: {}", outputs[0].err);
    nowhere_but(desk.path(), &[".sales/tokens.json"], &secrets);
    let tokens = std::fs::read_to_string(&tokens).unwrap();
    assert!(!tokens.contains(CANARY) && !tokens.contains(&secret), "what the variables hold is not copied even there");
}

/// No file and no cell of a database holds any of the secrets, but for the files named.
fn nowhere_but(root: &Path, allowed: &[&str], secrets: &[&str]) {
    let mut files = 0;
    for (path, content) in sales_testkit::tree(root).into_iter().filter(|(path, _)| !allowed.contains(&path.as_str())) {
        assert!(!holds(&content, secrets), "{path}");
        files += 1;
    }
    assert!(files > 50, "{files}");
    let cells = databases(root).iter().map(|p| ledger(p, secrets)).sum::<usize>();
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

fn holds(bytes: &[u8], secrets: &[&str]) -> bool {
    secrets.iter().any(|secret| bytes.windows(secret.len()).any(|w| w == secret.as_bytes()))
}

fn databases(root: &Path) -> Vec<PathBuf> {
    let of = |dir: PathBuf| std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| p.extension().is_some_and(|x| x == "db"));
    of(root.join(".sales")).collect()
}

/// Every cell of every table, decompressed where it is compressed; gives how many there were.
fn ledger(path: &Path, secrets: &[&str]) -> usize {
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
                assert!(!holds(bytes, secrets), "{table}");
                if let Ok(plain) = zstd::stream::decode_all(bytes) {
                    assert!(!holds(&plain, secrets), "{table}");
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
