//! `insights.json`.

use std::io::{self, BufWriter, Write};

use sales_model::{AbsenceFacts, CallFacts, Coverage, CustomerFacts, Finding, Gap, MeetingFacts, PersonFacts, ResponseFacts};
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use crate::RULES;

/// Bytes given on at once.
const BUFFER: usize = 64 << 10;

/// The file's shape; fields in the order they are written.
#[derive(Serialize)]
struct Insights<'a> {
    /// Version of this shape.
    version: u32,
    /// Version of the rules.
    rules: u32,
    customer: &'a str,
    name: &'a str,
    timezone: &'a str,
    as_of: Option<jiff::Timestamp>,
    coverage: &'a [Coverage],
    people: &'a [PersonFacts],
    calls: &'a [CallFacts],
    meetings: &'a [MeetingFacts],
    responses: &'a [ResponseFacts],
    absences: &'a [AbsenceFacts],
    findings: &'a [Finding],
    gaps: &'a [Gap],
}

/// Writes `insights.json`: pretty, stable, described by `docs/schemas/insights.schema.json`; ends with a line break. It may be much larger
/// than what it is made of, so it is written piece by piece.
///
/// # Errors
/// What `to` says when it takes no more.
pub fn write_insights(facts: &CustomerFacts, to: &mut dyn Write) -> io::Result<()> {
    let all = Insights {
        version: 1,
        rules: RULES,
        customer: facts.customer.as_str(),
        name: &facts.profile.name,
        timezone: &facts.timezone,
        as_of: facts.as_of,
        coverage: &facts.coverage,
        people: &facts.people,
        calls: &facts.calls,
        meetings: &facts.meetings,
        responses: &facts.responses,
        absences: &facts.absences,
        findings: &facts.findings,
        gaps: &facts.gaps,
    };
    let mut to = BufWriter::with_capacity(BUFFER, to);
    all.serialize(&mut Serializer::with_formatter(&mut to, Visible::default()))?;
    to.write_all(b"\n")?;
    to.flush()
}

/// Pretty, and with escapes for characters that steer terminals or the direction of text instead of showing something. serde_json itself
/// escapes those below a space.
#[derive(Default)]
struct Visible(PrettyFormatter<'static>);

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

impl Formatter for Visible {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, to: &mut W, fragment: &str) -> io::Result<()> {
        for piece in fragment.split_inclusive(is_hidden) {
            let shown = piece.trim_end_matches(is_hidden);
            to.write_all(shown.as_bytes())?;
            for c in piece.chars().skip(shown.chars().count()) {
                write!(to, "\\u{:04x}", u32::from(c))?;
            }
        }
        Ok(())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_array(to)
    }

    fn end_array<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array(to)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(to, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_array_value(to)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object(to)
    }

    fn end_object<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object(to)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(to, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.begin_object_value(to)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        self.0.end_object_value(to)
    }
}
