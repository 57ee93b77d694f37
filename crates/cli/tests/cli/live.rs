//! `--live` against a vendor that stands in this process or another, by environment alone.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::support::{Desk, Done, Vendor};

#[test]
fn a_live_run_and_what_follows_it() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);

    let first = desk.run(&["run", "-i", "slack", "-c", "acme-corp", "--live"]).exit(0);
    let summary = desk.read("customers/profiles/acme_inc/context_summary.md");
    assert!(first.out.ends_with(&summary), "{}", first.out);
    assert!(summary.starts_with("# ACME Inc\n") && summary.contains("_poc_planning.json#"), "{summary}");

    // Now for all customers, and again: nothing is new the second time.
    desk.run(&["sync"]).exit(0);
    let second = desk.run(&["sync"]).exit(0);
    assert!(second.out.contains("messages: nothing new"), "{}", second.out);

    // The older form is a live run that reads everything again.
    let older = desk.run(&["run", "acme-corp", "-i", "slack", "-f"]).exit(0);
    assert!(older.out.contains("messages: nothing new"), "{}", older.out);

    desk.run(&["sync", "--audit"]).exit(0);
    desk.run(&["verify"]).exit(0);
    let rebuilt = desk.run(&["files", "rebuild"]).exit(0);
    assert!(rebuilt.out.starts_with("All files of 3 customers were right"), "{}", rebuilt.out);
    assert_eq!(desk.run(&["context", "ACME Corp"]).exit(0).out, desk.read("customers/profiles/acme_inc/context_summary.md"));
}

#[test]
fn files_that_were_lost_or_edited_come_back() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    let before = sales_testkit::tree(&desk.path().join("customers"));
    let own = desk.path().join("customers/profiles/acme_inc");
    let mut files: Vec<_> = std::fs::read_dir(own.join("slack")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    std::fs::remove_file(&files[0]).unwrap();
    crate::support::write(&files[1], b"{}");
    // As one that a ledger wrote that is gone.
    std::fs::copy(&files[2], own.join("slack/2024-01-01_nobody.json")).unwrap();
    crate::support::write(&own.join("context_summary.md"), b"gone");

    let found = desk.run(&["verify"]).exit(1);
    assert!(found.out.contains("files match the ledger"), "{}", found.out);
    desk.run(&["files", "rebuild"]).exit(0);
    desk.run(&["verify"]).exit(0);
    for (path, text) in [(&files[1], "{}"), (&own.join("context_summary.md"), "gone")] {
        let copy = format!("{}.local", path.display());
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), text);
        std::fs::remove_file(copy).unwrap();
    }
    std::fs::remove_file(own.join("slack/2024-01-01_nobody.json.local")).unwrap();
    assert_eq!(sales_testkit::differences(&before, &sales_testkit::tree(&desk.path().join("customers"))), Vec::<String>::new());
}

#[test]
fn the_review_list_and_reasons() {
    let vendor = Vendor::start(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);

    let review = desk.run(&["match", "list"]).exit(0).out;
    assert!(review.contains("#acme-bricks-event"), "{review}");
    assert!(!review.contains("#yourcompany-acme-poc"), "{review}");

    let (_, found) = desk.json(&["search", "security", "review", "--customer", "acme-corp", "--limit", "3"]);
    let hit = &found["hits"][0];
    assert_eq!(hit["customers"], serde_json::json!(["acme_inc"]));
    for name in ["record", "url"] {
        let explained = desk.run(&["match", "explain", hit[name].as_str().unwrap()]).exit(0).out;
        assert!(explained.contains("It belongs to ACME Inc like all of #"), "{explained}");
    }
    assert_eq!(desk.run(&["search", "word-that-nobody-said"]).exit(0).out, "Nothing found\n");
}

/// Two processes and nothing between them but the printed variables.
#[test]
fn a_simulator_in_another_process() {
    let desk = Desk::unlimited();
    let mut server = desk.command(&["simulate", "--json", "--no-limits"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut text = String::new();
    for line in BufReader::new(server.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        text.push_str(&line);
        if line == "}" {
            break;
        }
    }
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut client = desk.command(&["run", "--integration", "slack", "--customer", "acme-corp", "--live"]);
    for (name, value) in document["env"].as_object().unwrap() {
        client.env(name, value.as_str().unwrap());
    }
    let done = Done::of(client.output().unwrap()).exit(0);
    assert!(done.out.contains("# ACME Inc"), "{}", done.out);
    crate::support::interrupt(&server);
    assert!(server.wait().unwrap().success(), "Ctrl-C ends the simulator as wished");
}
