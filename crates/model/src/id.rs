use std::{borrow::Cow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {what}: {reason}")]
pub struct IdError {
    /// The refused text, shortened.
    pub text: String,
    /// What it was meant to be.
    pub what: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Where records come from: `slack`, `gong`, `granola`, `email`, or a declared source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Source(Cow<'static, str>);

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::deserialize(deserializer).map(|name: Cow<'_, str>| Source::named(&name))
    }
}

impl Source {
    /// Slack.
    pub const SLACK: Source = Source(Cow::Borrowed("slack"));
    /// Gong.
    pub const GONG: Source = Source(Cow::Borrowed("gong"));
    /// Granola.
    pub const GRANOLA: Source = Source(Cow::Borrowed("granola"));
    /// No vendor: the workspace's own files, whose writing is leased like a stream.
    pub const FILES: Source = Source(Cow::Borrowed("files"));
    /// Email over any route.
    pub const EMAIL: Source = Source(Cow::Borrowed("email"));

    /// Of the known ones there is one text for all: each piece of evidence names its source.
    fn named(name: &str) -> Self {
        let known = [Source::SLACK, Source::GONG, Source::GRANOLA, Source::EMAIL, Source::FILES];
        known.into_iter().find(|s| s.0 == name).unwrap_or_else(|| Source(Cow::Owned(name.to_owned())))
    }

    /// The name, as it stands in paths and commands.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Source {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        check_slug(s, "source")?;
        Ok(Source::named(s))
    }
}

fn check_slug(s: &str, what: &'static str) -> Result<(), IdError> {
    let fail = |reason| Err(IdError { text: s.chars().take(60).collect(), what, reason });
    if s.is_empty() {
        return fail("it is empty");
    }
    if s.len() > 64 {
        return fail("it has more than 64 characters");
    }
    if !s.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
        return fail("only lower-case letters, digits and `_` may stand in it");
    }
    Ok(())
}

/// A customer's id: lower case ASCII with underscores, `acme_inc`; also the name of its folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerId(String);

impl CustomerId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CustomerId {
    type Error = IdError;

    fn try_from(s: String) -> Result<Self, IdError> {
        check_slug(&s, "customer id")?;
        Ok(CustomerId(s))
    }
}

impl From<CustomerId> for String {
    fn from(id: CustomerId) -> String {
        id.0
    }
}

impl FromStr for CustomerId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        CustomerId::try_from(s.to_owned())
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One credential at one vendor, by its name in `workspace.toml`; the plain variables are the account `default`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountKey {
    /// The vendor.
    pub source: Source,
    /// The account's name, `default` unless configured.
    pub name: String,
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.name)
    }
}

/// A record's id: the key of its place, a colon, the vendor's id there: `slack:C0123ABCD:1710493200.000100`.
///
/// It names no account and no team, so shared channels and exports agree on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub Arc<str>);

impl RecordId {
    /// Joins a place key (`slack:C0123ABCD`) and a vendor id.
    pub fn new(place: &str, native: &str) -> Self {
        RecordId(format!("{place}:{native}").into())
    }

    /// Splits into place key and vendor id at the last colon (of a mail at the first: colons may stand in a Message-ID); `None` without one.
    pub fn parts(&self) -> Option<(&str, &str)> {
        if self.0.starts_with("mail:") { self.0.split_once(':') } else { self.0.rsplit_once(':') }
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
