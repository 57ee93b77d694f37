//! The connector against a small Gmail of its own: loads, history, limits, sign-ins.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod access;
mod bench;
mod changes;
mod fake;
mod limits;
mod load;
