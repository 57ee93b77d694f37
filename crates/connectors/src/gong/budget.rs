//! Gong's limits as data: so many requests a second and a day, counted per company for everything together.
//!
//! The day is shared: a history load leaves room for the syncs of the day, and both leave room for what somebody waits for. All three are
//! one budget; only how much of the day's requests may be used up before one has to wait differs.

use jiff::SignedDuration;
use sales_transport::{BudgetKey, BudgetRule, Window};

use crate::Cx;

/// Requests a second that Gong allows a company.
pub(crate) const PER_SECOND: u32 = 3;
/// The sliding window of the daily limit.
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// A load of history.
    History,
    /// What every sync does.
    Sync,
    /// Somebody who waits for the answer, and writing back.
    User,
}

impl Share {
    /// The part of the day's requests that may be used before it waits, in per cent.
    fn percent(self) -> u64 {
        match self {
            Share::History => 70,
            Share::Sync => 90,
            Share::User => 100,
        }
    }

    /// The requests of a day up to which it may go on.
    pub(crate) fn of(self, daily: u32) -> u32 {
        u32::try_from(u64::from(daily) * self.percent() / 100).unwrap_or(u32::MAX).max(1)
    }
}

/// The one budget of an account. A key names no company, so the account's own name stands for it.
pub(crate) fn key(cx: &Cx) -> BudgetKey {
    BudgetKey { account: format!("gong:{}", cx.account.name), operation: "requests".into() }
}

/// The limit for one who asks.
pub(crate) fn rule(cx: &Cx, share: Share) -> BudgetRule {
    let windows = match cx.unlimited {
        true => Vec::new(),
        false => vec![
            Window { limit: PER_SECOND, per: SignedDuration::from_secs(1) },
            Window { limit: share.of(cx.settings.gong.daily_requests), per: DAY },
        ],
    };
    BudgetRule { key: key(cx), windows, cost: 1 }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use sales_transport::{Budget as _, Grant, MemoryBudget};

    use super::*;

    fn rule(share: Share, daily: u32) -> BudgetRule {
        let key = BudgetKey { account: "gong:default".into(), operation: "requests".into() };
        let second = Window { limit: PER_SECOND, per: SignedDuration::from_secs(1) };
        BudgetRule { key, windows: vec![second, Window { limit: share.of(daily), per: DAY }], cost: 1 }
    }

    #[test]
    fn shares_of_a_day() {
        let of = |daily| [Share::History, Share::Sync, Share::User].map(|s| s.of(daily));
        assert_eq!(of(10_000), [7_000, 9_000, 10_000]);
        assert_eq!(of(150), [105, 135, 150]);
        assert_eq!(of(0), [1, 1, 1]);
        assert_eq!(of(u32::MAX)[2], u32::MAX);
    }

    /// All three draw on one day: each goes on until the sum of what all of them used is its own limit.
    #[test]
    fn a_load_leaves_room_for_a_sync_and_both_for_a_person() {
        let budget = MemoryBudget::new();
        let mut now: Timestamp = "2024-04-08T09:00:00Z".parse().unwrap();
        let start = now;
        let mut used = Vec::new();
        for share in [Share::History, Share::Sync, Share::User] {
            let mut n = 0;
            loop {
                match budget.take(&rule(share, 20), now).unwrap() {
                    Grant::Now => n += 1,
                    Grant::At(at) if at.duration_since(now) < SignedDuration::from_secs(5) => now = at,
                    Grant::At(at) => {
                        // Until the first request of the day leaves the window.
                        assert!(at.duration_since(start) >= DAY && at.duration_since(start) < DAY + SignedDuration::from_secs(30), "{at}");
                        break;
                    }
                }
            }
            used.push(n);
        }
        assert_eq!(used, [14, 4, 2]);
    }
}
