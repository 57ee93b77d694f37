//! What went wrong, in words for people, and what the engine may do about it.

use jiff::SignedDuration;
use sales_model::{Gap, GapKind, Source};
use sales_transport::TransportError;

use super::budget::Operation;
use crate::{ConnectorError, Retry};

/// Why a call brought nothing usable, before it is known what it was for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Granola refused: failure is always an HTTP status.
    Refused {
        /// Which operation.
        operation: Operation,
        /// The status, below 500.
        status: u16,
        /// `VALIDATION_ERROR`, `TRANSCRIPT_TOO_LARGE`; empty if none was given.
        code: String,
    },
    /// No answer.
    Transport(TransportError),
    /// An answer of a shape that Granola does not document.
    Shape {
        /// Which operation.
        operation: Operation,
        /// Where in it: `notes`.
        path: String,
    },
    /// An answer that is no JSON, as often as it was asked.
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

impl From<ConnectorError> for Failure {
    fn from(e: ConnectorError) -> Self {
        Failure::Told(e)
    }
}

impl Failure {
    /// The status that Granola refused with.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Failure::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Granola's answer to a note with more transcript than it sends at once.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self, Failure::Refused { status: 413, .. })
    }

    /// Why this one thing was not given, if others may be given all the same; `None` where nothing else would be either.
    pub(crate) fn alone(&self) -> Option<String> {
        match self {
            Failure::Refused { status: 404, .. } => {
                Some("Granola does not give it (404): it is not finished, or this key may not see it".into())
            }
            Failure::Refused { status: 403, .. } => Some("this key may not read it (403)".into()),
            Failure::Refused { status: 401 | 402 | 429, .. } => None,
            Failure::Refused { status, code, .. } => Some(format!("Granola refuses it ({status}{})", spaced(code))),
            Failure::Shape { path, .. } => Some(format!("Granola's answer has an unexpected shape at `{path}`")),
            Failure::Loop(operation) => Some(format!("the pages of {} go round in a circle", operation.0)),
            Failure::Transport(TransportError::TooLarge { cap, .. }) => Some(format!("it is larger than {} MB", cap >> 20)),
            Failure::NotJson { .. } | Failure::Transport(_) | Failure::Told(_) => None,
        }
    }

    /// What Granola, or the way to it, fails at: maybe at this one thing, maybe at all.
    pub(crate) fn trouble(&self) -> Option<String> {
        match self {
            Failure::NotJson { page: true, .. } => Some("a web page came in its place".into()),
            Failure::NotJson { page: false, .. } => Some("Granola's answer is not whole, or no JSON".into()),
            Failure::Transport(TransportError::Status { status, .. }) => Some(format!("Granola fails at it ({status})")),
            Failure::Transport(TransportError::Unreachable { .. }) => Some("the answer breaks off each time".into()),
            _ => None,
        }
    }

    /// In words; `what` names the thing: `Granola's list of notes`.
    pub(crate) fn told(self, what: &str) -> ConnectorError {
        let later = Retry::After(SignedDuration::from_mins(5));
        let tell = |why: String, hint: &str, retry, auth| ConnectorError { what: what.into(), why, hint: hint.into(), retry, auth };
        match self {
            Failure::Refused { operation, status, code } => refused(operation, status, &code, what),
            Failure::Transport(e) => transport(&e, what),
            Failure::Shape { operation, path } => tell(
                format!("Granola's answer to {} has an unexpected shape at `{path}`", operation.0),
                "run the command again; if it stays, the API at GRANOLA_API_URL is not Granola's or has changed",
                later,
                false,
            ),
            Failure::NotJson { operation, page } => tell(
                match page {
                    true => format!("the request for {} was answered with a web page instead of JSON", operation.0),
                    false => format!("the answer to the request for {} is not whole, or no JSON", operation.0),
                },
                "check GRANOLA_API_URL, and whether a proxy or a sign-in page stands between; then run the command again",
                later,
                false,
            ),
            Failure::Loop(operation) => tell(
                format!("the pages of {} go round in a circle", operation.0),
                "run the command again; what was read so far is kept",
                Retry::Never,
                false,
            ),
            Failure::Told(e) => e,
        }
    }
}

/// A vendor's word as it may be shown.
pub(crate) fn shown(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(60).collect()
}

fn spaced(code: &str) -> String {
    if code.is_empty() { String::new() } else { format!(" {code}") }
}

/// Why, what to do, whether to try again, for each status that Granola documents.
fn refused(operation: Operation, status: u16, code: &str, what: &str) -> ConnectorError {
    let (why, hint, retry, auth) = match status {
        401 => (
            "Granola does not know the key: it was revoked, or not copied whole".to_owned(),
            "make a key in Granola's desktop app (Settings, Connectors, API keys) and put it into GRANOLA_API_KEY; docs/granola-setup.md shows how",
            Retry::StopAccount,
            true,
        ),
        402 => (
            "Granola's API is part of its Business and Enterprise plans".into(),
            "ask who administers your Granola workspace; without the API, `sales import` reads notes from a file",
            Retry::StopAccount,
            true,
        ),
        403 => (
            format!("this key has no access to {}", operation.0),
            "give the key its access scopes in Granola's desktop app (Settings, Connectors, API keys), or make a new one",
            Retry::Never,
            true,
        ),
        404 => (format!("the server does not know {}", operation.0), "check GRANOLA_API_URL: it ends before `/v1`", Retry::Never, false),
        429 => (
            "Granola limits this key".into(),
            "run the command again in a minute; it goes on where it stopped",
            Retry::After(SignedDuration::from_mins(1)),
            false,
        ),
        _ => (
            format!("Granola refused {} ({status}{})", operation.0, spaced(code)),
            "update `sales`, or check GRANOLA_API_URL",
            Retry::Never,
            false,
        ),
    };
    ConnectorError { what: what.into(), why, hint: hint.into(), retry, auth }
}

fn transport(e: &TransportError, what: &str) -> ConnectorError {
    let minutes = |n| Retry::After(SignedDuration::from_mins(n));
    let (hint, retry) = match e {
        TransportError::Throttled { until, .. } => {
            (format!("Granola limits this key; run the command again after {until}, it goes on where it stopped"), minutes(1))
        }
        TransportError::Unreachable { .. } => {
            ("check the network, the proxy settings and GRANOLA_API_URL, then run the command again".into(), minutes(1))
        }
        TransportError::Status { status, .. } if *status >= 500 => {
            ("Granola has trouble; run the command again in some minutes".into(), minutes(5))
        }
        TransportError::Status { .. } => ("check GRANOLA_API_URL".into(), Retry::Never),
        TransportError::TooLarge { .. } => ("check GRANOLA_API_URL: Granola's own answers are smaller".into(), Retry::Never),
        TransportError::Redirected { .. } => {
            ("set GRANOLA_API_URL to the address that answers itself; a proxy or a sign-in page may stand between".into(), Retry::Never)
        }
        TransportError::Refused { .. } => {
            ("GRANOLA_API_URL must be an https address (plain http only on this machine)".into(), Retry::Never)
        }
        TransportError::Budget(_) => ("check that the folder `.sales` of the workspace can be written".into(), Retry::Never),
    };
    ConnectorError { what: what.into(), why: e.to_string(), hint, retry, auth: false }
}

/// A gap of Granola.
pub(crate) fn gap(kind: GapKind, text: impl Into<String>) -> Gap {
    Gap { source: Source::GRANOLA, kind, text: text.into() }
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
