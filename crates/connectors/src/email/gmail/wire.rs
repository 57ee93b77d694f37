//! Gmail's objects, as far as they are read: the only file that knows their fields.
//!
//! Gmail writes 64-bit numbers as strings, and leaves out lists that are empty.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer};

/// A number that may be written as a string; anything else is none.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Any<'a> {
        Number(u64),
        #[serde(borrow)]
        Text(Cow<'a, str>),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Any::deserialize(deserializer)? {
        Any::Number(n) => Some(n),
        Any::Text(text) => text.trim().parse().ok(),
        Any::Other(_) => None,
    })
}

/// `users.getProfile`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Profile {
    /// The mailbox.
    #[serde(default)]
    pub(crate) email_address: String,
    /// Mails in it.
    #[serde(default, deserialize_with = "number")]
    pub(crate) messages_total: Option<u64>,
    /// Where its history stands.
    #[serde(default, deserialize_with = "number")]
    pub(crate) history_id: Option<u64>,
}

/// A mail, in any of its formats.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Message<'a> {
    pub(crate) id: String,
    pub(crate) thread_id: String,
    pub(crate) label_ids: Option<Vec<String>>,
    /// Milliseconds since 1970, when Gmail received it.
    #[serde(deserialize_with = "number")]
    pub(crate) internal_date: Option<u64>,
    #[serde(deserialize_with = "number")]
    pub(crate) size_estimate: Option<u64>,
    /// The whole mail in base64url.
    #[serde(borrow)]
    pub(crate) raw: Option<Cow<'a, str>>,
    pub(crate) payload: Option<Payload>,
}

/// The head of a parsed mail.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Payload {
    pub(crate) headers: Vec<Header>,
}

/// A header line.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Header {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// `messages.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Page {
    pub(crate) messages: Vec<Entry>,
    pub(crate) next_page_token: Option<String>,
}

/// A mail in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) thread_id: String,
}

/// `threads.get` with `format=minimal`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Thread<'a> {
    #[serde(borrow)]
    pub(crate) messages: Vec<Message<'a>>,
}

/// `history.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Changes {
    pub(crate) history: Vec<Change>,
    pub(crate) next_page_token: Option<String>,
    #[serde(deserialize_with = "number")]
    pub(crate) history_id: Option<u64>,
}

/// What happened at one point of the history.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Change {
    pub(crate) messages_added: Vec<Touched>,
    pub(crate) messages_deleted: Vec<Touched>,
    pub(crate) labels_added: Vec<Touched>,
    pub(crate) labels_removed: Vec<Touched>,
}

/// A mail that a change is about.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Touched {
    pub(crate) message: Known,
    /// Labels that were added or removed.
    pub(crate) label_ids: Vec<String>,
}

/// A mail as the history shows it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Known {
    pub(crate) id: String,
    /// Its labels; `None` where it does not say.
    pub(crate) label_ids: Option<Vec<String>>,
}

/// `labels.list`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Labels {
    pub(crate) labels: Vec<Label>,
}

/// A label.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// An error, in any of Google's shapes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Refusal {
    pub(crate) error: Problem,
}

/// What it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Problem {
    pub(crate) message: String,
    /// `RESOURCE_EXHAUSTED`.
    pub(crate) status: String,
    /// The older shape.
    pub(crate) errors: Vec<Reason>,
    /// The newer one: several kinds of object, of which some have a reason.
    pub(crate) details: Vec<Reason>,
}

/// `rateLimitExceeded`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    pub(crate) reason: String,
}

/// The answer of the sign-in.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Token {
    pub(crate) access_token: String,
    #[serde(deserialize_with = "number")]
    pub(crate) expires_in: Option<u64>,
    pub(crate) refresh_token: Option<String>,
    pub(crate) scope: Option<String>,
}

/// Its refusal (RFC 6749, 5.2).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TokenRefusal {
    pub(crate) error: String,
    pub(crate) error_description: String,
}
