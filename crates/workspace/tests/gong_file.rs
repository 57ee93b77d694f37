//! Call files, whole.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use jiff::{Timestamp, civil::date, tz::TimeZone};
use proptest::prelude::*;
use sales_files::gong::{CallFile, Measured, Origin, Talk, TranscriptState, Voices, render};
use sales_model::{
    Call, CallNote, CallStats, CrmObject, Participant, Record, RecordState, Side, Task, Text, Tracker, TrackerPhrase, Transcript, Utterance,
};
use serde_json::{Value, json};

fn record(native: &str) -> Record {
    Record {
        place: "gong".into(),
        native: native.into(),
        thread: native.into(),
        at: "2024-04-05T15:01:12.9Z".parse::<Timestamp>().unwrap(),
        state: RecordState::Live,
        partial: false,
        author: None,
        author_name: None,
        bot: false,
        text: Text::default(),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    }
}

/// All that a file is made from, with nothing known.
#[derive(Default)]
struct Made {
    call: Call,
    transcript: Option<Transcript>,
    sides: Vec<Side>,
    talk: Talk,
    tasks: Vec<Task>,
}

impl Made {
    fn text(&self, state: TranscriptState, zone: &str) -> String {
        let (record, customer, timezone) = (record("7782342274025937895"), "acme_inc".parse().unwrap(), TimeZone::get(zone).unwrap());
        let file = CallFile {
            record: &record,
            call: &self.call,
            transcript: self.transcript.as_ref(),
            state,
            customer: &customer,
            sides: &self.sides,
            talk: &self.talk,
            tasks: &self.tasks,
            timezone: &timezone,
        };
        let bytes = render(&file);
        assert_eq!(bytes, render(&file), "the same input gives the same bytes");
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with("\n}\n"));
        let errors: Vec<String> =
            schema().iter_errors(&serde_json::from_str(&text).unwrap()).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert_eq!(errors, Vec::<String>::new());
        text
    }

    fn value(&self) -> Value {
        serde_json::from_str(&self.text(TranscriptState::Ready, "UTC")).unwrap()
    }
}

fn schema() -> jsonschema::Validator {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/schemas/gong-call.schema.json");
    jsonschema::validator_for(&serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap()).unwrap()
}

fn person(name: &str, email: Option<&str>, speaker: Option<&str>) -> Participant {
    Participant { name: name.into(), email: email.map(Into::into), speaker: speaker.map(Into::into), ..Participant::default() }
}

fn said(speaker: &str, start: u64, end: Option<u64>, text: &str) -> Utterance {
    Utterance { speaker: speaker.into(), start, end, text: text.into() }
}

fn transcript(turns: Vec<Utterance>) -> Option<Transcript> {
    Some(Transcript { turns, unavailable: false })
}

fn measured(value: f64, origin: Origin) -> Option<Measured> {
    Some(Measured { value, origin })
}

fn review() -> Made {
    let jo = Participant {
        title: Some("Account Executive".into()),
        talk_seconds: Some(1672.0),
        ..person("Jo Miller", Some("jo@yourcompany.com"), Some("100"))
    };
    let michael = Participant { title: Some("CTO".into()), ..person("Michael Chen", Some("michael.chen@acme.dev"), Some("200")) };
    let sarah = Participant { talk_seconds: Some(120.5), ..person("", Some("sarah.rodriguez@acme.dev"), Some("300")) };
    let call = Call {
        title: "ACME - POC results review".into(),
        url: "https://us-12345.app.gong.io/call?id=7782342274025937895".into(),
        duration: 2460.0,
        scope: "External".into(),
        participants: vec![jo, michael, sarah, person("Silent guest", None, None)],
        crm: vec![
            CrmObject {
                system: "Salesforce".into(),
                kind: "Opportunity".into(),
                id: "0061Q00000mkU1fQAE".into(),
                name: "ACME - 2024 rollout".into(),
                fields: vec![
                    ("StageName".into(), json!("Proposal")),
                    ("Amount".into(), json!(600_000)),
                    ("CloseDate".into(), Value::Null),
                    ("Amount".into(), json!(1)),
                ],
            },
            CrmObject { kind: "Account".into(), id: "0013601230sV7grAAC".into(), ..CrmObject::default() },
        ],
        topics: vec![
            ("Migration".into(), 310.0),
            ("Pricing".into(), 240.5),
            ("Next  Steps".into(), 60.0),
            ("pricing".into(), 86.0),
            (" ".into(), 900.0),
        ],
        trackers: vec![
            Tracker {
                name: "Competitors".into(),
                count: 7,
                phrases: vec![
                    TrackerPhrase { phrase: "Vercel".into(), count: 5, occurrences: vec![(32.56, Some("200".into()))] },
                    TrackerPhrase { phrase: "Netlify".into(), count: 2, occurrences: Vec::new() },
                ],
            },
            Tracker { name: "Security".into(), count: 1, phrases: Vec::new() },
        ],
        brief: "The team reviewed the POC numbers.".into(),
        key_points: vec![CallNote { text: "Security review is the last blocker".into(), ..CallNote::default() }, CallNote::default()],
        outcome: Some("Meeting booked".into()),
        stats: CallStats { host_talk_ratio: Some(0.7049), ..CallStats::default() },
        ..Call::default()
    };
    Made {
        call,
        sides: vec![Side::Ours, Side::Theirs, Side::Theirs, Side::Other],
        talk: Talk {
            ratio: measured(0.6827, Origin::Computed),
            seconds: vec![Some(1.0), Some(657.25), Some(2.0), None],
            longest_monologue: measured(125.0, Origin::Gong),
            longest_customer_story: measured(95.4, Origin::Gong),
            interactivity: measured(6.2, Origin::Gong),
            patience: measured(0.9, Origin::Computed),
            questions_ours: measured(12.0, Origin::Gong),
            questions_theirs: None,
        },
        tasks: vec![
            Task {
                text: "Send the contract draft".into(),
                owner: Some("Jo Miller".into()),
                due: Some(date(2024, 4, 12)),
                at: Some(2210),
                quote: "Jo to send the contract draft by 12 April".into(),
                ..Task::default()
            },
            Task { text: "Book the security review".into(), done: true, ..Task::default() },
        ],
        transcript: transcript(vec![
            said("100", 0, Some(4_230), "Thanks for joining, everyone."),
            said("200", 4_500, Some(9_000), "Happy to.\nThe \"numbers\" look \\ good."),
            said("300", 9_100, None, "Latency is down 40%."),
            said("100", 2_210_000, Some(2_214_999), "I'll send the contract draft by Friday."),
        ]),
    }
}

#[test]
fn a_whole_call() {
    insta::assert_snapshot!("a_whole_call", review().text(TranscriptState::Ready, "Europe/Berlin"));
}

/// A call of which nothing but the id is known.
#[test]
fn an_empty_call() {
    insta::assert_snapshot!("an_empty_call", Made::default().text(TranscriptState::Pending, "UTC"));
    let unavailable = Made::default().text(TranscriptState::Unavailable, "UTC");
    assert!(unavailable.ends_with("  \"transcript\": [],\n  \"transcript_state\": \"unavailable\"\n}\n"));
}

#[test]
fn each_turn_is_a_line() {
    let mut made = review();
    let before = made.text(TranscriptState::Ready, "UTC");
    made.transcript.as_mut().unwrap().turns[2].text = "Latency is down 45%.".into();
    let after = made.text(TranscriptState::Ready, "UTC");
    let changed: Vec<(&str, &str)> = before.lines().zip(after.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(before.lines().count(), after.lines().count());
    let (side, start) = (r#"    {"speaker": "sarah.rodriguez@acme.dev", "side": "theirs""#, r#""start_seconds": 9.1, "end_seconds": null"#);
    assert_eq!(
        changed,
        [(
            format!("{side}, {start}, \"text\": \"Latency is down 40%.\"}},").as_str(),
            format!("{side}, {start}, \"text\": \"Latency is down 45%.\"}},").as_str()
        )]
    );
}

/// Wrong figures of a vendor are unknown ones, and have no source.
#[test]
fn impossible_figures_are_not_known() {
    let mut made = review();
    made.call.duration = f64::NAN;
    made.call.participants[0].talk_seconds = Some(-5.0);
    made.call.stats.host_talk_ratio = Some(49.0);
    made.talk.ratio = measured(f64::INFINITY, Origin::Gong);
    made.talk.longest_monologue = measured(-1.0, Origin::Gong);
    made.talk.interactivity = measured(f64::NAN, Origin::Computed);
    made.call.topics.push(("Security".into(), f64::NAN));
    let value = made.value();
    assert_eq!(value["duration_seconds"], Value::Null);
    assert_eq!(value["parties"][0]["talk_seconds"], Value::Null);
    assert_eq!((&value["talk_ratio"], &value["talk_ratio_source"], &value["host_talk_ratio"]), (&Value::Null, &Value::Null, &Value::Null));
    assert_eq!(
        value["interaction"],
        json!({
            "longest_monologue_seconds": null, "longest_customer_story_seconds": 95.4, "interactivity": null, "patience_seconds": 0.9,
            "questions_ours": 12, "questions_theirs": null,
            "source": {"longest_customer_story_seconds": "gong", "patience_seconds": "computed", "questions_ours": "gong"}
        })
    );
    assert_eq!(value["topics"], json!(["pricing", "migration", "next steps", "security"]));
}

#[test]
fn speakers_have_names_and_sides() {
    let participants = [
        person("Jo Miller", None, Some("1")),
        person(" ", Some("michael@acme.dev"), Some("2")),
        person("", None, Some("3")),
        person("Lisa Thompson", None, None),
        person("Twice", None, Some("1")),
        person("More people than sides", None, Some("6")),
    ];
    let voices = Voices::new(&participants, &[Side::Ours, Side::Theirs, Side::Theirs, Side::Theirs, Side::Bot]);
    let expected = [
        ("1", ("Jo Miller", Side::Ours)),
        ("2", ("michael@acme.dev", Side::Theirs)),
        ("3", ("Unknown", Side::Theirs)),
        ("6", ("More people than sides", Side::Other)),
        (" LISA thompson ", ("Lisa Thompson", Side::Theirs)),
        ("Somebody Else", ("Somebody Else", Side::Other)),
        ("me", ("me", Side::Ours)),
        ("them", ("them", Side::Theirs)),
        ("", ("Unknown", Side::Other)),
    ];
    for (speaker, who) in expected {
        assert_eq!(voices.of(speaker), who, "{speaker:?}");
    }
}

/// Every place that holds text of others.
#[test]
fn hostile_text_is_kept_and_can_be_shown() {
    let nasty = "\u{1b}[31mred\u{1b}[0m \u{202e}gpj.exe\u{2066} \0 \u{7f} \u{9b}31m \u{2028} \u{feff} \u{61c} </script> \"\\ \r\n\t\u{10ffff} 👩\u{200d}💻";
    let text = || nasty.to_owned();
    let mut made = review();
    made.call.title = text();
    made.call.url = text();
    made.call.scope = text();
    made.call.brief = text();
    made.call.outcome = Some(text());
    made.call.key_points[0].text = text();
    made.call.topics = vec![(text(), 1.0)];
    made.call.trackers[0].name = text();
    made.call.trackers[0].phrases[0].phrase = text();
    made.call.crm[0].id = text();
    made.call.crm[0].kind = text();
    made.call.crm[0].name = text();
    made.call.crm[0].fields = vec![(text(), json!({ nasty: [nasty] }))];
    made.call.participants[0].name = text();
    made.call.participants[0].title = Some(text());
    made.call.participants[0].email = Some(text());
    made.tasks[0].text = text();
    made.tasks[0].owner = Some(text());
    made.tasks[0].quote = text();
    made.transcript.as_mut().unwrap().turns[0].text = text();
    let file = made.text(TranscriptState::Ready, "UTC");
    let hidden =
        |c: char| (c.is_control() && c != '\n') || ('\u{200b}'..='\u{200f}').contains(&c) || ('\u{2028}'..='\u{206f}').contains(&c);
    assert!(!file.contains(hidden) && !file.contains(['\u{feff}', '\u{61c}']));
    let value: Value = serde_json::from_str(&file).unwrap();
    for at in [
        "/title",
        "/url",
        "/scope",
        "/brief",
        "/outcome",
        "/key_points/0",
        "/trackers/0/name",
        "/trackers/0/phrases/0/phrase",
        "/crm/0/id",
        "/crm/0/type",
        "/crm/0/name",
        "/parties/0/name",
        "/parties/0/title",
        "/parties/0/email",
        "/action_items/0/text",
        "/action_items/0/owner",
        "/action_items/0/quote",
        "/transcript/0/text",
    ] {
        assert_eq!(value.pointer(at).unwrap(), nasty, "{at}");
    }
    assert_eq!(value["crm"][0]["fields"], json!({ nasty: { nasty: [nasty] } }));
    // Names are shown as they are said, without the blanks around them.
    assert_eq!(value["transcript"][0]["speaker"], nasty.trim());
}

#[test]
fn a_huge_call_keeps_every_turn() {
    let mut made = review();
    let turns = (0..10_000_u64).map(|n| said(if n % 2 == 0 { "100" } else { "200" }, n * 2_500, Some(n * 2_500 + 2_001), "and so on "));
    made.transcript = transcript(turns.collect());
    made.call.brief = "b".repeat(1 << 20);
    let text = made.text(TranscriptState::Ready, "UTC");
    assert_eq!(text.lines().filter(|l| l.starts_with("    {\"speaker\": ")).count(), 10_000);
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        value["transcript"][9_999],
        json!({"speaker": "Michael Chen", "side": "theirs", "start_seconds": 24_997.5, "end_seconds": 24_999.501, "text": "and so on "})
    );
    assert_eq!(value["brief"].as_str().unwrap().len(), 1 << 20);
}

#[test]
fn the_schema_refuses_other_shapes() {
    let good = review().value();
    let schema = schema();
    assert!(schema.is_valid(&good));
    for (at, wrong) in [
        ("/source", json!("slack")),
        ("/talk_ratio", json!(68)),
        ("/talk_ratio_source", json!("guessed")),
        ("/transcript_state", json!("lost")),
        ("/transcript/0/side", json!("us")),
        ("/interaction/source", json!({"patience": "gong"})),
        ("/action_items/0/due", json!("Friday")),
        ("/started", json!("yesterday")),
    ] {
        let mut value = good.clone();
        *value.pointer_mut(at).unwrap() = wrong;
        assert!(!schema.is_valid(&value), "{at}");
    }
    let mut more = good.clone();
    more["more"] = json!(1);
    assert!(!schema.is_valid(&more));
}

proptest! {
    #[test]
    fn any_text_comes_back(texts in prop::collection::vec(any::<String>(), 1..5), title in any::<String>()) {
        let mut made = review();
        made.call.title = title.clone();
        made.transcript = transcript(texts.iter().map(|t| said("100", 0, None, t)).collect());
        let file = made.text(TranscriptState::Ready, "UTC");
        prop_assert!(!file.contains(|c: char| c.is_control() && c != '\n'));
        let value: Value = serde_json::from_str(&file).unwrap();
        prop_assert_eq!(value["title"].as_str().unwrap_or_default(), if title.trim().is_empty() { "" } else { &title });
        for (n, wanted) in texts.iter().enumerate() {
            prop_assert_eq!(value["transcript"][n]["text"].as_str().unwrap(), wanted);
        }
    }
}
