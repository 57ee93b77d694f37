use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    Folder,
    text::{is_id, note_id, plain, uuid},
};

/// Somebody in a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Null where Granola knows none.
    pub name: Option<String>,
    /// The address.
    pub email: String,
}

impl User {
    /// With both.
    pub fn new(name: &str, email: &str) -> Self {
        User { name: Some(name.to_owned()), email: email.to_owned() }
    }

    /// Without a name.
    pub fn nameless(email: &str) -> Self {
        User { name: None, email: email.to_owned() }
    }
}

/// Somebody who was invited: only the address is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitee {
    /// The address.
    pub email: String,
}

/// The calendar's side of a meeting. The names of its fields are the vendor's, British spelling included.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarEvent {
    /// The invitation's title.
    pub event_title: Option<String>,
    /// Who was invited, which says nothing about who came.
    pub invitees: Vec<Invitee>,
    /// The organiser's address.
    pub organiser: Option<String>,
    /// The calendar's own id.
    pub calendar_event_id: Option<String>,
    /// When it was to start.
    pub scheduled_start_time: Option<Timestamp>,
    /// When it was to end.
    pub scheduled_end_time: Option<Timestamp>,
}

/// Who says something, as far as a recorder can tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    /// `microphone` or `speaker` (the computer's sound: everybody else); on phones always `microphone`; an open set.
    pub source: String,
    /// `me` or `them`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// `Speaker A` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diarization_label: Option<String>,
    /// The name, where it could be resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Speaker {
    /// The owner at the microphone of a computer.
    pub fn me() -> Self {
        Speaker { source: "microphone".into(), attribution: Some("me".into()), diarization_label: None, name: None }
    }

    /// Somebody else in the call.
    pub fn them(label: &str, name: Option<&str>) -> Self {
        Speaker {
            source: "speaker".into(),
            attribution: Some("them".into()),
            diarization_label: Some(label.to_owned()),
            name: name.map(str::to_owned),
        }
    }

    /// Anybody in the room with a phone.
    pub fn phone() -> Self {
        Speaker { source: "microphone".into(), attribution: None, diarization_label: None, name: None }
    }
}

/// Something said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranscriptItem {
    /// By whom.
    pub speaker: Speaker,
    /// The words.
    pub text: String,
    /// From when. Items need not be sorted by it.
    pub start_time: Timestamp,
    /// To when.
    pub end_time: Timestamp,
}

/// What the double knows of a note beside its fields. Never shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NoteSim {
    /// Addresses of those who may read it beside the owner.
    pub shared_with: Vec<String>,
    /// The whole workspace sees it.
    pub public: bool,
    /// Summary and transcript exist from this moment on; before it no list has the note, and to get it is 404.
    pub ready_at: Option<Timestamp>,
    /// The transcript is too long for `include=transcript`: 413, and only the paged endpoint serves it.
    pub too_large: bool,
    /// Fields that are shown with another value, of whatever shape.
    pub fields: Map<String, Value>,
}

/// A note: what `GET /v1/notes/{id}?include=transcript` gives its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// `not_` and 14 letters or digits.
    pub id: String,
    /// `note`.
    pub object: String,
    /// The title, if it has one.
    pub title: Option<String>,
    /// Who made it.
    pub owner: User,
    /// When it was made, which need not be when the meeting began.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The page in the app. Its uuid is not accepted by the API.
    pub web_url: String,
    /// The meeting in the calendar, if there is one.
    pub calendar_event: Option<CalendarEvent>,
    /// Who was seen in the meeting.
    pub attendees: Vec<User>,
    /// The folders it lies in, and their ancestors.
    pub folder_membership: Vec<Folder>,
    /// The summary without markup.
    pub summary_text: String,
    /// The summary.
    pub summary_markdown: Option<String>,
    /// What the owner wrote, without markup. Only for the owner.
    pub private_notes_text: Option<String>,
    /// What the owner wrote. Only for the owner.
    pub private_notes_markdown: Option<String>,
    /// What was said.
    pub transcript: Option<Vec<TranscriptItem>>,
    /// What the double knows beside.
    #[serde(rename = "_sim", default, skip_serializing_if = "NoteSim::is_plain")]
    pub sim: NoteSim,
}

impl NoteSim {
    fn is_plain(&self) -> bool {
        *self == NoteSim::default()
    }
}

impl Note {
    /// A note without a calendar event, with an empty transcript; its id and web address follow from `seed`.
    pub fn new(seed: &str, title: &str, owner: User, at: Timestamp) -> Self {
        Note {
            id: note_id(seed),
            object: "note".into(),
            title: Some(title.to_owned()),
            owner,
            created_at: at,
            updated_at: at,
            web_url: format!("https://notes.granola.ai/d/{}", uuid(seed)),
            calendar_event: None,
            attendees: Vec::new(),
            folder_membership: Vec::new(),
            summary_text: String::new(),
            summary_markdown: None,
            private_notes_text: None,
            private_notes_markdown: None,
            transcript: Some(Vec::new()),
            sim: NoteSim::default(),
        }
    }

    /// The same with this summary, in both forms.
    pub fn with_summary(mut self, markdown: &str) -> Self {
        self.summary_text = plain(markdown);
        self.summary_markdown = Some(markdown.to_owned());
        self
    }

    /// Whether summary and transcript exist.
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.sim.ready_at.is_none_or(|at| at <= now)
    }

    /// What keeps it from being a note of the vendor's.
    pub(super) fn fault(&self) -> Option<String> {
        if !is_id("not_", &self.id) {
            return Some(format!("`{}` is no note's id", self.id));
        }
        if self.object != "note" {
            return Some(format!("the object of {} is not `note`", self.id));
        }
        None
    }
}
