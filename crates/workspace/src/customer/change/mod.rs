//! A journal of what commands change in people's files: profiles, notes, own blocks. A change is written down before anything is touched,
//! so that one that was interrupted is finished by the next command, and any of them can be taken back.

mod apply;
mod edits;
mod error;
mod file;
mod forget;
mod journal;
mod undo;

use std::{fmt, num::ParseIntError, str::FromStr};

use jiff::Timestamp;
use sales_model::CustomerId;
use serde::{Deserialize, Serialize};

pub use self::{error::ChangeError, file::FileChange, undo::undone};

/// A change's number: 1, 2, 3, ... in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChangeId(u64);

impl ChangeId {
    /// The number itself.
    pub fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ChangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ChangeId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(ChangeId)
    }
}

/// What is to be done to people's files; made in whole or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The command, in words that follow on "sales": `customer merge globex acme_inc`.
    pub command: String,
    /// The change that it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<ChangeId>,
    /// In the order in which it is done. No file is in two of them.
    pub files: Vec<FileChange>,
    /// Whose records may become whose: (from, to).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carries: Vec<(CustomerId, CustomerId)>,
}

/// A change that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its number.
    pub id: ChangeId,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub plan: Plan,
}

impl Change {
    /// The customers in whose folders it changes something, sorted.
    pub fn customers(&self) -> Vec<&CustomerId> {
        let mut ids: Vec<&CustomerId> = self.plan.files.iter().flat_map(FileChange::customers).collect();
        ids.sort();
        ids.dedup();
        ids
    }
}
