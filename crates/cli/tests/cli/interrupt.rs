//! Ctrl-C: the first stops between two pages, the second at once.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use crate::support::{Desk, Vendor, interrupt};

/// Starts a sync and waits until its log shows that a method was answered.
fn start(desk: &Desk, answered: &str) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = desk.command(&["sync", "--debug"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(answered) {
        line.clear();
        assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended before `{answered}`");
    }
    (child, log)
}

#[test]
fn the_first_one_saves_and_says_so() {
    // The list of channels is answered, histories never are.
    let vendor = Vendor::start(Some("[[rule]]\nmethod = 'conversations.history'\nrequest = 3\ndo = 'hang'"));
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let (mut child, mut log) = start(&desk, "conversations.history");
    interrupt(&child);
    let code = child.wait().unwrap().code();
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    log.read_to_string(&mut err).unwrap();
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(err.contains("stopping after this page") && err.contains("goes on from there"), "{err}");

    // The next run goes on and ends as an undisturbed one.
    let rest = Vendor::start(None);
    desk.connect(&rest);
    desk.run(&["sync"]).exit(0);
    desk.run(&["verify"]).exit(0);
}

#[test]
fn the_second_one_ends_it_at_once() {
    let vendor =
        Vendor::start(Some("[[rule]]\nmethod = 'users.conversations'\ndo = 'hang'\n[[rule]]\nmethod = 'conversations.*'\ndo = 'hang'"));
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    let (mut child, _log) = start(&desk, "auth.test");
    // Where the first one finds nothing to wait for, the process ends by itself, as wished too.
    interrupt(&child);
    interrupt(&child);
    let code = child.wait().unwrap().code();
    assert!(matches!(code, Some(3 | 130)), "{code:?}");
    desk.run(&["verify"]).exit(0);
}
