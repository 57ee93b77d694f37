use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Detail, RecordId, Text};

/// Whether a record still stands at its vendor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// As the vendor shows it.
    #[default]
    Live,
    /// Deleted, but it has replies: shown without text and author (a Slack tombstone).
    Stub,
    /// Deleted: in no file.
    Deleted,
}

/// A reaction and how many people gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji's name without colons.
    pub name: String,
    /// How many gave it.
    pub count: u32,
}

/// A file beside a record, by its description only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// The file's name or title.
    pub name: String,
    /// The vendor's word for its type (`pdf`), empty if unknown.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its page at the vendor; empty if unknown.
    pub url: String,
}

/// What a raw item means: the smallest thing with its own identity at the vendor. For Slack a message; other sources add their own
/// fields beside these.
///
/// Identity is (`place`, `native`). `thread` is the `native` of the conversation's first record (its own for a first message), so
/// ordering by (`thread`, `native`) gives conversations in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Key of the place: `slack:C0123ABCD`.
    #[serde(skip)]
    pub place: std::sync::Arc<str>,
    /// The vendor's id in that place: the Slack `ts`, untouched.
    #[serde(skip)]
    pub native: String,
    /// `native` of the conversation's first record.
    #[serde(skip)]
    pub thread: String,
    /// When it was said.
    #[serde(skip)]
    pub at: Timestamp,
    /// Live, stub or deleted.
    #[serde(skip)]
    pub state: RecordState,
    /// Known to lack fields; see [`crate::RawItem::partial`].
    #[serde(skip)]
    pub partial: bool,
    /// Key of the author (`slack:U0123`), absent when the vendor names none.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The author's name as it stands on the item itself (bots), used when the person is unknown.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub author_name: Option<String>,
    /// The author is a program.
    #[serde(rename = "b", default, skip_serializing_if = "std::ops::Not::not")]
    pub bot: bool,
    /// What was said.
    #[serde(flatten)]
    pub text: Text,
    /// Not said by anybody (joins, topic changes): shown, kept out of insight.
    #[serde(rename = "s", default, skip_serializing_if = "std::ops::Not::not")]
    pub activity: bool,
    /// When it was last edited.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Timestamp>,
    /// Reactions in the vendor's order.
    #[serde(rename = "x", default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Files by name.
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileRef>,
    /// The vendor's team or company of the author, if the item says so.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// What it is beside a text: a call, a note, a transcript.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Box<Detail>>,
}

impl Record {
    /// The record's id.
    pub fn id(&self) -> RecordId {
        RecordId::new(&self.place, &self.native)
    }

    /// Whether it opens its conversation.
    pub fn is_first(&self) -> bool {
        self.thread == self.native
    }

    /// Whether it is a part of the record that opens its conversation, which the vendor gives apart and later: a call's transcript. Its
    /// `native` is that record's, a slash and its own name. It has no identity of its own for people, and is not counted.
    pub fn is_part(&self) -> bool {
        self.native.strip_prefix(self.thread.as_str()).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The `native` of a part of the conversation `thread`.
    pub fn part_of(thread: &str, name: &str) -> String {
        format!("{thread}/{name}")
    }

    /// The id by which people know it: that of the record it is a part of, else its own.
    pub fn shown_id(&self) -> RecordId {
        if self.is_part() { RecordId::new(&self.place, &self.thread) } else { self.id() }
    }
}
