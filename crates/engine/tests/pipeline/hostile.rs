//! Names and texts of people who mean harm.

use std::path::Path;

use sales_connectors::Mode;
use sales_testkit::{Sandbox, Tree};
use serde_json::{Value, json};

use super::*;

const NAMES: [&str; 9] = [
    "../../../etc/passwd",
    "..\\..\\windows\\system32",
    "<img src=x onerror=alert(1)>",
    "\u{1b}]0;owned\u{7}\u{1b}[31mred",
    "\u{202e}gnp.exe\u{202c}",
    "nul\u{0}byte",
    "\u{1f600}\u{1f3fd}\u{200d}\u{1f4bb}",
    "CON",
    "[click](javascript:alert(1)) `rm -rf /` <!-- mine --> x <!-- /mine -->",
];

fn world() -> SlackWorld {
    let first = ts("2024-04-02T09:00:00Z", 100);
    let mut world = company();
    for (n, name) in NAMES.iter().enumerate() {
        let n = i64::try_from(n).unwrap();
        let (channel, user) = (format!("C0HOSTILE{n}"), format!("U0HOSTILE{n}"));
        world = world.ours(&user, name, &format!("evil{n}@acme.dev"));
        world = world.place(json!({"id": channel, "name": name, "topic": {"value": name, "creator": JO, "last_set": 1}}), &[&user]);
        let file = json!({"id": "F1", "name": name, "title": name, "filetype": name, "mode": "hosted", "permalink": "javascript:alert(1)"});
        let message = json!({"ts": ts_plus(&first, n), "user": user, "text": format!("We decided to go ahead: {name}"), "files": [file],
            "reactions": [{"name": name, "users": [user], "count": 1}]});
        world = world.raw(&channel, message);
        world = world.says(
            POC,
            &ts_plus(&first, n * 60),
            &user,
            &format!("ACTION: I will send {name} by Friday <@{user}> <#{channel}|{name}>"),
        );
    }
    let big = "A long story. ".repeat(75_000);
    world.says(POC, &ts_plus(&first, 7_200), MIKE, &big)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_safe() {
    let everything = "name = \"ACME Inc\"\ndomains = [\"acme.dev\"]\n[slack]\nchannels = [\"*\"]\n";
    let mut sandbox = Sandbox::start(Options::slack(world()).customer("acme_inc", everything)).await;
    let report = sandbox.sync_all(Mode::Default).await;
    assert_eq!(report.accounts[0].records.new, 19);
    let tree = sandbox.tree();
    for (path, bytes) in &tree {
        safe_path(path);
        safe_bytes(path, bytes);
    }
    // Nothing was written anywhere else.
    let outside: Vec<_> = sales_testkit::tree(sandbox.root())
        .into_keys()
        .filter(|p| !p.starts_with("customers/profiles/acme_inc/") && !p.starts_with(".sales/"))
        .collect();
    assert_eq!(outside, [".env", ".gitignore", "workspace.toml"]);
    assert!(!sandbox.root().parent().unwrap().join("etc").exists());
    whole(&tree);
    sandbox.verified().await;
}

fn safe_path(path: &str) {
    assert!(path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-./".contains(&b)), "{path}");
    assert!(!path.contains("..") && !path.contains("//"), "{path}");
    let stem = Path::new(path).file_stem().unwrap().to_str().unwrap();
    assert!(stem.len() <= 90, "{path}");
}

fn safe_bytes(path: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    let control = text.chars().find(|c| {
        (c.is_control() && *c != '\n') || "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".contains(*c)
    });
    assert_eq!(control, None, "{path} holds a character that plays with terminals");
    if path.ends_with(".md") {
        assert!(!text.contains("<img"), "{path} holds markup");
        assert!(!text.replace("\\]", "").contains("](javascript:"), "{path} holds a link that runs");
        assert!(text.matches("<!-- mine -->").count() <= 1, "{path}: nobody opens a block of the user's");
        assert!(text.len() <= 15_000, "{path}: {} bytes", text.len());
    }
}

/// The JSON files hold every word that was said.
fn whole(tree: &Tree) {
    let poc: Value = serde_json::from_slice(&tree["acme_inc/slack/2024-04-02_yourcompany_acme_poc.json"]).unwrap();
    let said = texts(&poc);
    assert_eq!(said.len(), 10);
    assert_eq!(said[9].len(), 14 * 75_000, "a message of a megabyte is whole");
    assert!(said[6].contains('\u{1f600}'), "{}", said[6]);
    assert!(said[2].contains("<img src=x onerror=alert(1)>"), "text is data in JSON: {}", said[2]);
}
