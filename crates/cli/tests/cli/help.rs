use crate::support::{Desk, shows};

/// The whole help of all commands in one piece: it is read as a whole, and nothing in it may be lost unseen.
#[test]
fn help_of_all_commands() {
    let desk = Desk::empty();
    let commands: &[&[&str]] = &[
        &[],
        &["init"],
        &["run"],
        &["sync"],
        &["context"],
        &["customer"],
        &["customer", "add"],
        &["customer", "list"],
        &["customer", "show"],
        &["customer", "edit"],
        &["customer", "rename"],
        &["customer", "merge"],
        &["customer", "split"],
        &["customer", "undo"],
        &["customer", "changes"],
        &["customer", "forget"],
        &["person"],
        &["person", "list"],
        &["person", "show"],
        &["person", "merge"],
        &["person", "split"],
        &["person", "undo"],
        &["person", "forget"],
        &["match"],
        &["match", "list"],
        &["match", "explain"],
        &["import"],
        &["search"],
        &["attachment"],
        &["simulate"],
        &["auth"],
        &["auth", "login"],
        &["auth", "status"],
        &["auth", "logout"],
        &["integration"],
        &["integration", "list"],
        &["integration", "show"],
        &["doctor"],
        &["files"],
        &["files", "rebuild"],
        &["redact"],
        &["evaluate"],
        &["export"],
        &["backup"],
        &["restore"],
        &["retention"],
        &["verify"],
    ];
    let mut whole = String::new();
    for command in commands {
        let done = desk.run(&[*command, &["--help"]].concat()).exit(0);
        assert_eq!(done.err, "");
        // The options of every command stand in the first help only.
        let own = done.out.split("Options of every command:").next().unwrap();
        let after = done.out.split_once("\n\nExample").map(|(_, e)| format!("Example{e}")).unwrap_or_default();
        let text = if command.is_empty() { done.out.clone() } else { format!("{own}{after}") };
        whole.push_str(&format!("$ sales {} --help\n{}\n", command.join(" "), text.trim_end()));
        whole.push('\n');
    }
    shows!("help", whole);
}

#[test]
fn nothing_asked_shows_the_help() {
    let done = Desk::empty().run(&[]).exit(2);
    assert!(done.err.contains("Usage: sales [OPTIONS] <COMMAND>"), "{}", done.err);
}

#[test]
fn the_version_is_told() {
    let done = Desk::empty().run(&["--version"]).exit(0);
    assert_eq!(done.out, concat!("sales ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// Each example of the help texts is a command line that is understood.
#[test]
fn examples_in_the_help_are_understood() {
    let desk = Desk::empty();
    let mut seen = 0;
    for command in [
        "run",
        "sync",
        "context",
        "customer add",
        "customer edit",
        "customer rename",
        "customer merge",
        "customer split",
        "customer undo",
        "customer forget",
        "person list",
        "person show",
        "person merge",
        "person split",
        "person undo",
        "person forget",
        "backup",
        "export",
        "restore",
        "match explain",
        "import",
        "search",
        "attachment",
        "simulate",
        "init",
        "auth login",
        "redact",
        "evaluate",
    ] {
        let args: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let help = desk.run(&args).exit(0).out;
        let examples = help.lines().filter_map(|l| l.strip_prefix("  sales "));
        for example in examples {
            // The remark beside an example begins after several spaces.
            let example = example.split("   ").next().unwrap();
            let mut words = words(example);
            words.push("--help".into());
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            desk.run(&words).exit(0);
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen}");
}

/// Splits as a shell does, as far as the examples need it.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(q), c) if q == c => quote = None,
            (None, ' ') => words.push(String::new()),
            (_, c) => words.last_mut().unwrap().push(c),
        }
    }
    words
}
