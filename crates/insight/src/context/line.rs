//! One line of a context: a statement and the link to its evidence.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sales_model::{CustomerFacts, Evidence, Finding, Side, Source};

use super::escape;

/// Values and quotes are shown up to this many code points.
const SHOWN: usize = 160;
const QUOTED: usize = 90;

/// A line that may be dropped for size: the older the sooner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// When the fact was last said.
    pub(crate) at: Timestamp,
    /// The whole line without its line break.
    pub(crate) text: String,
}

/// What rendering needs besides one finding.
pub(crate) struct View<'a> {
    pub(crate) facts: &'a CustomerFacts,
    pub(crate) zone: TimeZone,
    /// The day of `as_of`.
    pub(crate) today: Option<Date>,
}

impl<'a> View<'a> {
    pub(crate) fn new(facts: &'a CustomerFacts) -> Self {
        let zone = TimeZone::get(&facts.timezone).unwrap_or(TimeZone::UTC);
        let today = facts.as_of.map(|t| t.to_zoned(zone.clone()).date());
        View { facts, zone, today }
    }

    pub(crate) fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// `2024-04-05 17:00 UTC`.
    pub(crate) fn minute(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// Whole days from then until `as_of`; 0 if unknown.
    pub(crate) fn age(&self, at: Timestamp) -> i32 {
        let Some(today) = self.today else { return 0 };
        today.since(self.day(at)).map_or(0, |s| s.get_days())
    }

    /// `[slack 2024-03-15](slack/2024-03-15_poc_planning.json#1710493200.000100 "quote")`; in a call with minute and speaker:
    /// `[gong 2024-04-05 36:50 Jo Rivera](gong/2024-04-05_poc_results_review.json#t=2210 "quote")`.
    pub(crate) fn link(&self, e: &Evidence) -> String {
        let mut label = format!("{} {}", escape::text(e.source.as_str(), 40), self.day(e.at));
        if let Some(seconds) = e.anchor.strip_prefix("t=").and_then(|s| s.parse().ok()) {
            label.push_str(&format!(" {}", clock(seconds)));
            if !e.speaker.is_empty() {
                label.push_str(&format!(" {}", escape::text(&e.speaker, 40)));
            }
        }
        let target = if e.path.is_empty() { "insights.json".to_owned() } else { escape::destination(&e.path) };
        let anchor = if e.anchor.is_empty() || e.path.is_empty() {
            String::new()
        } else {
            format!("#{}", escape::destination(e.anchor.trim_start_matches('#')))
        };
        let title = escape::text(&e.quote, QUOTED);
        if title.is_empty() { format!("[{label}]({target}{anchor})") } else { format!("[{label}]({target}{anchor} \"{title}\")") }
    }

    /// `- statement [link]`.
    pub(crate) fn line(&self, statement: &str, e: &Evidence) -> Line {
        Line { at: e.at, text: format!("- {statement} {}", self.link(e)) }
    }

    /// A line that stands on the profile.
    pub(crate) fn profile(&self, statement: &str) -> Line {
        Line { at: Timestamp::MAX, text: format!("- {statement} [profile](profile.toml)") }
    }
}

/// A time within a call: `36:50`, `1:02:03`.
fn clock(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// Who said it; what stands in a note or a vendor's field is said by nobody.
pub(crate) fn speaker(e: &Evidence) -> String {
    if !e.speaker.is_empty() {
        name(&e.speaker)
    } else if e.source == Source::GONG {
        "the call's summary".to_owned()
    } else {
        "the note".to_owned()
    }
}

/// `Jo Rivera said`, `the note says`.
pub(crate) fn said(e: &Evidence) -> String {
    format!("{} {}", speaker(e), if e.speaker.is_empty() { "says" } else { "said" })
}

/// Whether two findings of one kind stand in the same message, turn of a call or line of a note.
pub(crate) fn together(a: &Evidence, b: &Evidence) -> bool {
    let line = a.source == Source::SLACK || a.source == Source::EMAIL || !a.speaker.is_empty() || a.quote == b.quote;
    a.record == b.record && a.anchor == b.anchor && line
}

/// `1 call`, `14 messages`.
pub(crate) fn count(source: &Source, n: u64) -> String {
    let what = match source.as_str() {
        "slack" => "message",
        "gong" => "call",
        "granola" => "note",
        "email" => "mail",
        _ => "record",
    };
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A finding's value in quotation marks.
pub(crate) fn value(f: &Finding) -> String {
    format!("\u{201C}{}\u{201D}", escape::text(&f.value, SHOWN))
}

/// A name of somebody.
pub(crate) fn name(text: &str) -> String {
    escape::text(text, 60)
}

/// A type as words: `budget_approved` becomes `budget approved`.
pub(crate) fn words(kind: Option<&str>) -> String {
    escape::text(&kind.unwrap_or("unknown").replace('_', " "), 40)
}

/// A side in a salesperson's words.
pub(crate) fn side(side: Side) -> &'static str {
    match side {
        Side::Ours => "ours",
        Side::Theirs => "theirs",
        Side::Other => "other",
        Side::Bot => "bot",
    }
}
