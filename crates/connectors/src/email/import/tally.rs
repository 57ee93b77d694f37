//! What stands in a mailbox, counted.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::walk::{Event, Found};
use crate::ImportSummary;

/// At most that many labels, kinds of things left out, and notes are kept.
const MOST: usize = 10_000;
const NOTES: usize = 20;

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    messages: u64,
    bytes: u64,
    largest: u64,
    /// Messages of which only the header is brought, and the size of the largest.
    cut: u64,
    labels: BTreeSet<String>,
    oldest: Option<Timestamp>,
    newest: Option<Timestamp>,
    /// Messages of Google's export.
    google: bool,
    left: BTreeMap<String, u64>,
    notes: Vec<String>,
    more_notes: u64,
}

impl Tally {
    pub(super) fn add(&mut self, event: &Event) {
        match event {
            Event::Message(found) => self.message(found),
            Event::Left(what) => self.leave(what, 1),
            Event::Note(note) => self.note(note),
            // Told by whoever is given it.
            Event::Failure(_) => {}
        }
    }

    fn message(&mut self, found: &Found) {
        self.messages += 1;
        self.bytes = self.bytes.saturating_add(found.size);
        self.largest = self.largest.max(found.size);
        self.cut += u64::from(found.cut);
        self.google |= found.google;
        self.label(&found.labels);
        self.date(found.at.or(found.sent));
    }

    fn label(&mut self, labels: &[String]) {
        for label in labels {
            if self.labels.len() < MOST && !self.labels.contains(label) {
                self.labels.insert(label.clone());
            }
        }
    }

    fn date(&mut self, at: Option<Timestamp>) {
        self.oldest = self.oldest.into_iter().chain(at).min();
        self.newest = self.newest.into_iter().chain(at).max();
    }

    fn leave(&mut self, what: &str, times: u64) {
        if let Some(n) = self.left.get_mut(what) {
            *n += times;
        } else {
            let known = if self.left.len() < NOTES { what } else { "other things" };
            *self.left.entry(known.to_owned()).or_default() += times;
        }
    }

    pub(super) fn note(&mut self, note: &str) {
        if self.notes.len() < NOTES {
            self.notes.push(note.to_owned());
        } else {
            self.more_notes += 1;
        }
    }

    /// Adds what another part counted.
    pub(super) fn merge(&mut self, part: &Tally) {
        self.messages += part.messages;
        self.bytes = self.bytes.saturating_add(part.bytes);
        self.largest = self.largest.max(part.largest);
        self.cut += part.cut;
        self.google |= part.google;
        part.labels.iter().for_each(|l| self.label(std::slice::from_ref(l)));
        self.date(part.oldest);
        self.date(part.newest);
        part.left.iter().for_each(|(what, n)| self.leave(what, *n));
        part.notes.iter().for_each(|n| self.note(n));
        self.more_notes += part.more_notes;
    }

    /// In words. `format`: what the file is, unless it is Google's export. `limit`: the largest message that is brought whole.
    pub(super) fn summary(&self, format: &str, limit: u64) -> ImportSummary {
        let format = if self.google { "Mail (Google Takeout)" } else { format };
        let mut contents = vec![("messages", self.messages)];
        if !self.labels.is_empty() {
            contents.push(("labels", self.labels.len() as u64));
        }
        contents.extend([("bytes of messages", self.bytes), ("bytes of the largest message", self.largest)]);
        let mut notes = Vec::new();
        if let (Some(oldest), Some(newest)) = (self.oldest, self.newest) {
            let day = |t: Timestamp| t.strftime("%Y-%m-%d").to_string();
            notes.push(format!("messages from {} to {}", day(oldest), day(newest)));
        }
        notes.extend(self.left.iter().map(|(what, n)| format!("left out: {what} ({n})")));
        if self.cut > 0 {
            let n = self.cut;
            let limit = if limit >= 1 << 20 { format!("{} MB", limit >> 20) } else { format!("{limit} bytes") };
            notes.push(format!("messages larger than {limit} come without their text ({n}); `max_message_bytes` in workspace.toml"));
        }
        notes.extend(self.notes.iter().cloned());
        if self.more_notes > 0 {
            notes.push(format!("... and {} more", self.more_notes));
        }
        ImportSummary { format: format.to_owned(), contents: contents.into_iter().map(|(w, n)| (w.to_owned(), n)).collect(), notes }
    }
}
