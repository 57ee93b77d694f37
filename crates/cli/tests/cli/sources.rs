//! Gong and Granola beside Slack: sample data, live against a vendor in this process, what is told of sources.

use crate::support::{Desk, Vendor, shows};

/// Variables of Gong and Granola at the simulated vendors.
fn connected(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    desk
}

#[test]
fn each_source_runs_alone_on_sample_data() {
    let desk = Desk::empty();
    for (source, file) in [("gong", "gong/2024-04-05_poc_results_review.json"), ("granola", "granola/2024-03-22_executive_overview.md")] {
        let done = desk.run(&["run", "--integration", source, "--customer", "acme-corp", "--test", "--keep", source]).exit(0);
        let own = format!("{source}/customers/profiles/acme_inc");
        let summary = desk.read(&format!("{own}/context_summary.md"));
        assert!(done.out.ends_with(&format!("\n{summary}")));
        assert!(summary.contains(&format!("({file}#")), "{summary}");
        assert!(!desk.read(&format!("{own}/{file}")).is_empty());
        assert!(!desk.path().join(&own).join("slack").exists());
    }
}

#[test]
fn one_summary_stands_on_all_sources() {
    let desk = Desk::empty();
    desk.run(&["run", "-i", "all", "-c", "acme-corp", "--test", "--keep", "all"]).exit(0);
    let summary = desk.read("all/customers/profiles/acme_inc/context_summary.md");
    for link in [
        "](slack/2024-",
        "](gong/2024-04-05_poc_results_review.json#t=",
        "](granola/2024-03-22_executive_overview.md#",
        "](email/2024-04-05_",
    ] {
        assert!(summary.contains(link), "{link} is not in:\n{summary}");
    }
    // A call's evidence names minute and speaker.
    assert!(summary.contains("[gong 2024-04-05 22:13 Michael Chen]"), "{summary}");
    desk.run(&["--workspace", "all", "verify"]).exit(0);
}

#[test]
fn a_live_run_over_all_sources_and_what_follows_it() {
    let vendor = Vendor::all(None);
    let desk = connected(&vendor);
    desk.run(&["run", "-i", "gong", "-c", "acme-corp", "--live"]).exit(0);
    desk.run(&["sync"]).exit(0);
    let again = desk.run(&["sync"]).exit(0);
    for nothing in ["messages: nothing new", "calls: nothing new", "notes: nothing new"] {
        assert!(again.out.contains(nothing), "{}", again.out);
    }
    let found = desk.run(&["search", "-c", "acme-corp", "t-shirt"]).exit(0);
    assert!(found.out.contains("call: POC results review"), "{}", found.out);
    let explained = desk.run(&["match", "explain", "gong:1234567890"]).exit(0);
    assert!(explained.out.contains("acme_inc") && explained.out.contains("_poc_results_review.json"), "{}", explained.out);
    let by_link = desk.run(&["match", "explain", "https://us-12345.app.gong.io/call?id=1234567890"]).exit(0);
    assert_eq!(by_link.out, explained.out);
    desk.run(&["verify"]).exit(0);
    desk.run(&["doctor"]).exit(0);
}

#[test]
fn half_of_a_key_is_no_key() {
    let mut desk = Desk::with_samples();
    desk.set("GONG_API_KEY", "KEY");
    shows!("gong_without_secret", desk.shown(&desk.run(&["sync", "-s", "gong"])));
}

#[test]
fn a_wrong_key_is_told() {
    let vendor = Vendor::all(None);
    let mut desk = connected(&vendor);
    desk.set("GONG_API_SECRET", "wrong");
    shows!("gong_wrong_key", desk.shown(&desk.run(&["sync", "-s", "gong"])));
    desk.set("GRANOLA_API_KEY", "grn_wrong");
    shows!("granola_wrong_key", desk.shown(&desk.run(&["sync", "-s", "granola"])));
    let doctor = desk.run(&["doctor", "-s", "granola"]);
    assert_eq!(doctor.code, 4, "{}", doctor.out);
}

#[test]
fn sources_are_listed_and_shown() {
    let vendor = Vendor::all(None);
    let mut desk = Desk::with_samples();
    shows!("integration_list", desk.shown(&desk.run(&["integration", "list"])));
    shows!("integration_show_gong", desk.shown(&desk.run(&["integration", "show", "gong"])));
    shows!("integration_show_granola", desk.shown(&desk.run(&["integration", "show", "granola"])));
    shows!("integration_show_nothing", desk.shown(&desk.run(&["integration", "show", "gnog"])));
    desk.connect(&vendor);
    shows!("integration_list_connected", desk.shown(&desk.run(&["integration", "list"])));
    let outside = Desk::empty();
    outside.run(&["integration", "list"]).exit(0);
}

#[test]
fn the_doctor_names_missing_scopes_and_what_each_would_give() {
    let vendor = Vendor::all(None);
    let mut desk = connected(&vendor);
    let company = std::fs::read_to_string(crate::support::samples().join("gong/company.json")).unwrap();
    let company: serde_json::Value = serde_json::from_str(&company).unwrap();
    let narrow = |t: &&serde_json::Value| !t["scopes"].as_array().unwrap().iter().any(|s| s == "api:calls:read:transcript");
    let token = company["access_tokens"].as_array().unwrap().iter().find(narrow).expect("a narrow token is in the samples");
    let token = token["token"].as_str().unwrap().to_owned();
    desk.unset("GONG_API_KEY").unset("GONG_API_SECRET").set("GONG_ACCESS_TOKEN", &token);
    let done = desk.run(&["doctor", "-s", "gong"]);
    assert!(done.out.contains("api:calls:read:transcript (") && done.out.to_lowercase().contains("missing"), "{}", done.out);
    let (_, document) = desk.json(&["doctor", "-s", "gong"]);
    let checks = document["checks"].as_array().unwrap();
    let gong = checks.iter().find(|c| c["name"] == "gong:default").unwrap();
    let missing: Vec<_> = gong["permissions"].as_array().unwrap().iter().filter(|p| p["granted"] == false).collect();
    assert!(missing.iter().any(|p| p["name"] == "api:calls:read:transcript"), "{document:#}");
}
