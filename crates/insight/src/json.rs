//! `insights.json`.

use sales_model::{Coverage, CustomerFacts, Finding, Gap, PersonFacts};
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
        findings: &facts.findings,
        gaps: &facts.gaps,
    };
    // Plain data with string keys: serialising it can't fail.
    let mut text = serde_json::to_string_pretty(&all).unwrap_or_default();
    text.push('\n');
    text
}
