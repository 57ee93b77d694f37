//! What stands before the first words of a file: `Title: ...`, `Date: ...`, or a heading and a date as meeting programs write them.

use super::dates::{Began, Found, find};

/// Longest heading that is taken for a title, in characters.
const LONGEST: usize = 160;
const TITLES: [&str; 6] = ["title", "subject", "meeting", "topic", "call", "meeting title"];
const DATES: [&str; 9] = ["date", "time", "start", "started", "start time", "recorded", "recorded on", "meeting date", "created"];
/// Keys of other things that are no speakers.
const OTHERS: [&str; 16] = [
    "attendees",
    "participants",
    "speakers",
    "invitees",
    "duration",
    "host",
    "location",
    "organizer",
    "language",
    "kind",
    "company",
    "customer",
    "keywords",
    "summary keywords",
    "end",
    "end time",
];

/// What a heading tells.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) title: Option<String>,
    found: Option<Found>,
}

impl Header {
    pub(super) fn began(&self) -> Option<Began> {
        self.found.map(|f| f.began)
    }

    /// `Key: value`; true if the key is one of a heading.
    pub(super) fn pair(&mut self, line: &str) -> bool {
        let Some((key, value)) = line.split_once(':') else { return false };
        let (key, value) = (key.trim().trim_matches('*').to_lowercase(), value.trim().trim_matches('*').trim());
        if TITLES.contains(&key.as_str()) {
            self.heading(value);
        } else if DATES.contains(&key.as_str()) {
            self.date(value);
        } else {
            return OTHERS.contains(&key.as_str());
        }
        true
    }

    /// A line of its own: the first is the title, a date wherever it stands. True if it told something.
    pub(super) fn line(&mut self, line: &str) -> bool {
        let line = line.trim().trim_start_matches('#').trim();
        let dated = self.date(line);
        // A heading may have its date within it.
        let rest = find(line).map_or_else(|| line.to_owned(), |f| line.chars().take(f.from).collect());
        let rest = rest.trim_matches(|c: char| c.is_whitespace() || "-–—(,:|".contains(c));
        let weekday = rest.split([',', ' ']).next().is_some_and(|w| {
            let w = w.to_lowercase();
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|d| w.starts_with(d) && (w.len() == 3 || w.ends_with("day")))
        });
        if (dated && weekday) || self.title.is_some() {
            return dated;
        }
        self.heading(rest) || dated
    }

    fn heading(&mut self, text: &str) -> bool {
        let text = super::cue::one_line(text);
        let fits = !text.is_empty() && text.chars().count() <= LONGEST && self.title.is_none();
        if fits {
            self.title = Some(text);
        }
        fits
    }

    /// The first date with a time of day counts, else the first date.
    fn date(&mut self, text: &str) -> bool {
        let Some(found) = find(text) else { return false };
        if self.found.is_none_or(|old| !old.clock && found.clock) {
            self.found = Some(found);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings() {
        let mut header = Header::default();
        assert!(header.line("ACME review (2024-04-05 15:00 GMT+2) - Transcript"));
        assert_eq!(
            (header.title.as_deref(), header.began()),
            (Some("ACME review"), Some(Began::At("2024-04-05T13:00:00Z".parse().unwrap())))
        );

        let mut header = Header::default();
        assert!(header.line("ACME: POC results"));
        assert!(header.line("Fri, Apr 05, 2024 3:00PM • 41:00"));
        assert!(!header.line("something else"));
        assert_eq!(
            (header.title.as_deref(), header.began()),
            (Some("ACME: POC results"), Some(Began::Local("2024-04-05T15:00".parse().unwrap())))
        );

        let mut header = Header::default();
        assert!(header.line("Friday, April 5, 2024"));
        assert!(
            header.pair("**Title:** POC results") && header.pair("Start time: 2024-04-05 15:00") && header.pair("Attendees: Jane, Omar")
        );
        assert!(!header.pair("Jane Doe: hello") && !header.pair("no pair"));
        assert_eq!(
            (header.title.as_deref(), header.began()),
            (Some("POC results"), Some(Began::Local("2024-04-05T15:00".parse().unwrap())))
        );
    }
}
