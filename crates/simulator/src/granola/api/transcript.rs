use serde::Serialize;

use super::{body, named};
use crate::granola::{TranscriptItem, call::Call, cursor::Place, error::Refusal};

/// Items on a page: the default and the most.
const PAGE: usize = 50;
const PAGE_MAX: usize = 100;

#[derive(Serialize)]
struct Answer<'a> {
    transcript: &'a [TranscriptItem],
    #[serde(rename = "hasMore")]
    has_more: bool,
    cursor: Option<String>,
}

/// `GET /v1/notes/{note_id}/transcript`: the items in the order in which they are kept, sorted or not. To a key that may not read
/// transcripts there is none: 404 is the documented answer where access is missing.
pub(super) fn page(call: &Call<'_>, id: &str) -> Result<Vec<u8>, Refusal> {
    let page = call.page(PAGE, PAGE_MAX)?;
    let note = named(call, id)?;
    if !call.key.transcripts {
        return Err(Refusal::note());
    }
    let items = note.transcript.as_deref().unwrap_or_default();
    let start = match page.place {
        Place::Item { offset } => offset.min(items.len()),
        _ => 0,
    };
    let (mine, more) = page.of(items.get(start..).unwrap_or_default(), |_| false);
    let last = (!mine.is_empty()).then_some(Place::Item { offset: start + mine.len() });
    let cursor = page.next(last, more);
    body(&Answer { transcript: mine, has_more: cursor.is_some(), cursor })
}
