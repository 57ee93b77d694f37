//! What a first load brings, and what it costs.

use sales_connectors::{Connector, Known, Mode, Plan, granola::Granola};
use sales_model::{Affiliation, Place};
use sales_simulator::{GranolaGenerate, GranolaWorld};

use crate::bench::{Bench, START, Setup, tiny};

#[tokio::test]
async fn a_first_load_brings_all_that_the_key_sees() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.complete();
    let place = Place { key: "granola".into(), name: "Granola".into(), member: true, ..Place::default() };
    assert_eq!(b.ledger.places.values().collect::<Vec<_>>(), [&place]);
    // The list, each note, the long one's note without its transcript and three pages of that.
    let asked = b.requests(0);
    let count = |name: &str| asked.get(name).copied().unwrap_or(0);
    assert_eq!((count("granola.notes.list"), count("granola.folders")), (2, 1));
    assert_eq!((count("granola.notes.get"), count("granola.transcript")), (14, 3));
    assert_eq!(b.sim.violations(), []);
}

#[tokio::test]
async fn the_bytes_are_kept_as_they_came() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let raw = b.ledger.raws.iter().find(|r| r.body.windows(20).any(|w| w == b"not_Tiny0000000001\",")).unwrap();
    let text = std::str::from_utf8(&raw.body).unwrap();
    assert!(text.starts_with("{\"id\":\"not_Tiny0000000001\",\"object\":\"note\"") && text.ends_with("]}"), "{text}");
    assert_eq!(b.ledger.raws.len(), 13);
}

#[tokio::test]
async fn people_times_and_voices_are_told_as_far_as_they_are_known() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let whole = b.note(&tiny(1));
    assert_eq!((whole.dated_by.as_str(), whole.private.as_str()), ("scheduled_start_time", "They sounded **unsure**"));
    assert_eq!(b.ledger.records[&tiny(1)].at, whole.event.as_ref().unwrap().start.unwrap());
    let came: Vec<_> = whole.attendees.iter().map(|a| (a.name.as_str(), a.email.as_deref().unwrap_or_default(), a.attended)).collect();
    assert_eq!(came, [("Casey CTO", "cto@acme.example", true), ("", "guest@acme.example", true), ("Sam Rep", "sam@us.example", true)]);
    assert_eq!(whole.event.as_ref().unwrap().invitees, ["cto@acme.example", "sam@us.example", "never-came@acme.example"]);
    assert_eq!((whole.owner.affiliation, whole.owner.speaker.as_deref()), (Affiliation::Internal, Some("me")));
    let folders: Vec<_> = whole.folders.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(folders, ["Acme", "customers"]);
    let voices = |n| b.transcript(&tiny(n)).unwrap().turns.iter().map(|t| t.speaker.as_str()).collect::<Vec<_>>();
    assert_eq!(voices(1), ["me", "Casey CTO", "Speaker B", "them"]);
    // A phone hears everybody through one microphone: nobody knows who speaks.
    assert!(voices(2).iter().all(|v| v.is_empty()));
    let second = b.note(&tiny(2));
    assert_eq!((second.title.as_str(), second.dated_by.as_str()), ("", "transcript"));
    let order: Vec<_> = b.transcript(&tiny(5)).unwrap().turns.iter().map(|t| t.text.as_str()).collect();
    assert_eq!(order, ["First.", "Second.", "Also second.", "Third."]);
    assert_eq!((b.transcript(&tiny(11)), b.note(&tiny(11)).attendees.len()), (None, 0));
    // Private notes are shown to their owner only.
    assert_eq!(b.note(&tiny(9)).private, "");
}

#[tokio::test]
async fn a_long_transcript_stands_at_the_time_of_its_note() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let (note, part) = (&b.ledger.records[&tiny(6)], &b.ledger.records[&format!("{}/transcript", tiny(6))]);
    assert_eq!((note.at, b.note(&tiny(6)).dated_by.as_str()), (part.at, "transcript"));
    assert!(part.is_part() && !part.partial);
    let turns = &b.transcript(&tiny(6)).unwrap().turns;
    assert_eq!((turns.len(), turns[0].start, turns[229].text.as_str()), (230, 0, "Sentence 229."));
}

#[tokio::test]
async fn who_we_are_is_what_granola_says() {
    let b = Bench::tiny().await;
    let me = b.me().await.unwrap();
    assert_eq!((me.team.as_str(), me.kind.as_str(), me.team_name.as_str()), ("granola:default", "API key", "Granola"));
    assert!(me.scopes.iter().all(|s| s.granted.is_none() && !s.required));
    assert_eq!(Granola.probe(&b.cx, &me).await.unwrap(), me.scopes);
    let log = b.sim.log();
    assert_eq!((log.len(), log[0].sent.as_ref().unwrap().query.as_str()), (1, "page_size=1"));
}

#[tokio::test]
async fn the_estimate_counts_the_notes_that_wait() {
    let until = START.parse().unwrap();
    let world = GranolaWorld::generate(&GranolaGenerate { notes: 900, transcript_items: 1, ..GranolaGenerate::crash(until) }, 1);
    let mut b = Bench::start(Setup { world, key: "grn_generated", ..Setup::default() }).await;
    b.cx.unlimited = false;
    // The list is complete, and no note is read yet.
    let run = b.run(Mode::Default, 31).await;
    assert!(run.cut);
    let me = b.me().await.unwrap();
    let plan = Plan { mode: Mode::Default, since: b.since, now: b.now(), only: None };
    let known = Known { waiting: [(b.key("details"), 900)].into(), checkpoints: b.ledger.checkpoints.clone(), ..Known::default() };
    let estimate = Granola.estimate(&b.cx, &me, &plan, &known).unwrap();
    assert_eq!(estimate.words, "about 3 minutes (900 notes, one request each at 5 a second)");
    let estimate = Granola.estimate(&b.cx, &me, &plan, &Known::default()).unwrap();
    assert!(estimate.words.contains("not read to its end yet"), "{}", estimate.words);
}
