use serde::{Deserialize, Serialize};

/// A label as `samples/email/account.json` tells of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Label {
    pub(crate) id: String,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: Kind,
}

/// Whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    System,
    User,
}

/// The labels that every mailbox has.
pub(crate) const SYSTEM: [&str; 15] = [
    "INBOX",
    "SENT",
    "DRAFT",
    "SPAM",
    "TRASH",
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    "CHAT",
    "CATEGORY_PERSONAL",
    "CATEGORY_SOCIAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
    "YELLOW_STAR",
];

/// Labels that the API neither adds nor takes away: "users … cannot apply or remove the `DRAFTS` or `SENT` labels".
pub(crate) const FIXED: [&str; 3] = ["SENT", "DRAFT", "CHAT"];

impl Label {
    pub(crate) fn system(id: &str) -> Label {
        Label { id: id.to_owned(), name: id.to_owned(), kind: Kind::System }
    }

    /// The name as search takes it: in lower case, with hyphens in place of spaces and slashes.
    pub(crate) fn searched(&self) -> String {
        searched(&self.name)
    }
}

pub(crate) fn searched(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' }).collect::<String>().to_lowercase()
}
