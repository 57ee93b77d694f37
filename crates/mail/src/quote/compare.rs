//! What of a text stands in earlier mails already.
//!
//! Texts are compared as words: lower case, without marks, punctuation, links and line breaks, so that a client that wraps, rewrites links or
//! loses a mark changes nothing. Every four words of an earlier mail are hashed; where four words of the body are found, the run is followed
//! as far as it goes.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    ops::Range,
};

use super::{Kind, Line, lines, walk};
use crate::signature::Author;

/// Words that are looked up together.
const SHINGLE: usize = 4;
/// Places of the same four words that are followed: a text of one word repeated must not cost its square.
const PLACES: usize = 8;
/// Bytes of earlier mails that are compared with, newest first.
const MOST: usize = 4 << 20;
/// Bytes of one of them.
const MOST_OF_ONE: usize = 1 << 20;
/// A longer word is something else.
const LONGEST_WORD: usize = 64;

/// The earlier mails of a thread.
#[derive(Debug, Clone, Default)]
pub struct History {
    words: Vec<Word>,
    /// Where each mail's words end, oldest mail first.
    ends: Vec<usize>,
    heads: HashMap<u64, usize>,
    /// The place before of the same four words.
    before: Vec<Option<usize>>,
    bytes: usize,
}

#[derive(Debug, Clone, Copy)]
struct Word {
    hash: u64,
    /// Its letters; none where it is part of a signature, which says nothing about who is quoted.
    letters: usize,
}

impl History {
    /// The given bodies, newest first. Of more than 4 MB the newest are taken.
    pub fn of(earlier: &[&str]) -> Self {
        let mut sum = 0usize;
        let fit = earlier.iter().take_while(|body| {
            sum = sum.saturating_add(body.len().min(MOST_OF_ONE));
            sum <= MOST
        });
        let mut history = Self::default();
        for body in earlier.iter().take(fit.count()).rev() {
            history.add(body);
        }
        history
    }

    /// Adds a mail that is newer than those before it: what its author wrote, and what it quotes. Mails beyond 4 MB are not added.
    pub fn add(&mut self, body: &str) {
        let end = body.floor_char_boundary(MOST_OF_ONE);
        let Some(body) = body.get(..end) else { return };
        if self.bytes.saturating_add(body.len()) > MOST {
            return;
        }
        self.bytes += body.len();
        let lines = lines(body);
        let mut kinds = walk::walk(&lines, &Body::default(), false);
        crate::signature::mark(&lines, &mut kinds, &Author::default());
        let start = self.words.len();
        for (line, kind) in lines.iter().zip(&kinds) {
            let counts = matches!(kind, Kind::Own | Kind::Forwarded | Kind::Quoted);
            words(line.text, |hash, letters| self.words.push(Word { hash, letters: if counts { letters } else { 0 } }));
        }
        self.ends.push(self.words.len());
        self.before.resize(self.words.len(), None);
        for at in start..self.words.len() {
            let Some(key) = self.words.get(at..at + SHINGLE).map(|w| key(w.iter().map(|w| w.hash))) else { break };
            let place = self.heads.insert(key, at);
            if let Some(before) = self.before.get_mut(at) {
                *before = place;
            }
        }
    }

    /// Whether nothing was added that could be compared with.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Which mail a word stands in, and where that mail's words end.
    fn mail(&self, at: usize) -> (usize, usize) {
        let mail = self.ends.partition_point(|end| *end <= at);
        (mail, self.ends.get(mail).copied().unwrap_or(self.words.len()))
    }

    /// The longest run of the body's words from its first that stands in an earlier mail: (where, how many words).
    fn longest(&self, body: &[BodyWord]) -> Option<(usize, usize)> {
        let mut place = self.heads.get(&key(body.get(..SHINGLE)?.iter().map(|w| w.hash))).copied();
        let mut best: Option<(usize, usize)> = None;
        for _ in 0..PLACES {
            let Some(at) = place else { break };
            let (_, end) = self.mail(at);
            let source = self.words.get(at..end).unwrap_or_default();
            let length = source.iter().zip(body).take_while(|(a, b)| a.hash == b.hash).count();
            if best.is_none_or(|(_, longest)| length > longest) {
                best = Some((at, length));
            }
            place = self.before.get(at).copied().flatten();
        }
        best.filter(|(_, length)| *length >= SHINGLE)
    }
}

#[derive(Debug, Clone, Copy)]
struct BodyWord {
    hash: u64,
    line: usize,
}

/// Words of the body that stand in an earlier mail one after the other.
#[derive(Debug, Clone)]
pub(super) struct Run {
    /// Words of the body.
    pub(super) words: Range<usize>,
    /// Words of the history.
    pub(super) source: Range<usize>,
    /// Which earlier mail.
    pub(super) mail: usize,
    /// It reaches that mail's end.
    pub(super) to_end: bool,
    /// Letters that are no signature there.
    pub(super) letters: usize,
    /// Long enough, or next to one that is, to be a quote without marks.
    pub(super) sure: bool,
    /// What is left of that mail, if it is a name's few words.
    rest: Vec<u64>,
}

/// A body compared with the history.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// There was something to compare with.
    pub(super) compared: bool,
    pub(super) runs: Vec<Run>,
    lines: Vec<Seen>,
}

#[derive(Debug, Clone, Default)]
struct Seen {
    words: Range<usize>,
    found: usize,
    sure: usize,
}

/// A run of as many letters and words is nobody's stock phrase.
const SURE: (usize, usize) = (80, 12);
/// Letters of each of several pieces that are as much together.
const PART: usize = 20;

impl Body {
    pub(super) fn compare(lines: &[Line<'_>], history: &History) -> Self {
        if history.is_empty() {
            return Self::default();
        }
        let mut all = Vec::new();
        let mut seen = Vec::with_capacity(lines.len());
        for (number, line) in lines.iter().enumerate() {
            let start = all.len();
            words(line.text, |hash, _| all.push(BodyWord { hash, line: number }));
            seen.push(Seen { words: start..all.len(), ..Seen::default() });
        }
        let mut runs = runs(&all, history);
        sure_neighbours(&mut runs);
        for run in &runs {
            for word in all.get(run.words.clone()).unwrap_or_default() {
                if let Some(line) = seen.get_mut(word.line) {
                    line.found += 1;
                    line.sure += usize::from(run.sure);
                }
            }
        }
        Self { compared: true, runs, lines: seen }
    }

    /// All of the line is part of a quote without marks.
    pub(super) fn is_sure(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|l| !l.words.is_empty() && l.sure == l.words.len())
    }

    /// The line is all that is left of the mail that is quoted above it.
    pub(super) fn is_rest(&self, line: usize, text: &str) -> bool {
        let start = self.words(line).start;
        let above = self.runs.partition_point(|r| r.words.end <= start);
        let Some(run) = above.checked_sub(1).and_then(|n| self.runs.get(n)).filter(|r| r.sure && !r.rest.is_empty()) else { return false };
        let mut all = Vec::new();
        words(text, |hash, _| all.push(hash));
        all == run.rest
    }

    /// (words of the line that stand in an earlier mail, words of the line).
    pub(super) fn found(&self, line: usize) -> (usize, usize) {
        self.lines.get(line).map_or((0, 0), |l| (l.found, l.words.len()))
    }

    /// The line that a word stands in.
    pub(super) fn line_of(&self, word: usize) -> usize {
        self.lines.partition_point(|l| l.words.end <= word)
    }

    /// The lines that hold words of the range and no others.
    pub(super) fn lines_within(&self, words: &Range<usize>) -> Range<usize> {
        let first = self.lines.partition_point(|l| l.words.start < words.start || l.words.end <= words.start);
        let end = self.lines.partition_point(|l| l.words.end <= words.end);
        first..end.max(first)
    }

    /// Which words of the body the line holds.
    pub(super) fn words(&self, line: usize) -> Range<usize> {
        self.lines.get(line).map_or(0..0, |l| l.words.clone())
    }
}

fn runs(all: &[BodyWord], history: &History) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(rest) = all.get(at..).filter(|rest| !rest.is_empty()) {
        let Some((place, length)) = history.longest(rest) else {
            at += 1;
            continue;
        };
        let (mail, end) = history.mail(place);
        let letters = history.words.get(place..place + length).unwrap_or_default().iter().map(|w| w.letters).sum();
        runs.push(Run {
            words: at..at + length,
            source: place..place + length,
            mail,
            to_end: place + length + 1 >= end,
            letters,
            sure: letters >= SURE.0 && length >= SURE.1,
            rest: history
                .words
                .get(place + length..end)
                .filter(|rest| rest.len() <= 3)
                .map_or(Vec::new(), |rest| rest.iter().map(|w| w.hash).collect()),
        });
        at += length;
    }
    runs
}

/// What goes on in the earlier mail where a quote stopped is quoted too: somebody answers between its lines.
fn sure_neighbours(runs: &mut [Run]) {
    let near = |a: &Run, b: &Run| a.mail == b.mail && b.source.start >= a.source.end && b.source.start - a.source.end <= 3;
    // Several lines, each of them answered, are a quote as one long piece is.
    let part = |run: &Run| run.letters >= PART;
    for chain in runs.chunk_by_mut(|a, b| near(a, b) && part(a) && part(b)) {
        let letters = chain.iter().map(|r| r.letters).sum::<usize>();
        let words = chain.iter().map(|r| r.words.len()).sum::<usize>();
        if letters >= SURE.0 && words >= SURE.1 {
            chain.iter_mut().for_each(|r| r.sure = true);
        }
    }
    for n in 1..runs.len() {
        if let Some([a, b]) = runs.get_mut(n - 1..=n) {
            b.sure |= a.sure && b.letters > 0 && near(a, b);
        }
    }
    for n in (1..runs.len()).rev() {
        if let Some([a, b]) = runs.get_mut(n - 1..=n) {
            a.sure |= b.sure && a.letters > 0 && near(a, b);
        }
    }
}

fn key(words: impl Iterator<Item = u64>) -> u64 {
    let mut hasher = DefaultHasher::new();
    words.for_each(|w| w.hash(&mut hasher));
    hasher.finish()
}

/// Calls back with each word's hash and letters. A letter of Chinese, Japanese or Korean is a word that counts for three letters.
fn words(text: &str, mut each: impl FnMut(u64, usize)) {
    for piece in text.split_whitespace() {
        // Clients write links in their own ways: `text<https://…>`, `[cid:…]`, `[image: x]`.
        let piece = piece.find("<http").or_else(|| piece.find("<mailto")).and_then(|end| piece.get(..end)).unwrap_or(piece);
        if piece.contains("://") || piece.starts_with("www.") || piece.starts_with("[cid:") {
            continue;
        }
        let mut word = String::new();
        for c in piece.chars() {
            let alone = is_ideograph(c);
            if (!c.is_alphanumeric() || alone || word.len() > LONGEST_WORD) && !word.is_empty() {
                each(hash(&word), word.chars().count());
                word.clear();
            }
            if alone {
                each(hash(c.encode_utf8(&mut [0; 4])), 3);
            } else if c.is_alphanumeric() {
                word.extend(c.to_lowercase());
            }
        }
        if !word.is_empty() {
            each(hash(&word), word.chars().count());
        }
    }
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

fn hash(word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}
