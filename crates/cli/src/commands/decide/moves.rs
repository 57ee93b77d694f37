use sales_engine::{Move, Preview};
use sales_model::CustomerId;

use crate::output::{Printer, Style, count, line};

/// Conversations that are shown unless all are asked for.
const SHOWN: usize = 20;

/// Shows what moves.
pub(in crate::commands) fn show(p: &Printer, preview: &Preview, apply: bool, all: bool) {
    let verb = if apply { "Moved" } else { "Would move" };
    match preview.moves.len() {
        0 => p.say(format_args!("{verb} nothing")),
        n => p.say(format_args!("{verb} {} in {}", count(preview.records, "record"), count(n as u64, "conversation"))),
    }
    let shown = if all { preview.moves.len() } else { SHOWN };
    for m in preview.moves.iter().take(shown) {
        one(p, m);
    }
    if let Some(more) = preview.moves.len().checked_sub(shown).filter(|more| *more > 0) {
        p.say(format_args!("  ... and {} more; --all shows them", count(more as u64, "conversation")));
    }
    if preview.fetch > 0 {
        p.say(format_args!("Of {} only the header is here: the next sync fetches the rest", count(preview.fetch, "mail")));
    }
    for (doubts, words) in [(&preview.doubts_more, "to decide on more"), (&preview.doubts_fewer, "to decide on less")] {
        if !doubts.is_empty() {
            p.say(format_args!("{}: {}", words, count(doubts.len() as u64, "place or conversation")));
        }
    }
}

fn one(p: &Printer, m: &Move) {
    let title = if m.title.is_empty() { String::new() } else { format!(" \"{}\"", m.title) };
    p.say(format_args!(
        "  {} {}{}, {}: {} -> {}",
        m.at.strftime("%Y-%m-%d"),
        p.out_style(Style::Heading, line(&m.place)),
        line(&title),
        count(m.records.len() as u64, "record"),
        names(&m.from),
        names(&m.to)
    ));
    for reason in &m.reasons {
        p.say(format_args!("    {}", line(reason)));
    }
}

fn names(customers: &[CustomerId]) -> String {
    if customers.is_empty() { "nobody".to_owned() } else { customers.iter().map(CustomerId::as_str).collect::<Vec<_>>().join(" and ") }
}
