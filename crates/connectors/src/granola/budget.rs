//! Granola's rate limit as data: one for all operations, counted per user or per workspace, depending on the key.

use jiff::SignedDuration;
use sales_transport::{BudgetKey, BudgetRule, Window};

use crate::Cx;

/// What an operation is called in logs and errors; the limit makes no difference between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation(pub(crate) &'static str);

pub(crate) const NOTES: Operation = Operation("the list of notes");
pub(crate) const NOTE: Operation = Operation("a note");
pub(crate) const TRANSCRIPT: Operation = Operation("a transcript");
pub(crate) const FOLDERS: Operation = Operation("the list of folders");

/// "Burst 25 requests per 5 s, sustained 5 a second (300 a minute)", from Granola's API introduction.
const WINDOWS: [Window; 2] =
    [Window { limit: 25, per: SignedDuration::from_secs(5) }, Window { limit: 300, per: SignedDuration::from_secs(60) }];
/// Requests a second that can be kept up.
pub(crate) const SUSTAINED: u64 = 5;

/// The limit.
pub(crate) fn rule(cx: &Cx) -> BudgetRule {
    let key = BudgetKey { account: format!("granola:{}", cx.account.name), operation: "requests".into() };
    BudgetRule { key, windows: if cx.unlimited { Vec::new() } else { WINDOWS.to_vec() }, cost: 1 }
}
