//! `sales run --test`: the first command anybody types.

use std::{fs, time::Instant};

use crate::support::{Desk, shows};

#[test]
fn the_first_command_shows_the_summary() {
    let mut desk = Desk::empty();
    // Real credentials and addresses are ignored: nothing is sent anywhere.
    desk.set("SLACK_TOKEN", "xoxb-real").set("SLACK_API_URL", "http://192.0.2.1/api").set("SALES_WORKSPACE", "/nowhere");
    let done = desk.run(&["run", "--integration", "slack", "--customer", "acme-corp", "--test"]).exit(0);
    let root = fs::read_dir(desk.path()).unwrap().map(|e| e.unwrap().path()).find(|p| p.join("workspace.toml").exists()).unwrap();
    let own = root.join("customers/profiles/acme_inc");
    let summary = fs::read_to_string(own.join("context_summary.md")).unwrap();
    assert!(done.out.ends_with(&format!("\n{summary}")), "the summary stands on screen as on disk");
    assert!(summary.starts_with("# ACME Inc\n"), "{summary}");
    assert!(summary.contains("(slack/2024-04-05_poc_planning.json#"), "every fact is linked to what was said");
    assert!(own.join("slack/2024-03-15_poc_planning.json").is_file());
    assert!(own.join("insights.json").is_file());
    let head = done.out.strip_suffix(&summary).unwrap();
    shows!("first_command", desk.shown(&crate::support::Done { code: done.code, out: head.to_owned(), err: done.err }));
}

#[test]
fn two_runs_give_the_same_bytes() {
    let desk = Desk::empty();
    let trees = ["one", "two"].map(|name| {
        desk.run(&["run", "-i", "all", "-c", "ACME Corp", "--test", "--keep", name]).exit(0);
        sales_testkit::tree(&desk.path().join(name).join("customers"))
    });
    assert_eq!(sales_testkit::differences(&trees[0], &trees[1]), Vec::<String>::new());
}

#[test]
fn an_existing_workspace_is_not_touched() {
    let desk = Desk::with_samples();
    let done = desk.run(&["run", "-i", "slack", "-c", "acme-corp", "--test", "--keep", "."]).exit(1);
    shows!("keep_in_a_workspace", desk.shown(&done));
}

#[test]
fn without_a_customer_all_are_made() {
    let desk = Desk::empty();
    let done = desk.run(&["run", "-i", "all", "--test", "--keep", "all"]).exit(0);
    for id in ["acme_inc", "globex", "northwind_labs"] {
        assert!(desk.read(&format!("all/customers/profiles/{id}/context_summary.md")).starts_with("# "));
    }
    assert!(done.out.contains("sales --workspace"), "{}", done.out);
}

/// Not a gate: the number stands in the output of the test run for whoever looks.
#[test]
fn how_long_it_takes_is_told() {
    let desk = Desk::empty();
    let began = Instant::now();
    desk.run(&["run", "-i", "slack", "-c", "acme-corp", "--test", "--quiet"]).exit(0);
    println!("the first command took {:?}", began.elapsed());
}
