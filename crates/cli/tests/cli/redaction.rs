//! `sales redact` and `sales evaluate`.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use crate::support::{Desk, Done};

const TEXT: &str = "Ana Lima, ana@acme.dev, +1 415 555 0123\npassword=hunter22 and card 4111 1111 1111 1111\n";

fn piped(mut command: Command, input: &str) -> Done {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Done::of(child.wait_with_output().unwrap())
}

#[test]
fn a_text_is_masked_and_turned_back() {
    let desk = Desk::empty();
    let masked = "Ana Lima, [EMAIL_1], [PHONE_1]\npassword=[SECRET_1] and card [CARD_1]\n";
    desk.write("report.md", TEXT);
    let done = desk.run(&["redact", "report.md", "--map", "masks.json"]).exit(0);
    assert_eq!((done.out.as_str(), done.err.as_str()), (masked, ""));
    desk.write("answer.md", format!("> {masked}[EMAIL_7]"));
    let done = desk.run(&["redact", "answer.md", "--restore", "--map", "masks.json"]).exit(0);
    assert_eq!(done.out, format!("> {TEXT}[EMAIL_7]"));
    let done = piped(desk.command(&["redact", "--map", "masks.json", "--names"]), "to ana@acme.dev from Ana Lima\n").exit(0);
    assert_eq!(done.out, "to [EMAIL_1] from [PERSON_1]\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.path().join("masks.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let done = piped(desk.command(&["redact"]), "ana@acme.dev").exit(0);
    assert_eq!(done.out, "[EMAIL_1]");
    assert!(done.err.contains("cannot be turned back"), "{}", done.err);
}

#[test]
fn a_customers_texts_share_their_masks() {
    let desk = Desk::with_samples();
    desk.write("a.md", "michael chen of ACME agreed; jo@acme.dev too");
    desk.write("b.md", "Michael asked");
    let first = desk.run(&["redact", "a.md", "--names", "-c", "acme-corp"]).exit(0).out;
    assert!(first.contains("[PERSON_1] of [COMPANY_1] agreed; [EMAIL_1] too"), "{first}");
    assert_eq!(desk.run(&["redact", "b.md", "--names", "-c", "acme-corp"]).exit(0).out, "[PERSON_1.2] asked");
    desk.write("masked.md", "[PERSON_1] and [PERSON_1.2]");
    let back = desk.run(&["redact", "masked.md", "--restore", "-c", "ACME Corp"]).exit(0).out;
    assert_eq!(back, "michael chen and Michael");
}

#[test]
fn what_cannot_be_done_is_said() {
    let desk = Desk::empty();
    desk.write("report.md", TEXT);
    desk.write("bad.json", "{}");
    desk.write("binary", b"a\xFF");
    for (args, code, what) in [
        (vec!["redact", "report.md", "--restore"], 2, "add `--customer` or `--map`"),
        (vec!["redact", "report.md", "--restore", "--map", "none.json"], 1, "there is no `none.json`"),
        (vec!["redact", "report.md", "--map", "bad.json"], 1, "`bad.json` holds no masks"),
        (vec!["redact", "missing.md"], 1, "cannot read `missing.md`"),
        (vec!["redact", "binary"], 1, "byte 1 is no UTF-8"),
        (vec!["redact", "report.md", "-c", "acme"], 1, "there is no workspace here"),
    ] {
        let done = desk.run(&args).exit(code);
        assert!(done.err.contains(what), "{args:?}: {}", done.err);
        assert!(!done.out.contains("ana@acme.dev"));
    }
}

#[test]
fn predictions_have_the_files_ids_and_code_points() {
    let desk = Desk::empty();
    desk.write(
        "texts.jsonl",
        "{\"id\": \"a\", \"text\": \"é ana@acme.dev\", \"entities\": [[2, 14, \"EMAIL_ADDRESS\"]]}\n\n{\"id\": 7, \"text\": \"ask xquill\", \"names\": [\"Xquill Zorba\"]}\n{\"id\": \"c\", \"text\": \"nothing\"}",
    );
    let done = desk.run(&["evaluate", "pii", "texts.jsonl"]).exit(0);
    let want = "{\"id\":\"a\",\"entities\":[[2,14,\"EMAIL_ADDRESS\"]]}\n{\"id\":7,\"entities\":[[4,10,\"PERSON\"]]}\n{\"id\":\"c\",\"entities\":[]}\n";
    assert_eq!((done.out.as_str(), done.err.as_str()), (want, ""));
    desk.write("people.txt", "Nothing Zorba\n");
    let done = desk.run(&["evaluate", "pii", "texts.jsonl", "--people", "people.txt", "--json"]).exit(0);
    assert!(done.out.ends_with("{\"id\":\"c\",\"entities\":[]}\n"), "{}", done.out);
}

#[test]
fn a_bad_line_and_an_unknown_task_are_named() {
    let desk = Desk::empty();
    desk.write("texts.jsonl", "{\"id\": \"a\", \"text\": \"x\"}\n{\"id\": \"b\"}\n");
    let done = desk.run(&["evaluate", "pii", "texts.jsonl"]).exit(1);
    assert_eq!(done.out, "{\"id\":\"a\",\"entities\":[]}\n");
    assert!(done.err.contains("line 2 of `texts.jsonl` cannot be read") && done.err.contains("missing field `text`"), "{}", done.err);
    let done = desk.run(&["evaluate", "nonsense", "texts.jsonl"]).exit(2);
    assert!(done.err.contains("[possible values: pii]"), "{}", done.err);
}
