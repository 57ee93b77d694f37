//! Search rows, gathered while a group of pages is written and put in the index at its end.

use std::sync::Arc;

use rusqlite::Connection;

use super::{error::Run, prepare::Page};

/// The text of a record, kept where it came in.
#[derive(Clone)]
pub(super) struct Words {
    page: Arc<Page>,
    row: usize,
    place: i64,
}

enum Change {
    /// The record was not in the index.
    Add(Words),
    /// It was, with another text.
    Replace(Words),
    /// It was, and goes.
    Drop,
}

/// Changes of one transaction.
#[derive(Default)]
pub(super) struct Fulltext {
    changes: Vec<(i64, Change)>,
    tag: String,
}

impl Fulltext {
    pub(super) fn add(&mut self, id: i64, page: &Arc<Page>, row: usize, place: i64) {
        self.changes.push((id, Change::Add(Words { page: Arc::clone(page), row, place })));
    }

    pub(super) fn replace(&mut self, id: i64, page: &Arc<Page>, row: usize, place: i64) {
        self.changes.push((id, Change::Replace(Words { page: Arc::clone(page), row, place })));
    }

    pub(super) fn drop(&mut self, id: i64) {
        self.changes.push((id, Change::Drop));
    }

    /// Leaves out what is still to be written of records that are erased.
    pub(super) fn forget(&mut self, gone: &std::collections::BTreeSet<i64>) {
        self.changes.retain(|(id, _)| !gone.contains(id));
    }

    pub(super) fn clear(&mut self) {
        self.changes.clear();
    }

    pub(super) fn mark(&self) -> usize {
        self.changes.len()
    }

    pub(super) fn back_to(&mut self, mark: usize) {
        self.changes.truncate(mark);
    }

    /// Writes all changes. In ascending order of row ids, because FTS5 flushes what it has gathered whenever an id is not above the last.
    pub(super) fn write(&mut self, conn: &Connection) -> Run<()> {
        if self.changes.is_empty() {
            return Ok(());
        }
        // Stable: changes of one record stay in their order.
        self.changes.sort_by_key(|(id, _)| *id);
        let mut delete = conn.prepare_cached("DELETE FROM search WHERE rowid = ?1")?;
        let mut insert = conn.prepare_cached("INSERT INTO search (rowid, text, tag) VALUES (?1, ?2, ?3)")?;
        let mut changes = self.changes.drain(..).peekable();
        while let Some((id, first)) = changes.next() {
            let was_there = !matches!(first, Change::Add(_));
            let mut last = first;
            while let Some((_, next)) = changes.next_if(|(other, _)| *other == id) {
                last = next;
            }
            if was_there {
                delete.execute([id])?;
            }
            if let Change::Add(words) | Change::Replace(words) = last {
                use std::fmt::Write as _;
                self.tag.clear();
                let _ = write!(self.tag, "p{}", words.place);
                let text = words.page.rows.get(words.row).map_or("", |row| row.search.as_str());
                insert.execute((id, text, &self.tag))?;
            }
        }
        Ok(())
    }
}
