use super::*;

fn wanted(domains: &[&str]) -> Wanted {
    Wanted { domains: domains.iter().map(|d| (*d).to_owned()).collect(), addresses: BTreeSet::new() }
}

fn plan(since: &str, mode: Mode) -> Plan {
    Plan { mode, since: since.parse().unwrap(), now: "2024-04-08T09:00:00Z".parse().unwrap(), only: None }
}

fn searched(state: &State) -> Option<Vec<&str>> {
    state.load.as_ref().map(|l| l.terms.iter().map(String::as_str).collect())
}

const SINCE: &str = "2023-01-01T00:00:00Z";

#[test]
fn each_term_is_searched_for_once() {
    let mut s = State::read(None);
    s.plan(&wanted(&["a.example"]), &plan(SINCE, Mode::Default), false);
    assert_eq!(searched(&s), Some(vec!["a.example"]));
    // A customer who comes while that is under way.
    s.plan(&wanted(&["a.example", "b.example"]), &plan(SINCE, Mode::Default), false);
    assert_eq!(searched(&s), Some(vec!["a.example", "b.example"]));
    s.loaded();
    assert!(s.is_loaded());
    s.plan(&wanted(&["a.example", "b.example"]), &plan("2023-02-01T00:00:00Z", Mode::Default), false);
    assert_eq!(searched(&s), None);
    s.plan(&wanted(&["a.example", "b.example", "c.example"]), &plan("2023-02-01T00:00:00Z", Mode::Default), false);
    assert_eq!(searched(&s), Some(vec!["c.example"]));
    s.loaded();
    // Further back: all of them. Everything again: all of them.
    s.plan(&wanted(&["a.example"]), &plan("2022-01-01T00:00:00Z", Mode::Default), false);
    assert_eq!(searched(&s), Some(vec!["a.example"]));
    s.loaded();
    s.plan(&wanted(&["a.example"]), &plan(SINCE, Mode::Full), false);
    assert_eq!(searched(&s), Some(vec!["a.example"]));
    s.loaded();
    // A domain that was taken away and comes back is searched for again: what came for it meanwhile was dropped.
    s.plan(&wanted(&[]), &plan(SINCE, Mode::Default), false);
    assert_eq!((searched(&s), s.terms.len()), (None, 0));
    s.plan(&wanted(&["a.example"]), &plan(SINCE, Mode::Default), false);
    assert_eq!(searched(&s), Some(vec!["a.example"]));
}

#[test]
fn without_customers_there_is_nothing_to_search_for() {
    let mut s = State::read(None);
    s.plan(&wanted(&[]), &plan(SINCE, Mode::Default), false);
    assert_eq!(searched(&s), Some(vec![]));
    s.loaded();
    s.plan(&wanted(&[]), &plan(SINCE, Mode::Default), false);
    assert_eq!(searched(&s), None);
}

#[test]
fn labels_and_odd_ones() {
    let set = |w: &[&str]| w.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
    let mut s = State::read(None);
    s.hold(4, "a@x", &set(&["STARRED"]));
    s.hold(9, "sha256-00", &set(&["STARRED", "x"]));
    assert!(s.has_labels(4, &set(&["STARRED"])) && !s.has_labels(4, &set(&[])) && !s.has_labels(4, &set(&["STARRED", "x"])));
    assert!(!s.has_labels(4, &set(&["STARRED", "never seen"])));
    s.label(9, &set(&["y"]));
    assert!(s.has_labels(9, &set(&["y"])));
    assert_eq!((s.odd(4), s.odd(9)), (None, Some("sha256-00")));
    let text = s.checkpoint().0;
    assert_eq!(State::read(Some(&Checkpoint(text))), s);
    s.drop(&UidSet::range(5, u32::MAX));
    assert_eq!(s.checkpoint().0, r#"{"v":1,"last":0,"held":"4","labels":{"STARRED":"4"},"modseq":0,"seen":[0,0]}"#);
    for other in ["", "{}", "{\"v\":2,\"last\":5}", "nonsense", "{\"v\":1,\"held\":\"0\"}"] {
        assert_eq!(State::read(Some(&Checkpoint(other.into()))), State { v: 1, ..State::default() });
    }
}
