use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::body;
use crate::granola::{Note, User, call::Call, cursor::Place, error::Refusal, text::is_id};

/// Notes on a page: the default and the most.
const PAGE: usize = 10;
const PAGE_MAX: usize = 30;

#[derive(Serialize)]
struct Summary<'a> {
    id: &'a str,
    object: &'a str,
    title: Option<&'a str>,
    owner: &'a User,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The one name on the wire that is not snake_case is the vendor's.
#[derive(Serialize)]
struct Answer {
    notes: Vec<Value>,
    #[serde(rename = "hasMore")]
    has_more: bool,
    cursor: Option<String>,
}

struct Filter<'a> {
    created_before: Option<Timestamp>,
    created_after: Option<Timestamp>,
    updated_after: Option<Timestamp>,
    folder: Option<&'a str>,
}

impl<'a> Filter<'a> {
    fn read(call: &Call<'a>) -> Result<Self, Refusal> {
        let folder = call.args.text("folder_id");
        if folder.is_some_and(|f| !is_id("fol_", f)) {
            return Err(Refusal::validation("folder_id must match ^fol_[a-zA-Z0-9]{14}$"));
        }
        Ok(Filter {
            created_before: call.args.moment("created_before")?,
            created_after: call.args.moment("created_after")?,
            updated_after: call.args.moment("updated_after")?,
            folder,
        })
    }

    fn holds(&self, call: &Call<'_>, note: &Note) -> bool {
        let same = call.world.manner.inclusive;
        let after = |at: Timestamp, bound: Option<Timestamp>| bound.is_none_or(|b| at > b || (same && at == b));
        let before = |at: Timestamp, bound: Option<Timestamp>| bound.is_none_or(|b| at < b || (same && at == b));
        // Ancestors are in the list, so that a folder's notes include those of its child folders.
        let within = |f: &str| call.world.folders_of(note).iter().any(|in_it| in_it.id == f && call.world.sees_folder(call.key, in_it));
        before(note.created_at, self.created_before)
            && after(note.created_at, self.created_after)
            && after(note.updated_at, self.updated_after)
            && self.folder.is_none_or(within)
    }
}

/// `GET /v1/notes`.
pub(super) fn list(call: &Call<'_>) -> Result<Vec<u8>, Refusal> {
    let page = call.page(PAGE, PAGE_MAX)?;
    let filter = Filter::read(call)?;
    let order = call.world.manner.order;
    let mut found: Vec<(i64, &Note)> = call
        .world
        .notes()
        .filter(|n| filter.holds(call, n) && call.world.sees(call.key, n, call.now))
        .map(|n| (order.place(n), n))
        .collect();
    found.sort_unstable_by(|(a, x), (b, y)| (a, &x.id).cmp(&(b, &y.id)));
    let (mine, more) = page.of(&found, |(at, note)| match &page.place {
        Place::Note { created_at, id } => (at, &note.id) <= (created_at, id),
        _ => false,
    });
    let last = mine.last().map(|(at, note)| Place::Note { created_at: *at, id: note.id.clone() });
    let cursor = page.next(last, more);
    let notes = mine.iter().map(|(_, note)| shown(note)).collect::<Result<_, _>>()?;
    body(&Answer { notes, has_more: cursor.is_some(), cursor })
}

fn shown(note: &Note) -> Result<Value, Refusal> {
    let mut value = serde_json::to_value(Summary {
        id: &note.id,
        object: &note.object,
        title: note.title.as_deref(),
        owner: &note.owner,
        created_at: note.created_at,
        updated_at: note.updated_at,
    })
    .map_err(|_| Refusal::internal())?;
    for (field, other) in &note.sim.fields {
        if let Some(place) = value.get_mut(field) {
            *place = other.clone();
        }
    }
    Ok(value)
}
