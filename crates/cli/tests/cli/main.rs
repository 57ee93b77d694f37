//! The command line as users meet it: the real binary, its whole output, its exit codes. One binary for all, as linking is what costs.
#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod attachments;
mod auth;
mod backup;
mod browser;
mod calls;
mod coverage;
mod customers;
mod disk;
mod environment;
mod errors;
mod export;
mod exports;
mod forget;
mod help;
mod imap;
mod interrupt;
mod json;
mod live;
mod mailboxes;
mod matching;
mod profiles;
mod recovery;
mod redaction;
mod regroup;
mod retention;
mod sample;
mod secrets;
mod sign_ins;
mod sources;
mod support;
mod tables;
mod terminal;
mod titles;
mod traces;
