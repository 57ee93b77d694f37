//! The HTTP client: one request with its budget, retries and caps.

use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::{Budget, BudgetRule, Secret, Timer};

/// What to send.
#[derive(Debug, Clone)]
pub struct Call {
    /// The vendor's name of the operation, for logs and errors: `conversations.history`.
    pub operation: &'static str,
    /// Where to; never with credentials in it.
    pub url: Url,
    /// How, and with which arguments.
    pub body: Body,
    /// Sent as `Authorization: Bearer`; never to another host than `url`'s.
    pub bearer: Option<Secret>,
    /// The budget to charge for each attempt; no windows, no charge.
    pub budget: BudgetRule,
    /// Whether repeating it is harmless (reads).
    pub safe: bool,
    /// Most decoded bytes to accept.
    pub cap: usize,
}

/// Arguments of a call.
#[derive(Debug, Clone)]
pub enum Body {
    /// GET with a query.
    Query(Vec<(&'static str, String)>),
    /// POST, form-encoded.
    Form(Vec<(&'static str, String)>),
    /// POST, form-encoded, with secrets among the fields (token refresh).
    SecretForm(Vec<(&'static str, Secret)>),
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: ::http::HeaderMap,
    /// The decoded body.
    pub body: Bytes,
    /// Which attempt brought it, from 1.
    pub attempt: u32,
}

/// What a gateway makes of an answer that arrived whole with a status below 500 and not 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Hand it over (a vendor's error answers too).
    Take,
    /// The vendor says "too fast" in other words than HTTP 429.
    Throttled,
    /// The vendor had a passing failure: repeat if safe.
    Again,
}

/// Counts for the end of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Requests sent, retries included.
    pub requests: u64,
    /// Answers with 429.
    pub throttled: u64,
    /// Retries.
    pub retries: u64,
}

/// How long to wait for what, and how often to try.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// To connect.
    pub connect: SignedDuration,
    /// For the answer's head.
    pub head: SignedDuration,
    /// Between two pieces of the body.
    pub idle: SignedDuration,
    /// For one attempt as a whole.
    pub total: SignedDuration,
    /// Attempts of one call that fail for a passing reason other than throttling.
    pub attempts: u32,
    /// A `Retry-After` above this is an error that names the time, not a wait.
    pub patience: SignedDuration,
}

/// Why a call brought no usable answer. No variant holds a body, a query value or a header.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Still throttled, or asked to wait longer than patience allows.
    #[error("{operation}: the vendor asks to wait until {until}")]
    Throttled {
        /// The operation.
        operation: &'static str,
        /// When it may be tried again.
        until: Timestamp,
    },
    /// No connection, or it broke, or a time limit passed, on every attempt.
    #[error("{operation}: {why} ({attempts} attempts)")]
    Unreachable {
        /// The operation.
        operation: &'static str,
        /// In words, with the host.
        why: String,
        /// How often it was tried.
        attempts: u32,
    },
    /// The vendor failed on every attempt.
    #[error("{operation}: the server answered {status} ({attempts} attempts)")]
    Status {
        /// The operation.
        operation: &'static str,
        /// HTTP status.
        status: u16,
        /// How often it was tried.
        attempts: u32,
    },
    /// The answer is larger than accepted.
    #[error("{operation}: the answer is larger than {cap} bytes")]
    TooLarge {
        /// The operation.
        operation: &'static str,
        /// The limit.
        cap: usize,
    },
    /// An address that must not be called (plain HTTP beyond loopback, redirect to another host).
    #[error("{operation}: refused to call {what}")]
    Refused {
        /// The operation.
        operation: &'static str,
        /// Why, without query.
        what: String,
    },
    /// Budget store.
    #[error(transparent)]
    Budget(#[from] crate::PortError),
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    timer: Arc<dyn Timer>,
    budget: Arc<dyn Budget>,
}

impl Http {
    /// Sends a call, taking budget for each attempt, until an answer is there that `judge` takes.
    pub async fn send(&self, _call: Call, _judge: impl Fn(&Reply) -> Verdict + Send + Sync) -> Result<Reply, TransportError> {
        let _ = (&self.timer, &self.budget);
        std::future::pending().await
    }

    /// The budgets.
    pub fn budget(&self) -> &Arc<dyn Budget> {
        &self.budget
    }

    /// What was sent so far.
    pub fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}
