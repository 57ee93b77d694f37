//! What is to be read in a run, and in which order.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};
use jiff::{SignedDuration, Timestamp};
use sales_model::{AccountKey, Place, SlackSettings, StreamKey};

use super::{audit, estimate, history, map, people, rotation, search, ts};
use crate::{Cx, Known, Mode, Plan, PlannedStream};

/// A channel without a message for this long counts as quiet.
const QUIET_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);
/// A quiet channel is polled this seldom.
const QUIET_POLL: SignedDuration = SignedDuration::from_mins(15);
/// Users are listed once in this time: those who turn up meanwhile are fetched one by one.
pub(crate) const USERS_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// The daily pass, a little early so that a daily schedule does not skip a day.
pub(crate) const WIDE_EVERY: SignedDuration = SignedDuration::from_hours(23);

/// Ranks: customers before noise, and what makes a context usable before what completes it. Equal ranks run side by side.
mod rank {
    pub(super) const HISTORY: [u32; 2] = [10, 20];
    pub(super) const SEARCH: u32 = 10;
    pub(super) const THREADS: [u32; 2] = [15, 30];
    pub(super) const PEOPLE: [u32; 2] = [18, 40];
    pub(super) const WIDE: [u32; 2] = [50, 51];
    pub(super) const ROTATING: u32 = 60;
}

fn key(account: &AccountKey, stream: &str, partition: &str) -> StreamKey {
    StreamKey { account: account.clone(), stream: stream.into(), partition: partition.into() }
}

/// How a channel is called in texts.
pub(crate) fn channel_name(known: &Known, channel: &str) -> String {
    let place = known.places.iter().find(|p| p.key.strip_prefix("slack:") == Some(channel));
    match place {
        Some(p) if !p.direct => format!("Slack channel #{}", p.name),
        Some(p) => format!("Slack direct messages with {}", p.name),
        None => format!("Slack channel {channel}"),
    }
}

/// Channels that settings say are not to be read; a pattern that is no glob counts as a name.
pub(crate) fn ignored(patterns: &[String]) -> impl Fn(&Place) -> bool {
    let clean = |p: &String| p.trim().trim_start_matches('#').to_owned();
    let mut builder = GlobSetBuilder::new();
    patterns.iter().filter_map(|p| Glob::new(&clean(p)).ok()).for_each(|g| {
        builder.add(g);
    });
    let globs = builder.build().unwrap_or_else(|_| GlobSet::empty());
    let names: BTreeSet<String> = patterns.iter().map(clean).collect();
    move |place: &Place| {
        let id = place.key.strip_prefix("slack:").unwrap_or(&place.key);
        [place.name.as_str(), id].iter().any(|n| names.contains(*n) || globs.is_match(n))
    }
}

/// Whether a place is read at all.
pub(crate) fn reads(settings: &SlackSettings, place: &Place) -> bool {
    place.member && (settings.direct_messages || !place.direct) && !ignored(&settings.ignore_channels)(place)
}

/// Places that are read in this run.
fn places<'a>(cx: &Cx, plan: &Plan, known: &'a Known) -> Vec<&'a Place> {
    let ignored = ignored(&cx.settings.slack.ignore_channels);
    let direct = cx.settings.slack.direct_messages;
    let mut places: Vec<&Place> = known
        .places
        .iter()
        .filter(|p| p.key.starts_with("slack:") && p.member && (direct || !p.direct) && !ignored(p))
        .filter(|p| plan.only.as_ref().is_none_or(|only| only.contains(&p.key)))
        .collect();
    let wish = |p: &Place| known.preferred.iter().position(|k| *k == p.key).unwrap_or(usize::MAX);
    // Within the same wish, the liveliest first.
    places.sort_by_key(|p| (wish(p), std::cmp::Reverse(known.newest.get(&p.key).copied()), p.key.clone()));
    places
}

/// Ids of the channels that are read in this run.
pub(crate) fn readable(cx: &Cx, plan: &Plan, known: &Known) -> BTreeSet<String> {
    places(cx, plan, known).into_iter().filter_map(|p| p.key.strip_prefix("slack:")).map(str::to_owned).collect()
}

/// Whether something was not done within `every`.
pub(crate) fn due(done: Option<&Timestamp>, now: Timestamp, every: SignedDuration) -> bool {
    done.is_none_or(|at| now.duration_since(*at) >= every || *at > now)
}

/// The streams that give places and people.
pub(crate) fn catalogue(cx: &Cx, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
    let channels = key(&cx.account, people::STREAM, "");
    let users = key(&cx.account, people::STREAM, people::USERS_PART);
    let pages = |n: usize| u64::try_from(n.div_ceil(200).max(1)).ok();
    let mut out = vec![PlannedStream { key: channels, rank: 0, requests: pages(known.places.len()), share: None }];
    if plan.mode == Mode::Full || due(known.finished.get(&users), plan.now, USERS_EVERY) {
        out.push(PlannedStream { key: users, rank: 0, requests: pages(known.people.len()), share: None });
    }
    out
}

/// Everything else. People stand at two ranks: once for the customers' channels, once for the rest.
pub(crate) fn streams(cx: &Cx, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
    let mut out = Vec::new();
    let mut add = |stream: &str, partition: &str, rank: u32, requests: Option<u64>| {
        out.push(PlannedStream { key: key(&cx.account, stream, partition), rank, requests, share: None });
    };
    if rotation::can_search(cx) {
        add(search::STREAM, "", rank::SEARCH, Some(1));
    }
    let waiting = |stream: &str, partition: &str| known.waiting.get(&key(&cx.account, stream, partition)).copied();
    for rank in rank::PEOPLE {
        add(map::PEOPLE, "", rank, waiting(map::PEOPLE, ""));
    }
    for place in places(cx, plan, known) {
        let Some(id) = place.key.strip_prefix("slack:") else { continue };
        let class = usize::from(!known.preferred.contains(&place.key));
        let at = |ranks: [u32; 2]| ranks.get(class).copied().unwrap_or(ranks[1]);
        let finished = known.finished.get(&key(&cx.account, history::STREAM, id));
        let state = history::State::read(known.checkpoints.get(&key(&cx.account, history::STREAM, id)));
        let lacking = state.lacks(&ts::from_instant(plan.since));
        // Once it was read to its end after it was archived, nothing is said in a channel any more; what waits from before is still fetched.
        let settled = place.archived && state.settled && finished.is_some() && plan.mode != Mode::Full && !lacking;
        let quiet = plan.mode == Mode::Default
            && !lacking
            && plan.only.is_none()
            && finished.is_some_and(|at| !due(Some(at), plan.now, QUIET_POLL))
            && known.newest.get(&place.key).is_none_or(|at| plan.now.duration_since(*at) > QUIET_AFTER);
        if !settled && !quiet {
            add(history::STREAM, id, at(rank::HISTORY), Some(estimate::history(cx, plan, known, id)));
        }
        let threads = waiting(map::THREADS, id);
        if (!settled && !quiet) || threads.is_some_and(|n| n > 0) {
            add(map::THREADS, id, at(rank::THREADS), threads);
        }
        let every = cx.settings.slack.audit_every.duration();
        let rotating = known.finished.get(&key(&cx.account, audit::ROTATING, id));
        if settled {
            if plan.mode == Mode::Default && due(rotating.max(finished), plan.now, every) {
                add(audit::ROTATING, id, rank::ROTATING, None);
            }
            continue;
        }
        let Some(_) = finished else { continue };
        let wide = known.finished.get(&key(&cx.account, audit::WIDE, id));
        if plan.mode != Mode::Default || due(wide, plan.now, WIDE_EVERY) {
            add(audit::WIDE, id, at(rank::WIDE), None);
        }
        // Four turns a day are enough for a round of a week.
        let every = every.checked_div(28).unwrap_or(SignedDuration::ZERO);
        if plan.mode == Mode::Default && due(rotating, plan.now, every) {
            add(audit::ROTATING, id, rank::ROTATING, None);
        }
    }
    out.sort_by_key(|s| s.rank);
    out
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
