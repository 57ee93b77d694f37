//! What the account has beside calls: workspaces, users, and the names of trackers; each read once a day.

use jiff::Timestamp;
use sales_model::{Checkpoint, RawKind, StreamKey};
use serde::{Deserialize, Serialize};

use super::{
    api::{self, Api},
    budget::Share,
    errors::{self, Failure},
    map,
    page::{self, Origin},
    scopes,
    wire::Workspace,
};
use crate::{Batch, ConnectorError, Cx, FetchRequest, Known};

/// Names of the streams.
pub(crate) const WORKSPACES: &str = "workspaces";
pub(crate) const USERS: &str = "users";
pub(crate) const TRACKERS: &str = "trackers";
/// More pages than this (a million users) go in a circle.
const MOST_PAGES: u32 = 10_000;
/// Restarts of a listing whose cursor died.
const MOST_RESTARTS: u32 = 3;

/// Where a listing stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    #[serde(default)]
    pages: u32,
    #[serde(default)]
    restarts: u32,
    /// Of workspaces: ids and names, as they were listed last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    list: Vec<(String, String)>,
}

impl State {
    fn read(from: Option<&Checkpoint>) -> Self {
        from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default()
    }
}

/// Workspaces that this account's own list named: ids and names.
pub(crate) fn workspaces(known: &Known, key: &StreamKey) -> Vec<(String, String)> {
    State::read(known.checkpoints.get(key)).list
}

/// What one of the lists is.
struct List {
    operation: &'static str,
    kind: RawKind,
    what: &'static str,
    /// For people, where it may not be read: what, what follows from that, and the scope.
    denied: (&'static str, &'static str, &'static str),
}

fn list(stream: &str) -> List {
    match stream {
        WORKSPACES => List {
            operation: api::WORKSPACES,
            kind: map::WORKSPACE,
            what: "Gong's list of workspaces",
            denied: ("workspaces", "calls of all of them are read together", scopes::WORKSPACES),
        },
        USERS => List {
            operation: api::USERS,
            kind: map::USER,
            what: "Gong's list of users",
            denied: ("users", "names and titles of your own people come from calls only", scopes::USERS),
        },
        _ => List {
            operation: api::TRACKERS,
            kind: map::TRACKER,
            what: "Gong's list of trackers",
            denied: ("trackers' definitions", "calls still name the trackers that found something", scopes::TRACKERS),
        },
    }
}

/// One page of a list.
pub(crate) async fn fetch(cx: &Cx, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let api = Api { cx, share: Share::Sync };
    let list = list(&request.key.stream);
    let mut state = State::read(request.from);
    if state.run != Some(request.plan.now) {
        state = State { v: 1, run: Some(request.plan.now), list: state.list, ..State::default() };
    }
    let mut batch = super::empty_batch();
    let origin = Origin::now(cx);
    if list.kind == map::WORKSPACE {
        // The place in which all calls stand, whether or not workspaces can be seen.
        batch.items.push(origin.item(map::COMPANY, bytes::Bytes::from_static(br#"{"name":"Gong"}"#)));
    }
    let body = match ask(&api, &list, &mut state).await {
        Ok(body) => body,
        Err(e) if e.denied() => {
            let (what, without, scope) = list.denied;
            batch.gaps.push(errors::denied_gap(what, without, scope));
            return Ok(end(batch, state));
        }
        Err(e) => return Err(e.told(list.what)),
    };
    let (operation, kind) = (list.operation, list.kind);
    let (items, next) =
        page::work(cx, body.len(), move || page::list(&origin, operation, kind, &body)).await.map_err(|f| f.told(list.what))?;
    state.pages += 1;
    if next.is_some() && (next == state.cursor || state.pages > MOST_PAGES) {
        return Err(Failure::Loop(list.operation).told(list.what));
    }
    if kind == map::WORKSPACE {
        let named = |body: &[u8]| serde_json::from_slice::<Workspace>(body).ok().and_then(|w| Some((w.id?, w.name)));
        state.list = items.iter().filter_map(|i| named(&i.body)).collect();
        state.list.sort();
        state.list.dedup_by(|a, b| a.0 == b.0);
    }
    batch.items.extend(items);
    batch.requests = 1;
    state.cursor = next;
    if state.cursor.is_none() {
        return Ok(end(batch, state));
    }
    batch.more = true;
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

fn end(mut batch: Batch, state: State) -> Batch {
    let state = State { v: 1, list: state.list, ..State::default() };
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    batch
}

/// Asks for a page; where its cursor is dead, for the first one.
async fn ask(api: &Api<'_>, list: &List, state: &mut State) -> Result<bytes::Bytes, Failure> {
    match list.kind {
        map::WORKSPACE => return api.workspaces().await,
        map::TRACKER => return api.trackers().await,
        _ => {}
    }
    match api.users(state.cursor.as_deref()).await {
        Err(e) if state.cursor.is_some() && e.dead_cursor() && state.restarts < MOST_RESTARTS => {
            (state.cursor, state.pages, state.restarts) = (None, 0, state.restarts + 1);
            api.users(None).await
        }
        other => other,
    }
}
