//! Rewriting the file: what was deleted stands in free pages, in slack within pages, in the full-text index and in the log until then.

use rusqlite::Connection;

use crate::{StoreError, sqlite::error::Run};

/// Rewrites the whole file and empties the log, then notes that all erasures are over. Not inside a transaction.
pub(in crate::sqlite) fn scrub(conn: &Connection) -> Run<()> {
    // The copy that VACUUM makes is as large as the ledger: not in memory.
    conn.pragma_update(None, "temp_store", "FILE")?;
    // Words of deleted rows stand in the index until its parts are merged.
    conn.execute("INSERT INTO search (search) VALUES ('optimize')", [])?;
    conn.execute_batch("VACUUM")?;
    // Folds the log into the file and cuts it to nothing.
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0))?;
    if busy != 0 {
        return Err(StoreError::Locked("another process reads it, so that its log cannot be emptied".into()).into());
    }
    conn.execute("UPDATE erasure SET open = 0 WHERE open = 1", [])?;
    Ok(())
}
