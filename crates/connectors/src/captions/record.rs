//! A file as a raw item, and what it means: a call as if Gong had it, with its transcript.

use std::sync::Arc;

use jiff::Timestamp;
use sales_model::{Call, CustomerId, Detail, Participant, Place, RawItem, RawKind, Record, RecordState, Text, Transcript};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Format, read};
use crate::{ItemFailure, Mapped};

/// A file with what its owner told of it.
pub(crate) const FILE_CALL: RawKind = "file_call";
/// Calls stand where Gong's do.
pub(super) const PLACE: &str = "gong";
/// Name of the part of a call that holds its transcript.
const PART: &str = "transcript";

/// The raw item's body: everything that the call is made of.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FileCall {
    pub(super) v: u32,
    /// `native` of the call.
    pub(super) id: String,
    pub(super) title: String,
    pub(super) started: Timestamp,
    pub(super) customers: Vec<CustomerId>,
    /// The file's name.
    pub(super) file: String,
    pub(super) format: Format,
    /// The file's text.
    pub(super) text: String,
}

/// The id of a file's call: the same file is the same call, whatever it is named.
pub(super) fn id(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("file-{hex}")
}

/// What a file's raw item means.
///
/// # Errors
/// If it was written by a newer version, or is none.
pub(crate) fn process(raw: &RawItem) -> Result<Mapped, ItemFailure> {
    let file: FileCall = serde_json::from_slice(&raw.body).map_err(|_| ItemFailure::new("an imported call", "it cannot be read"))?;
    let fail =
        |reason: &str| ItemFailure { item: format!("{PLACE}:{}", file.id), reason: reason.to_owned(), native: Some(file.id.clone()) };
    if file.v != 1 {
        return Err(fail("a newer version imported it: update `sales`"));
    }
    if file.id.is_empty() || file.id.contains(['/', ':']) {
        return Err(fail("it has no id that can be one"));
    }
    let captions = read(file.format, &file.text);
    let speaks = |name: &String| Participant { speaker: Some(name.clone()), name: name.clone(), attended: true, ..Participant::default() };
    let call = Call {
        title: file.title.clone(),
        duration: (captions.length as f64 / 1_000.0).round(),
        scope: "Unknown".into(),
        participants: captions.speakers.iter().map(speaks).collect(),
        named: file.customers,
        ..Call::default()
    };
    let call = record(&file.id, &file.id, file.started, Text::plain(file.title), Detail::Call(call));
    let part = Record::part_of(&file.id, PART);
    let transcript = Detail::Transcript(Transcript { turns: captions.turns, unavailable: false });
    let transcript = record(&part, &file.id, file.started, Text::default(), transcript);
    let place = Place { key: PLACE.into(), name: "Gong".into(), member: true, ..Place::default() };
    Ok(Mapped { records: vec![call, transcript], places: vec![place], ..Mapped::default() })
}

fn record(native: &str, thread: &str, at: Timestamp, text: Text, detail: Detail) -> Record {
    Record {
        place: Arc::from(PLACE),
        native: native.to_owned(),
        thread: thread.to_owned(),
        at,
        state: RecordState::Live,
        partial: false,
        author: None,
        author_name: None,
        bot: false,
        text,
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: Some(Box::new(detail)),
    }
}
