//! What Granola's objects mean: wire to records, places and work. Pure; the route an item came by is not looked at.

use jiff::Timestamp;
use sales_model::{
    Affiliation, CalendarEvent, ContentHash, Detail, Note, Participant, Place, RawItem, RawKind, Record, RecordState, Text, Transcript,
    WorkItem,
};
use serde::Deserialize;

use super::{
    import::document,
    turns::{self, Piece},
    url::{is_note_id, is_ours, is_uuid},
    wire,
};
use crate::{ItemFailure, Mapped, slack};

/// Key of the one place that all notes stand in.
pub(crate) const PLACE: &str = "granola";
/// Name of the work-list stream of notes that are to be read whole.
pub(crate) const DETAILS: &str = "details";

/// A note, whole. `RawItem::at`: when its meeting began, where neither calendar nor the note's own transcript tells.
pub(crate) const NOTE: RawKind = "note";
/// An entry of the list of notes: it says that there is a note and when it changed. `RawItem::at`: since when notes are read again that were
/// read before (`sales sync --full`).
pub(crate) const SUMMARY: RawKind = "summary";
/// A transcript too long to come with its note, put together by us: `{"note_id","start","transcript"}`.
pub(crate) const TRANSCRIPT: RawKind = "transcript";
/// A folder, kept for its bytes only: notes name their folders themselves.
pub(crate) const FOLDER: RawKind = "folder";
/// Our own note that the account can be read: `{"name"}`.
pub(crate) const WORKSPACE: RawKind = "workspace";
/// The same of an imported file, which nothing new can be read from.
pub(crate) const FILE: RawKind = "file";
/// A document of the desktop app's cache with what stands apart from it there, put together by us.
pub(crate) const DOCUMENT: RawKind = "document";

/// What a raw item means.
pub(crate) fn process(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    match raw.kind {
        NOTE => note(raw),
        SUMMARY => summary(raw),
        TRANSCRIPT => transcript(raw),
        DOCUMENT => document::process(raw),
        FOLDER => Ok(Mapped::default()),
        WORKSPACE | FILE => Ok(Mapped { places: vec![place(raw.kind == WORKSPACE)], ..Mapped::default() }),
        other => Err(ItemFailure::new(other, "Granola has no items of this kind")),
    }
}

fn place(member: bool) -> Place {
    Place { key: PLACE.into(), name: "Granola".into(), member, ..Place::default() }
}

/// Reads an item's JSON; a failure names the path in it, never its content.
pub(crate) fn parse<T: for<'a> Deserialize<'a>>(raw: &RawItem) -> Result<T, ItemFailure> {
    let body = slack::mend(raw.body.clone());
    serde_json::from_slice(&body).map_err(|_| {
        // Once more, with the path: only on the rare failure, because tracking it costs.
        let reason = match serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(&body)) {
            Err(e) => format!("it has an unexpected shape at `{}` ({:?} error)", e.path(), e.inner().classify()),
            Ok(_) => "it has an unexpected shape".into(),
        };
        failure(raw, reason)
    })
}

/// An item that cannot be read, named as well as its bytes allow; as its record is called where it has an id, so that the ledger strikes
/// the failure out once there is such a record.
pub(crate) fn failure(raw: &RawItem, reason: impl Into<String>) -> ItemFailure {
    #[derive(Deserialize, Default)]
    #[serde(default)]
    struct Id {
        #[serde(deserialize_with = "super::lenient::text")]
        id: Option<String>,
        #[serde(deserialize_with = "super::lenient::text")]
        note_id: Option<String>,
    }
    let id: Id = serde_json::from_slice(&raw.body).unwrap_or_default();
    let id = id.id.or(id.note_id);
    let native = id.clone().filter(|id| is_note_id(id) || is_uuid(id));
    let item = match &native {
        Some(native) => format!("{PLACE}:{native}"),
        None => {
            let shown: String = id.as_deref().unwrap_or("without id").chars().filter(|c| !c.is_control()).take(40).collect();
            format!("Granola {} {shown}", raw.kind)
        }
    };
    ItemFailure { item, reason: reason.into(), native }
}

/// What a changed note is fetched for: the state that was seen of it.
fn summary(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let s: wire::Summary = parse(raw)?;
    let id = s.id.filter(|id| is_note_id(id)).ok_or_else(|| failure(raw, NO_ID))?;
    let state = s.updated_at.or(s.created_at).map_or_else(|| format!("{:?}", ContentHash::of(&raw.body)), |at| at.to_string());
    let marker = match raw.at {
        Some(again) => format!("{state}|{again}"),
        None => state,
    };
    Ok(Mapped { work: vec![WorkItem::now(DETAILS, "", id, marker)], ..Mapped::default() })
}

const NO_ID: &str = "its id is not one of Granola's";
pub(crate) const NO_TIME: &str = "no time in it tells when it was";

fn note(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let n: wire::Note = parse(raw)?;
    let id = n.id.clone().filter(|id| is_note_id(id)).ok_or_else(|| failure(raw, NO_ID))?;
    let pieces = n.transcript.map(turns::pieces);
    let scheduled = n.calendar_event.as_ref().and_then(|e| e.scheduled_start_time);
    let heard = pieces.as_deref().and_then(turns::first).or(raw.at);
    let (at, dated_by) = dated(scheduled, heard, n.created_at).ok_or_else(|| failure(raw, NO_TIME))?;
    // A note without a title goes by its meeting's.
    let own = n.title.as_deref().map(turns::tidy).filter(|t| !t.is_empty());
    let of_event = n.calendar_event.as_ref().and_then(|e| e.event_title.as_deref()).map(turns::tidy);
    let title = own.or(of_event).unwrap_or_default();
    let note = Note {
        title,
        url: n.web_url.filter(|u| url::Url::parse(u).is_ok_and(|u| is_ours(&u))).unwrap_or_default(),
        owner: owner(n.owner.unwrap_or_default()),
        created: n.created_at,
        updated: n.updated_at,
        event: n.calendar_event.map(event),
        attendees: n.attendees.into_iter().filter_map(attendee).collect(),
        folders: n.folder_membership.into_iter().filter_map(|f| Some((f.id?, turns::tidy(&f.name?)))).collect(),
        markdown: written(n.summary_markdown, n.summary_text),
        private: written(n.private_notes_markdown, n.private_notes_text),
        dated_by: dated_by.into(),
    };
    Ok(Mapped { records: records(&id, at, note, pieces), ..Mapped::default() })
}

/// When a meeting was, and what says so: `created_at` is the note's time, not the meeting's.
pub(crate) fn dated(
    scheduled: Option<Timestamp>,
    heard: Option<Timestamp>,
    created: Option<Timestamp>,
) -> Option<(Timestamp, &'static str)> {
    let by = |at: Option<Timestamp>, what| at.map(|at| (at, what));
    by(scheduled, "scheduled_start_time").or(by(heard, "transcript")).or(by(created, "created_at"))
}

/// The first of two forms that says anything.
pub(crate) fn written(markdown: Option<String>, plain: Option<String>) -> String {
    [markdown, plain].into_iter().flatten().find(|text| !text.trim().is_empty()).unwrap_or_default()
}

fn owner(user: wire::User) -> Participant {
    // Whoever made the note was in the meeting that it was recorded in.
    Participant { affiliation: Affiliation::Internal, attended: true, ..somebody(user) }
}

pub(crate) fn attendee(user: wire::User) -> Option<Participant> {
    let p = Participant { attended: true, ..somebody(user) };
    (!p.name.is_empty() || p.email.is_some()).then_some(p)
}

pub(crate) fn somebody(user: wire::User) -> Participant {
    let name = user.name.as_deref().map(turns::tidy).unwrap_or_default();
    Participant { name, email: user.email.as_deref().and_then(address), ..Participant::default() }
}

/// A mail address in lower case.
pub(crate) fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let (local, domain) = text.rsplit_once('@')?;
    let fits = !local.is_empty() && !domain.is_empty() && text.len() <= 254;
    (fits && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ','))).then(|| text.to_lowercase())
}

fn event(e: wire::Event) -> CalendarEvent {
    let mut invitees: Vec<String> = Vec::new();
    for email in e.invitees.iter().filter_map(|u| address(u.email.as_deref()?)) {
        if !invitees.contains(&email) {
            invitees.push(email);
        }
    }
    CalendarEvent {
        id: e.calendar_event_id,
        title: e.event_title.as_deref().map(turns::tidy),
        start: e.scheduled_start_time,
        end: e.scheduled_end_time,
        organiser: e.organiser.as_deref().and_then(address),
        invitees,
    }
}

/// The records of a note: itself, and its transcript if there is one with anything in it.
pub(crate) fn records(id: &str, at: Timestamp, mut note: Note, pieces: Option<Vec<Piece>>) -> Vec<Record> {
    let turns = turns::turns(pieces.unwrap_or_default(), at);
    for person in std::iter::once(&mut note.owner).chain(&mut note.attendees) {
        person.speaker =
            turns.iter().map(|t| &t.speaker).find(|s| !s.is_empty() && s.to_lowercase() == person.name.to_lowercase()).cloned();
    }
    if note.owner.speaker.is_none() && turns.iter().any(|t| t.speaker == turns::ME) {
        note.owner.speaker = Some(turns::ME.into());
    }
    let parts = [note.title.as_str(), note.markdown.as_str(), note.private.as_str()];
    let text: Vec<&str> = parts.into_iter().filter(|p| !p.trim().is_empty()).collect();
    let first = Record {
        author_name: Some(note.owner.name.clone()).filter(|n| !n.is_empty()),
        text: Text::plain(text.join("\n")),
        edited: note.updated,
        ..record(id, id.to_owned(), at)
    };
    let mut out = vec![Record { detail: Some(Box::new(Detail::Note(note))), ..first }];
    if !turns.is_empty() {
        let detail = Detail::Transcript(Transcript { turns, unavailable: false });
        out.push(Record { detail: Some(Box::new(detail)), ..record(id, Record::part_of(id, "transcript"), at) });
    }
    out
}

fn record(thread: &str, native: String, at: Timestamp) -> Record {
    Record {
        place: PLACE.into(),
        native,
        thread: thread.to_owned(),
        at,
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
    }
}

fn transcript(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let long: wire::Long = parse(raw)?;
    let id = long.note_id.filter(|id| is_note_id(id)).ok_or_else(|| failure(raw, NO_ID))?;
    let pieces = turns::pieces(long.transcript.ok_or_else(|| failure(raw, "it holds no transcript"))?);
    let at = raw.at.or(long.start).or(turns::first(&pieces)).ok_or_else(|| failure(raw, NO_TIME))?;
    let turns = turns::turns(pieces, at);
    let record = Record {
        partial: raw.partial,
        detail: Some(Box::new(Detail::Transcript(Transcript { turns, unavailable: false }))),
        ..record(&id, Record::part_of(&id, "transcript"), at)
    };
    Ok(Mapped { records: vec![record], ..Mapped::default() })
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
