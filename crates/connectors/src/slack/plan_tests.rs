use std::sync::Arc;

use sales_model::{Settings, Source};
use sales_transport::{Http, HttpOptions, MemoryBudget, MemoryTokenStore, Timer, virtual_time::VirtualTimer};

use super::*;
use crate::Credentials;

const NOW: &str = "2024-04-08T09:00:00Z";

fn cx(change: impl FnOnce(&mut Settings), secrets: &[(&'static str, &str)]) -> Cx {
    let timer: Arc<dyn Timer> = Arc::new(VirtualTimer::new(NOW.parse().unwrap()));
    let mut settings = Settings::default();
    change(&mut settings);
    Cx {
        account: AccountKey { source: Source::SLACK, name: "default".into() },
        credentials: Arc::new(Credentials {
            secrets: secrets.iter().map(|(k, v)| (*k, (*v).to_owned().into())).collect(),
            ..Credentials::default()
        }),
        http: Http::new(HttpOptions::new(timer.clone(), Arc::new(MemoryBudget::default()))).unwrap(),
        timer,
        tokens: Arc::new(MemoryTokenStore::default()),
        settings: Arc::new(settings),
        route: sales_model::Route::Direct,
        unlimited: false,
        notices: None,
    }
}

fn plan(mode: Mode) -> Plan {
    Plan { mode, since: "2022-04-08T09:00:00Z".parse().unwrap(), now: NOW.parse().unwrap(), only: None }
}

fn place(id: &str, name: &str) -> Place {
    Place { key: format!("slack:{id}"), name: name.into(), member: true, ..Place::default() }
}

fn known(cx: &Cx) -> Known {
    let places = vec![
        place("C0AAAAAAA", "general"),
        place("C0BBBBBBB", "acme-poc"),
        Place { member: false, ..place("C0CCCCCCC", "not-in") },
        Place { direct: true, ..place("D0DDDDDDD", "U1") },
        place("C0EEEEEEE", "random-noise"),
        Place { archived: true, ..place("C0FFFFFFF", "old") },
    ];
    let mut known = Known { places, preferred: vec!["slack:C0BBBBBBB".into()], ..Known::default() };
    known.finished.insert(key(&cx.account, "history", "C0FFFFFFF"), "2024-01-01T00:00:00Z".parse().unwrap());
    let settled = "{\"v\":1,\"bottom\":\"1600000000.000000\",\"settled\":true}";
    known.checkpoints.insert(key(&cx.account, "history", "C0FFFFFFF"), sales_model::Checkpoint(settled.into()));
    known
}

fn shown(streams: &[PlannedStream]) -> Vec<String> {
    streams.iter().map(|s| format!("{} {}/{}", s.rank, s.key.stream, s.key.partition)).collect()
}

#[test]
fn customers_come_before_noise_and_only_what_is_readable() {
    let cx = cx(|s| s.slack.ignore_channels = vec!["#random-*".into()], &[]);
    let streams = streams(&cx, &plan(Mode::Default), &known(&cx));
    assert_eq!(
        shown(&streams),
        [
            "10 history/C0BBBBBBB",
            "15 threads/C0BBBBBBB",
            "18 people/",
            "20 history/C0AAAAAAA",
            "30 threads/C0AAAAAAA",
            "40 people/",
            // Archived: nothing but the look of the week.
            "60 rotation/C0FFFFFFF"
        ]
    );
}

#[test]
fn ignoring_goes_by_name_id_and_glob() {
    for (pattern, hit) in
        [("acme-poc", true), ("#acme-poc", true), ("C0BBBBBBB", true), ("acme*", true), ("acme", false), ("[", false), ("*", true)]
    {
        assert_eq!(ignored(&[pattern.to_owned()])(&place("C0BBBBBBB", "acme-poc")), hit, "{pattern}");
    }
}

#[test]
fn quiet_channels_are_polled_seldom_and_passes_wait_their_time() {
    let cx = cx(|_| {}, &[]);
    let mut known = known(&cx);
    known.places.truncate(1);
    let done = |k: &mut Known, stream: &str, at: &str| {
        k.finished.insert(key(&cx.account, stream, "C0AAAAAAA"), at.parse().unwrap());
    };
    let has = |k: &Known, mode| {
        let s = streams(&cx, &plan(mode), k);
        s.into_iter().map(|s| s.key.stream).filter(|s| s != "people").collect::<Vec<_>>()
    };
    done(&mut known, "history", "2024-04-08T08:50:00Z");
    done(&mut known, "audit", "2024-04-08T00:00:00Z");
    done(&mut known, "rotation", "2024-04-08T08:00:00Z");
    known.newest.insert("slack:C0AAAAAAA".into(), "2023-12-01T00:00:00Z".parse().unwrap());
    assert_eq!(has(&known, Mode::Default), Vec::<String>::new());
    assert_eq!(has(&known, Mode::Audit), ["history", "threads", "audit"]);
    known.newest.insert("slack:C0AAAAAAA".into(), "2024-04-01T00:00:00Z".parse().unwrap());
    assert_eq!(has(&known, Mode::Default), ["history", "threads"]);
    done(&mut known, "audit", "2024-04-07T09:30:00Z");
    done(&mut known, "rotation", "2024-04-08T02:00:00Z");
    assert_eq!(has(&known, Mode::Default), ["history", "threads", "audit", "rotation"]);
}

#[test]
fn an_archived_channel_is_read_once_more_and_again_when_more_is_asked_for() {
    let cx = cx(|_| {}, &[]);
    let mut known = known(&cx);
    known.places.retain(|p| p.archived);
    let has = |k: &Known, since: &str| {
        let plan = Plan { since: since.parse().unwrap(), ..plan(Mode::Default) };
        streams(&cx, &plan, k).into_iter().any(|s| s.key.stream == "history")
    };
    assert!(!has(&known, "2022-04-08T09:00:00Z"));
    assert!(has(&known, "2020-01-01T00:00:00Z"), "a lower end than ever before");
    let open = "{\"v\":1,\"bottom\":\"1600000000.000000\"}";
    known.checkpoints.insert(key(&cx.account, "history", "C0FFFFFFF"), sales_model::Checkpoint(open.into()));
    assert!(has(&known, "2022-04-08T09:00:00Z"), "archived since it was last read");
}

#[test]
fn users_are_listed_daily_and_a_users_token_searches() {
    let cx = cx(|_| {}, &[("SLACK_TOKEN", "xoxp-1")]);
    let mut known = Known::default();
    let both = ["0 catalogue/", "0 catalogue/users"];
    assert_eq!(shown(&catalogue(&cx, &plan(Mode::Default), &known)), both);
    known.finished.insert(key(&cx.account, "catalogue", "users"), "2024-04-08T08:00:00Z".parse().unwrap());
    assert_eq!(shown(&catalogue(&cx, &plan(Mode::Default), &known)), both[..1]);
    assert_eq!(shown(&catalogue(&cx, &plan(Mode::Full), &known)), both);
    assert_eq!(shown(&streams(&cx, &plan(Mode::Default), &known)), ["10 search/", "18 people/", "40 people/"]);
}

#[test]
fn one_customers_run_reads_only_its_channels() {
    let cx = cx(|s| s.slack.direct_messages = true, &[]);
    let mut p = plan(Mode::Default);
    p.only = Some(vec!["slack:C0BBBBBBB".into(), "slack:D0DDDDDDD".into()]);
    assert_eq!(readable(&cx, &p, &known(&cx)), ["C0BBBBBBB".to_owned(), "D0DDDDDDD".to_owned()].into());
    assert_eq!(channel_name(&known(&cx), "C0BBBBBBB"), "Slack channel #acme-poc");
    assert_eq!(channel_name(&known(&cx), "C0ZZZZZZZ"), "Slack channel C0ZZZZZZZ");
}
