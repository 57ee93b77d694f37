//! Gong's objects as they come over the wire: only the fields that are read. Everything is optional, because nulls and new fields may
//! appear at any time. No meaning lives here: that is `map.rs`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::lenient;

/// Where a listing stands; in every answer that has pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Records {
    #[serde(deserialize_with = "lenient::count")]
    pub(crate) total_records: Option<u32>,
    /// Absent on the last page.
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) cursor: Option<String>,
}

/// An answer with a list, whatever it lists.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Page<'a> {
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) records: Option<Records>,
    #[serde(borrow)]
    pub(crate) calls: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) call_transcripts: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) users: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) workspaces: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) keyword_trackers: Option<Vec<&'a RawValue>>,
}

/// A refusal.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Refusal {
    /// Free text, no codes.
    #[serde(deserialize_with = "lenient::texts")]
    pub(crate) errors: Vec<String>,
}

/// A call as `POST /v2/calls/extensive` gives it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CallData {
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) meta_data: Option<Meta>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) context: Vec<Context>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) parties: Vec<Party>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) content: Option<Content>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) interaction: Option<Interaction>,
}

/// Of a call on a page, only what decides where it goes.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Peek {
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) meta_data: Option<PeekMeta>,
}

/// See [`Peek`].
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PeekMeta {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) started: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) scheduled: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) is_private: Option<bool>,
}

/// What the call is. `GET /v2/calls` gives this alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Meta {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) url: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) title: String,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) scheduled: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) started: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) duration: Option<f64>,
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) primary_user_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) direction: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) system: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) scope: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) media: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) language: String,
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) calendar_event_id: Option<String>,
}

/// Objects of one system outside Gong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Context {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) system: String,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) objects: Vec<Object>,
    /// The specification has it on each object; some peers have it here.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) timing: String,
}

/// One of them.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Object {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) object_type: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) object_id: String,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) fields: Vec<Field>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) timing: String,
}

/// A field of an object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Field {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient::any")]
    pub(crate) value: Option<Value>,
}

/// Somebody in a call.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Party {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) email_address: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) title: Option<String>,
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) user_id: Option<String>,
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) speaker_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) affiliation: String,
    #[serde(deserialize_with = "lenient::texts")]
    pub(crate) methods: Vec<String>,
}

/// What Gong made of what was said.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Content {
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) topics: Vec<Topic>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) trackers: Vec<Tracker>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) brief: String,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) outline: Vec<OutlineSection>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) highlights: Vec<HighlightSection>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) call_outcome: Option<Outcome>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) key_points: Vec<KeyPoint>,
    /// Removed from the API on 2025-01-23; in calls that were exported before.
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) points_of_interest: Option<PointsOfInterest>,
}

/// A topic and its seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Topic {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) duration: Option<f64>,
}

/// A tracker.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Tracker {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient::count")]
    pub(crate) count: Option<u32>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) phrases: Vec<Phrase>,
}

/// A phrase of a keyword tracker; smart trackers have none.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Phrase {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) phrase: String,
    #[serde(deserialize_with = "lenient::count")]
    pub(crate) count: Option<u32>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) occurrences: Vec<Occurrence>,
}

/// When and by whom.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Occurrence {
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) start_time: Option<f64>,
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) speaker_id: Option<String>,
}

/// A section of the outline.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OutlineSection {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) section: String,
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) start_time: Option<f64>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) items: Vec<OutlineItem>,
}

/// An item of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OutlineItem {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) text: String,
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) start_time: Option<f64>,
}

/// A section of the highlights.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HighlightSection {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) title: String,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) items: Vec<Highlight>,
}

/// An item of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Highlight {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) text: String,
    #[serde(deserialize_with = "lenient::seconds_list")]
    pub(crate) start_times: Vec<f64>,
}

/// What the call came to.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Outcome {
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) name: Option<String>,
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) category: Option<String>,
}

/// A key point.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct KeyPoint {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) text: String,
}

/// See [`Content::points_of_interest`].
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PointsOfInterest {
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) action_items: Vec<ActionItem>,
}

/// An action item of old.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ActionItem {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) snippet: String,
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) snippet_start_time: Option<f64>,
}

/// Who spoke how much.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Interaction {
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) speakers: Vec<Speaker>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) interaction_stats: Vec<Stat>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) questions: Option<Questions>,
}

/// Somebody's seconds of speech.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Speaker {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) user_id: Option<String>,
    #[serde(deserialize_with = "lenient::seconds")]
    pub(crate) talk_time: Option<f64>,
}

/// A statistic of the host.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stat {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
    #[serde(deserialize_with = "lenient::number")]
    pub(crate) value: Option<f64>,
}

/// How many questions each side asked.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Questions {
    #[serde(deserialize_with = "lenient::count")]
    pub(crate) company_count: Option<u32>,
    #[serde(deserialize_with = "lenient::count")]
    pub(crate) non_company_count: Option<u32>,
}

/// A transcript as `POST /v2/calls/transcript` gives it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CallTranscript {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) call_id: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) transcript: Vec<Monologue>,
}

/// What one person said in a stretch.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Monologue {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) speaker_id: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) sentences: Vec<Sentence>,
}

/// A sentence; milliseconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sentence {
    #[serde(deserialize_with = "lenient::millis")]
    pub(crate) start: Option<u64>,
    #[serde(deserialize_with = "lenient::millis")]
    pub(crate) end: Option<u64>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) text: String,
}

/// Of a transcript in an answer, only what tells whose it is, and whether anything stands in it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PeekTranscript<'a> {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) call_id: Option<String>,
    #[serde(borrow)]
    pub(crate) transcript: Option<&'a RawValue>,
}

/// Our own note that a transcript never came.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoTranscript {
    pub(crate) call_id: String,
    pub(crate) asked_until: Timestamp,
}

/// A user of the company's Gong.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct User {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) email_address: Option<String>,
    #[serde(deserialize_with = "lenient::flag")]
    pub(crate) active: Option<bool>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) first_name: String,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) last_name: String,
    #[serde(deserialize_with = "lenient::some_text")]
    pub(crate) title: Option<String>,
}

/// A workspace of it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Workspace {
    #[serde(deserialize_with = "lenient::id")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: String,
}
