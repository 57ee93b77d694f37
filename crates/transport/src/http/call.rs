//! What is sent and what comes back.

use bytes::Bytes;
use jiff::SignedDuration;
use url::Url;

use crate::{BudgetRule, Secret};

/// What to send.
#[derive(Debug, Clone)]
pub struct Call {
    /// The vendor's name of the operation, for logs and errors: `conversations.history`.
    pub operation: &'static str,
    /// Where to; never with credentials in it.
    pub url: Url,
    /// How, and with which arguments.
    pub body: Body,
    /// Sent as `Authorization`; never to another host than `url`'s.
    pub auth: Option<Auth>,
    /// The budget to charge for each attempt; no windows, no charge.
    pub budget: BudgetRule,
    /// Whether repeating it is harmless (reads).
    pub safe: bool,
    /// Most decoded bytes to accept.
    pub cap: usize,
}

/// How a call says whose it is.
#[derive(Debug, Clone)]
pub enum Auth {
    /// `Bearer`, with a token.
    Bearer(Secret),
    /// `Basic`, with a user's name (an access key) and a password.
    Basic(Secret, Secret),
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
    /// POST, a JSON document.
    Json(Bytes),
    /// POST, a document of another type (`multipart/mixed; boundary=...`).
    Document(String, Bytes),
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
    /// The longest wait that the vendor asked for on the way, if it throttled.
    pub throttled: Option<SignedDuration>,
}

impl Reply {
    /// When the server says that it answered (`Date`, whole seconds): the one clock that the vendor's own times can be held against.
    pub fn date(&self) -> Option<jiff::Timestamp> {
        crate::retry_after::http_date(self.headers.get(::http::header::DATE)?.to_str().ok()?)
    }
}

/// What a gateway makes of an answer that arrived whole with a status below 500. One with 429 is throttled whatever it makes of it, but for
/// [`Verdict::ThrottledFor`] and [`Verdict::Refused`]; of its body only the beginning is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Hand it over (a vendor's error answers too).
    Take,
    /// The vendor says "too fast" in other words than HTTP 429.
    Throttled,
    /// The same, and it says in its own words for how long to wait: this holds where no header does. Also for an answer with 429.
    ThrottledFor(SignedDuration),
    /// Hand it over although its status is 429: waiting is of no use (a day's quota is used up).
    Refused,
    /// The vendor had a passing failure: repeat if safe. The last such answer is handed over, if its status is no failure of the server.
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
    /// For the answer's head, once connected. What connecting leaves of its own time is added.
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

impl Default for Limits {
    /// 10 s to connect, 60 s for the head, 30 s between pieces, 5 minutes in all, 6 attempts, 15 minutes of patience.
    fn default() -> Self {
        Limits {
            connect: SignedDuration::from_secs(10),
            head: SignedDuration::from_secs(60),
            idle: SignedDuration::from_secs(30),
            total: SignedDuration::from_secs(300),
            attempts: 6,
            patience: SignedDuration::from_mins(15),
        }
    }
}
