use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// How long a window of the quota is: "per minute".
const WINDOW: i128 = 60 * 1_000_000_000;

/// What one user has used in the last minute, in units. What is refused does not count.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    used: VecDeque<(Timestamp, u64)>,
    sum: u64,
}

impl Meter {
    /// Takes units, or says after how many whole seconds there will be enough.
    pub(crate) fn take(&mut self, units: u64, limit: u64, now: Timestamp) -> Result<(), i64> {
        while let Some((at, spent)) = self.used.front().copied() {
            if now.as_nanosecond() - at.as_nanosecond() < WINDOW {
                break;
            }
            self.sum -= spent;
            self.used.pop_front();
        }
        if self.sum + units <= limit {
            self.used.push_back((now, units));
            self.sum += units;
            return Ok(());
        }
        // Those whose leaving makes room.
        let mut over = (self.sum + units).saturating_sub(limit);
        let mut leaves = now;
        for (at, spent) in &self.used {
            leaves = *at;
            over = over.saturating_sub(*spent);
            if over == 0 {
                break;
            }
        }
        let wait = WINDOW - (now.as_nanosecond() - leaves.as_nanosecond());
        Err(i64::try_from((wait + 999_999_999) / 1_000_000_000).unwrap_or(60).max(1))
    }
}

/// What a client asked for, in units, by the simulator's clock: all of it, also what was refused.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spent(Vec<(Timestamp, u64)>);

impl Spent {
    pub(crate) fn new(mut all: Vec<(Timestamp, u64)>) -> Self {
        all.sort_unstable();
        Spent(all)
    }

    /// All units together.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, units)| units).sum()
    }

    /// The most in any window of this length; what comes at its very end is in the next one. A client that never has more than the limit
    /// in a minute keeps the quota.
    pub fn most_in(&self, window: SignedDuration) -> u64 {
        let (mut from, mut sum, mut most) = (0, 0, 0);
        for (at, units) in &self.0 {
            sum += units;
            while let Some((first, spent)) = self.0.get(from).filter(|(first, _)| at.duration_since(*first) >= window) {
                debug_assert!(first <= at);
                sum -= spent;
                from += 1;
            }
            most = most.max(sum);
        }
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + s).unwrap()
    }

    #[test]
    fn the_window_slides_and_refusals_do_not_count() {
        let mut meter = Meter::default();
        assert_eq!(meter.take(60, 100, at(0)), Ok(()));
        assert_eq!(meter.take(40, 100, at(10)), Ok(()));
        assert_eq!(meter.take(1, 100, at(20)), Err(40), "the first leaves at 60");
        assert_eq!(meter.take(61, 100, at(20)), Err(50), "that needs the second to leave too");
        assert_eq!(meter.take(60, 100, at(60)), Ok(()));
        assert_eq!(meter.take(1, 100, at(69)), Err(1));
        assert_eq!(meter.take(40, 100, at(70)), Ok(()));
        assert_eq!(Meter::default().take(101, 100, at(0)), Err(60), "more than there is: never, but not at once");
    }

    #[test]
    fn the_most_in_a_minute() {
        let spent = Spent::new(vec![(at(60), 7), (at(0), 20), (at(59), 20), (at(61), 1)]);
        assert_eq!((spent.total(), spent.most_in(SignedDuration::from_secs(60))), (48, 40));
        assert_eq!(spent.most_in(SignedDuration::from_secs(61)), 47);
        assert_eq!(Spent::default().most_in(SignedDuration::from_secs(60)), 0);
    }
}
