//! What went wrong, in words for people, and what the engine may do about it.

use jiff::{SignedDuration, Timestamp};
use sales_model::{Gap, GapKind, Source};
use sales_transport::{PortError, TransportError};

use super::{
    budget::{self, Operation},
    oauth,
    wire::Refusal,
};
use crate::{ConnectorError, Retry};

/// Longest text of Google's that is shown.
const LONGEST: usize = 200;

/// Why a call brought nothing usable, before it is known what it was for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Gmail refused.
    Refused {
        /// Which operation.
        operation: Operation,
        /// The status.
        status: u16,
        /// Of which kind.
        kind: Kind,
        /// Google's own words, harmless.
        said: String,
    },
    /// No answer.
    Transport(TransportError),
    /// An answer of a shape that Gmail does not document.
    Shape {
        /// Which operation.
        operation: Operation,
        /// Where in it: `messages`.
        path: String,
    },
    /// An answer that is no JSON (or no batch), as often as it was asked.
    NotJson {
        /// Which operation.
        operation: Operation,
        /// It is a web page.
        page: bool,
    },
    /// A listing that never ends.
    Loop(Operation),
    /// Anything that is already in words.
    Told(ConnectorError),
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Too fast; the text may name the time from which it goes on.
    Rate(Option<Timestamp>),
    /// The day's quota of the project is used up.
    Daily,
    /// The administrator switched it off.
    Domain,
    /// The token lacks a permission.
    Scope,
    /// The token has `gmail.metadata`, with which bodies are refused whatever else it has.
    MetadataOnly,
    /// The API is switched off in the project.
    NotConfigured,
    /// There is no Gmail mailbox.
    NoMailbox,
    /// The token is not accepted.
    Token,
    /// It is not there.
    Missing,
    /// Anything else.
    Other,
}

impl From<ConnectorError> for Failure {
    fn from(e: ConnectorError) -> Self {
        Failure::Told(e)
    }
}

/// What a refusal with this status and body means, and what Google says of it. Rate limits come as 403 or 429, in two shapes: the reason
/// decides.
pub(crate) fn kind(status: u16, body: &[u8]) -> (Kind, String) {
    let told = serde_json::from_slice::<Refusal>(body).unwrap_or_default().error;
    let reasons: Vec<&str> = told.errors.iter().chain(&told.details).map(|r| r.reason.as_str()).filter(|r| !r.is_empty()).collect();
    let has = |names: &[&str]| reasons.iter().any(|r| names.contains(r));
    let says = |words: &str| told.message.to_ascii_lowercase().contains(words);
    let kind = if has(&["dailyLimitExceeded", "dailyLimitExceededUnreg"]) {
        Kind::Daily
    } else if has(&["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"])
        || told.status == "RESOURCE_EXHAUSTED"
        || status == 429
    {
        // "Queries per day" is told in the newer shape with the same reason as a minute's limit.
        if says("per day") { Kind::Daily } else { Kind::Rate(hint(&told.message)) }
    } else if has(&["domainPolicy"]) {
        Kind::Domain
    } else if says("metadata scope") {
        Kind::MetadataOnly
    } else if has(&["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientScopes"]) {
        Kind::Scope
    } else if has(&["accessNotConfigured", "SERVICE_DISABLED"]) {
        Kind::NotConfigured
    } else if has(&["failedPrecondition"]) || told.status == "FAILED_PRECONDITION" {
        Kind::NoMailbox
    } else if status == 401 {
        Kind::Token
    } else if status == 404 {
        Kind::Missing
    } else {
        Kind::Other
    };
    (kind, shown(&told.message))
}

/// "User-rate limit exceeded. Retry after 2026-03-15T09:00:05.123Z".
fn hint(message: &str) -> Option<Timestamp> {
    let (_, after) = message.split_once("etry after ")?;
    after.split_whitespace().next()?.trim_end_matches(['.', ')', ',']).parse().ok()
}

/// Google's words as one line without control characters.
pub(crate) fn shown(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c });
    let mut out: String = clean.take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        out.push('…');
    }
    out.trim().to_owned()
}

impl Failure {
    /// A refusal, read.
    pub(crate) fn refused(operation: Operation, status: u16, body: &[u8]) -> Self {
        let (kind, said) = kind(status, body);
        Failure::Refused { operation, status, kind, said }
    }

    /// What the refusal means.
    pub(crate) fn kind(&self) -> Option<Kind> {
        match self {
            Failure::Refused { kind, .. } => Some(*kind),
            _ => None,
        }
    }

    /// In words; `what` names the thing: `Gmail`.
    pub(crate) fn told(self, what: &str) -> ConnectorError {
        let error = |why: String, hint: &str, retry, auth| ConnectorError { what: what.into(), why, hint: hint.into(), retry, auth };
        let later = Retry::After(SignedDuration::from_mins(5));
        match self {
            Failure::Refused { operation, status, kind, said } => refused(what, operation, status, kind, &said),
            Failure::Transport(e) => transport(&e, what),
            Failure::Shape { operation, path } => error(
                format!("Gmail's answer to the request for {} has an unexpected shape at `{path}`", operation.name),
                &format!("run the command again; if it stays, what stands at {} is not Google's or has changed", address(operation)),
                later,
                false,
            ),
            Failure::NotJson { operation, page } => error(
                match page {
                    true => format!("the request for {} was answered with a web page", operation.name),
                    false => format!("the answer to the request for {} is not whole, or not what Gmail sends", operation.name),
                },
                &format!("check {}, and whether a proxy or a sign-in page stands between; then run the command again", address(operation)),
                later,
                false,
            ),
            Failure::Loop(operation) => error(
                format!("the pages of {} go round in a circle", operation.name),
                "run the command again; what was read so far is kept",
                Retry::Never,
                false,
            ),
            Failure::Told(e) => e,
        }
    }
}

/// The variable that says where an operation is asked for.
fn address(operation: Operation) -> &'static str {
    if operation.name == budget::TOKEN.name { oauth::TOKEN.0 } else { "GMAIL_API_URL" }
}

/// What to do where bodies are refused.
const READ_SCOPE: &str = "sign in again and leave the box for reading mail ticked: sales auth login email (a service account needs the scope \
                          gmail.readonly in the Admin console, and not gmail.metadata)";

fn refused(what: &str, operation: Operation, status: u16, kind: Kind, said: &str) -> ConnectorError {
    let minutes = |n| Retry::After(SignedDuration::from_mins(n));
    let (mut why, hint, retry, auth) = match kind {
        Kind::Rate(_) => (
            "Gmail limits this mailbox".to_owned(),
            "run the command again in a minute, it goes on where it stopped; other programs with the same client id use the same quota",
            minutes(1),
            false,
        ),
        Kind::Daily => (
            "the day's quota of your Google Cloud project is used up".to_owned(),
            "run the command again tomorrow (Pacific time), it goes on where it stopped; or raise the quota in the Google Cloud console",
            Retry::StopAccount,
            false,
        ),
        Kind::Domain => (
            "your Google Workspace administrator does not allow the Gmail API for this mailbox".to_owned(),
            "ask the administrator to trust your client id (Admin console, Security, API controls); docs/gmail-setup.md shows where",
            Retry::StopAccount,
            true,
        ),
        Kind::MetadataOnly => (
            "no bodies of mails come: the sign-in has the scope gmail.metadata, with which Gmail gives headers only and does not search"
                .to_owned(),
            READ_SCOPE,
            Retry::StopAccount,
            true,
        ),
        Kind::Scope => (format!("the sign-in does not allow {}", operation.name), READ_SCOPE, Retry::StopAccount, true),
        Kind::NotConfigured => (
            "the Gmail API is switched off in the Google Cloud project of this client id".to_owned(),
            "switch it on (Google Cloud console, APIs and services, Library, Gmail API), wait some minutes, then run the command again",
            Retry::StopAccount,
            true,
        ),
        Kind::NoMailbox => (
            "this Google account has no Gmail mailbox, or Gmail is switched off for it".to_owned(),
            "sign in with an account that has Gmail; a service account needs GMAIL_USER, the mailbox to read",
            Retry::StopAccount,
            true,
        ),
        Kind::Token => (
            "Gmail does not accept the sign-in, also not when it is renewed".to_owned(),
            "sign in again: sales auth login email",
            Retry::StopAccount,
            true,
        ),
        Kind::Missing => (
            format!("the server does not know {}", operation.name),
            "check GMAIL_API_URL: it is the address alone, without `/gmail/v1`",
            Retry::Never,
            false,
        ),
        Kind::Other => (format!("Gmail refused {} ({status})", operation.name), "run the command again later", minutes(5), false),
    };
    if !said.is_empty() {
        why.push_str(&format!(" (\"{said}\")"));
    }
    ConnectorError { what: what.into(), why, hint: hint.into(), retry, auth }
}

fn transport(e: &TransportError, what: &str) -> ConnectorError {
    let minutes = |n| Retry::After(SignedDuration::from_mins(n));
    let (hint, retry) = match e {
        TransportError::Throttled { until, .. } => {
            (format!("Gmail limits this mailbox; run the command again after {until}, it goes on where it stopped"), minutes(1))
        }
        TransportError::Unreachable { .. } => {
            ("check the network, the proxy settings and GMAIL_API_URL, then run the command again".into(), minutes(1))
        }
        TransportError::Status { status, .. } if *status >= 500 => {
            ("Google has trouble; run the command again in some minutes".into(), minutes(5))
        }
        TransportError::Status { .. } => ("check GMAIL_API_URL".into(), Retry::Never),
        TransportError::TooLarge { .. } => ("check GMAIL_API_URL: Gmail's own answers are smaller".into(), Retry::Never),
        TransportError::Redirected { .. } => {
            ("set GMAIL_API_URL to the address that answers itself; a proxy or a sign-in page may stand between".into(), Retry::Never)
        }
        TransportError::Refused { .. } => {
            ("GMAIL_API_URL and GOOGLE_TOKEN_URL must be https addresses (plain http only on this machine)".into(), Retry::Never)
        }
        TransportError::Budget(_) => ("check that the folder `.sales` of the workspace can be written".into(), Retry::Never),
    };
    ConnectorError { what: what.into(), why: e.to_string(), hint, retry, auth: false }
}

/// A port of ours failed.
pub(crate) fn port(e: PortError) -> Failure {
    Failure::Told(ConnectorError {
        what: "Gmail".into(),
        why: e.to_string(),
        hint: "check that the folder `.sales` of the workspace can be written".into(),
        retry: Retry::Never,
        auth: false,
    })
}

/// A gap of mail.
pub(crate) fn gap(kind: GapKind, text: impl Into<String>) -> Gap {
    Gap { source: Source::EMAIL, kind, text: text.into() }
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
