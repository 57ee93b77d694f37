use std::sync::Arc;

use jiff::Timestamp;
use sales_model::{Checkpoint, Place, Route, Settings, Source};
use sales_transport::{Http, HttpOptions, MemoryBudget, MemoryTokenStore, Timer, virtual_time::VirtualTimer};

use super::*;
use crate::Credentials;

const NOW: &str = "2024-04-08T09:00:00Z";

fn cx() -> Cx {
    let timer: Arc<dyn Timer> = Arc::new(VirtualTimer::new(NOW.parse().unwrap()));
    Cx {
        account: AccountKey { source: Source::GONG, name: "default".into() },
        credentials: Arc::new(Credentials::default()),
        http: Http::new(HttpOptions::new(timer.clone(), Arc::new(MemoryBudget::default()))).unwrap(),
        timer,
        tokens: Arc::new(MemoryTokenStore::default()),
        settings: Arc::new(Settings::default()),
        route: Route::Direct,
        unlimited: false,
        notices: None,
    }
}

fn plan(mode: Mode) -> Plan {
    Plan { mode, since: "2022-04-08T09:00:00Z".parse().unwrap(), now: NOW.parse().unwrap(), only: None }
}

fn known(cx: &Cx, workspaces: &str) -> Known {
    let list = Checkpoint(format!(r#"{{"v":1,"list":{workspaces}}}"#));
    let mut known = Known::default();
    known.checkpoints.insert(key(&cx.account, catalogue::WORKSPACES, ""), list);
    // Of another account, or of an earlier one.
    known.places.push(Place { key: "gong:99".into(), member: true, ..Place::default() });
    known
}

fn names(streams: &[PlannedStream]) -> Vec<(String, u32)> {
    streams.iter().map(|s| (s.key.to_string(), s.rank)).collect()
}

#[test]
fn lists_are_read_once_a_day() {
    let cx = cx();
    let mut known = Known::default();
    let all: Vec<_> = ["workspaces", "users", "trackers"].map(|s| (format!("gong:default/{s}"), 0)).into();
    assert_eq!(names(&catalogue(&cx, &plan(Mode::Default), &known)), all);
    let now: Timestamp = NOW.parse().unwrap();
    for (hours, due) in [(1, 0), (22, 0), (23, 3), (-1, 3)] {
        for stream in ["workspaces", "users", "trackers"] {
            known.finished.insert(key(&cx.account, stream, ""), now - SignedDuration::from_hours(hours));
        }
        assert_eq!(catalogue(&cx, &plan(Mode::Default), &known).len(), due, "{hours}");
        assert_eq!(names(&catalogue(&cx, &plan(Mode::Audit), &known)), all);
        assert_eq!(names(&catalogue(&cx, &plan(Mode::Full), &known)), all);
    }
}

#[test]
fn calls_are_read_by_the_workspaces_that_the_account_lists() {
    let cx = cx();
    let streams = |known: &Known| names(&streams(&cx, known));
    let whole = [("gong:default/calls".to_owned(), 10), ("gong:default/transcripts".to_owned(), 20)];
    assert_eq!(streams(&Known::default()), whole);
    assert_eq!(streams(&known(&cx, "[]")), whole);
    let two = known(&cx, r#"[["11","EMEA"],["12","US"]]"#);
    let expected: Vec<_> = [("calls/11", 10), ("calls/12", 10), ("transcripts", 20)].map(|(s, r)| (format!("gong:default/{s}"), r)).into();
    assert_eq!(streams(&two), expected);
    // Begun without a list, it goes on so.
    let mut begun = two.clone();
    begun.finished.insert(key(&cx.account, "calls", ""), NOW.parse().unwrap());
    assert_eq!(streams(&begun), whole);
    assert_eq!(calls_name(&cx.account, &two, "12"), "Gong's calls in workspace US");
    assert_eq!(calls_name(&cx.account, &two, ""), "Gong's calls");
    assert_eq!(calls_name(&cx.account, &known(&cx, r#"[["11","EMEA"]]"#), "11"), "Gong's calls");
}

#[test]
fn the_estimate_counts_calls_and_their_transcripts() {
    let cx = cx();
    let mut known = known(&cx, r#"[["11","EMEA"],["12","US"]]"#);
    let unknown = estimate::Counts { calls: 2, transcripts: 0, unknown: 2, loads: true };
    assert_eq!(counts(&cx, &known), unknown);
    let open = |total: u32| {
        let window = format!(r#"{{"from":"2022-04-08T00:00:00Z","to":"{NOW}","history":true,"total":{total},"seen":100}}"#);
        Checkpoint(format!(r#"{{"v":1,"newest":{window}}}"#))
    };
    known.checkpoints.insert(key(&cx.account, "calls", "11"), open(15_100));
    known.checkpoints.insert(key(&cx.account, "calls", "12"), open(5_050));
    known.waiting.insert(key(&cx.account, "transcripts", ""), 101);
    assert_eq!(counts(&cx, &known), estimate::Counts { calls: 200, transcripts: 202, unknown: 0, loads: true });
    let words = estimate::plan(&cx, &known).words;
    assert_eq!(words, "about 2 minutes (about 402 requests, of which 7,000 a day may be used)");
    let done = Checkpoint(r#"{"v":1,"through":"2024-04-08T08:00:00Z","bottom":"2022-04-08T08:00:00Z"}"#.into());
    known.checkpoints.insert(key(&cx.account, "calls", "11"), done.clone());
    known.checkpoints.insert(key(&cx.account, "calls", "12"), done);
    assert_eq!(counts(&cx, &known), estimate::Counts { calls: 2, transcripts: 2, unknown: 0, loads: false });
}
