//! Mail servers for tests of IMAP.

mod dovecot;

pub use dovecot::{Dovecot, Letter, folder};
