//! The list of folders, once a day. It also says that the account can be read: all notes stand in one place.

use jiff::Timestamp;
use sales_model::{Checkpoint, GapKind};
use serde::{Deserialize, Serialize};

use super::{
    api::{self, Api},
    budget::FOLDERS,
    errors::{self, Failure},
    map,
    page::{self, Next, Origin, Walk},
    wire::Page,
};
use crate::{Batch, ConnectorError, FetchRequest};

/// Name of the stream.
pub(crate) const STREAM: &str = "folders";
const WHAT: &str = "Granola's list of folders";
/// A cursor that dies begins the list anew, this often in a run.
const MOST_RESTARTS: u32 = 5;

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    #[serde(default)]
    restarts: u32,
    #[serde(default)]
    walk: Walk,
}

/// One page of folders.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let mut state = request.from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default();
    if state.run != Some(request.plan.now) {
        state = State { v: 1, run: Some(request.plan.now), ..State::default() };
    }
    let origin = Origin::now(api.cx);
    let mut batch = super::empty_batch();
    batch.items.push(origin.item(map::WORKSPACE, None, "{\"name\":\"Granola\"}".into()));
    batch.requests = 1;
    let answer = loop {
        match api.folders(state.cursor.as_deref()).await {
            Err(f) if f.status() == Some(400) && state.restarts < MOST_RESTARTS && state.cursor.take().is_some() => {
                (state.restarts, state.walk) = (state.restarts + 1, Walk::default());
            }
            other => break other,
        }
    };
    let body = match answer {
        Ok(body) => body,
        // Notes name their folders themselves: they can be read without this.
        Err(f) if matches!(f.status(), Some(403 | 404)) => {
            batch.gaps.push(errors::gap(GapKind::NoPermission, "Granola does not list its folders to this key; notes are read without"));
            batch.next = Checkpoint("{\"v\":1}".into());
            return Ok(batch);
        }
        Err(f) => return Err(f.told(WHAT)),
    };
    let page: Page<'_> = api::read(FOLDERS, &body).map_err(|f| f.told(WHAT))?;
    let next = Next::of(&page);
    let raws = page.folders.ok_or(Failure::Shape { operation: FOLDERS, path: "folders".into() }).map_err(|f| f.told(WHAT))?;
    let text: Vec<&str> = raws.iter().map(|raw| raw.get()).collect();
    state.cursor = match next {
        Next::Page(cursor) if state.walk.circles(text.join(",").as_bytes(), raws.is_empty(), &cursor) => {
            return Err(Failure::Loop(FOLDERS).told(WHAT));
        }
        Next::Page(cursor) => Some(cursor),
        Next::End | Next::Lost => None,
    };
    batch.items.extend(raws.into_iter().map(|raw| origin.item(map::FOLDER, None, page::slice(&body, raw))));
    batch.more = state.cursor.is_some();
    if !batch.more {
        state.run = None;
    }
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}
