//! The connector against the double of Gong: streams, late changes, limits, restarts, permissions.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod access;
mod bench;
mod faults;
#[expect(unreachable_pub, dead_code, reason = "it is public where it lives, among the fixtures for tests; answers are checked elsewhere")]
#[path = "../../../testkit/src/gong_spec.rs"]
mod gong_spec;
mod late;
mod limits;
mod load;
mod restart;
