//! The connector against the simulator's Granola: streams, refusals, limits, restarts.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod bench;
mod changes;
mod limits;
mod load;
mod pages;
mod restart;
mod troubles;
