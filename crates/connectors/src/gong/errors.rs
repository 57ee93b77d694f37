//! What went wrong, in words for people, and what the engine may do about it.

use jiff::SignedDuration;
use sales_model::{Gap, GapKind, Source};
use sales_transport::TransportError;

use super::scopes;
use crate::{ConnectorError, Retry};

/// Longest text of Gong's that is shown.
const LONGEST: usize = 200;

/// Why a request brought nothing usable, before it is known what it was for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Gong refused.
    Refused {
        /// `POST /v2/calls/extensive`.
        operation: &'static str,
        /// HTTP status.
        status: u16,
        /// Its reasons: free text.
        reasons: Vec<String>,
        /// Asked at the address that all companies share; some are served only at their own.
        generic: bool,
    },
    /// No answer.
    Transport(TransportError),
    /// An answer of a shape that Gong does not document.
    Shape {
        /// Which request.
        operation: &'static str,
        /// Where in it: `calls[3]`.
        path: String,
    },
    /// An answer that is no JSON, as often as it was asked.
    NotJson {
        /// Which request.
        operation: &'static str,
        /// It is a web page.
        page: bool,
    },
    /// A listing that never ends.
    Loop(&'static str),
    /// Anything that is already in words.
    Told(ConnectorError),
}

impl Failure {
    /// Whether Gong says that the credential may not do this. Missing scopes are said with 401 by some requests and with 403 by others.
    pub(crate) fn denied(&self) -> bool {
        matches!(self, Failure::Refused { status: 401 | 403, .. })
    }

    /// Whether the answer to a request with a cursor may mean that the cursor is dead.
    pub(crate) fn dead_cursor(&self) -> bool {
        matches!(self, Failure::Refused { status: 400 | 404 | 409 | 410 | 422, .. })
    }

    /// Whether the answer was too large to be taken.
    pub(crate) fn too_large(&self) -> bool {
        matches!(self, Failure::Transport(TransportError::TooLarge { .. }))
    }

    /// In words; `what` names the thing: `Gong's calls`.
    pub(crate) fn told(self, what: &str) -> ConnectorError {
        let error = |why: String, hint: &str, retry, auth| ConnectorError { what: what.into(), why, hint: hint.into(), retry, auth };
        match self {
            Failure::Refused { operation, status, reasons, generic } => refused(what, operation, status, &reasons, generic),
            Failure::Transport(e) => transport(&e, what),
            Failure::Shape { operation, path } => error(
                format!("Gong's answer to {operation} has an unexpected shape at `{path}`"),
                "run the command again; if it stays, the API at GONG_API_URL is not Gong's or has changed",
                Retry::After(SignedDuration::from_mins(5)),
                false,
            ),
            Failure::NotJson { operation, page } => error(
                match page {
                    true => format!("{operation} was answered with a web page instead of JSON"),
                    false => format!("the answer to {operation} is not whole, or no JSON"),
                },
                "check GONG_API_URL, and whether a proxy or a sign-in page stands between; then run the command again",
                Retry::After(SignedDuration::from_mins(5)),
                false,
            ),
            Failure::Loop(operation) => error(
                format!("the pages of {operation} go round in a circle"),
                "run the command again; what was read so far is kept",
                Retry::Never,
                false,
            ),
            Failure::Told(e) => e,
        }
    }
}

impl From<ConnectorError> for Failure {
    fn from(e: ConnectorError) -> Self {
        Failure::Told(e)
    }
}

/// Said wherever the shared address refuses: it may be the only reason.
const OWN_ADDRESS: &str =
    "if your company's Gong shows an address of its own on the API page (like https://us-12345.api...), set GONG_API_URL to it";

fn refused(what: &str, operation: &'static str, status: u16, reasons: &[String], generic: bool) -> ConnectorError {
    let said = shown(reasons);
    let (mut why, mut hint, retry, auth) = match status {
        401 => (
            format!("Gong does not accept the credential for {operation}"),
            "create a key on Gong's API page (Company settings, Ecosystem, API) and put it into GONG_API_KEY and GONG_API_SECRET; a token \
             in GONG_ACCESS_TOKEN lives a day and needs the scope for this"
                .to_owned(),
            Retry::Never,
            true,
        ),
        403 => (
            format!("Gong does not allow {operation} with this credential"),
            format!(
                "a token needs the scope {} for this; a key may be wrong, revoked, or bound to addresses of your network (trusted IP list on \
                 Gong's API page)",
                scopes::of(operation)
            ),
            Retry::Never,
            true,
        ),
        404 => (
            format!("the server does not know {operation}"),
            "check GONG_API_URL: it is the address alone, without `/v2`, as Gong's API page shows it".to_owned(),
            Retry::Never,
            false,
        ),
        400 => (
            format!("Gong did not understand {operation}"),
            "update `sales`; if that does not help, GONG_API_URL is not the address of Gong's API".to_owned(),
            Retry::Never,
            false,
        ),
        _ => (format!("Gong refused {operation} with {status}"), "run the command again later".to_owned(), Retry::Never, false),
    };
    if !said.is_empty() {
        why.push_str(&format!(" (\"{said}\")"));
    }
    if generic && auth {
        hint.push_str("; ");
        hint.push_str(OWN_ADDRESS);
    }
    ConnectorError { what: what.into(), why, hint, retry, auth }
}

/// Gong's reasons as one line without control characters.
fn shown(reasons: &[String]) -> String {
    let line = reasons.join("; ");
    let clean = line.chars().map(|c| if c.is_control() || c == '"' { ' ' } else { c });
    let mut out: String = clean.take(LONGEST).collect();
    if line.chars().count() > LONGEST {
        out.push('…');
    }
    out.trim().to_owned()
}

fn transport(e: &TransportError, what: &str) -> ConnectorError {
    let (hint, retry) = match e {
        TransportError::Throttled { until, .. } => (
            format!("Gong's limit for your company is used up; run the command again after {until}, it goes on where it stopped"),
            Retry::After(SignedDuration::from_mins(1)),
        ),
        TransportError::Unreachable { .. } => (
            "check the network, the proxy settings and GONG_API_URL, then run the command again".to_owned(),
            Retry::After(SignedDuration::from_mins(1)),
        ),
        TransportError::Status { status, .. } if *status >= 500 => {
            ("Gong has trouble; run the command again later".to_owned(), Retry::After(SignedDuration::from_mins(5)))
        }
        TransportError::Status { .. } => ("check GONG_API_URL".to_owned(), Retry::Never),
        TransportError::TooLarge { .. } => ("check GONG_API_URL: Gong's own answers are smaller".to_owned(), Retry::Never),
        TransportError::Redirected { .. } => {
            ("set GONG_API_URL to your company's own address, as Gong's API page shows it".to_owned(), Retry::Never)
        }
        TransportError::Refused { .. } => {
            ("GONG_API_URL must be an https address (plain http only on this machine)".to_owned(), Retry::Never)
        }
        TransportError::Budget(_) => ("check that the folder `.sales` of the workspace can be written".to_owned(), Retry::Never),
    };
    ConnectorError { what: what.into(), why: e.to_string(), hint, retry, auth: false }
}

/// A gap of Gong.
pub(crate) fn gap(kind: GapKind, text: impl Into<String>) -> Gap {
    Gap { source: Source::GONG, kind, text: text.into() }
}

/// A gap for something that the credential may not read.
pub(crate) fn denied_gap(what: &str, without: &str, scope: &str) -> Gap {
    gap(
        GapKind::NoPermission,
        format!(
            "Gong: {what} are not read, because the credential lacks the scope `{scope}`; {without}. Give the token that scope, or use an access key"
        ),
    )
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
