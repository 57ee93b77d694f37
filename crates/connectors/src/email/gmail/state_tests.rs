use super::*;

fn wanted(domains: &[&str], addresses: &[&str]) -> Wanted {
    let set = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect();
    Wanted { domains: set(domains), addresses: set(addresses) }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn terms_are_few_and_cannot_change_a_search() {
    let w = wanted(
        &[
            "acme.dev",
            "globex.example",
            "x",
            "a b.example",
            "{evil}.example",
            "-in.example",
            "quote\".example",
            "a:b.example",
            "(c).example",
        ],
        &["ann@acme.dev", "bo@mail.acme.dev", "max@free.example", "o'neil+x@free.example", "a b@c.example"],
    );
    assert_eq!(terms(&w).into_iter().collect::<Vec<_>>(), ["acme.dev", "globex.example", "max@free.example", "o'neil+x@free.example"]);
}

#[test]
fn what_has_to_be_searched() {
    let mut s = State::read(None);
    let since = at("2024-01-01T00:00:00Z");
    let all = wanted(&["a.example", "b.example"], &[]);
    let load = s.next_load(&all, since).unwrap();
    assert_eq!((load.terms.len(), load.since, load.covers), (2, since.as_second(), true));
    s.complete(load);
    assert_eq!(s.next_load(&all, since), None);
    // A day later `history` has moved on; a little earlier is not worth it, much earlier is.
    assert_eq!(s.next_load(&all, at("2024-01-02T00:00:00Z")), None);
    assert_eq!(s.next_load(&all, at("2023-12-31T12:00:00Z")), None);
    let earlier = s.next_load(&all, at("2023-06-01T00:00:00Z")).unwrap();
    assert_eq!(serde_json::to_value(&earlier).unwrap()["until"], since.as_second());
    s.complete(earlier);
    assert_eq!(s.next_load(&all, at("2023-06-01T00:00:00Z")), None);
    // One that comes, and one that goes and comes back.
    let more = wanted(&["a.example", "b.example", "c.example"], &[]);
    let load = s.next_load(&more, since).unwrap();
    assert_eq!(load.terms.iter().collect::<Vec<_>>(), ["c.example"]);
    s.complete(load);
    assert_eq!(s.next_load(&wanted(&["a.example"], &[]), since), None);
    assert_eq!(s.next_load(&more, since).unwrap().terms.len(), 2);
}

#[test]
fn a_lost_history_is_made_up_for_once_an_hour() {
    let mut s = State::read(None);
    let now = at("2024-04-08T09:00:00Z");
    s.synced = Some(at("2024-04-01T09:00:00Z"));
    let plan = Plan { mode: Mode::Default, since: at("2022-04-08T09:00:00Z"), now, only: None };
    assert!(s.may_rebuild(now));
    s.rebuild(77, &wanted(&["a.example"], &[]), &plan, now);
    let load = s.load.clone().unwrap();
    assert_eq!((load.since, load.covers, s.stage, s.sweep), (at("2024-03-31T09:00:00Z").as_second(), false, Stage::Load, true));
    s.rebuilt = Some(now);
    assert!(!s.may_rebuild(at("2024-04-08T09:59:59Z")) && s.may_rebuild(at("2024-04-08T10:00:00Z")));
    // A clock that was set back does not lock it for ever.
    assert!(s.may_rebuild(at("2024-04-07T09:00:00Z")));
    // Nothing older than the plan asks for.
    s.synced = Some(at("2020-01-01T00:00:00Z"));
    s.rebuild(77, &wanted(&["a.example"], &[]), &plan, now);
    assert_eq!(s.load.unwrap().since, plan.since.as_second());
}

#[test]
fn checkpoints_survive_and_others_count_as_none() {
    let mut s = State::read(None);
    s.mailbox = "deals@yourcompany.com".into();
    s.history = Some(u64::MAX);
    s.changes = Some(Changes { whole: vec!["a".into()], ..Changes::default() });
    s.load = s.next_load(&wanted(&["a.example"], &[]), at("2024-01-01T00:00:00Z"));
    assert_eq!(State::read(Some(&s.write())), s);
    for other in ["", "{}", "[]", r#"{"v":2}"#, r#"{"v":1,"history":-1}"#] {
        assert_eq!(State::read(Some(&Checkpoint(other.into()))), State { v: 1, ..State::default() }, "{other}");
    }
}

#[test]
fn ids_are_parts_of_paths() {
    assert!(is_id("18e1a2b3c4d5e6f7") && is_id("a-b_C"));
    for bad in ["", "a/b", "..", "a b", "a?b", "a\r\nb", "ü", &"a".repeat(65)] {
        assert!(!is_id(bad), "{bad}");
    }
}

#[test]
fn what_is_owed_is_asked_for_once_in_a_run_and_too_large_ones_once() {
    let ids = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<Vec<String>>();
    let lacking = ids(&["ff", "100", "1", "../x", "2"]);
    let mut s = State::read(None);
    assert_eq!(s.owed(&lacking, 9), ids(&["100", "ff", "2", "1"]), "the longer id is the higher one");
    assert!(s.asked(&lacking).is_empty());
    s.owe("ff".into());
    s.too_large(["100".to_owned()], 9);
    s = State::read(Some(&s.write()));
    assert_eq!((s.owed(&lacking, 9), s.asked(&lacking)), (ids(&["2", "1"]), ["100".to_owned(), "ff".to_owned()].into()));
    // The next run asks for what is still lacking, but not for what is too large, until more is allowed.
    s.begin(&Plan { mode: Mode::Default, since: at("2022-04-08T09:00:00Z"), now: at("2024-04-08T09:00:00Z"), only: None });
    assert_eq!(s.owed(&lacking, 9), ids(&["ff", "2", "1"]));
    assert_eq!(s.owed(&lacking, 10), ids(&["100", "ff", "2", "1"]));
    s.wanted_large(&lacking);
    assert!(s.has_large());
    s.wanted_large(&ids(&["2"]));
    assert!(!s.has_large());
    s.begin(&Plan { mode: Mode::Default, since: at("2022-04-08T09:00:00Z"), now: at("2024-04-08T09:00:00Z"), only: None });
    assert_eq!(s.owed(&lacking, 9), ids(&["100", "ff", "2", "1"]), "what was lacking no more is forgotten");
}
