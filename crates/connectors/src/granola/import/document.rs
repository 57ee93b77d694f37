//! A document of the desktop app's cache: to a note with the same fields as the API's, as far as the cache has them. Pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sales_model::{Affiliation, CalendarEvent, Note, Participant, RawItem};
use serde::Deserialize;
use serde_json::Value;

use super::prose;
use crate::{
    ItemFailure, Mapped,
    granola::{
        lenient, map,
        turns::{self, Piece},
        url::{document, is_uuid},
        wire::User,
    },
};

/// A document with what belongs to it, as [`super::cache::Cache`] puts it together.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cached {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    document: Option<Document>,
    #[serde(deserialize_with = "lenient::object")]
    metadata: Option<People>,
    #[serde(deserialize_with = "lenient::object")]
    panels: Option<BTreeMap<String, Value>>,
    #[serde(deserialize_with = "lenient::list")]
    transcript: Vec<Heard>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Document {
    #[serde(deserialize_with = "lenient::text")]
    title: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    created_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    updated_at: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::text")]
    deleted_at: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    notes_plain: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    notes_markdown: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    notes: Option<Value>,
    #[serde(deserialize_with = "lenient::object")]
    people: Option<People>,
    #[serde(deserialize_with = "lenient::object")]
    google_calendar_event: Option<Event>,
    #[serde(deserialize_with = "lenient::text")]
    overview: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    summary: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct People {
    #[serde(deserialize_with = "lenient::list")]
    attendees: Vec<User>,
    #[serde(deserialize_with = "lenient::object")]
    creator: Option<User>,
}

/// Google's calendar event.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Event {
    #[serde(deserialize_with = "lenient::text")]
    id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(deserialize_with = "lenient::object")]
    start: Option<When>,
    #[serde(deserialize_with = "lenient::object")]
    end: Option<When>,
    #[serde(deserialize_with = "lenient::object")]
    organizer: Option<Invited>,
    #[serde(deserialize_with = "lenient::list")]
    attendees: Vec<Invited>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct When {
    #[serde(deserialize_with = "lenient::time")]
    date_time: Option<Timestamp>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Invited {
    #[serde(deserialize_with = "lenient::text")]
    email: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    response_status: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Heard {
    #[serde(deserialize_with = "lenient::words")]
    text: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    source: Option<String>,
    #[serde(deserialize_with = "lenient::time")]
    start_timestamp: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::time")]
    end_timestamp: Option<Timestamp>,
    #[serde(deserialize_with = "lenient::flag")]
    is_final: Option<bool>,
}

impl Cached {
    pub(super) fn is_deleted(&self) -> bool {
        self.document.as_ref().is_some_and(|d| d.deleted_at.is_some())
    }

    /// Neither notes nor a transcript: the app makes such documents for meetings to come.
    pub(super) fn is_empty(&self) -> bool {
        let Some(document) = &self.document else { return false };
        self.written().is_empty() && document.own().is_empty() && !self.has_transcript()
    }

    pub(super) fn has_transcript(&self) -> bool {
        self.transcript.iter().any(|h| h.text.as_deref().is_some_and(|t| !t.trim().is_empty()))
    }

    /// What the app wrote: panels, or what older versions had in their place.
    fn written(&self) -> String {
        let panels = self.panels.as_ref().map(panels).unwrap_or_default();
        let document = self.document.as_ref();
        let older = || document.and_then(|d| d.overview.clone().or(d.summary.clone())).unwrap_or_default();
        if panels.is_empty() { older() } else { panels }
    }
}

impl Document {
    /// What its owner wrote.
    fn own(&self) -> String {
        let prose = self.notes.as_ref().map(prose::markdown).unwrap_or_default();
        let first = |text: &Option<String>| text.clone().unwrap_or_default();
        [first(&self.notes_markdown), prose, first(&self.notes_plain)].into_iter().find(|t| !t.trim().is_empty()).unwrap_or_default()
    }
}

/// The panels that were not deleted, the oldest first, each under its title where there are several.
fn panels(of: &BTreeMap<String, Value>) -> String {
    let text = |panel: &Value, field: &str| panel.get(field).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let mut found: Vec<(String, String, String)> = of
        .values()
        .filter(|p| text(p, "deleted_at").is_empty())
        .map(|p| (text(p, "created_at"), text(p, "title"), p.get("content").map(prose::markdown).unwrap_or_default()))
        .filter(|(_, _, content)| !content.is_empty())
        .collect();
    found.sort();
    let several = found.len() > 1;
    let shown = found.into_iter().map(|(_, title, content)| match several && !title.is_empty() {
        true => format!("## {}\n\n{content}", turns::tidy(&title)),
        false => content,
    });
    shown.collect::<Vec<_>>().join("\n\n")
}

/// What a document means.
pub(crate) fn process(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let cached: Cached = map::parse(raw)?;
    let id = cached.id.clone().filter(|id| is_uuid(id)).ok_or_else(|| map::failure(raw, "its id is not one of Granola's"))?;
    let written = cached.written();
    let document_of = cached.document.ok_or_else(|| map::failure(raw, "it is no document"))?;
    let own = document_of.own();
    // Without a summary the owner's notes are the note.
    let (markdown, private) = if written.is_empty() { (own, String::new()) } else { (written, own) };
    let pieces = pieces(cached.transcript);
    let event = document_of.google_calendar_event;
    let scheduled = event.as_ref().and_then(|e| e.start.as_ref()?.date_time);
    let (at, dated_by) =
        map::dated(scheduled, turns::first(&pieces), document_of.created_at).ok_or_else(|| map::failure(raw, map::NO_TIME))?;
    let (people, metadata) = (document_of.people.unwrap_or_default(), cached.metadata.unwrap_or_default());
    let declined = declined(event.as_ref());
    let attendees = if metadata.attendees.is_empty() { people.attendees } else { metadata.attendees };
    let note = Note {
        title: document_of.title.as_deref().map(turns::tidy).unwrap_or_default(),
        url: document(&id.to_ascii_lowercase()),
        owner: Participant {
            affiliation: Affiliation::Internal,
            attended: true,
            ..map::somebody(metadata.creator.or(people.creator).unwrap_or_default())
        },
        created: document_of.created_at,
        updated: document_of.updated_at,
        event: event.map(calendar),
        attendees: attendees
            .into_iter()
            .filter_map(map::attendee)
            .filter(|p| p.email.as_ref().is_none_or(|email| !declined.contains(email)))
            .collect(),
        folders: Vec::new(),
        markdown,
        private,
        dated_by: dated_by.into(),
    };
    Ok(Mapped { records: map::records(&id.to_ascii_lowercase(), at, note, Some(pieces)), ..Mapped::default() })
}

fn declined(event: Option<&Event>) -> Vec<String> {
    let no = |i: &&Invited| i.response_status.as_deref() == Some("declined");
    event.iter().flat_map(|e| &e.attendees).filter(no).filter_map(|i| map::address(i.email.as_deref()?)).collect()
}

fn calendar(e: Event) -> CalendarEvent {
    let mut invitees: Vec<String> = e.attendees.iter().filter_map(|i| map::address(i.email.as_deref()?)).collect();
    let mut seen = std::collections::BTreeSet::new();
    invitees.retain(|email| seen.insert(email.clone()));
    CalendarEvent {
        id: e.id,
        title: e.summary.as_deref().map(turns::tidy),
        start: e.start.and_then(|w| w.date_time),
        end: e.end.and_then(|w| w.date_time),
        organiser: e.organizer.and_then(|o| map::address(o.email.as_deref()?)),
        invitees,
    }
}

/// What was heard; guesses that were replaced by a final text are left out.
fn pieces(heard: Vec<Heard>) -> Vec<Piece> {
    let kept = heard.into_iter().filter(|h| h.is_final != Some(false));
    let kept: Vec<Heard> = kept.collect();
    let two_sided = kept.iter().any(|h| h.source.as_deref().and_then(turns::side).is_some_and(|s| s != turns::ME));
    let side = |h: &Heard| h.source.as_deref().and_then(turns::side).filter(|_| two_sided).unwrap_or_default().to_owned();
    kept.into_iter()
        .map(|h| Piece { speaker: side(&h), text: h.text.unwrap_or_default(), start: h.start_timestamp, end: h.end_timestamp })
        .collect()
}
