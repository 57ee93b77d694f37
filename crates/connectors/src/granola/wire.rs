//! Granola's objects as they come over the wire: only the fields that are read. Everything is optional, because nearly everything may be
//! null; unknown fields are ignored. No meaning lives here: that is `map.rs`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::lenient;

/// A page of any listing: whole items as slices of the page. All names are snake_case but for `hasMore`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Page<'a> {
    #[serde(borrow)]
    pub(crate) notes: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) folders: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    pub(crate) transcript: Option<Vec<&'a RawValue>>,
    #[serde(rename = "hasMore", deserialize_with = "lenient::flag")]
    pub(crate) has_more: Option<bool>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) cursor: Option<String>,
}

/// What stands in the body of a refusal; only `code` is documented.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Refusal {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) code: Option<String>,
}

/// An entry of the list of notes; a note that was read whole begins the same.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Summary {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) updated_at: Option<Timestamp>,
}

/// As much of a note as tells which it is, and whether a transcript came with it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Peek<'a> {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    #[serde(borrow)]
    pub(crate) transcript: Option<&'a RawValue>,
}

/// Somebody.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct User {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) email: Option<String>,
}

/// A note as `GET /v1/notes/{id}` gives it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Note {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) title: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) owner: Option<User>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) created_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) updated_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) web_url: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) calendar_event: Option<Event>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) attendees: Vec<User>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) folder_membership: Vec<Folder>,
    #[serde(deserialize_with = "lenient::words")]
    pub(crate) summary_text: Option<String>,
    #[serde(deserialize_with = "lenient::words")]
    pub(crate) summary_markdown: Option<String>,
    #[serde(deserialize_with = "lenient::words")]
    pub(crate) private_notes_text: Option<String>,
    #[serde(deserialize_with = "lenient::words")]
    pub(crate) private_notes_markdown: Option<String>,
    #[serde(deserialize_with = "lenient::maybe_list")]
    pub(crate) transcript: Option<Vec<Item>>,
}

/// The calendar's event of a note; each field may be null.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Event {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) event_title: Option<String>,
    #[serde(deserialize_with = "lenient::list")]
    pub(crate) invitees: Vec<User>,
    /// British spelling, and a bare address.
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) organiser: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) calendar_event_id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) scheduled_start_time: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) scheduled_end_time: Option<Timestamp>,
}

/// A folder.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Folder {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
}

/// A piece of a transcript.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Item {
    #[serde(deserialize_with = "lenient::object")]
    pub(crate) speaker: Option<Speaker>,
    #[serde(deserialize_with = "lenient::words")]
    pub(crate) text: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) start_time: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) end_time: Option<Timestamp>,
}

/// Whose voice it is, as far as that is known. On macOS `source` tells our side from the others; on iOS it is always the microphone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Speaker {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) source: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) attribution: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) diarization_label: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) name: Option<String>,
}

/// A long transcript, as we put its pages together ([`super::map::TRANSCRIPT`]).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Long {
    #[serde(deserialize_with = "lenient::text")]
    pub(crate) note_id: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    pub(crate) start: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::maybe_list")]
    pub(crate) transcript: Option<Vec<Item>>,
}
