//! From cues to stretches of speech: one person's cues that follow on each other are one stretch, of a minute at most.

use sales_model::Utterance;

use super::cue::Cue;

/// A pause from which on somebody's words are a stretch of their own, in milliseconds.
const PAUSE: u64 = 3_000;
/// A stretch is ended at the last sentence's end before it gets longer than this.
const LONGEST: u64 = 60_000;

/// Puts cues in order of time and joins them. A cue without a speaker has an unknown one.
pub(super) fn join(mut cues: Vec<Cue>) -> Vec<Utterance> {
    cues.retain(|c| !c.text.is_empty());
    cues.sort_by_key(|c| c.start);
    cues.dedup();
    let mut out = Vec::new();
    let mut open: Vec<Piece> = Vec::new();
    let mut speaker = String::new();
    // Of what is open.
    let mut end = 0_u64;
    for cue in cues {
        let own = cue.speaker.clone().unwrap_or_default();
        if own != speaker || cue.start >= end.saturating_add(PAUSE) {
            close(&mut out, &mut open, &speaker);
            speaker = own;
            end = 0;
        }
        end = end.max(cue.end);
        for piece in pieces(&cue) {
            let start = open.first().map_or(piece.start, |p| p.start);
            if piece.end.saturating_sub(start) > LONGEST && !open.is_empty() {
                let rest = open.iter().rposition(|p| p.sentence).map_or_else(Vec::new, |last| open.split_off(last + 1));
                close(&mut out, &mut open, &speaker);
                open = rest;
                // What is left over may still be too long: a sentence of a minute ends where it must.
                if open.first().is_some_and(|p| piece.end.saturating_sub(p.start) > LONGEST) {
                    close(&mut out, &mut open, &speaker);
                }
            }
            open.push(piece);
        }
    }
    close(&mut out, &mut open, &speaker);
    // Of two who speak at once one may go on after the other began.
    out.sort_by_key(|u: &Utterance| u.start);
    out
}

/// A part of a cue, up to a sentence's end.
struct Piece {
    start: u64,
    end: u64,
    text: String,
    /// A sentence ends here.
    sentence: bool,
}

fn close(out: &mut Vec<Utterance>, open: &mut Vec<Piece>, speaker: &str) {
    let Some(start) = open.first().map(|p| p.start) else { return };
    let end = open.iter().map(|p| p.end).max();
    let words: Vec<String> = open.drain(..).map(|p| p.text).collect();
    out.push(Utterance { speaker: speaker.to_owned(), start, end, text: words.join(" ") });
}

/// A cue by its sentences; a sentence's share of the time is that of its characters.
fn pieces(cue: &Cue) -> Vec<Piece> {
    let all = (cue.text.chars().count() as u64).max(1);
    let length = cue.end - cue.start;
    let at = |chars: u64| cue.start + (u128::from(length) * u128::from(chars) / u128::from(all)) as u64;
    let (mut out, mut text, mut chars, mut begun) = (Vec::<Piece>::new(), String::new(), 0, 0);
    for word in cue.text.split(' ') {
        if !text.is_empty() {
            text.push(' ');
            chars += 1;
        }
        text.push_str(word);
        chars += word.chars().count() as u64;
        if ends_sentence(word) {
            out.push(Piece { start: at(begun), end: at(chars), text: std::mem::take(&mut text), sentence: true });
            // The space that follows.
            chars += 1;
            begun = chars;
        }
    }
    if !text.is_empty() {
        out.push(Piece { start: at(begun), end: cue.end, text, sentence: false });
    }
    if let Some(last) = out.last_mut() {
        last.end = cue.end;
    }
    out
}

fn ends_sentence(word: &str) -> bool {
    let word = word.trim_end_matches(['"', '\'', '”', '’', ')', ']', '»', '」']);
    word.ends_with(['.', '?', '!', '…', '。', '？', '！', '؟', '।'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(start: u64, end: u64, speaker: &str, text: &str) -> Cue {
        Cue { start, end, speaker: (!speaker.is_empty()).then(|| speaker.to_owned()), text: text.into() }
    }

    fn joined(cues: &[Cue]) -> Vec<(String, u64, u64, String)> {
        join(cues.to_vec()).into_iter().map(|u| (u.speaker, u.start, u.end.unwrap(), u.text)).collect()
    }

    fn turn(speaker: &str, start: u64, end: u64, text: &str) -> (String, u64, u64, String) {
        (speaker.into(), start, end, text.into())
    }

    #[test]
    fn one_speaker_goes_on_until_a_pause_or_another() {
        let cues = [
            cue(0, 1_000, "Jane", "Hello"),
            cue(3_999, 5_000, "Jane", "there."),
            cue(8_000, 9_000, "Jane", "After a pause."),
            cue(9_000, 9_500, "Omar", "Yes."),
            cue(9_500, 9_900, "Jane", "Good."),
            cue(9_900, 9_950, "", "(noise)"),
            cue(9_950, 9_960, "", ""),
        ];
        let expected = [
            turn("Jane", 0, 5_000, "Hello there."),
            turn("Jane", 8_000, 9_000, "After a pause."),
            turn("Omar", 9_000, 9_500, "Yes."),
            turn("Jane", 9_500, 9_900, "Good."),
            turn("", 9_900, 9_950, "(noise)"),
        ];
        assert_eq!(joined(&cues), expected);
        let mut shuffled = cues.to_vec();
        shuffled.reverse();
        shuffled.push(cues[0].clone());
        assert_eq!(joined(&shuffled), expected, "in whatever order they stand, and twice");
        assert_eq!(joined(&[]), []);
    }

    #[test]
    fn a_minute_ends_with_a_sentence() {
        let cues: Vec<Cue> = (0..8)
            .map(|n| {
                let text = ["One two three. Four", "five six."][n % 2];
                cue(n as u64 * 10_000, (n as u64 + 1) * 10_000, "Jane", text)
            })
            .collect();
        let expected = [
            turn("Jane", 0, 60_000, "One two three. Four five six. One two three. Four five six. One two three. Four five six."),
            turn("Jane", 60_000, 80_000, "One two three. Four five six."),
        ];
        assert_eq!(joined(&cues), expected);
        // The end of a sentence within a cue: at its share of the time.
        let cues = [cue(0, 40_000, "Jane", "Abcdefghi. abcdefghi"), cue(40_000, 70_000, "Jane", "and so on.")];
        let expected = [turn("Jane", 0, 20_000, "Abcdefghi."), turn("Jane", 22_000, 70_000, "abcdefghi and so on.")];
        assert_eq!(joined(&cues), expected);
        // No sentence ends at all.
        let cues: Vec<Cue> = (0..14).map(|n| cue(n * 10_000, (n + 1) * 10_000, "Jane", "word")).collect();
        let starts: Vec<_> = joined(&cues).into_iter().map(|(_, start, end, _)| (start, end)).collect();
        assert_eq!(starts, [(0, 60_000), (60_000, 120_000), (120_000, 140_000)]);
        // One cue of five minutes.
        let cues = [cue(0, 300_000, "Jane", "A sentence. A sentence. A sentence. A sentence. A sentence.")];
        assert_eq!(joined(&cues).len(), 5);
    }

    #[test]
    fn two_at_once_are_in_order_of_their_beginnings() {
        let cues = [cue(0, 9_000, "Jane", "Long."), cue(1_000, 2_000, "Omar", "Mhm."), cue(2_000, 4_000, "Jane", "More.")];
        let expected = [turn("Jane", 0, 9_000, "Long."), turn("Omar", 1_000, 2_000, "Mhm."), turn("Jane", 2_000, 4_000, "More.")];
        assert_eq!(joined(&cues), expected);
    }
}
