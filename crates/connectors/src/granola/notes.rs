//! The list of notes: which there are, and which changed. It holds no content, so that each changed note is fetched by itself
//! (`details.rs`).
//!
//! A run asks for what changed since the last one began, less an overlap; once a day for everything, because a note that is shared late, or
//! that a page missed while the list shifted, has an old `updated_at`. To list what is known costs one request per 30 notes, and nothing else:
//! an equal state is no work.

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_model::{Checkpoint, GapKind, RawItem, Stretch};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    api::{self, Api, Wanted},
    budget::NOTES,
    errors::{self, Failure},
    map,
    page::{self, Next, Origin, Walk},
    wire::{Page, Summary},
};
use crate::{Batch, ConnectorError, FetchRequest, Mode, Plan};

/// Name of the stream.
pub(crate) const STREAM: &str = "notes";
const WHAT: &str = "Granola's list of notes";
/// Everything is listed this often, a little early so that a daily schedule does not skip a day.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(23);
/// A cursor that dies begins the list anew, this often in a run.
const MOST_RESTARTS: u32 = 5;

/// Where the list stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    v: u32,
    /// When the last run that listed everything it asked for began, by our clock or Granola's, whichever is behind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read: Option<Timestamp>,
    /// The same of the last run that asked for everything, and how far back that went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    whole: Option<(Timestamp, Timestamp)>,
    /// When all notes were last asked for anew. What was read of them before does not count as read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    again: Option<Timestamp>,
    /// The run under way. A cursor is good within it only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<Open>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Open {
    run: Timestamp,
    started: Timestamp,
    /// `None`: everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    #[serde(default)]
    restarts: u32,
    #[serde(default)]
    walk: Walk,
}

impl State {
    pub(crate) fn read(checkpoint: Option<&Checkpoint>) -> Self {
        let read = checkpoint.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1);
        read.unwrap_or(State { v: 1, ..State::default() })
    }

    /// Whether the list was read to its end as far back as the plan goes.
    pub(crate) fn is_loaded(&self, since: Timestamp) -> bool {
        self.read.is_some() && self.whole.is_some_and(|(_, reached)| reached <= since)
    }

    fn begin(&mut self, plan: &Plan, overlap: SignedDuration) {
        if plan.mode == Mode::Full {
            self.again = Some(plan.now);
        }
        let due = |at: Timestamp| plan.now.duration_since(at) >= WHOLE_EVERY || at > plan.now;
        let whole = plan.mode != Mode::Default || !self.is_loaded(plan.since) || self.whole.is_none_or(|(at, _)| due(at));
        let after = self.read.filter(|_| !whole).and_then(|read| read.checked_sub(overlap).ok());
        self.open = Some(Open { run: plan.now, started: plan.now, after, cursor: None, restarts: 0, walk: Walk::default() });
    }

    fn finish(&mut self, open: &Open, plan: &Plan) {
        self.read = Some(open.started);
        if open.after.is_none() {
            self.whole = Some((plan.now, plan.since));
        }
    }
}

/// One page of the list.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let mut state = State::read(request.from);
    if state.open.as_ref().is_none_or(|open| open.run != request.plan.now) {
        state.begin(request.plan, api.cx.settings.granola.overlap.duration());
    }
    let Some(mut open) = state.open.take() else { return Ok(super::empty_batch()) };
    let mut batch = super::empty_batch();
    match step(api, request.plan, state.again, &mut open, &mut batch).await.map_err(|f| f.told(WHAT))? {
        Next::Page(cursor) => {
            open.cursor = Some(cursor);
            state.open = Some(open);
            batch.more = true;
        }
        Next::End => {
            batch.gaps.push(errors::gap(
                GapKind::OutOfReach,
                "Granola: notes that are deleted or withdrawn there stay here; nothing that its API says tells them from notes that are not ready",
            ));
            // A note is listed as changed from when it was made on.
            let from = open.after.map_or(request.plan.since, |after| after.max(request.plan.since));
            batch.read.push(Stretch::new(from, open.started));
            state.finish(&open, request.plan);
        }
        Next::Lost => batch.gaps.push(errors::gap(
            GapKind::Failed,
            "Granola says that there are more notes than it lists, and gives no way to them; the next sync asks again",
        )),
    }
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

async fn step(api: &Api<'_>, plan: &Plan, again: Option<Timestamp>, open: &mut Open, batch: &mut Batch) -> Result<Next, Failure> {
    let wanted = Wanted { created_after: plan.since, updated_after: open.after };
    let reply = loop {
        match api.notes(&wanted, open.cursor.as_deref()).await {
            // Granola has no word for a dead cursor: a refusal that only a request with one gets is that.
            Err(f) if f.status() == Some(400) && open.restarts < MOST_RESTARTS && open.cursor.take().is_some() => {
                (open.restarts, open.walk) = (open.restarts + 1, Walk::default());
            }
            other => break other?,
        }
    };
    if open.cursor.is_none()
        && let Some(theirs) = reply.date()
    {
        open.started = open.started.min(theirs);
    }
    batch.requests = 1;
    let (next, circles) = split(&reply.body, &Origin::now(api.cx), plan.since, again, &mut open.walk, &mut batch.items)?;
    if circles { Err(Failure::Loop(NOTES)) } else { Ok(next) }
}

/// The notes of a page, what follows it, and whether that goes round in a circle.
fn split(
    body: &Bytes,
    origin: &Origin,
    since: Timestamp,
    again: Option<Timestamp>,
    walk: &mut Walk,
    items: &mut Vec<RawItem>,
) -> Result<(Next, bool), Failure> {
    let page: Page<'_> = api::read(NOTES, body)?;
    let next = Next::of(&page);
    let raws = page.notes.ok_or(Failure::Shape { operation: NOTES, path: "notes".into() })?;
    let circles = match &next {
        Next::Page(cursor) => walk.circles(page_text(&raws).as_bytes(), raws.is_empty(), cursor),
        _ => false,
    };
    for raw in raws {
        let summary: Summary = serde_json::from_str(raw.get()).unwrap_or_default();
        // Asked for, but not relied on: nothing older than the plan wants is read.
        if summary.created_at.is_none_or(|at| at >= since) {
            items.push(origin.item(map::SUMMARY, again, page::slice(body, raw)));
        }
    }
    Ok((next, circles))
}

fn page_text(raws: &[&RawValue]) -> String {
    raws.iter().map(|raw| raw.get()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
#[path = "notes_tests.rs"]
mod tests;
