//! What is timed: a cue of captions.

/// A stretch of text on the screen, with its speaker where the format says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cue {
    /// Milliseconds.
    pub(super) start: u64,
    /// Milliseconds.
    pub(super) end: u64,
    /// Who speaks; `None` if the cue itself does not say.
    pub(super) speaker: Option<String>,
    /// In one line.
    pub(super) text: String,
}

/// A text in one line: white space and what cannot be seen becomes one space.
pub(super) fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}').filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Blocks of a file that are apart by empty lines: each with the number of its first line, from 1.
pub(super) fn blocks(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    let mut lines = lines(text);
    std::iter::from_fn(move || {
        let (first, line) = lines.find(|(_, line)| !line.trim().is_empty())?;
        let mut block = vec![line];
        block.extend(lines.by_ref().map(|(_, line)| line).take_while(|line| !line.trim().is_empty()));
        Some((first, block))
    })
}

/// Lines with their numbers, from 1, whether they end as on Unix, on Windows or on an old Macintosh.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')).enumerate().map(|(n, line)| (n + 1, line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_blocks() {
        let all: Vec<_> = lines("a\r\nb\rc\n\nd").collect();
        assert_eq!(all, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
        assert_eq!(blocks("\n \na\nb\n\n\n c\n").collect::<Vec<_>>(), [(3, vec!["a", "b"]), (7, vec![" c"])]);
        assert_eq!(blocks("").count(), 0);
        assert_eq!(one_line(" a\t b\u{7}\u{feff}c\n"), "a b c");
    }
}
