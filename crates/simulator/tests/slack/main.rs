//! The Slack double as its clients see it: every test talks to it over HTTP.

mod common;
mod faults;
mod messages;
mod protocol;
