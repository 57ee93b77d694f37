//! Slugs, topics, ids and paths.

use std::path::{Component, Path};

use jiff::civil::date;
use proptest::prelude::*;
use sales_files::{NewPath, Paths, SOURCE_FOLDERS, id_from_name, is_ours, slack_topic, slug};
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

fn call<'a>(unit: &'a str, id: &'a str, topic: &'a str) -> NewPath<'a> {
    NewPath { place: "gong", unit, folder: "gong", extension: "json", date: date(2024, 4, 5), topic, id }
}

/// A thread whose first mail comes last.
#[test]
fn what_is_named_by_its_beginning_follows_it() {
    let acme: CustomerId = "acme_inc".parse().unwrap();
    let mut paths = Paths::new();
    let late = NewPath { place: "mail", folder: "email", extension: "md", ..call("t:1", "mail:t:1", "Offer") };
    let early = NewPath { date: date(2024, 4, 1), ..late };
    assert_eq!(paths.give_current(&acme, &late), "email/2024-04-05_offer.md");
    assert_eq!(paths.give_current(&acme, &late), "email/2024-04-05_offer.md");
    assert_eq!(paths.give_current(&acme, &early), "email/2024-04-01_offer.md");
    assert_eq!(paths.given(&acme, "mail", "t:1"), Some("email/2024-04-01_offer.md"));
    // The name it had is another's; that one keeps its own, with its hash, when the name is free again.
    let (second, third) = (NewPath { unit: "t:2", id: "mail:t:2", ..late }, NewPath { unit: "t:3", id: "mail:t:3", ..late });
    assert_eq!(paths.give_current(&acme, &second), "email/2024-04-05_offer.md");
    let hashed = paths.give_current(&acme, &third);
    assert_eq!(hashed, "email/2024-04-05_offer_704b.md");
    paths.release(&acme, "mail", "t:2");
    assert_eq!(paths.give_current(&acme, &third), hashed);
}

#[test]
fn calls_and_notes_get_paths_of_their_titles() {
    let acme: CustomerId = "acme_inc".parse().unwrap();
    let globex: CustomerId = "globex".parse().unwrap();
    let mut paths = Paths::new();
    let review = call("71", "gong:71", "ACME - POC results review");
    assert_eq!(paths.give(&acme, &review), "gong/2024-04-05_acme_poc_results_review.json");
    assert_eq!(paths.given(&acme, "gong", "71"), Some("gong/2024-04-05_acme_poc_results_review.json"));
    // A new title and another day change nothing.
    let later = NewPath { topic: "Renamed", date: date(2024, 4, 6), ..review };
    assert_eq!(paths.give(&acme, &later), "gong/2024-04-05_acme_poc_results_review.json");
    // The same title again: the later one gets four characters of its id's hash, the same on every machine.
    assert_eq!(paths.give(&acme, &call("72", "gong:72", "acme: poc results REVIEW")), "gong/2024-04-05_acme_poc_results_review_599b.json");
    // Another customer, another day, another folder: no clash.
    assert_eq!(paths.give(&globex, &call("72", "gong:72", "ACME POC results review")), "gong/2024-04-05_acme_poc_results_review.json");
    let next_day = NewPath { unit: "73", id: "gong:73", date: date(2024, 4, 6), ..review };
    assert_eq!(paths.give(&acme, &next_day), "gong/2024-04-06_acme_poc_results_review.json");
    let note = NewPath { place: "granola", unit: "not_1", folder: "granola", extension: "md", id: "granola:not_1", ..review };
    assert_eq!(paths.give(&acme, &note), "granola/2024-04-05_acme_poc_results_review.md");

    // Titles without words, of one word too long, of somewhere else.
    assert_eq!(paths.give(&acme, &call("74", "gong:74", " \u{202e}")), "gong/2024-04-05_untitled.json");
    assert_eq!(paths.give(&acme, &call("75", "gong:75", "")), "gong/2024-04-05_untitled_9cfd.json");
    let long = "a".repeat(80);
    assert_eq!(paths.give(&acme, &call("76", "gong:76", &long)), format!("gong/2024-04-05_{}.json", "a".repeat(60)));
    assert_eq!(paths.give(&acme, &call("77", "gong:77", &long)), format!("gong/2024-04-05_{}_0263.json", "a".repeat(55)));
    assert_eq!(paths.give(&acme, &call("78", "gong:78", "../../etc/CON")), "gong/2024-04-05_etc_con.json");
}

/// A path that any other unit of the customer has, in whatever letter case, is taken.
#[test]
fn paths_are_compared_over_all_units() {
    let acme: CustomerId = "acme_inc".parse().unwrap();
    let mut paths = Paths::new();
    let kick_off = call("1", "gong:1", "Kick-off");
    paths.note(&acme, "gong", "0", "GONG/2024-04-05_Kick_Off.json");
    let given = paths.give(&acme, &kick_off);
    assert_eq!(given, "gong/2024-04-05_kick_off_c58b.json");
    // The four characters are taken too: five.
    let mut again = Paths::new();
    again.note(&acme, "gong", "0", "gong/2024-04-05_kick_off.json");
    again.note(&acme, "gong", "00", &given.to_uppercase());
    let longer = again.give(&acme, &kick_off);
    assert_eq!(longer.len(), given.len() + 1);
    assert!(longer.starts_with(given.trim_end_matches(".json")));
    // A path noted anew is free again under its old name, unless another unit has it.
    let mut moved = Paths::new();
    moved.note(&acme, "gong", "0", "gong/2024-04-05_kick_off.json");
    moved.note(&acme, "gong", "0", "gong/2024-04-05_kick_off.json");
    moved.note(&acme, "gong", "0", "gong/2024-04-05_moved.json");
    assert_eq!(moved.give(&acme, &kick_off), "gong/2024-04-05_kick_off.json");
    moved.note(&acme, "gong", "2", "gong/2024-04-05_kick_off.json");
    moved.note(&acme, "gong", "2", "gong/2024-04-05_elsewhere.json");
    assert_ne!(moved.give(&acme, &call("3", "gong:3", "Kick-off")), "gong/2024-04-05_kick_off.json");
}

#[test]
fn many_files_of_one_name_all_get_their_own() {
    let acme: CustomerId = "acme_inc".parse().unwrap();
    let mut paths = Paths::new();
    let mut seen = std::collections::BTreeSet::new();
    for n in 0..20_000 {
        let (unit, id) = (n.to_string(), format!("gong:{n}"));
        assert!(seen.insert(paths.give(&acme, &call(&unit, &id, "Weekly"))), "{n}");
    }
}

#[test]
fn our_own_files_are_told_from_others() {
    let slack: &[u8] = br##"{"source": "slack", "channel": "#x", "channel_id": "C1", "customer": "acme_inc", "messages": []}"##;
    let gong: &[u8] = br#"{"source": "gong", "call_id": "71", "customer": "acme_inc", "transcript": [{"speaker": "x"}]}"#;
    let mail: &[u8] = b"---\nsource: email\nthread_id: \"t:a@b\"\nsubject: \"x\"\ncustomer: \"acme_inc\"\n---\n\n# x\n";
    let note: &[u8] = b"---\nsource: granola\nnote_id: \"not_1\"\nurl: null\ncustomer: \"acme_inc\"\n---\n\n# x\n";
    let ours = |path: &str, content: &[u8]| is_ours(Path::new(path), content);
    assert!(ours("slack/2024-03-15_x.json", slack) && ours("gong/2024-04-05_x.json", gong) && ours("granola/2024-03-22_x.md", note));
    for folder in SOURCE_FOLDERS {
        let known = [slack, gong, note, mail].iter().any(|c| ours(&format!("{folder}/a.json"), c) || ours(&format!("{folder}/a.md"), c));
        assert!(known, "{folder}");
    }
    // In another place, under another name, of another shape.
    for (path, content) in [
        ("gong/x.json", slack),
        ("slack/x.json", gong),
        ("granola/x.json", gong),
        ("granola/x.md", mail),
        ("email/x.md", note),
        ("emails/x.md", mail),
        ("email/x.eml", mail),
        ("notes/x.md", note),
        ("gong/x.md", note),
        ("x.md", note),
        ("", note),
        ("gong/deeper/x.json", gong),
        ("../gong/x.json", gong),
        ("/gong/x.json", gong),
        ("gong/x.json.local", gong),
        ("granola/x.md.local", note),
        ("gong/x", gong),
        ("gong/x.json", b"{\"source\": \"gong\", \"customer\": \"acme_inc\"}".as_slice()),
        ("gong/x.json", b"{\"source\": \"gong\", \"call_id\": \"71\"}"),
        ("gong/x.json", b"{\"source\": \"gong\", \"call_id\": 71, \"customer\": \"acme_inc\"}"),
        ("gong/x.json", gong.get(..60).unwrap()),
        ("gong/x.json", b""),
        ("granola/x.md", b""),
        ("granola/x.md", b"# x\n---\nsource: granola\nnote_id: \"not_1\"\ncustomer: \"a\"\n---\n"),
        ("granola/x.md", b"---\nsource: granola\n---\nnote_id: \"not_1\"\ncustomer: \"a\"\n"),
        ("granola/x.md", b"---\nsource: granola\nnote_id: null\ncustomer: \"a\"\n---\n"),
        ("granola/x.md", b"---\nsource: other\nnote_id: \"not_1\"\ncustomer: \"a\"\n---\n"),
        ("granola/x.md", b"\xff\xfe"),
    ] {
        assert!(!ours(path, content), "{path}: {}", String::from_utf8_lossy(content));
    }
}

proptest! {
    #[test]
    fn a_title_stays_in_its_folder(titles in prop::collection::vec(any::<String>(), 1..6)) {
        let acme: CustomerId = "acme_inc".parse().unwrap();
        let mut paths = Paths::new();
        let mut seen = std::collections::BTreeSet::new();
        for (n, title) in titles.iter().enumerate() {
            let (unit, id) = (n.to_string(), format!("gong:{n}"));
            let path = paths.give(&acme, &call(&unit, &id, title));
            prop_assert!(seen.insert(path.clone()), "given twice");
            prop_assert!(path.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/_-.".contains(&b)));
            prop_assert!(path.starts_with("gong/2024-04-05_") && path.ends_with(".json") && path.len() <= 5 + 11 + 60 + 5);
            prop_assert!(!path.contains("..") && path.matches('/').count() == 1);
        }
    }

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

#[test]
fn a_path_that_is_released_is_free_for_another_unit() {
    let mut paths = Paths::new();
    let customer: CustomerId = "acme_inc".parse().unwrap();
    let new = |unit: &'static str| NewPath {
        place: "mail",
        unit,
        folder: "email",
        extension: "md",
        date: jiff::civil::date(2024, 4, 2),
        topic: "Offer",
        id: unit,
    };
    assert_eq!(paths.give(&customer, &new("t:a")), "email/2024-04-02_offer.md");
    let other = paths.give(&customer, &new("t:b"));
    assert_ne!(other, "email/2024-04-02_offer.md");
    paths.release(&customer, "mail", "t:a");
    paths.release(&customer, "mail", "t:a");
    paths.release(&customer, "mail", "t:unknown");
    assert_eq!(paths.given(&customer, "mail", "t:a"), None);
    assert_eq!(paths.give(&customer, &new("t:c")), "email/2024-04-02_offer.md");
    assert_eq!(paths.give(&customer, &new("t:b")), other, "what was given stays");
}

#[test]
fn a_unit_that_comes_back_stands_where_it_stood() {
    let customer: CustomerId = "acme_inc".parse().unwrap();
    let mut paths = Paths::new();
    let call = |unit: &'static str, topic: &'static str| NewPath {
        place: "gong",
        unit,
        folder: "gong",
        extension: "json",
        date: date(2024, 4, 5),
        topic,
        id: unit,
    };
    paths.recall(&customer, "gong", "1", "gong/2024-04-05_old_title.json");
    paths.recall(&customer, "gong", "2", "gong/2024-04-05_Old_Title.json");
    assert_eq!(paths.give(&customer, &call("1", "New title")), "gong/2024-04-05_old_title.json");
    assert_eq!(paths.give(&customer, &call("2", "Two")), "gong/2024-04-05_two.json", "somebody has its path now");
    paths.release(&customer, "gong", "1");
    assert_eq!(paths.give(&customer, &call("3", "Old title")), "gong/2024-04-05_old_title.json", "free for others meanwhile");
    assert_eq!(paths.give(&customer, &call("1", "New title")), "gong/2024-04-05_new_title.json");
    paths.release(&customer, "gong", "3");
    paths.release(&customer, "gong", "1");
    assert_eq!(paths.give(&customer, &call("3", "Another")), "gong/2024-04-05_old_title.json");
}
