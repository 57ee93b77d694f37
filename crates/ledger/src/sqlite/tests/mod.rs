//! SQLite through the suite of every store, and what only a file can show.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use tempfile::TempDir;

use crate::{OpenOptions, SqliteStore, Store};

fn open() -> (Arc<dyn Store>, TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&dir.path().join("ledger.sqlite"), OpenOptions::default()).unwrap();
    (Arc::new(store), dir)
}

crate::store_suite!(open);
