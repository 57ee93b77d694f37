//! The Slack double as its clients see it: every test talks to it over HTTP.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod clients;
mod common;
mod edges;
mod faults;
mod messages;
mod protocol;
mod specs;
