//! `sales import`: Slack's own export format, made from the sample data.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{Seek, Write},
    path::Path,
};

use jiff::Timestamp;
use sales_simulator::World;
use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::support::{Desk, Vendor, samples, shows};

/// Writes the sample workspace as an admin's export: lists, and a folder per channel with a file per day.
pub(crate) fn export(path: &Path) {
    changed_export(path, |_, _| {});
}

/// The same, with each list and each day changed by `change`, which is given the entry's name.
pub(crate) fn changed_export(path: &Path, change: impl Fn(&str, &mut Value)) {
    let read = |name: &str| serde_json::from_str::<Value>(&std::fs::read_to_string(samples().join("slack").join(name)).unwrap()).unwrap();
    let channels = read("channels.json");
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    let mut put = |name: &str, value: &Value| {
        let mut value = value.clone();
        change(name, &mut value);
        add(&mut zip, name, &serde_json::to_vec(&value).unwrap());
    };
    put("users.json", &read("users.json"));
    let private = |c: &&Value| c["is_private"] == true;
    let (groups, open): (Vec<_>, Vec<_>) = channels.as_array().unwrap().iter().partition(private);
    put("channels.json", &open.into_iter().cloned().collect());
    put("groups.json", &groups.into_iter().cloned().collect());
    put("dms.json", &Value::Array(Vec::new()));
    put("mpims.json", &Value::Array(Vec::new()));
    for channel in channels.as_array().unwrap() {
        let name = channel["name"].as_str().unwrap();
        if !samples().join("slack/messages").join(format!("{name}.json")).exists() {
            continue;
        }
        let mut days: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for message in read(&format!("messages/{name}.json")).as_array().unwrap() {
            let seconds = message["ts"].as_str().unwrap().split('.').next().unwrap().parse().unwrap();
            let day = Timestamp::from_second(seconds).unwrap().strftime("%Y-%m-%d").to_string();
            days.entry(day).or_default().push(message.clone());
        }
        for (day, messages) in days {
            put(&format!("{name}/{day}.json"), &Value::Array(messages));
        }
    }
    zip.finish().unwrap();
}

fn add<W: Write + Seek>(zip: &mut ZipWriter<W>, name: &str, content: &[u8]) {
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(content).unwrap();
}

#[test]
fn an_export_is_looked_at_then_imported_then_unchanged() {
    let mut desk = Desk::with_samples();
    desk.set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    export(&desk.path().join("export.zip"));
    let before = sales_testkit::tree(&desk.path().join("customers"));
    let dry = desk.run(&["import", "export.zip", "--dry-run"]).exit(0);
    shows!("import_dry_run", desk.shown(&dry));
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());

    let done = desk.run(&["import", "export.zip"]).exit(0);
    assert!(done.out.contains("records: "), "{}", done.out);
    let summary = desk.read("customers/profiles/acme_inc/context_summary.md");
    assert!(summary.contains("_poc_planning.json#"), "{summary}");
    assert!(desk.path().join("customers/profiles/acme_inc/slack/2024-03-15_poc_planning.json").is_file());
    let after = sales_testkit::tree(&desk.path().join("customers"));

    let again = desk.run(&["import", "export.zip"]).exit(0);
    assert!(again.out.contains("records: nothing new"), "{}", again.out);
    assert_eq!(sales_testkit::differences(&after, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());
    desk.run(&["verify"]).exit(0);
}

/// An export from before the edits, whose lists tell less than the API: what the account brought stands, in the ledger and in every file.
#[test]
fn an_older_export_changes_nothing_that_an_account_brought() {
    // With the dates of the export.
    let vendor = Vendor::with(None, |world| *world = World::sample().unwrap());
    let mut desk = Desk::with_samples();
    desk.connect(&vendor).set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    desk.run(&["sync"]).exit(0);
    let synced = sales_testkit::tree(&desk.path().join("customers"));
    changed_export(&desk.path().join("old.zip"), |name, list| {
        // The account is not in this one.
        if name.starts_with("random/") {
            *list = Value::Array(Vec::new());
        }
        for entry in list.as_array_mut().unwrap().iter_mut().filter_map(Value::as_object_mut) {
            if name == "users.json" {
                entry["profile"] = serde_json::json!({ "real_name": "Somebody" });
            } else if !name.contains('/') {
                entry.retain(|key, _| !key.contains("shared") && !key.contains("team"));
                entry.insert("topic".into(), serde_json::json!({ "value": "What it was about then" }));
            } else if entry.remove("edited").is_some() {
                entry.insert("text".into(), "As it was before the edit".into());
            }
        }
    });
    let done = desk.run(&["import", "old.zip"]).exit(0);
    assert!(done.out.contains("records: nothing new"), "{}", done.out);
    assert_eq!(sales_testkit::differences(&synced, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());
    desk.run(&["verify"]).exit(0);
}

#[test]
fn files_that_are_no_export() {
    let desk = Desk::with_samples();
    desk.write("notes.txt", "not a zip\n");
    add_zip(&desk.path().join("holiday.zip"), "beach.jpg");
    shows!("import_missing", desk.shown(&desk.run(&["import", "missing.zip"]).exit(1)));
    shows!("import_text", desk.shown(&desk.run(&["import", "notes.txt"]).exit(1)));
    shows!("import_other_zip", desk.shown(&desk.run(&["import", "holiday.zip"]).exit(1)));
}

#[test]
fn a_bad_file_does_not_stop_a_good_one() {
    let desk = Desk::with_samples();
    desk.write("notes.txt", "not a zip\n");
    export(&desk.path().join("export.zip"));
    let done = desk.run(&["import", "notes.txt", "export.zip"]).exit(3);
    assert!(done.err.contains("notes.txt") && done.out.contains("export.zip"), "{}{}", done.out, done.err);
}

/// One day of one channel is no JSON: it is named, everything else is there.
#[test]
fn a_torn_day_is_named_and_the_rest_comes() {
    let desk = Desk::with_samples();
    let path = desk.path().join("export.zip");
    export(&path);
    let mut zip = ZipWriter::new_append(File::options().read(true).write(true).open(&path).unwrap()).unwrap();
    add(&mut zip, "general/2024-04-06.json", b"[{\"type\":\"message\",\"ts\":\"17");
    add(
        &mut zip,
        "general/2024-04-07.json",
        b"[{\"type\":\"message\",\"text\":\"when?\"},{\"type\":\"message\",\"ts\":\"1712480000.000100\"}]",
    );
    add(&mut zip, "general/2024-04-08.json", b"[{\"type\":\"message\",\"ts\":\"1712566400.000100\",\"text\":\"Gr\xfc\xdfe\"}]");
    add(&mut zip, "../general/2024-04-08.json", b"[]");
    zip.finish().unwrap();
    let dry = desk.run(&["import", "export.zip", "--dry-run"]).exit(3);
    let done = desk.run(&["import", "export.zip"]).exit(3);
    shows!("import_torn", desk.shown(&dry));
    // Both complain of the same, and what an import would bring is what it brings.
    assert!(done.err.starts_with(&dry.err), "{}", done.err);
    let again = desk.json(&["import", "export.zip"]).1;
    let looked = desk.json(&["import", "export.zip", "--dry-run"]).1;
    let of = |v: &Value, key: &str| v["files"][0]["report"][key].clone();
    assert_eq!((of(&again, "notes"), of(&again, "unreadable")), (of(&looked, "notes"), of(&looked, "unreadable")));
    assert_eq!(of(&again, "records")["unchanged"], 569);
    assert!(desk.path().join("customers/profiles/acme_inc/slack/2024-03-15_poc_planning.json").is_file());
}

fn add_zip(path: &Path, name: &str) {
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    add(&mut zip, name, b"x");
    zip.finish().unwrap();
}
