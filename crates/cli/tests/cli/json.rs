//! `--json`: one document per command, as its schema says.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::{Desk, Vendor};

/// Asserts that a document is as `docs/schemas/<name>.schema.json` says.
#[track_caller]
pub(crate) fn fits(name: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/schemas/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let wrong: Vec<String> = validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}\n{document:#}");
}

#[test]
fn documents_of_all_commands() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    let check = |desk: &Desk, name: &str, code: i32, args: &[&str]| {
        let (found, document) = desk.json(args);
        assert_eq!(found, code, "{args:?}: {document:#}");
        fits(name, &document);
        document
    };
    check(&desk, "init", 0, &["init", "another"]);
    check(&desk, "error", 4, &["sync"]);
    check(&desk, "error", 1, &["context", "nobody"]);
    check(&desk, "error", 2, &["sync", "--no-such-option"]);
    check(&desk, "customer-list", 0, &["customer", "list"]);
    check(&desk, "customer-show", 0, &["customer", "show", "acme-corp"]);
    check(&desk, "customer-show", 0, &["customer", "add", "Fourth Ltd", "--domain", "fourth.example"]);
    check(&desk, "customer-show", 0, &["customer", "edit", "fourth_ltd", "--stage", "discovery"]);
    desk.connect(&vendor);
    let synced = check(&desk, "sync", 0, &["sync"]);
    assert!(synced["report"]["accounts"][0]["records"]["new"].as_u64().unwrap() > 100);
    let run = check(&desk, "sync", 0, &["run", "-i", "slack", "-c", "acme-corp", "--live"]);
    assert_eq!(run["context"]["text"], desk.read("customers/profiles/acme_inc/context_summary.md"));
    check(&desk, "sync", 0, &["run", "-i", "all", "-c", "acme-corp", "--test"]);
    let context = check(&desk, "context", 0, &["context", "acme-corp"]);
    assert_eq!(context["text"], run["context"]["text"]);
    let review = check(&desk, "match-list", 0, &["match", "list"]);
    assert!(!review["review"].as_array().unwrap().is_empty());
    let found = check(&desk, "search", 0, &["search", "pricing"]);
    check(&desk, "search", 0, &["search", "pricing", "-c", "acme-corp"]);
    check(&desk, "search", 0, &["search", "word-that-nobody-said"]);
    let record = found["hits"][0]["record"].as_str().unwrap().to_owned();
    check(&desk, "match-explain", 0, &["match", "explain", &record]);
    check(&desk, "integration-list", 0, &["integration", "list"]);
    for source in ["slack", "gong", "granola", "email"] {
        check(&desk, "integration-show", 0, &["integration", "show", source]);
    }
    check(&desk, "doctor", 0, &["doctor"]);
    check(&desk, "verify", 0, &["verify"]);
    check(&desk, "verify-source", 0, &["verify", "--against-source", "--sample", "3"]);
    check(&desk, "customer-show", 0, &["customer", "show", "acme-corp"]);
    check(&desk, "files-rebuild", 0, &["files", "rebuild"]);
    desk.write("report.md", "Write to ana@acme.dev");
    check(&desk, "redact", 0, &["redact", "report.md", "-c", "acme-corp"]);
    check(&desk, "retention", 0, &["retention"]);
    check(&desk, "export", 0, &["export", "--customer", "acme-corp", "--out", "e.zip"]);
    check(&desk, "error", 1, &["export", "--customer", "acme-corp", "--out", "e.zip"]);
    check(&desk, "error", 2, &["export"]);
    check(&desk, "backup", 0, &["backup", "--out", "b.zip"]);
    check(&desk, "backup", 0, &["restore", "b.zip", "restored"]);
    check(&desk, "error", 1, &["restore", "b.zip", "restored"]);
    check(&desk, "forget", 0, &["person", "forget", "michael.chen@acme.dev", "--dry-run"]);
    check(&desk, "error", 2, &["customer", "forget", "acme-corp"]);
    check(&desk, "forget", 0, &["customer", "forget", "acme-corp", "--yes"]);
    desk.write("notes.txt", "");
    check(&desk, "error", 1, &["import", "notes.txt"]);
    check(&desk, "import", 1, &["import", "notes.txt", "missing.zip"]);
}

#[test]
fn a_failed_stream_stands_in_the_document() {
    let scenario = "[[rule]]\nmethod = 'conversations.history'\nchannel = 'general'\ndo = 'error'\nerror = 'channel_not_found'";
    let vendor = Vendor::start(Some(scenario));
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.write("customers/profiles/globex/profile.toml", "name = ");
    let (code, document) = desk.json(&["sync"]);
    assert_eq!(code, 3, "{document:#}");
    fits("sync", &document);
    assert_eq!(document["report"]["accounts"][0]["failed"].as_array().map(Vec::len), Some(1), "{document:#}");
    assert_eq!(document["problems"].as_array().map(Vec::len), Some(1));
}
