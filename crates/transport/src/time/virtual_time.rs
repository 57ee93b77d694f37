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

#[cfg(test)]
mod tests {
    use std::sync::Mutex as StdMutex;

    use jiff::SignedDuration;
    use tokio::task::JoinSet;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    /// Sleepers of several kinds; the order and the times in which they wake.
    async fn wakes(timer: VirtualTimer) -> Vec<(i64, i64)> {
        let log = Arc::new(StdMutex::new(Vec::new()));
        let mut sleepers = JoinSet::new();
        for n in [30, 10, 10_000_000, 20, 10] {
            let (timer, log) = (timer.clone(), log.clone());
            sleepers.spawn(async move {
                timer.sleep_until(at(n)).await;
                log.lock().unwrap().push((n, timer.now().as_second()));
                // A second round, in the middle of the others' waits.
                timer.sleep_until(at(n + 5)).await;
                log.lock().unwrap().push((n + 5, timer.now().as_second()));
            });
        }
        sleepers.join_all().await;
        Arc::into_inner(log).unwrap().into_inner().unwrap()
    }

    #[tokio::test]
    async fn everybody_wakes_at_the_time_and_in_order() {
        let expected: Vec<_> = [10, 10, 15, 15, 20, 25, 30, 35, 10_000_000, 10_000_005].map(|second| (second, second)).into();
        let timer = VirtualTimer::new(at(0));
        assert_eq!(wakes(timer.clone()).await, expected);
        assert_eq!(timer.jumps(), 8);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_several_threads_too() {
        let times: Vec<_> = wakes(VirtualTimer::new(at(0))).await.into_iter().map(|(_, time)| time).collect();
        assert_eq!(times, [10, 10, 15, 15, 20, 25, 30, 35, 10_000_000, 10_000_005]);
    }

    #[tokio::test]
    async fn time_stands_still_while_work_is_under_way() {
        let timer = VirtualTimer::new(at(0));
        let busy = timer.busy();
        let more = timer.busy();
        let sleeper = tokio::spawn({
            let timer = timer.clone();
            async move { timer.sleep_until(at(5)).await }
        });
        drop(more);
        for _ in 0..50 {
            tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>()).await.unwrap_err();
            assert_eq!(timer.now(), at(0));
        }
        drop(busy);
        sleeper.await.unwrap();
        assert_eq!(timer.now(), at(5));
    }

    #[tokio::test]
    async fn a_sleeper_that_is_gone_is_not_waited_for() {
        let timer = VirtualTimer::new(at(0));
        let forgotten = tokio::spawn({
            let timer = timer.clone();
            async move { timer.sleep_until(at(5)).await }
        });
        tokio::task::yield_now().await;
        forgotten.abort();
        assert!(forgotten.await.unwrap_err().is_cancelled());
        timer.sleep_until(at(7)).await;
        assert_eq!((timer.now(), timer.jumps()), (at(7), 1));
        timer.sleep_until(at(3)).await;
        assert_eq!(timer.now(), at(7), "the past is over at once");
    }

    #[tokio::test]
    async fn the_clock_can_be_set() {
        let timer = VirtualTimer::new(at(100));
        let sleeper = timer.sleep_until(at(200));
        timer.set(at(300));
        sleeper.await;
        timer.set(at(50));
        timer.sleep_until(at(60)).await;
        assert_eq!(timer.now(), at(60));
    }
}
