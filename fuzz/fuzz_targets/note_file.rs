//! A note's Markdown, as a part of its file.
#![cfg_attr(not(feature = "drive"), no_main)]

use jiff::tz::TimeZone;
use sales_files::granola::{NoteFile, Section, render};
use sales_fuzz::target;
use sales_model::{Note, Record, RecordState, Task, Text};

target!(|input: (String, String, Vec<u8>)| {
    let (markdown, title, lines) = input;
    let record = Record {
        place: "granola".into(),
        native: title.clone(),
        thread: title.clone(),
        at: jiff::Timestamp::UNIX_EPOCH,
        state: RecordState::Live,
        partial: false,
        author: None,
        author_name: None,
        bot: false,
        text: Text::default(),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    };
    let note = Note { title, private: markdown.clone(), markdown, ..Note::default() };
    let tasks: Vec<Task> =
        lines.iter().take(20).map(|n| Task { text: note.title.clone(), at: Some(u64::from(*n)), ..Task::default() }).collect();
    let file = NoteFile {
        record: &record,
        note: &note,
        transcript: None,
        customer: &"acme_inc".parse().unwrap(),
        attendees: &[],
        tasks: &tasks,
        speakers: &[],
        timezone: &TimeZone::UTC,
    };
    let text = String::from_utf8(render(&file)).unwrap();
    for section in Section::ALL {
        let found = text.lines().filter(|l| l.strip_prefix("## ") == Some(section.heading())).count();
        assert!(found <= 1, "{} stands there {found} times", section.heading());
    }
    assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    // Each byte may become an entity at most.
    assert!(text.len() <= 1_000 + 8 * (2 * note.markdown.len() + (8 + tasks.len()) * (8 + note.title.len())));
});
