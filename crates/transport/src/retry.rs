//! How long to wait before a request is repeated.

use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;
use rand::{Rng as _, SeedableRng as _, rngs::SmallRng};

/// Most throttled answers that one call waits out.
pub(crate) const MOST_THROTTLES: u32 = 20;
/// Longest stop of a budget for all because of one answer.
pub(crate) const LONGEST_STOP: SignedDuration = SignedDuration::from_hours(1);
/// Back-off before the second attempt is at most this, then twice as much each time.
const FIRST: SignedDuration = SignedDuration::from_millis(500);
/// Back-off never exceeds this.
const LONGEST: SignedDuration = SignedDuration::from_secs(30);
/// Added to a `Retry-After`, at most: so that waiting processes do not come back in one instant.
const SPREAD: SignedDuration = SignedDuration::from_millis(1_000);

/// Randomness for jitter, from a seed that was passed in.
pub(crate) struct Jitter(Mutex<SmallRng>);

impl Jitter {
    pub(crate) fn new(seed: u64) -> Self {
        Jitter(Mutex::new(SmallRng::seed_from_u64(seed)))
    }

    /// Any length from none to `most`.
    fn up_to(&self, most: SignedDuration) -> SignedDuration {
        let most = i64::try_from(most.as_micros()).unwrap_or(i64::MAX).max(0);
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        SignedDuration::from_micros(random.random_range(0..=most))
    }

    /// Exponential back-off with full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015), after the
    /// `failures`-th failure, from 1.
    pub(crate) fn back_off(&self, failures: u32) -> SignedDuration {
        let doubled = 2_i32.saturating_pow(failures.saturating_sub(1).min(16));
        self.up_to(FIRST.saturating_mul(doubled).min(LONGEST))
    }

    /// A wait that a vendor asked for, made a little longer, never shorter.
    pub(crate) fn spread(&self, asked: SignedDuration) -> SignedDuration {
        asked.saturating_add(self.up_to(SPREAD))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_off_grows_to_a_bound_and_depends_on_the_seed_alone() {
        let run = |seed| {
            (1..60)
                .map(move |n| n % 30)
                .map({
                    let jitter = Jitter::new(seed);
                    move |n| jitter.back_off(n)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let jitter = Jitter::new(1);
        for failures in 0..40 {
            let most = FIRST.saturating_mul(1 << (failures.clamp(1, 10) - 1)).min(LONGEST);
            let longest = (0..200).map(|_| jitter.back_off(failures)).max();
            assert!(longest > Some(most / 2) && longest <= Some(most), "{failures}: {longest:?} of {most:?}");
        }
        assert!(jitter.back_off(u32::MAX) <= LONGEST);
    }

    #[test]
    fn spread_only_adds() {
        let jitter = Jitter::new(1);
        for _ in 0..1000 {
            let wait = jitter.spread(SignedDuration::from_secs(5));
            assert!(wait >= SignedDuration::from_secs(5) && wait <= SignedDuration::from_secs(6), "{wait:?}");
        }
        assert_eq!(jitter.spread(SignedDuration::MAX), SignedDuration::MAX);
    }
}
