//! What recognisers hand over.

use std::ops::Range;

use super::kinds::Kind;

/// Something found, by its bytes in the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

impl Hit {
    pub(super) fn new(range: Range<usize>, kind: Kind) -> Hit {
        Hit { range, kind }
    }
}

/// Whether something may begin or end here: no letter or digit goes on across it.
pub(super) fn edge(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let after = text.get(at..).and_then(|t| t.chars().next());
    !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric))
}

/// Whether it stands by itself.
pub(super) fn alone(text: &str, range: &Range<usize>) -> bool {
    edge(text, range.start) && edge(text, range.end)
}

/// What stands on the same line before a place, at most so many bytes, in lower case.
pub(super) fn before(text: &str, at: usize, most: usize) -> String {
    let mut from = at.saturating_sub(most);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    text.get(from..at).unwrap_or_default().to_lowercase()
}

/// What stands after a place, at most so many bytes, in lower case.
pub(super) fn after(text: &str, at: usize, most: usize) -> String {
    let mut to = at.saturating_add(most).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    text.get(at..to).unwrap_or_default().to_lowercase()
}

/// Whether one of the words stands in a text, as a word.
pub(super) fn says(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| text.match_indices(w).any(|(at, _)| edge(text, at) && edge(text, at + w.len())))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The parts of a text that a recogniser finds in it.
    pub(in super::super) fn found(find: impl Fn(&str, &mut Vec<Hit>), text: &str) -> Vec<String> {
        let view = super::super::view::View::new(text, &[]);
        let mut hits = Vec::new();
        find(&view.text, &mut hits);
        hits.iter().map(|h| view.text.get(h.range.clone()).unwrap().to_owned()).collect()
    }

    #[test]
    fn surroundings_keep_to_characters() {
        assert_eq!(before("ÄÖÜ12", 6, 3), "ü");
        assert_eq!(after("12ÄÖÜ", 2, 3), "ä");
        assert!(says("my card is", &["card"]) && !says("discard it", &["card"]));
        assert!(edge("a-b", 1) && !edge("ab", 1) && edge("", 0) && edge("ab", 0));
    }
}
