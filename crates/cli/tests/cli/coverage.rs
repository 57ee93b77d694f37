//! What there is of a customer, what is missing, and whether it is what the vendors hold.

use serde_json::{Value, json};

use crate::{
    json::fits,
    support::{Desk, Vendor},
};

const POC: &str = "yourcompany-acme-poc";

fn desk(vendor: &Vendor) -> Desk {
    let mut desk = Desk::with_samples();
    desk.connect(vendor);
    desk
}

fn happens(vendor: &Vendor, event: Value) {
    let event = serde_json::from_value(event).unwrap();
    vendor.running.world().write(|world| world.apply(&event, vendor.now, None).unwrap());
}

/// The customer's document, as its schema says.
fn shown(desk: &Desk) -> Value {
    let (code, document) = desk.json(&["customer", "show", "acme-corp"]);
    assert_eq!(code, 0, "{document:#}");
    fits("customer-show", &document);
    document["customer"]["coverage"].clone()
}

#[test]
fn what_there_is_and_what_is_missing_is_shown() {
    let vendor = Vendor::start(None);
    let desk = desk(&vendor);
    assert!(!desk.run(&["customer", "show", "acme-corp"]).exit(0).out.contains("What there is"), "nothing was read yet");
    desk.run(&["sync", "--since", "2d"]).exit(0);
    let done = desk.run(&["customer", "show", "acme-corp"]).exit(0);
    assert!(done.out.contains("What there is") && done.out.contains("What is missing"), "{}", done.out);
    assert!(done.out.contains("was not read: no sync asked for it"), "{}", done.out);
    assert!(done.err.contains("next: sales sync --full --source slack"), "{}", done.err);
    let slack = &shown(&desk)[0];
    assert_eq!((&slack["source"], &slack["stale"], &slack["holes"][0]["why"]), (&json!("slack"), &json!(false), &json!("not_asked")));

    desk.run(&["sync"]).exit(0);
    let slack = &shown(&desk)[0];
    assert_eq!((&slack["holes"], &slack["unseen"], &slack["pending"]), (&json!([]), &json!([]), &json!([])), "{slack:#}");
    assert!(slack["records"].as_u64().unwrap() > 100);

    // Blind: the sync says which channel, and so does the customer, whose command is no failure.
    happens(&vendor, json!({"do": "remove_bot", "channel": POC}));
    let done = desk.run(&["sync"]).exit(3);
    assert!(done.err.contains(POC), "{}", done.err);
    let done = desk.run(&["customer", "show", "acme-corp"]).exit(0);
    assert!(done.out.contains(&format!("#{POC}")) && done.err.contains("next: sales doctor"), "{}\n{}", done.out, done.err);
    assert!(shown(&desk)[0]["unseen"].to_string().contains(POC));
}

#[test]
fn a_sample_is_compared_with_its_source() {
    let vendor = Vendor::start(None);
    let desk = desk(&vendor);
    let against = |code: i32, more: &[&str]| {
        let (found, document) = desk.json(&[&["verify", "--against-source", "--source", "slack"], more].concat());
        assert_eq!(found, code, "{document:#}");
        fits("verify-source", &document);
        document
    };
    desk.run(&["verify", "--source", "slack"]).exit(2);
    desk.run(&["verify", "--against-source", "--sample", "0"]).exit(2);
    assert_eq!(against(0, &[])["sources"], json!([]), "nothing is stored yet");

    let ts = format!("{}.000100", vendor.now.as_second() - 3_600);
    vendor.running.world().write(|w| w.add_message(POC, json!({"ts": ts, "user": "U07MICHAELC", "text": "Before."})).unwrap());
    desk.run(&["sync"]).exit(0);
    let all = against(0, &["--customer", "acme-corp", "--sample", "500"]);
    let slack = &all["sources"][0];
    assert!(slack["sampled"].as_u64().unwrap() > 100 && slack["same"].as_u64() >= slack["sampled"].as_u64(), "{all:#}");

    happens(&vendor, json!({"do": "edit", "channel": POC, "ts": ts, "text": "After."}));
    let done = desk.run(&["verify", "--against-source", "--source", "slack", "--sample", "2000"]).exit(1);
    assert!(done.out.contains("1 changed there") && done.out.contains(&ts), "{}", done.out);
    assert!(done.err.contains("next: sales sync --full --source slack"), "{}", done.err);
    desk.run(&["sync", "--full", "--source", "slack"]).exit(0);
    against(0, &["--sample", "2000"]);

    happens(&vendor, json!({"do": "remove_bot", "channel": POC}));
    let some = against(3, &["--customer", "acme-corp", "--sample", "500"]);
    assert!(
        some["sources"][0]["unasked"].to_string().contains("/invite") || some["sources"][0]["unasked"].to_string().contains(POC),
        "{some:#}"
    );
    // Nobody answers any more.
    happens(&vendor, json!({"do": "revoke_token"}));
    let none = against(3, &["--sample", "4"]);
    assert_eq!((&none["sources"][0]["same"], none["sources"][0]["unasked"].as_array().map(Vec::len)), (&json!(0), Some(4)));
    desk.run(&["verify"]).exit(0);
}
