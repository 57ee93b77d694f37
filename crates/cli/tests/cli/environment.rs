//! Where variables come from, and which win.

use crate::support::{Desk, Vendor, shows};

fn variables(vendor: &Vendor) -> (String, String) {
    let env = vendor.running.env();
    let get = |name: &str| env.iter().find(|(n, _)| n == name).unwrap().1.clone();
    (get("SLACK_API_URL"), get("SLACK_TOKEN"))
}

#[test]
fn the_env_file_of_the_workspace_is_enough() {
    let vendor = Vendor::start(None);
    let (url, token) = variables(&vendor);
    let mut desk = Desk::unlimited();
    desk.write(".env", format!("# Slack\nexport SLACK_API_URL='{url}'\nSLACK_BOT_TOKEN=\"{token}\"   # the bot\n"));
    mode(&desk, 0o644);
    let done = desk.run(&["sync", "-c", "acme-corp"]).exit(0);
    assert!(done.err.contains("chmod 600"), "a file that others can read is named: {}", done.err);

    mode(&desk, 0o600);
    let done = desk.run(&["sync", "-c", "acme-corp"]).exit(0);
    assert!(!done.err.contains("chmod"), "{}", done.err);

    // The process's own environment wins.
    desk.set("SLACK_TOKEN", "xoxb-another-one");
    desk.run(&["sync", "-c", "acme-corp"]).exit(4);
}

/// `SLACK_TOKEN`, then the names that other tools use; a token's kind is told by its prefix.
#[test]
fn other_names_of_the_token() {
    let vendor = Vendor::start(None);
    let (url, token) = variables(&vendor);
    for name in ["SLACK_BOT_TOKEN", "SLACK_API_TOKEN", "SLACK_USER_TOKEN"] {
        let mut desk = Desk::unlimited();
        desk.set("SLACK_API_URL", &url).set(name, &token);
        let done = desk.run(&["sync", "-c", "acme-corp"]).exit(0);
        assert!(done.out.contains("(bot token)"), "{name}: {}", done.out);
    }
}

/// `[[accounts]]`: each reads its own variables; one whose token is missing is named with the variable to set.
#[test]
fn further_accounts_have_variables_of_their_own() {
    let vendor = Vendor::start(None);
    let (url, token) = variables(&vendor);
    let mut desk = Desk::unlimited();
    let more = "\n[[accounts]]\nsource = \"slack\"\nname = \"emea\"\nvariables = { SLACK_TOKEN = \"SLACK_TOKEN_EMEA\" }\n";
    desk.write("workspace.toml", desk.read("workspace.toml") + more);
    desk.set("SLACK_API_URL", &url).set("SLACK_TOKEN", &token);
    let done = desk.run(&["sync"]).exit(4);
    assert!(done.err.contains("the slack account `emea`") && done.err.contains("SLACK_TOKEN_EMEA"), "{}", done.err);
    desk.set("SLACK_TOKEN_EMEA", &token);
    let (code, report) = desk.json(&["sync"]);
    let names: Vec<_> =
        report["report"]["accounts"].as_array().unwrap().iter().map(|a| a["account"].as_str().unwrap().to_owned()).collect();
    assert_eq!((code, names), (0, vec!["default".to_owned(), "emea".to_owned()]));
    // What both see is one record.
    let (_, report) = desk.json(&["sync", "--full"]);
    assert!(
        report["report"]["accounts"].as_array().unwrap().iter().all(|a| a["records"]["new"] == 0 && a["records"]["changed"] == 0),
        "{report}"
    );
}

#[test]
fn the_workspace_is_found() {
    let mut desk = Desk::with_samples();
    desk.write("deep/er/note.txt", "");
    let outside = tempfile::tempdir().unwrap();
    let list = |desk: &Desk, dir: &std::path::Path, args: &[&str]| {
        let done = crate::support::Done::of(desk.command(args).current_dir(dir).output().unwrap());
        (done.code, done.out.contains("acme_inc"))
    };
    let root = desk.path().to_owned();
    assert_eq!(list(&desk, &root.join("deep/er"), &["customer", "list"]), (0, true), "a folder above");
    assert_eq!(list(&desk, outside.path(), &["customer", "list"]), (1, false));
    assert_eq!(list(&desk, outside.path(), &["customer", "list", "--workspace", root.to_str().unwrap()]), (0, true), "named");
    desk.set("SALES_WORKSPACE", root.to_str().unwrap());
    assert_eq!(list(&desk, outside.path(), &["customer", "list"]), (0, true), "by variable");
}

#[test]
fn init_guesses_from_git_settings() {
    let desk = Desk::empty();
    desk.write("home/.gitconfig", "[user]\n\tname = Jo\n\temail = jo@yourcompany.com\n");
    shows!("init_guessed", desk.shown(&desk.run(&["init", "mine"])));
    let settings = desk.read("mine/workspace.toml");
    assert!(settings.contains("company = \"Yourcompany\"") && settings.contains("own_domains = [\"yourcompany.com\"]"), "{settings}");
    shows!(
        "init_told",
        desk.shown(&desk.run(&["init", "told", "--company", "Your Company", "--own-domain", "@yc.example", "--own-domain", "yc.dev"]))
    );
    desk.write("home/.gitconfig", "[user]\nemail = somebody@gmail.com\n");
    shows!("init_unknown", desk.shown(&desk.run(&["init", "unknown"])));
}

/// The template explains each variable that the commands read and sets none; filling in its first line is enough.
#[test]
fn init_makes_an_env_file_to_fill_in() {
    let vendor = Vendor::start(None);
    let (url, token) = variables(&vendor);
    let desk = Desk::unlimited();
    assert!(desk.read(".gitignore").lines().any(|l| l == ".env"));
    let template = desk.read(".env");
    assert!(template.lines().all(|l| l.is_empty() || l.starts_with('#')), "{template}");
    let lines = ["SLACK_TOKEN=xoxb-...", "SLACK_API_URL=https://slack.com/api"].map(|l| format!("# {l}"));
    assert!(lines.iter().all(|l| template.contains(l.as_str())), "{template}");
    let filled = template.replace(&lines[0], &format!("SLACK_TOKEN={token}")).replace(&lines[1], &format!("SLACK_API_URL={url}"));
    desk.write(".env", filled);
    let done = desk.run(&["sync"]).exit(0);
    assert!(!done.err.contains("chmod"), "it is for its owner alone: {}", done.err);
}

/// Debug builds let tests end the process and stop its clock; a release must not. Here: the debug build does.
#[test]
#[cfg(debug_assertions)]
fn failpoints_end_a_debug_build() {
    let mut desk = Desk::empty();
    desk.set("SALES_FAILPOINT", "ledger.in_commit:2");
    let done = desk.run(&["run", "-i", "slack", "-c", "acme-corp", "--test", "--keep", "w"]);
    assert_eq!(done.code, -1, "ended by a signal: {}", done.err);
}

#[cfg(unix)]
fn mode(desk: &Desk, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(desk.path().join(".env"), std::fs::Permissions::from_mode(mode)).unwrap();
}
