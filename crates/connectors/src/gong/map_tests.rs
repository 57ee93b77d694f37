use bytes::Bytes;
use proptest::prelude::*;
use sales_model::{AccountKey, Affiliation, Call, CallNote, CrmObject, Participant, Route, Source, Transcript, Utterance};
use serde_json::{Value, json};

use super::*;

fn raw(kind: RawKind, body: impl ToString) -> RawItem {
    let account = AccountKey { source: Source::GONG, name: "default".into() };
    let at = (kind == TRANSCRIPT || kind == NO_TRANSCRIPT).then(|| "2024-04-05T15:01:12Z".parse().unwrap());
    let place = Some(Arc::from(PLACE));
    let fetched_at = "2024-04-08T09:00:00Z".parse().unwrap();
    RawItem { account, kind, place, at, body: Bytes::from(body.to_string()), fetched_at, route: Route::Simulated, partial: false }
}

fn mapped(kind: RawKind, body: impl ToString) -> Mapped {
    let text = body.to_string();
    process(&raw(kind, body)).unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn failure(kind: RawKind, body: impl ToString) -> ItemFailure {
    process(&raw(kind, body)).unwrap_err()
}

/// A call with this beside its own data.
fn call_with(blocks: Value) -> Call {
    let mut call = json!({"metaData": {"id": "1", "started": "2024-04-05T15:01:12Z"}});
    call.as_object_mut().unwrap().extend(blocks.as_object().unwrap().clone());
    call_of(&call)
}

fn call_of(value: &Value) -> Call {
    match mapped(CALL, value).records.remove(0).detail.map(|d| *d) {
        Some(Detail::Call(call)) => call,
        other => panic!("{other:?}"),
    }
}

fn transcript_of(value: &Value) -> Transcript {
    match mapped(TRANSCRIPT, value).records.remove(0).detail.map(|d| *d) {
        Some(Detail::Transcript(t)) => t,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_call() {
    let json = json!({
        "metaData": {
            "id": "7782342274025937895", "url": "https://us-12345.app.gong.io/call?id=7782342274025937895", "title": " ACME - POC ",
            "scheduled": "2024-04-05T15:00:00Z", "started": "2024-04-05T08:01:12.5-07:00", "duration": 2460,
            "primaryUserId": "234599484848423", "direction": "Conference", "system": "Zoom", "scope": "External", "media": "Video",
            "language": "eng", "workspaceId": "623457276584334", "isPrivate": false, "calendarEventId": "abcde@cal.example", "new": [1]
        },
        "context": [{"system": "Salesforce", "objects": [
            {"objectType": "Account", "objectId": "001", "timing": "Now",
             "fields": [{"name": "Name", "value": "ACME Inc"}, {"name": "Website", "value": "acme.example"}]}]}],
        "parties": [
            {"id": "p1", "emailAddress": "Jo@YourCo.example", "name": "Jo Rivera", "title": "AE", "userId": "234599484848423",
             "speakerId": "s1", "affiliation": "Internal", "methods": ["Invitee", "Attendee"]},
            {"id": "p2", "emailAddress": null, "name": "Jane Doe", "title": null, "userId": null, "speakerId": null,
             "affiliation": "External", "methods": ["Invitee"]}],
        "content": {
            "topics": [{"name": "Pricing", "duration": 86}, {"name": "Small Talk", "duration": 0}],
            "trackers": [
                {"id": "1", "name": "Competitors", "count": 2, "type": "KEYWORD", "phrases": [
                    {"phrase": "RivalDB", "count": 2, "occurrences": [{"startTime": 32.56, "speakerId": "s1"}, {"startTime": 40}]},
                    {"phrase": "OtherDB", "count": 0, "occurrences": []}]},
                {"id": "2", "name": "Nothing", "count": 0, "phrases": []}],
            "brief": "The numbers.",
            "outline": [{"section": "Results", "startTime": 120.0, "items": [{"text": "Latency", "startTime": 150.5}, {"text": "Cost"}]},
                {"section": "Close", "startTime": 900, "items": null}],
            "highlights": [{"title": "Next steps", "items": [{"text": "Send it", "startTimes": [2210.0, 2300.0]}]}],
            "callOutcome": {"id": "X", "category": "Answered", "name": "Meeting booked"},
            "keyPoints": [{"text": "Security review"}]
        },
        "interaction": {
            "speakers": [{"id": "p1", "userId": "234599484848423", "talkTime": 945.0}],
            "interactionStats": [{"name": "Talk Ratio", "value": 68}, {"name": "longest monologue", "value": 125},
                {"name": "Longest Customer Story", "value": 95}, {"name": "Interactivity", "value": 6.2}, {"name": "Patience", "value": 0.9}],
            "questions": {"companyCount": 12, "nonCompanyCount": 9}
        },
        "collaboration": {"publicComments": [{"comment": "Good recap"}]}
    });
    let m = mapped(CALL, &json);
    let start: Timestamp = "2024-04-05T15:01:12.5Z".parse().unwrap();
    assert_eq!(m.work, [WorkItem::now("transcripts", "", "7782342274025937895", "1712329272500000")]);
    assert!(m.people.is_empty() && m.places.is_empty());
    let [r] = <[Record; 1]>::try_from(m.records).unwrap();
    assert_eq!((&*r.id().0, r.thread.as_str(), r.at), ("gong:7782342274025937895", "7782342274025937895", start));
    assert!(r.is_first() && !r.is_part());
    assert_eq!(r.text.plain, "ACME - POC\nThe numbers.\nSecurity review\nSend it\nLatency\nCost\nClose");
    let note = |section: &str, text: &str, start| CallNote { section: section.into(), text: text.into(), start };
    let expected = Call {
        title: "ACME - POC".into(),
        url: "https://us-12345.app.gong.io/call?id=7782342274025937895".into(),
        duration: 2460.0,
        scope: "External".into(),
        direction: "Conference".into(),
        media: "Video".into(),
        system: "Zoom".into(),
        language: "eng".into(),
        scheduled: Some("2024-04-05T15:00:00Z".parse().unwrap()),
        calendar_event: Some("abcde@cal.example".into()),
        host: Some("gong:234599484848423".into()),
        participants: vec![
            Participant {
                person: Some("gong:234599484848423".into()),
                speaker: Some("s1".into()),
                name: "Jo Rivera".into(),
                email: Some("jo@yourco.example".into()),
                title: Some("AE".into()),
                affiliation: Affiliation::Internal,
                attended: true,
                talk_seconds: Some(945.0),
            },
            Participant { name: "Jane Doe".into(), affiliation: Affiliation::External, ..Participant::default() },
        ],
        crm: vec![CrmObject {
            system: "Salesforce".into(),
            kind: "Account".into(),
            id: "001".into(),
            name: "ACME Inc".into(),
            fields: vec![("Name".into(), json!("ACME Inc")), ("Website".into(), json!("acme.example"))],
        }],
        topics: vec![("Pricing".into(), 86.0)],
        trackers: vec![sales_model::Tracker {
            name: "Competitors".into(),
            count: 2,
            phrases: vec![sales_model::TrackerPhrase {
                phrase: "RivalDB".into(),
                count: 2,
                occurrences: vec![(32.56, Some("s1".into())), (40.0, None)],
            }],
        }],
        brief: "The numbers.".into(),
        key_points: vec![note("", "Security review", None)],
        outline: vec![note("Results", "Latency", Some(150.5)), note("Results", "Cost", Some(120.0)), note("", "Close", Some(900.0))],
        highlights: vec![note("Next steps", "Send it", Some(2210.0))],
        outcome: Some("Meeting booked".into()),
        named: Vec::new(),
        stats: sales_model::CallStats {
            host_talk_ratio: Some(0.68),
            longest_monologue: Some(125.0),
            longest_customer_story: Some(95.0),
            interactivity: Some(6.2),
            patience: Some(0.9),
            questions_ours: Some(12),
            questions_theirs: Some(9),
        },
    };
    assert_eq!(r.detail, Some(Box::new(Detail::Call(expected))));
}

#[test]
fn a_call_of_which_only_its_own_data_is_there() {
    let bare = json!({"id": 7782342274025937895_u64, "title": null, "started": "2024-04-05T15:01:12Z", "duration": null, "scope": null});
    let wrapped = json!({"metaData": bare, "context": null, "parties": null, "content": null, "interaction": null, "collaboration": null});
    for json in [bare, wrapped] {
        let m = mapped(CALL, &json);
        assert_eq!(m.records[0].native, "7782342274025937895");
        assert_eq!(call_of(&json), Call { scope: "Unknown".into(), ..Call::default() });
        assert_eq!(m.records[0].text.plain, "");
    }
    // Not held yet, or its start is lost: when it was to begin.
    let m = mapped(CALL, json!({"metaData": {"id": "1", "scheduled": "2024-04-05T15:00:00Z", "started": null}}));
    assert_eq!(m.records[0].at.to_string(), "2024-04-05T15:00:00Z");
}

#[test]
fn each_crm_object_once_as_it_is_now() {
    let object = |id: &str, stage: &str, timing: Option<&str>| {
        json!({"objectType": "Opportunity", "objectId": id, "timing": timing,
            "fields": [{"name": "name", "value": "Deal"}, {"name": "StageName", "value": stage}, {"name": "Amount", "value": {"n": [1]}},
                {"name": null, "value": 1}, {"name": "Empty", "value": null}]})
    };
    let read = |contexts: Value| {
        let stage = |o: CrmObject| {
            let stage = o.fields.iter().find(|(n, _)| n == "StageName").and_then(|(_, v)| v.as_str()).unwrap_or_default().to_owned();
            assert_eq!((o.fields.len(), o.name.as_str(), &o.fields[2].1), (4, "Deal", &json!({"n": [1]})));
            (o.id, stage)
        };
        call_with(json!({"context": contexts})).crm.into_iter().map(stage).collect::<Vec<_>>()
    };
    let pairs = |p: &[(&str, &str)]| p.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>();
    let s = |objects: Value, timing: Option<&str>| json!({"system": "Salesforce", "objects": objects, "timing": timing});
    // On the object, in both orders; the place of the first is kept.
    let both = json!([object("1", "old", Some("TimeOfCall")), object("2", "x", Some("Now")), object("1", "new", Some("Now"))]);
    assert_eq!(read(json!([s(both, None)])), pairs(&[("1", "new"), ("2", "x")]));
    let both = json!([object("1", "new", Some("Now")), object("1", "old", Some("TimeOfCall")), object("1", "newer", Some("Now"))]);
    assert_eq!(read(json!([s(both, None)])), pairs(&[("1", "new")]));
    // One level up.
    let up = json!([s(json!([object("1", "old", None)]), Some("TimeOfCall")), s(json!([object("1", "new", None)]), Some("Now"))]);
    assert_eq!(read(up), pairs(&[("1", "new")]));
    // Only of then, or nothing said.
    assert_eq!(read(json!([s(json!([object("1", "old", Some("TimeOfCall"))]), None)])), pairs(&[("1", "old")]));
    assert_eq!(read(json!([s(json!([object("1", "said", None)]), None)])), pairs(&[("1", "said")]));
    // Another system's object of the same id is another.
    let two = json!([s(json!([object("1", "a", None)]), None), {"system": "HubSpot", "objects": [object("1", "b", None)]}]);
    assert_eq!(read(two), pairs(&[("1", "a"), ("1", "b")]));
}

#[test]
fn who_was_there() {
    let attended = |party: Value| {
        let p = call_with(
            json!({"parties": [party], "interaction": {"speakers": [{"id": "s9", "talkTime": 5}, {"userId": "7", "talkTime": 6}]}}),
        );
        (p.participants[0].attended, p.participants[0].talk_seconds)
    };
    assert_eq!(attended(json!({"methods": ["Invitee"]})), (false, None));
    assert_eq!(attended(json!({"methods": ["attendee"]})), (true, None));
    assert_eq!(attended(json!({"methods": []})), (true, None));
    assert_eq!(attended(json!({"methods": null})), (true, None));
    assert_eq!(attended(json!({"methods": ["Invitee"], "speakerId": "s9"})), (true, Some(5.0)));
    assert_eq!(attended(json!({"userId": 7})), (true, Some(6.0)));
}

#[test]
fn figures_that_cannot_be_are_left_out() {
    let ratio = |value: Value| {
        call_with(json!({"interaction": {"interactionStats": [{"name": "Talk Ratio", "value": value}]}})).stats.host_talk_ratio
    };
    let table =
        [(json!(0.49), Some(0.49)), (json!(49), Some(0.49)), (json!(1), Some(1.0)), (json!(0), Some(0.0)), (json!("0.5"), Some(0.5))];
    for (value, expected) in table {
        assert_eq!(ratio(value), expected);
    }
    for value in [json!(-0.1), json!(101), json!(1e12), json!(null), json!([]), json!("much")] {
        assert_eq!(ratio(value.clone()), None, "{value}");
    }
    let call = call_of(&json!({"metaData": {"id": "1", "started": "2024-04-05T15:01:12Z", "duration": -5, "url": "javascript:alert(1)"}}));
    assert_eq!((call.duration, call.url.as_str()), (0.0, ""));
}

#[test]
fn action_items_of_before_2025_stand_for_next_steps() {
    let old = json!({"actionItems": [{"snippetStartTime": 12, "snippetEndTime": 20, "speakerID": "1", "snippet": "I will send it"}]});
    let expected = CallNote { section: "Next steps".into(), text: "I will send it".into(), start: Some(12.0) };
    assert_eq!(call_with(json!({"content": {"pointsOfInterest": old}})).highlights, [expected]);
    let both = json!({"content": {"pointsOfInterest": old, "highlights": [{"title": "NEXT STEPS", "items": [{"text": "New"}]}]}});
    assert_eq!(call_with(both).highlights, [CallNote { section: "NEXT STEPS".into(), text: "New".into(), start: None }]);
}

#[test]
fn a_transcript_is_a_part_of_its_call() {
    let m = mapped(TRANSCRIPT, json!({"callId": 77, "transcript": []}));
    let r = &m.records[0];
    assert_eq!((r.native.as_str(), r.thread.as_str(), r.at.to_string().as_str()), ("77/transcript", "77", "2024-04-05T15:01:12Z"));
    assert!(r.is_part() && r.text.plain.is_empty() && m.work.is_empty());
    assert_eq!(&*r.shown_id().0, "gong:77");
    let none = mapped(NO_TRANSCRIPT, json!({"callId": "77", "askedUntil": "2024-04-20T00:00:00Z"}));
    let unavailable = Transcript { turns: Vec::new(), unavailable: true };
    assert_eq!(none.records[0].detail, Some(Box::new(Detail::Transcript(unavailable))));
    assert_eq!(none.records[0].id(), r.id());
}

#[test]
fn one_turn_for_a_monologue_up_to_a_minute() {
    let sentence = |start: i64, end: i64, text: &str| json!({"start": start, "end": end, "text": text});
    let t = transcript_of(&json!({"callId": "1", "transcript": [
        {"speakerId": "b", "topic": "Intro", "sentences": [sentence(70_000, 71_000, "Later.")]},
        {"speakerId": "a", "topic": null, "sentences": [
            sentence(0, 20_000, " One. "), sentence(20_500, 59_000, "Two."), sentence(59_500, 60_000, "Three."), sentence(60_001, 63_000, "Four."),
            sentence(64_000, 200_000, "Long."), sentence(201_000, 202_000, "")]},
        {"speakerId": null, "sentences": null}
    ]}));
    let turn = |speaker: &str, start, end, text: &str| Utterance { speaker: speaker.into(), start, end: Some(end), text: text.into() };
    assert_eq!(
        t.turns,
        [
            turn("a", 0, 60_000, "One. Two. Three."),
            turn("a", 60_001, 63_000, "Four."),
            turn("a", 64_000, 200_000, "Long."),
            turn("b", 70_000, 71_000, "Later."),
        ]
    );
    assert!(!t.unavailable);
}

#[test]
fn sentences_with_odd_times_keep_their_words() {
    let t = transcript_of(&json!({"callId": "1", "transcript": [{"speakerId": 5, "sentences": [
        {"start": -5, "end": -1, "text": "a"}, {"start": 100, "end": 50, "text": "b"}, {"start": "200", "end": null, "text": "c"},
        {"start": 1e30, "end": 1e30, "text": "d"}, {"text": "e"}, "no sentence", {"start": 10, "end": 20, "text": "f"}]}]}));
    let words: Vec<_> = t.turns.iter().map(|t| (t.start, t.end, t.text.as_str(), t.speaker.as_str())).collect();
    assert_eq!(words, [(0, Some(20), "a b c d e f", "5")]);
}

#[test]
fn users_workspaces_and_the_place_of_all_calls() {
    let person = |json: Value| mapped(USER, json).people.remove(0);
    let jo =
        json!({"id": "7", "emailAddress": "Jo@YourCo.example", "active": true, "firstName": "Jo", "lastName": "Rivera", "title": "AE"});
    let expected = Person {
        key: "gong:7".into(),
        name: "Jo Rivera".into(),
        email: Some("jo@yourco.example".into()),
        title: Some("AE".into()),
        ..Person::default()
    };
    assert_eq!(person(jo), expected);
    let gone = person(json!({"id": 7, "emailAddress": "x@y.example", "active": false, "firstName": null, "lastName": ""}));
    assert_eq!((gone.name.as_str(), gone.deleted, gone.title), ("x@y.example", true, None));
    assert_eq!(person(json!({"id": "7", "firstName": "Jo"})).name, "Jo");
    assert_eq!(person(json!({"id": "7"})).name, "7");
    let place = |m: Mapped| (m.places[0].key.clone(), m.places[0].name.clone(), m.places[0].member);
    assert_eq!(place(mapped(WORKSPACE, json!({"id": 9, "name": "EMEA"}))), ("gong:9".into(), "EMEA".into(), true));
    assert_eq!(place(mapped(WORKSPACE, json!({"id": "9"}))), ("gong:9".into(), "9".into(), true));
    assert_eq!(place(mapped(COMPANY, json!({}))), ("gong".into(), "Gong".into(), true));
    assert_eq!(mapped(TRACKER, json!({"trackerId": "1", "trackerName": "Competitors"})), Mapped::default());
}

#[test]
fn what_cannot_be_read_is_named_as_far_as_it_can_be() {
    let e = failure(CALL, json!({"metaData": {"id": "5", "title": "Review\n\u{1b}[2J"}}));
    assert_eq!((e.item.as_str(), e.native.as_deref()), ("gong:5", Some("5")));
    assert_eq!(e.reason, "the call `Review[2J` does not say when it began");
    for body in [
        "",
        "nul",
        "[]",
        "\"x\"",
        "{\"metaData\": 5}",
        "{\"metaData\": {\"id\": \"a/b\"}}",
        "{\"metaData\": {\"started\": \"2024-04-05T15:01:12Z\"}}",
    ] {
        assert_eq!(failure(CALL, body).native, None, "{body}");
    }
    assert_eq!(failure(TRANSCRIPT, json!({"transcript": []})).native, None);
    let undated = RawItem { at: None, ..raw(TRANSCRIPT, json!({"callId": "5"})) };
    assert_eq!(process(&undated).unwrap_err().native.as_deref(), Some("5/transcript"));
    for (kind, body) in [(USER, "{}"), (USER, "5"), (WORKSPACE, "{}"), (NO_TRANSCRIPT, "{}"), ("riddle", "{}")] {
        failure(kind, body);
    }
}

#[test]
fn markers_are_starts() {
    let at: Timestamp = "2024-04-05T15:01:12.123456Z".parse().unwrap();
    assert_eq!(start(&marker(at)), Some(at));
    for bad in ["", "x", "1e3", "99999999999999999999999", "-999999999999999999"] {
        assert_eq!(start(bad), None, "{bad}");
    }
}

fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
        Just(json!("2024-04-05T15:01:12Z")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let name = proptest::sample::select(vec![
            "metaData",
            "id",
            "started",
            "parties",
            "content",
            "context",
            "objects",
            "fields",
            "trackers",
            "phrases",
            "occurrences",
            "highlights",
            "items",
            "startTimes",
            "interaction",
            "speakers",
            "callId",
            "transcript",
            "sentences",
            "start",
            "end",
            "text",
            "name",
            "value",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((name, inner), 0..4)
                .prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Value>()),
        ]
    })
}

proptest! {
    /// Whatever stands where: no panic, and a call with an id and a start stays a call.
    #[test]
    fn any_shape_is_survived(value in anything(), field in 0_usize..8) {
        for kind in [CALL, TRANSCRIPT, USER, WORKSPACE, NO_TRANSCRIPT, TRACKER, COMPANY] {
            let _ = process(&raw(kind, &value));
        }
        let name = ["context", "parties", "content", "interaction", "collaboration", "media", "new", "contexts"][field];
        let mut call = json!({"metaData": {"id": "1", "started": "2024-04-05T15:01:12Z", "title": "T"}});
        call[name] = value;
        let m = process(&raw(CALL, &call)).unwrap();
        prop_assert_eq!(m.records[0].native.as_str(), "1");
        prop_assert!(m.records[0].text.plain.starts_with('T'));
    }
}
