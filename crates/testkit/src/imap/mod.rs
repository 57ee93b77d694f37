//! Mail servers for tests of IMAP.

mod config;
pub mod double;
mod dovecot;

pub use double::{Account, Double, Fault, Mailbox, Manner, Stored, What};
pub use dovecot::{Dovecot, Letter, folder};
