//! Sets of UIDs, kept as ranges: a mailbox of a million mails is a few bytes, and so is a server's claim that four thousand million are gone.

use std::fmt::Write as _;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A set of UIDs (never 0), in ranges that are sorted, apart from each other and not empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct UidSet(Vec<(u32, u32)>);

impl UidSet {
    /// The UIDs from `from` to `to`, both included; none if they are the wrong way round.
    pub(crate) fn range(from: u32, to: u32) -> Self {
        let from = from.max(1);
        if from > to { UidSet::default() } else { UidSet(vec![(from, to)]) }
    }

    fn of_ranges(mut ranges: Vec<(u32, u32)>) -> Self {
        ranges.retain(|(a, b)| *a > 0 && a <= b);
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::new();
        for (a, b) in ranges {
            match out.last_mut() {
                Some((_, end)) if a <= end.saturating_add(1) => *end = (*end).max(b),
                _ => out.push((a, b)),
            }
        }
        UidSet(out)
    }

    /// Reads a sequence set of a server: `1:3,7`. `*` and what is no number make it `None`; ranges may be the wrong way round (RFC 9051,
    /// `seq-range`).
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = |s: &str| s.parse::<u32>().ok().filter(|n| *n > 0);
        let mut ranges = Vec::new();
        for part in text.split(',') {
            let (a, b) = part.split_once(':').unwrap_or((part, part));
            let (a, b) = (number(a)?, number(b)?);
            ranges.push((a.min(b), a.max(b)));
        }
        Some(UidSet::of_ranges(ranges))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.iter().map(|(a, b)| u64::from(b - a) + 1).sum()
    }

    pub(crate) fn first(&self) -> Option<u32> {
        self.0.first().map(|(a, _)| *a)
    }

    pub(crate) fn last(&self) -> Option<u32> {
        self.0.last().map(|(_, b)| *b)
    }

    pub(crate) fn contains(&self, uid: u32) -> bool {
        let after = self.0.partition_point(|(a, _)| *a <= uid);
        after.checked_sub(1).and_then(|i| self.0.get(i)).is_some_and(|(_, b)| uid <= *b)
    }

    pub(crate) fn insert(&mut self, uid: u32) {
        match self.0.last_mut() {
            // The usual case: in order.
            Some((_, end)) if uid > *end => {
                if uid - *end == 1 {
                    *end = uid
                } else {
                    self.0.push((uid, uid))
                }
            }
            None if uid > 0 => self.0.push((uid, uid)),
            _ => *self = self.union(&UidSet::range(uid, uid)),
        }
    }

    pub(crate) fn union(&self, other: &Self) -> Self {
        UidSet::of_ranges(self.0.iter().chain(&other.0).copied().collect())
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for (mut a, b) in self.0.iter().copied() {
            let mut gone = false;
            while let Some((ca, cb)) = cuts.peek() {
                if *cb < a {
                    cuts.next();
                    continue;
                }
                if *ca > b {
                    break;
                }
                if *ca > a {
                    out.push((a, ca - 1));
                }
                if *cb >= b {
                    gone = true;
                    break;
                }
                a = cb + 1;
            }
            if !gone {
                out.push((a, b));
            }
        }
        UidSet(out)
    }

    pub(crate) fn and(&self, other: &Self) -> Self {
        self.minus(&self.minus(other))
    }

    /// The smallest `n` of them.
    pub(crate) fn take(&self, n: u64) -> Self {
        let (mut left, mut out) = (n, Vec::new());
        for (a, b) in &self.0 {
            if left == 0 {
                break;
            }
            let here = (u64::from(b - a) + 1).min(left);
            left -= here;
            out.push((*a, u32::try_from(u64::from(*a) + here - 1).unwrap_or(*b)));
        }
        UidSet(out)
    }

    /// One by one. Callers bound the set first ([`UidSet::take`]), or know it to be of mails that were seen.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|(a, b)| *a..=*b)
    }

    /// As it stands in a command: `1:3,7`. Servers take lines of about 8,000 bytes (RFC 7162, 4): a set whose text is longer than `cap` is
    /// given as the one range around it, and the caller leaves out what it did not ask for.
    pub(crate) fn wire(&self, cap: usize) -> String {
        let text = self.to_string();
        match (self.first(), self.last()) {
            (Some(a), Some(b)) if text.len() > cap => format!("{a}:{b}"),
            _ => text,
        }
    }
}

impl std::fmt::Display for UidSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut text = String::new();
        for (a, b) in &self.0 {
            let comma = if text.is_empty() { "" } else { "," };
            if a == b { write!(text, "{comma}{a}")? } else { write!(text, "{comma}{a}:{b}")? }
        }
        f.write_str(&text)
    }
}

impl FromIterator<u32> for UidSet {
    fn from_iter<T: IntoIterator<Item = u32>>(uids: T) -> Self {
        UidSet::of_ranges(uids.into_iter().map(|u| (u, u)).collect())
    }
}

impl Serialize for UidSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for UidSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(UidSet::default());
        }
        UidSet::parse(&text).ok_or_else(|| serde::de::Error::custom("not a set of UIDs"))
    }
}

#[cfg(test)]
#[path = "uids_tests.rs"]
mod tests;
