use std::fmt::Write;

use super::NoteFile;
use crate::{error::is_hidden, time::rfc3339};

/// What we write ourselves has some hundred bytes.
const LARGEST: usize = 1 << 16;

/// The front matter with the lines of three dashes around it.
pub(super) fn of(file: &NoteFile<'_>) -> String {
    let note = file.note;
    let time = |at: Option<jiff::Timestamp>| at.map(|at| rfc3339(at, file.timezone));
    let event = note.event.as_ref().and_then(|e| e.id.clone());
    let keys = [
        ("note_id", Some(file.record.native.clone())),
        ("url", Some(note.url.clone())),
        ("created_at", time(note.created)),
        ("updated_at", time(note.updated)),
        ("customer", Some(file.customer.to_string())),
        ("calendar_event_id", event),
    ];
    let mut out = String::from("---\nsource: granola\n");
    for (key, value) in keys {
        let value = value.filter(|v| !v.trim().is_empty()).map_or_else(|| "null".to_owned(), |v| quoted(&v));
        // Writing to a string can't fail.
        let _ = writeln!(out, "{key}: {value}");
    }
    out.push_str("---\n");
    out
}

/// A text in double quotes as YAML 1.2 has it. Always quoted: a bare `no`, `1e3` or `2024-03-22` would be no text.
fn quoted(text: &str) -> String {
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

/// Whether a file begins with front matter as a note's file has it.
pub(crate) fn is_note(content: &[u8]) -> bool {
    let head = content.get(..LARGEST.min(content.len())).unwrap_or_default();
    let text = String::from_utf8_lossy(head);
    let mut lines = text.lines();
    if lines.next() != Some("---") {
        return false;
    }
    let keys: Vec<&str> = lines.by_ref().take_while(|l| *l != "---").collect();
    let has = |key: &str| keys.iter().any(|l| l.strip_prefix(key).is_some_and(|rest| rest.starts_with(": \"")));
    keys.contains(&"source: granola") && has("note_id") && has("customer")
}
