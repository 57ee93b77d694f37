//! Slugs, topics, ids and paths.

use std::path::{Component, Path};

use jiff::civil::date;
use proptest::prelude::*;
use sales_files::{Paths, id_from_name, slack_topic, slug};
use sales_model::{CustomerId, Place};

fn place(id: &str, name: &str, topic: &str) -> Place {
    Place { key: format!("slack:{id}"), name: name.into(), topic: topic.into(), ..Place::default() }
}

#[test]
fn slugs() {
    let long = "a".repeat(80);
    let cases = [
        ("POC planning", "poc_planning"),
        ("  Q2 -- Security/Review (v2.1)  ", "q2_security_review_v2_1"),
        ("customer's plan, today\u{2019}s", "customers_plan_todays"),
        ("Überprüfung für Straße", "uberprufung_fur_strasse"),
        ("e\u{301}tude", "etude"),
        ("Москва", "moskva"),
        ("", "untitled"),
        ("🚀🎉", "untitled"),
        ("\u{202e}gpj.exe\0", "gpj_exe"),
        ("../../etc/passwd", "etc_passwd"),
        ("..\\..\\windows", "windows"),
        ("___", "untitled"),
        ("one\ntwo\u{1b}[31mred", "one_two_31mred"),
        ("zero\u{200b}width", "zerowidth"),
        (&long, &"a".repeat(60)),
        ("word number one and word number two and word number three and four", "word_number_one_and_word_number_two_and_word_number_three"),
    ];
    for (text, wanted) in cases {
        assert_eq!(slug(text), wanted, "{text:?}");
    }
    assert!(!slug("北京 שלום مرحبا").contains("untitled"), "other scripts are spelled out");
}

#[test]
fn topics() {
    let cases = [
        ("POC planning", "poc_planning"),
        ("", "acme_poc"),
        ("https://acme.dev/plan", "acme_poc"),
        (":rocket: 🚀 :+1:", "acme_poc"),
        (":rocket:POC planning", "poc_planning"),
        ("POC planning https://acme.dev/plan | kick-off (https://x.dev)", "poc_planning_kick_off"),
        ("plan (https://acme.dev/a b) <https://acme.dev|Roadmap> <https://x.dev>", "plan_b_roadmap"),
        ("ask jo@yourcompany.com or www.acme.dev first", "ask_or_first"),
        ("one two three four five six seven eight", "one_two_three_four_five_six"),
        ("daily 10:30:00 sync", "daily_10_30_00_sync"),
        ("a < b > c", "a_b_c"),
        ("\u{202e}\u{0}\u{7}", "acme_poc"),
    ];
    for (topic, wanted) in cases {
        assert_eq!(slack_topic(&place("C1", "acme-poc", topic)), wanted, "{topic:?}");
    }
    assert_eq!(slack_topic(&place("C1", "", "")), "untitled");
}

#[test]
fn ids() {
    for (name, id) in [
        ("ACME Inc", "acme_inc"),
        ("acme-corp", "acme_corp"),
        ("Con", "con_customer"),
        ("LPT1", "lpt1_customer"),
        ("Núñez & Söhne GmbH", "nunez_sohne_gmbh"),
    ] {
        assert_eq!(id_from_name(name).as_str(), id);
    }
    assert!(id_from_name("../..").as_str().starts_with("customer_"));
    assert_ne!(id_from_name("🚀"), id_from_name("🎉"));
}

#[test]
fn paths_are_given_once() {
    let acme: CustomerId = "acme_inc".parse().unwrap();
    let globex: CustomerId = "globex".parse().unwrap();
    let day = date(2024, 3, 15);
    let mut poc = place("C1", "yourcompany-acme-poc", "POC planning");
    let deal = place("C2", "acme-internal", "");
    let mut paths = Paths::new();
    paths.set_places(&acme, [&poc, &deal]);
    assert_eq!(paths.give_slack(&acme, &poc, day), "slack/2024-03-15_poc_planning.json");
    assert_eq!(paths.give_slack(&acme, &deal, day), "slack/2024-03-15_acme_internal.json");

    // A new topic: given paths stay, later days have the new one.
    poc.topic = "Rollout".into();
    paths.set_places(&acme, [&poc, &deal]);
    assert_eq!(paths.give_slack(&acme, &poc, day), "slack/2024-03-15_poc_planning.json");
    assert_eq!(paths.give_slack(&acme, &poc, date(2024, 3, 16)), "slack/2024-03-16_rollout.json");

    // The same topic twice: both use their names, but only where no path was given.
    let twin = place("C3", "acme-rollout", "rollout!");
    paths.set_places(&acme, [&poc, &deal, &twin]);
    assert_eq!(paths.give_slack(&acme, &poc, date(2024, 3, 16)), "slack/2024-03-16_rollout.json");
    assert_eq!(paths.give_slack(&acme, &poc, date(2024, 3, 17)), "slack/2024-03-17_yourcompany_acme_poc.json");
    assert_eq!(paths.give_slack(&acme, &twin, date(2024, 3, 17)), "slack/2024-03-17_acme_rollout.json");
    // Another customer has only one of them.
    paths.set_places(&globex, [&twin]);
    assert_eq!(paths.give_slack(&globex, &twin, day), "slack/2024-03-15_rollout.json");

    // Names that differ only in signs: the later one gets four characters of its hash, the same on every machine.
    let (one, two) = (place("C4", "acme_poc", ""), place("C5", "acme-poc", ""));
    paths.set_places(&acme, [&one, &two]);
    assert_eq!(paths.give_slack(&acme, &one, day), "slack/2024-03-15_acme_poc.json");
    let clash = paths.give_slack(&acme, &two, day);
    assert_eq!(clash, "slack/2024-03-15_acme_poc_c4a3.json");
    assert_eq!(paths.give_slack(&acme, &two, day), clash);
    assert_eq!(paths.given(&acme, "slack:C5", "2024-03-15"), Some(clash.as_str()));
    assert_eq!(paths.given(&acme, "slack:C5", "2024-03-16"), None);

    // From the ledger's table, a path of another letter case is taken too: some file systems don't tell them apart.
    let mut again = Paths::new();
    again.note(&acme, "slack:C9", "2024-03-15", "slack/2024-03-15_ACME_POC.json");
    assert_ne!(again.give_slack(&acme, &one, day), "slack/2024-03-15_acme_poc.json");
}

proptest! {
    #[test]
    fn a_slug_is_always_harmless(text in any::<String>()) {
        let slug = slug(&text);
        prop_assert!(!slug.is_empty() && slug.len() <= 60);
        prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
        prop_assert!(!slug.starts_with('_') && !slug.ends_with('_') && !slug.contains("__"));
        prop_assert_eq!(sales_files::slug(&slug), slug);
    }

    #[test]
    fn an_id_is_always_an_id(text in any::<String>()) {
        prop_assert!(id_from_name(&text).as_str().parse::<CustomerId>().is_ok());
    }

    #[test]
    fn a_path_stays_in_its_folder(name in any::<String>(), topic in any::<String>(), others in prop::collection::vec(any::<String>(), 0..4)) {
        let acme: CustomerId = "acme_inc".parse().unwrap();
        let mut places: Vec<Place> = others.iter().enumerate().map(|(n, t)| place(&format!("D{n}"), &name, t)).collect();
        places.push(place("C1", &name, &topic));
        let mut paths = Paths::new();
        paths.set_places(&acme, &places);
        let mut seen = std::collections::BTreeSet::new();
        for p in &places {
            let path = paths.give_slack(&acme, p, date(2024, 3, 15));
            prop_assert!(seen.insert(path.clone()), "given twice");
            let parts: Vec<_> = Path::new(&path).components().collect();
            prop_assert_eq!(parts.len(), 2);
            prop_assert!(parts.iter().all(|c| matches!(c, Component::Normal(_))));
            prop_assert!(path.starts_with("slack/2024-03-15_") && path.ends_with(".json") && path.len() <= 6 + 11 + 60 + 5);
        }
    }
}
