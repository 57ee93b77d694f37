//! The header of an earlier mail, repeated above its text: Outlook's, and that of all who copied it.

use super::{
    Line, bare, forward,
    words::{FIELDS, Field},
};

/// Lines that a header may take: long lists of recipients are wrapped.
const MOST_LINES: usize = 30;

/// A header found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    /// The line after its last.
    pub(super) end: usize,
    /// It stands below a mark of forwarding.
    pub(super) forwarded: bool,
}

/// The header that begins at a line, with the rule or the mark that stands above it.
pub(super) fn find(lines: &[Line<'_>], at: usize) -> Option<Header> {
    let line = lines.get(at)?;
    if forward::is_mark(line.text) {
        let end = next_of(lines, at + 1, line.depth).and_then(|n| block(lines, n, true)).unwrap_or(at + 1);
        return Some(Header { end, forwarded: true });
    }
    if forward::is_original(line.text) {
        let end = next_of(lines, at + 1, line.depth).and_then(|n| block(lines, n, true)).unwrap_or(at + 1);
        return Some(Header { end, forwarded: false });
    }
    let start = if is_rule(line.text) { next_of(lines, at + 1, line.depth)? } else { at };
    let end = block(lines, start, false)?;
    Some(Header { end, forwarded: false })
}

/// The next line that is not empty, two lines on at most.
fn next_of(lines: &[Line<'_>], from: usize, depth: usize) -> Option<usize> {
    (from..from + 3).find(|n| lines.get(*n).is_some_and(|l| !l.is_blank() && l.depth >= depth))
}

/// `________________________________`
fn is_rule(text: &str) -> bool {
    text.len() >= 5 && (text.bytes().all(|b| b == b'_') || text.bytes().all(|b| b == b'-'))
}

/// The field that a line is, and whether its value names an address.
pub(super) fn field(text: &str) -> Option<(Field, bool)> {
    // Most lines are none: the colon comes early.
    if text.len() > 4_000 || !text.chars().take(40).any(|c| matches!(c, ':' | '：' | '\t')) {
        return None;
    }
    let bare = bare(text);
    let (key, value) = bare.split_once([':', '：', '\t'])?;
    let key = key.trim();
    if key.len() > 40 {
        return None;
    }
    let key = key.to_lowercase().replace('’', "'");
    let (field, _) = FIELDS.iter().find(|(_, keys)| keys.has(&key))?;
    Some((*field, value.contains('@')))
}

/// The line after a block of fields that begins at `start`, in any order: an author and two of date, recipient and subject. Below a mark two
/// fields are enough. "From: Berlin, To: Munich, Date: 5 May" is a journey: without a mark there is a subject or an address.
fn block(lines: &[Line<'_>], start: usize, marked: bool) -> Option<usize> {
    let first = lines.get(start)?;
    let depth = first.depth;
    // Set in by hand, it is something that is shown.
    if !marked && depth == 0 && first.raw.starts_with("   ") {
        return None;
    }
    let mut seen: Vec<Field> = Vec::new();
    let mut address = false;
    // `from: production` is somebody's configuration.
    let mut cased = true;
    let mut end = start;
    let mut blanks = 0;
    for (n, line) in lines.iter().enumerate().skip(start).take(MOST_LINES) {
        if line.is_blank() {
            blanks += 1;
            // Below a complete header an empty line is its end; in a torn one (each field a paragraph of its own) it is not.
            if blanks > 1 || (seen.contains(&Field::Subject) && seen.len() > 3) {
                break;
            }
            continue;
        }
        if line.depth != depth {
            break;
        }
        match field(line.text) {
            Some((field, _)) if field != Field::Other && field != Field::Copy && seen.contains(&field) => break,
            Some((field, named)) => {
                seen.push(field);
                cased &= !bare(line.text).starts_with(|c: char| c.is_ascii_lowercase());
                address |= named;
                end = n + 1;
            }
            // A wrapped list of recipients.
            None if blanks == 0
                && end > start
                && (line.text.contains('@') || line.text.ends_with(';') || line.raw.starts_with([' ', '\t'])) =>
            {
                address |= line.text.contains('@');
                end = n + 1;
            }
            None => break,
        }
        blanks = 0;
    }
    let has = |f: Field| seen.contains(&f);
    let others = [Field::Sent, Field::To, Field::Subject].into_iter().filter(|f| has(*f)).count();
    let enough = if marked {
        others + usize::from(has(Field::From)) >= 2
    } else {
        has(Field::From) && others >= 2 && (has(Field::Subject) || address) && (cased || address)
    };
    enough.then_some(end)
}
