use std::fmt;

use serde::{Deserialize, Serialize};

use crate::AccountKey;

/// The unit of sync: a stream of an account, never a customer. Slack: `catalogue`, `history/<channel>`, `threads/<channel>`, `audit`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamKey {
    /// Whose credential.
    pub account: AccountKey,
    /// The stream's name, the connector's own word.
    pub stream: String,
    /// The part of it, often a vendor id; empty if the stream has one part.
    pub partition: String,
}

impl fmt::Display for StreamKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.account, self.stream)?;
        if !self.partition.is_empty() {
            write!(f, "/{}", self.partition)?;
        }
        Ok(())
    }
}

/// Where the next fetch of a stream starts: the connector's own JSON, opaque to everybody else, with a version inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(pub String);

/// One thing that a work-list stream still has to fetch (a Slack thread whose counters moved, a transcript that is not ready).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// The list's stream name (`threads`).
    pub stream: String,
    /// Its partition (`C0123`).
    pub partition: String,
    /// What to fetch (the thread's `ts`).
    pub item: String,
    /// The state seen that makes it due (`latest_reply|reply_count`): an equal marker already done means nothing to do.
    pub marker: String,
    /// Not before then; `None` for at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<jiff::Timestamp>,
    /// How often it was put off.
    #[serde(default)]
    pub tries: u32,
}

impl WorkItem {
    /// Work that is due at once.
    pub fn now(stream: impl Into<String>, partition: impl Into<String>, item: impl Into<String>, marker: impl Into<String>) -> Self {
        WorkItem { stream: stream.into(), partition: partition.into(), item: item.into(), marker: marker.into(), due: None, tries: 0 }
    }
}
