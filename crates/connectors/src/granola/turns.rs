//! A transcript's pieces in order, under the name of whoever spoke, and joined where one goes on. Pure.

use jiff::{SignedDuration, Timestamp};
use sales_model::Utterance;

use super::wire::{Item, Speaker};

/// What the transcript calls the note's owner where it knows no name.
pub(crate) const ME: &str = "me";
/// The same of everybody else.
const THEM: &str = "them";
/// A pause below this does not end what somebody says.
const PAUSE: SignedDuration = SignedDuration::from_secs(2);
/// Longest stretch that is joined from several pieces.
const LONGEST: SignedDuration = SignedDuration::from_secs(60);

/// A piece of speech, as any of Granola's formats gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Name, label, or side; empty for unknown.
    pub(crate) speaker: String,
    pub(crate) text: String,
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
}

/// The pieces of the API's transcript items.
pub(crate) fn pieces(items: Vec<Item>) -> Vec<Piece> {
    // Where everything comes from the microphone (iOS), it tells nobody's side.
    let two_sided = items.iter().any(|i| side(source(i)) == Some(THEM));
    let piece = |i: Item| {
        let speaker = i.speaker.as_ref().map(|s| speaker(s, two_sided)).unwrap_or_default();
        Piece { speaker, text: i.text.unwrap_or_default(), start: i.start_time, end: i.end_time }
    };
    items.into_iter().map(piece).collect()
}

fn source(item: &Item) -> &str {
    item.speaker.as_ref().and_then(|s| s.source.as_deref()).unwrap_or_default()
}

/// Whose side a source of sound stands for, if there are two of them: the microphone ours, the machine's own sound everybody else's.
pub(crate) fn side(source: &str) -> Option<&'static str> {
    match source {
        "microphone" => Some(ME),
        "speaker" | "system" => Some(THEM),
        _ => None,
    }
}

fn speaker(of: &Speaker, two_sided: bool) -> String {
    let named = of.name.as_deref().or(of.diarization_label.as_deref()).map(tidy).filter(|n| !n.is_empty());
    let told = || of.attribution.as_deref().map(str::trim).filter(|a| *a == ME || *a == THEM).map(str::to_owned);
    let heard = || side(of.source.as_deref().unwrap_or_default()).filter(|_| two_sided).map(str::to_owned);
    named.or_else(told).or_else(heard).unwrap_or_default()
}

/// A name in one line.
pub(crate) fn tidy(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// When the first piece begins.
pub(crate) fn first(pieces: &[Piece]) -> Option<Timestamp> {
    pieces.iter().filter_map(|p| p.start).min()
}

/// What was said, in order of time ("unsorted-safe only by `start_time`"), in milliseconds from `at`; what was said before it began is said
/// at its beginning.
pub(crate) fn turns(pieces: Vec<Piece>, at: Timestamp) -> Vec<Utterance> {
    let mut last = at;
    let mut timed: Vec<(Timestamp, Piece)> = Vec::with_capacity(pieces.len());
    for piece in pieces.into_iter().filter(|p| !p.text.trim().is_empty()) {
        // One without a time was said after the one before it.
        last = piece.start.unwrap_or(last);
        timed.push((last, piece));
    }
    timed.sort_by_key(|(start, _)| *start);
    let mut out: Vec<Joined> = Vec::new();
    for (start, piece) in timed {
        let end = piece.end.filter(|end| *end >= start);
        match out.last_mut().filter(|open| open.goes_on(&piece.speaker, start, end)) {
            Some(open) => {
                open.text.push(' ');
                open.text.push_str(piece.text.trim());
                open.end = open.end.max(end);
            }
            None => out.push(Joined { speaker: piece.speaker, text: piece.text.trim().to_owned(), start, end }),
        }
    }
    let offset = |t: Timestamp| u64::try_from(t.duration_since(at).as_millis()).unwrap_or(0);
    out.into_iter().map(|j| Utterance { speaker: j.speaker, start: offset(j.start), end: j.end.map(offset), text: j.text }).collect()
}

struct Joined {
    speaker: String,
    text: String,
    start: Timestamp,
    end: Option<Timestamp>,
}

impl Joined {
    fn goes_on(&self, speaker: &str, start: Timestamp, end: Option<Timestamp>) -> bool {
        let gap = self.end.map(|own| start.duration_since(own));
        let length = end.unwrap_or(start).duration_since(self.start);
        self.speaker == speaker && gap.is_some_and(|gap| gap < PAUSE) && length <= LONGEST
    }
}

#[cfg(test)]
#[path = "turns_tests.rs"]
mod tests;
