use std::collections::BTreeSet;

use jiff::Timestamp;

/// What a record of the history tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKind {
    /// A message came in.
    MessageAdded,
    /// A message is gone for good.
    MessageDeleted,
    /// A message got labels, or lost some.
    Labels,
}

/// One change of the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRecord {
    /// Ids grow, with gaps.
    pub id: u64,
    /// What it tells.
    pub kind: HistoryKind,
    /// The message, which may be gone since.
    pub message: u64,
    /// Its thread.
    pub thread: u64,
    /// Labels added.
    pub added: BTreeSet<String>,
    /// Labels taken away.
    pub removed: BTreeSet<String>,
    /// The message's labels afterwards; of one that is gone, those it had.
    pub labels: BTreeSet<String>,
    /// When it happened.
    pub at: Timestamp,
}

/// The next id: "History IDs increase chronologically but are not contiguous with random gaps in between valid IDs."
pub(crate) fn next_id(id: u64) -> u64 {
    id + 1 + (id.wrapping_mul(2_654_435_761) >> 7) % 61
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_with_gaps() {
        let mut id = 999_900;
        let mut gaps = BTreeSet::new();
        for _ in 0..200 {
            let next = next_id(id);
            assert!(next > id);
            gaps.insert(next - id);
            id = next;
        }
        assert!(gaps.len() > 20, "{gaps:?}");
    }
}
