//! The Gong double as its clients see it: every test talks to it over HTTP.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod calls;
mod common;
mod faults;
#[expect(unreachable_pub, reason = "it is public where it lives, among the fixtures for tests, which depend on this crate")]
#[path = "../../../testkit/src/gong_spec.rs"]
mod gong_spec;
mod limits;
mod protocol;
mod specs;
