//! What a run will take under Gong's limits.
//!
//! Gong tells the number of calls with the first page of a listing; before that nothing is known. A hundred calls take two requests: one for
//! the calls and one for their transcripts.

use jiff::SignedDuration;

use super::{
    api,
    budget::{self, PER_SECOND, Share},
};
use crate::{Cx, Estimate, Known};

/// What is to be fetched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Pages of calls.
    pub(crate) calls: u64,
    /// Requests for transcripts.
    pub(crate) transcripts: u64,
    /// Workspaces of whose calls nobody knows how many they are.
    pub(crate) unknown: u64,
    /// It is a load of history.
    pub(crate) loads: bool,
}

/// Requests of a day: how many may be used, and how many are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) limit: u64,
    pub(crate) used: u64,
}

/// Requests and time for these counts.
pub(crate) fn of(counts: Counts, day: Day) -> Estimate {
    let parts = [(api::CALLS, counts.calls), (api::TRANSCRIPTS, counts.transcripts)];
    let requests: Vec<(String, u64)> = parts.into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| (name.to_owned(), n)).collect();
    let all = counts.calls + counts.transcripts;
    let seconds = |n: u64| SignedDuration::from_secs(i64::try_from(n / u64::from(PER_SECOND)).unwrap_or(i64::MAX / 4));
    let left_today = day.limit.saturating_sub(day.used);
    // What does not fit into today waits until requests of today leave the window, and so on.
    let (days, rest) = match all.checked_sub(left_today + 1) {
        None => (0, all),
        Some(more) => (1 + more / day.limit.max(1), more % day.limit.max(1) + 1),
    };
    let days_long = budget::DAY.saturating_mul(i32::try_from(days).unwrap_or(i32::MAX));
    let duration = days_long.saturating_add(seconds(rest));
    let time = match (days, duration.as_mins()) {
        (0, 0) => "less than a minute".to_owned(),
        (0, 1) => "about a minute".to_owned(),
        (0, minutes @ ..120) => format!("about {minutes} minutes"),
        (0, minutes) => format!("about {} hours", (minutes + 30) / 60),
        (1, _) => "about a day".to_owned(),
        (days, _) => format!("about {days} days"),
    };
    let noun = if all == 1 { "request" } else { "requests" };
    let mut words = format!("{time} (about {} {noun}, of which {} a day may be used", thousands(all), thousands(day.limit));
    if day.used > 0 {
        words.push_str(&format!(", and {} were in the last 24 hours", thousands(day.used)));
    }
    words.push(')');
    if days > 0 {
        words.push_str(
            "; when the day's requests are used up it waits and goes on by itself, and can be stopped and started again at any time",
        );
    }
    match counts.unknown {
        0 => {}
        1 => words.push_str("; how many calls there are shows with the first page"),
        n => words.push_str(&format!("; how many calls there are in {n} workspaces shows with the first page of each")),
    }
    Estimate { requests, duration, words }
}

/// A number as people write it: `7,000`.
fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The estimate of a plan.
pub(crate) fn plan(cx: &Cx, known: &Known) -> Estimate {
    let counts = super::plan::counts(cx, known);
    let share = if counts.loads { Share::History } else { Share::Sync };
    let used = cx.http.budget().state(&budget::key(cx), cx.timer.now()).map_or(0, |s| s.used);
    let limit = u64::from(share.of(cx.settings.gong.daily_requests));
    let mut out = of(counts, Day { limit, used: u64::from(used) });
    if cx.unlimited {
        out.duration = SignedDuration::ZERO;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(calls: u64, transcripts: u64, unknown: u64, limit: u64, used: u64) -> (String, i64) {
        let e = of(Counts { calls, transcripts, unknown, loads: true }, Day { limit, used });
        (e.words, e.duration.as_secs())
    }

    #[test]
    fn a_load_within_a_day() {
        let (words, seconds) = words(200, 200, 0, 7_000, 0);
        assert_eq!((words.as_str(), seconds), ("about 2 minutes (about 400 requests, of which 7,000 a day may be used)", 133));
    }

    #[test]
    fn a_load_of_several_days_says_that_it_waits() {
        let (w, seconds) = words(200, 200, 0, 105, 5);
        let long = "; when the day's requests are used up it waits and goes on by itself, and can be stopped and started again at any time";
        assert_eq!(w, format!("about 3 days (about 400 requests, of which 105 a day may be used, and 5 were in the last 24 hours){long}"));
        assert_eq!(seconds / 86_400, 3);
        // The last of today, and the first of tomorrow.
        assert_eq!(words(50, 50, 0, 105, 5).1, 33);
        assert_eq!(words(51, 50, 0, 105, 5).1, 86_400);
        assert_eq!(words(51, 50, 0, 0, 5).1 / 86_400, 101);
    }

    #[test]
    fn numbers_as_people_write_them() {
        assert_eq!([0, 999, 1_000, 7_000, 1_234_567].map(thousands), ["0", "999", "1,000", "7,000", "1,234,567"]);
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert_eq!(
            words(1, 0, 1, 7_000, 0).0,
            "less than a minute (about 1 request, of which 7,000 a day may be used); how many calls there are shows with the first page"
        );
        assert!(words(2, 0, 2, 7_000, 0).0.ends_with("; how many calls there are in 2 workspaces shows with the first page of each"));
    }
}
