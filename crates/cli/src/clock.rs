//! The clocks of the product: real time, and a story's time for sample data and tests.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use jiff::Timestamp;
use sales_model::Clock;
use sales_transport::{RealTimer, Timer};

use crate::failpoints;

/// When the sample data's story is looked at: the Monday after its last day.
pub(crate) const SAMPLE_NOW: &str = "2024-04-08T09:00:00Z";

/// Real time; in debug builds the time that `SALES_TEST_NOW` gives.
pub(crate) fn timer(test_now: Option<&str>) -> Arc<dyn Timer> {
    match failpoints::test_now(test_now) {
        Some(at) => Arc::new(Stopped { now: Mutex::new(at) }),
        None => Arc::new(RealTimer),
    }
}

/// The time of the sample data, running on from its start.
pub(crate) fn sample_timer(test_now: Option<&str>) -> Arc<dyn Timer> {
    match failpoints::test_now(test_now) {
        Some(at) => Arc::new(Stopped { now: Mutex::new(at) }),
        None => Arc::new(Running { from: SAMPLE_NOW.parse().unwrap_or(Timestamp::UNIX_EPOCH), since: Instant::now() }),
    }
}

/// Begins at a given time and goes on as real time does.
struct Running {
    from: Timestamp,
    since: Instant,
}

impl Clock for Running {
    fn now(&self) -> Timestamp {
        self.from.checked_add(self.since.elapsed()).unwrap_or(self.from)
    }
}

#[async_trait]
impl Timer for Running {
    async fn sleep_until(&self, at: Timestamp) {
        sleep(at, self.now()).await;
    }
}

/// Stands still but for sleeping, so that two runs that wait equally see equal times.
struct Stopped {
    now: Mutex<Timestamp>,
}

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Timer for Stopped {
    async fn sleep_until(&self, at: Timestamp) {
        sleep(at, self.now()).await;
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        *now = at.max(*now);
    }
}

#[expect(clippy::disallowed_methods, reason = "these are the timers that are passed in")]
async fn sleep(at: Timestamp, now: Timestamp) {
    if let Ok(d) = Duration::try_from(at.duration_since(now)) {
        tokio::time::sleep(d).await;
    }
}

#[cfg(test)]
mod tests {

    use std::time::Instant;

    use jiff::{SignedDuration, Timestamp};
    use sales_model::Clock;
    use sales_transport::Timer;

    use super::{Running, SAMPLE_NOW, Stopped};

    #[tokio::test]
    async fn a_stopped_clock_moves_by_sleeping_only() {
        let start: Timestamp = SAMPLE_NOW.parse().unwrap();
        let clock = Stopped { now: start.into() };
        assert_eq!(clock.now(), start);
        let later = start + SignedDuration::from_millis(5);
        clock.sleep_until(later).await;
        assert_eq!(clock.now(), later);
        clock.sleep_until(start).await;
        assert_eq!(clock.now(), later, "never backwards");
    }

    #[tokio::test]
    async fn a_running_clock_reaches_what_is_slept_for() {
        let start: Timestamp = SAMPLE_NOW.parse().unwrap();
        let clock = Running { from: start, since: Instant::now() };
        let later = clock.now() + SignedDuration::from_millis(5);
        clock.sleep_until(later).await;
        assert!(clock.now() >= later);
    }
}
