//! A text as it reads: one way to write spaces, hyphens, quotes and digits, and nothing that cannot be seen.
//!
//! A soft hyphen or a zero-width space inside a number hides it from patterns, not from readers. So patterns look at this view, and what
//! they find is told in the original's bytes.

use std::ops::Range;

/// Stands for what must not be looked at: a mask, or what was found before.
pub(super) const BARRIER: char = '\u{E000}';

/// Where view and original part: from `view` on, the original goes on at `start`; what stood before ended at `end`.
#[derive(Debug, Clone, Copy)]
struct Break {
    view: usize,
    end: usize,
    start: usize,
}

/// The text as it reads.
#[derive(Debug)]
pub(super) struct View {
    pub(super) text: String,
    breaks: Vec<Break>,
}

impl View {
    /// Reads a text; each of the ranges (sorted, apart, on character boundaries) becomes a [`BARRIER`].
    pub(super) fn new(original: &str, barriers: &[Range<usize>]) -> View {
        let mut view = View { text: String::with_capacity(original.len()), breaks: Vec::new() };
        let mut barriers = barriers.iter().peekable();
        let mut hidden = 0;
        for (at, c) in original.char_indices() {
            if at < hidden {
                continue;
            }
            if let Some(barrier) = barriers.next_if(|b| b.start <= at) {
                hidden = barrier.end.max(at + c.len_utf8());
                view.text.push(BARRIER);
                view.part(hidden, hidden);
                continue;
            }
            let next = at + c.len_utf8();
            match shown(c) {
                Some(s) if s == c => view.text.push(c),
                Some(s) => {
                    view.text.push(s);
                    if s.len_utf8() != c.len_utf8() {
                        view.part(next, next);
                    }
                }
                None => view.part(at, next),
            }
        }
        view
    }

    fn part(&mut self, end: usize, start: usize) {
        let view = self.text.len();
        match self.breaks.last_mut() {
            // Several invisible characters in a row: what stood before ended where it did.
            Some(last) if last.view == view => last.start = start,
            _ => self.breaks.push(Break { view, end, start }),
        }
    }

    /// A range of the view in bytes of the original.
    pub(super) fn original(&self, range: Range<usize>) -> Range<usize> {
        let before = |at: usize| self.breaks.partition_point(|b| b.view <= at).checked_sub(1).and_then(|n| self.breaks.get(n));
        let start = before(range.start).map_or(range.start, |b| b.start + (range.start - b.view));
        let end = match before(range.end) {
            Some(b) if b.view == range.end => b.end,
            Some(b) => b.start + (range.end - b.view),
            None => range.end,
        };
        start..end.max(start)
    }
}

/// How a character reads; none if nobody sees it.
fn shown(c: char) -> Option<char> {
    let code = u32::from(c);
    if code < 0x80 {
        return Some(if c == '\r' { ' ' } else { c });
    }
    let digit = |zero: u32| char::from_digit((code - zero) % 10, 10);
    Some(match code {
        0xAD | 0x34F | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF => return None,
        0xA0 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => ' ',
        0x2010..=0x2015 | 0x2212 | 0xFE58 | 0xFE63 => '-',
        0x2018..=0x201B | 0x2032 => '\'',
        0x201C..=0x201F | 0x2033 => '"',
        0x2024 => '.',
        // The sign for a difference, as it is typed in place of the letter.
        0x2206 => 'Δ',
        0xFF01..=0xFF5E => char::from_u32(code - 0xFF01 + 0x21)?,
        0x660..=0x669 => digit(0x660)?,
        0x6F0..=0x6F9 => digit(0x6F0)?,
        0x966..=0x96F => digit(0x966)?,
        0x1D7CE..=0x1D7FF => digit(0x1D7CE)?,
        0xE000 => '\u{FFFD}',
        _ => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_the_view_are_told_in_the_original() {
        let text = "a\u{AD}\u{200B}b ４\u{200B}２\u{FEFF} é";
        let view = View::new(text, &[]);
        assert_eq!(view.text, "ab 42 é");
        let of = |part: &str| {
            let at = view.text.find(part).unwrap();
            text.get(view.original(at..at + part.len())).unwrap()
        };
        assert_eq!(of("ab"), "a\u{AD}\u{200B}b");
        assert_eq!(of("a"), "a");
        assert_eq!(of("b"), "b");
        assert_eq!(of("42"), "４\u{200B}２");
        assert_eq!(of("4"), "４");
        assert_eq!(of("é"), "é");
        assert_eq!(of(&view.text), text);
    }

    #[test]
    fn what_is_barred_is_one_sign() {
        let view = View::new("Ana [X] Ümit\u{E000}", &[0..3, 4..7]);
        assert_eq!(view.text, "\u{E000} \u{E000} Ümit\u{FFFD}");
        assert_eq!(view.original(0..3), 0..3);
        assert_eq!(view.original(4..7), 4..7);
        assert_eq!(view.original(8..9), 8..9);
    }

    #[test]
    fn an_empty_text_has_an_empty_view() {
        assert_eq!(View::new("", &[]).original(0..0), 0..0);
        assert_eq!(View::new("\u{200B}", &[]).text, "");
    }
}
