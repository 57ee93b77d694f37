//! The ledger in one SQLite file.
//!
//! One thread per process writes; several connections read. Several processes may use the file at once: the database's own lock orders
//! their transactions, and every page is fenced by its lease.

mod announced;
mod asked;
mod audit;
mod catalogue;
mod change;
mod chunk;
mod conversation;
mod copies;
mod erase;
mod error;
mod fulltext;
mod ids;
mod known;
mod lease;
mod page;
mod pool;
mod prepare;
mod project;
mod read;
mod read_time;
mod removal;
mod schema;
mod scopes;
mod search;
mod signs;
mod snapshot;
mod store;
mod subject;
#[cfg(test)]
mod tests;
mod time;
mod verify;
mod work_list;
mod writer;

use std::{fmt, path::Path, sync::Arc};

pub use self::writer::FailHook;
use self::{pool::Pool, writer::Writer};
use crate::Result;

/// How a ledger is opened.
#[derive(Clone, Default)]
pub struct OpenOptions {
    /// Called at named points of every commit of pages; see [`FailHook`].
    pub fail: Option<FailHook>,
}

impl fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenOptions").field("fail", &self.fail.is_some()).finish()
    }
}

/// The [`crate::Store`] on SQLite.
///
/// Dropping it writes what is queued and closes the file; nothing acknowledged is lost without it.
pub struct SqliteStore {
    /// Before the writer, so that the writer's connection closes last and folds the write-ahead log into the file.
    pool: Arc<Pool>,
    writer: Writer,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// Opens the ledger at `path`, making it if it is not there (mode 0600; its folder must exist).
    ///
    /// Blocks for some milliseconds; longer while another process brings the schema up to date.
    ///
    /// # Errors
    /// [`crate::StoreError::TooNew`] if a later version wrote the file; `Full`, `ReadOnly`, `Locked`, `Damaged` as they are.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self> {
        let what = format!("opening the ledger {}", path.display());
        let conn = schema::open(path).map_err(|fault| fault.told(&what))?;
        let writer = Writer::start(conn, options.fail).map_err(|fault| fault.told(&what))?;
        Ok(SqliteStore { pool: Arc::new(Pool::new(path.to_owned())), writer })
    }
}
