//! Where comparison overrules patterns.

use std::ops::Range;

use super::{Kind, Line, compare::Body, header, intro};
use crate::signature;

/// A run must have as many letters beside an answer that was written into a quote.
const BESIDE: usize = 20;

/// Marks unmarked quotes, and gives back the answers that stand inside of marked ones.
pub(super) fn compared(lines: &[Line<'_>], body: &Body, kinds: &mut [Kind]) {
    if !body.compared {
        return;
    }
    answers(lines, body, kinds);
    let has_words = |n: usize| !body.words(n).is_empty();
    let stays = |n: usize, kind: Kind| kind.is_new() && has_words(n) && !body.is_sure(n);
    // Somebody who sends the same again has nothing else to say.
    if !kinds.iter().enumerate().any(|(n, kind)| stays(n, *kind)) {
        return;
    }
    for (n, kind) in kinds.iter_mut().enumerate() {
        let is_rest = |line: &Line<'_>| line.text.len() <= 60 && signature::is_name(line.text) && body.is_rest(n, line.text);
        if kind.is_new() && (body.is_sure(n) || lines.get(n).is_some_and(is_rest)) {
            *kind = Kind::Quoted;
        }
    }
    // A line without words (a rule, a picture) between two lines of a quote.
    let mut follows = vec![false; lines.len()];
    let mut next = false;
    for n in (0..lines.len()).rev() {
        if let Some(f) = follows.get_mut(n) {
            *f = next;
        }
        if has_words(n) {
            next = kinds.get(n) == Some(&Kind::Quoted);
        }
    }
    let mut before = false;
    for (n, kind) in kinds.iter_mut().enumerate() {
        if has_words(n) {
            before = *kind == Kind::Quoted;
        } else if before && follows.get(n) == Some(&true) {
            *kind = Kind::Quoted;
        }
    }
}

/// Somebody writes into the quote, and the client marks it like the quote: words that the earlier mail lacks at a place where it goes on
/// without them, or below its end.
fn answers(lines: &[Line<'_>], body: &Body, kinds: &mut [Kind]) {
    let mut runs = body.runs.iter();
    let Some(mut before) = runs.next() else { return };
    for after in runs {
        let goes_on = after.mail == before.mail && after.source.start >= before.source.end && after.source.start - before.source.end <= 2;
        if goes_on && before.letters >= BESIDE && after.letters >= BESIDE {
            give_back(lines, body, kinds, before.words.end..after.words.start);
        }
        before = after;
    }
    if before.to_end && before.letters >= BESIDE {
        give_back(lines, body, kinds, before.words.end..usize::MAX);
    }
}

fn give_back(lines: &[Line<'_>], body: &Body, kinds: &mut [Kind], words: Range<usize>) {
    let range = body.lines_within(&words);
    let Some(inside) = lines.get(range.clone()) else { return };
    let depth = words.start.checked_sub(1).and_then(|word| lines.get(body.line_of(word))).map_or(0, |l| l.depth);
    let text = inside.iter().map(|l| l.text).collect::<Vec<_>>().join(" ");
    if !text.contains(char::is_alphanumeric) || signature::is_machine_made(&text) {
        return;
    }
    let foreign = |n: usize, line: &Line<'_>| {
        line.depth > depth || header::field(line.text).is_some() || intro::find(lines, n).is_some() || signature::is_machine_made(line.text)
    };
    // The whole of it is an answer, or nothing is.
    let answer = range.clone().zip(inside).all(|(n, line)| {
        line.is_blank() || body.words(n).is_empty() || (body.found(n).0 == 0 && kinds.get(n) == Some(&Kind::Quoted) && !foreign(n, line))
    });
    if answer {
        kinds.get_mut(range).unwrap_or_default().fill(Kind::Own);
    }
}
