//! Gmail's quota as data: units a minute for each mailbox, and what each operation costs.
//!
//! Google counts per user and project; all programs that use the same client id draw on it together. One stream reads a mailbox, one
//! request at a time, so that "too many concurrent requests for user" (about ten are allowed) is only met inside a batch.

use jiff::SignedDuration;
use sales_transport::{BudgetKey, BudgetRule, Window};

use crate::Cx;

/// An operation: its name in logs and errors, and its cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    /// In words.
    pub(crate) name: &'static str,
    /// Units since 1 May 2026.
    units: u32,
    /// Units in projects that were in use between November 2025 and April 2026.
    units_before: u32,
}

const fn operation(name: &'static str, units: u32, units_before: u32) -> Operation {
    Operation { name, units, units_before }
}

// "Usage limits" of the Gmail API, state after May 2026.
pub(crate) const PROFILE: Operation = operation("the mailbox's profile", 1, 1);
pub(crate) const LABELS: Operation = operation("the list of labels", 1, 1);
pub(crate) const LIST: Operation = operation("the list of mails", 5, 5);
pub(crate) const GET: Operation = operation("mails", 20, 5);
pub(crate) const THREAD: Operation = operation("threads", 40, 10);
pub(crate) const HISTORY: Operation = operation("the mailbox's history", 2, 2);
/// Counted elsewhere, if at all.
pub(crate) const TOKEN: Operation = operation("the sign-in", 0, 0);

/// What projects had that were in use before May 2026, and may have still: with the cheaper prices.
const UNITS_BEFORE: u32 = 15_000;

impl Operation {
    /// What it costs where so many units a minute are allowed: whoever has the older allowance has the older prices.
    pub(crate) fn units(self, units_per_minute: u32) -> u32 {
        if units_per_minute >= UNITS_BEFORE { self.units_before } else { self.units }
    }

    /// What it costs this account.
    pub(crate) fn cost(self, cx: &Cx) -> u32 {
        self.units(cx.settings.email.units_per_minute)
    }
}

/// The budget of a mailbox.
pub(crate) fn key(cx: &Cx) -> BudgetKey {
    BudgetKey { account: format!("gmail:{}", cx.account.name), operation: "units".into() }
}

/// The limit for `count` operations in one request.
pub(crate) fn rule(cx: &Cx, operation: Operation, count: usize) -> BudgetRule {
    let limit = cx.settings.email.units_per_minute;
    let windows = match cx.unlimited {
        true => Vec::new(),
        false => vec![Window { limit, per: SignedDuration::from_secs(60) }],
    };
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    BudgetRule { key: key(cx), windows, cost: operation.cost(cx).saturating_mul(count).max(1) }
}

/// The sign-in has no published limit; a stop that Google asks for holds for it alone.
pub(crate) fn sign_in(cx: &Cx) -> BudgetRule {
    let key = BudgetKey { account: format!("gmail:{}", cx.account.name), operation: "sign-in".into() };
    BudgetRule { key, windows: Vec::new(), cost: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_of_both_tables() {
        let of = |limit| [PROFILE, LABELS, LIST, GET, THREAD, HISTORY].map(|o| o.units(limit));
        assert_eq!(of(6_000), [1, 1, 5, 20, 40, 2]);
        assert_eq!(of(14_999), [1, 1, 5, 20, 40, 2]);
        assert_eq!(of(15_000), [1, 1, 5, 5, 10, 2]);
    }
}
