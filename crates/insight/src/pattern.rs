//! Regular expressions over normalised sentences, written with the word lists' names in braces.

use std::ops::Range;

use regex::{Captures, Regex, RegexBuilder};

use crate::lexicon::verbs;

/// A compiled expression. One that does not compile matches nothing; a test compiles them all.
#[derive(Debug)]
pub(crate) struct Pattern(Option<Regex>);

impl Pattern {
    /// Compiles; `{VERB}` and its like stand for lists of words. Word boundaries are ASCII ones: what is matched is in ASCII lower case.
    pub(crate) fn new(source: &str) -> Self {
        Pattern(compile(source).ok())
    }

    pub(crate) fn is_match(&self, norm: &str) -> bool {
        self.0.as_ref().is_some_and(|r| r.is_match(norm))
    }

    pub(crate) fn find(&self, norm: &str) -> Option<Range<usize>> {
        Some(self.0.as_ref()?.find(norm)?.range())
    }

    pub(crate) fn captures<'t>(&self, norm: &'t str) -> Option<Captures<'t>> {
        self.0.as_ref()?.captures(norm)
    }

    pub(crate) fn all<'t>(&self, norm: &'t str) -> Vec<Captures<'t>> {
        self.0.as_ref().map(|r| r.captures_iter(norm).collect()).unwrap_or_default()
    }

    /// Where the last match ends; 0 without one.
    pub(crate) fn last_end(&self, norm: &str) -> usize {
        self.0.as_ref().and_then(|r| r.find_iter(norm).last()).map_or(0, |m| m.end())
    }

    /// Whether it compiled.
    #[cfg(test)]
    pub(crate) fn sound(&self) -> bool {
        self.0.is_some()
    }
}

pub(crate) fn compile(source: &str) -> Result<Regex, regex::Error> {
    let mut full = source.to_owned();
    for (name, words) in verbs::LISTS {
        if full.contains(name) {
            full = full.replace(name, words);
        }
    }
    RegexBuilder::new(&full.replace(r"\b", r"(?-u:\b)")).size_limit(4 << 20).build()
}
