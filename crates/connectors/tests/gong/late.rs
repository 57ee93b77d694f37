//! What changes after it was read: transcripts that come late or never, titles, CRM links, deleted and private calls.

use jiff::SignedDuration;
use sales_connectors::Mode;
use sales_simulator::{GongEvent, gong::Ready};
use serde_json::json;

use crate::bench::{Bench, DAY, HOUR};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// A call that began an hour ago, with a transcript that is ready later, or never.
fn new_call(b: &Bench, id: &str, ready: Ready) {
    let started = b.now() - HOUR;
    let call = json!({"metaData": {"id": id, "title": "Just held", "started": started, "scheduled": started, "duration": 1800}});
    let said = json!([{"speakerId": "1", "topic": null, "sentences": [{"start": 0, "end": 900, "text": "At last."}]}]);
    b.world(|w| {
        w.add_call(call, said).unwrap();
        w.set_ready(id, ready).unwrap();
    });
}

fn asked(b: &Bench, since: usize) -> usize {
    b.requests(since).get("calls.transcript").copied().unwrap_or_default()
}

#[tokio::test]
async fn a_late_transcript_is_asked_for_until_it_is_there() {
    let mut b = Bench::tiny().await;
    new_call(&b, "2001", Ready::From(b.now() + 3 * HOUR));
    b.ok(Mode::Default).await;
    assert_eq!(b.transcript("2001"), None);
    assert_eq!((b.ledger.work["2001"].tries, b.ledger.work["2001"].done.clone()), (1, None));
    // The next runs ask at once, and once each.
    for tries in 2..=4 {
        b.later(MINUTE);
        let sent = b.sent();
        b.ok(Mode::Default).await;
        assert_eq!((asked(&b, sent), b.ledger.work["2001"].tries), (1, tries));
    }
    // Then at growing distance.
    let mut times = Vec::new();
    let start = b.now();
    while b.transcript("2001").is_none() {
        b.later(MINUTE);
        let sent = b.sent();
        b.ok(Mode::Default).await;
        if asked(&b, sent) > 0 {
            times.push(b.now().duration_since(start).as_mins());
        }
        assert!(times.len() < 20);
    }
    assert_eq!(times, [15, 45, 105, 225]);
    assert_eq!(b.transcript("2001").unwrap().turns[0].text, "At last.");
    // And no more.
    let sent = b.sent();
    b.later(DAY);
    b.ok(Mode::Default).await;
    assert_eq!(asked(&b, sent), 0);
    b.complete();
}

#[tokio::test]
async fn one_that_never_comes_is_given_up_and_said_so() {
    let mut b = Bench::tiny().await;
    new_call(&b, "2001", Ready::Never);
    b.ok(Mode::Default).await;
    let mut asked_for = 1;
    for _ in 0..13 * 24 {
        b.later(HOUR);
        let sent = b.sent();
        b.ok(Mode::Default).await;
        asked_for += asked(&b, sent);
    }
    assert_eq!(b.transcript("2001"), None);
    b.later(DAY);
    b.ok(Mode::Default).await;
    let t = b.transcript("2001").unwrap();
    assert!(t.unavailable && t.turns.is_empty());
    assert_eq!(b.ledger.records["2001/transcript"].0.at, b.ledger.records["2001"].0.at);
    assert!((15..30).contains(&asked_for), "{asked_for}");
    let sent = b.sent();
    b.later(30 * DAY);
    b.ok(Mode::Default).await;
    assert_eq!(asked(&b, sent), 0);
}

#[tokio::test]
async fn an_edited_title_and_a_crm_link_are_found() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    assert_eq!(b.call("1005").crm[0].id, "g-1");
    b.happens(GongEvent::Retitle { call: Some("1005".into()), title: "Globex kick-off".into() });
    let fields = json!({"Name": "Globex", "Website": "globex.example"});
    b.happens(GongEvent::Associate {
        call: Some("1005".into()),
        system: None,
        object_type: "Account".into(),
        object_id: "001G".into(),
        fields: fields.as_object().cloned(),
    });
    b.later(HOUR);
    let sent = b.sent();
    b.ok(Mode::Default).await;
    let call = b.call("1005");
    assert_eq!(call.title, "Globex kick-off");
    assert_eq!(call.crm.iter().map(|o| (o.id.as_str(), o.name.as_str())).collect::<Vec<_>>(), [("g-1", ""), ("001G", "Globex")]);
    assert_eq!(call.signs().sites, ["globex.example"]);
    assert_eq!(asked(&b, sent), 0, "the same call: its transcript is there");
    b.complete();
}

#[tokio::test]
async fn an_older_change_is_found_by_an_audit() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.happens(GongEvent::Retitle { call: Some("1002".into()), title: "Renamed".into() });
    b.happens(GongEvent::DeleteCall { call: Some("1001".into()) });
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!((b.call("1002").title.as_str(), b.held().len()), ("Acme - POC results", 4), "24 days ago is beyond the look-back");
    assert!(b.gaps().iter().any(|g| g.contains("older than 14d") && g.contains("sales sync --audit")), "{:?}", b.gaps());
    b.later(HOUR);
    b.ok(Mode::Audit).await;
    assert_eq!((b.call("1002").title.as_str(), b.held().len()), ("Renamed", 3));
}

#[tokio::test]
async fn deleted_and_private_calls_go_with_their_transcripts() {
    for event in [GongEvent::DeleteCall { call: Some("1005".into()) }, GongEvent::MakePrivate { call: Some("1005".into()) }] {
        let mut b = Bench::tiny().await;
        b.ok(Mode::Default).await;
        assert!(b.transcript("1005").is_some());
        b.happens(event);
        b.later(HOUR);
        b.ok(Mode::Default).await;
        assert!(!b.ledger.records.contains_key("1005") && b.transcript("1005").is_none());
        assert_eq!((b.ledger.lost.as_slice(), b.held().len()), (&["1005".to_owned()][..], 3));
    }
}

#[tokio::test]
async fn a_private_call_that_is_shown_again_comes_with_its_transcript() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    b.happens(GongEvent::MakePrivate { call: Some("1005".into()) });
    b.later(HOUR);
    b.ok(Mode::Default).await;
    b.happens(GongEvent::MakePublic { call: Some("1005".into()) });
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!(b.transcript("1005").unwrap().turns[0].text, "What does it cost?");
    b.complete();
}

#[tokio::test]
async fn a_call_that_arrives_late_is_found() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    // Held ten days ago, and only now brought in from a recorder.
    let started = b.now() - 10 * DAY;
    let call = json!({"metaData": {"id": "3001", "title": "From the recorder", "started": started, "direction": "Inbound"}});
    b.world(|w| w.add_call(call, json!([]))).unwrap();
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!(b.call("3001").title, "From the recorder");
    // After a long absence the look-back reaches as far below the last sync.
    let started = b.now() - 10 * DAY;
    let call = json!({"metaData": {"id": "3002", "title": "Another", "started": started, "direction": "Inbound"}});
    b.world(|w| w.add_call(call, json!([]))).unwrap();
    b.later(40 * DAY);
    b.ok(Mode::Default).await;
    assert_eq!(b.call("3002").title, "Another");
    assert_eq!(b.ledger.lost, Vec::<String>::new());
}
