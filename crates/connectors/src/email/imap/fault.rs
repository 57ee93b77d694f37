//! What went wrong, in words for people, and what the engine may do about it.

use jiff::SignedDuration;
use sales_transport::StreamError;

use super::{
    account,
    proto::{Status, StatusOf},
};
use crate::{ConnectorError, Credentials, Retry};

/// Why a server gave nothing usable.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The connection.
    Stream(StreamError),
    /// The server hung up, with a word.
    Bye(StatusOf),
    /// It refused a command (`NO`), or did not understand it (`BAD`).
    Refused {
        /// The command's name.
        command: &'static str,
        /// Its answer.
        answer: StatusOf,
    },
    /// It says what no server says.
    Protocol(&'static str),
    /// It did not take the credential.
    Login(StatusOf),
    /// Already in words.
    Told(ConnectorError),
}

impl From<StreamError> for Fault {
    fn from(e: StreamError) -> Self {
        Fault::Stream(e)
    }
}

impl From<ConnectorError> for Fault {
    fn from(e: ConnectorError) -> Self {
        Fault::Told(e)
    }
}

/// How long to leave a server alone that says that we were too much for it. Gmail's limits are counted by the day: "back off for hours".
const THROTTLED: SignedDuration = SignedDuration::from_hours(2);
const SOON: SignedDuration = SignedDuration::from_mins(1);
const LATER: SignedDuration = SignedDuration::from_mins(10);

/// Whether the server says that the account used more than it may: by its code, or in the words of those that have none (Gmail: "Account
/// exceeded command or bandwidth limits").
fn is_throttling(answer: &StatusOf) -> bool {
    let text = answer.text.to_ascii_lowercase();
    ["THROTTLED", "OVERQUOTA", "LIMIT"].iter().any(|code| answer.is(code))
        || ["bandwidth limit", "throttled", "rate limit", "too many requests", "account exceeded"].iter().any(|words| text.contains(words))
}

fn is_crowded(answer: &StatusOf) -> bool {
    answer.text.to_ascii_lowercase().contains("too many simultaneous connections") || answer.is("UNAVAILABLE") || answer.is("INUSE")
}

impl Fault {
    /// The connection is lost; another one may do.
    pub(crate) fn is_torn(&self) -> bool {
        match self {
            Fault::Stream(e) => matches!(e, StreamError::Torn(_) | StreamError::Late(_)),
            Fault::Bye(answer) => !is_throttling(answer) && !is_crowded(answer),
            // The server's own process is confused, about files that changed under it for instance; another process may not be.
            Fault::Refused { answer, .. } => answer.is("SERVERBUG"),
            _ => false,
        }
    }

    /// The server ended the connection by itself, with a word.
    pub(crate) fn is_bye(&self) -> bool {
        matches!(self, Fault::Bye(_)) && self.is_torn()
    }

    /// Something larger than is accepted came.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self, Fault::Stream(StreamError::TooLarge { .. }))
    }

    /// The server does not do this, or not for this; nothing is wrong with the connection.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Fault::Refused { answer, .. } if !is_throttling(answer) && !is_crowded(answer))
    }

    /// In words; `what` names the thing: `folder Archive`.
    pub(crate) fn told(self, what: &str, credentials: &Credentials) -> ConnectorError {
        let tell = |why: String, hint: &str, retry, auth| ConnectorError {
            what: what.into(),
            why: credentials.masked(&why),
            hint: hint.into(),
            retry,
            auth,
        };
        let network = "check the network and IMAP_URL, then run the command again; it goes on where it stopped";
        match self {
            Fault::Told(e) => e,
            Fault::Stream(e) => match e {
                StreamError::Refused(_) => {
                    tell(e.to_string(), "write imaps:// in IMAP_URL (plain imap:// only on this machine)", Retry::StopAccount, false)
                }
                StreamError::Tls { .. } | StreamError::Injected(_) => tell(
                    e.to_string(),
                    "check host and port in IMAP_URL (993 for imaps://, 143 for imap://), and whether something stands between",
                    Retry::StopAccount,
                    false,
                ),
                StreamError::TooLarge { .. } => {
                    tell(e.to_string(), "run the command again; if it stays, the server is broken", Retry::After(LATER), false)
                }
                _ => tell(e.to_string(), network, Retry::After(SOON), false),
            },
            Fault::Login(answer) => login(&answer, &tell),
            Fault::Bye(answer) | Fault::Refused { answer, .. } if is_throttling(&answer) => tell(
                format!("the server says that the account used more than it may{}", quoted(&answer)),
                "leave it alone for some hours, then run the command again; it goes on where it stopped",
                Retry::After(THROTTLED),
                false,
            ),
            Fault::Bye(answer) | Fault::Refused { answer, .. } if is_crowded(&answer) => tell(
                format!("the server has no room for us now{}", quoted(&answer)),
                "close other mail programs of this account, or run the command again later",
                Retry::After(LATER),
                false,
            ),
            Fault::Bye(answer) => tell(format!("the server hung up{}", quoted(&answer)), network, Retry::After(SOON), false),
            Fault::Refused { command, answer } => tell(
                match answer.status {
                    Status::Bad => format!("the server does not understand {command}{}", quoted(&answer)),
                    _ => format!("the server refused {command}{}", quoted(&answer)),
                },
                "run the command again; if it stays, look whether other mail programs can read it",
                Retry::Never,
                false,
            ),
            Fault::Protocol(why) => tell(
                format!("the server's answers are not those of a mail server: {why}"),
                "check host and port in IMAP_URL, and whether something stands between",
                Retry::After(LATER),
                false,
            ),
        }
    }
}

fn login(answer: &StatusOf, tell: &dyn Fn(String, &str, Retry, bool) -> ConnectorError) -> ConnectorError {
    if is_throttling(answer) || is_crowded(answer) {
        return tell(
            format!("the server lets nobody in now{}", quoted(answer)),
            "run the command again later",
            Retry::After(if is_throttling(answer) { THROTTLED } else { LATER }),
            false,
        );
    }
    tell(
        format!("the server does not accept the user and the credential{}", quoted(answer)),
        match answer.is("EXPIRED") {
            true => "the password or token is too old: renew it (docs/imap-setup.md)",
            false => {
                "check the user in IMAP_URL, and IMAP_PASSWORD (many services want an app password) or IMAP_ACCESS_TOKEN; docs/imap-setup.md"
            }
        },
        Retry::StopAccount,
        true,
    )
}

/// What the server said, as an addition to a sentence.
fn quoted(answer: &StatusOf) -> String {
    let code = answer.code.as_ref().map(|c| c.name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect::<String>());
    let text: String = answer.text.chars().take(200).collect();
    match (code.filter(|c| !c.is_empty()), text.is_empty()) {
        (None, true) => String::new(),
        (None, false) => format!(": {text}"),
        (Some(code), true) => format!(" [{code}]"),
        (Some(code), false) => format!(" [{code}]: {text}"),
    }
}

/// A server that cannot be used at all.
pub(crate) fn unusable(why: &str, hint: &str) -> Fault {
    Fault::Told(ConnectorError { what: account::URL.into(), why: why.into(), hint: hint.into(), retry: Retry::StopAccount, auth: true })
}
