//! What a run will take under Slack's limits.
//!
//! Slack tells no number of messages, so a first load is known only while it is read: newest first, the part of the time that is read
//! tells how much the rest will hold. Threads decide: one call each, at 50 a minute, unless a user's token brings their replies by
//! search, 100 a page at 20 pages a minute.

use jiff::SignedDuration;
use sales_model::StreamKey;

use super::{
    budget::{self, Method},
    history, map, rotation,
};
use crate::{Cx, Estimate, Identity, Known, Plan};

/// Replies of a thread, on average, for the pages of a search; the real figure shows while it is read.
const REPLIES_PER_THREAD: u64 = 4;

/// What is to be fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Pages of history.
    pub(crate) history: u64,
    /// Threads to read.
    pub(crate) threads: u64,
    /// People to fetch.
    pub(crate) people: u64,
    /// Channels that have not been read to their end yet.
    pub(crate) loading: u64,
}

/// Pages of one channel's history that are still to be read; at least one, because at least that is asked.
pub(crate) fn history(cx: &Cx, plan: &Plan, known: &Known, channel: &str) -> u64 {
    let key = StreamKey { account: cx.account.clone(), stream: history::STREAM.into(), partition: channel.into() };
    let state = history::State::read(known.checkpoints.get(&key));
    // Nothing is older than the channel itself.
    let made = known.places.iter().find(|p| p.key.strip_prefix("slack:") == Some(channel)).map_or(0, |p| p.created);
    let since = jiff::Timestamp::from_second(made).unwrap_or(plan.since).max(plan.since);
    match history::unread(&state, since) {
        Some(share) => ((state.pages as f64 * share).ceil() as u64).clamp(1, 1_000_000),
        None => 1,
    }
}

/// Counts of a plan.
pub(crate) fn counts(cx: &Cx, plan: &Plan, known: &Known) -> Counts {
    let mut counts = Counts::default();
    for s in super::plan::streams(cx, plan, known) {
        match s.key.stream.as_str() {
            history::STREAM => {
                counts.history += s.requests.unwrap_or(1);
                counts.loading += u64::from(!known.finished.contains_key(&s.key));
            }
            map::THREADS => counts.threads += s.requests.unwrap_or(0),
            _ => {}
        }
    }
    let people = StreamKey { account: cx.account.clone(), stream: map::PEOPLE.into(), partition: String::new() };
    counts.people = known.waiting.get(&people).copied().unwrap_or(0);
    counts
}

/// Requests and time for these counts. `slow`: the regime of one request a minute holds.
pub(crate) fn of(counts: Counts, slow: bool, search: bool) -> Estimate {
    let by_search = search && !slow && counts.threads >= 3;
    let pages = (counts.threads * (REPLIES_PER_THREAD + 1)).div_ceil(100);
    let parts: [(Method, u64); 4] = [
        (budget::HISTORY, counts.history),
        (budget::REPLIES, if by_search { 0 } else { counts.threads }),
        (budget::SEARCH, if by_search { pages } else { 0 }),
        (budget::USER, counts.people),
    ];
    let mut out = Estimate::default();
    let mut words = Vec::new();
    for (method, n) in parts.into_iter().filter(|(_, n)| *n > 0) {
        let limited = slow && (method == budget::HISTORY || method == budget::REPLIES);
        let per_minute = if limited { 1 } else { u64::from(method.tier.per_minute().unwrap_or(u32::MAX)) };
        // The first minute's requests need no waiting.
        let minutes = n.saturating_sub(1) / per_minute;
        out.duration = out.duration.max(SignedDuration::from_mins(i64::try_from(minutes).unwrap_or(i64::MAX / 60)));
        out.requests.push((method.name.to_owned(), n));
        words.push(format!("{n} {} at {per_minute} a minute", method.name));
    }
    out.requests.sort();
    let minutes = out.duration.as_mins();
    let time = match minutes {
        0 => "less than a minute".to_owned(),
        1..=119 => format!("about {minutes} minutes"),
        _ => format!("about {} hours", (minutes + 30) / 60),
    };
    out.words = format!("{time} ({})", if words.is_empty() { "nothing to ask".to_owned() } else { words.join(", ") });
    if counts.loading > 0 {
        out.words.push_str(&format!(
            "; {} {} not read to the end yet, so this grows while the number of messages and threads shows",
            counts.loading,
            if counts.loading == 1 { "channel is" } else { "channels are" }
        ));
    }
    out
}

/// The estimate of a plan.
pub(crate) fn plan(cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Estimate {
    let slow = budget::is_slow(cx, &me.team).unwrap_or(false);
    let mut out = of(counts(cx, plan, known), slow, rotation::can_search(cx));
    if cx.unlimited {
        out.duration = SignedDuration::ZERO;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_decide_a_first_load() {
        let counts = Counts { history: 340, threads: 35_000, people: 120, loading: 0 };
        let bot = of(counts, false, false);
        assert_eq!(bot.duration, SignedDuration::from_mins(699));
        assert_eq!(
            bot.words,
            "about 12 hours (340 conversations.history at 50 a minute, 35000 conversations.replies at 50 a minute, 120 users.info at 100 a \
             minute)"
        );
        let user = of(counts, false, true);
        assert_eq!(user.duration, SignedDuration::from_mins(87));
        assert_eq!(user.requests, [("conversations.history".into(), 340), ("search.messages".into(), 1750), ("users.info".into(), 120)]);
    }

    #[test]
    fn the_slow_regime_and_unknown_sizes_are_told() {
        let e = of(Counts { history: 10, threads: 0, people: 0, loading: 1 }, true, false);
        assert_eq!(e.duration, SignedDuration::from_mins(9));
        assert_eq!(
            e.words,
            "about 9 minutes (10 conversations.history at 1 a minute); 1 channel is not read to the end yet, so this grows while the number \
             of messages and threads shows"
        );
        assert_eq!(of(Counts::default(), false, false).words, "less than a minute (nothing to ask)");
    }
}
