//! The line above a quote: "On … wrote:".

use super::{
    Line, bare,
    words::{OPENERS, SENTENCE, WROTE_END, WROTE_LAST, WROTE_NAME},
};

/// Lines that an introduction is wrapped over at most, and its letters.
const MOST_LINES: usize = 4;
const MOST_BYTES: usize = 500;

/// An introduction found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Intro {
    /// The line after its last.
    pub(super) end: usize,
    /// It names a moment or an address as programs do: what follows is a quote even without marks. Else it is one only above a quote.
    pub(super) strong: bool,
}

/// The introduction that begins at a line.
pub(super) fn find(lines: &[Line<'_>], at: usize) -> Option<Intro> {
    let first = lines.get(at).filter(|l| !l.is_blank())?;
    let mut text = String::new();
    for (n, line) in lines.iter().enumerate().skip(at).take(MOST_LINES) {
        if line.is_blank() || line.depth != first.depth || text.len() + line.text.len() > MOST_BYTES {
            return None;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&bare(line.text));
        // Zoho: `---- On … wrote ----`; Lotus Notes: `-----… wrote: -----`.
        let ruled = text.starts_with("---") && text.len() > 6 && text.ends_with("---");
        if text.ends_with([':', '：']) || ruled {
            let strong = judge(text.trim_matches(['-', ' ']))?;
            return (!begins_below(lines, at, n)).then_some(Intro { end: n + 1, strong });
        }
    }
    None
}

/// A line below the first is where it begins, day, time and all: the first is somebody's own, without an empty line after it.
fn begins_below(lines: &[Line<'_>], at: usize, last: usize) -> bool {
    (at + 1..=last).any(|from| {
        let texts = lines.get(from..=last).unwrap_or_default().iter().map(|l| bare(l.text));
        let text = texts.collect::<Vec<_>>().join(" ");
        let begins = OPENERS.has(first_word(&text.to_lowercase())) || (has_date(&text) && has_time(&text));
        begins && judge(text.trim_matches(['-', ' '])) == Some(true)
    })
}

/// Whether it is an introduction, and then whether it is a strong one.
fn judge(text: &str) -> Option<bool> {
    let body = text.trim_end_matches([':', '：', ' ']);
    let lower = body.to_lowercase();
    if body.contains(['?', '!']) || body.split_whitespace().count() > 32 || has_sentence_end(body) {
        return None;
    }
    let address = body.contains('@');
    let moment = has_time(body);
    let date = has_date(body);
    let wrote = wrote(body, &lower);
    // Gmail in Russian and Japanese: a moment and `Name <address>:`.
    let named = address && body.ends_with('>') && moment && date && starts_like_a_moment(&lower);
    // In languages that are not known here: an address, a day and a time are an introduction above a quote.
    if !wrote && !named {
        return (address && moment && date).then_some(false);
    }
    let sentence = !address && lower.split(|c: char| !c.is_alphanumeric()).any(|w| SENTENCE.has(w));
    let opens = opens(&lower) || body.starts_with(|c: char| c.is_uppercase() && wrote);
    let strong = !sentence && (named || (opens && (address || (moment && date))));
    let short = body.split_whitespace().count() <= 16;
    (strong || (wrote && short && !sentence)).then_some(strong)
}

/// "A word on history. On 2 April 2024 Michael wrote": a stop between a whole word and a capital.
fn has_sentence_end(body: &str) -> bool {
    body.match_indices(". ").any(|(at, stop)| {
        let (before, after) = (body.get(..at).unwrap_or_default(), body.get(at + stop.len()..).unwrap_or_default());
        let whole = before.chars().rev().take_while(|c| c.is_lowercase()).count() >= 5;
        whole && after.starts_with(char::is_uppercase)
    })
}

fn wrote(body: &str, lower: &str) -> bool {
    let last = |verb: &str| lower.strip_suffix(verb).is_some_and(|rest| !rest.ends_with(char::is_alphabetic));
    if WROTE_LAST.iter().any(last) || WROTE_END.iter().any(|verb| lower.ends_with(verb) && verb != "wrote") {
        return true;
    }
    // "schrieb Michael Chen <…>", or Lotus Notes: "wrote on 15/03/2024 10:02:57".
    WROTE_NAME.iter().any(|verb| {
        let Some(at) = lower.rfind(verb) else { return false };
        // Lower case may have other lengths: counted in characters.
        let skip = lower.get(..at).map_or(0, |s| s.chars().count()) + verb.chars().count();
        let rest: String = body.chars().skip(skip).collect();
        is_name(&rest) || (has_time(&rest) && rest.split_whitespace().all(|w| w.len() <= 5 || has_digit(w)))
    })
}

/// A name or an address: "Michael Chen via Deals <deals@…>".
fn is_name(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some()
        && text.split_whitespace().count() <= 8
        && words.all(|w| {
            let w = w.trim_start_matches(['"', '\'', '<', '(', '[', '„', '“', '«']);
            w.is_empty() || w.contains('@') || w.starts_with(|c: char| c.is_uppercase() || !c.is_lowercase()) || PARTICLES.contains(&w)
        })
}

const PARTICLES: &[&str] = &["von", "van", "de", "der", "den", "da", "di", "del", "la", "le", "via", "al", "bin", "zu", "und", "at"];

fn opens(lower: &str) -> bool {
    let first = first_word(lower);
    OPENERS.has(first) || starts_like_a_moment(lower) || first.starts_with(['在', '于', '於'])
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.')).next().unwrap_or_default()
}

/// A digit, or a short day's name: "fre.", "пт,", "2024年".
fn starts_like_a_moment(lower: &str) -> bool {
    let first = lower.split_whitespace().next().unwrap_or_default();
    has_digit(first) || (first.ends_with([',', '.']) && first.chars().count() <= 5) || first.starts_with(['在', '于', '於'])
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

/// `10:02`, `10.02`, `10h02`, `10時02分`.
pub(crate) fn has_time(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(4).enumerate().any(|(n, w)| match w {
        [a, b, c, d]
            if a.is_ascii_digit() && matches!(b, ':' | '.' | 'h' | '時' | '시' | '点') && c.is_ascii_digit() && d.is_ascii_digit() =>
        {
            // Not the month of `15.03.2024`.
            let dotted = *b == '.' && matches!(chars.get(n + 4), Some('.'));
            let year = *b == '.' && chars.get(n + 4).is_some_and(char::is_ascii_digit);
            !dotted && !year
        }
        _ => false,
    })
}

/// A year, or three numbers with dots, strokes or lines between them.
fn has_date(text: &str) -> bool {
    let mut groups = 0;
    let mut digits = String::new();
    let mut last_separator = false;
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() {
            if digits.is_empty() {
                groups = if last_separator { groups + 1 } else { 1 };
            }
            digits.push(c);
            continue;
        }
        if digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20")) {
            return true;
        }
        if !digits.is_empty() && groups >= 3 && digits.len() <= 4 {
            return true;
        }
        let separates = matches!(c, '.' | '/' | '-');
        // `15. 3. 2024`
        last_separator = (separates && !digits.is_empty()) || (c == ' ' && last_separator);
        digits.clear();
    }
    false
}
