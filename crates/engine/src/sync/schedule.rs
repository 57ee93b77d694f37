//! Which stream runs next: by rank, a few of each kind side by side, so that one vendor limit never holds up another.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::StreamKey;

/// Streams of one account that wait or run.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    waiting: BTreeSet<(u32, usize, StreamKey)>,
    ranks: BTreeMap<StreamKey, (u32, usize)>,
    running: BTreeSet<StreamKey>,
    again: BTreeSet<StreamKey>,
    /// Streams that wait until nothing else is to be done.
    last: BTreeSet<StreamKey>,
    order: usize,
    per_kind: usize,
    ended: usize,
}

impl Schedule {
    pub(super) fn new(per_kind: usize) -> Self {
        Schedule { per_kind: per_kind.max(1), ..Schedule::default() }
    }

    /// Puts a stream in line, once; a running one runs again afterwards.
    pub(super) fn wake(&mut self, key: &StreamKey, rank: u32) {
        if self.running.contains(key) {
            self.again.insert(key.clone());
            return;
        }
        let (rank, order) = *self.ranks.entry(key.clone()).or_insert_with(|| {
            self.order += 1;
            (rank, self.order)
        });
        self.waiting.insert((rank, order, key.clone()));
    }

    /// From now on a stream waits until nothing else is to be done.
    pub(super) fn last(&mut self, key: &StreamKey) {
        self.last.insert(key.clone());
    }

    /// The next stream to start, if one may.
    pub(super) fn next(&mut self) -> Option<StreamKey> {
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for key in &self.running {
            *kinds.entry(&key.stream).or_default() += 1;
        }
        let others = self.running.iter().chain(self.waiting.iter().map(|(_, _, key)| key)).any(|key| !self.last.contains(key));
        let may = |key: &StreamKey| !(others && self.last.contains(key));
        let found = self
            .waiting
            .iter()
            .find(|(_, _, key)| may(key) && kinds.get(key.stream.as_str()).copied().unwrap_or(0) < self.per_kind)?
            .clone();
        self.waiting.remove(&found);
        self.running.insert(found.2.clone());
        Some(found.2)
    }

    /// A slice ended; `more` puts the stream in line again.
    pub(super) fn ended(&mut self, key: &StreamKey, more: bool) {
        self.running.remove(key);
        let rank = self.rank(key);
        if self.again.remove(key) || more {
            self.wake(key, rank);
        } else {
            self.ended += 1;
        }
    }

    /// A stream's rank, for what it wakes.
    pub(super) fn rank(&self, key: &StreamKey) -> u32 {
        self.ranks.get(key).map_or(u32::MAX, |(rank, _)| *rank)
    }

    /// Whether anything of a partition waits or runs.
    pub(super) fn busy(&self, partition: &str) -> bool {
        self.running.iter().chain(self.waiting.iter().map(|(_, _, key)| key)).any(|key| key.partition == partition)
    }

    /// Whether anything waits or runs.
    pub(super) fn working(&self) -> bool {
        !self.running.is_empty() || !self.waiting.is_empty()
    }

    /// Drops everything that has not started.
    pub(super) fn clear(&mut self) {
        self.waiting.clear();
        self.again.clear();
    }

    /// Ended and known streams, for progress.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.ended, self.ranks.len())
    }
}

#[cfg(test)]
mod tests {
    use sales_model::{AccountKey, Source};

    use super::*;

    fn key(stream: &str, partition: &str) -> StreamKey {
        StreamKey {
            account: AccountKey { source: Source::SLACK, name: "default".into() },
            stream: stream.into(),
            partition: partition.into(),
        }
    }

    #[test]
    fn ranks_first_and_a_full_kind_lets_another_pass() {
        let mut s = Schedule::new(1);
        s.wake(&key("history", "C2"), 2);
        s.wake(&key("history", "C1"), 1);
        s.wake(&key("threads", "C3"), 3);
        assert_eq!(s.next(), Some(key("history", "C1")));
        assert_eq!(s.next(), Some(key("threads", "C3")));
        assert_eq!(s.next(), None);
        s.ended(&key("history", "C1"), false);
        assert_eq!(s.next(), Some(key("history", "C2")));
        assert_eq!(s.counts(), (1, 3));
    }

    #[test]
    fn what_can_wait_starts_when_all_else_is_done() {
        let mut s = Schedule::new(2);
        let (pass, list) = (key("audit", "C1"), key("threads", "C1"));
        s.last(&pass);
        s.wake(&pass, 50);
        s.wake(&key("history", "C1"), 10);
        assert_eq!(s.next(), Some(key("history", "C1")));
        assert_eq!(s.next(), None, "there is room, but it waits");
        s.wake(&list, 10);
        s.ended(&key("history", "C1"), false);
        assert_eq!((s.next(), s.next()), (Some(list.clone()), None));
        s.ended(&list, false);
        assert_eq!(s.next(), Some(pass.clone()));
        // What it finds goes first again.
        s.wake(&list, 50);
        s.ended(&pass, true);
        assert_eq!((s.next(), s.next()), (Some(list), None));
    }

    #[test]
    fn a_running_stream_that_is_woken_runs_again_once() {
        let mut s = Schedule::new(2);
        s.wake(&key("threads", "C1"), 1);
        assert_eq!(s.next(), Some(key("threads", "C1")));
        s.wake(&key("threads", "C1"), 1);
        s.wake(&key("threads", "C1"), 1);
        assert_eq!(s.next(), None);
        assert!(s.busy("C1"));
        s.ended(&key("threads", "C1"), false);
        assert_eq!(s.next(), Some(key("threads", "C1")));
        s.ended(&key("threads", "C1"), false);
        assert_eq!(s.next(), None);
        assert!(!s.busy("C1"));
    }
}
