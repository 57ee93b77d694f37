//! The doubles of Gmail and of Google's authorisation as their clients see them: every test talks to them over HTTP.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

mod batch;
mod changes;
mod common;
mod faults;
#[expect(unreachable_pub, reason = "it is public where it lives, among the fixtures for tests, which depend on this crate")]
#[path = "../../../testkit/src/gmail_spec.rs"]
mod gmail_spec;
mod history;
mod limits;
mod oauth;
mod protocol;
mod search;
mod service;
mod shift;
mod specs;
mod tokens;
