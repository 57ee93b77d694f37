//! `insights.json`.

use sales_model::{AbsenceFacts, CallFacts, Coverage, CustomerFacts, Finding, Gap, MeetingFacts, PersonFacts, ResponseFacts};
use serde::Serialize;

use crate::RULES;

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

/// `insights.json`: pretty, stable, described by `docs/schemas/insights.schema.json`; ends with a line break.
pub fn insights_json(facts: &CustomerFacts) -> String {
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
    // Plain data with string keys: serialising it can't fail.
    let mut text = visible(&serde_json::to_string_pretty(&all).unwrap_or_default());
    text.push('\n');
    text
}

/// Escapes characters that steer terminals or the direction of text instead of showing something. In JSON they stand in strings only, and
/// serde_json has escaped those below a space.
fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        let hidden = matches!(c, '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}
