//! `sales import`: calls by people without a key.

use sales_simulator::{GongWorld, SimOptions, World};
use serde_json::{Value, json};

use crate::{
    export::changed_export,
    support::{Desk, Vendor, samples, shows, worlds},
};

/// A review with somebody of the customer, with somebody of ours whom nobody here knows, and a damaged cue.
const REVIEW: &str = "WEBVTT\n\n\
    1\n00:00:03.120 --> 00:00:08.440\n<v Jo Rivera>Good morning. Thank you for making the time.</v>\n\n\
    2\n00:00:08.900 --> 00:00:14.000\n<v Sarah Rodriguez>We will decide next week. The CFO approved the budget.</v>\n\n\
    3\n00:00:xx --> 00:00:16.000\n<v Sarah Rodriguez>Lost.</v>\n\n\
    4\n00:01:20.000 --> 00:02:10.000\n<v Jo Rivera>Great. I will send the contract draft by Friday.</v>\n";

const FILE: &str = "customers/profiles/acme_inc/gong/2024-04-05_poc_results_review.json";

fn desk() -> Desk {
    let mut desk = Desk::with_samples();
    desk.set("SALES_TEST_NOW", "2024-04-08T09:00:00Z");
    desk
}

fn tree(desk: &Desk) -> impl PartialEq + std::fmt::Debug + use<> {
    sales_testkit::tree(&desk.path().join("customers"))
}

/// Files of calls by name.
fn gong_files(desk: &Desk) -> std::collections::BTreeMap<String, String> {
    let mut out = std::collections::BTreeMap::new();
    for customer in ["acme_inc", "globex", "northwind_labs"] {
        let folder = format!("customers/profiles/{customer}/gong");
        for file in std::fs::read_dir(desk.path().join(&folder)).unwrap() {
            let path = format!("{folder}/{}", file.unwrap().file_name().to_str().unwrap());
            out.insert(path.clone(), desk.read(&path));
        }
    }
    out
}

#[test]
fn captions_become_a_call_of_the_customer_that_is_named() {
    let desk = desk();
    desk.write("call.vtt", REVIEW);
    let before = tree(&desk);
    let told = ["import", "call.vtt", "--customer", "acme-corp", "--date", "2024-04-05T15:00", "--title", "POC results review"];
    let dry = desk.run(&[&told[..], &["--dry-run"]].concat()).exit(3);
    shows!("import_captions_dry_run", desk.shown(&dry));
    assert_eq!(tree(&desk), before);

    let done = desk.run(&told).exit(3);
    assert!(done.err.starts_with(&dry.err) && done.out.contains("calls: 1 new"), "{}{}", done.out, done.err);
    let file: Value = serde_json::from_str(&desk.read(FILE)).unwrap();
    assert!(file["call_id"].as_str().unwrap().starts_with("file-"), "{file}");
    let words: Vec<_> = file["transcript"].as_array().unwrap().iter().map(|t| t["text"].as_str().unwrap()).collect();
    assert_eq!(
        words,
        [
            "Good morning. Thank you for making the time.",
            "We will decide next week. The CFO approved the budget.",
            "Great. I will send the contract draft by Friday."
        ]
    );
    assert!(desk.read("customers/profiles/acme_inc/context_summary.md").contains("2024-04-05_poc_results_review.json#t=8"));
    let after = tree(&desk);

    let again = desk.run(&told).exit(3);
    assert!(again.out.contains("calls: nothing new, 1 as before"), "{}", again.out);
    assert_eq!(tree(&desk), after);
    let explained = desk.run(&["match", "explain", &format!("gong:{}", file["call_id"].as_str().unwrap())]).exit(0);
    assert!(explained.out.contains("it was imported for this customer"), "{}", explained.out);
    desk.run(&["verify"]).exit(0);
    desk.run(&["files", "rebuild"]).exit(0);
    assert_eq!(tree(&desk), after);
}

/// Whoever imports a file again says something else of it: that counts.
#[test]
fn the_last_word_of_who_imports_counts() {
    let desk = desk();
    desk.write(
        "2024-04-05_review.srt",
        "1\n00:00:01,000 --> 00:00:04,000\nJo Rivera: Hello.\n\n2\n00:00:05,000 --> 00:00:06,000\nSarah Rodriguez: Hi.\n",
    );
    desk.run(&["import", "2024-04-05_review.srt", "-c", "globex"]).exit(0);
    assert!(desk.path().join("customers/profiles/globex/gong/2024-04-05_review.json").is_file());
    let done = desk.run(&["import", "2024-04-05_review.srt", "-c", "acme-corp", "-c", "acme_inc", "--title", "First call"]).exit(0);
    assert!(done.out.contains("calls: 1 changed"), "{}", done.out);
    assert!(!desk.path().join("customers/profiles/globex/gong/2024-04-05_review.json").exists());
    assert!(desk.path().join("customers/profiles/acme_inc/gong/2024-04-05_first_call.json").is_file());
    desk.run(&["verify"]).exit(0);
}

/// Nobody's address stands in captions: who has the full name of a contact is theirs, of a colleague ours, whoever else is nobody's.
#[test]
fn full_names_tell_sides() {
    let desk = desk();
    changed_export(&desk.path().join("export.zip"), |name, list| {
        for user in list.as_array_mut().unwrap().iter_mut().filter(|_| name == "users.json") {
            user["profile"]["display_name"] = user["profile"]["real_name"].clone();
        }
    });
    desk.run(&["import", "export.zip"]).exit(0);
    desk.write(
        "2024-04-05_review.txt",
        "sarah  rodriguez: We decide next week.\nSomebody Else: I see.\nSarah: Yes.\nJo Rivera: No.\nJo: No.\nsarah  rodriguez: Good.\n",
    );
    desk.run(&["import", "2024-04-05_review.txt", "--customer", "acme-corp"]).exit(0);
    let file: Value = serde_json::from_str(&desk.read("customers/profiles/acme_inc/gong/2024-04-05_review.json")).unwrap();
    let sides: Vec<_> = file["parties"].as_array().unwrap().iter().map(|p| (p["name"].clone(), p["side"].clone())).collect();
    assert_eq!(
        sides,
        [("sarah rodriguez", "theirs"), ("Somebody Else", "other"), ("Sarah", "other"), ("Jo Rivera", "ours"), ("Jo", "other")]
            .map(|(n, s)| (json!(n), json!(s)))
    );
}

#[test]
fn what_cannot_be_a_call() {
    let desk = desk();
    desk.write("notes.txt", "We met ACME today. They liked it.\n");
    desk.write("undated.txt", "Jo Rivera: Hello.\nSarah Rodriguez: Hi.\n");
    desk.write("other.json", "{\"calls\": []}");
    shows!("import_prose", desk.shown(&desk.run(&["import", "notes.txt", "--date", "2024-04-05"]).exit(1)));
    shows!("import_undated", desk.shown(&desk.run(&["import", "undated.txt"]).exit(1)));
    shows!("import_no_calls", desk.shown(&desk.run(&["import", "other.json"]).exit(1)));
    shows!("import_bad_date", desk.shown(&desk.run(&["import", "undated.txt", "--date", "5/4/24"]).exit(2)));
    shows!("import_two_titles", desk.shown(&desk.run(&["import", "undated.txt", "notes.txt", "--title", "x"]).exit(2)));
    shows!("import_unknown_customer", desk.shown(&desk.run(&["import", "undated.txt", "-c", "acmee"]).exit(1)));
    let call = samples().join("gong/calls/2024-04-05_poc_results_review.json");
    desk.write("call.json", std::fs::read(call).unwrap());
    shows!("import_told_twice", desk.shown(&desk.run(&["import", "call.json", "-c", "acme-corp"]).exit(2)));
}

/// The samples, as files, bring what a sync of the double with the same samples brings.
#[test]
fn gong_calls_from_files() {
    let desk = desk();
    let (mut calls, mut transcripts) = (Vec::new(), Vec::new());
    for file in std::fs::read_dir(samples().join("gong/calls")).unwrap() {
        let mut pair: Value = serde_json::from_slice(&std::fs::read(file.unwrap().path()).unwrap()).unwrap();
        transcripts.push(json!({"callId": pair["call"]["metaData"]["id"], "transcript": pair["transcript"].take()}));
        calls.push(pair["call"].take());
    }
    desk.write("calls.json", json!({"requestId": "x", "calls": calls}).to_string());
    desk.write("transcripts.json", json!({"requestId": "y", "callTranscripts": transcripts}).to_string());
    // Nobody knows the calls yet.
    let lost = desk.run(&["import", "transcripts.json", "--dry-run"]).exit(3);
    assert!(lost.err.contains("nobody knows the call that it belongs to"), "{}", lost.err);
    desk.run(&["import", "calls.json", "transcripts.json", "--dry-run"]).exit(0);
    let (code, document) = desk.json(&["import", "calls.json", "transcripts.json"]);
    assert_eq!((code, document["files"][0]["report"]["unreadable"].clone()), (0, json!([])));
    assert!(desk.path().join(FILE).is_file());
    let after = tree(&desk);

    // The same, each beside its transcript, into another workspace and into this one.
    let pairs: Vec<String> =
        calls.iter().zip(&transcripts).map(|(call, t)| json!({"call": call, "transcript": t["transcript"]}).to_string()).collect();
    let other = self::desk();
    for desk in [&desk, &other] {
        desk.write("pairs.jsonl", pairs.join("\n"));
        desk.run(&["import", "pairs.jsonl"]).exit(0);
        assert_eq!(tree(desk), after);
        desk.run(&["verify"]).exit(0);
    }
    // A sync of the vendor that has the same calls.
    let vendor = Vendor::of(None, SimOptions { gong: Some(GongWorld::sample().unwrap()), ..worlds(World::sample().unwrap()) });
    let mut synced = self::desk();
    let env = vendor.running.env();
    env.iter().filter(|(name, _)| name.starts_with("GONG_")).for_each(|(name, value)| _ = synced.set(name, value));
    synced.write("workspace.toml", synced.read("workspace.toml").replace("limits = \"on\"", "limits = \"off\""));
    synced.run(&["sync", "--source", "gong"]).exit(0);
    assert_eq!(gong_files(&synced), gong_files(&desk));
    assert_eq!(gong_files(&desk).len(), 16);

    // Calls as the list gives them take nothing away from those that are known better.
    let basic: Vec<_> = calls.iter().map(|c| c["metaData"].clone()).collect();
    desk.write("basic.json", json!({"calls": basic}).to_string());
    let done = desk.run(&["import", "basic.json"]).exit(0);
    assert!(done.out.contains("calls: nothing new"), "{}", done.out);
    assert_eq!(tree(&desk), after);
}
