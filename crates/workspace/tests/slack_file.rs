//! Slack day files, whole.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{collections::BTreeMap, fs, path::Path};

use jiff::{Timestamp, civil::date, tz::TimeZone};
use proptest::prelude::*;
use sales_files::slack::{DayFile, Lookup, plain_text, render};
use sales_model::{FileRef, Person, Place, Reaction, Record, RecordState, RefKind, Side, Text, TextRef};
use serde_json::Value;

#[derive(Default)]
struct World {
    people: BTreeMap<String, Person>,
    places: BTreeMap<String, Place>,
}

impl Lookup for World {
    fn person(&self, key: &str) -> Option<&Person> {
        self.people.get(key)
    }
    fn place(&self, key: &str) -> Option<&Place> {
        self.places.get(key)
    }
    fn side(&self, record: &Record, author: Option<&Person>) -> Side {
        match author.and_then(|a| a.email.as_deref()) {
            _ if record.bot => Side::Bot,
            Some(e) if e.ends_with("@yourcompany.com") => Side::Ours,
            Some(_) => Side::Theirs,
            None => Side::Other,
        }
    }
    fn permalink(&self, place: &Place, native: &str, _: &str) -> String {
        if place.url.is_empty() { String::new() } else { format!("{}/p{}", place.url, native.replace('.', "")) }
    }
}

fn world() -> World {
    let person = |key: &str, name: &str, email: Option<&str>| {
        let key = format!("slack:{key}");
        (key.clone(), Person { key, name: name.into(), email: email.map(Into::into), ..Person::default() })
    };
    let mut people = BTreeMap::from([
        person("U1", "Jo Miller", Some("jo@yourcompany.com")),
        person("U2", "Michael Chen", Some("michael.chen@acme.dev")),
        person("U3", "אבי כהן", None),
        person("U4", "", None),
    ]);
    let unknown = Person { key: "slack:U9".into(), name: "U9".into(), unknown: true, ..Person::default() };
    people.insert(unknown.key.clone(), unknown);
    let sales = Place { key: "slack:C2".into(), name: "deal-desk".into(), ..Place::default() };
    World { people, places: BTreeMap::from([(sales.key.clone(), sales)]) }
}

fn channel() -> Place {
    Place {
        key: "slack:C0123ABCD".into(),
        name: "yourcompany-acme-poc".into(),
        shared: true,
        url: "https://yourcompany.slack.com/archives/C0123ABCD".into(),
        ..Place::default()
    }
}

fn said(native: &str, thread: &str, author: &str, text: &str) -> Record {
    Record {
        place: "slack:C0123ABCD".into(),
        native: native.into(),
        thread: if thread.is_empty() { native.into() } else { thread.into() },
        at: Timestamp::from_second(native.split('.').next().unwrap().parse().unwrap()).unwrap(),
        state: RecordState::Live,
        partial: false,
        author: (!author.is_empty()).then(|| format!("slack:{author}")),
        author_name: None,
        bot: false,
        text: Text::plain(text),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    }
}

fn file_of(place: &Place, records: &[Record], zone: &str, world: &World) -> Option<String> {
    let customer = "acme_inc".parse().unwrap();
    let timezone = TimeZone::get(zone).unwrap();
    let mut records: Vec<&Record> = records.iter().collect();
    records.sort_by(|a, b| (&a.thread, &a.native).cmp(&(&b.thread, &b.native)));
    let day = DayFile { place, date: date(2024, 3, 15), customer: &customer, records: &records, timezone: &timezone };
    let bytes = render(&day, world)?;
    assert_eq!(bytes, render(&day, world).unwrap(), "the same input gives the same bytes");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with("}\n"));
    let value: Value = serde_json::from_str(&text).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/slack-day.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    Some(text)
}

fn a_day() -> Vec<Record> {
    let mut first = said("1710493200.000100", "", "U2", "Excited about the POC, @Jo! See #deal-desk, \"quotes\" & <tags> \\ back");
    first.text.refs = vec![
        TextRef { start: 24, end: 26, kind: RefKind::Person, key: "slack:U1".into() },
        TextRef { start: 33, end: 42, kind: RefKind::Place, key: "slack:C2".into() },
    ];
    first.reactions = vec![Reaction { name: "tada".into(), count: 3 }, Reaction { name: "+1".into(), count: 1 }];
    first.files = vec![
        FileRef { name: "plan.pdf".into(), kind: "pdf".into(), url: "https://yourcompany.slack.com/files/U2/F1/plan.pdf".into() },
        FileRef { name: "note".into(), kind: String::new(), url: String::new() },
    ];
    let mut reply = said("1710493260.000200", "1710493200.000100", "U1", "Great!\nSecond line\ttab");
    reply.edited = Some(Timestamp::from_second(1_710_493_300).unwrap());
    let mut bot = said("1710493400.000300", "", "B1", "deploy done");
    (bot.author_name, bot.bot) = (Some("Deploy Bot".into()), true);
    let mut gone = said("1710493500.000400", "", "U1", "secret that was deleted");
    gone.state = RecordState::Stub;
    let mut gone_alone = said("1710493600.000500", "", "U1", "also deleted");
    gone_alone.state = RecordState::Stub;
    let mut deleted = said("1710493610.000500", "1710493200.000100", "U1", "also deleted");
    deleted.state = RecordState::Deleted;
    vec![
        first,
        reply,
        deleted,
        bot,
        gone,
        said("1710493510.000400", "1710493500.000400", "U2", "an answer to it"),
        gone_alone,
        said("1710493700.000700", "1710493690.000600", "U3", "שלום עולם, a reply that came before its first message"),
        said("1710493800.000800", "", "U9", "from somebody we may not see"),
        said("1710493900.000900", "", "U4", "from somebody without a name"),
        said("1710494000.001000", "", "", "from nobody"),
        said("1710494000.001001", "", "U1", ""),
    ]
}

#[test]
fn a_whole_day() {
    insta::assert_snapshot!("a_whole_day", file_of(&channel(), &a_day(), "UTC", &world()).unwrap());
}

#[test]
fn another_zone_and_a_direct_message() {
    let place = Place { key: "slack:D1".into(), name: "Jo Miller".into(), direct: true, ..Place::default() };
    let records = [said("1710493200.000100", "", "U1", "hi"), said("1711846800.000100", "", "U1", "summer time")];
    insta::assert_snapshot!("another_zone", file_of(&place, &records, "America/St_Johns", &world()).unwrap());
}

#[test]
fn nothing_left_is_no_file() {
    let mut gone = said("1710493200.000100", "", "U1", "x");
    assert_eq!(file_of(&channel(), &[], "UTC", &world()), None);
    gone.state = RecordState::Deleted;
    assert_eq!(file_of(&channel(), std::slice::from_ref(&gone), "UTC", &world()), None);
    let mut reply = said("1710493300.000100", "1710493200.000100", "U1", "x");
    reply.state = RecordState::Deleted;
    gone.state = RecordState::Stub;
    assert_eq!(file_of(&channel(), &[gone, reply], "UTC", &world()), None);
}

#[test]
fn a_huge_thread_keeps_every_reply() {
    let mut records = vec![said("1710493200.000100", "", "U1", "first")];
    records.extend((1..=2_500).map(|n| said(&format!("{}.{n:06}", 1_710_493_200 + n), "1710493200.000100", "U2", &"long ".repeat(40))));
    records.push(said("1710500000.000001", "", "U2", &"m".repeat(1 << 20)));
    let text = file_of(&channel(), &records, "UTC", &world()).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["messages"][0]["replies"].as_array().unwrap().len(), 2_500);
    assert_eq!(value["messages"][1]["text"].as_str().unwrap().len(), 1 << 20);
}

#[test]
fn names_stand_for_references() {
    let world = world();
    let reference = |start, end, kind, key: &str| TextRef { start, end, kind, key: key.into() };
    let text = |plain: &str, refs: Vec<TextRef>| Text { plain: plain.into(), refs };
    let person = RefKind::Person;
    // With and without the sign before the stretch, a name nobody knows, a person who may not be shown.
    let all = text(
        "hi @U1, U1 and @jane, U9; C2 #C2",
        vec![
            reference(4, 6, person, "slack:U1"),
            reference(8, 10, person, "slack:U1"),
            reference(16, 20, person, "slack:U404"),
            reference(22, 24, person, "slack:U9"),
            reference(26, 28, RefKind::Place, "slack:C2"),
            reference(30, 32, RefKind::Place, "slack:C2"),
        ],
    );
    assert_eq!(plain_text(&all, &world), "hi @Jo Miller, @Jo Miller and @jane, @U9; #deal-desk #deal-desk");
    // Broken stretches (past the end, inside a character) are passed over.
    let broken = text("é!", vec![reference(1, 2, person, "slack:U1"), reference(2, 90, person, "slack:U1")]);
    assert_eq!(plain_text(&broken, &world), "é!");
}

#[test]
fn hostile_text_is_kept_and_can_be_shown() {
    let nasty =
        "\u{1b}[31mred\u{1b}[0m \u{202e}gpj.exe\u{2066} \0 \u{7f} \u{9b}31m \u{2028} \u{feff} \u{61c} </script> \u{10ffff} 👩\u{200d}💻";
    let mut world = world();
    world.people.get_mut("slack:U1").unwrap().name = format!("Jo {nasty}");
    let place = Place { name: format!("c{nasty}"), ..channel() };
    let text = file_of(&place, &[said("1710493200.000100", "", "U1", nasty)], "UTC", &world).unwrap();
    let hidden =
        |c: char| (c.is_control() && c != '\n') || ('\u{200b}'..='\u{200f}').contains(&c) || ('\u{2028}'..='\u{206f}').contains(&c);
    assert!(!text.contains(hidden) && !text.contains(['\u{feff}', '\u{61c}']));
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["messages"][0]["text"], nasty);
    assert_eq!(value["messages"][0]["user"], format!("Jo {nasty}"));
    assert_eq!(value["channel"], format!("#c{nasty}"));
}

/// Each of them alone: the quick look that spares ordinary texts the search must not miss one.
#[test]
fn every_hidden_character_is_escaped() {
    let all = ('\0'..='\u{ffff}').filter(|c| {
        c.is_control() || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    });
    for c in all {
        let text = file_of(&channel(), &[said("1710493200.000100", "", "U1", &format!("a{c}b"))], "UTC", &world()).unwrap();
        assert!(!text.contains(&format!("a{c}b")), "{c:?}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["messages"][0]["text"], format!("a{c}b"));
    }
}

proptest! {
    #[test]
    fn any_text_comes_back(texts in prop::collection::vec(any::<String>(), 1..5)) {
        let records: Vec<Record> = texts.iter().enumerate().map(|(n, t)| said(&format!("171049320{n}.000100"), "", "U1", t)).collect();
        let text = file_of(&channel(), &records, "UTC", &world()).unwrap();
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        let value: Value = serde_json::from_str(&text).unwrap();
        for (n, wanted) in texts.iter().enumerate() {
            prop_assert_eq!(value["messages"][n]["text"].as_str().unwrap(), wanted);
        }
    }
}
