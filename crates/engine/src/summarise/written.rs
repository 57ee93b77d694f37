//! What the program wrote into a customer's context, as the ledger notes it before it does: anything else there is somebody's.

use sales_ledger::WRITTEN;
use sales_model::{ContentHash, CustomerId, outside_mine};
use serde::{Deserialize, Serialize};

use crate::{App, error::Result};

/// Hashes of what may stand in the files and is the program's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Written {
    /// Of what stands outside of people's own blocks.
    summary: Vec<ContentHash>,
    pub(super) insights: Vec<ContentHash>,
    /// Written by a version that noted nothing: whatever stands there is taken for the program's.
    #[serde(skip)]
    unknown: bool,
}

impl Written {
    pub(super) async fn load(app: &App, customer: &CustomerId) -> Result<Self> {
        let store = &app.ports.store;
        if let Some(noted) = store.get(&name(customer)).await? {
            return Ok(serde_json::from_str(&noted).unwrap_or_default());
        }
        let unknown = store.get(&super::mark_name(customer)).await?.is_some();
        Ok(Written { unknown, ..Written::default() })
    }

    /// The note, to be kept as a small value.
    pub(super) fn note(&self, customer: &CustomerId) -> (String, String) {
        (name(customer), serde_json::to_string(self).unwrap_or_default())
    }

    /// Whether nothing was noted yet.
    pub(super) fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// Whether a summary is as the program wrote it, outside of people's own blocks.
    pub(super) fn is_own(&self, summary: &str) -> bool {
        let outside = outside_mine(summary);
        self.unknown || outside.is_empty() || self.summary.contains(&hash_of(&outside))
    }

    /// This too, which is about to be written.
    pub(super) fn with(mut self, summary: &str, insights: Option<ContentHash>) -> Self {
        let summary = hash_of(&outside_mine(summary));
        self.summary.retain(|hash| *hash != summary);
        self.summary.push(summary);
        if let Some(insights) = insights {
            self.insights.retain(|hash| *hash != insights);
            self.insights.push(insights);
        }
        self
    }

    /// Only what stands there now: the last of each.
    pub(super) fn settled(mut self) -> Self {
        self.summary.drain(..self.summary.len().saturating_sub(1));
        self.insights.drain(..self.insights.len().saturating_sub(1));
        self
    }
}

fn name(customer: &CustomerId) -> String {
    format!("{WRITTEN}{customer}")
}

fn hash_of(outside: &str) -> ContentHash {
    ContentHash::of(outside.as_bytes())
}
