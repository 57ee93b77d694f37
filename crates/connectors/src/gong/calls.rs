//! Calls of one workspace, with all that Gong says of them.
//!
//! The first load reads the history oldest first, and a later run goes on where it stopped. After that every sync reads again what began
//! within the look-back: calls arrive late, are renamed, linked to a CRM, deleted, made private.

use jiff::{SignedDuration, Timestamp};
use sales_model::{Checkpoint, GapKind, Settings};
use serde::{Deserialize, Serialize};

use super::{
    api::{self, Answer, Api},
    budget::Share,
    errors::{self, Failure},
    page::{self, Calls, MARGIN, Origin},
    window::{Step, Window},
};
use crate::{Batch, ConnectorError, Cx, FetchRequest, Mode, Plan};

/// Name of the stream.
pub(crate) const STREAM: &str = "calls";
/// An audit reads this far back.
const AUDIT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// More older parts than this are joined, at the price of reading some of what lies between them again.
const MOST_OPEN: usize = 4;
const VERSION: u32 = 1;

/// Where a workspace stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Version of this shape.
    v: u32,
    /// All calls that began before this, and not before `bottom`, have been read, but for those in `older`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    through: Option<Timestamp>,
    /// Oldest end of what was ever asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bottom: Option<Timestamp>,
    /// The run that is at work: cursors belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    /// The window that reaches up to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    newest: Option<Window>,
    /// Those of older parts, which are read after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    older: Vec<Window>,
}

impl State {
    /// Reads a checkpoint; one of another version counts as none, which reads again but loses nothing.
    pub(crate) fn read(from: Option<&Checkpoint>) -> Self {
        let state = from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == VERSION);
        state.unwrap_or(State { v: VERSION, ..State::default() })
    }

    fn write(&self) -> Checkpoint {
        Checkpoint(serde_json::to_string(self).unwrap_or_default())
    }

    /// Up to where everything has been read without a hole: where the window up to now stands, if one is open.
    fn read_up_to(&self) -> Option<Timestamp> {
        match &self.newest {
            // It may begin below what was read before.
            Some(w) => Some(w.resume().max(self.through.unwrap_or(Timestamp::MIN))),
            None => self.through,
        }
    }

    fn open(&self) -> impl Iterator<Item = &Window> {
        self.newest.iter().chain(&self.older)
    }

    /// Whether anything is left to read.
    pub(crate) fn is_open(&self) -> bool {
        self.open().next().is_some()
    }

    /// Opens what this run has to read.
    fn begin(&mut self, plan: &Plan, settings: &Settings) {
        if plan.mode == Mode::Full {
            *self = State { v: VERSION, ..State::default() };
        }
        self.older.iter_mut().for_each(Window::next_run);
        let read = self.read_up_to();
        let before = |at: Timestamp, span: SignedDuration| at.checked_sub(span).unwrap_or(Timestamp::UNIX_EPOCH);
        // A day more, because calls are told to be gone only where they cannot have begun below the window.
        let look_back = settings.gong.look_back.duration().saturating_add(MARGIN);
        let back = match plan.mode {
            Mode::Default => before(plan.now, look_back),
            Mode::Audit => before(plan.now, AUDIT.saturating_add(MARGIN)),
            Mode::Full => plan.since,
        };
        // One that is under way goes on; else what came late when all was read last is looked for too.
        let goes_on = self.newest.as_ref().map(Window::resume).or(self.through.map(|at| before(at, look_back)));
        let from = goes_on.map_or(plan.since, |at| at.min(back)).max(plan.since);
        let long_ago = from < before(plan.now, AUDIT.saturating_add(MARGIN));
        let history = read.is_none() || long_ago || self.newest.as_ref().is_some_and(|w| w.history);
        self.newest = Some(Window::new(from, plan.now, history));
        // What lies between is asked for no more: below it nothing counts as read.
        let hole = read.is_some_and(|read| from > read);
        match self.bottom.filter(|_| !hole) {
            Some(bottom) if plan.since < bottom => {
                self.older.push(Window::below(plan.since, bottom));
                self.bottom = Some(plan.since);
            }
            Some(_) => {}
            None => {
                self.older.clear();
                self.bottom = Some(from);
            }
        }
        while self.older.len() > MOST_OPEN {
            let (Some(older), Some(newer)) = (self.older.pop(), self.older.last_mut()) else { break };
            *newer = Window::below(older.from.min(newer.from), newer.to.max(older.to));
        }
        self.run = Some(plan.now);
    }

    /// The window that is read now.
    fn next(&mut self) -> Option<&mut Window> {
        self.newest.as_mut().or_else(|| self.older.first_mut())
    }

    /// That window has been read to its end.
    fn complete(&mut self) {
        match self.newest.take() {
            Some(w) => self.through = self.through.max(Some(w.to)),
            // Older parts lie below what was read before.
            None if self.older.is_empty() => {}
            None => _ = self.older.remove(0),
        }
    }

    /// Pages that are still to be read, as far as the vendor told.
    pub(crate) fn pages_left(&self) -> Option<u64> {
        let left = |w: &Window| Some(u64::from(w.total?).saturating_sub(w.seen).div_ceil(api::PAGE));
        self.open().map(left).sum()
    }

    /// The history has not been read to its end.
    pub(crate) fn loads(&self) -> bool {
        self.through.is_none() || self.open().any(|w| w.history)
    }
}

/// One page of calls.
pub(crate) async fn fetch(cx: &Cx, request: &FetchRequest<'_>, what: &str) -> Result<Batch, ConnectorError> {
    let mut state = State::read(request.from);
    if state.run != Some(request.plan.now) {
        state.begin(request.plan, &cx.settings);
    }
    let mut batch = super::empty_batch();
    while let Some(window) = state.next() {
        if window.cursor.is_none() && window.is_empty() {
            state.complete();
            continue;
        }
        let share = if window.history { Share::History } else { Share::Sync };
        let step = step(&Api { cx, share }, &request.key.partition, window, &mut batch).await.map_err(|f| f.told(what))?;
        if request.plan.mode == Mode::Full {
            batch.items.iter_mut().for_each(|item| item.at = Some(request.plan.now));
        }
        batch.requests = 1;
        if step == Step::Complete {
            state.complete();
        }
        break;
    }
    batch.more = state.is_open();
    if !batch.more {
        state.run = None;
        batch.gaps.push(out_of_reach(&cx.settings));
    }
    batch.next = state.write();
    Ok(batch)
}

/// One request, and a second one where the cursor turns out to be dead.
async fn step(api: &Api<'_>, workspace: &str, window: &mut Window, batch: &mut Batch) -> Result<Step, Failure> {
    let answer = loop {
        match api.calls(workspace, window.span(), window.cursor.as_deref()).await {
            Err(e) if window.cursor.is_some() && e.dead_cursor() => {
                if !window.dead_cursor() {
                    return Err(Failure::Loop(api::CALLS));
                }
            }
            other => break other?,
        }
    };
    let calls: Option<Calls> = match answer {
        Answer::Nothing => None,
        Answer::Page(body) => {
            let origin = Origin::now(api.cx);
            Some(page::work(api.cx, body.len(), move || page::calls(&origin, &body)).await?)
        }
    };
    let (covered, step) = window.take(calls.as_ref());
    if step == Step::Circle {
        return Err(Failure::Loop(api::CALLS));
    }
    batch.covered_time.extend(covered);
    batch.read.extend(window.read(&step));
    if window.cut {
        batch.gaps.push(errors::gap(
            GapKind::Failed,
            "Gong counts more calls than it listed in the last sync; nothing was taken for deleted because of that, and the next sync asks again",
        ));
    }
    if let Some(calls) = calls {
        batch.items = calls.items;
        batch.gone = calls.gone;
    }
    Ok(step)
}

/// What these settings cannot see at once.
fn out_of_reach(settings: &Settings) -> sales_model::Gap {
    let back = settings.gong.look_back;
    errors::gap(
        GapKind::OutOfReach,
        format!(
            "Gong: changes to calls older than {back} are not looked for at every sync; `sales sync --audit` reads 90 days back, `--full` everything"
        ),
    )
}

#[cfg(test)]
#[path = "calls_tests.rs"]
mod tests;
