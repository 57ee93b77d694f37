//! Transcripts as plain text, in the forms in which Otter, Teams, Zoom, Meet and people write them:
//!
//! ```text
//! Jane Doe: hello            [00:12:34] Jane Doe: hello        Jane Doe  0:12         00:12 Jane Doe
//!                                                              hello                  hello
//! ```
//!
//! Times may be missing; those of a call without any are estimated from its words, and nothing has an end then.

use sales_model::Utterance;

use super::{
    Captions,
    cue::{lines, one_line},
    dates::find,
    header::Header,
    label::{self, Labels, Seen, Shape},
    spoken, times,
};

/// Most stretches of speech: one a second for a week.
const MOST: usize = 600_000;
/// Times from which on they can only be those of a clock on the wall: no call lasts so long before its first word.
const WALL: u64 = 3 * 3_600_000;
/// Lines that a heading has at most.
const HEADING: u64 = 50;
/// What Meet writes at the end.
const ENDS: [&str; 3] = ["meeting ended after", "transcription ended after", "this editable transcript was computer generated"];

/// A line by its form.
enum Line<'a> {
    /// A time and nothing else: of what follows.
    Time(u64),
    /// A name beside a time, and nothing else.
    Head(u64, &'a str, Shape),
    /// Words, perhaps with a name and a time before them.
    Words(Option<u64>, &'a str),
}

pub(super) fn read(text: &str) -> Captions {
    let labels = labels(text);
    let (mut header, mut unused) = (Header::default(), 0);
    let mut turns: Vec<(Option<u64>, String, String)> = Vec::new();
    let mut pending = None;
    for (_, line) in lines(text) {
        let line = line.trim();
        if line.is_empty() || turns.len() >= MOST {
            continue;
        }
        match of(line) {
            Line::Time(at) => pending = Some(at),
            Line::Head(at, name, _) if labels.has(name) => turns.push((Some(at), one_line(name), String::new())),
            form => {
                let (at, words) = match form {
                    Line::Words(at, words) => (at, words),
                    _ => (None, line),
                };
                let heading = turns.is_empty() && header.pair(words);
                if heading {
                    continue;
                }
                match (labels.split(words), turns.last_mut()) {
                    (Some((name, rest)), _) => turns.push((at.or(pending.take()), one_line(name), one_line(rest))),
                    (None, Some((_, _, said))) => {
                        if ENDS.iter().any(|e| words.to_lowercase().starts_with(e)) {
                            continue;
                        }
                        if !said.is_empty() {
                            said.push(' ');
                        }
                        said.push_str(&one_line(words));
                    }
                    (None, None) => unused += u64::from(unused >= HEADING || !header.line(words)),
                }
            }
        }
    }
    turns.retain(|(_, _, said)| !said.is_empty());
    let mut notes = Vec::new();
    if !turns.is_empty() && unused > 0 {
        notes.push(format!("{unused} of its lines stand before the first speaker's words and are left out"));
    }
    if turns.len() >= MOST {
        notes.push(format!("only its first {MOST} stretches of speech were read"));
    }
    let turns = dated(turns, &mut notes);
    Captions { began: header.began(), title: header.title, turns, notes, ..Captions::default() }
}

/// Whose names stand in a text.
fn labels(text: &str) -> Labels {
    let (mut seen, mut header, mut begun) = (Seen::default(), Header::default(), false);
    for line in lines(text).map(|(_, line)| line.trim()).filter(|l| !l.is_empty()) {
        match of(line) {
            Line::Time(_) => {}
            Line::Head(_, name, shape) => {
                begun |= shape == Shape::Strong;
                seen.head(name, shape);
            }
            Line::Words(at, words) => {
                if begun || !header.pair(words) {
                    begun |= label::candidate(words).is_some_and(|c| c.shape == Shape::Strong);
                    seen.text(words, at.is_some());
                }
            }
        }
    }
    seen.names()
}

fn of(line: &str) -> Line<'_> {
    if let Some(Ok((start, _))) = times::span(line) {
        return Line::Time(start);
    }
    if let Some(at) = times::alone(line) {
        return Line::Time(at);
    }
    let bare = |name: &'_ str| name.trim_end_matches(|c: char| c.is_whitespace() || ":|-–—,".contains(c)).len();
    // `0:12 Jane Doe`, `[00:12:34] Jane Doe: hello`
    if let Some((first, rest)) = line.split_once(|c: char| c.is_whitespace())
        && let Some(at) = times::alone(first.trim_end_matches([':', '-', '–', '|']))
    {
        let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "-–—|".contains(c));
        let name = rest.get(..bare(rest)).unwrap_or_default();
        return match label::shape(name) {
            Some(shape) if label::candidate(rest).is_none_or(|c| c.rest.is_empty()) => Line::Head(at, name, shape),
            _ => Line::Words(Some(at), rest),
        };
    }
    // `Jane Doe  0:12`, `Jane Doe [00:12:34]:`, `Jane Doe (0:12): hello`
    let closed = line.trim_end_matches(':');
    if let Some((name, last)) = closed.rsplit_once(|c: char| c.is_whitespace())
        && let Some(at) = times::alone(last)
    {
        let name = name.get(..bare(name)).unwrap_or_default();
        // `5 April 2024, 15:00` is no name.
        if let Some(shape) = label::shape(name).filter(|_| find(line).is_none()) {
            return Line::Head(at, name, shape);
        }
    }
    Line::Words(None, line)
}

/// Gives each stretch its time: the one that stands there, else where the words before it would have ended.
fn dated(turns: Vec<(Option<u64>, String, String)>, notes: &mut Vec<String>) -> Vec<Utterance> {
    let first = turns.iter().find_map(|(at, ..)| *at).unwrap_or(0);
    let wall = if first >= WALL { first } else { 0 };
    if wall > 0 {
        notes.push("its times are those of a clock; they were counted from the first".to_owned());
    }
    // The next time that is told, for each stretch.
    let mut next = u64::MAX;
    let told = |at: &Option<u64>, next| at.map_or(next, |at: u64| at.saturating_sub(wall));
    let mut until: Vec<u64> = Vec::with_capacity(turns.len());
    for (at, ..) in turns.iter().rev() {
        until.push(next);
        next = told(at, next);
    }
    until.reverse();
    let mut out: Vec<Utterance> = Vec::with_capacity(turns.len());
    let mut ended = 0;
    for ((at, speaker, text), until) in turns.into_iter().zip(until) {
        let start = at.map_or_else(|| ended.min(until), |at| at.saturating_sub(wall));
        ended = start.saturating_add(spoken(&text));
        out.push(Utterance { speaker, start, end: None, text });
    }
    out.sort_by_key(|u| u.start);
    out
}
