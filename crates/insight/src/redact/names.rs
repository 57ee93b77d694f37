//! People and companies that the caller knows: found in any case, with or without accents, by the whole name or a part of it.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::{
    common::common,
    fold::{fold, fold_char},
    hit::{Hit, alone},
    kinds::Kind,
};

/// Names that are known before a text is read: participants, senders, attendees, signatures, profiles.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// People, as in `Michael Chen` or `Chen, Michael`.
    pub people: Vec<String>,
    /// Companies.
    pub companies: Vec<String>,
}

/// Most names that are looked for, and the longest: what a customer's people are is far below.
const MOST: usize = 50_000;
const LONGEST: usize = 120;

/// Shortest part of a name that is looked for by itself.
const SHORTEST: usize = 3;

#[derive(Debug)]
struct Entry {
    kind: Kind,
    /// A word of the language too: only with a capital letter.
    word: bool,
}

/// What [`Names`] are looked for with.
#[derive(Debug, Default)]
pub(super) struct Known {
    search: Option<AhoCorasick>,
    entries: Vec<Entry>,
    keys: BTreeMap<String, String>,
}

impl Known {
    pub(super) fn new(names: &Names) -> Known {
        let mut wholes: BTreeMap<String, (Kind, BTreeSet<String>)> = BTreeMap::new();
        let mut add = |pattern: String, kind: Kind, whole: &str| {
            if !pattern.is_empty() && wholes.len() < 4 * MOST {
                let entry = wholes.entry(pattern).or_insert_with(|| (kind, BTreeSet::new()));
                entry.0 = entry.0.min(kind);
                entry.1.insert(whole.to_owned());
            }
        };
        for name in names.people.iter().take(MOST) {
            let words = words(name);
            let whole = words.join(" ");
            if whole.len() < 2 || whole.len() > LONGEST {
                continue;
            }
            for part in words.iter().filter(|w| w.chars().count() >= SHORTEST && (words.len() == 1 || !PARTICLES.contains(&w.as_str()))) {
                add(part.clone(), Kind::Person, &whole);
            }
            if let [first, .., last] = words.as_slice() {
                add(format!("{first} {last}"), Kind::Person, &whole);
                add(format!("{last} {first}"), Kind::Person, &whole);
                add(format!("{last}, {first}"), Kind::Person, &whole);
            }
            add(whole.clone(), Kind::Person, &whole);
        }
        for name in names.companies.iter().take(MOST) {
            let whole = fold(name.trim());
            if whole.chars().count() >= SHORTEST && whole.len() <= LONGEST {
                add(whole.clone(), Kind::Organization, &whole);
            }
        }
        let keys = wholes
            .iter()
            .filter_map(|(p, (k, w))| (*k == Kind::Person && w.len() == 1).then(|| Some((p.clone(), w.first()?.clone())))?)
            .collect();
        let search = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(wholes.keys()).ok();
        let entries = wholes
            .into_iter()
            .map(|(pattern, (kind, _))| {
                let word = pattern.split(' ').all(|w| common(w) || EVERYDAY.contains(&w));
                Entry { kind, word }
            })
            .collect();
        Known { search: search.filter(|_| !names.people.is_empty() || !names.companies.is_empty()), entries, keys }
    }

    /// Finds all of them.
    pub(super) fn find(&self, text: &str, out: &mut Vec<Hit>) {
        let Some(search) = &self.search else { return };
        let (folded, places) = folded(text);
        let mut from = 0;
        while let Some(m) = search.find(aho_corasick::Input::new(&folded).range(from..)) {
            let range = m.range();
            let entry = self.entries.get(m.pattern().as_usize());
            let original = places.get(range.start).copied().zip(places.get(range.end).copied()).map(|(a, b)| a..b);
            let (Some(entry), Some(original)) = (entry, original.filter(|o| alone(&folded, &range) && alone(text, o))) else {
                // Inside a word; something shorter may begin right behind.
                from = next(&folded, range.start);
                continue;
            };
            from = range.end;
            let capital = text.get(original.clone()).and_then(|t| t.chars().next()).is_some_and(char::is_uppercase);
            // "Will" and "Mark" are asked for a capital letter, and for not beginning a sentence.
            let several = folded.get(range).is_some_and(|n| n.contains(' '));
            if !entry.word || capital && (several || !begins_sentence(text, original.start)) {
                out.push(Hit::new(original, entry.kind));
            }
        }
    }

    /// Whose name it is, if only one known person has it: the whole name, folded.
    pub(super) fn whose(&self, name: &str) -> Option<&str> {
        self.keys.get(&words(name).join(" ")).map(String::as_str)
    }
}

/// Small words inside names.
pub(super) const PARTICLES: &[&str] = &[
    "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "las", "los", "van", "von", "der", "den", "ter", "ten", "zu",
    "zum", "al", "el", "bin", "ibn", "ben", "af", "av", "y", "e", "st", "san", "saint", "und", "of", "the", "and",
];

/// Given names and surnames that are written in lower case all day as words.
const EVERYDAY: &[&str] = &[
    "will", "mark", "bill", "may", "art", "rich", "grant", "hope", "grace", "joy", "faith", "chase", "drew", "pat", "sue", "rob", "jack",
    "max", "long", "young", "brown", "white", "black", "green", "king", "park", "price", "page", "case", "cash", "day", "field", "fields",
    "west", "north", "stone", "rose", "summer", "dawn", "baker", "cook", "cooper", "hunter", "fisher", "miller", "smith", "taylor", "ford",
    "small", "little", "best", "love", "wise", "frank", "gene", "guy", "lane", "reed", "hill", "wood", "woods", "banks", "bush", "power",
    "powers", "cross", "bell", "ball", "ray", "dean", "dale", "miles", "penny", "ruby", "amber", "crystal", "jade", "iris", "ivy", "olive",
    "sage", "star", "don", "ray", "hall", "rice", "short", "sharp", "strong", "swift", "wells", "waters", "winter", "winters", "church",
    "marsh", "forest", "gold", "silver",
];

/// The words of a name, folded; titles and marks left out, a name after a comma put first.
fn words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let turned = match folded.split_once(',') {
        Some((last, first)) if !first.trim().is_empty() => format!("{first} {last}"),
        _ => folded,
    };
    const TITLES: &[&str] = &["mr", "mrs", "ms", "dr", "prof", "jr", "sr", "ii", "iii", "phd", "mba"];
    let parts = turned.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '-'))).map(|w| w.trim_matches(['\'', '-']));
    parts.filter(|w| !w.is_empty() && !TITLES.contains(w)).map(str::to_owned).collect()
}

/// The text folded, and for each byte of it (and its end) where that stands in the text.
fn folded(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    for (at, c) in text.char_indices() {
        let combining = ('\u{300}'..='\u{36F}').contains(&c);
        fold_char(if c == '\n' || c == '\t' { ' ' } else { c }, &mut out);
        if !combining {
            places.resize(out.len(), at);
        }
    }
    places.resize(out.len(), text.len());
    places.push(text.len());
    (out, places)
}

fn next(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8)
}

fn begins_sentence(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or_default().trim_end_matches([' ', '"', '\'', '*', '_', '(', '>', '-']);
    head.is_empty() || head.ends_with(['.', '!', '?', '\n', ':'])
}

#[cfg(test)]
mod tests {
    use super::{super::hit::tests::found, *};

    fn known() -> Known {
        Known::new(&Names {
            people: ["Michael Chen", "Dr. José Álvarez-Ruiz", "Will Park", "van der Berg, Anna", "Li Na", "Ana Chen"]
                .map(str::to_owned)
                .into(),
            companies: vec!["ACME Inc".into()],
        })
    }

    #[test]
    fn names_are_found_in_any_form() {
        let known = known();
        for (text, want) in [
            ("michael chen", vec!["michael chen"]),
            ("Ask Michael, or MICHAEL CHEN's team.", vec!["Michael", "MICHAEL CHEN"]),
            ("Chen, Michael", vec!["Chen, Michael"]),
            ("jose and Jose\u{301} Alvarez-Ruiz", vec!["jose", "Jose\u{301} Alvarez-Ruiz"]),
            ("anna van der berg", vec!["anna van der berg"]),
            ("I asked Will. Will you?", vec!["Will"]),
            ("Will Park is here", vec!["Will Park"]),
            ("the acme inc deal", vec!["acme inc"]),
            ("Michael\nChen", vec!["Michael\nChen"]),
        ] {
            assert_eq!(found(|t, o| known.find(t, o), text), want, "{text}");
        }
    }

    #[test]
    fn parts_of_words_are_none() {
        let known = known();
        for text in ["michaels", "kitchen", "annals", "we will see", "Will you?", "we will park", "van", "der", "li"] {
            assert!(found(|t, o| known.find(t, o), text).is_empty(), "{text}");
        }
        assert!(found(|t, o| known.find(t, o), "").is_empty());
        assert_eq!((known.whose("michael"), known.whose("CHEN"), known.whose("nobody")), (Some("michael chen"), None, None));
        assert!(Known::new(&Names::default()).search.is_none());
    }

    #[test]
    fn a_name_that_never_ends_costs_no_more_than_its_length() {
        let known = Known::new(&Names { people: vec!["a".repeat(100), "ab".into()], companies: Vec::new() });
        known.find(&"a".repeat(100_000), &mut Vec::new());
    }
}
