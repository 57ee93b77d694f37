//! From what SQLite says to what the port says.

use rusqlite::ErrorCode;

use crate::StoreError;

/// Inside the adapter: the database's word, or already the port's.
#[derive(Debug)]
pub(super) enum Fault {
    Sql(rusqlite::Error),
    Store(StoreError),
}

/// Result inside the adapter.
pub(super) type Run<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(e: rusqlite::Error) -> Self {
        Fault::Sql(e)
    }
}

impl From<StoreError> for Fault {
    fn from(e: StoreError) -> Self {
        Fault::Store(e)
    }
}

impl Fault {
    /// Content that is not what this program writes.
    pub(super) fn damaged(what: impl std::fmt::Display) -> Self {
        Fault::Store(StoreError::Damaged(what.to_string()))
    }

    /// Another process held the lock for the whole of our patience.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Fault::Sql(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy))
    }

    /// The port's error, `what` saying what was being done.
    pub(super) fn told(self, what: &str) -> StoreError {
        let error = match self {
            Fault::Store(e) => return e,
            Fault::Sql(e) => e,
        };
        let what = what.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full { what },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { what },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked(what),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Damaged(format!("{what}: {error}")),
            _ => StoreError::Other { what, why: error.to_string() },
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Sql(e) => e.fmt(f),
            Fault::Store(e) => e.fmt(f),
        }
    }
}
