//! Mail servers for tests of IMAP.

pub mod double;
mod dovecot;

pub use double::{Account, Double, Fault, Mailbox, Manner, Stored, What};
pub use dovecot::{Dovecot, Letter, folder};
