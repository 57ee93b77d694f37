use std::{
    collections::{BTreeSet, HashMap},
    fmt::Write,
};

use sales_model::{Side, Task};

use super::{Attendee, NoteFile, Section};
use crate::markdown::{self, Blocks};

/// Title and sections, after the front matter. Writing to a string can't fail.
pub(super) fn write(file: &NoteFile<'_>, out: &mut String) {
    let title = markdown::heading(&file.note.title);
    let _ = write!(out, "\n# {}\n", if title.is_empty() { "Untitled meeting" } else { &title });
    section(out, Section::Attendees, &attendees(file.attendees));
    section(out, Section::Summary, &summary(file));
    for (which, text) in [
        (Section::ActionItems, tasks(file.tasks)),
        (Section::Notes, markdown::blocks(&file.note.private, &blocks(BTreeSet::new()))),
        (Section::Transcript, transcript(file)),
    ] {
        if !text.is_empty() {
            section(out, which, &text);
        }
    }
}

fn section(out: &mut String, which: Section, text: &str) {
    let _ = write!(out, "\n## {}\n{}", which.heading(), text);
    if !out.ends_with('\n') {
        out.push('\n');
    }
}

fn attendees(attendees: &[Attendee]) -> String {
    let mut known: Vec<&Attendee> = attendees.iter().filter(|a| !markdown::clean(&a.name).is_empty()).collect();
    known.sort_by_key(|a| match a.side {
        Side::Theirs => 0,
        Side::Other => 1,
        Side::Ours => 2,
        Side::Bot => 3,
    });
    let mut out = String::new();
    for attendee in known {
        let title = attendee.title.as_deref().map(markdown::text).filter(|t| !t.is_empty());
        let title = title.map(|t| format!(" ({t})")).unwrap_or_default();
        let _ = writeln!(out, "- {}{title}", markdown::line(&attendee.name));
    }
    if out.is_empty() { "Nobody is named.\n".to_owned() } else { out }
}

/// The note's own text, without the items that stand under [`Section::ActionItems`].
fn summary(file: &NoteFile<'_>) -> String {
    let listed = file.tasks.iter().filter(|t| words(t).is_some());
    let lines: BTreeSet<usize> = listed.filter_map(|t| usize::try_from(t.at?).ok()).collect();
    let only_tasks = !lines.is_empty();
    let text = markdown::blocks(&file.note.markdown, &blocks(lines));
    match (text.is_empty(), only_tasks) {
        (false, _) => text,
        (true, true) => "Only action items.\n".to_owned(),
        (true, false) => "The note is empty.\n".to_owned(),
    }
}

fn blocks(without: BTreeSet<usize>) -> Blocks {
    // A heading of the same words would take the section's place as a link's destination.
    Blocks { without, reserved: |slug| Section::ALL.iter().any(|s| s.slug() == slug) }
}

fn tasks(tasks: &[Task]) -> String {
    let mut out = String::new();
    for task in tasks {
        let Some(text) = words(task) else { continue };
        let _ = write!(out, "- [{}] {text}", if task.done { 'x' } else { ' ' });
        if let Some(owner) = task.owner.as_deref().map(markdown::text).filter(|o| !o.is_empty()) {
            let _ = write!(out, " - {owner}");
        }
        if let Some(due) = task.due {
            let _ = write!(out, " [{due}]");
        }
        out.push('\n');
    }
    out
}

/// What is to be done; a task without words is none.
fn words(task: &Task) -> Option<String> {
    Some(markdown::inline(&markdown::clean(&task.text))).filter(|text| !text.trim().is_empty())
}

fn transcript(file: &NoteFile<'_>) -> String {
    let Some(transcript) = file.transcript else { return String::new() };
    let names: HashMap<&str, &str> = file.speakers.iter().map(|(speaker, name)| (speaker.as_str(), name.as_str())).collect();
    let mut out = String::new();
    for turn in &transcript.turns {
        let text = markdown::text(&turn.text);
        if text.is_empty() {
            continue;
        }
        let name = markdown::text(names.get(turn.speaker.as_str()).copied().unwrap_or(&turn.speaker));
        let name = if name.is_empty() { "Unknown" } else { &name };
        // Markdown joins lines that follow each other: an empty one keeps turns apart.
        let gap = if out.is_empty() { "" } else { "\n" };
        let _ = writeln!(out, "{gap}**{name}** ({}): {text}", clock(turn.start));
    }
    out
}

/// `12:34`, from an hour on `1:02:03`.
fn clock(millis: u64) -> String {
    let seconds = millis / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours == 0 { format!("{minutes}:{seconds:02}") } else { format!("{hours}:{minutes:02}:{seconds:02}") }
}
