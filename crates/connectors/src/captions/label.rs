//! Who speaks, where captions say it in words: `Jane Doe: hello`, `[Jane Doe] hello`. A colon stands after many things that are no
//! names, so a file is looked at as a whole before any is believed.

use std::collections::HashMap;

use super::cue::{Cue, one_line};

/// Longest name, in characters.
const LONGEST: usize = 64;
/// Most words of one.
const WORDS: usize = 6;
/// Single words that stand before a colon in speech and in notes.
const NO_NAMES: [&str; 22] = [
    "action", "actions", "agenda", "answer", "e.g", "example", "idea", "note", "notes", "option", "problem", "question", "reminder",
    "result", "step", "summary", "todo", "tip", "update", "ps", "warning", "yes",
];
/// What stands in brackets and is no name.
const SOUNDS: [&str; 15] = [
    "applause",
    "blank_audio",
    "chuckles",
    "crosstalk",
    "inaudible",
    "laughing",
    "laughs",
    "laughter",
    "music",
    "no audio",
    "noise",
    "pause",
    "silence",
    "sighs",
    "unintelligible",
];
/// Small words within names.
const PARTICLES: [&str; 20] =
    ["van", "von", "de", "der", "den", "da", "di", "do", "dos", "del", "della", "du", "la", "le", "bin", "ibn", "al", "el", "y", "zu"];

/// How much a text looks like a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Written as names are.
    Strong,
    /// It may be one: what people type in as their own name.
    Weak,
}

/// A text that may be a speaker's name, and what follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate<'a> {
    pub(super) name: &'a str,
    pub(super) shape: Shape,
    pub(super) rest: &'a str,
}

/// Reads `Name: text`, `[Name] text` or `(Name): text`.
pub(super) fn candidate(text: &str) -> Option<Candidate<'_>> {
    let text = unmarked(text).0;
    for (open, close) in [('[', ']'), ('(', ')')] {
        if let Some((name, rest)) = text.strip_prefix(open).and_then(|t| t.split_once(close)) {
            let sound = SOUNDS.iter().any(|s| s.eq_ignore_ascii_case(name.trim()));
            let rest = rest.strip_prefix([':', '：']).unwrap_or(rest).trim();
            return if sound || rest.is_empty() { None } else { named(name, rest) };
        }
    }
    let (at, colon) = text.char_indices().take(LONGEST + 1).find(|(_, c)| matches!(c, ':' | '：'))?;
    let (name, rest) = (text.get(..at)?, text.get(at + colon.len_utf8()..)?);
    let apart = colon == '：' || rest.is_empty() || rest.starts_with(char::is_whitespace);
    if apart { named(name, rest.trim()) } else { None }
}

fn named<'a>(name: &'a str, rest: &'a str) -> Option<Candidate<'a>> {
    let name = name.trim();
    Some(Candidate { name, shape: shape(name)?, rest })
}

/// Without the marks of a change of speaker (`>> `, `- `), and whether there was one.
pub(super) fn unmarked(text: &str) -> (&str, bool) {
    let text = text.trim();
    let rest = text.strip_prefix(">>").or_else(|| ["- ", "– ", "— "].iter().find_map(|dash| text.strip_prefix(dash)));
    rest.map_or((text, false), |rest| (rest.trim_start_matches('>').trim_start(), true))
}

/// Whether a text may be a name.
pub(super) fn shape(name: &str) -> Option<Shape> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let letters = name.chars().any(char::is_alphabetic);
    let strange = |c: char| c.is_control() || "?!;:\"“”<>{}[]=…*#\\。？！".contains(c);
    if !letters || name.chars().count() > LONGEST || words.is_empty() || words.len() > WORDS || name.contains(strange) {
        return None;
    }
    // A full stop only after what may be an initial or a title: `J.`, `Prof.`
    if words.iter().any(|w| w.ends_with('.') && w.chars().count() > 5) || name.contains("//") {
        return None;
    }
    let capital = |word: &&str| {
        let first = word.trim_start_matches(['(', '\'', '@', '-', '|', '&', '/']).chars().next();
        first.is_none_or(|c| c.is_numeric() || (c.is_alphabetic() && !c.is_lowercase())) || PARTICLES.contains(word)
    };
    let single = words.len() == 1 && NO_NAMES.contains(&name.to_lowercase().trim_end_matches('.'));
    let first = words.first().and_then(|w| w.chars().next()).is_some_and(char::is_alphabetic);
    let strong = first && words.iter().all(capital) && !single && !name.contains(',');
    Some(if strong { Shape::Strong } else { Shape::Weak })
}

/// The names of a file.
#[derive(Debug, Default)]
pub(super) struct Labels(HashMap<String, bool>);

/// Collects what may be names before any is believed.
#[derive(Debug, Default)]
pub(super) struct Seen {
    counts: HashMap<String, Count>,
    texts: usize,
}

/// How often a name was seen.
#[derive(Debug, Clone, Copy)]
struct Count {
    shape: Shape,
    /// Before words.
    labels: usize,
    /// Alone, with a time beside it.
    heads: usize,
    /// With a time beside it, once at least.
    timed: bool,
}

impl Seen {
    /// A text that may begin with a name; `timed`: there is a time beside it.
    pub(super) fn text(&mut self, text: &str, timed: bool) {
        self.texts += 1;
        if let Some(c) = candidate(text) {
            let count = self.count(c.name, c.shape);
            count.labels += 1;
            count.timed |= timed;
        }
    }

    /// A name with a time beside it and nothing else.
    pub(super) fn head(&mut self, name: &str, shape: Shape) {
        let count = self.count(name, shape);
        count.heads += 1;
        count.timed = true;
    }

    fn count(&mut self, name: &str, shape: Shape) -> &mut Count {
        self.counts.entry(name.to_owned()).or_insert(Count { shape, labels: 0, heads: 0, timed: false })
    }

    /// Which of them are names: those that look like one and have two words, or come again, or stand where nearly every text has one. Where
    /// names have times beside them, only those are.
    pub(super) fn names(self) -> Labels {
        // What looks like no name and stands there once is none.
        let told = |c: &&Count| c.shape == Shape::Strong || c.labels + c.heads > 1;
        let labelled: usize = self.counts.values().filter(told).map(|c| c.labels).sum();
        let dense = labelled * 10 >= self.texts * 6 && labelled > 1;
        let clock = self.counts.values().filter(|c| c.timed && c.shape == Shape::Strong).map(|c| c.labels + c.heads).sum::<usize>() > 1;
        let believed = |name: &str, c: Count| {
            let again = c.labels + c.heads > 1;
            match c.shape {
                _ if clock && !c.timed => false,
                Shape::Strong => c.timed || dense || again || name.contains(' '),
                Shape::Weak => again && (c.timed || dense),
            }
        };
        Labels(self.counts.into_iter().map(|(name, count)| (name.clone(), believed(&name, count))).collect())
    }
}

impl Labels {
    /// Whether this is somebody's name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.get(name).copied().unwrap_or(false)
    }

    /// The name that a text begins with, and the rest.
    pub(super) fn split<'a>(&self, text: &'a str) -> Option<(&'a str, &'a str)> {
        candidate(text).filter(|c| self.has(c.name)).map(|c| (c.name, c.rest))
    }
}

/// Gives cues their speakers, from the words at their beginnings. Lines within a cue may be by different people. Who speaks on is not
/// named again in many files.
pub(super) fn assign(cues: Vec<Cue>) -> Vec<Cue> {
    let mut seen = Seen::default();
    cues.iter().filter(|c| c.speaker.is_none()).flat_map(|c| c.text.split('\n')).for_each(|line| seen.text(line, false));
    let labels = seen.names();
    let voices = cues.iter().any(|c| c.speaker.is_some());
    let mut last: Option<String> = None;
    let mut out = Vec::with_capacity(cues.len());
    for cue in cues {
        if cue.speaker.is_some() {
            out.push(Cue { text: one_line(&cue.text), ..cue });
            continue;
        }
        let mut parts: Vec<(Option<String>, String)> = Vec::new();
        for line in cue.text.split('\n') {
            let (words, marked) = unmarked(line);
            match (labels.split(line), parts.last_mut()) {
                (Some((name, rest)), _) => {
                    last = Some(one_line(name));
                    parts.push((last.clone(), one_line(rest)));
                }
                (None, _) if marked => {
                    last = None;
                    parts.push((None, one_line(words)));
                }
                (None, Some((_, text))) => {
                    text.push(' ');
                    text.push_str(&one_line(line));
                }
                (None, None) => parts.push((last.clone().filter(|_| !voices), one_line(line))),
            }
        }
        let all: u64 = parts.iter().map(|(_, t)| t.chars().count() as u64).sum::<u64>().max(1);
        let mut before = 0;
        let at = |chars: u64| cue.start + (u128::from(cue.end - cue.start) * u128::from(chars) / u128::from(all)) as u64;
        for (speaker, text) in parts {
            let length = text.chars().count() as u64;
            let text = text.trim().to_owned();
            out.push(Cue { start: at(before), end: at(before + length), speaker, text });
            before += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_name() {
        for name in [
            "Jane Doe",
            "JANE",
            "J. Doe",
            "Dr. Jane van der Doe",
            "Speaker 1",
            "Jane Doe (ACME)",
            "Zoë",
            "田中",
            "Łukasz O'Neil",
            "Jane | ACME",
        ] {
            assert_eq!(shape(name), Some(Shape::Strong), "{name}");
        }
        for name in ["jane", "Doe, Jane", "Here is the thing", "Question", "we said", "1st floor team"] {
            assert_eq!(shape(name), Some(Shape::Weak), "{name}");
        }
        for name in ["", "10", "Is it", "really?", "See https", "Stop it. Now", "a b c d e f g"] {
            let expected = if name == "Is it" || name == "See https" { Some(Shape::Weak) } else { None };
            let expected = if name == "Stop it. Now" { Some(Shape::Weak) } else { expected };
            assert_eq!(shape(name), expected, "{name}");
        }
        assert_eq!(shape(&"X".repeat(65)), None);
    }

    #[test]
    fn what_may_begin_with_a_name() {
        let found = |text| candidate(text).map(|c| (c.name, c.rest));
        assert_eq!(found("Jane Doe: hello: you"), Some(("Jane Doe", "hello: you")));
        assert_eq!(found(">> JANE: hello"), Some(("JANE", "hello")));
        assert_eq!(found("- Jane: hello"), Some(("Jane", "hello")));
        assert_eq!(found("[Jane Doe] hello"), Some(("Jane Doe", "hello")));
        assert_eq!(found("[Jane]: hello"), Some(("Jane", "hello")));
        assert_eq!(found("(Jane Doe) hello"), Some(("Jane Doe", "hello")));
        assert_eq!(found("田中：はい"), Some(("田中", "はい")));
        assert_eq!(found("Jane:"), Some(("Jane", "")));
        for none in
            ["10:30 works", "https://acme.example", "[Music]", "[laughter] yes", "(inaudible)", "at 10:30: yes", "no colon", "", ":"]
        {
            assert_eq!(found(none), None, "{none}");
        }
    }

    fn names(texts: &[&str]) -> Vec<String> {
        let mut seen = Seen::default();
        texts.iter().for_each(|t| seen.text(t, false));
        let mut names: Vec<_> = seen.names().0.into_iter().filter(|(_, yes)| *yes).map(|(name, _)| name).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_looked_at_as_a_whole() {
        assert_eq!(names(&["Jane: hi", "Omar: hello", "jo: hm", "jo: yes"]), ["Jane", "Omar", "jo"]);
        assert_eq!(names(&["Jane Doe: well", "there is one thing: money", "and more", "so Budget: no", "Budget: none"]), ["Jane Doe"]);
        assert_eq!(names(&["and so", "JANE: yes", "on and on", "and on", "JANE: no"]), ["JANE"]);
        assert_eq!(names(&["Todo: this is no talk"]), Vec::<String>::new());
    }
}
