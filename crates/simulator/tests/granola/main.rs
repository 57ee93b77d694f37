//! The Granola double as its clients see it: every test talks to it over HTTP.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails panics")]

mod changes;
mod common;
mod faults;
mod limits;
mod protocol;
mod shapes;
mod visibility;
