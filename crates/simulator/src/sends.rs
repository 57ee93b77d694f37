use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// When requests came, by the simulator's clock: all of them, also those that were refused or never answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sends(Vec<Timestamp>);

impl Sends {
    pub(crate) fn new(mut times: Vec<Timestamp>) -> Self {
        times.sort_unstable();
        Sends(times)
    }

    /// The times, in order.
    pub fn times(&self) -> &[Timestamp] {
        &self.0
    }

    /// The highest number of requests in any window of this length; a request at its very end is in the next one.
    pub fn most_in(&self, window: SignedDuration) -> usize {
        let mut from = 0;
        let mut most = 0;
        for (i, at) in self.0.iter().enumerate() {
            while self.0.get(from).is_some_and(|first| at.duration_since(*first) >= window) {
                from += 1;
            }
            most = most.max(i + 1 - from);
        }
        most
    }

    /// How many requests came on each UTC day.
    pub fn per_utc_day(&self) -> BTreeMap<Date, usize> {
        let mut days = BTreeMap::new();
        for at in &self.0 {
            *days.entry(at.to_zoned(TimeZone::UTC).date()).or_default() += 1;
        }
        days
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_slide_and_days_end_at_midnight_utc() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let sends = Sends::new(
            ["2024-04-05T23:59:59.9Z", "2024-04-05T23:59:59.1Z", "2024-04-06T00:00:00Z", "2024-04-06T00:00:00.1Z", "2024-04-06T00:00:02Z"]
                .map(at)
                .to_vec(),
        );
        assert_eq!(sends.times().first(), Some(&at("2024-04-05T23:59:59.1Z")));
        assert_eq!(sends.most_in(SignedDuration::from_secs(1)), 3, "the fourth comes one second after the first");
        assert_eq!(sends.most_in(SignedDuration::from_millis(1001)), 4);
        assert_eq!(sends.most_in(SignedDuration::from_hours(1)), 5);
        assert_eq!(sends.per_utc_day().values().copied().collect::<Vec<_>>(), [2, 3]);
        assert_eq!((Sends::default().most_in(SignedDuration::from_secs(1)), Sends::default().per_utc_day().len()), (0, 0));
    }
}
