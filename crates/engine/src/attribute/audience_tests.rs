use std::sync::Arc;

use sales_mail::mime;
use sales_model::{Profile, Settings};

use super::*;

/// One mail: its id, who is in it (`a`, `b`, `us`, `x`; `?` behind a colon: in secret), what it answers, and to whom it is shown.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str);

fn rules() -> Rulebook {
    let profile = |domain: &str, records: &[&str]| {
        let mut profile = Profile { domains: vec![domain.into()], ..Profile::default() };
        profile.matching.records = records.iter().map(|r| (*r).to_owned()).collect();
        profile
    };
    let customers = vec![
        ("acme".parse().unwrap(), profile("acme.dev", &[])),
        ("globex".parse().unwrap(), profile("globex.example", &["mail:listed"])),
        ("initech".parse().unwrap(), profile("initech.example", &["mail:whole"])),
    ];
    let settings = Settings { own_domains: vec!["ours.example".into()], ..Settings::default() };
    Rulebook::new(Arc::new(customers), &settings)
}

fn address(who: &str) -> String {
    let domain = match who.chars().next() {
        Some('a') => "acme.dev",
        Some('b') => "globex.example",
        Some('i') => "initech.example",
        Some('u') => "ours.example",
        _ => "stranger.example",
    };
    format!("{who}@{domain}")
}

/// Mails as they are read; each is written a minute after the one above it.
fn mails(rows: &[Row<'_>]) -> Vec<Record> {
    let one = |(minute, (id, who, answers, _)): (usize, &Row<'_>)| {
        let mut people = who.split_whitespace();
        let from = address(people.next().unwrap());
        let (secret, open): (Vec<_>, Vec<_>) = people.partition(|p| p.starts_with('?'));
        let list = |people: Vec<&str>| people.iter().map(|p| address(p.trim_start_matches('?'))).collect::<Vec<_>>().join(", ");
        let answers = answers.split_whitespace().map(|id| format!("<{id}>")).collect::<Vec<_>>().join(" ");
        let raw = format!(
            "From: {from}\r\nTo: {}\r\nBcc: {}\r\nMessage-ID: <{id}>\r\nReferences: {answers}\r\nSubject: Re: plan\r\n\r\ntext\r\n",
            list(open),
            list(secret)
        );
        Record {
            place: Arc::from(MAIL),
            native: (*id).to_owned(),
            thread: "t:1".into(),
            at: jiff::Timestamp::from_second(60 * minute as i64).unwrap(),
            detail: Some(Box::new(Detail::Mail(mime::read(raw.as_bytes())))),
            state: sales_model::RecordState::Live,
            partial: false,
            author: None,
            author_name: None,
            bot: false,
            text: sales_model::Text::default(),
            activity: false,
            edited: None,
            reactions: Vec::new(),
            files: Vec::new(),
            team: None,
        }
    };
    rows.iter().enumerate().map(one).collect()
}

fn owners(ids: &str) -> Owners {
    ids.split_whitespace().map(|id| id.parse().unwrap()).collect()
}

#[track_caller]
fn table(name: &str, owners_of_all: &str, rows: &[Row<'_>]) {
    let (rules, all) = (rules(), owners(owners_of_all));
    let records = mails(rows);
    let expected: Vec<(&str, Owners)> = rows.iter().map(|(id, .., shown)| (*id, owners(shown))).collect();
    let mut refs: Vec<&Record> = records.iter().collect();
    // Whatever the order.
    for _ in 0..refs.len() {
        refs.rotate_left(1);
        let shown = shown_to(&rules, &all, &refs);
        let mut got: Vec<(&str, Owners)> = refs.iter().map(|r| r.native.as_str()).zip(shown).collect();
        got.sort_by_key(|(id, _)| rows.iter().position(|(row, ..)| row == id));
        assert_eq!(got, expected, "{name}");
    }
}

const BOTH: &str = "acme globex";

#[test]
fn a_branch_is_its_own_customers() {
    table(
        "answers that leave the other out",
        BOTH,
        &[
            ("root", "us a b", "", BOTH),
            ("only-a", "a us", "root", "acme"),
            ("back-a", "us a", "root only-a", "acme"),
            ("only-b", "b us", "root", "globex"),
            ("all", "us a b", "root only-a back-a", BOTH),
        ],
    );
    table(
        "what is said among ourselves, or to strangers, is shown to whom it answers",
        BOTH,
        &[
            ("root", "us a b", "", BOTH),
            ("aside", "us u2", "root", BOTH),
            ("only-a", "a us", "root", "acme"),
            ("about-a", "us u2", "root only-a", "acme"),
            ("stranger", "us x", "root only-a about-a", "acme"),
            ("missing", "us u2", "root only-a lost", "acme"),
        ],
    );
    table(
        "nothing tells what it answers: who is shown all before it",
        BOTH,
        &[
            ("prep", "us u2", "", BOTH),
            ("root", "us a b", "", BOTH),
            ("aside", "us u2", "", BOTH),
            ("only-a", "a us", "root", "acme"),
            ("on-a", "us u2", "", "acme"),
            ("only-b", "b us", "root", "globex"),
            ("on-what", "us u2", "elsewhere", ""),
            ("on-prep", "us u2", "prep", BOTH),
        ],
    );
    table(
        "one got it in secret",
        BOTH,
        &[("root", "us a ?b", "", BOTH), ("back", "a us", "root", "acme"), ("b", "b us", "root", "globex")],
    );
}

#[test]
fn the_users_word_is_more() {
    table(
        "a profile lists a mail of its own conversation",
        BOTH,
        &[
            ("root", "us a b", "", BOTH),
            ("listed", "a us", "root", BOTH),
            ("on-it", "us u2", "root listed", BOTH),
            ("only-a", "a us", "root", "acme"),
        ],
    );
    let word = "acme initech";
    table(
        "nobody of theirs is in it",
        word,
        &[("whole", "us a", "", word), ("more", "a us", "whole", word), ("in", "us u2", "more", word)],
    );
    table("a single owner", "acme", &[("root", "us a b", "", "acme"), ("only-b", "b us", "root", "acme")]);
}

#[test]
fn hostile_ancestors_go_in_no_circle() {
    table(
        "circles",
        BOTH,
        &[("1", "us u2", "2", BOTH), ("2", "us u2", "1 2", BOTH), ("root", "us a b", "", BOTH), ("3", "us x", "3", BOTH)],
    );
}

#[test]
fn who_got_it_in_secret_is_not_told() {
    let rules = rules();
    let records = mails(&[("root", "us a ?b ?b2 ?u3 ?x4 ?a5", "", "")]);
    let mail = mail_of(&records[0]).unwrap();
    let secret = |customer: &str, ids: &str| {
        let shown = as_shown(&rules, &owners(ids), &customer.parse().unwrap(), mail);
        shown.bcc.iter().map(|a| a.email.clone()).collect::<Vec<_>>().join(" ")
    };
    let all = "b@globex.example b2@globex.example u3@ours.example x4@stranger.example a5@acme.dev";
    assert_eq!(secret("acme", BOTH), "u3@ours.example x4@stranger.example a5@acme.dev");
    assert_eq!(secret("globex", BOTH), "b@globex.example b2@globex.example u3@ours.example x4@stranger.example");
    assert_eq!(secret("acme", "acme"), all, "nobody else's conversation");
}
