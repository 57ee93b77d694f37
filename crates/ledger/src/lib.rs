//! The ledger: the truth of a workspace, behind one [`Store`] trait. SQLite now; another database passes the same suite later.
//!
//! What must not live here: files of customers, vendors, decisions about what a record means.

mod store;

pub use store::*;
