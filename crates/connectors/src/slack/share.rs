//! What the rotating pass may take of Slack's limits.
//!
//! It reads every thread in its range, whatever its counters say: a workspace of 35,000 threads in two years has 30,000 in the round of a
//! week, ten hours of requests. A run that somebody waits for must not stand still for that. The daily pass over 90 days is made whole:
//! edited replies are to be found within a day, also where a sync runs once a day.

use jiff::SignedDuration;

use super::{
    audit,
    budget::{self, REPLIES},
};
use crate::{Cx, Identity, Known, Mode, Plan, PlannedStream};

/// Of the requests that Slack allows: 14,400 a day at 50 a minute. Four fifths stay for what is new and for the daily pass, in this process
/// and in others.
const PERCENT: u64 = 20;
/// And at most as many as Slack allows in this time, so that no run is held up longer. A run an hour still makes 12,000 a day.
const LONGEST: SignedDuration = SignedDuration::from_mins(10);

/// Gives the rotating pass its share of this run. With `--audit` and `--full` somebody asks for passes, and gets them whole.
pub(crate) fn give(cx: &Cx, me: &Identity, plan: &Plan, known: &Known, streams: &mut [PlannedStream]) {
    if cx.unlimited || plan.mode != Mode::Default {
        return;
    }
    let rotates = |stream: &str| stream == audit::ROTATING;
    let last = known
        .finished
        .iter()
        .filter(|(k, _)| rotates(&k.stream))
        .map(|(_, at)| *at)
        .chain(known.checkpoints.iter().filter(|(k, _)| rotates(&k.stream)).filter_map(|(_, c)| audit::at_work(c)))
        .max();
    let passed = last.map_or(LONGEST, |at| plan.now.duration_since(at));
    let slow = budget::is_slow(cx, &me.team).unwrap_or(true);
    let per_minute = if slow { 1 } else { REPLIES.tier.per_minute().map_or(u64::MAX, u64::from) };
    for s in streams.iter_mut().filter(|s| rotates(&s.key.stream)) {
        s.share = Some(requests(per_minute, passed).max(1));
    }
}

/// Requests of a run, that long after the last one with a pass in it.
fn requests(per_minute: u64, passed: SignedDuration) -> u64 {
    let minutes = |d: SignedDuration| u64::try_from(d.as_mins()).unwrap_or(0);
    (per_minute.saturating_mul(minutes(passed)) * PERCENT / 100).min(per_minute.saturating_mul(minutes(LONGEST)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_of_the_time_and_never_more_than_ten_minutes() {
        let after = |mins| requests(50, SignedDuration::from_mins(mins));
        assert_eq!([-5, 0, 1, 15, 50, 51, 24 * 60].map(after), [0, 0, 10, 150, 500, 500, 500]);
        assert_eq!(requests(1, SignedDuration::from_hours(24)), 10);
    }
}
