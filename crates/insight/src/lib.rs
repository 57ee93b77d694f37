//! Insight: pure extraction, summaries and their evidence.
//!
//! No I/O, no clock, no randomness: the same turns and the same configuration give the same findings, and the same facts give the same
//! bytes of context, on every machine. [`Reader::read`] turns one unit of conversation into findings, [`Gathered`] and [`merge`] join the
//! findings of a customer into one list, [`compact_context`] and [`write_insights`] render them.
//!
//! Every finding quotes its evidence word for word with its range in code points; what can't be quoted is not a finding. Precision comes
//! before recall: pleasantries, hypotheticals, negations, quoted text and code yield nothing.

mod action;
mod apart;
mod competitor;
mod context;
mod dates;
mod decision;
mod draft;
mod ending;
mod gather;
mod json;
mod lexicon;
mod merge;
mod negation;
mod note;
mod owner;
mod pattern;
mod piece;
mod reader;
pub mod redact;
mod report;
mod sentence;
mod signals;
mod spoken;
mod talk;
mod thread;
mod topics;
mod words;

use jiff::Timestamp;
use sales_model::{RecordId, Side, Task};

pub use context::{compact_context, tokens};
pub use gather::Gathered;
pub use json::write_insights;
pub use merge::merge;
pub use note::{Section, listed_tasks, next_steps};
pub use piece::{Piece, call_pieces, note_pieces};
pub use reader::Reader;
pub use sales_model::mine_blocks;
pub use talk::{PersonTalk, Speech, Talk, questions, talk};

/// Version of the rules: results of another version are made again.
pub const RULES: u32 = 5;

/// Somebody named by reference (`@Lena`) in a turn's text.
#[derive(Debug, Clone)]
pub struct Mention<'a> {
    /// The name as it stands in the text.
    pub name: &'a str,
    /// On which side they stand.
    pub side: Side,
    /// First code point of the name in the text.
    pub start: u32,
    /// First code point after it.
    pub end: u32,
}

/// What form a turn has: it decides how its words are read and how much they weigh.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form<'a> {
    /// Written in a conversation: chat or mail.
    #[default]
    Said,
    /// Speech, as a transcript gives it. It is vague: only clear commitments with a concrete object count.
    Spoken,
    /// A paragraph or list item of a note, below a heading that announces this.
    Note(Option<Section>),
    /// An action item that the record holds as such; the turn's text is [`Task::quote`].
    Task(&'a Task),
}

/// One thing that somebody said: a message, a turn of a call, a paragraph of a note.
#[derive(Debug, Clone)]
pub struct Turn<'a> {
    /// The record it stands in.
    pub record: &'a RecordId,
    /// The conversation's key: turns with the same key answer each other.
    pub thread: &'a str,
    /// Anchor in the record's file: the Slack `ts`, `t=2210` (seconds) in a call, the heading's slug in a note.
    pub anchor: &'a str,
    /// When it was said; relative dates are resolved against it.
    pub at: Timestamp,
    /// Who said it, by name; empty in notes without speakers.
    pub speaker: &'a str,
    /// On which side they stand.
    pub side: Side,
    /// Rendered plain text.
    pub text: &'a str,
    /// References to people in it, in order.
    pub mentions: &'a [Mention<'a>],
    /// To whom it is addressed, by name and side: a mail's `To`. Empty where everybody in a room is spoken to.
    pub to: &'a [(&'a str, Side)],
    /// Bots and activity: no findings.
    pub quiet: bool,
    /// Said where nobody of the other side can read.
    pub internal: bool,
    /// Its form.
    pub form: Form<'a>,
}

/// What a [`Reader`] knows besides the text.
#[derive(Debug, Clone)]
pub struct ReaderConfig {
    /// Names of competitors, of the workspace and of the customer's profile.
    pub competitors: Vec<String>,
    /// Our company's name: never a competitor.
    pub company: String,
    /// The customer's name and aliases: never competitors.
    pub customer_names: Vec<String>,
    /// Known people by name and side. The first of ours is the account's owner: a request by mail without an addressee is theirs.
    pub people: Vec<(String, Side)>,
    /// Zone in which a turn's day begins and ends.
    pub timezone: jiff::tz::TimeZone,
}

impl Default for ReaderConfig {
    fn default() -> Self {
        ReaderConfig {
            competitors: Vec::new(),
            company: String::new(),
            customer_names: Vec::new(),
            people: Vec::new(),
            timezone: jiff::tz::TimeZone::UTC,
        }
    }
}
