//! Fixtures for tests: workspaces with simulated vendors, virtual time, dumps of ledger and files, the connector conformance suite.
//!
//! Nothing here is part of the product. Everything is deterministic: time is virtual, seeds are fixed, nobody sleeps. What a fixture
//! cannot do ends the test with a panic that says why.
#![expect(clippy::expect_used, clippy::panic, reason = "a fixture that cannot be set up is a failed test")]

pub mod conformance;
mod dump;
mod gmail_spec;
mod gong_spec;
pub mod imap;
mod sandbox;
mod slack_world;
mod tree;
mod watch;

pub use dump::dump;
pub use gmail_spec::GmailSpec;
pub use gong_spec::GongSpec;
pub use sandbox::{Budgets, Options, Sandbox, instant};
pub use slack_world::{SlackWorld, ts, ts_plus};
pub use tree::{Tree, differences, tree};
pub use watch::{Halt, Watch};
