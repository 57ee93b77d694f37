//! What opens something: tokens, keys, passwords.

mod labelled;
mod shapes;

use std::ops::Range;

use super::{
    hit::{Hit, edge},
    kinds::Kind,
};

#[cfg(test)]
pub(super) use {labelled::PATTERNS as LABELLED, shapes::PATTERNS as SHAPES};

/// Finds secrets by their shape, by the word before them, and by their randomness near such a word.
pub(super) fn find(text: &str, out: &mut Vec<Hit>) {
    shapes::find(text, out);
    labelled::find(text, out);
}

fn push(text: &str, range: Range<usize>, out: &mut Vec<Hit>) {
    if !range.is_empty() && edge(text, range.start) && edge(text, range.end) {
        out.push(Hit::new(range, Kind::Secret));
    }
}
