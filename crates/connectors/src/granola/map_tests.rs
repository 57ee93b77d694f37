use jiff::Timestamp;
use sales_model::{AccountKey, Route, Source, Utterance};
use serde_json::{Value, json};

use super::*;

const ID: &str = "not_1d3tmYTlCICgjy";

fn raw(kind: RawKind, body: &str) -> RawItem {
    RawItem {
        account: AccountKey { source: Source::GRANOLA, name: "default".into() },
        kind,
        place: Some(PLACE.into()),
        at: None,
        body: body.to_owned().into(),
        fetched_at: Timestamp::UNIX_EPOCH,
        route: Route::Direct,
        partial: false,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The documentation's note, with a little more in it.
fn sample() -> Value {
    json!({
        "id": ID, "object": "note", "title": "ACME executive\n overview",
        "owner": {"name": "Sam Rep", "email": "Sam@US.example"},
        "created_at": "2026-01-27T15:29:00Z", "updated_at": "2026-01-27T16:45:00.250Z",
        "web_url": "https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b79371",
        "calendar_event": {"event_title": "ACME overview",
            "invitees": [{"email": "CTO@acme.example"}, {"email": "cto@acme.example"}, {"email": null}, {"email": "not an address"}],
            "organiser": "sam@us.example", "calendar_event_id": "abc123",
            "scheduled_start_time": "2026-01-27T16:30:00+01:00", "scheduled_end_time": "2026-01-27T16:30:00Z"},
        "attendees": [{"name": "Casey CTO", "email": "cto@acme.example"}, {"name": null, "email": "silent@acme.example"}, {"name": null, "email": null}],
        "folder_membership": [{"id": "fol_4y6LduVdwSKC27", "object": "folder", "name": "Customer calls", "parent_folder_id": null}],
        "summary_text": "plain text", "summary_markdown": "### Next steps\n\n- Security review",
        "private_notes_text": "mine", "private_notes_markdown": null,
        "transcript": [
            {"speaker": {"source": "speaker", "attribution": "them", "diarization_label": "Speaker A", "name": "Casey CTO"},
             "text": "Happy to.", "start_time": "2026-01-27T15:30:09Z", "end_time": "2026-01-27T15:30:11Z"},
            {"speaker": {"source": "microphone", "attribution": "me"}, "text": "Thanks for joining.",
             "start_time": "2026-01-27T15:30:05Z", "end_time": "2026-01-27T15:30:08Z"}]
    })
}

fn read(note: &Value) -> Mapped {
    process(&raw(NOTE, &note.to_string())).unwrap()
}

fn note_of(mapped: &Mapped) -> &Note {
    match mapped.records[0].detail.as_deref() {
        Some(Detail::Note(note)) => note,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_note_is_a_record_and_its_transcript_a_part_of_it() {
    let mapped = read(&sample());
    let start = at("2026-01-27T15:30:00Z");
    let person =
        |name: &str, email: &str| Participant { name: name.into(), email: Some(email.into()), attended: true, ..Participant::default() };
    let note = Note {
        title: "ACME executive overview".into(),
        url: "https://notes.granola.ai/d/0dba4400-50f1-4262-9ac7-89cd27b79371".into(),
        owner: Participant { affiliation: Affiliation::Internal, speaker: Some("me".into()), ..person("Sam Rep", "sam@us.example") },
        created: Some(at("2026-01-27T15:29:00Z")),
        updated: Some(at("2026-01-27T16:45:00.250Z")),
        event: Some(CalendarEvent {
            id: Some("abc123".into()),
            title: Some("ACME overview".into()),
            start: Some(start),
            end: Some(at("2026-01-27T16:30:00Z")),
            organiser: Some("sam@us.example".into()),
            invitees: vec!["cto@acme.example".into()],
        }),
        attendees: vec![
            Participant { speaker: Some("Casey CTO".into()), ..person("Casey CTO", "cto@acme.example") },
            person("", "silent@acme.example"),
        ],
        folders: vec![("fol_4y6LduVdwSKC27".into(), "Customer calls".into())],
        markdown: "### Next steps\n\n- Security review".into(),
        private: "mine".into(),
        dated_by: "scheduled_start_time".into(),
    };
    let first = Record {
        author_name: Some("Sam Rep".into()),
        text: Text::plain("ACME executive overview\n### Next steps\n\n- Security review\nmine"),
        edited: Some(at("2026-01-27T16:45:00.250Z")),
        detail: Some(Box::new(Detail::Note(note))),
        ..record(ID, ID.into(), start)
    };
    let said = |speaker: &str, start, end, text: &str| Utterance { speaker: speaker.into(), start, end: Some(end), text: text.into() };
    let turns = vec![said("me", 5_000, 8_000, "Thanks for joining."), said("Casey CTO", 9_000, 11_000, "Happy to.")];
    let part = Record {
        detail: Some(Box::new(Detail::Transcript(Transcript { turns, unavailable: false }))),
        ..record(ID, format!("{ID}/transcript"), start)
    };
    assert!(part.is_part() && !part.is_first() && first.is_first());
    assert_eq!(mapped, Mapped { records: vec![first, part], ..Mapped::default() });
    assert_eq!(&*mapped.records[0].id().0, "granola:not_1d3tmYTlCICgjy");
}

#[test]
fn what_is_null_is_absent() {
    let nulls = json!({
        "id": ID, "title": null, "owner": {"name": null, "email": "sam@us.example"}, "created_at": "2026-01-27T15:30:00Z",
        "updated_at": "2026-01-27T15:30:00Z", "web_url": null, "calendar_event": null, "attendees": [], "folder_membership": [],
        "summary_text": "only text", "summary_markdown": null, "private_notes_text": null, "private_notes_markdown": null, "transcript": null
    });
    let mapped = read(&nulls);
    assert_eq!(mapped.records.len(), 1);
    let note = note_of(&mapped);
    assert_eq!((note.markdown.as_str(), note.private.as_str(), note.title.as_str(), note.url.as_str()), ("only text", "", "", ""));
    assert_eq!((&note.event, note.dated_by.as_str()), (&None, "created_at"));
    assert_eq!(mapped.records[0].text.plain, "only text");
    let least = read(&json!({"id": ID, "created_at": "2026-01-27T15:30:00Z", "calendar_event": {"invitees": null}, "transcript": []}));
    assert_eq!((least.records.len(), note_of(&least).owner.email.clone()), (1, None));
}

#[test]
fn the_meetings_time_is_the_best_that_is_known() {
    let by = |change: &dyn Fn(&mut Value), outside: Option<&str>| {
        let mut note = sample();
        change(&mut note);
        let item = RawItem { at: outside.map(at), ..raw(NOTE, &note.to_string()) };
        let mapped = process(&item).map_err(|e| e.reason)?;
        Ok::<_, String>((mapped.records[0].at.to_string(), note_of(&mapped).dated_by.clone()))
    };
    let told = |at: &str, by: &str| Ok((at.to_owned(), by.to_owned()));
    let start = "2026-01-27T15:30:00Z";
    assert_eq!(by(&|_| {}, Some("2020-01-01T00:00:00Z")), told(start, "scheduled_start_time"));
    for odd in [json!(null), json!("0001-01-01T00:00:00Z"), json!("9999-12-31T23:59:59Z"), json!("tomorrow"), json!(17), json!([])] {
        let change = |n: &mut Value| n["calendar_event"]["scheduled_start_time"] = odd.clone();
        assert_eq!(by(&change, None), told("2026-01-27T15:30:05Z", "transcript"), "{odd}");
    }
    let bare = |n: &mut Value| (n["calendar_event"], n["transcript"]) = (json!(null), json!(null));
    assert_eq!(by(&bare, Some("2026-01-27T15:31:00Z")), told("2026-01-27T15:31:00Z", "transcript"));
    assert_eq!(by(&bare, None), told("2026-01-27T15:29:00Z", "created_at"));
    let timeless = |n: &mut Value| {
        bare(n);
        n["created_at"] = json!("-9999-01-01T00:00:00Z");
    };
    assert_eq!(by(&timeless, None), Err(NO_TIME.to_owned()));
}

#[test]
fn a_page_elsewhere_is_no_notes_page() {
    for url in ["javascript:alert(1)", "https://evil.example/d/1", "http://notes.granola.ai/d/1", "https://jo@notes.granola.ai/d/1", "x"] {
        let mut note = sample();
        note["web_url"] = json!(url);
        assert_eq!(note_of(&read(&note)).url, "", "{url}");
    }
}

#[test]
fn addresses() {
    assert_eq!(address(" Jo.X@ACME.Example ").as_deref(), Some("jo.x@acme.example"));
    for bad in ["", "jo", "@acme.example", "jo@", "jo @acme.example", "jo@acme\n.example", "<jo@acme.example>", "a@b.example,c@d.example"] {
        assert_eq!(address(bad), None, "{bad}");
    }
    assert_eq!(address(&format!("{}@acme.example", "x".repeat(300))), None);
}

#[test]
fn a_summary_is_work_with_the_state_that_was_seen() {
    let of = |body: Value, again: Option<&str>| {
        let item = RawItem { at: again.map(at), ..raw(SUMMARY, &body.to_string()) };
        let mapped = process(&item).map_err(|e| (e.item, e.native))?;
        assert_eq!((mapped.records.len(), mapped.work.len()), (0, 1));
        Ok::<_, (String, Option<String>)>((mapped.work[0].item.clone(), mapped.work[0].marker.clone()))
    };
    let both = json!({"id": ID, "created_at": "2026-01-27T15:30:00Z", "updated_at": "2026-01-27T17:45:00.000+01:00"});
    assert_eq!(of(both.clone(), None), Ok((ID.into(), "2026-01-27T16:45:00Z".into())));
    assert_eq!(of(both, Some("2026-02-01T00:00:00Z")), Ok((ID.into(), "2026-01-27T16:45:00Z|2026-02-01T00:00:00Z".into())));
    assert_eq!(of(json!({"id": ID, "created_at": "2026-01-27T15:30:00Z"}), None), Ok((ID.into(), "2026-01-27T15:30:00Z".into())));
    // Without any time its bytes are its state.
    let (a, b) = (of(json!({"id": ID, "title": "a"}), None).unwrap(), of(json!({"id": ID, "title": "b"}), None).unwrap());
    assert_ne!(a.1, b.1);
    for (id, name) in [
        (json!("not_short"), "Granola summary not_short"),
        (json!("../../etc\u{1b}[0m"), "Granola summary ../../etc[0m"),
        (json!(null), "Granola summary without id"),
        (json!({}), "Granola summary without id"),
        (json!(12), "Granola summary 12"),
    ] {
        assert_eq!(of(json!({"id": id, "updated_at": "2026-01-27T15:30:00Z"}), None), Err((name.to_owned(), None)));
    }
}

#[test]
fn a_long_transcript_is_the_same_part() {
    let whole = read(&sample());
    let mut without = sample();
    let items = without["transcript"].take();
    let long = json!({"note_id": ID, "start": "2026-01-27T15:30:00Z", "transcript": items}).to_string();
    let mapped = process(&raw(TRANSCRIPT, &long)).unwrap();
    assert_eq!(mapped.records, whole.records[1..]);
    let first = read(&without).records.remove(0);
    assert_eq!((first.at, first.thread.as_str()), (whole.records[0].at, ID));
    let elsewhere = RawItem { at: Some(at("2026-01-27T15:29:55Z")), partial: true, ..raw(TRANSCRIPT, &long) };
    let record = process(&elsewhere).unwrap().records.remove(0);
    assert!(record.partial);
    let Some(Detail::Transcript(t)) = record.detail.as_deref() else { panic!("no transcript") };
    assert_eq!(t.turns.iter().map(|t| t.start).collect::<Vec<_>>(), [10_000, 14_000]);
    for (body, item, reason) in [
        (json!({"note_id": ID}), "granola:not_1d3tmYTlCICgjy", "it holds no transcript"),
        (json!({"note_id": "x", "transcript": []}), "Granola transcript x", NO_ID),
        (json!({"note_id": ID, "transcript": [{"text": "x"}]}), "granola:not_1d3tmYTlCICgjy", NO_TIME),
    ] {
        let f = process(&raw(TRANSCRIPT, &body.to_string())).unwrap_err();
        assert_eq!((f.item.as_str(), f.reason.as_str()), (item, reason));
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let fail = |body: &str| {
        let f = process(&raw(NOTE, body)).unwrap_err();
        (f.item, f.native, f.reason)
    };
    let named = |reason: &str| (format!("granola:{ID}"), Some(ID.to_owned()), reason.to_owned());
    // To take a summary of another type for none would wipe out what was known of it.
    let mut odd = sample();
    odd["summary_markdown"] = json!({"type": "doc"});
    assert_eq!(fail(&odd.to_string()), named("it has an unexpected shape at `summary_markdown` (Data error)"));
    let (item, native, _) = fail("{\"id\":");
    assert_eq!((item.as_str(), native), ("Granola note without id", None));
    assert_eq!(fail("{\"id\":\"not_1\"}").0, "Granola note not_1");
    let f = process(&raw("message", "{}")).unwrap_err();
    assert_eq!(f.reason, "Granola has no items of this kind");
}

/// Half an emoji at the end of a text is no reason to lose the note.
#[test]
fn a_text_that_was_cut_within_a_character_is_read() {
    let body = sample().to_string().replace("plain text", "cut \\ud83d").replace("\"### Next steps\\n\\n- Security review\"", "null");
    assert_eq!(note_of(&process(&raw(NOTE, &body)).unwrap()).markdown, "cut \u{fffd}");
}

/// Each field away, null, and of another type: a record or a failure with a reason, never a panic; unknown ones change nothing.
#[test]
fn any_field_may_be_anything() {
    fn paths(value: &Value, at: &str, out: &mut Vec<String>) {
        match value {
            Value::Object(o) => o.iter().for_each(|(k, v)| {
                out.push(format!("{at}/{k}"));
                paths(v, &format!("{at}/{k}"), out);
            }),
            Value::Array(list) => list.iter().enumerate().for_each(|(i, v)| paths(v, &format!("{at}/{i}"), out)),
            _ => {}
        }
    }
    let whole = sample();
    let mut all = Vec::new();
    paths(&whole, "", &mut all);
    assert!(all.len() > 40);
    let (mut read, mut failed) = (0, 0);
    for path in all {
        let odd = [json!(null), json!(17), json!(-1.5e300), json!("?"), json!([{}]), json!({"a": []}), json!([[[]]]), json!(true)];
        for put in std::iter::once(None).chain(odd.into_iter().map(Some)) {
            let mut broken = whole.clone();
            let (parent, key) = path.rsplit_once('/').unwrap();
            match put {
                Some(value) => broken.pointer_mut(parent).unwrap()[key] = value,
                None => _ = broken.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(key),
            }
            match process(&raw(NOTE, &broken.to_string())) {
                Ok(mapped) => {
                    read += 1;
                    assert_eq!(mapped.records[0].native, ID);
                }
                Err(f) => {
                    failed += 1;
                    assert!(!f.reason.is_empty() && (path == "/id" || f.native.as_deref() == Some(ID)), "{path}: {f:?}");
                }
            }
        }
    }
    assert!(read > 10 * failed, "{read} {failed}");
    let mut strange = whole.clone();
    strange["zz"] = json!({"deep": [1]});
    strange["transcript"][0]["zz"] = json!([null]);
    assert_eq!(self::read(&strange), self::read(&whole));
}

#[test]
fn the_account_is_one_place() {
    let places = |kind| process(&raw(kind, "{\"name\":\"Granola\"}")).unwrap().places;
    let place = |member| vec![Place { key: "granola".into(), name: "Granola".into(), member, ..Place::default() }];
    assert_eq!(places(WORKSPACE), place(true));
    assert_eq!(places(FILE), place(false));
    assert_eq!(process(&raw(FOLDER, "{\"id\":\"fol_4y6LduVdwSKC27\",\"name\":\"x\"}")).unwrap(), Mapped::default());
}
