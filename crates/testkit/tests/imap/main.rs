//! The email connector over IMAP, against a real Dovecot and against a double that does what no real server does on demand.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod bench;
mod conformance;
mod count;
mod dovecot;
mod engine;
mod faults;
mod gmail;
mod lists;
mod login;
mod mails;
mod servers;
mod tls;
