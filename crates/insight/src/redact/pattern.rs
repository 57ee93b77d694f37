//! Regular expressions that are written down in the code.

use regex::Regex;

/// A compiled expression. One that does not compile finds nothing; a test compiles them all.
#[derive(Debug)]
pub(super) struct Pattern(Option<Regex>);

impl Pattern {
    pub(super) fn new(source: &str) -> Self {
        Pattern(Regex::new(source).ok())
    }

    /// All matches: the whole, and its named or numbered first group where it took part.
    pub(super) fn all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = regex::Captures<'t>> {
        self.0.iter().flat_map(move |r| r.captures_iter(text))
    }

    #[cfg(test)]
    pub(super) fn sound(&self) -> bool {
        self.0.is_some()
    }
}
