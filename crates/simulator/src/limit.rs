use std::collections::{HashMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Which rate limits the double enforces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// None.
    #[default]
    Off,
    /// Slack's published tiers, for internal apps.
    Slack,
    /// The same, and what holds since 2025-05-29 for commercially distributed apps outside the Marketplace: 1 request a minute and 15
    /// objects on `conversations.history` and `conversations.replies`.
    Commercial,
}

/// So many requests in a window that slides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quota {
    pub(crate) count: usize,
    pub(crate) window_seconds: i64,
}

impl Quota {
    pub(crate) const fn per_minute(count: usize) -> Self {
        Quota { count, window_seconds: 60 }
    }
}

/// Sliding windows per key, by the clock that is passed in. A refused request does not count.
#[derive(Debug, Default)]
pub(crate) struct Windows {
    sent: HashMap<String, VecDeque<Timestamp>>,
}

impl Windows {
    /// Takes one request from the key's quota, or says after how many whole seconds one is free again.
    pub(crate) fn take(&mut self, key: &str, quota: Quota, now: Timestamp) -> Result<(), i64> {
        if !self.sent.contains_key(key) {
            self.sent.insert(key.to_owned(), VecDeque::new());
        }
        let Some(sent) = self.sent.get_mut(key) else { return Ok(()) };
        let window = i128::from(quota.window_seconds) * 1_000_000_000;
        while sent.front().is_some_and(|t| now.as_nanosecond() - t.as_nanosecond() >= window) {
            sent.pop_front();
        }
        if sent.len() < quota.count {
            sent.push_back(now);
            return Ok(());
        }
        // The oldest whose leaving makes room: with a shrunk quota that is not the first.
        let leaves = sent.get(sent.len() - quota.count).map_or(now, |t| *t);
        let wait = window - (now.as_nanosecond() - leaves.as_nanosecond());
        let seconds = (wait + 999_999_999) / 1_000_000_000;
        Err(i64::try_from(seconds).unwrap_or(quota.window_seconds).max(1))
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
        let mut w = Windows::default();
        let q = Quota::per_minute(3);
        assert_eq!([0, 10, 20].map(|s| w.take("a", q, at(s))), [Ok(()); 3]);
        assert_eq!(w.take("a", q, at(20)), Err(40));
        assert_eq!(w.take("a", q, at(59)), Err(1));
        assert_eq!(w.take("b", q, at(59)), Ok(()), "keys are apart");
        assert_eq!(w.take("a", q, at(60)), Ok(()), "the first has left");
        assert_eq!(w.take("a", q, at(61)), Err(9), "the second leaves at 70");
    }

    #[test]
    fn the_wait_is_enough_also_within_a_second() {
        let mut w = Windows::default();
        let q = Quota { count: 1, window_seconds: 1 };
        let t = at(0) + jiff::SignedDuration::from_millis(300);
        assert_eq!(w.take("a", q, t), Ok(()));
        assert_eq!(w.take("a", q, at(1)), Err(1));
        assert_eq!(w.take("a", q, at(1) + jiff::SignedDuration::from_millis(300)), Ok(()));
    }
}
