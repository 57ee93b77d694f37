//! Cues out of the blocks of a file, for both formats: an id, times, and lines of words.

use super::{
    Captions, Damaged,
    cue::{Cue, one_line},
    header::Header,
    join::join,
    label, markup, times,
};

/// Most cues: one a second for a week.
const MOST: usize = 600_000;

/// What was found so far.
pub(super) struct Scan {
    /// `<v Name>` says who speaks.
    voices: bool,
    cues: Vec<Cue>,
    damaged: Vec<Damaged>,
}

impl Scan {
    pub(super) fn voiced() -> Self {
        Scan { voices: true, cues: Vec::new(), damaged: Vec::new() }
    }

    pub(super) fn plain() -> Self {
        Scan { voices: false, ..Scan::voiced() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cues.is_empty()
    }

    /// Whether there is more than anybody ever said.
    pub(super) fn full(&self) -> bool {
        self.cues.len() >= MOST
    }

    /// A block that begins in line `first`: a cue, or several where the empty lines between them are missing.
    pub(super) fn block(&mut self, first: usize, lines: &[&str]) {
        let arrows: Vec<usize> = lines.iter().enumerate().filter(|(_, l)| l.contains("-->")).map(|(n, _)| n).collect();
        let Some(&start) = arrows.first() else {
            match lines {
                [] => {}
                // A number is left where a cue was taken out.
                [only] if is_number(only) => {}
                [text, ..] => self.damage(first, format!("`{}` stands there without a time", short(text))),
            }
            return;
        };
        if start > 1 {
            let text = lines.first().copied().unwrap_or_default();
            self.damage(first, format!("`{}` stands there without a time", short(text)));
        }
        for (n, &at) in arrows.iter().enumerate() {
            let mut end = arrows.get(n + 1).copied().unwrap_or(lines.len());
            if end < lines.len() && end > at + 1 && lines.get(end - 1).is_some_and(|l| is_number(l)) {
                end -= 1;
            }
            let words = lines.get(at + 1..end).unwrap_or_default().join("\n");
            match lines.get(at).and_then(|l| times::span(l)) {
                Some(Ok((from, to))) => self.cue(from, to, &words),
                Some(Err(reason)) => self.damage(first + at, reason),
                None => {}
            }
        }
    }

    fn cue(&mut self, start: u64, end: u64, words: &str) {
        if !self.voices {
            self.cues.push(Cue { start, end, speaker: None, text: markup::plain(words) });
            return;
        }
        let parts = markup::voices(words);
        let all = parts.iter().map(|(_, t)| t.chars().count() as u64).sum::<u64>().max(1);
        let at = |chars: u64| start + (u128::from(end - start) * u128::from(chars) / u128::from(all)) as u64;
        let mut before = 0;
        for (speaker, text) in parts {
            let length = text.chars().count() as u64;
            self.cues.push(Cue { start: at(before), end: at(before + length), speaker, text });
            before += length;
        }
    }

    fn damage(&mut self, line: usize, reason: String) {
        self.damaged.push(Damaged { line, reason });
    }

    pub(super) fn done(self, header: Header) -> Captions {
        let mut notes = Vec::new();
        if self.full() {
            notes.push(format!("only its first {MOST} cues were read"));
        }
        Captions {
            began: header.began(),
            title: header.title,
            turns: join(label::assign(self.cues)),
            notes,
            damaged: self.damaged,
            ..Captions::default()
        }
    }
}

fn is_number(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && line.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn short(text: &str) -> String {
    let text = one_line(text);
    let mut out: String = text.chars().take(40).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
