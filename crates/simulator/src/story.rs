//! One story told by several vendors: it moves as one.

use jiff::{SignedDuration, Timestamp};

use crate::{GmailWorld, GongWorld, GranolaWorld, World};

const WEEK: i64 = 7 * 24 * 3_600;

/// Moves everything that happened by whole weeks, the same for all, so that the newest of it lies in the week before `now` and weekdays and
/// times of day stay.
pub fn shift_story(now: Timestamp, slack: &mut World, gong: &mut GongWorld, granola: &mut GranolaWorld, gmail: &mut GmailWorld) {
    let slack_newest = slack.newest().and_then(|ts| Timestamp::from_second(i64::try_from(ts.seconds()).ok()?).ok());
    let Some(newest) = [slack_newest, gong.newest(), granola.newest(), gmail.newest()].into_iter().flatten().max() else { return };
    let weeks = (now.as_second() - newest.as_second()).div_euclid(WEEK);
    slack.shift_weeks(weeks);
    gong.shift_weeks(weeks);
    granola.shift(SignedDuration::from_secs(weeks * WEEK));
    gmail.shift_weeks(weeks);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_stay_together() {
        let (mut slack, mut gong, mut granola) = (World::sample().unwrap(), GongWorld::sample().unwrap(), GranolaWorld::sample().unwrap());
        let mut gmail = GmailWorld::tiny();
        let mail = gmail.newest().unwrap();
        let before = (slack.newest().unwrap().seconds(), gong.newest().unwrap(), granola.newest().unwrap());
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        shift_story(now, &mut slack, &mut gong, &mut granola, &mut gmail);
        let by = gong.newest().unwrap().as_second() - before.1.as_second();
        assert!(by > 0 && by % WEEK == 0);
        assert_eq!(slack.newest().unwrap().seconds(), before.0 + by.unsigned_abs());
        assert_eq!(granola.newest().unwrap().as_second(), before.2.as_second() + by);
        assert_eq!(gmail.newest().unwrap().as_second(), mail.as_second() + by);
        let newest = granola.newest().unwrap().max(gong.newest().unwrap()).as_second().max(before.0 as i64 + by);
        assert!(newest <= now.as_second() && newest > now.as_second() - WEEK);
    }
}
