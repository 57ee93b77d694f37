//! The connector against Google's doubles: loads, history, limits, sign-ins.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "tests; figures for docs/performance.md are printed")]

mod access;
mod bench;
mod changes;
mod clerk;
mod limits;
mod load;
