use jiff::Timestamp;
use serde::Serialize;

use super::{body, named};
use crate::granola::{CalendarEvent, Folder, Note, TranscriptItem, User, call::Call, error::Refusal};

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    object: &'a str,
    title: Option<&'a str>,
    owner: &'a User,
    created_at: Timestamp,
    updated_at: Timestamp,
    web_url: &'a str,
    calendar_event: Option<&'a CalendarEvent>,
    attendees: &'a [User],
    folder_membership: Vec<Folder>,
    summary_text: &'a str,
    summary_markdown: Option<&'a str>,
    private_notes_text: Option<&'a str>,
    private_notes_markdown: Option<&'a str>,
    /// Nothing: the field is absent. Nothing within: it is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    transcript: Option<Option<&'a [TranscriptItem]>>,
}

/// `GET /v1/notes/{note_id}`.
pub(super) fn get(call: &Call<'_>, id: &str) -> Result<Vec<u8>, Refusal> {
    let include = match call.args.text("include") {
        None => false,
        Some("transcript") => true,
        Some(_) => return Err(Refusal::validation("include must be `transcript`")),
    };
    let note = named(call, id)?;
    let transcript = transcript(call, note, include)?;
    let own = call.key.owns(&note.owner);
    let folders = call.world.folders_of(note);
    let answer = Answer {
        id: &note.id,
        object: &note.object,
        title: note.title.as_deref(),
        owner: &note.owner,
        created_at: note.created_at,
        updated_at: note.updated_at,
        web_url: &note.web_url,
        calendar_event: note.calendar_event.as_ref(),
        attendees: &note.attendees,
        folder_membership: folders.into_iter().filter(|f| call.world.sees_folder(call.key, f)).map(Folder::shown).collect(),
        summary_text: &note.summary_text,
        summary_markdown: note.summary_markdown.as_deref(),
        // Filled only if the key's owner made the note.
        private_notes_text: note.private_notes_text.as_deref().filter(|_| own),
        private_notes_markdown: note.private_notes_markdown.as_deref().filter(|_| own),
        transcript,
    };
    if note.sim.fields.is_empty() {
        return body(&answer);
    }
    let mut value = serde_json::to_value(&answer).map_err(|_| Refusal::internal())?;
    if let Some(object) = value.as_object_mut() {
        object.extend(note.sim.fields.clone());
    }
    body(&value)
}

/// The transcript as this request gets it. One that the key may not read is null: the documentation knows no other sign.
fn transcript<'a>(call: &Call<'_>, note: &'a Note, include: bool) -> Result<Option<Option<&'a [TranscriptItem]>>, Refusal> {
    if !include {
        return Ok(if call.world.manner.omit_transcript { None } else { Some(None) });
    }
    if !call.key.transcripts {
        return Ok(Some(None));
    }
    if note.sim.too_large {
        return Err(Refusal::too_large());
    }
    Ok(Some(note.transcript.as_deref()))
}
