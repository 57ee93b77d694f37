//! The ports: what the transport asks of its surroundings.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sales_model::{AccountKey, Clock};

/// A credential. It cannot be printed, and is wiped from memory when dropped.
pub type Secret = secrecy::SecretString;

/// A clock that can also wait. Real time in the product, virtual time in tests.
#[async_trait]
pub trait Timer: Clock {
    /// Returns once [`Clock::now`] is at or after `at`.
    async fn sleep_until(&self, at: Timestamp);

    /// Says that work is under way that the timer cannot see (a request on the wire, a commit on another thread), until the answer is
    /// dropped. Virtual time stands still meanwhile; real time does not care.
    fn busy(&self) -> Busy {
        Busy::default()
    }
}

/// Counts work under way, for timers that have to know.
#[derive(Debug, Default)]
pub struct Activity {
    alive: AtomicUsize,
    begun: AtomicUsize,
}

impl Activity {
    /// Counts one more, until the answer is dropped.
    pub fn begin(self: &Arc<Self>) -> Busy {
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.alive.fetch_add(1, Ordering::SeqCst);
        Busy(Some(Arc::clone(self)))
    }

    /// How much is under way now.
    pub fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }

    /// How much was ever begun.
    pub fn begun(&self) -> usize {
        self.begun.load(Ordering::SeqCst)
    }
}

/// Work under way, see [`Timer::busy`]; over when dropped.
#[derive(Debug, Default)]
#[must_use = "the work counts as over as soon as this is dropped"]
pub struct Busy(Option<Arc<Activity>>);

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(activity) = &self.0 {
            activity.alive.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// Which rate limit: a vendor's account there, and the operation it counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BudgetKey {
    /// The vendor and the account as the vendor counts it: `slack:T0123`.
    pub account: String,
    /// What is counted: `conversations.history`.
    pub operation: String,
}

/// At most `limit` requests in any stretch of `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Requests.
    pub limit: u32,
    /// Length of the sliding window.
    pub per: SignedDuration,
}

/// A rate limit as data: all windows hold at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRule {
    /// What it limits.
    pub key: BudgetKey,
    /// The windows; empty means nothing is charged.
    pub windows: Vec<Window>,
    /// What one request counts for, where a vendor weighs them (Gmail's quota units); 1 elsewhere. One that weighs more than a window
    /// allows counts as all of it.
    pub cost: u32,
}

/// Answer to a request for budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// Charged: send now.
    Now,
    /// Not charged: ask again at that time.
    At(Timestamp),
}

/// What is known of a budget, for `--debug`, status and tests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BudgetState {
    /// Charged in the current longest window.
    pub used: u32,
    /// Nobody may send before this time (a vendor's `Retry-After`).
    pub blocked_until: Option<Timestamp>,
    /// A lower limit in force: (requests, per), learned from the vendor.
    pub lowered: Option<(u32, SignedDuration)>,
}

/// Why a budget or a token could not be read or kept. No secret stands in it.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {source}")]
pub struct PortError {
    /// What was tried, with the file's name.
    pub what: String,
    /// Why it failed.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// Rate limits shared by all processes of a workspace.
pub trait Budget: Send + Sync {
    /// Charges one request at its cost, if all windows allow it at `now`; else says when to ask again and charges nothing.
    /// A rule without windows is never charged, but waits for a [`Budget::penalize`] of its key like any other.
    fn take(&self, rule: &BudgetRule, now: Timestamp) -> Result<Grant, PortError>;
    /// Stops the budget for everybody until then (or longer, if it is stopped for longer already), and halves its rate; the rate
    /// recovers by a quarter with each quiet window. While it is stopped, a further call only prolongs the stop: the answers to requests
    /// that were on the wire together count as one.
    fn penalize(&self, key: &BudgetKey, now: Timestamp, until: Timestamp) -> Result<(), PortError>;
    /// Sets (or lifts, with `None`) a lower limit that the vendor was seen to apply; it holds besides the rule's windows.
    fn lower(&self, key: &BudgetKey, limit: Option<Window>) -> Result<(), PortError>;
    /// What is known of it.
    fn state(&self, key: &BudgetKey, now: Timestamp) -> Result<BudgetState, PortError>;
}

/// A rotated token with what renews it.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// Sent with requests.
    pub access: Secret,
    /// Gets the next pair; void after one use.
    pub refresh: Option<Secret>,
    /// When `access` dies.
    pub expires_at: Option<Timestamp>,
    /// Fingerprint of the user's own refresh token at that time: a different one there now is newer than this pair.
    pub given: Option<String>,
    /// What the token may do, as the vendor said when it gave it: names separated by spaces. `None` if it did not say.
    pub scope: Option<String>,
    /// When the user signed in to get `refresh`; `None` if that is not known.
    pub since: Option<Timestamp>,
}

/// Where rotated tokens are kept (the workspace's token file, 0600).
pub trait TokenStore: Send + Sync {
    /// The stored pair of an account.
    fn load(&self, account: &AccountKey) -> Result<Option<TokenPair>, PortError>;
    /// Replaces the pair atomically and durably.
    fn save(&self, account: &AccountKey, pair: &TokenPair) -> Result<(), PortError>;
    /// Forgets the pair, durably; whether there was one.
    fn remove(&self, account: &AccountKey) -> Result<bool, PortError>;
    /// Takes a lock that all processes respect, held until the answer is dropped, so that one refresh happens at a time.
    ///
    /// Blocks the thread while somebody else holds it: async code calls [`crate::lock_account`] instead.
    fn exclusive(&self, account: &AccountKey) -> Result<Box<dyn Send>, PortError>;
}
