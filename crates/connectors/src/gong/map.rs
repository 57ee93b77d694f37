//! What Gong's objects mean, pure: from bytes to records, people and places.

use std::sync::Arc;

use jiff::Timestamp;
use sales_model::{Detail, Person, Place, RawItem, RawKind, Record, RecordState, Text, WorkItem};

use super::{
    call, transcript,
    wire::{CallData, CallTranscript, Meta, NoTranscript, User, Workspace},
};
use crate::{ItemFailure, Mapped, captions};

/// A call.
pub(crate) const CALL: RawKind = "call";
/// A transcript.
pub(crate) const TRANSCRIPT: RawKind = "transcript";
/// Our own note that a transcript never came.
pub(crate) const NO_TRANSCRIPT: RawKind = "no_transcript";
/// A user.
pub(crate) const USER: RawKind = "user";
/// A workspace.
pub(crate) const WORKSPACE: RawKind = "workspace";
/// A tracker; kept for its name, it is no record.
pub(crate) const TRACKER: RawKind = "tracker";
/// Our own note that there is Gong: the place in which all calls stand.
pub(crate) const COMPANY: RawKind = "company";

/// Key of the place in which all calls stand.
pub(crate) const PLACE: &str = "gong";
/// Name of the part of a call that holds its transcript.
pub(crate) const PART: &str = "transcript";
/// The work list of transcripts.
pub(crate) const TRANSCRIPTS: &str = "transcripts";

/// Key of a person or a workspace.
pub(crate) fn key(id: &str) -> String {
    format!("{PLACE}:{id}")
}

/// What a raw item means.
pub(crate) fn process(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    match raw.kind {
        CALL => one_call(raw),
        TRANSCRIPT => spoken(raw),
        NO_TRANSCRIPT => never_came(raw),
        captions::FILE_CALL => captions::process(raw),
        USER => user(raw),
        WORKSPACE => workspace(raw),
        COMPANY => Ok(Mapped { places: vec![place(PLACE.into(), "Gong")], ..Mapped::default() }),
        TRACKER => Ok(Mapped::default()),
        other => Err(ItemFailure::new(format!("{PLACE}:{other}"), "nobody knows what that is: update `sales`")),
    }
}

fn parse<'a, T: serde::Deserialize<'a>>(raw: &'a RawItem, what: &str) -> Result<T, ItemFailure> {
    serde_json::from_slice(&raw.body).map_err(|_| ItemFailure::new(what, "it is no JSON object"))
}

fn one_call(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let mut data: CallData = parse(raw, "a Gong call")?;
    let meta = match data.meta_data.take() {
        Some(meta) => meta,
        // `GET /v2/calls` and its exports give the call's own data alone.
        None => parse::<Meta>(raw, "a Gong call")?,
    };
    let id = meta.id.clone().ok_or_else(|| ItemFailure::new("a Gong call", "it has no id that can be one"))?;
    let Some(at) = meta.started.or(meta.scheduled) else {
        let reason = format!("the call `{}` does not say when it began", short(&meta.title));
        return Err(ItemFailure { item: format!("{PLACE}:{id}"), reason, native: Some(id) });
    };
    let call = call::read(meta, data);
    // A run that reads everything again asks for the transcript again too.
    let state = raw.at.map_or_else(|| marker(at), |run| format!("{}|{}", marker(at), run.as_second()));
    let work = WorkItem::now(TRANSCRIPTS, "", id.as_str(), state);
    let text = call::words(&call);
    let record = Record { text: Text::plain(text), detail: Some(Box::new(Detail::Call(call))), ..bare(raw, id.clone(), id, at) };
    Ok(Mapped { records: vec![record], work: vec![work], ..Mapped::default() })
}

/// The state of a call in which its transcript is asked for: its start, in microseconds.
pub(crate) fn marker(at: Timestamp) -> String {
    at.as_microsecond().to_string()
}

/// A call's start, from a work item's marker.
pub(crate) fn start(marker: &str) -> Option<Timestamp> {
    Timestamp::from_microsecond(marker.split('|').next()?.parse().ok()?).ok()
}

fn spoken(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let data: CallTranscript = parse(raw, "a Gong transcript")?;
    let call = data.call_id.clone().ok_or_else(|| ItemFailure::new("a Gong transcript", "it does not say of which call it is"))?;
    part(raw, call, transcript::read(data))
}

fn never_came(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let note: NoTranscript = parse(raw, "a Gong transcript")?;
    part(raw, note.call_id, sales_model::Transcript { unavailable: true, ..Default::default() })
}

fn part(raw: &RawItem, call: String, transcript: sales_model::Transcript) -> Result<Mapped, ItemFailure> {
    let native = Record::part_of(&call, PART);
    let Some(at) = raw.at else {
        let reason = "it is not known when its call began".to_owned();
        return Err(ItemFailure { item: format!("{PLACE}:{native}"), reason, native: Some(native) });
    };
    let record = Record { detail: Some(Box::new(Detail::Transcript(transcript))), ..bare(raw, native, call, at) };
    Ok(Mapped { records: vec![record], ..Mapped::default() })
}

fn bare(raw: &RawItem, native: String, thread: String, at: Timestamp) -> Record {
    Record {
        place: raw.place.clone().unwrap_or_else(|| Arc::from(PLACE)),
        native,
        thread,
        at,
        state: RecordState::Live,
        partial: raw.partial,
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

fn user(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let user: User = parse(raw, "a Gong user")?;
    let id = user.id.ok_or_else(|| ItemFailure::new("a Gong user", "it has no id that can be one"))?;
    let email = user.email_address.map(|e| e.trim().to_lowercase());
    let name = [user.first_name.trim(), user.last_name.trim()].join(" ");
    let name = match name.trim() {
        "" => email.clone().unwrap_or_else(|| id.clone()),
        name => name.to_owned(),
    };
    let title = user.title.map(|t| t.trim().to_owned());
    let person = Person { key: key(&id), name, email, title, deleted: user.active == Some(false), ..Person::default() };
    Ok(Mapped { people: vec![person], ..Mapped::default() })
}

fn workspace(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let workspace: Workspace = parse(raw, "a Gong workspace")?;
    let id = workspace.id.ok_or_else(|| ItemFailure::new("a Gong workspace", "it has no id that can be one"))?;
    let name = if workspace.name.trim().is_empty() { id.as_str() } else { workspace.name.trim() };
    Ok(Mapped { places: vec![place(key(&id), name)], ..Mapped::default() })
}

fn place(key: String, name: &str) -> Place {
    Place { key, name: name.to_owned(), member: true, ..Place::default() }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
#[path = "map_tests.rs"]
mod tests;
