//! First-level messages of one channel.
//!
//! The newest part is read first; what an earlier run left unread waits below it and is continued afterwards, so that a first load
//! may take days while new messages keep arriving.

use std::sync::Arc;

use jiff::Timestamp;
use sales_model::{Checkpoint, Settings};
use serde::{Deserialize, Serialize};

use super::{api::Api, ts, window::Window};
use crate::{Batch, ConnectorError, FetchRequest, Plan};

/// More unread stretches than this are joined, at the price of reading some of what lies between them again.
const MOST_OPEN: usize = 4;

/// Where a channel stands. Watermarks are Slack's own `ts`, never our clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Version of this shape.
    v: u32,
    /// Largest `ts` read: all up to here has been read or stands in `open`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) top: Option<String>,
    /// Oldest end of what was ever asked for: all from here to `top` has been read or stands in `open`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bottom: Option<String>,
    /// When it was first read to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) loaded: Option<Timestamp>,
    /// It was archived when it was last read to its end: nothing is said in it any more.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) settled: bool,
    /// The run that is at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    /// Unread stretches, newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) open: Vec<Window>,
    /// Slack was seen to send the newest page first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) falling: bool,
    /// Pages read while anything was open, for the estimate.
    #[serde(default)]
    pub(crate) pages: u64,
}

const VERSION: u32 = 1;

impl State {
    /// Reads a checkpoint; one of another version counts as none, which reads again but loses nothing.
    pub(crate) fn read(from: Option<&Checkpoint>) -> Self {
        let state = from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == VERSION);
        state.unwrap_or(State { v: VERSION, ..State::default() })
    }

    fn write(&self) -> Checkpoint {
        Checkpoint(serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether something from then on was never asked for.
    pub(crate) fn lacks(&self, since: &str) -> bool {
        self.bottom.as_deref().is_some_and(|bottom| since < bottom)
    }

    /// Opens the stretch of this run above what is still unread.
    fn begin(&mut self, plan: &Plan, settings: &Settings) {
        let since = ts::from_instant(plan.since);
        let back = ts::from_instant(settings.slack.look_back.before(plan.now));
        let mut oldest = match &self.top {
            Some(top) => top.clone().min(back).max(since.clone()),
            None => since.clone(),
        };
        for w in &mut self.open {
            w.resume();
        }
        if let Some(first) = self.open.first() {
            // Below this the waiting stretch goes on anyway.
            oldest = oldest.max(first.low.clone().unwrap_or_else(|| first.latest.clone()));
        } else {
            self.pages = 0;
        }
        self.open.insert(0, Window::new(oldest, ts::from_instant(plan.now)));
        if let Some(bottom) = self.bottom.as_ref().filter(|_| self.lacks(&since)) {
            // More is asked for than before: what lies below is read last. The newest stretch reaches down to it if nothing was said so far.
            let latest = ts::step(bottom, -1);
            if self.open.iter().all(|w| w.oldest > since) {
                self.open.push(Window::new(since.clone(), latest));
            }
        }
        self.bottom = Some(self.bottom.take().map_or(since.clone(), |bottom| bottom.min(since)));
        while self.open.len() > MOST_OPEN {
            let (Some(older), Some(newer)) = (self.open.pop(), self.open.last_mut()) else { break };
            // A cursor belongs to the ends that it was asked with.
            newer.rewind();
            newer.oldest = older.oldest;
        }
        for w in &mut self.open {
            w.falling |= self.falling;
        }
        self.run = Some(plan.now);
    }
}

/// One page of a channel.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let channel = request.key.partition.as_str();
    let what = super::plan::channel_name(request.known, channel);
    let place: Arc<str> = format!("slack:{channel}").into();
    let mut state = State::read(request.from);
    if state.run != Some(request.plan.now) {
        state.begin(request.plan, &api.cx.settings);
    }
    let mut batch = super::empty_batch();
    if let Some(window) = state.open.first_mut() {
        let step = window.step(api, channel, &place, request.plan).await.map_err(|f| f.told(&what))?;
        batch.items = step.items;
        batch.covered.extend(step.covered);
        batch.read.extend(step.read);
        batch.gaps = step.gaps;
        state.falling |= window.falling;
        state.pages += 1;
        if step.high > state.top {
            state.top = step.high;
        }
        if step.complete {
            state.open.remove(0);
        }
    }
    if state.open.is_empty() {
        state.run = None;
        state.loaded.get_or_insert(request.plan.now);
        state.settled = request.known.places.iter().any(|p| p.archived && *p.key == *place);
    }
    batch.more = !state.open.is_empty();
    batch.next = state.write();
    Ok(batch)
}

/// Less than a week tells nothing about the others: people write in bursts, and not at weekends.
const TELLING: f64 = 7.0 * 86_400.0;

/// The share of the history that is still unread, against what was read: for the estimate. As long as little is read, as much is taken to
/// be left: then the estimate grows while it is read, and never promises days where one page is left.
pub(crate) fn unread(state: &State, since: Timestamp) -> Option<f64> {
    let seconds = |t: &str| ts::instant(t).map(|t| t.as_second() as f64);
    let top = seconds(state.top.as_ref()?)?;
    // Silence since the last message was read too.
    let top = state.run.map_or(top, |run| top.max(run.as_second() as f64));
    let left: f64 = state
        .open
        .iter()
        .filter_map(|w| Some(seconds(w.low.as_ref().unwrap_or(&w.latest))? - seconds(&w.oldest)?.max(since.as_second() as f64)))
        .sum();
    let bottom = state.open.last().and_then(|w| seconds(&w.oldest)).unwrap_or(top).max(since.as_second() as f64);
    let read = (top - bottom - left).max(1.0);
    let share = left.max(0.0) / read;
    Some(if read < TELLING { share.min(1.0) } else { share })
}

/// Name of the stream.
pub(crate) const STREAM: &str = "history";

#[cfg(test)]
#[path = "history_tests.rs"]
mod tests;
