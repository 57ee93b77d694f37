//! `sales attachment`: what mails have of attachments, and what stands in them.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use crate::{
    json::fits,
    support::{Desk, samples, shows},
};

const PLAN: &str = "mail:CAxSm7oBpcmYmE914Tb3CMjPFYUA7_53LwRMjzKK62DYvH4VGG@mail.gmail.example";
const HASH: &str = "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e";

/// A mail to a customer, of parts: a name's parameter, a transfer encoding, and what stands in it.
fn mail(id: &str, parts: &[(&str, &str, &str)]) -> String {
    let part = |(name, encoding, body): &(&str, &str, &str)| {
        format!(
            "--b\nContent-Type: application/x-test\nContent-Disposition: attachment; {name}\nContent-Transfer-Encoding: {encoding}\n\n{body}\n"
        )
    };
    let parts: String = parts.iter().map(part).collect();
    format!(
        "Message-ID: <{id}>\nDate: Tue, 2 Apr 2024 09:00:00 +0000\nFrom: jo@yourcompany.com\nTo: sarah@acme.dev\nSubject: Files\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHere they are.\n{parts}--b--\n"
    )
}

/// A workspace that has read a mail.
fn with(mail: &str) -> Desk {
    let desk = Desk::with_samples();
    desk.write("mail.eml", mail);
    desk.run(&["import", "mail.eml"]).exit(0);
    fs::remove_file(desk.path().join("mail.eml")).unwrap();
    desk
}

/// Files in the folder that were not there before: what they hold.
fn saved(desk: &Desk) -> BTreeMap<String, Vec<u8>> {
    let known = [".env", ".env.example", ".gitignore", "workspace.toml"];
    let entries = fs::read_dir(desk.path()).unwrap().map(|e| e.unwrap()).filter(|e| e.file_type().unwrap().is_file());
    let named = entries.map(|e| (e.file_name().into_string().unwrap(), e.path())).filter(|(name, _)| !known.contains(&name.as_str()));
    named.map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

fn ledger(desk: &Desk, sql: &str) {
    let changed = rusqlite::Connection::open(desk.path().join(".sales/ledger.db")).unwrap().execute(sql, []).unwrap();
    assert!(changed > 0, "{sql}");
}

#[test]
fn attachments_of_the_sample_mails() {
    let desk = Desk::with_samples();
    desk.run(&["import", samples().join("email/threads/2024-03-15_poc_plan").to_str().unwrap()]).exit(0);
    shows!("attachment_list", desk.shown(&desk.run(&["attachment", PLAN]).exit(0)));
    shows!("attachment_saved", desk.shown(&desk.run(&["attachment", PLAN, "ACME_POC_plan_2024-03-15.pdf"]).exit(0)));
    let pdf = fs::read(desk.path().join("ACME_POC_plan_2024-03-15.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-1.4\n") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    let mode = fs::metadata(desk.path().join("ACME_POC_plan_2024-03-15.pdf")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // The same by its link, and by its place in the thread's file.
    let file = sales_testkit::tree(desk.path()).into_keys().find(|p| p.contains("/email/")).unwrap();
    let link = format!("mid:{}", PLAN.strip_prefix("mail:").unwrap());
    for record in [PLAN, &link, &format!("{file}#m1")] {
        let done = desk.command(&["attachment", record, "1", "--out", "-"]).output().unwrap();
        assert_eq!((done.status.code(), &done.stdout, done.stderr.as_slice()), (Some(0), &pdf, &b""[..]), "{record}");
    }
    desk.run(&["match", "explain", PLAN]).exit(0);
    desk.run(&["verify"]).exit(0);
}

#[test]
fn the_whole_document() {
    let desk = with(&mail("a@acme.dev", &[("filename=hello.txt", "base64", "SGVsbG8gV29ybGQ="), ("x=y", "7bit", "")]));
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let attachments = json!([
        {"number": 1, "name": "hello.txt", "type": "application/x-test", "size": 11, "sha256": HASH, "inline": false},
        {"number": 2, "name": "", "type": "application/x-test", "size": 0, "sha256": empty, "inline": false},
    ]);
    let listed = json!({"kind": "attachment", "record": "mail:a@acme.dev", "state": "live", "attachments": attachments});
    let with_saved = |saved: Value| {
        let mut document = listed.clone();
        document["saved"] = saved;
        document
    };
    fs::create_dir(desk.path().join("folder")).unwrap();
    let one = json!({"number": 1, "path": "hello.txt", "size": 11, "sha256": HASH, "as_listed": true});
    let other = json!({"number": 2, "path": "folder/attachment-2", "size": 0, "sha256": empty, "as_listed": true});
    let expected: [(&[&str], Value); 3] =
        [(&[], listed.clone()), (&["hello.txt"], with_saved(one)), (&["2", "--out", "folder"], with_saved(other))];
    for (args, expected) in expected {
        let (code, document) = desk.json(&[&["attachment", "mail:a@acme.dev"], args].concat());
        fits("attachment", &document);
        assert_eq!((code, document), (0, expected), "{args:?}");
    }
    assert_eq!(desk.read("hello.txt"), "Hello World");
    assert_eq!(desk.read("folder/attachment-2"), "");
    let (code, document) = desk.json(&["attachment", "mail:a@acme.dev", "3"]);
    fits("error", &document);
    assert_eq!(code, 1);
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let desk = with(&mail("a@acme.dev", &[("filename=hello.txt", "7bit", "Hello")]));
    let attachment = |args: &[&str]| desk.run(&[&["attachment", "mail:a@acme.dev", "1"], args].concat());
    desk.write("hello.txt", "mine");
    shows!("attachment_exists", desk.shown(&attachment(&[]).exit(1)));
    attachment(&["--out", "hello.txt"]).exit(1);
    assert_eq!(desk.read("hello.txt"), "mine");
    attachment(&["--force"]).exit(0);
    assert_eq!(desk.read("hello.txt"), "Hello");
    // A link is something that is there; what it leads to is never written.
    desk.write("target", "theirs");
    std::os::unix::fs::symlink("target", desk.path().join("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", desk.path().join("dangling")).unwrap();
    for link in ["link", "dangling"] {
        attachment(&["--out", link]).exit(1);
        assert!(fs::symlink_metadata(desk.path().join(link)).unwrap().is_symlink());
        attachment(&["--out", link, "--force"]).exit(0);
        assert_eq!(desk.read(link), "Hello");
    }
    assert_eq!(desk.read("target"), "theirs");
    assert!(!desk.path().join("nowhere").exists());
    // A folder of the attachment's name, and folders that are not there.
    fs::create_dir_all(desk.path().join("folder/hello.txt")).unwrap();
    shows!("attachment_folder", desk.shown(&attachment(&["--out", "folder", "--force"]).exit(1)));
    shows!("attachment_no_folder", desk.shown(&attachment(&["--out", "none/hello.txt"]).exit(1)));
    attachment(&["--out", "none/"]).exit(1);
    attachment(&["--out", "hello.txt/x"]).exit(1);
    assert!(!desk.path().join("none").exists());
    shows!("attachment_output_json", attachment(&["--out", "-", "--json"]).exit(2).out);
}

#[test]
fn what_cannot_be_had() {
    let desk = with(&mail(
        "a@acme.dev",
        &[("filename=a.txt", "7bit", "one"), ("filename=a.txt", "7bit", "other"), ("filename=big.bin", "7bit", "0123456789")],
    ));
    desk.write("nobody.eml", mail("n@nobody.example", &[("filename=a.txt", "7bit", "x")]).replace("sarah@acme.dev", "x@nobody.example"));
    desk.run(&["import", "nobody.eml"]).exit(0);
    desk.write("call.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Sarah>We looked at the pangolin today.\n");
    desk.run(&["import", "call.vtt", "--customer", "acme-corp", "--date", "2024-04-05T15:00"]).exit(0);
    let (_, found) = desk.json(&["search", "pangolin"]);
    let call = found["hits"][0]["record"].as_str().unwrap().to_owned();
    let before = saved(&desk);
    let cases: [(&str, i32, &[&str]); 9] = [
        ("attachment_unknown", 1, &["mail:b@acme.dev"]),
        ("attachment_no_record", 2, &["hello"]),
        ("attachment_of_a_call", 1, &[&call]),
        ("attachment_header_only", 1, &["mail:n@nobody.example"]),
        ("attachment_none", 1, &["mail:a@acme.dev", "b.txt"]),
        ("attachment_ambiguous", 1, &["mail:a@acme.dev", "a.txt"]),
        ("attachment_too_large", 1, &["mail:a@acme.dev", "big.bin", "--max-bytes", "9"]),
        ("attachment_no_thread", 1, &["customers/profiles/acme_inc/context_summary.md#m1", "1"]),
        ("attachment_no_such_mail", 2, &["customers/profiles/acme_inc/email/2024-04-02_files.md#m2", "1"]),
    ];
    for (name, code, args) in cases {
        let done = desk.run(&[&["attachment"], args].concat()).exit(code);
        shows!(name, desk.shown(&done).replace(&call, "[CALL]"));
    }
    assert_eq!(saved(&desk), before);
    desk.run(&["attachment", "mail:a@acme.dev", "big.bin", "--max-bytes", "10"]).exit(0);
    assert_eq!(desk.read("big.bin"), "0123456789");
    desk.run(&["attachment", "mail:a@acme.dev", "--force"]).exit(2);
    // A mail that is too large to be kept whole, and one that was deleted at its source.
    let settings = desk.read("workspace.toml");
    desk.write("workspace.toml", format!("{settings}\n[email]\nmax_message_bytes = 200\n"));
    desk.write("large.eml", mail("l@acme.dev", &[("filename=a.txt", "7bit", "x")]));
    desk.run(&["import", "large.eml"]).exit(0);
    shows!("attachment_large_mail", desk.shown(&desk.run(&["attachment", "mail:l@acme.dev"]).exit(1)));
    ledger(&desk, "UPDATE record SET state = 2 WHERE native LIKE '%a@acme.dev%' OR thread LIKE '%a@acme.dev%'");
    let done = desk.run(&["attachment", "mail:a@acme.dev"]).exit(0);
    assert!(done.err.starts_with("this mail was deleted at its source\n"), "{}", done.err);
    desk.write("workspace.toml", settings);
    // A mail without any.
    desk.write("none.eml", mail("none@acme.dev", &[]));
    desk.run(&["import", "none.eml"]).exit(0);
    assert_eq!(desk.run(&["attachment", "mail:none@acme.dev"]).exit(0).out, "mail:none@acme.dev: 0 attachments\n");
}

/// A `Message-ID` may hold what a shell would run: commands that are suggested hold it as one word.
#[test]
fn suggested_commands_run_nothing_else() {
    let id = "$(reboot);`id`|x@acme.dev";
    let desk = with(&mail(id, &[("filename=a.txt", "7bit", "one"), ("filename=a.txt", "7bit", "other")]));
    let record = format!("mail:{id}");
    let done = desk.run(&["attachment", &record]).exit(0);
    assert_eq!(done.err, format!("save one with `sales attachment '{record}' NUMBER`\n"));
    for which in ["a.txt", "b.txt"] {
        let (_, document) = desk.json(&["attachment", &record, which]);
        let next = document["error"]["next"].as_str().unwrap();
        assert!(next.contains(&format!("sales attachment '{record}'")), "{next}");
    }
}

/// The record and the mail as it came are held against each other.
#[test]
fn what_is_not_as_listed_is_said() {
    let desk = with(&mail("a@acme.dev", &[("filename=hello.txt", "base64", "SGVsbG8gV29ybGQ=")]));
    ledger(&desk, &format!("UPDATE record SET body = replace(body, '{HASH}', '{}')", HASH.replace('a', "b")));
    shows!("attachment_not_as_listed", desk.shown(&desk.run(&["attachment", "mail:a@acme.dev", "1"]).exit(3)));
    assert_eq!(desk.read("hello.txt"), "Hello World");
    let (code, document) = desk.json(&["attachment", "mail:a@acme.dev", "1", "--force"]);
    fits("attachment", &document);
    assert_eq!((code, &document["saved"]["as_listed"], &document["saved"]["sha256"]), (3, &json!(false), &json!(HASH)));
    // More bytes than the list says.
    ledger(&desk, "UPDATE record SET body = replace(body, '\"size\":11', '\"size\":1')");
    desk.run(&["attachment", "mail:a@acme.dev", "1", "--out", "more", "--max-bytes", "10"]).exit(1);
    ledger(&desk, "UPDATE record SET chunk = NULL, start = NULL, size = NULL");
    shows!("attachment_gone", desk.shown(&desk.run(&["attachment", "mail:a@acme.dev", "1", "--out", "more"]).exit(1)));
    assert!(!desk.path().join("more").exists());
}

#[test]
fn hostile_names_are_harmless() {
    let long = format!("filename=\"{}.pdf\"", "x".repeat(400));
    let names = [
        "filename=\"../../.ssh/authorized_keys\"",
        "filename=\"..\\\\..\\\\system.ini\"",
        "filename=\"/etc/cron.d/x\"",
        "filename=\".env\"",
        "filename=\"-rf\"",
        "filename=\"CON.txt\"",
        "filename*=UTF-8''%1B%5D0%3Bowned%07%1B%5B2J.txt",
        "filename*=UTF-8''invoice%E2%80%AEfdp.exe",
        "filename=\"$(reboot).sh\"",
        "filename=\"..\"",
        "filename=\"a.txt:stream\"",
        &long,
    ];
    let parts: Vec<(&str, &str, &str)> = names.iter().map(|name| (*name, "7bit", "x")).collect();
    let desk = with(&mail("a@acme.dev", &parts));
    let mut shown = desk.run(&["attachment", "mail:a@acme.dev"]).exit(0).out;
    for n in 1..=names.len() {
        let done = desk.run(&["attachment", "mail:a@acme.dev", &n.to_string()]).exit(0);
        shown.push_str(&done.out);
        let file = done.out.split('`').nth(1).unwrap().to_owned();
        assert_eq!(fs::metadata(desk.path().join(file)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let bad = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!shown.contains(bad), "{shown:?}");
    let expected = [
        "CON.txt".replace("CON", "_CON"),
        "]0;owned[2J.txt".replace([']', ';', '['], "_"),
        "_(reboot).sh".into(),
        "a.txt_stream".into(),
        "attachment-10".into(),
        "authorized_keys".into(),
        "env".into(),
        "invoicefdp.exe".into(),
        "rf".into(),
        "system.ini".into(),
        "x".into(),
        format!("{}.pdf", "x".repeat(146)),
    ];
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(saved(&desk).into_keys().collect::<Vec<_>>(), expected);
}
