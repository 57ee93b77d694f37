//! The connector against a small Slack on loopback: streams, errors, tokens, restarts.

#![expect(clippy::unwrap_used, clippy::panic, clippy::string_slice, reason = "tests")]

mod bench;
mod double;
mod errors;
mod load;
mod restart;
mod search;
mod tokens;
