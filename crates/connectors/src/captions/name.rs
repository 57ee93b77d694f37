//! What a file's name tells: when the call was, and a title that people can read.

use super::dates::{Found, find};

/// Endings that say what a file is and nothing of the call.
const ENDINGS: [&str; 12] = ["vtt", "srt", "txt", "text", "md", "log", "transcript", "captions", "cc", "closed_caption", "webvtt", "en"];
/// What programs put into every name, at its end.
const FILLERS: [&str; 7] =
    ["meeting recording", "meeting transcript", "audio transcript", "audio_transcript", "transcript", "recording", "closed caption"];
/// Longest title, in characters.
const LONGEST: usize = 200;

/// The name without its endings.
fn stem(file: &str) -> &str {
    let mut stem = file.trim();
    while let Some((rest, ending)) = stem.rsplit_once('.') {
        if rest.is_empty() || !ENDINGS.iter().any(|e| e.eq_ignore_ascii_case(ending)) {
            break;
        }
        stem = rest;
    }
    stem
}

/// When the call was.
pub(super) fn date(file: &str) -> Option<Found> {
    find(stem(file))
}

/// What the call was about; nothing where the name tells only when.
pub(super) fn title(file: &str) -> Option<String> {
    let stem = stem(file);
    let found = find(stem).map_or((0, 0), |f| (f.from, f.to));
    let kept: String = stem.chars().enumerate().map(|(n, c)| if n >= found.0 && n < found.1 { ' ' } else { c }).collect();
    // A name without spaces has other signs between its words.
    let slug = !stem.trim().contains(' ');
    let spaced: String = kept.chars().map(|c| if c == '_' || c.is_control() || (slug && c == '-') { ' ' } else { c }).collect();
    let mut title = spaced.split_whitespace().collect::<Vec<_>>().join(" ").replace("( )", "").replace("()", "");
    loop {
        let trimmed = title.trim_matches(|c: char| c.is_whitespace() || "-–—_.,;:".contains(c));
        let lower = trimmed.to_lowercase();
        let filler = FILLERS.iter().find(|f| lower.ends_with(**f)).map_or(0, |f| f.chars().count());
        // A whole word of it.
        let keep = trimmed.chars().count() - filler;
        let apart = filler == 0 || keep == 0 || trimmed.chars().nth(keep - 1).is_some_and(|c| !c.is_alphanumeric());
        let next: String = if apart { trimmed.chars().take(keep).collect() } else { trimmed.to_owned() };
        if next == title {
            break;
        }
        title = next;
    }
    let mut chars = title.chars().take(LONGEST);
    let first = chars.next()?;
    let mut out = String::with_capacity(title.len());
    // Only a file's name has no capitals at all.
    if title.contains(char::is_uppercase) {
        out.push(first)
    } else {
        out.extend(first.to_uppercase())
    }
    out.extend(chars);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_from_names() {
        for (name, expected) in [
            ("2024-04-05_poc_results_review.vtt", Some("Poc results review")),
            ("2024-04-05-ACME-POC-review.transcript.vtt", Some("ACME POC review")),
            ("GMT20240405-150112_Recording.transcript.vtt", None),
            ("ACME review (2024-04-05 15:00 GMT+2) - Transcript.txt", Some("ACME review")),
            ("ACME review-20240405_150112-Meeting Recording.vtt", Some("ACME review")),
            ("call with Greta Holm.txt", Some("call with Greta Holm")),
            ("first call.txt", Some("First call")),
            ("v1.2 review.txt", Some("V1.2 review")),
            ("transcript.txt", None),
            ("2024-04-05.srt", None),
            (".vtt", Some("Vtt")),
            ("ärger.srt", Some("Ärger")),
            ("", None),
        ] {
            assert_eq!(title(name).as_deref(), expected, "{name}");
        }
        assert_eq!(title(&"a".repeat(9_000)).unwrap().chars().count(), LONGEST);
    }
}
