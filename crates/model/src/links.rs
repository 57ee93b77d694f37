//! Who is whom: what one person is known by, and what the user says of that.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::IdError;

/// What one source, or the user, calls somebody: a mail address, an account at a vendor, or a name in one record.
///
/// As text: `jo@acme.dev`, `slack:U0123`, `gong:2345`, and `gong:7782342274025937895#Jo Miller` for somebody of whom that call tells no more
/// than a name. The same name in another record is another identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity(String);

impl Identity {
    /// Of the key of a [`crate::Person`]; those of mail name the address.
    pub fn of_key(key: &str) -> Self {
        match key.strip_prefix("mail:") {
            Some(address) => Identity::of_address(address),
            None => Identity(key.to_owned()),
        }
    }

    /// Of a mail address.
    pub fn of_address(address: &str) -> Self {
        Identity(address.trim().to_lowercase())
    }

    /// Of somebody who is only a name in a call or note. `record`: `gong:7782342274025937895`.
    pub fn of_guest(record: &str, name: &str) -> Self {
        Identity(format!("{record}#{}", name.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The mail address, if it is one.
    pub fn address(&self) -> Option<&str> {
        let one = self.0.contains('@') && !self.0.contains([':', '#']);
        one.then_some(self.0.as_str())
    }

    /// Record and name, if it is no more than a name.
    pub fn guest(&self) -> Option<(&str, &str)> {
        self.0.split_once('#')
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> Self {
        identity.0
    }
}

impl TryFrom<String> for Identity {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl FromStr for Identity {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let fail = |reason| Err(IdError { text: text.chars().take(60).collect(), what: "person's address or id", reason });
        if text.chars().any(char::is_control) || text.len() > 320 {
            return fail("it has control characters, or more than 320 bytes");
        }
        let is_id = |id: &str| id.split_once(':').is_some_and(|(source, rest)| is_source(source) && is_word(rest));
        if let Some((record, name)) = text.split_once('#') {
            let name_is = name.chars().any(char::is_alphanumeric);
            return if is_id(record) && name_is { Ok(Identity::of_guest(record, name)) } else { fail("it is no name in a record") };
        }
        let text = text.strip_prefix("mail:").unwrap_or(text);
        if is_address(text) {
            return Ok(Identity::of_address(text));
        }
        if is_id(text) { Ok(Identity(text.to_owned())) } else { fail("it is neither `name@company.example` nor `slack:U0123`") }
    }
}

fn is_source(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace)
}

fn is_address(text: &str) -> bool {
    !text.contains(':') && is_word(text) && text.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// Who said something of people, when and why.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Told {
    /// Why it is so.
    #[serde(default)]
    pub reason: String,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When, as it is written: `2026-03-15T09:30:00Z`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
}

/// These are one person.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Same {
    /// Two or more.
    pub who: Vec<Identity>,
    /// Who says so.
    #[serde(flatten)]
    pub told: Told,
}

/// One is not the person that others are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Apart {
    /// Which.
    pub who: Identity,
    /// Which others.
    pub from: Vec<Identity>,
    /// Who says so.
    #[serde(flatten)]
    pub told: Told,
}

/// What the user says of who is whom (`customers/people.toml`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// Who is one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub same: Vec<Same>,
    /// Who is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<Apart>,
}

impl Links {
    /// Nothing is said.
    pub fn is_empty(&self) -> bool {
        self.same.is_empty() && self.apart.is_empty()
    }

    /// All that are named, some several times.
    pub fn named(&self) -> impl Iterator<Item = &Identity> {
        let same = self.same.iter().flat_map(|s| &s.who);
        same.chain(self.apart.iter().flat_map(|a| std::iter::once(&a.who).chain(&a.from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_have_one_form() {
        let form = |text: &str| text.parse::<Identity>().map(String::from).ok();
        for (text, expected) in [
            (" Jo@Acme.DEV ", "jo@acme.dev"),
            ("mail:jo@acme.dev", "jo@acme.dev"),
            ("slack:U0123", "slack:U0123"),
            ("gong:778#Jo   Miller", "gong:778#Jo Miller"),
            ("granola:not_1# Zoë", "granola:not_1#Zoë"),
        ] {
            assert_eq!(form(text).as_deref(), Some(expected));
        }
        for bad in
            ["", "Jo Miller", "@acme.dev", "jo@", "slack:", "Slack:U1", "gong:778#", "gong:778#--", "778#Jo", "jo@acme.dev\u{7}", "a b@c.d"]
        {
            assert_eq!(form(bad), None, "{bad}");
        }
        assert_eq!(Identity::of_key("mail:Jo@acme.dev").address(), Some("jo@acme.dev"));
        let guest = Identity::of_guest("gong:778", "jo@acme.dev");
        assert_eq!((guest.address(), guest.guest()), (None, Some(("gong:778", "jo@acme.dev"))));
    }
}
