//! What went wrong, in words for people, and what the engine may do about it.

use jiff::SignedDuration;
use sales_model::{Gap, GapKind, Source};
use sales_transport::{PortError, TransportError};

use super::budget::Method;
use crate::{ConnectorError, Retry};

/// Why a call brought nothing usable, before it is known what it was for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Slack answered with an error word.
    Word {
        /// Which method.
        method: Method,
        /// `channel_not_found`.
        word: String,
        /// The scope that is missing, where it is that.
        needed: String,
    },
    /// No answer.
    Transport(TransportError),
    /// An answer of a shape that Slack does not document.
    Shape {
        /// Which method.
        method: Method,
        /// Where in it: `messages[3].ts`.
        path: String,
    },
    /// An answer that is no JSON, as often as it was asked.
    NotJson {
        /// Which method.
        method: Method,
        /// It is a web page.
        page: bool,
    },
    /// One thing among many, in words.
    Alone(String),
    /// A listing that never ends.
    Loop(Method),
    /// Anything that is already in words.
    Told(ConnectorError),
}

impl Failure {
    /// Slack's error word, if that is what it is.
    pub(crate) fn word(&self) -> &str {
        match self {
            Failure::Word { word, .. } => word,
            _ => "",
        }
    }

    /// Whether it is an error word that nobody knows: it may concern nothing but the one thing that was asked for.
    pub(crate) fn unlisted(&self) -> bool {
        matches!(self, Failure::Word { method, word, needed } if listed(*method, word, "", needed).is_none())
    }

    /// In words; `what` names the thing: `Slack channel #acme`.
    pub(crate) fn told(self, what: &str) -> ConnectorError {
        match self {
            Failure::Word { method, word, needed } => from_word(method, &word, &needed, what),
            Failure::Transport(e) => transport(e, what),
            Failure::Shape { method, path } => ConnectorError {
                what: what.into(),
                why: format!("Slack's answer to {} has an unexpected shape at `{path}`", method.name),
                hint: "run the command again; if it stays, the API at SLACK_API_URL is not Slack's or has changed".into(),
                retry: Retry::After(SignedDuration::from_mins(5)),
                auth: false,
            },
            Failure::NotJson { method, page } => ConnectorError {
                what: what.into(),
                why: match page {
                    true => format!("{} was answered with a web page instead of JSON", method.name),
                    false => format!("the answer to {} is not whole, or no JSON", method.name),
                },
                hint: "check SLACK_API_URL, and whether a proxy or a sign-in page stands between; then run the command again".into(),
                retry: Retry::After(SignedDuration::from_mins(5)),
                auth: false,
            },
            Failure::Alone(why) => ConnectorError {
                what: what.into(),
                why,
                hint: "run the command again tomorrow; it is tried once a day".into(),
                retry: Retry::Never,
                auth: false,
            },
            Failure::Loop(method) => ConnectorError {
                what: what.into(),
                why: format!("the pages of {} go round in a circle", method.name),
                hint: "run the command again; what was read so far is kept".into(),
                retry: Retry::Never,
                auth: false,
            },
            Failure::Told(e) => e,
        }
    }
}

impl From<ConnectorError> for Failure {
    fn from(e: ConnectorError) -> Self {
        Failure::Told(e)
    }
}

/// A budget or token file that cannot be used.
pub(crate) fn port(e: PortError) -> ConnectorError {
    ConnectorError {
        what: "Slack".into(),
        why: e.to_string(),
        hint: "check that the folder `.sales` of the workspace can be written".into(),
        retry: Retry::Never,
        auth: false,
    }
}

fn transport(e: TransportError, what: &str) -> ConnectorError {
    let (hint, retry) = match &e {
        TransportError::Throttled { until, .. } => (
            format!("Slack limits this app; run the command again after {until}, it goes on where it stopped"),
            Retry::After(SignedDuration::from_mins(1)),
        ),
        TransportError::Unreachable { .. } => (
            "check the network, the proxy settings and SLACK_API_URL, then run the command again".into(),
            Retry::After(SignedDuration::from_mins(1)),
        ),
        TransportError::Status { status, .. } if *status >= 500 => (
            "Slack has trouble; see https://slack-status.com, then run the command again".into(),
            Retry::After(SignedDuration::from_mins(5)),
        ),
        TransportError::Status { .. } => ("check SLACK_API_URL".into(), Retry::Never),
        TransportError::TooLarge { .. } => ("check SLACK_API_URL: Slack's own answers are smaller".into(), Retry::Never),
        TransportError::Redirected { .. } => {
            ("set SLACK_API_URL to the address that answers itself; a proxy or a sign-in page may stand between".into(), Retry::Never)
        }
        TransportError::Refused { .. } => ("SLACK_API_URL must be an https address (plain http only on this machine)".into(), Retry::Never),
        TransportError::Budget(_) => ("check that the folder `.sales` of the workspace can be written".into(), Retry::Never),
    };
    ConnectorError { what: what.into(), why: e.to_string(), hint, retry, auth: false }
}

/// The class of each of Slack's error words and what to do about it.
fn from_word(method: Method, word: &str, needed: &str, what: &str) -> ConnectorError {
    let shown: String = word.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(60).collect();
    let (why, hint, retry, auth) = listed(method, word, &shown, needed).unwrap_or_else(|| {
        (
            format!("Slack refused {} with `{shown}`", method.name),
            format!("Slack's page on {} says what that means: https://docs.slack.dev/reference/methods/{}", method.name, method.name),
            Retry::Never,
            false,
        )
    });
    ConnectorError { what: what.into(), why, hint, retry, auth }
}

/// Why, what to do, whether to try again, whether it is about permission; `None` for words that no list of Slack's holds.
fn listed(method: Method, word: &str, shown: &str, needed: &str) -> Option<(String, String, Retry, bool)> {
    let needed: String = needed.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | ',')).take(120).collect();
    Some(match word {
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" => (
            match word {
                "not_authed" => "no token was sent".to_owned(),
                "account_inactive" => "the account behind the token was closed, or the app was removed".into(),
                "token_revoked" => "the token was revoked".into(),
                _ => "Slack does not know the token".into(),
            },
            "copy the token anew from your app's page (OAuth & Permissions) into SLACK_TOKEN; the README says how to make the app".into(),
            Retry::StopAccount,
            true,
        ),
        "token_expired" => (
            "the token has expired and could not be renewed".into(),
            "set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_REFRESH_TOKEN, or use a token without expiry in SLACK_TOKEN".into(),
            Retry::StopAccount,
            true,
        ),
        "missing_scope" | "no_permission" => {
            let scope = if needed.is_empty() { "a permission".to_owned() } else { format!("the scope `{needed}`") };
            (
                format!("the Slack app lacks {scope}"),
                format!("add {scope} under OAuth & Permissions on your app's page, reinstall the app, and run the command again"),
                Retry::Never,
                true,
            )
        }
        "not_allowed_token_type" => (
            format!("Slack does not allow {} with this kind of token", method.name),
            "for searching, put a user token (`xoxp-`) into SLACK_USER_TOKEN".into(),
            Retry::Never,
            true,
        ),
        "not_in_channel" => (
            "the app is not a member of the channel".into(),
            "type `/invite @` and the app's name in that channel, or put it under `ignore_channels` in workspace.toml".into(),
            Retry::Never,
            true,
        ),
        "channel_not_found" => (
            "Slack does not show the channel to this token: it was deleted, or it is private and the app is not in it".into(),
            "type `/invite @` and the app's name in that channel if it should be read, else put it under `ignore_channels` in workspace.toml"
                .into(),
            Retry::Never,
            true,
        ),
        "channel_is_limited_access" | "is_archived" => {
            (format!("the channel's settings forbid it ({shown})"), "ask the channel's owner or a Slack admin".into(), Retry::Never, true)
        }
        w if w.starts_with("restricted_action") => {
            (format!("a workspace setting forbids it ({shown})"), "ask a Slack admin to allow it for the app".into(), Retry::Never, true)
        }
        "ekm_access_denied"
        | "team_access_not_granted"
        | "org_login_required"
        | "access_denied"
        | "accesslimited"
        | "enterprise_is_restricted"
        | "team_added_to_org"
        | "two_factor_setup_required" => (
            format!("your company's Slack policy forbids it ({shown})"),
            "ask a Slack admin to approve the app for this workspace".into(),
            Retry::Never,
            true,
        ),
        "invalid_cursor" => ("Slack lost its place in a listing".into(), "run the command again".into(), Retry::RestartWindow, false),
        "ratelimited" | "rate_limited" => (
            "Slack limits this app".into(),
            "run the command again in a minute; it goes on where it stopped".into(),
            Retry::After(SignedDuration::from_mins(1)),
            false,
        ),
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" => (
            format!("Slack has trouble ({shown})"),
            "see https://slack-status.com, then run the command again".into(),
            Retry::After(SignedDuration::from_mins(5)),
            false,
        ),
        "thread_not_found" | "message_not_found" | "user_not_found" | "user_not_visible" | "bot_not_found" => {
            (format!("it is not there any more ({shown})"), "nothing to do: it was deleted".into(), Retry::Never, false)
        }
        "method_deprecated" | "deprecated_endpoint" | "unknown_method" => (
            format!("the server does not serve {} ({shown})", method.name),
            "check SLACK_API_URL, or update `sales`".into(),
            Retry::Never,
            false,
        ),
        _ => return None,
    })
}

/// A gap of Slack.
pub(crate) fn gap(kind: GapKind, text: impl Into<String>) -> Gap {
    Gap { source: Source::SLACK, kind, text: text.into() }
}

/// What to say about the slow regime.
pub(crate) fn slow_gap() -> Gap {
    gap(
        GapKind::Loading,
        "Slack: this app may read only 15 messages a minute, because it is distributed commercially and not in the Slack Marketplace; \
         make an internal app of your own from the README's manifest, put its token into SLACK_TOKEN and run `sales sync --full`",
    )
}

#[cfg(test)]
#[path = "errors_tests.rs"]
mod tests;
