use serde_json::{Value, json};

use super::*;

const START: &str = "2026-01-27T15:30:00Z";

fn start() -> Timestamp {
    START.parse().unwrap()
}

/// So many seconds after the start.
fn after(seconds: f64) -> String {
    (start() + SignedDuration::from_millis((seconds * 1000.0) as i64)).to_string()
}

fn said(speaker: Value, from: f64, to: f64, text: &str) -> Value {
    json!({"speaker": speaker, "text": text, "start_time": after(from), "end_time": after(to)})
}

fn read(items: &[Value]) -> Vec<(String, u64, Option<u64>, String)> {
    let items = items.iter().map(|i| serde_json::from_str(&i.to_string()).unwrap()).collect();
    turns(pieces(items), start()).into_iter().map(|t| (t.speaker, t.start, t.end, t.text)).collect()
}

fn speakers(items: &[Value]) -> Vec<String> {
    read(items).into_iter().map(|t| t.0).collect()
}

#[test]
fn whoever_spoke_has_the_best_name_that_is_known() {
    let mac = [
        said(json!({"source": "microphone", "attribution": "me"}), 0.0, 1.0, "a"),
        said(json!({"source": "speaker", "attribution": "them", "diarization_label": "Speaker A", "name": "Casey\n CTO"}), 10.0, 11.0, "b"),
        said(json!({"source": "speaker", "attribution": "them", "diarization_label": "Speaker B", "name": null}), 20.0, 21.0, "c"),
        said(json!({"source": "speaker", "attribution": "them", "diarization_label": " "}), 30.0, 31.0, "d"),
        said(json!({"source": "speaker"}), 40.0, 41.0, "e"),
        said(json!({"source": "microphone"}), 50.0, 51.0, "f"),
        said(json!({"source": "microphone", "attribution": "nobody"}), 60.0, 61.0, "g"),
        said(json!({"source": "hologram"}), 70.0, 71.0, "h"),
        said(json!("Casey"), 80.0, 81.0, "i"),
        said(Value::Null, 90.0, 91.0, "j"),
    ];
    assert_eq!(speakers(&mac), ["me", "Casey CTO", "Speaker B", "them", "them", "me", "me", "", "", ""]);
    // On iOS everything comes from the microphone, which tells nothing then.
    let phone = [
        said(json!({"source": "microphone"}), 0.0, 1.0, "a"),
        said(json!({"source": "microphone", "diarization_label": "Speaker A"}), 10.0, 11.0, "b"),
        said(json!({"source": "microphone", "attribution": "them"}), 20.0, 21.0, "c"),
    ];
    assert_eq!(speakers(&phone), ["", "Speaker A", "them"]);
}

#[test]
fn pieces_are_sorted_and_joined_where_one_goes_on() {
    let me = || json!({"source": "microphone", "attribution": "me"});
    let them = || json!({"source": "speaker", "attribution": "them"});
    let items = [
        said(them(), 12.0, 14.0, "third"),
        said(me(), 0.5, 4.0, " first, "),
        said(me(), 5.9, 8.0, "and on"),
        said(me(), 10.0, 11.0, "after two seconds"),
        said(them(), 13.0, 13.5, "over each other"),
        said(them(), 14.5, 15.0, "  "),
    ];
    let turn = |s: &str, from, to, text: &str| (s.to_owned(), from, Some(to), text.to_owned());
    assert_eq!(
        read(&items),
        [
            turn("me", 500, 8_000, "first, and on"),
            turn("me", 10_000, 11_000, "after two seconds"),
            turn("them", 12_000, 14_000, "third over each other"),
        ]
    );
}

#[test]
fn a_monologue_is_cut_after_a_minute() {
    let items: Vec<Value> =
        (0..40).map(|i| said(json!({"attribution": "me"}), f64::from(i) * 5.0, f64::from(i) * 5.0 + 4.0, &i.to_string())).collect();
    let turns = read(&items);
    assert!(turns.iter().all(|(_, from, to, _)| to.unwrap() - from <= 60_000), "{turns:?}");
    assert_eq!(turns.len(), 4);
    assert_eq!(turns.iter().map(|t| t.3.split(' ').count()).sum::<usize>(), 40);
    // One that came as one piece stays one.
    let long = [said(json!({"attribution": "me"}), 0.0, 300.0, "long"), said(json!({"attribution": "me"}), 300.0, 301.0, "more")];
    assert_eq!(read(&long).len(), 2);
}

#[test]
fn strange_times_are_bent_and_never_lost() {
    let items = [
        said(json!({"attribution": "me"}), -30.0, -20.0, "before it began"),
        json!({"speaker": {"attribution": "me"}, "text": "no times", "start_time": null, "end_time": "soon"}),
        said(json!({"attribution": "them"}), 50.0, 40.0, "ends before it begins"),
        json!({"speaker": {"attribution": "me"}, "text": "after that", "start_time": "9999-12-31T23:59:59Z"}),
    ];
    let turn = |s: &str, from, to, text: &str| (s.to_owned(), from, to, text.to_owned());
    assert_eq!(
        read(&items),
        [
            turn("me", 0, Some(0), "before it began no times"),
            turn("them", 50_000, None, "ends before it begins"),
            turn("me", 50_000, None, "after that"),
        ]
    );
    assert_eq!(first(&pieces(Vec::new())), None);
}
