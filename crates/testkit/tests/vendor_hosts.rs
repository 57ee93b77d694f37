//! Which files of the product may name a vendor's host. Everything else gets addresses passed in, so that one place says whom the product
//! talks to.

use std::{collections::BTreeSet, fs, path::Path};

/// Hosts of the vendors, with all their subdomains.
const HOSTS: &[&str] = &[
    "slack.com",
    "slack-gov.com",
    "gong.io",
    "granola.ai",
    "googleapis.com",
    "accounts.google.com",
    "oauth2.google.com",
    "mail.google.com",
];

/// File below `crates`, and why it may. Tests and comments may name any: they send nothing.
const ALLOWED: &[(&str, &str)] = &[
    ("cli/src/args/find.rs", "a link as an example in the help"),
    ("connectors/src/email/gmail/api.rs", "the address of Gmail's API"),
    ("connectors/src/email/gmail/mod.rs", "the page of a mailbox, as who one is"),
    ("connectors/src/email/gmail/oauth.rs", "where one signs in at Google"),
    ("connectors/src/email/gmail/scopes.rs", "names of scopes"),
    ("connectors/src/email/url.rs", "links that are recognised and made"),
    ("connectors/src/gong/api.rs", "the address of Gong's API"),
    ("connectors/src/gong/url.rs", "links that are recognised"),
    ("connectors/src/granola/api.rs", "the address of Granola's API"),
    ("connectors/src/granola/url.rs", "links that are recognised and made"),
    ("connectors/src/slack/api.rs", "the address of Slack's methods"),
    ("connectors/src/slack/mod.rs", "the hosts of links, in the descriptor"),
    ("connectors/src/slack/url.rs", "links that are recognised and made"),
    ("simulator/src/google/names.rs", "names of scopes, audiences and details, as Google gives them"),
    ("simulator/src/granola/note.rs", "the double's links look like Granola's"),
    ("simulator/src/gong/world.rs", "the double's links look like Gong's"),
    ("simulator/src/slack/tiny.rs", "the double's links look like Slack's"),
    ("simulator/src/slack/world.rs", "the double's links look like Slack's"),
    ("testkit/src/imap/double/login.rs", "the scope in a refusal, as Google gives it"),
    ("testkit/src/slack_world.rs", "the double's links look like Slack's"),
    ("workspace/src/env_template.txt", "tells the user where tokens are made"),
];

#[test]
fn only_these_files_name_a_vendors_host() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut looked, mut named, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for package in fs::read_dir(crates).unwrap() {
        let package = package.unwrap().file_name().into_string().unwrap();
        for (path, content) in sales_testkit::tree(&crates.join(&package).join("src")) {
            let path = format!("{package}/src/{path}");
            looked += 1;
            for (line, host) in hosts(&path, &String::from_utf8_lossy(&content)) {
                match ALLOWED.iter().find(|(file, _)| *file == path) {
                    Some((file, _)) => _ = named.insert(*file),
                    None => wrong.push(format!("crates/{path}, line {line}: {host}")),
                }
            }
        }
    }
    assert!(looked > 150, "{looked} files: the sources are elsewhere");
    assert!(wrong.is_empty(), "no file but a connector's own may name a vendor's host:\n{}", wrong.join("\n"));
    let unused: Vec<_> = ALLOWED.iter().filter(|(file, _)| !named.contains(file)).collect();
    assert!(unused.is_empty(), "these name none any more; take them off the list: {unused:#?}");
}

/// Lines of the product's code that name a host, with the host.
fn hosts<'h>(path: &str, text: &str) -> Vec<(usize, &'h str)> {
    let rust = path.ends_with(".rs");
    if rust && path.ends_with("tests.rs") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (n, line) in text.lines().enumerate() {
        // A file's own tests are its end.
        if rust
            && line.starts_with("#[cfg(test)]")
            && text.lines().nth(n + 1).is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'))
        {
            break;
        }
        if rust && line.trim_start().starts_with("//") {
            continue;
        }
        let line = line.to_lowercase();
        found.extend(HOSTS.iter().filter(|host| line.contains(*host)).map(|host| (n + 1, *host)));
    }
    found
}

#[test]
fn a_host_in_code_is_found() {
    let text = "// slack.com\nconst A: &str = \"https://Files.Slack.com/\";\n    /// api.gong.io\nlet a = 1; // gong.io\n#[cfg(test)]\nmod tests {\n    \"slack.com\"\n}\n";
    assert_eq!(hosts("a/src/b.rs", text), [(2, "slack.com"), (4, "gong.io")]);
    assert_eq!(hosts("a/src/b_tests.rs", text), []);
    assert_eq!(hosts("a/src/b.txt", text).len(), 5);
    assert_eq!(hosts("a/src/b.rs", "#[cfg(test)]\nmod tests;\nuse granola.ai;\n"), [(3, "granola.ai")]);
}
