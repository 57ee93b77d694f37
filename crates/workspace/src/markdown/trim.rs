//! Leaving out lines that are shown elsewhere.

use std::collections::BTreeSet;

use super::block::Line;

/// The lines without some of them (counted from 1), and without headings and introducing lines that then lead to nothing.
///
/// A line with others under it stays, unless they are left out too: they would hang under something else.
pub(super) fn without(lines: Vec<Line>, which: &BTreeSet<usize>) -> Vec<Line> {
    if which.is_empty() {
        return lines;
    }
    let mut out: Vec<bool> = vec![false; lines.len()];
    for n in (0..lines.len()).rev() {
        let leaves = which.contains(&(n + 1)) && matches!(lines.get(n), Some(Line::Text { .. })) && under(&lines, n).all(|k| is(&out, k));
        set(&mut out, n, leaves);
    }
    introductions(&lines, &mut out);
    headings(&lines, &mut out);
    lines.into_iter().zip(out).filter(|(_, out)| !out).map(|(line, _)| line).collect()
}

fn is(out: &[bool], n: usize) -> bool {
    out.get(n).copied().unwrap_or(false)
}

fn set(out: &mut [bool], n: usize, value: bool) {
    if let Some(slot) = out.get_mut(n) {
        *slot = value;
    }
}

/// Blanks before a line's first sign.
fn depth(line: &Line) -> usize {
    match line {
        Line::Text { signs, .. } => signs.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum(),
        _ => 0,
    }
}

fn is_item(line: &Line) -> bool {
    matches!(line, Line::Text { signs, .. } if !signs.trim().is_empty())
}

/// The lines that stand under a list's element.
fn under(lines: &[Line], n: usize) -> impl Iterator<Item = usize> {
    let own = lines.get(n).map_or(0, depth);
    let rest = lines.iter().enumerate().skip(n + 1);
    let deeper = rest.take_while(move |(_, l)| **l == Line::Empty || matches!(l, Line::Text { .. }) && depth(l) > own);
    deeper.filter(|(_, l)| **l != Line::Empty).map(|(k, _)| k)
}

/// `Action items:` over a list that is gone as a whole.
fn introductions(lines: &[Line], out: &mut [bool]) {
    let seen: Vec<usize> = (0..lines.len()).filter(|n| lines.get(*n).is_some_and(|l| *l != Line::Empty)).collect();
    for (at, n) in seen.iter().enumerate() {
        let introduces = match lines.get(*n) {
            Some(Line::Text { signs, text }) if signs.trim().is_empty() => {
                text.ends_with(':') || text.ends_with(":**") || text.starts_with("**") && text.ends_with("**")
            }
            _ => false,
        };
        let mut below = seen.iter().skip(at + 1);
        if introduces
            && seen.get(at + 1).is_some_and(|k| is(out, *k))
            && below.find(|k| !is(out, **k)).and_then(|k| lines.get(*k)).is_none_or(|l| !is_item(l))
        {
            set(out, *n, true);
        }
    }
}

/// Headings with nothing left under them, of which something was taken.
fn headings(lines: &[Line], out: &mut [bool]) {
    for n in (0..lines.len()).rev() {
        let Some(Line::Heading { level: own, .. }) = lines.get(n) else { continue };
        let section = lines.iter().enumerate().skip(n + 1).take_while(|(_, l)| !matches!(l, Line::Heading { level, .. } if level <= own));
        let mut section = section.filter(|(_, l)| **l != Line::Empty).map(|(k, _)| is(out, k)).peekable();
        let gone = section.peek().is_some() && section.all(|out| out);
        if gone {
            set(out, n, true);
        }
    }
}
