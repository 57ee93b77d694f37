//! How long it still takes, from the pace so far.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use sales_model::StreamKey;

/// The pace is measured over this stretch: long enough to hold several turns of a per-minute rate limit, so that waiting counts.
const STRETCH: SignedDuration = SignedDuration::from_mins(3);
/// Before that many steps nothing is said.
const ENOUGH: usize = 5;

/// Measures steps (pages and waiting work items) against what is left.
///
/// A vendor's rate limit shows in the pace only once its first window is used up: who works under one asks for a longer stretch.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    steps: VecDeque<(Timestamp, u64)>,
    done: u64,
    waiting: HashMap<StreamKey, u64>,
    pages: HashMap<StreamKey, u64>,
}

impl Pace {
    /// A page of `stream` is done, and that many work items wait in it.
    pub(crate) fn step(&mut self, at: Timestamp, stream: &StreamKey, waiting: u64) {
        let before = self.waiting.insert(stream.clone(), waiting).unwrap_or(0);
        *self.pages.entry(stream.clone()).or_default() += 1;
        self.done += before.saturating_sub(waiting).max(1);
        self.steps.push_back((at, self.done));
        while self.steps.len() > ENOUGH && self.steps.front().is_some_and(|(t, _)| at.duration_since(*t) > STRETCH) {
            self.steps.pop_front();
        }
    }

    /// What is left at the measured pace; `None` while too little is known, or less time than `least` was measured.
    ///
    /// A stream not begun yet is taken to need as many pages as the average of those begun.
    pub(crate) fn remaining(&self, streams_done: usize, streams: usize, least: SignedDuration) -> Option<SignedDuration> {
        let ((t0, d0), (t1, d1)) = (self.steps.front().copied()?, self.steps.back().copied()?);
        let seconds = t1.duration_since(t0).as_secs_f64();
        if self.steps.len() < ENOUGH || seconds <= 0.0 || t1.duration_since(t0) < least || d1 <= d0 {
            return None;
        }
        let per_second = (d1 - d0) as f64 / seconds;
        let pages: u64 = self.pages.values().sum();
        let average = pages as f64 / self.pages.len().max(1) as f64;
        let unread = streams.saturating_sub(streams_done.max(self.pages.len())) as f64;
        let left = self.waiting.values().sum::<u64>() as f64 + unread * average;
        // Less than a second is not worth telling, and nothing at all is no time left: the last requests may still wait for a limit.
        SignedDuration::try_from_secs_f64(left / per_second).ok().filter(|left| *left >= SignedDuration::from_secs(1))
    }
}

#[cfg(test)]
mod tests {

    use jiff::{SignedDuration, Timestamp};
    use sales_model::{AccountKey, Source, StreamKey};

    use super::Pace;

    fn stream(name: &str) -> StreamKey {
        let account = AccountKey { source: Source::SLACK, name: "default".into() };
        StreamKey { account, stream: "threads".into(), partition: name.into() }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn nothing_is_promised_from_nothing() {
        let mut pace = Pace::default();
        assert_eq!(pace.remaining(0, 10, SignedDuration::ZERO), None);
        for _ in 0..10 {
            pace.step(at(0), &stream("a"), 100);
        }
        assert_eq!(pace.remaining(0, 10, SignedDuration::ZERO), None, "no time has passed");
    }

    #[test]
    fn waiting_work_decides_at_the_measured_pace() {
        let mut pace = Pace::default();
        for i in 0..=10 {
            pace.step(at(i), &stream("a"), 110 - i as u64);
        }
        assert_eq!(pace.remaining(0, 1, SignedDuration::ZERO), Some(SignedDuration::from_secs(100)));
        assert_eq!(pace.remaining(0, 1, SignedDuration::from_mins(2)), None, "ten seconds say nothing about a limit per minute");
    }

    #[test]
    fn unread_streams_count_as_the_average() {
        let mut pace = Pace::default();
        for i in 0..10 {
            pace.step(at(i), &stream(if i < 5 { "a" } else { "b" }), 0);
        }
        assert_eq!(pace.remaining(2, 4, SignedDuration::ZERO), Some(SignedDuration::from_secs(10)), "2 streams of 5 pages at 1 a second");
    }
}
