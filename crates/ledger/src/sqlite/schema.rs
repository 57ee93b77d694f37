//! The tables, their migrations, and how a connection is set up.

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{M, Migrations};

use super::error::{Fault, Run};
use crate::StoreError;

/// Schema versions in order; an applied one never changes.
const STEPS: &[M<'_>] = &[
    M::up(include_str!("schema_1.sql")),
    M::up(include_str!("schema_2.sql")),
    M::up(include_str!("schema_3.sql")),
    M::up(include_str!("schema_4.sql")),
    M::up(include_str!("schema_5.sql")),
    M::up(include_str!("schema_6.sql")),
    M::up(include_str!("schema_7.sql")),
    M::up(include_str!("schema_8.sql")),
];
const MIGRATIONS: Migrations<'_> = Migrations::from_slice(STEPS);

/// How long a statement waits for another process. A group of pages holds the write lock for about 0.1 s; SQLite's waiting is not fair,
/// so this leaves room for many turns of others.
const BUSY: Duration = Duration::from_secs(60);

/// Page cache of the writer in KiB. It bounds the resident memory together with [`READ_CACHE`]; no `mmap`, whose pages would count too.
const WRITE_CACHE: i64 = 24 * 1024;
/// Page cache of one reader in KiB.
const READ_CACHE: i64 = 2 * 1024;

/// Makes the file (readable by its owner only), brings its schema up to date, and gives the connection that writes.
pub(super) fn open(path: &Path) -> Run<Connection> {
    create(path)?;
    let mut conn = connect(path, WRITE_CACHE)?;
    if !current(&conn, path)? {
        // Only one process migrates. The lock goes with its file handle, so a killed process leaves none behind.
        let lock = File::options().create(true).truncate(false).write(true).open(beside(path, "lock")).map_err(|e| io(path, &e))?;
        lock.lock().map_err(|e| io(path, &e))?;
        if !current(&conn, path)? {
            conn.pragma_update(None, "journal_mode", "WAL")?;
            MIGRATIONS.to_latest(&mut conn).map_err(migration)?;
        }
    }
    // What one commit changes is durable when it returns, even if the power goes.
    conn.pragma_update(None, "synchronous", "FULL")?;
    // 8 MiB: pages of the indexes change many times between two checkpoints, and are copied into the file once.
    conn.pragma_update(None, "wal_autocheckpoint", 2048)?;
    conn.pragma_update(None, "journal_size_limit", 32 * 1024 * 1024)?;
    Ok(conn)
}

/// A connection for work that no transaction may be around: it waits for its turn among the writers.
pub(super) fn apart(path: &Path) -> Run<Connection> {
    let conn = connect(path, WRITE_CACHE)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    Ok(conn)
}

/// A connection that only reads.
pub(super) fn reader(path: &Path) -> Run<Connection> {
    let conn = connect(path, READ_CACHE)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn connect(path: &Path, cache_kib: i64) -> Run<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(128);
    // References between tables are checked by `verify`, not on every row.
    conn.pragma_update(None, "foreign_keys", false)?;
    conn.pragma_update(None, "cache_size", -cache_kib)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    // A damaged or hostile file must not run SQL of its own through views or triggers with unsafe functions.
    conn.pragma_update(None, "trusted_schema", false)?;
    Ok(conn)
}

fn current(conn: &Connection, path: &Path) -> Run<bool> {
    let found: usize = conn.query_row("PRAGMA user_version", [], |r| r.get::<_, u32>(0)).map(|v| v as usize)?;
    if found > STEPS.len() {
        return Err(StoreError::TooNew { path: path.display().to_string(), found, known: STEPS.len() }.into());
    }
    let mode: String = conn.query_row("PRAGMA journal_mode", [], |r| r.get(0))?;
    Ok(found == STEPS.len() && mode == "wal")
}

pub(super) fn create(path: &Path) -> Run<()> {
    if path.exists() {
        return Ok(());
    }
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| io(path, &e))?;
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-");
    name.push(ending);
    PathBuf::from(name)
}

fn io(path: &Path, e: &std::io::Error) -> Fault {
    use std::io::ErrorKind;
    let what = format!("opening the ledger {}", path.display());
    match e.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full { what },
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreError::ReadOnly { what },
        _ => StoreError::Other { what, why: e.to_string() },
    }
    .into()
}

fn migration(e: rusqlite_migration::Error) -> Fault {
    match e {
        rusqlite_migration::Error::RusqliteError { err, .. } => Fault::Sql(err),
        other => StoreError::Other { what: "bringing the ledger up to date".into(), why: other.to_string() }.into(),
    }
}
