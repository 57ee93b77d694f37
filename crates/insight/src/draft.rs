//! A finding on its way: which turn, which words, which fact.

use sales_model::{Evidence, Finding, FindingDetail, FindingKind, Source};

use crate::{Form, RULES, Turn, words};

/// Quotes are at most this long; longer sentences are cut around the words that matter.
const QUOTE: usize = 320;

/// A fact found in one turn.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: FindingKind,
    pub(crate) value: String,
    pub(crate) detail: FindingDetail,
    pub(crate) confidence: u8,
    pub(crate) rule: &'static str,
    /// Which turn.
    pub(crate) turn: usize,
    /// Bytes of the turn's text to quote.
    pub(crate) quote: (usize, usize),
    /// Bytes of the turn's text that matter most.
    pub(crate) focus: (usize, usize),
    /// Says only that something is off, not what: it ends an earlier item or is dropped.
    pub(crate) bare: bool,
    /// Reports that something is done without naming it.
    pub(crate) pronoun: bool,
    /// Reports that a thing has arrived.
    pub(crate) arrived: bool,
    /// Which turn, and which bytes of it, name what "it" stands for.
    pub(crate) context: Option<(usize, (usize, usize))>,
}

impl Draft {
    pub(crate) fn evidence(&self, source: &Source, turn: &Turn<'_>) -> Evidence {
        Draft::quote(source, turn, self.quote, self.focus)
    }

    /// Words of a turn as evidence.
    pub(crate) fn quote(source: &Source, turn: &Turn<'_>, quote: (usize, usize), focus: (usize, usize)) -> Evidence {
        let (mut from, mut to) = window(turn.text, quote, focus);
        if matches!(turn.form, Form::Note(_) | Form::Task(_)) {
            (from, to) = unmarked(turn.text, (from, to));
        }
        let chars = |end: usize| u32::try_from(turn.text.get(..end).unwrap_or_default().chars().count()).unwrap_or(u32::MAX);
        let start = chars(from);
        let quote = turn.text.get(from..to).unwrap_or_default();
        let end = start + u32::try_from(quote.chars().count()).unwrap_or(0);
        Evidence {
            record: turn.record.clone(),
            source: source.clone(),
            path: Default::default(),
            anchor: turn.anchor.into(),
            at: turn.at,
            speaker: turn.speaker.into(),
            side: turn.side,
            range: (start, end),
            quote: quote.into(),
        }
    }

    pub(crate) fn finding(self, source: &Source, turns: &[Turn<'_>]) -> Finding {
        let said = turns.get(self.turn).map(|t| self.evidence(source, t));
        let before = self.context.and_then(|(n, quote)| turns.get(n).map(|t| Draft::quote(source, t, quote, quote)));
        // "Send it" twice is twice the same only about the same thing.
        let about = before.as_ref().map(|e| e.quote.clone()).or_else(|| said.as_ref().map(|e| e.record.0.clone())).unwrap_or_default();
        let id = words::id(self.kind, &self.value, &self.detail, &about);
        Finding {
            id: id.into(),
            kind: self.kind,
            value: self.value.into(),
            detail: self.detail,
            confidence: self.confidence,
            rule: format!("{}/{RULES}", self.rule).into(),
            evidence: before.into_iter().chain(said).collect(),
        }
    }
}

/// The longest stretch of Markdown without marks and line breaks: words that stand the same in the source and where it is shown.
fn unmarked(text: &str, (from, to): (usize, usize)) -> (usize, usize) {
    let whole = text.get(from..to).unwrap_or_default();
    let sign = |i: usize, c: char| match c {
        '\n' | '\r' | '\t' | '*' | '`' | '\\' | '<' | '>' | '|' => true,
        '~' | '_' | '#' => {
            !whole.get(..i).is_some_and(|b| b.ends_with(char::is_alphanumeric))
                || whole.get(i + 1..).is_none_or(|r| !r.starts_with(char::is_alphanumeric))
        }
        '[' | ']' | '(' | ')' => text.contains("]("),
        _ => false,
    };
    let mut best = (0, 0);
    let mut start = 0;
    let ends = whole.char_indices().filter(|(i, c)| sign(*i, *c)).map(|(i, c)| (i, c.len_utf8())).chain([(whole.len(), 0)]);
    for (end, width) in ends {
        let part = whole.get(start..end).unwrap_or_default();
        let begin = start + part.len() - part.trim_start().len();
        let length = part.trim().len();
        if length > best.1 - best.0 {
            best = (begin, begin + length);
        }
        start = end + width;
    }
    if best.0 == best.1 { (from, to) } else { (from + best.0, from + best.1) }
}

/// A stretch of at most [`QUOTE`] code points around the focus, cut at spaces.
fn window(text: &str, whole: (usize, usize), focus: (usize, usize)) -> (usize, usize) {
    let inner = text.get(whole.0..whole.1).unwrap_or_default();
    if inner.chars().count() <= QUOTE {
        return whole;
    }
    let ahead = text.get(whole.0..focus.0).unwrap_or_default();
    let mut from = whole.0;
    if ahead.chars().count() > QUOTE / 4 {
        let back = ahead.char_indices().rev().nth(QUOTE / 4).map_or(0, |(i, _)| i);
        let space = ahead.get(back..).and_then(|s| s.find(' ')).map_or(back, |i| back + i + 1);
        from = whole.0 + space;
    }
    let rest = text.get(from..whole.1).unwrap_or_default();
    let Some((limit, _)) = rest.char_indices().nth(QUOTE) else { return (from, whole.1) };
    let cut = rest.get(..limit).and_then(|s| s.rfind(' ')).filter(|i| *i > limit / 2).unwrap_or(limit);
    (from, from + cut)
}
