//! A body's lines and their quote marks.

/// One line of a body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// As it stands, without its `\n`.
    pub(crate) raw: &'a str,
    /// Without quote marks and the space around.
    pub(crate) text: &'a str,
    /// How many quote marks stand before it.
    pub(crate) depth: usize,
}

impl Line<'_> {
    /// Nothing but space (and quote marks).
    pub(crate) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

/// The lines of a text; the empty text has none.
pub(crate) fn lines(text: &str) -> Vec<Line<'_>> {
    if text.is_empty() {
        return Vec::new();
    }
    text.split('\n').map(line).collect()
}

fn line(raw: &str) -> Line<'_> {
    let mut rest = raw;
    let mut depth = 0;
    // One space may stand before each mark; more of them are somebody's own indentation. `>=` is a comparison.
    while let Some(after) = rest.strip_prefix([' ', '\u{a0}']).unwrap_or(rest).strip_prefix('>').filter(|a| !a.starts_with('=')) {
        rest = after;
        depth += 1;
    }
    Line { raw, text: trim(rest), depth }
}

/// Space and what cannot be seen: HTML mails are full of it.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'))
}

/// A line without marks of bold text and with ordinary spaces: `*From:* Jo` says what `From: Jo` does.
pub(crate) fn bare(text: &str) -> String {
    let visible = text.chars().filter(|c| !matches!(c, '*' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'));
    let bare: String = visible.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    bare.trim().to_owned()
}
