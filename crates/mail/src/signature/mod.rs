//! Signatures and disclaimers: where they stand, and what a signature says of its author.
//!
//! A signature is found by its delimiter (`-- `), by what phones write ("Sent from my …"), by a valediction with a name below it, or by several
//! signs together at the end of a text. It takes no sentence, no question and no promise with it, and not the only line of a mail.

mod author;
mod block;
mod disclaimer;
mod read;
mod sent;
mod sign;
mod words;

pub(crate) use author::Author;
pub use read::{Signed, read};
pub(crate) use sign::is_name;

use std::ops::Range;

use crate::quote::{Kind, Line};

/// A banner of a mail server, a line of a phone, a disclaimer: a text that nobody wrote.
pub(crate) fn is_machine_made(text: &str) -> bool {
    sent::is_sent_from(text) || disclaimer::is_banner(text) || disclaimer::is_disclaimer(text)
}

/// Marks signatures and disclaimers among the lines that are the author's own: below what stands above the first quote, and at the end.
/// Between two quotes people write answers.
pub(crate) fn mark(lines: &[Line<'_>], kinds: &mut [Kind], author: &Author) {
    for (line, kind) in lines.iter().zip(kinds.iter_mut()) {
        if *kind == Kind::Own && sent::is_sent_from(line.text) {
            *kind = Kind::Signature;
        }
    }
    let Some((first, last)) = ends(lines, kinds) else { return };
    banners(lines, kinds, first.clone());
    let alone = first == last;
    let mut tail = |stretch, alone| tail(lines, kinds, stretch, alone, author);
    tail(first, alone);
    if !alone {
        tail(last, false);
    }
}

/// The first and the last stretch of lines that are not part of another mail.
fn ends(lines: &[Line<'_>], kinds: &[Kind]) -> Option<(Range<usize>, Range<usize>)> {
    let own = |n: &usize| kinds.get(*n) == Some(&Kind::Own) && lines.get(*n).is_some_and(|l| !l.is_blank());
    let other = |n: &usize| matches!(kinds.get(*n), Some(Kind::Quoted | Kind::Forwarded)) && lines.get(*n).is_some_and(|l| !l.is_blank());
    let (start, end) = ((0..lines.len()).find(own)?, (0..lines.len()).rfind(own)? + 1);
    let first = start..(start..end).find(other).unwrap_or(end);
    let last = (start..end).rfind(other).map_or(start, |n| n + 1)..end;
    Some((first, last))
}

/// What mail servers put above a mail.
fn banners(lines: &[Line<'_>], kinds: &mut [Kind], stretch: Range<usize>) {
    for n in stretch {
        let Some(line) = lines.get(n).filter(|l| !l.is_blank()) else { continue };
        if !disclaimer::is_banner(line.text) {
            break;
        }
        set(kinds, n..n + 1, Kind::Disclaimer);
    }
}

/// The end of a stretch, from below. `alone`: it is all that the author wrote.
fn tail(lines: &[Line<'_>], kinds: &mut [Kind], stretch: Range<usize>, alone: bool, author: &Author) {
    let own = |n: &usize| kinds.get(*n) == Some(&Kind::Own) && lines.get(*n).is_some_and(|l| !l.is_blank());
    let Some(start) = stretch.clone().find(own) else { return };
    let mut text = Stretch { lines, start, end: stretch.end };
    if let Some(below) = block::delimited(text) {
        let end = below.start;
        // Somebody whose client puts the signature on top answers below it.
        let rest = below.parts.last().map_or(end, |(range, _)| range.end);
        for (range, kind) in below.parts {
            set(kinds, range, kind);
        }
        undelimited(kinds, Stretch { start: rest, ..text }, false, author);
        text.end = end;
        text.end = valedictions(kinds, text);
    }
    undelimited(kinds, text, alone, author);
}

/// A sign-off is found once: what looks like a signature above it is somebody's address, given on purpose. Only the author's name may come
/// twice.
fn undelimited(kinds: &mut [Kind], mut text: Stretch<'_>, alone: bool, author: &Author) {
    let (mut signed_off, mut named) = (false, 0);
    while let Some(last) = text.last() {
        if kinds.get(last).is_some_and(|k| matches!(k, Kind::Signature | Kind::Disclaimer)) {
            text.end = last;
            continue;
        }
        if let Some(range) = disclaimer::at_end(text) {
            text.end = range.start;
            set(kinds, range, Kind::Disclaimer);
            continue;
        }
        if let Some(range) = author::at_end(text, author).filter(|_| named < NAMED) {
            named += 1;
            text.end = range.start;
            set(kinds, range, Kind::Signature);
            text.end = valedictions(kinds, text);
            continue;
        }
        if signed_off {
            break;
        }
        let Some(range) = block::closing(text, alone) else {
            if let Some(range) = block::at_end(text).filter(|_| named == 0) {
                text.end = range.start;
                set(kinds, range, Kind::Signature);
                continue;
            }
            break;
        };
        signed_off = true;
        text.end = range.start;
        set(kinds, range, Kind::Signature);
    }
}

/// "Best regards," right above a signature; where it ends then.
fn valedictions(kinds: &mut [Kind], mut text: Stretch<'_>) -> usize {
    while let Some(last) = text.last().filter(|n| text.before(*n).is_some() && sign::is_valediction(text.text(*n))) {
        text.end = last;
        set(kinds, last..last + 1, Kind::Signature);
    }
    text.end
}

/// "Jo" above "Jo Rivera, YourCompany": how often an author signs.
const NAMED: usize = 2;

fn set(kinds: &mut [Kind], range: Range<usize>, kind: Kind) {
    for old in kinds.get_mut(range).unwrap_or_default() {
        if *old == Kind::Own {
            *old = kind;
        }
    }
}

/// Lines of a paragraph that are looked at: whoever signs or warns at greater length is not understood, and a text without empty lines does
/// not cost its square.
const PARAGRAPH: usize = 200;
/// Bytes of them.
const JOINED: usize = 20_000;

/// Lines of a body in which a signature is looked for.
#[derive(Debug, Clone, Copy)]
struct Stretch<'a> {
    lines: &'a [Line<'a>],
    start: usize,
    end: usize,
}

impl<'a> Stretch<'a> {
    fn text(&self, at: usize) -> &'a str {
        self.lines.get(at).filter(|_| (self.start..self.end).contains(&at)).map_or("", |l| l.text)
    }

    /// Its last line with text.
    fn last(&self) -> Option<usize> {
        self.before(self.end)
    }

    /// The last line with text before a line.
    fn before(&self, at: usize) -> Option<usize> {
        (self.start..at.min(self.end)).rfind(|n| !self.text(*n).is_empty())
    }

    /// The first line with text from a line on.
    fn from(&self, at: usize) -> Option<usize> {
        (at.max(self.start)..self.end).find(|n| !self.text(*n).is_empty())
    }

    /// The paragraph that ends with a line; of a long one the last lines.
    fn paragraph_to(&self, last: usize) -> Range<usize> {
        let top = self.start.max(last.saturating_sub(PARAGRAPH));
        let first = (top..last).rfind(|n| self.text(*n).is_empty()).map_or(top, |n| n + 1);
        first..last + 1
    }

    /// The paragraph that begins with a line; of a long one the first lines.
    fn paragraph_from(&self, first: usize) -> Range<usize> {
        let bottom = self.end.min(first.saturating_add(PARAGRAPH));
        first..(first..bottom).find(|n| self.text(*n).is_empty()).unwrap_or(bottom)
    }

    /// Its lines as one; of much text the beginning, which is more than any line of a signature or disclaimer needs.
    fn joined(&self, range: Range<usize>) -> String {
        let mut joined = String::new();
        for n in range {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(self.text(n).get(..JOINED).unwrap_or(self.text(n)));
            if joined.len() > JOINED {
                break;
            }
        }
        joined
    }

    /// A rule directly above (`____`, `***`) belongs to what it sets apart.
    fn with_rule(&self, range: Range<usize>) -> Range<usize> {
        let rule = self.before(range.start).filter(|n| !self.text(*n).contains(char::is_alphanumeric) && self.text(*n).len() >= 3);
        rule.unwrap_or(range.start)..range.end
    }
}
