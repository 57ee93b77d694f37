//! `sales export`: a customer's and a person's data.

use sales_testkit::tree;
use serde_json::Value;

use crate::support::{Desk, Vendor};

fn lines(bytes: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(bytes).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn a_customers_and_a_persons_data() {
    let vendor = Vendor::all(None);
    let mut desk = Desk::with_samples();
    desk.connect(&vendor);
    desk.run(&["sync"]).exit(0);
    desk.run(&["export", "--customer", "northwind", "--out", "own", "--raw"]).exit(0);
    let out = tree(&desk.path().join("own"));
    let records = lines(&out["records.jsonl"]);
    assert!(records.len() > 50 && lines(&out["raw.jsonl"]).len() == records.len(), "{}", records.len());
    for source in ["slack", "gong", "granola", "email"] {
        assert!(records.iter().any(|r| r["source"] == source), "{source}");
    }
    // The readable files are the customer's own, and each piece of evidence stands in one of them.
    let own = tree(&desk.path().join("customers/profiles/northwind_labs"));
    for (path, bytes) in &own {
        assert_eq!(out.get(&format!("files/{path}")), Some(bytes), "{path}");
    }
    for record in &records {
        let evidence = record["evidence"].as_str().unwrap();
        let (path, anchor) = evidence.split_once('#').unwrap_or((evidence, ""));
        assert!(String::from_utf8_lossy(&out[path]).contains(anchor), "{evidence}");
    }
    assert!(!lines(&out["findings.jsonl"]).is_empty() && out.contains_key("README.md"));
    let elsewhere = records.iter().filter(|r| r["place"].as_str().is_some_and(|p| p.contains("acme") || p.contains("globex"))).count();
    assert_eq!(elsewhere, 0, "nothing of other customers");

    desk.run(&["export", "--person", "michael.chen@acme.dev", "--out", "chen"]).exit(0);
    let out = tree(&desk.path().join("chen"));
    let records = lines(&out["records.jsonl"]);
    let authors: std::collections::BTreeSet<_> = records.iter().filter_map(|r| r["author"].as_str()).collect();
    assert_eq!(authors.into_iter().collect::<Vec<_>>(), ["Michael Chen"]);
    assert!(records.iter().any(|r| r["source"] == "slack") && records.iter().any(|r| r["source"] == "email"), "{records:#?}");
    let named = lines(&out["named.jsonl"]);
    assert!(named.iter().any(|r| r["source"] == "gong") && named.iter().all(|r| r.get("text").is_none()), "{named:#?}");
    let person: Value = serde_json::from_slice(&out["person.json"]).unwrap();
    assert_eq!(person["contacts"][0]["customer"], "acme_inc");

    let there = desk.run(&["export", "--person", "michael.chen@acme.dev", "--out", "chen"]).exit(1);
    assert!(there.err.contains("is there already"), "{}", there.err);
}
