//! What was said in a call, from files that people have without any key: `WebVTT` and `SubRip` captions with speakers, and transcripts as
//! plain text, in the forms that meeting programs write. All pure but for [`import`], which reads the file.
//!
//! `cue.rs` holds what is timed, `label.rs` decides what is a speaker's name, `join.rs` makes stretches of speech of cues, `dates.rs` and
//! `name.rs` find out when it was and what to call it, `record.rs` turns it into a call.

mod cue;
mod dates;
mod decode;
mod header;
pub mod import;
mod join;
mod label;
mod markup;
mod name;
mod record;
mod scan;
mod srt;
mod text;
mod times;
mod vtt;

use std::collections::HashSet;

use jiff::Timestamp;
use sales_model::Utterance;
use serde::{Deserialize, Serialize};

pub(crate) use self::record::{FILE_CALL, process};
pub use self::{
    dates::{Began, given},
    decode::decode,
};

/// Largest file that is taken: it is in memory as a whole, and 100 hours of talk are a tenth of it.
pub const LARGEST: usize = 64 << 20;
/// At most that many damaged cues are named.
const NAMED: usize = 1_000;

/// What a file of captions is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// W3C `WebVTT`.
    WebVtt,
    /// `SubRip`.
    Srt,
    /// Names and what they said.
    Text,
}

impl Format {
    /// Its name in texts.
    pub fn title(self) -> &'static str {
        match self {
            Format::WebVtt => "WebVTT transcript",
            Format::Srt => "SRT transcript",
            Format::Text => "transcript text",
        }
    }

    /// What a decoded text is; plain text for whatever is neither of the others.
    pub fn of(text: &str) -> Format {
        let text = text.trim_start_matches('\u{feff}');
        if vtt::is(text) {
            Format::WebVtt
        } else if srt::is(text) {
            Format::Srt
        } else {
            Format::Text
        }
    }
}

/// Something in a file that could not be read; the rest is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damaged {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub reason: String,
}

/// A file's content, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Captions {
    /// The title that stands in it.
    pub title: Option<String>,
    /// When it began, as it says itself.
    pub began: Option<Began>,
    /// What was said, in order of time; a speaker is the name as it is written, empty for nobody knows whom.
    pub turns: Vec<Utterance>,
    /// Everybody who speaks, in order of their first words.
    pub speakers: Vec<String>,
    /// Milliseconds from its start to its end, estimated where no times stand in it.
    pub length: u64,
    /// What to know of how it was read.
    pub notes: Vec<String>,
    /// What could not be read.
    pub damaged: Vec<Damaged>,
}

/// Whether a file's beginning may be that of captions or a transcript: text, and no JSON.
pub(crate) fn may_be(head: &[u8]) -> bool {
    let (text, _) = decode(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let json = match text.strip_prefix('[') {
        // `[00:12:34] Jane Doe: hello`
        Some(rest) => rest.trim_start().starts_with(['{', '[', '"', ']']) || rest.trim().is_empty(),
        None => text.starts_with('{'),
    };
    let signs = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    !text.is_empty() && !json && !text.starts_with("PK\u{3}") && signs * 100 <= text.len()
}

/// Reads a decoded text. Never fails: a text in which nobody says anything has no turns.
pub fn read(format: Format, text: &str) -> Captions {
    let text = text.trim_start_matches('\u{feff}');
    let mut captions = match format {
        Format::WebVtt => vtt::read(text),
        Format::Srt => srt::read(text),
        Format::Text => text::read(text),
    };
    let mut known = HashSet::new();
    let new = captions.turns.iter().map(|t| &t.speaker).filter(|s| !s.is_empty() && known.insert(s.as_str()));
    captions.speakers = new.cloned().collect();
    captions.length = captions.turns.iter().map(|t| t.end.unwrap_or_else(|| t.start.saturating_add(spoken(&t.text)))).max().unwrap_or(0);
    if captions.damaged.len() > NAMED {
        let more = captions.damaged.len() - NAMED;
        captions.damaged.truncate(NAMED);
        let line = captions.damaged.last().map_or(1, |d| d.line);
        captions.damaged.push(Damaged { line, reason: format!("{more} more damaged cues follow") });
    }
    captions
}

/// Milliseconds that words take: people speak about 2.7 words a second.
fn spoken(text: &str) -> u64 {
    (text.split_whitespace().count() as u64).saturating_mul(10_000) / 27
}

/// When a call began, on a wall clock of `zone` where no offset is told.
pub(crate) fn moment(began: &Began, zone: &jiff::tz::TimeZone) -> Option<Timestamp> {
    match began {
        Began::At(at) => Some(*at),
        Began::Local(local) => zone.to_ambiguous_zoned(*local).compatible().ok().map(|z| z.timestamp()),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
