use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::Source;

/// How much of a source there is for a customer, and what is missing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// The source.
    pub source: Source,
    /// Live records of this customer.
    pub records: u64,
    /// When the first was said.
    pub first: Option<Timestamp>,
    /// When the last was said.
    pub last: Option<Timestamp>,
    /// Everything up to here is in: the beginning of the day of the oldest of the last successful reads of the streams concerned.
    pub data_through: Option<Timestamp>,
    /// Days of which nothing is known because nobody could look, in order.
    #[serde(default)]
    pub holes: Vec<Hole>,
    /// What is known to be there and has not come yet.
    #[serde(default)]
    pub pending: Vec<Pending>,
    /// Items of the source that could not be read; whose most of them are, nobody can tell.
    #[serde(default)]
    pub unreadable: u64,
    /// What the account may not see, in words, sorted.
    #[serde(default)]
    pub unseen: Vec<String>,
    /// Calls whose transcript is not expected any more.
    #[serde(default)]
    pub given_up: u64,
    /// Mails of which only the header is there.
    #[serde(default)]
    pub lacking: u64,
    /// What was said before this day is not kept: `[retention]` allows less than `history` asks for.
    #[serde(default)]
    pub kept_from: Option<Date>,
    /// The day on which the source was last read, if others were read since.
    #[serde(default)]
    pub stale_since: Option<Date>,
}

impl Coverage {
    /// Nothing known of a source.
    pub fn of(source: Source) -> Self {
        Coverage {
            source,
            records: 0,
            first: None,
            last: None,
            data_through: None,
            holes: Vec::new(),
            pending: Vec::new(),
            unreadable: 0,
            unseen: Vec::new(),
            given_up: 0,
            lacking: 0,
            kept_from: None,
            stale_since: None,
        }
    }
}

/// Days that no successful read covers. That nobody said anything on a day makes no hole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hole {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// Why.
    pub why: Blind,
    /// Name of the account.
    pub account: String,
    /// Of what, as people call it (`#acme-poc`), sorted; empty for all that the account reads.
    pub places: Vec<String>,
}

/// Why nobody could look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Blind {
    /// The history is still being read.
    Loading,
    /// The last tries failed.
    Failed,
    /// Permission is missing.
    NoPermission,
    /// The settings leave it out.
    LeftOut,
    /// Mail of the customer was not searched for yet.
    NotSearched,
    /// No sync asked for these days.
    NotAsked,
}

impl Blind {
    /// The reason in words.
    pub fn words(self) -> &'static str {
        match self {
            Blind::Loading => "the history is still being read",
            Blind::Failed => "reading failed",
            Blind::NoPermission => "the permission is missing",
            Blind::LeftOut => "workspace.toml leaves it out",
            Blind::NotSearched => "the customer's mail of that time was not searched for yet",
            Blind::NotAsked => "no sync asked for it",
        }
    }
}

/// Something that is known to be there and has not come yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pending {
    /// What, in the source's words: `threads`, `transcripts`.
    pub what: String,
    /// How many.
    pub count: u64,
    /// When the first of them is asked for again, if not by the next sync. Not in files: it changes with every try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

impl Hole {
    /// In words: `#acme-poc: 2024-03-12 to 2024-03-14 was not read: the permission is missing`.
    pub fn words(&self) -> String {
        let places = if self.places.is_empty() { String::new() } else { format!("{}: ", self.places.join(", ")) };
        format!("{places}{} was not read: {}", self.days(), self.why.words())
    }

    /// The days in words: `2024-03-12`, `2024-03-12 to 2024-03-14`.
    pub fn days(&self) -> String {
        if self.from == self.to { self.from.to_string() } else { format!("{} to {}", self.from, self.to) }
    }
}
