//! The answers, one file per endpoint.

mod folders;
mod note;
mod notes;
mod transcript;

use serde::Serialize;

use super::{call::Call, error::Refusal, route::Operation, text::is_id};
use crate::granola::Note;

/// Answers an operation.
pub(super) fn answer(call: &Call<'_>, operation: Operation<'_>) -> Result<Vec<u8>, Refusal> {
    match operation {
        Operation::Notes => notes::list(call),
        Operation::Note(id) => note::get(call, id),
        Operation::Transcript(id) => transcript::page(call, id),
        Operation::Folders => folders::list(call),
    }
}

/// An answer as bytes.
fn body(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|_| Refusal::internal())
}

/// The note of a path. The uuid of a web address is no id: the pattern says so before anything is looked up.
fn named<'a>(call: &Call<'a>, id: &str) -> Result<&'a Note, Refusal> {
    if !is_id("not_", id) {
        return Err(Refusal::validation("note_id must match ^not_[a-zA-Z0-9]{14}$"));
    }
    call.world.note(id).filter(|n| call.world.sees(call.key, n, call.now)).ok_or_else(Refusal::note)
}
