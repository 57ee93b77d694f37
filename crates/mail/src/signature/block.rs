//! Where a signature begins and ends.

use std::ops::Range;

use super::{
    Stretch, disclaimer, sent,
    sign::{self, Signs},
};
use crate::quote::Kind;

/// Lines of a signature at most, and how far up from the end one is looked for.
const MOST_LINES: usize = 16;
const REACH: usize = 60;

/// What stands below a delimiter.
pub(super) struct Below {
    /// The delimiter.
    pub(super) start: usize,
    pub(super) parts: Vec<(Range<usize>, Kind)>,
}

/// The signature below `-- ` (RFC 3676, 4.3): up to the end, or up to a paragraph that is somebody's answer.
pub(super) fn delimited(text: Stretch<'_>) -> Option<Below> {
    let at = (text.start..text.end).find(|n| matches!(text.text(*n), "--" | "—-" | "-- --"))?;
    let mut parts = Vec::new();
    let mut next = text.from(at + 1)?;
    let first = next;
    let mut start = at;
    let mut taken = 0;
    loop {
        let paragraph = text.paragraph_from(next);
        let end = paragraph.end;
        let kind = if disclaimer::is_disclaimer(&text.joined(paragraph.clone())) { Kind::Disclaimer } else { Kind::Signature };
        // Below the delimiter as it has to be (with its space) and a name, a word of wisdom is no answer.
        let strict = parts.is_empty() && text.lines.get(at).is_some_and(|l| l.raw.trim_end_matches('\r').ends_with("-- "));
        let wise = strict && sign::is_name(head(text.text(next))) && paragraph.len() <= 6;
        let said = paragraph.clone().any(|n| {
            let line = text.text(n);
            sign::is_sentence(line) && !sent::is_sent_from(line) && (!wise || line.ends_with(['?', '？']))
        });
        if kind == Kind::Signature && (said || taken + paragraph.len() > MOST_LINES) {
            break;
        }
        taken += if kind == Kind::Signature { paragraph.len() } else { 0 };
        parts.push((start..end, kind));
        start = end;
        match text.from(end) {
            Some(n) => next = n,
            None => break,
        }
    }
    // One line below a rule that is all of a mail is no signature unless it looks like one.
    let alone =
        text.before(at).is_none() && parts.last().is_some_and(|(r, _)| r.end == first + 1) && Signs::of(text.text(first)).is_empty();
    (!parts.is_empty() && !alone).then_some(Below { start: at, parts })
}

/// A valediction and what follows it, the last one of the text. `alone`: the text is all that the author wrote.
pub(super) fn closing(text: Stretch<'_>, alone: bool) -> Option<Range<usize>> {
    let mut at = text.end;
    for _ in 0..REACH {
        at = text.before(at)?;
        if sign::is_valediction(text.text(at)) {
            if let Some(end) = below_valediction(text, at) {
                return first_valediction(text, at, end, alone);
            }
        } else if sign::is_signed_valediction(text.text(at)) && text.before(at).is_some() && ends_with(text, at + 1) {
            let end = text.from(at + 1).map_or(text.end, |_| at + 1);
            return Some(at..end);
        }
    }
    None
}

/// Nothing follows but a postscript.
fn ends_with(text: Stretch<'_>, from: usize) -> bool {
    text.from(from).is_none_or(|n| sign::is_postscript(text.text(n)))
}

/// "Thanks," above "Best regards,": both. Where nothing else was written, thanks are what was.
fn first_valediction(text: Stretch<'_>, at: usize, end: usize, alone: bool) -> Option<Range<usize>> {
    let mut start = at;
    while let Some(above) = text.before(start).filter(|n| sign::is_valediction(text.text(*n))) {
        start = above;
    }
    if text.before(start).is_some() || !alone {
        return Some(start..end);
    }
    let signs = (start..end).filter(|n| !Signs::of(text.text(*n)).contact().is_empty()).count();
    if signs == 0 {
        return None;
    }
    let name = text.from(at + 1).unwrap_or(at);
    Some(if sign::is_thanks(text.text(start)) { name..end } else { start..end })
}

/// The line after the signature whose valediction is at a line: a name, then lines that are no sentences, and further paragraphs if they look
/// like a signature.
fn below_valediction(text: Stretch<'_>, at: usize) -> Option<usize> {
    let first = text.from(at + 1).filter(|n| n - at <= 3)?;
    let own = text.paragraph_from(first);
    if own.len() > MOST_LINES || own.clone().any(|n| stops(text.text(n))) {
        return None;
    }
    let mut signs = own.clone().map(|n| Signs::of(text.text(n))).fold(Signs::default(), Signs::and);
    if !sign::is_name(text.text(first)) && signs.contact().count() < 2 {
        return None;
    }
    let mut end = own.end;
    while let Some(next) = text.from(end) {
        let paragraph = text.paragraph_from(next);
        let looks = paragraph.clone().filter(|n| !Signs::of(text.text(*n)).is_empty() || sent::is_sent_from(text.text(*n))).count();
        let stop = paragraph.clone().any(|n| stops(text.text(n)));
        if stop || looks * 2 < paragraph.len() || paragraph.end - at > MOST_LINES + 8 {
            break;
        }
        signs = paragraph.clone().map(|n| Signs::of(text.text(n))).fold(signs, Signs::and);
        end = paragraph.end;
    }
    // What follows is more text: an answer below a signature, if the signature is beyond doubt.
    let beyond_doubt = signs.contact().count() >= 2;
    (ends_with(text, end) || beyond_doubt).then_some(end)
}

/// A line that is no line of a signature.
pub(super) fn stops(text: &str) -> bool {
    sign::is_sentence(text) || sign::is_item(text) || text.ends_with([':', '：']) || text.chars().count() > 160
}

/// A signature without a valediction: paragraphs at the end that begin with a name and have several signs.
pub(super) fn at_end(text: Stretch<'_>) -> Option<Range<usize>> {
    let mut last = text.last()?;
    let mut signs = Signs::default();
    let mut best = None;
    let mut lines = 0;
    loop {
        let paragraph = text.paragraph_to(last);
        lines += paragraph.len();
        let here: Vec<Signs> = paragraph.clone().map(|n| Signs::of(text.text(n))).collect();
        let bare = here.iter().filter(|s| s.is_empty()).count();
        if lines > MOST_LINES || paragraph.clone().any(|n| stops(text.text(n))) || bare * 2 > here.len() {
            break;
        }
        signs = here.into_iter().fold(signs, Signs::and);
        let Some(above) = text.before(paragraph.start) else { break };
        let said = text.text(above);
        let ended = said.ends_with(['.', '!', '?', '…', '。', '！', '？']) || sign::is_valediction(said);
        let enough = signs.count() >= 3 || (signs.count() >= 2 && ended && !signs.contact().is_empty());
        if enough && sign::is_name(head(text.text(paragraph.start))) && !said.ends_with([':', '：', ',']) {
            best = Some(paragraph.start..text.end);
        }
        last = above;
    }
    best.map(|range| text.with_rule(range))
}

/// A line up to what separates a name from a title.
pub(super) fn head(text: &str) -> &str {
    sign::without_pronouns(text)
        .split([',', '|', '·', '/', '•'])
        .next()
        .unwrap_or_default()
        .split(" - ")
        .next()
        .unwrap_or_default()
        .split(" – ")
        .next()
        .unwrap_or_default()
        .trim()
}
