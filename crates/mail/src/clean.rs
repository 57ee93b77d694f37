//! Characters that nobody sees, taken out of what strangers wrote.

use std::borrow::Cow;

/// A text without control characters, bidirectional controls, tags and invisible characters; its line ends are `\n`. Joiners stay where they
/// join two visible characters (Persian, Indian scripts, emoji): mailings use long runs of them as padding.
pub(crate) fn text(input: &str) -> Cow<'_, str> {
    if input.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n' | b'\t')) {
        return Cow::Borrowed(input);
    }
    let mut out = String::with_capacity(input.len());
    let mut joiner = None;
    let mut chars = input.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            '\u{a0}' | '\u{202f}' => ' ',
            '\u{200c}' | '\u{200d}' => {
                joiner = Some(c);
                continue;
            }
            '\u{fe00}'..='\u{fe0f}' => {
                if out.chars().next_back().is_some_and(|p| !p.is_whitespace() && !is_selector(p)) {
                    out.push(c);
                }
                continue;
            }
            c if is_unseen(c) => continue,
            c => c,
        };
        if let Some(j) = joiner.take()
            && !c.is_whitespace()
            && out.chars().next_back().is_some_and(|p| !p.is_whitespace())
        {
            out.push(j);
        }
        out.push(c);
    }
    Cow::Owned(out)
}

/// A text on one line, white space collapsed, with at most `most` characters.
pub(crate) fn line(input: &str, most: usize) -> String {
    let seen = text(input);
    let mut out = String::with_capacity(seen.len().min(most.saturating_mul(4)));
    let mut left = most;
    for word in seen.split_whitespace() {
        let space = usize::from(!out.is_empty());
        if left <= space {
            break;
        }
        if space == 1 {
            out.push(' ');
        }
        left -= space;
        let mut taken = 0;
        out.extend(word.chars().take(left).inspect(|_| taken += 1));
        left -= taken;
    }
    out
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}')
}

/// Whether a character shows nothing or changes how others are shown (Unicode: Cc, the bidirectional controls, default ignorables without
/// joiners and variation selectors, which are told apart above).
fn is_unseen(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180e}' => true,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' => true,
        '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// A text's lines without white space at their ends (the mark of a signature, `-- `, keeps its own), at most two empty lines in a row, none
/// at either end.
pub(crate) fn lines(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut empty = 0;
    for line in input.split('\n') {
        let end = line.trim_end();
        if end.is_empty() {
            empty += 1;
            continue;
        }
        if !out.is_empty() {
            (0..=empty.min(2)).for_each(|_| out.push('\n'));
        }
        empty = 0;
        out.push_str(end);
        if end.trim_start_matches(['>', ' ']) == "--" && line.ends_with("-- ") {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_taken_out() {
        let cases = [
            ("plain\ttext\n", "plain\ttext\n"),
            ("a\r\nb\rc\u{2028}d", "a\nb\nc\nd"),
            ("\u{202e}evil\u{202c} \u{2066}x\u{2069}\u{200e}", "evil x"),
            ("zero\u{200b}width\u{feff}\u{ad}", "zerowidth"),
            ("\u{200c} \u{200c} \u{200c}flood", "  flood"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("❤\u{fe0f}\u{200d}🔥 ok\u{fe0f}\u{fe0f}", "❤\u{fe0f}\u{200d}🔥 ok\u{fe0f}"),
            ("\u{1b}[31mred\u{7}\0", "[31mred"),
            ("tag\u{e0041}\u{e0042}s", "tags"),
            ("a\u{a0}b", "a b"),
        ];
        for (input, want) in cases {
            assert_eq!(text(input), want, "{input:?}");
        }
    }

    #[test]
    fn one_line() {
        assert_eq!(line("  a \r\n\tb\u{a0}\u{200b} c ", 100), "a b c");
        assert_eq!(line("one two three", 6), "one tw");
        assert_eq!(line("one two three", 4), "one");
        assert_eq!(line("", 4), "");
    }

    #[test]
    fn ends_of_lines() {
        assert_eq!(lines("\n \na  \n\n\n\n\nb\n-- \nAna\n> -- \n--\t\n\n"), "a\n\n\nb\n-- \nAna\n> -- \n--");
    }
}
