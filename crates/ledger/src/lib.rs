//! The ledger: the truth of a workspace, behind one [`Store`] trait. SQLite now; another database passes the same suite later.
//!
//! What must not live here: files of customers, vendors, decisions about what a record means.

mod erasure;
mod sqlite;
mod store;
#[cfg(any(test, feature = "suite"))]
pub mod suite;
mod words;

pub use erasure::*;
pub use sqlite::{FailHook, OpenOptions, SqliteStore};
pub use store::*;
pub use words::Words;
