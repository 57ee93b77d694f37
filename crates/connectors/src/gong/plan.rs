//! What is to be read in a run, and in which order.

use jiff::SignedDuration;
use sales_model::{AccountKey, StreamKey};

use super::{calls, catalogue, estimate, map};
use crate::{Cx, Known, Mode, Plan, PlannedStream};

/// Lists are read once a day, a little early so that a daily schedule does not skip a day.
const LISTS_EVERY: SignedDuration = SignedDuration::from_hours(23);

mod rank {
    pub(super) const CALLS: u32 = 10;
    pub(super) const TRANSCRIPTS: u32 = 20;
}

pub(crate) fn key(account: &AccountKey, stream: &str, partition: &str) -> StreamKey {
    StreamKey { account: account.clone(), stream: stream.into(), partition: partition.into() }
}

/// Workspaces, users and trackers, where they are due.
pub(crate) fn catalogue(cx: &Cx, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
    let due = |key: &StreamKey| {
        let done = known.finished.get(key);
        plan.mode != Mode::Default || done.is_none_or(|at| plan.now.duration_since(*at) >= LISTS_EVERY || *at > plan.now)
    };
    [catalogue::WORKSPACES, catalogue::USERS, catalogue::TRACKERS]
        .into_iter()
        .map(|stream| key(&cx.account, stream, ""))
        .filter(due)
        .map(|key| PlannedStream { key, rank: 0, requests: Some(1), share: None })
        .collect()
}

/// Workspaces whose calls are read, each by itself: ids, and names for people. One without an id stands for all of them: where they cannot
/// be listed, and ever after it was begun so, because who moves from one way to the other reads everything again.
pub(crate) fn partitions(account: &AccountKey, known: &Known) -> Vec<(String, String)> {
    let whole = key(account, calls::STREAM, "");
    let listed = catalogue::workspaces(known, &key(account, catalogue::WORKSPACES, ""));
    if listed.is_empty() || known.checkpoints.contains_key(&whole) || known.finished.contains_key(&whole) {
        return vec![(String::new(), String::new())];
    }
    listed
}

/// Calls by workspace, then the transcripts that they lack.
pub(crate) fn streams(cx: &Cx, known: &Known) -> Vec<PlannedStream> {
    let mut out = Vec::new();
    for (workspace, _) in partitions(&cx.account, known) {
        let key = key(&cx.account, calls::STREAM, &workspace);
        let requests = Some(calls::State::read(known.checkpoints.get(&key)).pages_left().unwrap_or(1).max(1));
        out.push(PlannedStream { key, rank: rank::CALLS, requests, share: None });
    }
    let key = key(&cx.account, map::TRANSCRIPTS, "");
    let requests = known.waiting.get(&key).map(|n| n.div_ceil(super::api::PAGE));
    out.push(PlannedStream { key, rank: rank::TRANSCRIPTS, requests, share: None });
    out
}

/// How a workspace's calls are called in texts.
pub(crate) fn calls_name(account: &AccountKey, known: &Known, workspace: &str) -> String {
    let listed = catalogue::workspaces(known, &key(account, catalogue::WORKSPACES, ""));
    match listed.iter().find(|(id, _)| id == workspace) {
        Some((_, name)) if listed.len() > 1 && !name.is_empty() => format!("Gong's calls in workspace {name}"),
        _ => "Gong's calls".into(),
    }
}

/// See [`estimate`].
pub(crate) fn counts(cx: &Cx, known: &Known) -> estimate::Counts {
    let mut counts = estimate::Counts::default();
    for (workspace, _) in partitions(&cx.account, known) {
        let state = calls::State::read(known.checkpoints.get(&key(&cx.account, calls::STREAM, &workspace)));
        counts.loads |= state.loads();
        match state.pages_left().filter(|_| state.is_open()) {
            Some(pages) => {
                counts.calls += pages;
                // Each page of calls that has not been read brings a page of transcripts.
                counts.transcripts += if state.loads() { pages } else { 0 };
            }
            None => {
                counts.calls += 1;
                counts.unknown += u64::from(state.loads());
            }
        }
    }
    let waiting = known.waiting.get(&key(&cx.account, map::TRANSCRIPTS, "")).copied().unwrap_or(0);
    counts.transcripts += waiting.div_ceil(super::api::PAGE);
    counts
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
