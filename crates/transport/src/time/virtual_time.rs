//! Virtual time, for tests and for planning figures: hours of waiting take moments.
//!
//! Time stands still while anything happens. Once all that is left is waiting, it jumps to the earliest sleeper's time. "Nothing
//! happens" means: no [`Timer::busy`] guard is alive, and since a short real moment no sleeper came or went. Work that the timer cannot
//! see (a commit on another thread) should hold a guard; without one, time may jump while it runs, which only makes the figures
//! pessimistic.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use sales_model::Clock;
use tokio::sync::Notify;

use crate::{Activity, Busy, Timer};

/// A clock that moves only when everybody waits. Clones share one time.
#[derive(Clone)]
pub struct VirtualTimer(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Notify,
    activity: Arc<Activity>,
    settle: Duration,
}

struct State {
    now: Timestamp,
    /// Who sleeps until when; the number tells equal times apart.
    sleepers: BTreeSet<(Timestamp, u64)>,
    /// Grows with each sleeper that comes or goes.
    events: u64,
    jumps: u64,
}

/// How often the others get their turn after the quiet moment, before time jumps.
const TURNS: usize = 16;

impl VirtualTimer {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self::with_settle(start, Duration::from_millis(1))
    }

    /// A clock whose quiet moment before each jump lasts `settle` of real time.
    pub fn with_settle(start: Timestamp, settle: Duration) -> Self {
        let state = State { now: start, sleepers: BTreeSet::new(), events: 0, jumps: 0 };
        VirtualTimer(Arc::new(Shared { state: Mutex::new(state), changed: Notify::new(), activity: Arc::default(), settle }))
    }

    /// Moves the clock to `at`, also backwards, as an administrator would; sleepers whose time has come wake up.
    pub fn set(&self, at: Timestamp) {
        self.0.lock().now = at;
        self.0.changed.notify_waiters();
    }

    /// How often time jumped so far.
    pub fn jumps(&self) -> u64 {
        self.0.lock().jumps
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot leave the state half changed: each change is one statement.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has to stay the same for a quiet moment, if `ticket` is the earliest sleeper and nothing is under way.
    fn quiet(&self, state: &State, ticket: (Timestamp, u64)) -> Option<(u64, usize)> {
        let begun = self.activity.begun();
        (self.activity.alive() == 0 && state.sleepers.first() == Some(&ticket)).then_some((state.events, begun))
    }

    /// Moves the time to `ticket`'s, if everything is still as it was `before`.
    fn jump(&self, ticket: (Timestamp, u64), before: (u64, usize)) {
        {
            let mut state = self.lock();
            if self.quiet(&state, ticket) != Some(before) {
                return;
            }
            state.now = state.now.max(ticket.0);
            state.jumps += 1;
        }
        self.changed.notify_waiters();
    }
}

/// A sleeper's place in the list; leaves it when dropped, also when the sleeper is cancelled.
struct Ticket<'a>(&'a Shared, (Timestamp, u64));

impl<'a> Ticket<'a> {
    fn take(shared: &'a Shared, at: Timestamp) -> Self {
        let mut state = shared.lock();
        state.events += 1;
        let ticket = (at, state.events);
        state.sleepers.insert(ticket);
        drop(state);
        shared.changed.notify_waiters();
        Ticket(shared, ticket)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.events += 1;
        state.sleepers.remove(&self.1);
        drop(state);
        self.0.changed.notify_waiters();
    }
}

impl Clock for VirtualTimer {
    fn now(&self) -> Timestamp {
        self.0.lock().now
    }
}

#[async_trait]
impl Timer for VirtualTimer {
    #[expect(clippy::disallowed_methods, reason = "the quiet moment is a real one")]
    async fn sleep_until(&self, at: Timestamp) {
        let shared = &*self.0;
        if shared.lock().now >= at {
            return;
        }
        let ticket = Ticket::take(shared, at);
        loop {
            // Enlisted before looking, so that no change in between is missed.
            let changed = shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let (now, first, quiet) = {
                let state = shared.lock();
                (state.now, state.sleepers.first() == Some(&ticket.1), shared.quiet(&state, ticket.1))
            };
            if now >= at {
                return;
            }
            if !first {
                changed.await;
                continue;
            }
            // The earliest sleeper moves the time.
            tokio::time::sleep(shared.settle).await;
            for _ in 0..TURNS {
                tokio::task::yield_now().await;
            }
            if let Some(before) = quiet {
                shared.jump(ticket.1, before);
            }
        }
    }

    fn busy(&self) -> Busy {
        self.0.activity.begin()
    }
}
