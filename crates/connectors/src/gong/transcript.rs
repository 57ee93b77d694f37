//! What a transcript means: stretches of speech in order of time.

use sales_model::{Transcript, Utterance};

use super::wire::{CallTranscript, Monologue, Sentence};

/// A longer monologue is split at an end of a sentence, so that evidence points near its words.
const LONGEST: u64 = 60_000;
/// It is split where its speaker paused so long, in milliseconds: silence is nobody's speech.
const PAUSE: u64 = 1_000;

/// A transcript of the wire as the model has it.
pub(crate) fn read(data: CallTranscript) -> Transcript {
    let mut turns: Vec<Utterance> = data.transcript.into_iter().flat_map(pieces).collect();
    // People talk at once, and what Gong lists need not be in order.
    turns.sort_by_key(|t| t.start);
    Transcript { turns, unavailable: false }
}

/// A monologue in pieces of at most a minute, or of one sentence.
fn pieces(monologue: Monologue) -> Vec<Utterance> {
    let speaker = monologue.speaker_id.unwrap_or_default();
    let mut pieces: Vec<Utterance> = Vec::new();
    let mut last = 0;
    for Sentence { start, end, text } in monologue.sentences {
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        let start = start.unwrap_or(last);
        let end = end.filter(|end| *end >= start);
        let paused = start.saturating_sub(last) >= PAUSE;
        last = end.unwrap_or(start).max(last);
        match pieces.last_mut().filter(|p| !paused && last.saturating_sub(p.start) <= LONGEST && start >= p.start) {
            Some(piece) => {
                piece.text.push(' ');
                piece.text.push_str(text);
                piece.end = end.max(piece.end);
            }
            None => pieces.push(Utterance { speaker: speaker.clone(), start, end, text: text.to_owned() }),
        }
    }
    pieces
}
