use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A stretch of time, `from` included and `to` not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stretch {
    /// Oldest end.
    pub from: Timestamp,
    /// Newest end.
    pub to: Timestamp,
}

impl Stretch {
    /// From one instant to another; empty if the second is not later.
    pub fn new(from: Timestamp, to: Timestamp) -> Self {
        Stretch { from, to }
    }

    /// Whether there is no time in it.
    pub fn is_empty(&self) -> bool {
        self.from >= self.to
    }
}

/// Stretches of time, in order; none touches another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stretches(Vec<Stretch>);

impl FromIterator<Stretch> for Stretches {
    fn from_iter<I: IntoIterator<Item = Stretch>>(all: I) -> Self {
        let mut out = Stretches::default();
        out.extend(all);
        out
    }
}

impl Extend<Stretch> for Stretches {
    fn extend<I: IntoIterator<Item = Stretch>>(&mut self, all: I) {
        self.0.extend(all.into_iter().filter(|s| !s.is_empty()));
        self.0.sort_unstable();
        self.0.dedup_by(|later, earlier| {
            let joins = later.from <= earlier.to;
            if joins {
                earlier.to = earlier.to.max(later.to);
            }
            joins
        });
    }
}

impl Stretches {
    /// The stretches, oldest first.
    pub fn as_slice(&self) -> &[Stretch] {
        &self.0
    }

    /// Adds one, and joins it with those that it touches.
    pub fn add(&mut self, one: Stretch) {
        self.extend([one]);
    }

    /// The newest end.
    pub fn end(&self) -> Option<Timestamp> {
        self.0.last().map(|s| s.to)
    }

    /// Whether a whole stretch lies in one of these.
    pub fn covers(&self, one: Stretch) -> bool {
        one.is_empty() || self.0.iter().any(|s| s.from <= one.from && one.to <= s.to)
    }

    /// What of a stretch lies in none of these, oldest first.
    pub fn missing(&self, within: Stretch) -> Vec<Stretch> {
        let mut out = Vec::new();
        let mut from = within.from;
        for s in &self.0 {
            let hole = Stretch::new(from, s.from.min(within.to));
            out.extend((!hole.is_empty()).then_some(hole));
            from = from.max(s.to);
        }
        let rest = Stretch::new(from, within.to);
        out.extend((!rest.is_empty()).then_some(rest));
        out
    }

    /// Forgets the shortest ones, so that at most so many are left: less is claimed then, never more.
    pub fn at_most(&mut self, most: usize) {
        while self.0.len() > most {
            let length = |s: &Stretch| s.to.duration_since(s.from);
            let Some(shortest) = (0..self.0.len()).min_by_key(|n| self.0.get(*n).map(length)) else { break };
            self.0.remove(shortest);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn of(pairs: &[(i64, i64)]) -> Stretches {
        pairs.iter().map(|(a, b)| Stretch::new(at(*a), at(*b))).collect()
    }

    fn pairs(all: &[Stretch]) -> Vec<(i64, i64)> {
        all.iter().map(|s| (s.from.as_second(), s.to.as_second())).collect()
    }

    /// (added in this order, what stands then, what is missing of 0 to 100).
    #[test]
    fn merging_and_holes() {
        type Pairs = &'static [(i64, i64)];
        let table: [(Pairs, Pairs, Pairs); 12] = [
            (&[], &[], &[(0, 100)]),
            (&[(0, 100)], &[(0, 100)], &[]),
            (&[(-9, 200)], &[(-9, 200)], &[]),
            (&[(10, 20)], &[(10, 20)], &[(0, 10), (20, 100)]),
            (&[(30, 40), (10, 20)], &[(10, 20), (30, 40)], &[(0, 10), (20, 30), (40, 100)]),
            (&[(10, 20), (20, 30)], &[(10, 30)], &[(0, 10), (30, 100)]),
            (&[(20, 30), (10, 20)], &[(10, 30)], &[(0, 10), (30, 100)]),
            (&[(10, 20), (21, 30), (20, 21)], &[(10, 30)], &[(0, 10), (30, 100)]),
            (&[(10, 90), (20, 30), (40, 95)], &[(10, 95)], &[(0, 10), (95, 100)]),
            (&[(10, 10), (30, 20)], &[], &[(0, 100)]),
            (&[(-20, -10), (110, 120)], &[(-20, -10), (110, 120)], &[(0, 100)]),
            (&[(-20, 5), (95, 120)], &[(-20, 5), (95, 120)], &[(5, 95)]),
        ];
        for (added, stands, missing) in table {
            let mut one_by_one = Stretches::default();
            added.iter().for_each(|(a, b)| one_by_one.add(Stretch::new(at(*a), at(*b))));
            assert_eq!(pairs(one_by_one.as_slice()), stands, "{added:?}");
            assert_eq!(one_by_one, of(added), "{added:?}");
            assert_eq!(pairs(&one_by_one.missing(Stretch::new(at(0), at(100)))), missing, "{added:?}");
        }
        assert_eq!(of(&[(0, 9)]).missing(Stretch::new(at(5), at(5))), []);
    }

    #[test]
    fn the_shortest_are_forgotten() {
        let mut all = of(&[(0, 10), (20, 22), (30, 45), (50, 53)]);
        all.at_most(2);
        assert_eq!(pairs(all.as_slice()), [(0, 10), (30, 45)]);
        all.at_most(0);
        assert_eq!(pairs(all.as_slice()), []);
    }

    proptest! {
        /// Against a model that knows of each second whether it was read.
        #[test]
        fn each_second_is_read_or_missing(added in prop::collection::vec((0i64..60, 0i64..60), 0..12), from in 0i64..60, to in 0i64..60) {
            let mut read = [false; 60];
            for (a, b) in &added {
                (*a..*b).for_each(|n| read[usize::try_from(n).unwrap()] = true);
            }
            let all = of(&added);
            let within = |all: &[Stretch], n: i64| all.iter().any(|s| s.from <= at(n) && at(n) < s.to);
            let missing = all.missing(Stretch::new(at(from), at(to)));
            for n in 0..60 {
                let known = read[usize::try_from(n).unwrap()];
                prop_assert_eq!(within(all.as_slice(), n), known);
                prop_assert_eq!(within(&missing, n), !known && from <= n && n < to);
            }
            // Merged: as few as there can be.
            prop_assert!(all.as_slice().windows(2).all(|w| w[0].to < w[1].from));
            prop_assert_eq!(all.covers(Stretch::new(at(from), at(to))), missing.is_empty());
            let mut backwards = Stretches::default();
            added.iter().rev().for_each(|(a, b)| backwards.add(Stretch::new(at(*a), at(*b))));
            prop_assert_eq!(backwards, all);
        }
    }
}
