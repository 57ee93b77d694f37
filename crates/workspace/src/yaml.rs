//! Front matter of Markdown files.

use std::fmt::Write;

use crate::error::is_hidden;

/// What we write ourselves is shorter.
const LARGEST: usize = 1 << 20;

/// A text in double quotes as YAML 1.2 has it. Always quoted: a bare `no`, `1e3` or `2024-03-22` would be no text.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            // Not printable to YAML: the latter two are the only others outside of the hidden ones.
            c if is_hidden(c) || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Texts as a YAML list on one line.
pub(crate) fn list<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", all.join(", "))
}

/// Whether a file begins with front matter of that source that has these keys with a text each.
pub(crate) fn is_headed(content: &[u8], source: &str, keys: &[&str]) -> bool {
    let head = content.get(..LARGEST.min(content.len())).unwrap_or_default();
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    if lines.next() != Some("---") {
        return false;
    }
    let found: Vec<&str> = lines.by_ref().take_while(|l| *l != "---").collect();
    let has = |key: &&str| found.iter().any(|l| l.strip_prefix(*key).is_some_and(|rest| rest.starts_with(": \"")));
    found.iter().any(|l| l.strip_prefix("source: ") == Some(source)) && keys.iter().all(has)
}
