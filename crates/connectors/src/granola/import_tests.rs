use std::io::Cursor;

use jiff::Timestamp;
use sales_model::{AccountKey, Affiliation, Detail, Note, RawItem, Record, Route, Settings, Source as Vendor, Transcript};
use serde_json::{Value, json};

use super::*;

const A: &str = "0dba4400-50f1-4262-9ac7-89cd27b79371";
const B: &str = "1dba4400-50f1-4262-9ac7-89cd27b79372";

fn request() -> ImportRequest {
    let account = AccountKey { source: Vendor::GRANOLA, name: "default".into() };
    ImportRequest::new(account, Timestamp::UNIX_EPOCH, std::sync::Arc::new(Settings::default()))
}

fn opened(bytes: impl Into<Vec<u8>>) -> Result<Box<dyn Import>, String> {
    open(Box::new(Cursor::new(bytes.into())), &request()).map_err(|e| e.why)
}

fn all(import: &mut dyn Import) -> (Vec<RawItem>, Vec<String>) {
    let (mut items, mut failures) = (Vec::new(), Vec::new());
    while let Some(batch) = import.next_batch() {
        assert!(batch.items.len() <= 1_000);
        items.extend(batch.items);
        failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
    }
    assert!(import.next_batch().is_none());
    (items, failures)
}

/// What a file means, and what of it could not be read.
fn read(bytes: impl Into<Vec<u8>>) -> (Vec<Record>, Vec<String>) {
    let (items, mut failures) = all(&mut *opened(bytes).unwrap());
    assert!(items.iter().all(|i| i.route == Route::Import && i.place.as_deref() == Some("granola")));
    assert_eq!(items[0].kind, map::FILE);
    let mut records = Vec::new();
    for item in &items {
        match map::process(item) {
            Ok(mapped) => records.extend(mapped.records),
            Err(f) => failures.push(format!("{}: {}", f.item, f.reason)),
        }
    }
    (records, failures)
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|r| r.native.as_str()).collect()
}

fn note_of(record: &Record) -> &Note {
    match record.detail.as_deref() {
        Some(Detail::Note(note)) => note,
        other => panic!("{other:?}"),
    }
}

fn transcript_of(record: &Record) -> &Transcript {
    match record.detail.as_deref() {
        Some(Detail::Transcript(t)) => t,
        other => panic!("{other:?}"),
    }
}

fn note(n: u32) -> Value {
    json!({"id": format!("not_{n:014}"), "object": "note", "title": format!("Note {n}"), "created_at": "2026-01-27T15:30:00Z",
        "updated_at": "2026-01-27T16:30:00Z", "owner": {"email": "sam@us.example"}, "summary_text": "words",
        "transcript": [{"text": "hello", "start_time": "2026-01-27T15:31:00Z", "end_time": "2026-01-27T15:31:02Z"}]})
}

fn state() -> Value {
    let prose = |text: &str| json!({"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]});
    json!({"state": {
        "documents": {
            (A.to_uppercase()): {
                "id": A, "title": "ACME  review", "created_at": "2026-01-27T15:29:00Z", "updated_at": "2026-01-27T16:45:00Z", "deleted_at": null,
                "notes_plain": "plain", "notes_markdown": "", "notes": prose("my own words"), "valid_meeting": true,
                "people": {"creator": {"name": "Sam Rep", "email": "SAM@us.example"}, "attendees": [{"name": "Old", "email": "old@acme.example"}]},
                "google_calendar_event": {"id": "g1", "summary": "ACME", "start": {"dateTime": "2026-01-27T07:30:00-08:00"},
                    "end": {"dateTime": "2026-01-27T08:30:00-08:00"}, "organizer": {"email": "sam@us.example"},
                    "attendees": [{"email": "CTO@acme.example", "responseStatus": "accepted"}, {"email": "no@acme.example", "responseStatus": "declined"}]}
            },
            B: {"title": null, "created_at": "2026-01-28T15:29:00Z", "notes_markdown": "# only mine"},
            "2dba4400-50f1-4262-9ac7-89cd27b79373": {"title": "To come", "created_at": "2026-02-28T15:29:00Z", "notes_plain": " "},
            "3dba4400-50f1-4262-9ac7-89cd27b79374": {"title": "Gone", "notes_plain": "x", "deleted_at": "2026-01-01T00:00:00Z"},
            "4dba4400-50f1-4262-9ac7-89cd27b79375": {"title": "No time", "notes_plain": "x"},
            "5dba4400-50f1-4262-9ac7-89cd27b79376": 17,
            "not a uuid": {"notes_plain": "x"}
        },
        "transcripts": {A: [
            {"text": "guess", "source": "system", "start_timestamp": "2026-01-27T15:30:20Z", "is_final": false},
            {"text": "Hi.", "source": "microphone", "start_timestamp": "2026-01-27T15:30:10Z", "end_timestamp": "2026-01-27T15:30:12Z", "is_final": true},
            {"text": "Hello.", "source": "system", "start_timestamp": "2026-01-27T15:30:20Z", "end_timestamp": "2026-01-27T15:30:22Z"}]},
        "meetingsMetadata": {A: {"attendees": [{"name": "Casey CTO", "email": "cto@acme.example"}, {"name": "No", "email": "no@acme.example"}]}},
        "documentPanels": {A: {
            "p2": {"title": "Second", "created_at": "2026-01-27T16:41:00Z", "content": prose("two")},
            "p1": {"title": "Summary", "created_at": "2026-01-27T16:40:00Z", "content": prose("one")},
            "p0": {"title": "Gone", "content": prose("zero"), "deleted_at": "2026-01-28T00:00:00Z"}}}
    }, "version": 4})
}

#[test]
fn notes_of_the_api_come_in_any_wrapping() {
    let transcript = |n: u32| format!("not_{n:014}/transcript");
    let two = ["not_00000000000001".to_owned(), transcript(1), "not_00000000000002".to_owned(), transcript(2)];
    for text in [
        json!([note(1), note(2)]).to_string(),
        format!("\u{feff} {}\n", json!([note(1), note(2)])),
        json!({"notes": [note(1), note(2)], "hasMore": false, "cursor": null}).to_string(),
    ] {
        let (records, failures) = read(text);
        assert_eq!((ids(&records), failures), (two.iter().map(String::as_str).collect(), Vec::new()));
    }
    let (records, failures) = read(note(1).to_string());
    assert_eq!((ids(&records), failures), (vec![two[0].as_str(), two[1].as_str()], Vec::new()));
    // The same as the same bytes from the API.
    let direct = RawItem { route: Route::Direct, ..Origin::import(&request()).item(map::NOTE, None, note(1).to_string().into()) };
    assert_eq!(map::process(&direct).unwrap().records, records);
}

#[test]
fn a_bad_note_costs_no_good_one() {
    let list = format!(
        "[{},{{\"id\":\"not_1\"}},null,{{\"torn\":tru}},{},{{\"id\":\"not_00000000000009\",\"title\":\"listed\"}},{{\"id\":\"not_000000000",
        note(1),
        note(2)
    );
    let (records, failures) = read(list);
    assert_eq!(ids(&records).len(), 4);
    assert_eq!(
        failures,
        [
            "Granola note 2 of the file: it has no id of Granola's",
            "Granola note 3 of the file: it has no id of Granola's",
            "Granola note 4 of the file: it is not JSON",
            "granola:not_00000000000009: it is an entry of the list of notes, without any content; export notes as the API gives them one by one",
            "Granola note 7 of the file: the file ends in the middle of the list",
        ]
    );
}

#[test]
fn a_file_is_summarised_before_and_after_it_is_read() {
    let text = json!([note(1), {"id": 5}, note(2)]).to_string();
    let mut import = opened(text).unwrap();
    let summary = ImportSummary {
        format: "Granola notes".into(),
        contents: vec![("notes".into(), 2), ("transcripts".into(), 2)],
        notes: vec!["1 item cannot be read".into()],
    };
    assert_eq!(import.summary(), summary);
    assert_eq!(import.summary(), summary);
    let (items, failures) = all(&mut *import);
    assert_eq!((items.len(), failures.len()), (3, 1));
    assert_eq!(import.summary(), summary);
    assert_eq!(import.source(), Vendor::GRANOLA);
}

#[test]
fn many_notes_come_in_bounded_batches() {
    let list: Vec<Value> = (0..1_201).map(note).collect();
    let mut import = opened(json!(list).to_string()).unwrap();
    let sizes: Vec<usize> = std::iter::from_fn(|| import.next_batch()).map(|b| b.items.len()).collect();
    assert_eq!(sizes, [500, 500, 202]);
    // Large ones sooner.
    let large = |n| {
        let mut note = note(n);
        note["summary_text"] = json!("x".repeat(9 << 20));
        note
    };
    let mut import = opened(json!([large(1), large(2), large(3)]).to_string()).unwrap();
    let sizes: Vec<usize> = std::iter::from_fn(|| import.next_batch()).map(|b| b.items.len()).collect();
    assert_eq!(sizes, [3, 1]);
}

#[test]
fn a_cache_of_any_version_is_the_same() {
    let plain = state();
    let third = json!({"cache": plain.to_string()}).to_string();
    let nested = json!({"cache": plain}).to_string();
    let bare = plain["state"].to_string();
    let (expected, failures) = read(plain.to_string());
    assert_eq!(ids(&expected), [A, &format!("{A}/transcript"), B]);
    assert_eq!(
        failures,
        [
            "Granola document not a uuid: its id is not one of Granola's",
            "granola:4dba4400-50f1-4262-9ac7-89cd27b79375: no time in it tells when it was",
            "granola:5dba4400-50f1-4262-9ac7-89cd27b79376: it is no document",
        ]
    );
    for text in [third, nested, bare] {
        assert_eq!(read(text), (expected.clone(), failures.clone()));
    }
}

#[test]
fn a_document_is_a_note_as_far_as_the_cache_tells() {
    let (records, _) = read(state().to_string());
    let start: Timestamp = "2026-01-27T15:30:00Z".parse().unwrap();
    assert_eq!((records[0].at, records[1].at), (start, start));
    let note = note_of(&records[0]);
    assert_eq!((note.title.as_str(), note.dated_by.as_str()), ("ACME review", "scheduled_start_time"));
    assert_eq!(note.url, format!("https://notes.granola.ai/d/{A}"));
    assert_eq!(note.markdown, "## Summary\n\none\n\n## Second\n\ntwo");
    assert_eq!(note.private, "my own words");
    assert_eq!((note.owner.email.as_deref(), note.owner.affiliation), (Some("sam@us.example"), Affiliation::Internal));
    assert_eq!(note.owner.speaker.as_deref(), Some("me"));
    // Who declined was not there; who was invited stands apart.
    let names: Vec<_> = note.attendees.iter().map(|a| a.name.as_str()).collect();
    assert_eq!(names, ["Casey CTO"]);
    let event = note.event.as_ref().unwrap();
    assert_eq!(event.invitees, ["cto@acme.example", "no@acme.example"]);
    assert_eq!((event.start, event.organiser.as_deref()), (Some(start), Some("sam@us.example")));
    let turns: Vec<_> = transcript_of(&records[1]).turns.iter().map(|t| (t.speaker.as_str(), t.start, t.text.as_str())).collect();
    assert_eq!(turns, [("me", 10_000, "Hi."), ("them", 20_000, "Hello.")]);
    let bare = note_of(&records[2]);
    assert_eq!((bare.markdown.as_str(), bare.private.as_str(), bare.dated_by.as_str()), ("# only mine", "", "created_at"));
}

#[test]
fn what_a_cache_lacks_is_said() {
    let mut import = opened(state().to_string()).unwrap();
    let before = import.summary();
    all(&mut *import);
    assert_eq!(import.summary(), before);
    assert_eq!(before.format, "Granola cache");
    assert_eq!(before.contents, [("notes".to_owned(), 4), ("transcripts".to_owned(), 1)]);
    assert_eq!(
        before.notes,
        [
            "1 document without notes and transcript: left out",
            "1 document deleted in the app: left out",
            "3 documents without a transcript: the app keeps those of the last meetings only",
            "1 item cannot be read",
        ]
    );
}

#[test]
fn files_of_no_use_are_refused_in_words() {
    let encrypted = "it is not JSON. Granola's newer cache files (`.json.enc`) are encrypted, and no other program can read them";
    let table: [(&[u8], &str); 11] = [
        (b"", encrypted),
        (b"v10\xff\x00\x93", encrypted),
        (b"\"text\"", encrypted),
        (b"{\"cache\":\"{\\\"state\\\":{}}\"}", "it looks like a cache of Granola's, but holds no documents"),
        (b"{\"cache\":\"{\\\"state\"}", "its contents are not whole JSON"),
        (b"{\"cache\":null,\"x\":1}", "it is JSON, but neither notes nor a cache of Granola's"),
        (b"{\"cache\":5}", "its contents are not whole JSON"),
        (b"{\"state\":{\"documents\":[]}}", "it looks like a cache of Granola's, but holds no documents"),
        (b"{\"notes\":{}}", "its `notes` are no list"),
        (b"{\"id\":\"not_1\"}", "it is JSON, but neither notes nor a cache of Granola's"),
        (b"{\"id\":\"not_00000000000001\"", "it is not whole JSON (line 1, column 26)"),
    ];
    for (bytes, why) in table {
        assert_eq!(opened(bytes).err().as_deref(), Some(why), "{}", String::from_utf8_lossy(bytes));
    }
}

/// Each value of a cache is replaced by others: nothing panics, and each document is a note, is left out, or is told.
#[test]
fn hostile_caches_do_no_harm() {
    fn paths(value: &Value, at: &str, out: &mut Vec<String>) {
        if let Value::Object(o) = value {
            for (k, v) in o {
                out.push(format!("{at}/{k}"));
                paths(v, &format!("{at}/{k}"), out);
            }
        }
    }
    let whole = state();
    let mut all = Vec::new();
    paths(&whole, "", &mut all);
    assert!(all.len() > 50);
    let deep = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
    for path in all {
        for odd in [json!(null), json!(17), json!("\u{202e}"), json!([{}]), json!({"a": []}), json!({A: {A: [[]]}})] {
            let mut broken = whole.clone();
            *broken.pointer_mut(&path).unwrap() = odd;
            if let Ok(mut import) = opened(broken.to_string()) {
                let (items, _) = self::all(&mut *import);
                items.iter().for_each(|i| _ = map::process(i));
            }
        }
    }
    for nested in [
        format!("{{\"cache\":{}}}", deep(100_000)),
        format!("{{\"state\":{{\"documents\":{{\"{A}\":{}}}}}}}", deep(100_000)),
        deep(100_000),
    ] {
        if let Ok(mut import) = opened(nested) {
            let (items, _) = self::all(&mut *import);
            items.iter().for_each(|i| _ = map::process(i));
        }
    }
}
