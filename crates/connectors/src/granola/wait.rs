//! When a note that is listed and not given is asked for again. Granola answers 404 to a note that is not finished, to one that the key may
//! not see, and to one that is not there: which it is shows only with time.

use jiff::{SignedDuration, Timestamp};

/// So often it is asked for at each run: a note is finished some minutes after its meeting.
const EACH_RUN: u32 = 3;
/// Then after this time, and each time after twice as long.
const FIRST: SignedDuration = SignedDuration::from_mins(15);
/// But not less often than this.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// After this time it is given up.
const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// With [`due`]'s waits this many tries take longer than [`PATIENCE`]; for the case that the beginning is not known.
const MOST_TRIES: u32 = 16;

/// When it is due after so many tries.
pub(crate) fn due(tries: u32, now: Timestamp) -> Timestamp {
    let wait = match tries.saturating_sub(EACH_RUN) {
        // A run asks for what is due when it began: this is after that, and before the next one.
        0 => SignedDuration::from_millis(1),
        n => FIRST.checked_mul(1_i32.checked_shl(n - 1).unwrap_or(i32::MAX).max(1)).unwrap_or(LONGEST).min(LONGEST),
    };
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// Whether it is not coming any more.
pub(crate) fn is_hopeless(tries: u32, since: Timestamp, now: Timestamp) -> bool {
    tries > EACH_RUN && (now.duration_since(since) >= PATIENCE || tries > MOST_TRIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_each_run_then_less_and_less_often() {
        let now: Timestamp = "2026-01-27T15:30:00Z".parse().unwrap();
        let minutes = |tries| due(tries, now).duration_since(now).as_mins();
        let waits: Vec<i64> = (1..=14).map(minutes).collect();
        assert_eq!(waits, [0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1_440, 1_440, 1_440, 1_440]);
        assert!((1..=3).all(|tries| due(tries, now) > now));
        assert_eq!(minutes(u32::MAX), 1_440);
    }

    #[test]
    fn after_a_week_it_is_given_up() {
        let since: Timestamp = "2026-01-27T15:30:00Z".parse().unwrap();
        let mut now = since;
        let given_up = (1..).find(|tries| {
            let hopeless = is_hopeless(*tries, since, now);
            now = due(*tries, now);
            hopeless
        });
        // Also where each try is taken for the first.
        let mut now = since;
        let forgetful = (1..).find(|tries| {
            let hopeless = is_hopeless(*tries, now, now);
            now = due(*tries, now);
            hopeless
        });
        assert_eq!((given_up, forgetful), (Some(17), Some(MOST_TRIES + 1)));
        assert!(now.duration_since(since) >= PATIENCE);
        // Runs that are weeks apart: not at the first ones.
        let later = since + SignedDuration::from_hours(24 * 60);
        assert!(!is_hopeless(3, since, later) && is_hopeless(4, since, later));
    }
}
