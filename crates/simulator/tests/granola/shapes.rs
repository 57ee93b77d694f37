//! The double's answers against the summary of the vendor's document: every field there, none beside, of the types it names.

use std::path::PathBuf;

use sales_simulator::{GranolaGenerate, GranolaWorld};
use serde_json::{Value, json};

use crate::common::{Lab, tiny};

fn document() -> Option<Value> {
    let name = "granola_rest_shapes_reconstructed.json";
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs").join(name);
    match std::fs::read(&path) {
        Ok(text) => Some(serde_json::from_slice(&text).unwrap()),
        Err(_) => {
            #[expect(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("SKIPPED: {} is not there", path.display());
            }
            None
        }
    }
}

/// Checks a value against a shape of the document: a word, a list of one shape, or an object of shapes.
fn check(document: &Value, shape: &Value, value: Option<&Value>, at: &str, wrong: &mut Vec<String>) {
    match shape {
        Value::String(words) => word(document, words, value, at, wrong),
        Value::Array(one) => match value {
            Some(Value::Array(items)) => {
                items.iter().enumerate().for_each(|(i, v)| check(document, &one[0], Some(v), &format!("{at}[{i}]"), wrong));
            }
            other => wrong.push(format!("{at}: no list but {other:?}")),
        },
        Value::Object(_) => object(document, shape, value, at, wrong),
        other => wrong.push(format!("{at}: the document says {other}")),
    }
}

fn object(document: &Value, shape: &Value, value: Option<&Value>, at: &str, wrong: &mut Vec<String>) {
    let Some(Value::Object(fields)) = value else {
        wrong.push(format!("{at}: no object but {value:?}"));
        return;
    };
    let mut shape = shape.as_object().unwrap().clone();
    if let Some(base) = shape.remove("extends") {
        shape.extend(document["schemas"][base.as_str().unwrap()].as_object().unwrap().clone());
    }
    wrong.extend(fields.keys().filter(|k| !shape.contains_key(*k)).map(|k| format!("{at}.{k}: not in the document")));
    shape.iter().for_each(|(k, s)| check(document, s, fields.get(k), &format!("{at}.{k}"), wrong));
}

/// `string|null`, `[TranscriptItem]|null`, `me|them|absent`, `microphone|speaker|open`: the value is one of them.
fn word(document: &Value, words: &str, value: Option<&Value>, at: &str, wrong: &mut Vec<String>) {
    let is_word = |w: &str| match (w, value) {
        ("absent", None) | ("null", Some(Value::Null)) | ("bool", Some(Value::Bool(_))) => true,
        ("string" | "open", Some(Value::String(_))) => true,
        ("date-time", Some(Value::String(s))) => s.ends_with('Z') && s.contains('T') && s.parse::<jiff::Timestamp>().is_ok(),
        (w, Some(Value::String(s))) => w == s,
        _ => false,
    };
    if words.split('|').any(is_word) {
        return;
    }
    // A schema's name, alone or as a list; what it says about the value is what is wrong.
    for w in words.split('|') {
        let (name, listed) = w.strip_prefix('[').and_then(|w| w.strip_suffix(']')).map_or((w, false), |w| (w, true));
        if let Some(schema) = document["schemas"].get(name) {
            let shape = if listed { json!([schema]) } else { schema.clone() };
            return check(document, &shape, value, at, wrong);
        }
    }
    wrong.push(format!("{at}: {value:?} is not {words}"));
}

/// The endpoint's answer in the document.
fn response<'a>(document: &'a Value, path: &str) -> &'a Value {
    let mut endpoints = document["endpoints"].as_array().unwrap().iter();
    &endpoints.find(|e| e["path"] == path && e["method"] == "GET").unwrap()["response"]
}

async fn fits(lab: &Lab, document: &Value, key: &str, path: &str, like: &str, args: &[(&str, &str)]) -> Value {
    let answer = lab.get_as(key, path, args).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.json());
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    let (reply, mut wrong) = (answer.json(), Vec::new());
    check(document, response(document, like), Some(&reply), path, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}\n{reply}");
    reply
}

async fn world_fits(lab: &Lab, document: &Value, keys: &[&str]) -> usize {
    let mut seen = 0;
    for key in keys {
        let list = fits(lab, document, key, "/v1/notes", "/v1/notes", &[("page_size", "30")]).await;
        fits(lab, document, key, "/v1/notes", "/v1/notes", &[("page_size", "1")]).await;
        fits(lab, document, key, "/v1/folders", "/v1/folders", &[]).await;
        fits(lab, document, key, "/v1/folders", "/v1/folders", &[("page_size", "1")]).await;
        for note in list["notes"].as_array().unwrap() {
            let id = note["id"].as_str().unwrap();
            let path = format!("/v1/notes/{id}");
            let full = fits(lab, document, key, &path, "/v1/notes/{note_id}", &[]).await;
            assert_eq!(full["transcript"], Value::Null, "not asked for");
            for (field, value) in note.as_object().unwrap() {
                assert_eq!(&full[field], value, "the list and the note agree on {field}");
            }
            if id != tiny(6) {
                fits(lab, document, key, &path, "/v1/notes/{note_id}", &[("include", "transcript")]).await;
            }
            let paged = format!("{path}/transcript");
            fits(lab, document, key, &paged, "/v1/notes/{note_id}/transcript", &[("page_size", "2")]).await;
            seen += 1;
        }
    }
    seen
}

#[tokio::test]
async fn every_answer_has_the_documents_shape() {
    let Some(document) = document() else { return };
    let lab = Lab::tiny().await;
    assert_eq!(world_fits(&lab, &document, &["grn_tiny", "grn_tiny_personal", "grn_tiny_workspace"]).await, 13 + 4 + 6);
    let until = "2024-04-08T00:00:00Z".parse().unwrap();
    let lab =
        Lab::with(|o| o.granola = Some(GranolaWorld::generate(&GranolaGenerate { notes: 20, ..GranolaGenerate::crash(until) }, 1))).await;
    assert_eq!(world_fits(&lab, &document, &["grn_generated", "grn_generated_workspace"]).await, 40);
}

#[tokio::test]
async fn the_samples_have_the_documents_shape() {
    let Some(document) = document() else { return };
    let world = GranolaWorld::sample().unwrap();
    let keys: Vec<String> = world.keys().iter().map(|k| k.key.clone()).collect();
    let lab = Lab::with(|o| o.granola = Some(world)).await;
    world_fits(&lab, &document, &keys.iter().map(String::as_str).collect::<Vec<_>>()).await;
}

/// The check does find what is wrong.
#[test]
fn broken_answers_do_not_fit() {
    let Some(document) = document() else { return };
    let list = response(&document, "/v1/notes");
    let good = json!({"notes": [{"id": "not_1", "object": "note", "title": null, "owner": {"name": null, "email": "a@b.example"},
        "created_at": "2024-01-01T00:00:00Z", "updated_at": "2024-01-01T00:00:00Z"}], "hasMore": false, "cursor": null});
    let errors = |change: &dyn Fn(&mut Value)| {
        let (mut value, mut wrong) = (good.clone(), Vec::new());
        change(&mut value);
        check(&document, list, Some(&value), "$", &mut wrong);
        wrong
    };
    assert_eq!(errors(&|_| {}), Vec::<String>::new());
    assert_eq!(errors(&|v| v["has_more"] = json!(false)), ["$.has_more: not in the document"]);
    assert_eq!(errors(&|v| v["notes"][0]["object"] = json!("folder")).len(), 1);
    assert_eq!(errors(&|v| v["notes"][0]["created_at"] = json!("yesterday")).len(), 1);
    assert_eq!(errors(&|v| v["notes"][0]["owner"] = json!("Sam")), [r#"$.notes[0].owner: no object but Some(String("Sam"))"#]);
    assert_eq!(errors(&|v| _ = v["notes"][0].as_object_mut().unwrap().remove("title")).len(), 1);
    assert_eq!(errors(&|v| v["notes"][0]["web_url"] = json!("x")).len(), 1, "the list has no detail");
}

/// The document's error bodies: a code, and perhaps a message.
#[tokio::test]
async fn errors_have_a_code() {
    let lab = Lab::tiny().await;
    let bad = lab.get("/v1/notes", &[("page_size", "31")]).await;
    assert_eq!((bad.status, bad.json()), (400, json!({"code": "VALIDATION_ERROR", "message": "page_size must be a number from 1 to 30"})));
    assert_eq!(bad.header("content-type"), Some("application/json; charset=utf-8"));
    let terse = Lab::mannered(|m| m.error_message = false).await;
    assert_eq!(terse.get("/v1/notes", &[("page_size", "31")]).await.json(), json!({"code": "VALIDATION_ERROR"}));
}

#[tokio::test]
async fn an_unasked_transcript_may_be_absent() {
    let lab = Lab::mannered(|m| m.omit_transcript = true).await;
    assert_eq!(lab.note(1, &[]).await.json().get("transcript"), None);
    assert_eq!(lab.note(1, &[("include", "transcript")]).await.json()["transcript"].as_array().unwrap().len(), 4);
    assert_eq!(lab.note(11, &[("include", "transcript")]).await.json().get("transcript"), Some(&Value::Null));
}

#[tokio::test]
async fn a_whole_note_as_its_owner_sees_it() {
    let lab = Lab::tiny().await;
    let answer = lab.note(1, &[("include", "transcript")]).await.json();
    let folder =
        |id: &str, name: &str, parent: Option<&str>| json!({"id": id, "object": "folder", "name": name, "parent_folder_id": parent});
    let said = |speaker: Value, text: &str, from: &str, to: &str| json!({"speaker": speaker, "text": text, "start_time": format!("2024-03-11T09:00:{from}Z"), "end_time": format!("2024-03-11T09:00:{to}Z")});
    let expected = json!({
        "id": "not_Tiny0000000001", "object": "note", "title": "ACME executive overview",
        "owner": {"name": "Sam Rep", "email": "sam@us.example"},
        "created_at": "2024-03-12T09:00:00Z", "updated_at": "2024-03-12T10:15:00Z",
        "web_url": answer["web_url"],
        "calendar_event": {"event_title": "ACME x US: executive overview",
            "invitees": [{"email": "cto@acme.example"}, {"email": "sam@us.example"}, {"email": "never-came@acme.example"}],
            "organiser": "sam@us.example", "calendar_event_id": "abc123_20240312T093000Z",
            "scheduled_start_time": "2024-03-12T09:30:00Z", "scheduled_end_time": "2024-03-12T10:00:00Z"},
        "attendees": [{"name": "Casey CTO", "email": "cto@acme.example"}, {"name": null, "email": "guest@acme.example"},
            {"name": "Sam Rep", "email": "sam@us.example"}],
        "folder_membership": [folder("fol_TinyAcmeInner0", "Acme", Some("fol_TinyCustomers0")), folder("fol_TinyCustomers0", "customers", None)],
        "summary_text": "Decisions\n\nPilot in April\n\nNext steps\n\nSam: send the security review\nCasey: name a sponsor",
        "summary_markdown": "### Decisions\n\n- Pilot in **April**\n\n### Next steps\n\n- [ ] Sam: send the security review\n- Casey: name a sponsor",
        "private_notes_text": "They sounded unsure", "private_notes_markdown": "They sounded **unsure**",
        "transcript": [
            said(json!({"source": "microphone", "attribution": "me"}), "Thanks for joining.", "05", "08"),
            said(json!({"source": "speaker", "attribution": "them", "diarization_label": "Speaker A", "name": "Casey CTO"}), "Happy to.", "09", "12"),
            said(json!({"source": "speaker", "attribution": "them", "diarization_label": "Speaker B"}), "Hello from me as well.", "13", "16"),
            said(json!({"source": "speaker"}), "Shall we start?", "17", "20"),
        ],
    });
    assert_eq!(answer, expected);
    let url = answer["web_url"].as_str().unwrap();
    let uuid = url.strip_prefix("https://notes.granola.ai/d/").unwrap();
    assert_eq!(uuid.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    assert!(uuid.chars().all(|c| c == '-' || c.is_ascii_hexdigit()));
}
