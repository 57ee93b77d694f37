//! A copy of the ledger as of one moment, while others go on writing.

use std::path::Path;

use rusqlite::Connection;

use super::{error::Run, schema};

/// Copies it to `to`, where nothing may stand, readable by its owner only. Nobody holds a stream in the copy.
pub(super) fn snapshot(conn: &Connection, to: &Path) -> Run<()> {
    schema::create(to)?;
    conn.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    let copy = Connection::open(to)?;
    copy.execute("UPDATE stream SET owner_pid = NULL, owner_started = NULL, lease_until = NULL WHERE owner_pid IS NOT NULL", [])?;
    copy.close().map_err(|(_, e)| e)?;
    Ok(())
}
