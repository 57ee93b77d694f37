//! Threads of one channel whose counters moved: a work list that history feeds.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sales_model::{Checkpoint, GapKind, StreamKey};
use serde::{Deserialize, Serialize};

use super::{
    api::Api,
    errors, map, plan, replies, rotation,
    search::{self, Walk},
    ts,
};
use crate::{Batch, ConnectorError, FetchRequest, ItemFailure, Mode, Plan, Retry};

/// From this many waiting threads on, a first load brings replies by search pages, where a user's token is there.
const BULK_FIRST: usize = 3;
/// The same after a long absence.
const BULK_AGAIN: (usize, SignedDuration) = (100, SignedDuration::from_hours(7 * 24));
/// After a load by search this many threads of the account are read themselves per run (6 minutes at Slack's 50 a minute); the daily and
/// the rotating pass do the rest.
const REFRESH: u64 = 300;

/// Where the list stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct State {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    /// Threads read in this run.
    #[serde(default)]
    used: u64,
    /// A large thread in the middle of being read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open: Option<replies::Open>,
    /// A load by search under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    walk: Option<Walk>,
    /// When a load by search last began that came to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    searched: Option<Timestamp>,
    /// A load by search took place in this run.
    #[serde(default)]
    fresh: bool,
    /// Search was refused in this run.
    #[serde(default)]
    refused: bool,
    /// Threads (`ts`, marker) that could not be understood: off the list, and tried again with the daily pass until they can be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failed: Vec<(String, String)>,
    /// What is missing of them, in words.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    lacks: BTreeMap<String, String>,
    /// Those that failed in this run.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    fresh_failures: BTreeSet<String>,
    /// When they were last tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tried: Option<Timestamp>,
    /// Those of them that this run has yet to try.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    again: Vec<(String, String)>,
}

/// Failed threads remembered of a channel. Where all answers are broken, there is no use in more, and checkpoints stay small.
const MOST_FAILED: usize = 500;
/// Of those so many are named.
const MOST_TOLD: usize = 10;

impl State {
    /// Begins a run.
    fn begin(&mut self, plan: &Plan) {
        (self.used, self.fresh, self.refused, self.run) = (0, false, false, Some(plan.now));
        self.fresh_failures.clear();
        let due = plan.mode != Mode::Default || plan::due(self.tried.as_ref(), plan.now, plan::WIDE_EVERY);
        self.again = if due { self.failed.clone() } else { Vec::new() };
    }

    /// Threads that could not be read, or not wholly, for the missing data. A failure is told by itself in its run, and is forgotten when
    /// the thread's first message is read again, as every run reads it within the look-back.
    fn gaps(&self, what: &str) -> Vec<sales_model::Gap> {
        let told = |(ts, lacks): (&String, &String)| {
            let at = ts::instant(ts).map_or_else(|| ts.clone(), |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
            format!("{what}: the thread of {at} {lacks}")
        };
        let open = || self.lacks.iter().rev().filter(|(ts, _)| !self.fresh_failures.contains(*ts));
        let mut texts: Vec<String> = open().take(MOST_TOLD).map(told).collect();
        if let more @ 1.. = open().skip(MOST_TOLD).count() {
            texts.push(format!("{what}: {more} further threads could not be read to their end"));
        }
        texts.into_iter().map(|text| errors::gap(GapKind::Unreadable, text)).collect()
    }

    /// Notes what became of threads.
    fn note(&mut self, channel: &str, out: replies::Outcome, now: Timestamp, batch: &mut Batch) {
        self.again.retain(|(ts, _)| !out.taken.contains(ts));
        self.failed.retain(|(ts, _)| !out.read.contains(ts) && out.failed.iter().all(|f| f.ts != *ts));
        self.lacks.retain(|ts, _| !out.read.contains(ts));
        for f in out.failed {
            batch.done.push(replies::work(channel, &f.ts, &f.marker));
            // Called as the record of the first message is, which is there again with the thread.
            let lacks = match f.short {
                Some((shown, read)) => format!("shows {shown} replies, {read} could be read"),
                None => {
                    batch.failures.push(ItemFailure::new(format!("slack:{channel}:{}", f.ts), format!("its thread: {}", f.why)));
                    self.fresh_failures.insert(f.ts.clone());
                    format!("could not be read: {}", f.why)
                }
            };
            if self.lacks.len() < MOST_FAILED || self.lacks.contains_key(&f.ts) {
                self.lacks.insert(f.ts.clone(), lacks);
            }
            if self.failed.len() < MOST_FAILED {
                self.failed.push((f.ts, f.marker));
            }
            self.tried = Some(now);
        }
    }
}

/// Some threads, or one page of a large one, or one page of search results.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let channel = request.key.partition.as_str();
    let what = plan::channel_name(request.known, channel);
    let mut state = request.from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default();
    state.v = 1;
    if state.run != Some(request.plan.now) {
        state.begin(request.plan);
    }
    let mut batch = super::empty_batch();
    if by_search(api, &state, request) {
        load(api, request, &mut state, &mut batch).await?;
    } else if state.open.is_some() || !request.work.is_empty() || !state.again.is_empty() {
        match allowance(api, &state, request) {
            0 => batch.gaps.push(errors::gap(
                GapKind::Loading,
                format!(
                    "{what}: replies of older threads came by search, without reactions and edits; later passes read the threads themselves"
                ),
            )),
            n => {
                let n = usize::try_from(n).unwrap_or(usize::MAX);
                let listed = request.work.iter().map(|w| (w.item.clone(), w.marker.clone()));
                let wanted: Vec<_> = listed
                    .chain(state.again.iter().filter(|(ts, _)| request.work.iter().all(|w| w.item != *ts)).cloned())
                    .take(n)
                    .collect();
                let out = replies::read(api, channel, request.plan, &mut state.open, &wanted, &what, &mut batch).await?;
                state.used += out.taken.len() as u64;
                state.note(channel, out, request.plan.now, &mut batch);
                batch.more = true;
            }
        }
    }
    if !batch.more {
        state.run = None;
        batch.gaps.extend(state.gaps(&what));
    }
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

/// Whether this step is one of a load by search.
fn by_search(api: &Api<'_>, state: &State, request: &FetchRequest<'_>) -> bool {
    if !rotation::can_search(api.cx) || api.cx.unlimited || state.refused || state.open.is_some() {
        return false;
    }
    let waiting = request.work.len();
    match (&state.walk, state.searched) {
        (Some(_), _) => true,
        (None, None) => waiting >= BULK_FIRST,
        (None, Some(at)) => !state.fresh && waiting >= BULK_AGAIN.0 && request.plan.now.duration_since(at) > BULK_AGAIN.1,
    }
}

/// One page of a load by search.
async fn load(api: &Api<'_>, request: &FetchRequest<'_>, state: &mut State, batch: &mut Batch) -> Result<(), ConnectorError> {
    let since = state.searched.map_or(request.plan.since, |at| at.max(request.plan.since));
    let mut walk = state.walk.take().unwrap_or_else(|| Walk::since(since));
    let readable = [request.key.partition.clone()].into();
    batch.more = true;
    match walk.step(api, Some(&request.key.partition), &readable, None, &mut batch.items).await {
        Ok(false) => state.walk = Some(walk),
        Ok(true) => {
            state.searched = Some(request.plan.now);
            state.fresh = true;
        }
        Err(f) => {
            let e = search::told(api, f);
            if !e.auth || e.retry == Retry::StopAccount {
                return Err(e);
            }
            // Without search the threads are read themselves.
            batch.gaps.push(errors::gap(GapKind::NoPermission, format!("{}: {}; {}", e.what, e.why, e.hint)));
            state.refused = true;
        }
    }
    Ok(())
}

/// How many more threads this run may read in this channel. Without search all of them: nothing else brings their replies.
fn allowance(api: &Api<'_>, state: &State, request: &FetchRequest<'_>) -> u64 {
    if state.searched.is_none() || state.refused || api.cx.unlimited || request.plan.mode != Mode::Default || state.open.is_some() {
        return u64::MAX;
    }
    if state.fresh {
        return 0;
    }
    let list = |k: &&StreamKey| k.stream == map::THREADS && k.account == request.key.account;
    let all: u64 = request.known.waiting.iter().filter(|(k, _)| list(k)).map(|(_, n)| *n).sum();
    let here = request.known.waiting.get(request.key).copied().unwrap_or(0);
    if all <= REFRESH {
        return u64::MAX;
    }
    (REFRESH.saturating_mul(here) / all).max(1).saturating_sub(state.used)
}
