//! The whole pipeline in this process: the real Slack double over loopback, the real transport, ledger and files; only time is virtual.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "tests; figures for docs/performance.md are printed")]

mod access;
mod attribution;
mod calls;
mod channels;
mod conformance;
mod coverage;
mod customers;
mod deletions;
mod edits;
mod first_load;
mod hostile;
mod idle;
mod inputs;
mod kept_aside;
mod late_replies;
mod mailbox;
mod mails;
mod notes;
mod pages;
mod processes;
mod recheck;
mod samples;
mod share;
mod storm;
mod threads;
mod worlds;

use sales_testkit::{Options, Sandbox, SlackWorld, instant, ts, ts_plus};
use serde_json::Value;

/// The customer's channel.
const POC: &str = "C0ACMEPOC1";
/// A colleague.
const JO: &str = "U0JO000001";
/// Another one.
const PRIYA: &str = "U0PRIYA001";
/// Somebody of the customer.
const MIKE: &str = "U0MIKE0001";

/// The customer `acme_inc`, who owns the channel `yourcompany-acme-poc`.
const ACME: &str =
    "name = \"ACME Inc\"\naliases = [\"acme-corp\"]\ndomains = [\"acme.dev\"]\n[slack]\nchannels = [\"yourcompany-acme-poc\"]\n";

/// Our company with the customer's channel, and a foreign person in it.
fn company() -> SlackWorld {
    SlackWorld::new().foreign(MIKE, "Michael Chen", "T0ACME0001").shared(POC, "yourcompany-acme-poc", "T0ACME0001", &[MIKE])
}

/// A sandbox of this world with the customer.
fn acme(world: SlackWorld) -> Options {
    Options::slack(world).customer("acme_inc", ACME)
}

/// The path of a day's file.
fn day(date: &str) -> String {
    format!("acme_inc/slack/{date}_yourcompany_acme_poc.json")
}

/// Texts of a file's first-level messages, in order.
fn texts(file: &Value) -> Vec<&str> {
    file["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap_or("(none)")).collect()
}

/// Texts of the replies of a file's n-th message.
fn replies(file: &Value, n: usize) -> Vec<&str> {
    let replies = file["messages"][n]["replies"].as_array();
    replies.into_iter().flatten().map(|m| m["text"].as_str().unwrap_or("(none)")).collect()
}
