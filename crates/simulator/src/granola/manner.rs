use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Note;

/// The order of `GET /v1/notes`, which the documentation leaves open: no client may depend on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// By `created_at`, newest first: what clients report.
    #[default]
    NewestFirst,
    /// By `created_at`, oldest first.
    OldestFirst,
    /// By `updated_at`, newest first: a note that is edited between two pages moves ahead of the reader, and is missed.
    UpdatedNewestFirst,
    /// By `updated_at`, oldest first: a note that is edited between two pages comes again.
    UpdatedOldestFirst,
    /// By nothing that a client knows.
    Scrambled,
}

impl Order {
    /// A note's place in it, ascending.
    pub(super) fn place(self, note: &Note) -> i64 {
        let micros = Timestamp::as_microsecond;
        match self {
            Order::NewestFirst => -micros(note.created_at),
            Order::OldestFirst => micros(note.created_at),
            Order::UpdatedNewestFirst => -micros(note.updated_at),
            Order::UpdatedOldestFirst => micros(note.updated_at),
            Order::Scrambled => {
                let mut eight = [0; 8];
                eight.copy_from_slice(&Sha256::digest(&note.id)[..8]);
                // Within the 53 bits that every reader of JSON keeps.
                i64::from_be_bytes(eight) >> 11
            }
        }
    }
}

/// What the documentation leaves open, and the limits, which are off unless wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// The documented limits hold: 25 requests in 5 seconds, and 5 a second sustained.
    pub limits: bool,
    /// The order of notes.
    pub order: Order,
    /// A 429 of the limits says after how many seconds to come again.
    pub retry_after: bool,
    /// Error bodies have a `message` beside the `code`.
    pub error_message: bool,
    /// A note that is asked for without `include=transcript` lacks the field, where else it is null.
    pub omit_transcript: bool,
    /// `created_after`, `created_before` and `updated_after` include the moment itself.
    pub inclusive: bool,
    /// A cursor is good for so many seconds by the simulator's clock; nothing: for ever.
    pub cursor_seconds: Option<i64>,
}

impl Default for Manner {
    fn default() -> Self {
        Manner {
            limits: false,
            order: Order::NewestFirst,
            retry_after: true,
            error_message: true,
            omit_transcript: false,
            inclusive: false,
            cursor_seconds: Some(3600),
        }
    }
}

/// What a scenario sets of a [`Manner`], as its table `[granola]`; the rest stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "each is the field of `Manner` of that name")]
pub struct Settings {
    pub limits: Option<bool>,
    pub order: Option<Order>,
    pub retry_after: Option<bool>,
    pub error_message: Option<bool>,
    pub omit_transcript: Option<bool>,
    pub inclusive: Option<bool>,
    pub cursor_seconds: Option<i64>,
}

impl Manner {
    pub(super) fn set(&mut self, to: &Settings) {
        fn put<T: Copy>(place: &mut T, value: Option<T>) {
            *place = value.unwrap_or(*place);
        }
        put(&mut self.limits, to.limits);
        put(&mut self.order, to.order);
        put(&mut self.retry_after, to.retry_after);
        put(&mut self.error_message, to.error_message);
        put(&mut self.omit_transcript, to.omit_transcript);
        put(&mut self.inclusive, to.inclusive);
        self.cursor_seconds = to.cursor_seconds.or(self.cursor_seconds);
    }
}
