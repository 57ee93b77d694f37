//! Passes that read whole threads again, whatever their counters say: edited replies move no counter.
//!
//! The daily pass goes over the last 90 days; the rotating one goes over everything older once in `audit_every`, each run reading the
//! share of the range that its share of the time stands for. Both keep the threads of the page at hand in their checkpoint.

use std::sync::Arc;

use jiff::Timestamp;
use sales_model::{Checkpoint, StreamKey};
use serde::{Deserialize, Serialize};

use super::{api::Api, budget, history, plan, replies, ts, window::Window};
use crate::{Batch, ConnectorError, FetchRequest, Mode, Plan};

/// Name of the daily pass.
pub(crate) const WIDE: &str = "audit";
/// Name of the rotating pass.
pub(crate) const ROTATING: &str = "rotation";

/// Where a pass stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct State {
    v: u32,
    /// The run at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    /// The stretch being read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    window: Option<Window>,
    /// Threads of the pages read whose replies are still to be read: (`ts`, marker).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    queue: Vec<(String, String)>,
    /// A large thread in the middle of being read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<replies::Open>,
    /// Daily pass: when it began, and what for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<(Timestamp, Asked)>,
    /// Slack was seen to send the newest page first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    falling: bool,
    /// Rotating pass: when this round began, and down to where it has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round: Option<Round>,
}

/// Who asked for a daily pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Asked {
    /// The day.
    Day,
    /// `--audit`.
    Audit,
    /// `--full`.
    Full,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Round {
    began: Timestamp,
    down_to: String,
    /// Newest end of its next window: right below the lowest message seen, and not where the last window ended. What lies between may be
    /// deleted or hidden, and only an older message, seen later, tells which.
    upper: String,
    /// Its last window was begun then, and so the next round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ended: Option<Timestamp>,
}

/// One page of history or some threads of the pass.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let channel = request.key.partition.as_str();
    let what = plan::channel_name(request.known, channel);
    let mut state = request.from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default();
    state.v = 1;
    if state.run != Some(request.plan.now) {
        state.run = Some(request.plan.now);
        if request.key.stream == WIDE && state.lacks(request.plan) {
            state = State { v: 1, run: state.run, falling: state.falling, ..State::default() };
        }
        match &mut state.window {
            Some(window) => window.resume(),
            None if state.queue.is_empty() && state.open.is_none() => state.begin(api, request),
            None => {}
        }
        if let Some(window) = &mut state.window {
            let history = StreamKey { stream: history::STREAM.into(), ..request.key.clone() };
            window.falling |= state.falling || history::State::read(request.known.checkpoints.get(&history)).falling;
        }
    }
    let mut batch = super::empty_batch();
    if state.open.is_some() || !state.queue.is_empty() {
        let out = replies::read(api, channel, request.plan, &mut state.open, &state.queue, &what, &mut batch).await?;
        state.queue.retain(|(ts, _)| !out.taken.contains(ts));
        // The work list has its own way with what cannot be understood: a state that was never seen puts a thread on it again.
        batch.done.extend(out.failed.iter().map(|f| replies::work(channel, &f.ts, "")));
    } else if let Some(window) = &mut state.window {
        let place: Arc<str> = format!("slack:{channel}").into();
        let step = window.step(api, channel, &place, request.plan).await.map_err(|f| f.told(&what))?;
        batch.items = step.items;
        batch.covered.extend(step.covered);
        batch.read.extend(step.read);
        batch.gaps = step.gaps;
        // Slack limits history apart from replies, and there is one page for many threads; not so in the slow regime.
        batch.requests = u64::from(budget::is_slow(api.cx, api.team)?);
        state.queue = step.parents.into_iter().map(|p| (p.ts, p.marker)).collect();
        state.falling |= window.falling;
        if step.complete {
            let low = state.window.take().and_then(|w| w.low);
            if let (Some(round), Some(low)) = (&mut state.round, low) {
                round.upper = ts::step(&low, -1);
            }
        }
    }
    batch.more = state.window.is_some() || !state.queue.is_empty() || state.open.is_some();
    if !batch.more {
        state.run = None;
    }
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

/// When a pass that is not at its end last had a turn.
pub(crate) fn at_work(checkpoint: &Checkpoint) -> Option<Timestamp> {
    serde_json::from_str::<State>(&checkpoint.0).ok()?.run
}

impl State {
    /// Whether what is under way would not bring what this run is asked for: a pass that has come half its way does not look again at what
    /// it left behind. One that was asked for and cut off goes on.
    fn lacks(&self, plan: &Plan) -> bool {
        match plan.mode {
            Mode::Default => false,
            Mode::Audit => self.began.is_none_or(|(at, asked)| asked == Asked::Day || plan.now.duration_since(at) >= plan::WIDE_EVERY),
            Mode::Full => self.began.is_none_or(|(_, asked)| asked != Asked::Full),
        }
    }

    /// Chooses the stretch of this run; none if it is not yet time for one.
    fn begin(&mut self, api: &Api<'_>, request: &FetchRequest<'_>) {
        let (plan, slack) = (request.plan, &api.cx.settings.slack);
        let since = ts::from_instant(plan.since);
        let wide = slack.wide.before(plan.now).max(plan.since);
        let archived = |channel: &str| request.known.places.iter().any(|p| p.archived && p.key.strip_prefix("slack:") == Some(channel));
        if request.key.stream == ROTATING && archived(&request.key.partition) {
            // Nothing can be said in it: one look at the whole a round is enough for what admins delete.
            self.round = None;
            self.window = Some(Window::new(since, ts::from_instant(plan.now)));
            return;
        }
        if request.key.stream == WIDE {
            // A channel that was just read for the first time needs no second reading the same day.
            let history = StreamKey { stream: history::STREAM.into(), ..request.key.clone() };
            let loaded = history::State::read(request.known.checkpoints.get(&history)).loaded;
            let fresh = loaded.is_some_and(|at| plan.now.duration_since(at) < plan::WIDE_EVERY);
            let first = request.from.is_none() && plan.mode == Mode::Default && fresh;
            let oldest = if plan.mode == Mode::Full { since } else { ts::from_instant(wide) };
            let asked = match plan.mode {
                Mode::Default => Asked::Day,
                Mode::Audit => Asked::Audit,
                Mode::Full => Asked::Full,
            };
            self.began = Some((plan.now, asked));
            self.window = (!first).then(|| Window::new(oldest, ts::from_instant(plan.now)));
            return;
        }
        let range = wide.duration_since(plan.since).as_secs();
        if range <= 0 {
            // A run that is asked for less than the daily pass reads says nothing about what lies below.
            return;
        }
        let top = ts::from_instant(wide);
        let begin = |began| Round { began, down_to: top.clone(), upper: top.clone(), ended: None };
        if let Some(began) = self.round.as_ref().and_then(|r| r.ended) {
            self.round = Some(begin(began));
        }
        let Some(round) = &mut self.round else {
            self.round = Some(begin(plan.now));
            return;
        };
        let length = slack.audit_every.duration().as_secs().max(1);
        let passed = plan.now.duration_since(round.began).as_secs().clamp(0, length);
        // Whole microseconds are of no matter here, so seconds are enough; 128 bits because years times days do not fit 64 in micros.
        let back = i64::try_from(i128::from(range) * i128::from(passed) / i128::from(length)).unwrap_or(range);
        let target = wide.checked_sub(jiff::SignedDuration::from_secs(back)).map_or(since.clone(), ts::from_instant);
        if target < round.down_to {
            self.window = Some(Window::new(target.clone(), round.upper.clone()));
            round.down_to = target;
        }
        if passed == length {
            round.ended = Some(plan.now);
        }
    }
}
