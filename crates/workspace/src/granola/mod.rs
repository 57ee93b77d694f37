//! A meeting note as a file.

mod body;
mod front_matter;

use jiff::tz::TimeZone;
use sales_model::{CustomerId, Note, Record, Side, Task, Transcript};

use crate::markdown;
pub(crate) use front_matter::is_note;

/// Somebody who was in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Their name.
    pub name: String,
    /// Their job title, where the profile or the note tells it.
    pub title: Option<String>,
    /// On which side they stand towards the customer of the file.
    pub side: Side,
}

/// One note, with everything that its file shows.
#[derive(Debug, Clone, Copy)]
pub struct NoteFile<'a> {
    /// The record: its id.
    pub record: &'a Record,
    /// What it holds.
    pub note: &'a Note,
    /// What was said, if that is known.
    pub transcript: Option<&'a Transcript>,
    /// Whose folder the file stands in.
    pub customer: &'a CustomerId,
    /// Who was there. The file names the customer's people first, then others, then ours, each in this order.
    pub attendees: &'a [Attendee],
    /// What the note says is to be done.
    pub tasks: &'a [Task],
    /// Names of the transcript's speakers: (what it calls them, name). Others go by what it calls them.
    pub speakers: &'a [(String, String)],
    /// The workspace's time zone.
    pub timezone: &'a TimeZone,
}

/// A part of a note's file that evidence can point at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Who was there.
    Attendees,
    /// The note's text.
    Summary,
    /// What is to be done.
    ActionItems,
    /// The owner's own notes.
    Notes,
    /// What was said.
    Transcript,
}

impl Section {
    /// In the order of the file.
    pub const ALL: [Section; 5] = [Section::Attendees, Section::Summary, Section::ActionItems, Section::Notes, Section::Transcript];

    /// Its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Section::Attendees => "Attendees",
            Section::Summary => "Summary",
            Section::ActionItems => "Action Items",
            Section::Notes => "Notes",
            Section::Transcript => "Transcript",
        }
    }

    /// Its heading as the fragment of a link: `action-items`.
    pub fn slug(self) -> &'static str {
        match self {
            Section::Attendees => "attendees",
            Section::Summary => "summary",
            Section::ActionItems => "action-items",
            Section::Notes => "notes",
            Section::Transcript => "transcript",
        }
    }

    /// The fragment by which Markdown viewers find it in the file of a note with that title: of two headings with the same words they
    /// number the second, and the title is a heading too.
    pub fn anchor(self, title: &str) -> String {
        let same = markdown::heading_slug(&markdown::clean(title)) == self.slug();
        if same { format!("{}-1", self.slug()) } else { self.slug().to_owned() }
    }
}

/// The bytes of the file: Markdown with YAML front matter, with a line end at the end. The same input gives the same bytes.
///
/// What others wrote neither ends a section nor begins one; it loads no image, runs no HTML, and steers no terminal.
pub fn render(file: &NoteFile<'_>) -> Vec<u8> {
    let mut out = front_matter::of(file);
    body::write(file, &mut out);
    out.into_bytes()
}
