//! The machine's clock.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use sales_model::Clock;

use crate::Timer;

/// The machine's clock, and Tokio's sleep.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealTimer;

/// Longest sleep in one piece. After it the clock is asked again, so that a machine that was suspended, or whose clock was corrected,
/// goes on soon.
const SLICE: Duration = Duration::from_secs(30);

impl Clock for RealTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that is passed in")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[async_trait]
impl Timer for RealTimer {
    #[expect(clippy::disallowed_methods, reason = "this is the timer that is passed in")]
    async fn sleep_until(&self, at: Timestamp) {
        loop {
            let rest = at.duration_since(self.now());
            if !rest.is_positive() {
                return;
            }
            // Tokio sleeps in whole milliseconds: rounding up makes one sleep of it.
            tokio::time::sleep((rest.unsigned_abs() + Duration::from_millis(1)).min(SLICE)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_wakes_before_the_time() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let timer = RealTimer;
            timer.sleep_until(Timestamp::MIN).await;
            for micros in [0, 1, 999, 1_500, 7_000] {
                let at = timer.now() + Duration::from_micros(micros);
                timer.sleep_until(at).await;
                assert!(timer.now() >= at);
            }
        });
    }
}
