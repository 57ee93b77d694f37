//! How much of each source there is for a customer, and what is missing of it.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};
use sales_engine::{Silent, SourceCoverage};
use sales_model::{Blind, CustomerId};

use crate::{
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::Result,
    output::{Printer, Style, count, grouped, line},
};

/// At most that many lines of one kind are shown; `--json` has them all.
const SHOWN: usize = 5;

/// What there is, or nothing where there is no ledger yet.
pub(super) fn load(home: &Home, id: &CustomerId) -> Result<Vec<SourceCoverage>> {
    if !home.workspace.ledger_path().is_file() {
        return Ok(Vec::new());
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(home);
    block_on(async {
        let opened = open(home, timer, Arc::new(Silent), &connected).await?;
        Ok(opened.app.coverage(id).await?)
    })
}

/// Prints a table, what is missing below it, and what to type.
pub(super) fn print(p: &Printer, zone: &TimeZone, all: &[SourceCoverage]) {
    if all.is_empty() {
        return;
    }
    let day = |at: Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| zone.to_datetime(at).strftime("%Y-%m-%d").to_string());
    let minute =
        |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string());
    let row = |cells: [&str; 5]| format!("  {:<8} {:>8}  {:<10}  {:<10}  {}", cells[0], cells[1], cells[2], cells[3], cells[4]);
    p.say(p.out_style(Style::Heading, "What there is"));
    p.say(row(["source", "records", "first", "last", "last successful sync"]));
    for s in all {
        let c = &s.coverage;
        let sync = match (s.last_sync, s.stale) {
            (None, false) => "never; it was imported".to_owned(),
            (at, stale) => format!("{}{}", minute(at), if stale { ", stale" } else { "" }),
        };
        p.say(row([c.source.as_str(), &grouped(c.records), &day(c.first), &day(c.last), &sync]));
    }
    let missing: Vec<(&SourceCoverage, Vec<String>)> =
        all.iter().map(|s| (s, missing(s, minute))).filter(|(_, lines)| !lines.is_empty()).collect();
    if !missing.is_empty() {
        p.say(p.out_style(Style::Heading, "What is missing"));
    }
    for (s, lines) in missing {
        lines.iter().for_each(|text| p.say(format_args!("  {:<8} {}", s.coverage.source.as_str(), line(text))));
    }
    for next in all.iter().filter_map(next) {
        p.note(format_args!("next: {next}"));
    }
}

/// What is missing of a source, in words.
fn missing(s: &SourceCoverage, minute: impl Fn(Option<Timestamp>) -> String) -> Vec<String> {
    let c = &s.coverage;
    let mut out = Vec::new();
    let mut some = |all: Vec<String>, word: &str| {
        let more = all.len().saturating_sub(SHOWN);
        out.extend(all.into_iter().take(SHOWN));
        if more > 0 {
            out.push(format!("... and {} more; `--json` lists them all", count(more as u64, word)));
        }
    };
    some(c.holes.iter().map(sales_model::Hole::words).collect(), "hole");
    some(c.unseen.clone(), "thing not seen");
    some(s.unreadable_items.iter().map(|item| format!("could not be read: {item}")).collect(), "unreadable item");
    for pending in &c.pending {
        let due = pending.due.map_or_else(|| "the next sync asks".to_owned(), |at| format!("asked for again from {} on", minute(Some(at))));
        out.push(format!("{} {} still to come: {due}", grouped(pending.count), pending.what));
    }
    if c.given_up > 0 {
        out.push(format!("{} without a transcript, and none is expected any more", count(c.given_up, "call")));
    }
    if c.lacking > 0 {
        out.push(format!("{} with the header only: the next sync asks for the rest", count(c.lacking, "mail")));
    }
    if let Some(day) = c.kept_from {
        out.push(format!("nothing from before {day} is kept, because of `[retention]` in workspace.toml"));
    }
    out
}

/// The command that reads what is missing, if one does.
fn next(s: &SourceCoverage) -> Option<String> {
    let source = &s.coverage.source;
    let has = |why: Blind| s.coverage.holes.iter().any(|h| h.why == why);
    if !s.coverage.unseen.is_empty() || has(Blind::NoPermission) || has(Blind::Failed) {
        Some(format!("sales doctor says what {source} needs; then sales sync --source {source}"))
    } else if has(Blind::NotAsked) {
        Some(format!("sales sync --full --source {source} reads what no sync asked for"))
    } else if s.stale || has(Blind::Loading) || has(Blind::NotSearched) {
        Some(format!("sales sync --source {source}"))
    } else {
        None
    }
}
