use std::collections::BTreeSet;

use crate::google::{MAIL, full_scope, short_scope};

/// Scopes of an operation, as the discovery document lists them, short.
pub(crate) type Scopes = &'static [&'static str];

/// Everything.
const FULL: &str = MAIL;

pub(crate) const PROFILE: Scopes = &[FULL, "gmail.compose", "gmail.metadata", "gmail.modify", "gmail.readonly"];
pub(crate) const READ: Scopes = &[FULL, "gmail.metadata", "gmail.modify", "gmail.readonly"];
pub(crate) const ATTACHMENT: Scopes = &[FULL, "gmail.modify", "gmail.readonly"];
pub(crate) const LABELS: Scopes = &[FULL, "gmail.labels", "gmail.metadata", "gmail.modify", "gmail.readonly"];
pub(crate) const LABELS_CHANGE: Scopes = &[FULL, "gmail.labels", "gmail.modify"];
pub(crate) const MODIFY: Scopes = &[FULL, "gmail.modify"];
pub(crate) const DELETE: Scopes = &[FULL];
pub(crate) const DRAFTS: Scopes = &[FULL, "gmail.compose", "gmail.modify", "gmail.readonly"];
pub(crate) const DRAFTS_CHANGE: Scopes = &[FULL, "gmail.compose", "gmail.modify"];
pub(crate) const SEND: Scopes = &[FULL, "gmail.compose", "gmail.modify", "gmail.send"];

/// What a request's token allows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grant(pub(crate) BTreeSet<String>);

impl Grant {
    pub(crate) fn any(&self, of: Scopes) -> bool {
        self.0.iter().any(|s| of.contains(&short_scope(s)))
    }

    /// Whether it is treated as one that may see no text. A token with `gmail.metadata` is, whatever else it has.
    pub(crate) fn restricted(&self) -> bool {
        self.0.contains(&full_scope("gmail.metadata"))
    }
}

/// All scopes, short, of which one would do.
pub(crate) fn needed(of: Scopes) -> String {
    of.iter().map(|s| full_scope(s)).collect::<Vec<_>>().join(" ")
}
