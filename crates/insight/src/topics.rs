//! Topics and triggers: the one pass over a text that decides whether it is looked at again.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use crate::lexicon::{topics::TOPICS, triggers::TRIGGERS};

/// What one phrase of the pass wakes.
#[derive(Debug, Clone, Copy)]
struct Phrase {
    groups: u16,
    /// Index into [`TOPICS`], or none.
    topic: Option<u8>,
    /// The word may go on.
    open: bool,
}

struct Pass {
    automaton: Option<AhoCorasick>,
    phrases: Vec<Phrase>,
}

static PASS: LazyLock<Pass> = LazyLock::new(|| {
    let mut words: Vec<String> = Vec::new();
    let mut phrases: Vec<Phrase> = Vec::new();
    let mut add = |text: &str, groups: u16, topic: Option<u8>| {
        let phrase = Phrase { groups, topic, open: text.ends_with('*') };
        let plain = text.trim_end_matches('*');
        // People type the curly apostrophe as often as the plain one.
        for variant in [Some(plain.to_owned()), plain.contains('\'').then(|| plain.replace('\'', "\u{2019}"))].into_iter().flatten() {
            let same = words
                .iter()
                .position(|w| *w == variant)
                .and_then(|i| phrases.get_mut(i))
                .filter(|p| p.open == phrase.open && topic.is_none() && p.topic.is_none());
            match same {
                Some(p) => p.groups |= groups,
                None => {
                    words.push(variant);
                    phrases.push(phrase);
                }
            }
        }
    };
    for (groups, list) in TRIGGERS {
        list.iter().for_each(|w| add(w, *groups, None));
    }
    for (n, (_, list)) in TOPICS.iter().enumerate() {
        list.iter().for_each(|w| add(w, 0, u8::try_from(n).ok()));
    }
    let automaton = AhoCorasickBuilder::new()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&words)
        .ok();
    Pass { automaton, phrases }
});

/// What a text wakes.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// Groups of rules.
    pub(crate) groups: u16,
    /// The first place of each topic: index into [`TOPICS`], bytes in the text.
    pub(crate) topics: Vec<(u8, usize, usize)>,
}

/// The pass.
pub(crate) fn scan(text: &str) -> Hits {
    let mut hits = Hits::default();
    let Some(automaton) = &PASS.automaton else { return hits };
    let bytes = text.as_bytes();
    for m in automaton.find_overlapping_iter(text) {
        let Some(phrase) = PASS.phrases.get(m.pattern().as_usize()) else { continue };
        let fresh = phrase.groups & !hits.groups != 0 || phrase.topic.is_some_and(|t| !hits.topics.iter().any(|h| h.0 == t));
        if !fresh || !bounded(bytes, m.start(), m.end(), phrase.open) {
            continue;
        }
        // "Manual imports cost us two days", "it costs no compute" speak of no price.
        if phrase.topic.is_some()
            && [" us ", " me ", " them ", " no ", " nothing", " only a "]
                .iter()
                .any(|w| text.get(m.end()..).is_some_and(|r| r.starts_with(w)))
        {
            continue;
        }
        hits.groups |= phrase.groups;
        if let Some(t) = phrase.topic {
            hits.topics.push((t, m.start(), m.end()));
        }
    }
    hits
}

/// Whether `start..end` stands between word boundaries; `open` leaves the end open.
pub(crate) fn bounded(bytes: &[u8], start: usize, end: usize, open: bool) -> bool {
    let word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let before = start.checked_sub(1).and_then(|i| bytes.get(i));
    let last = end.checked_sub(1).and_then(|i| bytes.get(i));
    (!word(bytes.get(start)) || !word(before)) && (open || !word(last) || !word(bytes.get(end)))
}

/// The name of a topic.
pub(crate) fn topic(n: u8) -> &'static str {
    TOPICS.get(usize::from(n)).map_or("", |t| t.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&'static str> {
        let mut found: Vec<_> = scan(text).topics.iter().map(|t| topic(t.0)).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn topics_by_terms() {
        assert_eq!(names("Is SSO part of the Price?"), ["pricing", "security"]);
        assert_eq!(names("There's no German language support, which is a problem"), Vec::<&str>::new());
        assert_eq!(names("still broken after a week"), ["support"]);
        assert_eq!(names("a lookup costs no compute"), Vec::<&str>::new());
        assert_eq!(names("what does it cost?"), ["pricing"]);
        assert_eq!(names("legally speaking, a costume"), Vec::<&str>::new());
        assert_eq!(names("We\u{2019}re migrating the API"), ["integration", "migration"]);
    }

    #[test]
    fn ordinary_words_wake_nothing() {
        let hits = scan("the weather was lovely and we had coffee near the river");
        assert_eq!((hits.groups, hits.topics.len()), (0, 0));
    }

    #[test]
    fn both_apostrophes() {
        assert_eq!(scan("I'll do").groups & 1, 1);
        assert_eq!(scan("I\u{2019}ll do").groups & 1, 1);
    }
}
