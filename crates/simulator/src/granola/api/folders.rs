use serde::Serialize;

use super::body;
use crate::granola::{Folder, call::Call, cursor::Place, error::Refusal};

/// Folders on a page: the default and the most.
const PAGE: usize = 10;
const PAGE_MAX: usize = 30;

#[derive(Serialize)]
struct Answer {
    folders: Vec<Folder>,
    #[serde(rename = "hasMore")]
    has_more: bool,
    cursor: Option<String>,
}

/// `GET /v1/folders`: flat and alphabetical.
pub(super) fn list(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let page = call.page(PAGE, PAGE_MAX)?;
    let mut found: Vec<&Folder> = call.world.folders().filter(|f| call.world.sees_folder(call.key, f)).collect();
    found.sort_by_cached_key(|f| f.place());
    let (mine, more) = page.of(&found, |f| match &page.place {
        Place::Folder { name, id } => f.place() <= (name.clone(), id.as_str()),
        _ => false,
    });
    let last = mine.last().map(|f| {
        let (name, id) = f.place();
        Place::Folder { name, id: id.to_owned() }
    });
    let cursor = page.next(last, more);
    body(&Answer { folders: mine.iter().map(|f| f.shown()).collect(), has_more: cursor.is_some(), cursor })
}
