//! Talk statistics of a call from its transcript, by published formulas. Guides for good values are no part of it.

mod questions;

use std::collections::HashMap;

use sales_model::{CallStats, Side};

pub use questions::questions;

/// Silence that ends a monologue, in milliseconds.
const GAP: u64 = 3_000;
/// Turns of fewer words interrupt nobody and switch no side: "mm-hm", "sure".
const SHORT: usize = 3;
/// Answers that come later than this, in milliseconds, are no answers.
const LATE: u64 = 5_000;
/// A transcript that spans less, in milliseconds, has no statistics.
const LEAST: u64 = 120_000;
/// Words in ten seconds, where a transcript names no ends.
const PACE: u64 = 27;
/// No call is longer than a day: what claims to be said later is left out.
const DAY: u64 = 24 * 3_600_000;

/// One stretch of speech by one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech<'a> {
    /// Who speaks, by the transcript's own name for them.
    pub speaker: &'a str,
    /// On which side they stand. What bots say is left out.
    pub side: Side,
    /// Milliseconds from the start of the call.
    pub start: u64,
    /// The same, of its end; `None` where the transcript does not tell.
    pub end: Option<u64>,
    /// What was said.
    pub text: &'a str,
}

/// One person's part of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonTalk {
    /// The transcript's name for them.
    pub speaker: String,
    /// Their side.
    pub side: Side,
    /// Seconds that they spoke; what they say twice at a time counts once.
    pub seconds: f64,
    /// Their share of everybody's speech.
    pub ratio: f64,
    /// Words a minute of their own speech; `None` if its length is estimated.
    pub words_per_minute: Option<f64>,
}

/// What a transcript tells about how people talked. Everything is empty for fewer than two sides, without anybody of ours, and under two
/// minutes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Talk {
    /// Our side's share of speech, silence left out, 0 to 1.
    pub ratio_ours: Option<f64>,
    /// The host's share, if there is one and they spoke.
    pub host_ratio: Option<f64>,
    /// Everybody who spoke, in the order of their first words.
    pub people: Vec<PersonTalk>,
    /// Seconds of the longest run of turns by one person of ours.
    pub longest_monologue: Option<f64>,
    /// The same of the customer's side.
    pub longest_customer_story: Option<f64>,
    /// Switches between sides per 5 minutes.
    pub interactivity: Option<f64>,
    /// Median seconds between the customer's last word and ours.
    pub patience: Option<f64>,
    /// Questions by our side.
    pub questions_ours: Option<u32>,
    /// Questions by the customer's side.
    pub questions_theirs: Option<u32>,
    /// Questions of our side per hour of call.
    pub question_rate: Option<f64>,
    /// Seconds from the first word to the last.
    pub span: f64,
    /// At least one end was missing and is estimated from the number of words.
    pub estimated: bool,
}

impl Talk {
    /// Seconds that somebody spoke, whatever side they are counted to; `None` for who did not.
    pub fn seconds(&self, speaker: &str) -> Option<f64> {
        let mut own = self.people.iter().filter(|p| p.speaker == speaker).map(|p| p.seconds).peekable();
        own.peek().is_some().then(|| own.sum())
    }

    /// The same for a call of so many seconds, where the vendor tells its length: what is counted by time is by the length of the whole call
    /// then. A call that is shorter than its own transcript is not believed.
    pub fn over(mut self, seconds: f64) -> Talk {
        if seconds.is_finite() && seconds >= self.span && self.span > 0.0 {
            let part = self.span / seconds;
            self.interactivity = self.interactivity.map(|i| i * part);
            self.question_rate = self.question_rate.map(|q| q * part);
        }
        self
    }

    /// The figures as a vendor would give them.
    pub fn stats(&self) -> CallStats {
        CallStats {
            host_talk_ratio: self.host_ratio,
            longest_monologue: self.longest_monologue,
            longest_customer_story: self.longest_customer_story,
            interactivity: self.interactivity,
            patience: self.patience,
            questions_ours: self.questions_ours,
            questions_theirs: self.questions_theirs,
        }
    }
}

/// A turn with its end known or estimated.
struct Turn<'a> {
    who: usize,
    side: Side,
    start: u64,
    end: u64,
    /// The end is as the transcript gives it.
    told: bool,
    words: usize,
    text: &'a str,
}

/// One speaker while turns are counted.
struct Voice<'a> {
    speaker: &'a str,
    side: Side,
    spoken: u64,
    until: u64,
    words: usize,
    told: bool,
}

/// The statistics of a transcript, whose turns may come in any order. `host` is the speaker who hosts the call.
pub fn talk(speech: &[Speech<'_>], host: Option<&str>) -> Talk {
    let mut order: Vec<&Speech<'_>> = speech.iter().filter(|s| s.side != Side::Bot && s.start <= DAY).collect();
    order.sort_by_key(|s| (s.start, s.end, s.speaker, s.side, s.text));
    let mut voices: Vec<Voice<'_>> = Vec::new();
    let mut known: HashMap<(&str, Side), usize> = HashMap::new();
    let mut turns: Vec<Turn<'_>> = Vec::with_capacity(order.len());
    for s in order {
        let who = *known.entry((s.speaker, s.side)).or_insert_with(|| {
            voices.push(Voice { speaker: s.speaker, side: s.side, spoken: 0, until: 0, words: 0, told: true });
            voices.len() - 1
        });
        let words = words(s.text);
        let told = s.end.filter(|e| *e >= s.start);
        let end = told.unwrap_or_else(|| s.start + (words as u64).saturating_mul(10_000) / PACE).min(DAY);
        turns.push(Turn { who, side: s.side, start: s.start, end, told: told.is_some(), words, text: s.text });
        if let Some(v) = voices.get_mut(who) {
            v.spoken += end.saturating_sub(s.start.max(v.until));
            v.until = v.until.max(end);
            v.words += words;
            v.told &= told.is_some();
        }
    }
    figures(&turns, &voices, host).unwrap_or_default()
}

fn figures(turns: &[Turn<'_>], voices: &[Voice<'_>], host: Option<&str>) -> Option<Talk> {
    let span = turns.iter().map(|t| t.end).max()?.saturating_sub(turns.first()?.start);
    let ours = voices.iter().any(|v| v.side == Side::Ours);
    let total: u64 = voices.iter().map(|v| v.spoken).sum();
    if !ours || voices.iter().all(|v| v.side == Side::Ours) || span < LEAST || total == 0 {
        return None;
    }
    let share = |part: u64| part as f64 / total as f64;
    let spoken = |wanted: &dyn Fn(&Voice<'_>) -> bool| -> u64 { voices.iter().filter(|v| wanted(v)).map(|v| v.spoken).sum() };
    let asked = |side: Side| {
        let all: usize = turns.iter().filter(|t| t.side == side).map(|t| questions(t.text)).sum();
        u32::try_from(all).unwrap_or(u32::MAX)
    };
    let people = voices.iter().map(|v| PersonTalk {
        speaker: v.speaker.to_owned(),
        side: v.side,
        seconds: seconds(v.spoken),
        ratio: share(v.spoken),
        words_per_minute: (v.told && v.spoken > 0).then(|| v.words as f64 * 60_000.0 / v.spoken as f64),
    });
    let theirs = voices.iter().any(|v| v.side == Side::Theirs);
    let questions_ours = asked(Side::Ours);
    Some(Talk {
        ratio_ours: Some(share(spoken(&|v| v.side == Side::Ours))),
        host_ratio: host.filter(|h| voices.iter().any(|v| v.speaker == *h)).map(|h| share(spoken(&|v| v.speaker == h))),
        people: people.collect(),
        longest_monologue: Some(seconds(longest(turns, Side::Ours))),
        longest_customer_story: theirs.then(|| seconds(longest(turns, Side::Theirs))),
        interactivity: Some(switches(turns) as f64 * 300_000.0 / span as f64),
        patience: patience(turns),
        questions_ours: Some(questions_ours),
        questions_theirs: theirs.then(|| asked(Side::Theirs)),
        question_rate: Some(f64::from(questions_ours) * 3_600_000.0 / span as f64),
        span: seconds(span),
        estimated: turns.iter().any(|t| !t.told),
    })
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}

/// The longest run of turns by one person of a side, from its first word to its last. Gaps under 3 seconds and what others say in under
/// 3 words do not end it.
fn longest(turns: &[Turn<'_>], side: Side) -> u64 {
    // By person: first and last millisecond.
    let mut runs: HashMap<usize, (u64, u64)> = HashMap::new();
    // The short turns of the last moments, as long as no silence stands between them.
    let mut murmur = (0, 0);
    let mut best = 0;
    for t in turns {
        if t.words >= SHORT {
            runs.retain(|who, _| *who == t.who);
        }
        if t.side == side {
            let near = |from: u64, to: u64| to.saturating_sub(from) < GAP;
            let run = runs.entry(t.who).or_insert((t.start, t.end));
            let joined = near(run.1, t.start) || near(run.1, murmur.0) && near(murmur.1, t.start);
            *run = if joined { (run.0, run.1.max(t.end)) } else { (t.start, t.end) };
            best = best.max(run.1 - run.0);
        }
        if t.words < SHORT {
            murmur = if t.start.saturating_sub(murmur.1) < GAP { (murmur.0, murmur.1.max(t.end)) } else { (t.start, t.end) };
        }
    }
    best
}

fn switches(turns: &[Turn<'_>]) -> usize {
    let sides: Vec<Side> = turns.iter().filter(|t| t.words >= SHORT).map(|t| t.side).collect();
    sides.iter().zip(sides.iter().skip(1)).filter(|(a, b)| a != b).count()
}

/// How long our side waits after the customer's: an answer before they end waited 0 seconds, one after 5 seconds answers nothing.
fn patience(turns: &[Turn<'_>]) -> Option<f64> {
    let mut waits: Vec<u64> = Vec::new();
    // Where the customer's stretch ends; `None` if nobody tells, or if somebody else spoke last.
    let mut ended: Option<u64> = None;
    let mut theirs = false;
    for t in turns {
        match t.side {
            Side::Theirs => {
                ended = match (theirs, ended, t.told) {
                    (true, Some(before), true) => Some(before.max(t.end)),
                    (false, _, true) => Some(t.end),
                    _ => None,
                };
                theirs = true;
            }
            side => {
                if let Some(end) = ended.filter(|_| side == Side::Ours) {
                    waits.push(t.start.saturating_sub(end));
                }
                (ended, theirs) = (None, false);
            }
        }
    }
    waits.retain(|w| *w <= LATE);
    waits.sort_unstable();
    let middle = waits.len() / 2;
    let upper = *waits.get(middle)?;
    let lower = if waits.len().is_multiple_of(2) { *waits.get(middle.checked_sub(1)?)? } else { upper };
    Some((lower + upper) as f64 / 2_000.0)
}

#[cfg(test)]
mod tests;
