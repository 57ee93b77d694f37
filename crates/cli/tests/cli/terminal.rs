//! What others wrote must not steer the terminal, and what reads our output may go away.

use std::{io::pipe, process::Stdio};

use serde_json::json;

use crate::support::{Desk, Vendor, shows};

const HOSTILE: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}txt.exe\u{2066}\u{0}\u{8}end";

fn obeyed(text: &str) -> Option<char> {
    text.chars().find(|c| (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

#[test]
fn hostile_names_and_texts_are_harmless() {
    let vendor = Vendor::with(None, |world| {
        let user = json!({"id": "U0HOSTILE1", "team_id": world.team_id(), "name": "evil", "profile": {"display_name": HOSTILE, "real_name": HOSTILE}});
        world.add_user(user).unwrap();
        let id = world.channel_id("yourcompany-acme-poc").unwrap();
        let newest: u64 = world.newest().unwrap().to_string().split('.').next().unwrap().parse().unwrap();
        for i in 0..3 {
            let text = format!("{HOSTILE} pangolin <@U0HOSTILE1> ../../etc/passwd <script>alert(1)</script>");
            world
                .add_message(&id, json!({"type": "message", "user": "U0HOSTILE1", "text": text, "ts": format!("{}.00020{i}", newest + 1)}))
                .unwrap();
        }
    });
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let flow: &[&[&str]] = &[
        &["run", "-i", "slack", "-c", "acme-corp", "--live", "-vv", "--debug"],
        &["search", "pangolin"],
        &["search", "pangolin", "--json"],
        &["context", "acme-corp"],
        &["context", "acme-corp", "--json"],
        &["context", HOSTILE.trim_matches('\0').split('\0').next().unwrap()],
        &["match", "list"],
        &["match", "explain", "slack:\u{1b}[2J:1.0"],
        &["verify"],
    ];
    for args in flow {
        let done = desk.run(args);
        assert_eq!(obeyed(&done.out), None, "{args:?}: {:?}", done.out);
        assert_eq!(obeyed(&done.err), None, "{args:?}: {:?}", done.err);
    }
    let (_, found) = desk.json(&["search", "pangolin"]);
    let texts: Vec<&str> = found["hits"].as_array().unwrap().iter().map(|h| h["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts.iter().all(|t| t.contains("\u{1b}[2J")), "the document holds the text as it is, in harmless letters: {texts:?}");
}

#[test]
fn hostile_profiles_are_harmless() {
    let desk = Desk::with_samples();
    desk.write(
        "customers/profiles/evil/profile.toml",
        "name = \"\\u001b[2JEvil\\u202e\"\naliases = [\"\\u0007\"]\nstage = \"\\u009b31m\"\n",
    );
    desk.write("customers/profiles/\u{1b}[2J/profile.toml", "name = \"x\"\n");
    for args in [
        &["customer", "list"][..],
        &["customer", "show", "evil"],
        &["customer", "list", "--json"],
        &["customer", "edit", "evil", "--stage", "\u{1b}[31m"],
    ] {
        let done = desk.run(args);
        assert_eq!(obeyed(&done.out), None, "{args:?}: {:?}", done.out);
        assert_eq!(obeyed(&done.err), None, "{args:?}: {:?}", done.err);
    }
}

/// `sales ... | head -1`: the reader has enough, which is no error of ours.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::with_samples();
    for args in
        [&["customer", "list"][..], &["customer", "list", "--json"], &["run", "-i", "slack", "-c", "acme-corp", "--test"], &["--help"]]
    {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let done = desk.command(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{args:?}");
        let err = String::from_utf8(done.stderr).unwrap();
        assert!(!err.contains("panicked") && !err.contains("error:"), "{args:?}: {err}");
    }
}

/// Where the result itself could not be written, somebody has to know.
#[test]
#[cfg(target_os = "linux")]
fn an_output_that_cannot_be_written_is_an_error() {
    let desk = Desk::with_samples();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let done = desk.command(&["customer", "list"]).stdout(full).output().unwrap();
    assert_eq!(done.status.code(), Some(1));
    shows!("output_full", String::from_utf8(done.stderr).unwrap());
}

/// Without a terminal nothing is coloured and no bar is drawn; quiet leaves results and errors.
#[test]
fn plain_and_quiet() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let done = desk.run(&["sync"]).exit(0);
    assert!(!done.out.contains('\u{1b}') && !done.err.contains('\u{1b}') && !done.err.contains('\r'), "{:?}", done.err);
    let done = desk.run(&["sync", "--quiet"]).exit(0);
    assert_eq!(done.err, "");
    assert!(done.out.contains("messages: nothing new"), "{}", done.out);
}
