//! The rule of rate limits, pure: sliding windows, stops, a lowered limit, and recovery after a throttle.
//!
//! Times are microseconds since 1970. Each budget has a clock of its own that never runs backwards (`Gauge::seen`), so that windows
//! hold even when the machine's clock is set back: a small step back makes it stand still until the machine has caught up, a large one
//! moves everything kept by the same distance. Either way the ages that are reckoned with are never above the true ones.

use jiff::{SignedDuration, Timestamp};

use crate::{BudgetRule, BudgetState, Grant, Window};

/// Added to each window: a request may reach the vendor later after being sent than the one that follows it a window later.
pub(crate) const MARGIN: i64 = 250_000;
/// A step back of the clock up to this is waited out; a larger one moves what is kept.
const STEP: i64 = 60_000_000;
/// The whole rate, in shares.
pub(crate) const FULL: u32 = 1024;
/// What a quiet window gives back.
const QUARTER: u32 = FULL / 4;
/// The rate is never lowered below this: a storm of throttles must not stop the work for hours.
const LEAST: u32 = FULL / 16;
/// Shortest quiet window. A limit per second should not be back at its full rate a second after a throttle.
const LEAST_QUIET: i64 = 60_000_000;

/// What is kept of a budget, but for its log of send times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gauge {
    /// The latest time seen.
    pub(crate) seen: i64,
    /// Nobody sends before.
    pub(crate) blocked_until: Option<i64>,
    /// A lower limit that the vendor was seen to apply.
    pub(crate) lowered: Option<Window>,
    /// The rate in force when recovery began, of [`FULL`].
    pub(crate) share: u32,
    /// When recovery began.
    pub(crate) since: i64,
    /// The length of a quiet window.
    pub(crate) quiet: i64,
    /// How long send times are kept: the longest window.
    pub(crate) keep: i64,
}

impl Default for Gauge {
    fn default() -> Self {
        Gauge { seen: i64::MIN, blocked_until: None, lowered: None, share: FULL, since: 0, quiet: LEAST_QUIET, keep: 0 }
    }
}

/// What [`decide`] found, in the budget's own time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Charge it at that time.
    Charge(i64),
    /// Wait until then.
    Wait(i64),
}

/// A timestamp in microseconds.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// A length in microseconds; what is too long for that counts as the longest.
fn span(per: SignedDuration) -> i64 {
    i64::try_from(per.as_micros()).unwrap_or(i64::MAX / 4).clamp(0, i64::MAX / 4)
}

/// Microseconds as a timestamp, at the end of time if beyond it.
pub(crate) fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::MAX)
}

impl Gauge {
    /// Takes note of the caller's clock. Returns the budget's own time, and by how much its log has to be moved back.
    pub(crate) fn tick(&mut self, clock: i64) -> (i64, i64) {
        let back = self.seen.saturating_sub(clock);
        if self.seen == i64::MIN || back <= 0 {
            self.seen = clock;
            return (clock, 0);
        }
        if back <= STEP {
            return (self.seen, 0);
        }
        self.seen = clock;
        self.since = self.since.saturating_sub(back);
        self.blocked_until = self.blocked_until.map(|at| at.saturating_sub(back));
        (clock, back)
    }

    /// The rate in force, of [`FULL`].
    pub(crate) fn share_at(&self, now: i64) -> u32 {
        let quiet_windows = now.saturating_sub(self.since).max(0) / self.quiet.max(1);
        let back = u32::try_from(quiet_windows).unwrap_or(u32::MAX).saturating_mul(QUARTER);
        self.share.saturating_add(back).min(FULL)
    }

    /// When the rate next rises; `None` at the full rate.
    fn next_rise(&self, now: i64) -> Option<i64> {
        let quiet = self.quiet.max(1);
        let windows = now.saturating_sub(self.since).max(0) / quiet;
        (self.share_at(now) < FULL).then(|| self.since.saturating_add((windows + 1).saturating_mul(quiet)))
    }

    /// A throttle: stops until then, halves the rate, unless an earlier stop is still in force.
    pub(crate) fn penalize(&mut self, now: i64, until: i64) {
        let stopped = self.blocked_until.filter(|&at| at > now);
        if stopped.is_none() {
            self.share = (self.share_at(now) / 2).max(LEAST);
        }
        let until = until.max(stopped.unwrap_or(now));
        self.blocked_until = Some(until);
        self.since = until.max(now);
    }

    /// Learns the lengths that a rule reckons with.
    pub(crate) fn learn(&mut self, windows: &[Window]) {
        let lowered = self.lowered;
        let spans = || windows.iter().chain(lowered.as_ref()).map(|window| span(window.per));
        if let Some(shortest) = windows.iter().map(|window| span(window.per)).min() {
            self.quiet = shortest.max(LEAST_QUIET);
        }
        self.keep = self.keep.max(spans().max().unwrap_or(0));
    }

    /// Send times before this are needed no more.
    pub(crate) fn horizon(&self, now: i64) -> i64 {
        now.saturating_sub(self.keep).saturating_sub(MARGIN)
    }

    /// For `--debug` and status.
    pub(crate) fn state(&self, clock: i64, used: u32) -> BudgetState {
        let mut gauge = *self;
        let (now, _) = gauge.tick(clock);
        let in_callers_time = |at: i64| timestamp(clock.saturating_add(at.saturating_sub(now)));
        BudgetState {
            used,
            blocked_until: gauge.blocked_until.filter(|&at| at > now).map(in_callers_time),
            lowered: gauge.lowered.map(|window| (window.limit, window.per)),
        }
    }
}

impl Decision {
    /// The answer in the caller's own time.
    pub(crate) fn grant(self, clock: i64, now: i64) -> Grant {
        match self {
            Decision::Charge(_) => Grant::Now,
            Decision::Wait(at) => Grant::At(timestamp(clock.saturating_add(at.saturating_sub(now)))),
        }
    }
}

impl BudgetRule {
    /// What one request is charged: no more than the largest window holds, for what lies above counts as all of it.
    pub(crate) fn charged(&self) -> usize {
        let most = self.windows.iter().map(|window| window.limit).max().unwrap_or(1).max(1);
        self.cost.clamp(1, most) as usize
    }
}

/// Whether a request may be sent at `now`. `nth_newest(n)` gives the n-th newest send time, from 1, if so many are kept; a request that
/// weighs more than one stands there as often.
pub(crate) fn decide<E>(
    gauge: &Gauge,
    rule: &BudgetRule,
    now: i64,
    mut nth_newest: impl FnMut(u32) -> Result<Option<i64>, E>,
) -> Result<Decision, E> {
    let windows = rule.windows.as_slice();
    let mut ready = gauge.blocked_until.unwrap_or(now);
    let shortest = windows.iter().map(|window| span(window.per)).min();
    let lowered = gauge.lowered.as_ref().filter(|_| !windows.is_empty());
    for (window, shared) in windows.iter().map(|window| (window, Some(span(window.per)) == shortest)).chain(lowered.map(|w| (w, false))) {
        let per = span(window.per).saturating_add(MARGIN);
        let share = if shared { gauge.share_at(now) } else { FULL };
        let limit = share_of(window.limit, share);
        let free = match limit {
            // Nothing is ever allowed: ask again later, the limit may have been changed by then.
            0 => now.saturating_add(per),
            // So many as fit beside this one may have been sent; the next newer one has to have left the window.
            _ => nth_newest(limit - rule.cost.clamp(1, limit) + 1)?.map_or(now, |sent| sent.saturating_add(per)),
        };
        // With a lowered rate the next rise may come first.
        let free = match gauge.next_rise(now).filter(|_| shared && free > now) {
            Some(rise) => free.min(rise),
            None => free,
        };
        ready = ready.max(free);
    }
    Ok(if ready <= now { Decision::Charge(now) } else { Decision::Wait(ready) })
}

/// A limit at a lowered rate: at least 1, unless the limit itself is 0.
fn share_of(limit: u32, share: u32) -> u32 {
    let part = u64::from(limit) * u64::from(share) / u64::from(FULL);
    u32::try_from(part).unwrap_or(u32::MAX).max(limit.min(1))
}
