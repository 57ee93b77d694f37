use std::{io::Cursor, sync::Arc};

use sales_model::{Route, Settings};
use serde_json::json;

use super::*;
use crate::registry::open_import;

fn opened(text: &str) -> Result<Box<dyn Import>, ConnectorError> {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    let request = ImportRequest {
        file: "calls.json".into(),
        ..ImportRequest::new(account, "2024-05-01T00:00:00Z".parse().unwrap(), Arc::new(Settings::default()))
    };
    open_import(Box::new(Cursor::new(text.as_bytes().to_vec())), &request)
}

fn all(text: &str) -> (Vec<RawItem>, Vec<(RecordId, RawItem)>, Vec<String>) {
    let mut file = opened(text).unwrap();
    let (mut items, mut parts, mut failures) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(batch) = file.next_batch() {
        assert!(batch.items.len() + batch.parts.len() <= 1_000);
        items.extend(batch.items);
        parts.extend(batch.parts);
        failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
    }
    (items, parts, failures)
}

fn call(id: &str) -> serde_json::Value {
    json!({"metaData": {"id": id, "started": "2024-04-05T15:01:12Z", "title": format!("Call {id}")}, "parties": []})
}

fn transcript(id: &str) -> serde_json::Value {
    json!({"callId": id, "transcript": [{"speakerId": "s1", "sentences": [{"start": 0, "end": 900, "text": "Hello."}]}]})
}

#[test]
fn calls_come_as_they_are_written_and_transcripts_with_their_start() {
    // Odd white space is kept: the bytes are the vendor's.
    let text = format!(
        "{{\"calls\": [ {} ,{}],\n\"callTranscripts\":[{}]}}",
        call("1").to_string().replace("\":", "\" : "),
        call("2"),
        transcript("2")
    );
    let (items, parts, failures) = all(&text);
    assert_eq!((parts.len(), failures), (0, Vec::new()));
    let kinds: Vec<_> = items.iter().map(|i| (i.kind, i.partial)).collect();
    assert_eq!(kinds, [("company", false), ("call", false), ("call", false), ("transcript", false)]);
    assert_eq!(items[1].body, call("1").to_string().replace("\":", "\" : "));
    assert!(items.iter().all(|i| i.route == Route::Import && i.account.source == Source::GONG));
    let records: Vec<_> = items.iter().flat_map(|i| map::process(i).unwrap().records).map(|r| (r.native, r.at.to_string())).collect();
    let at = "2024-04-05T15:01:12Z";
    assert_eq!(records, [("1", at), ("2", at), ("2/transcript", at)].map(|(n, at)| (n.to_owned(), at.to_owned())));
    assert_eq!(opened(&text).unwrap().summary().contents, [("calls".to_owned(), 2), ("transcripts".to_owned(), 1)]);
}

#[test]
fn a_transcript_beside_its_call_is_as_the_answer_has_it() {
    let list = &transcript("7")["transcript"];
    let pair = json!({"call": call("7"), "transcript": list}).to_string();
    let lines = format!("{pair}\n{}\n", json!({"call": call("8"), "transcript": list}));
    for (text, ids) in [(pair.as_str(), &["7"][..]), (&format!("[{pair}]"), &["7"]), (&lines, &["7", "8"])] {
        let (items, parts, failures) = all(text);
        assert_eq!((parts.len(), failures), (0, Vec::new()));
        let transcripts: Vec<_> = items.iter().filter(|i| i.kind == map::TRANSCRIPT).map(|i| i.body.clone()).collect();
        assert_eq!(transcripts, ids.iter().map(|id| transcript(id).to_string()).collect::<Vec<_>>());
    }
}

#[test]
fn a_transcript_without_its_call_waits_for_who_knows_it() {
    let (items, parts, failures) = all(&json!({"callTranscripts": [transcript("9"), {"transcript": []}]}).to_string());
    assert_eq!(failures, ["calls.json line 1: it does not say of which call it is"]);
    assert_eq!(items.len(), 1);
    let [(id, part)] = <[_; 1]>::try_from(parts).unwrap();
    assert_eq!((&*id.0, part.kind, part.at, part.body), ("gong:9", "transcript", None, transcript("9").to_string().into()));
}

#[test]
fn calls_without_participants_are_partial_and_private_ones_are_left_out() {
    let basic = json!({"id": "1", "started": "2024-04-05T15:01:12Z", "title": "Basic", "isPrivate": false});
    let mut private = call("2");
    private["metaData"]["isPrivate"] = true.into();
    let text = json!([{"requestId": "r", "calls": [basic, private]}, {"call": private, "transcript": []}]).to_string();
    let (items, _, failures) = all(&text);
    let kinds: Vec<_> = items.iter().map(|i| (i.kind, i.partial)).collect();
    assert_eq!((kinds, failures), (vec![("company", false), ("call", true)], Vec::new()));
    assert_eq!(
        opened(&text).unwrap().summary().notes,
        [
            "calls that are private in Gong are left out (2)",
            "calls that do not say who took part, as `GET /v2/calls` gives them; whose they are can only be told from their titles (1)"
        ]
    );
}

#[test]
fn half_of_a_file_is_half_of_its_calls() {
    let text = format!("{{\"calls\":[{},\n{},\n{{\"metaData\":{{\"id\":\"3\"", call("1"), call("2"));
    let (items, _, failures) = all(&text);
    assert_eq!((items.len(), failures), (3, vec!["calls.json line 3: the file ends in the middle of it".to_owned()]));
    assert_eq!(opened(&text).unwrap().summary().notes, ["calls.json line 3: the file ends in the middle of it"]);
    let why = |text: &str| opened(text).map(|_| ()).map_err(|e| e.why);
    assert_eq!(why("{\"calls\":[]}"), Err("there is no call in it".into()));
    assert_eq!(why("{\"calls\":[{\"metaData\":{"), Err("there is no call in it; line 1: the file ends in the middle of it".into()));
}

#[test]
fn many_calls_come_in_bounded_batches() {
    let calls: Vec<_> = (0..1_201).map(|n| call(&n.to_string())).collect();
    let mut file = opened(&json!({"calls": calls}).to_string()).unwrap();
    let mut sizes = Vec::new();
    while let Some(batch) = file.next_batch() {
        sizes.push(batch.items.len());
    }
    assert_eq!(sizes, [500, 500, 202]);
}
