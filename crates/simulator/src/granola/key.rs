use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

use super::User;

/// Who made a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// A member, for what that member sees.
    Personal,
    /// An admin, for the whole workspace: never anybody's personal notes.
    Workspace,
}

/// What a key gives access to; chosen when it is made, and editable. No request parameter widens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The owner's own notes, and what was shared with the owner.
    Personal,
    /// Notes that the whole workspace sees.
    Public,
}

/// An API key of the world.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The secret text, `grn_...`.
    pub key: String,
    /// Whose it is.
    pub owner: User,
    /// Personal or of the workspace.
    pub kind: KeyKind,
    /// What it gives access to.
    pub scopes: BTreeSet<Scope>,
    /// Revoked: 401 from now on.
    #[serde(default)]
    pub revoked: bool,
    /// Transcripts are given out; an admin of an enterprise may forbid it.
    #[serde(default = "allowed")]
    pub transcripts: bool,
}

fn allowed() -> bool {
    true
}

impl Key {
    /// A personal key with both scopes.
    pub fn personal(key: &str, owner: User) -> Self {
        let scopes = BTreeSet::from([Scope::Personal, Scope::Public]);
        Key { key: key.to_owned(), owner, kind: KeyKind::Personal, scopes, revoked: false, transcripts: true }
    }

    /// A key of the workspace.
    pub fn workspace(key: &str, owner: User) -> Self {
        Key { kind: KeyKind::Workspace, scopes: BTreeSet::from([Scope::Public]), ..Key::personal(key, owner) }
    }

    /// The same with other scopes.
    pub fn with_scopes(mut self, scopes: &[Scope]) -> Self {
        self.scopes = scopes.iter().copied().collect();
        self
    }

    /// Whose budget it uses and whose cursors it may use: limits hold per user, or per workspace, depending on the key.
    pub(super) fn identity(&self) -> String {
        match self.kind {
            KeyKind::Personal => format!("user {}", self.owner.email.to_lowercase()),
            KeyKind::Workspace => "workspace".to_owned(),
        }
    }

    /// The member for whom it acts, if it gives access to personal notes.
    pub(super) fn member(&self) -> Option<&str> {
        (self.kind == KeyKind::Personal && self.scopes.contains(&Scope::Personal)).then_some(&*self.owner.email)
    }

    /// Whether this member's private notes are its owner's.
    pub(super) fn owns(&self, owner: &User) -> bool {
        self.kind == KeyKind::Personal && same(&self.owner.email, &owner.email)
    }
}

/// Whether two addresses are one.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Never shows the secret.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("owner", &self.owner.email)
            .field("kind", &self.kind)
            .field("scopes", &self.scopes)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}
