use std::fmt::Write;

use super::NoteFile;
use crate::{
    time::rfc3339,
    yaml::{self, quoted},
};

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

/// Whether a file begins with front matter as a note's file has it.
pub(crate) fn is_note(content: &[u8]) -> bool {
    yaml::is_headed(content, "granola", &["note_id", "customer"])
}
