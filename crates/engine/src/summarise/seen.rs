//! What there is of each source for one customer, and what is missing, as of now: for people who ask.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sales_model::{Coverage, CustomerId, Source};
use serde::Serialize;

use super::{
    coverage::with_digests,
    facts::UNITS,
    frame::{Frame, places_of},
};
use crate::{App, error::Result, project::Digest, units::source_of};

/// A source that was not read to its end for longer than this is stale.
const STALE: SignedDuration = SignedDuration::from_hours(24);

/// How a source stands for a customer at the moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceCoverage {
    /// What files say of it too.
    #[serde(flatten)]
    pub coverage: Coverage,
    /// When the oldest of the last successful reads of the streams concerned began.
    pub last_sync: Option<Timestamp>,
    /// That is longer ago than a day, or never was.
    pub stale: bool,
    /// Items that could not be read, each with its reason.
    pub unreadable_items: Vec<String>,
}

impl App {
    /// What there is of each source for a customer, and what is missing.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn coverage(&self, customer: &CustomerId) -> Result<Vec<SourceCoverage>> {
        let frame = Frame::load(self).await?;
        let places = places_of(self, customer);
        let all = with_digests(frame.coverage(self, customer, &places), &digests(self, customer).await?);
        let now = self.ports.timer.now();
        let shown = |mut coverage: Coverage| {
            let source = coverage.source.clone();
            let last_sync = frame.last_sync(self, &source, &places);
            let is_read = frame.is_read(&source, &places);
            for pending in &mut coverage.pending {
                pending.due = frame.due(&source, &pending.what, &places);
            }
            SourceCoverage {
                last_sync,
                stale: is_read && last_sync.is_none_or(|at| now.duration_since(at) > STALE),
                unreadable_items: frame.unreadable(&source, &places).cloned().collect(),
                coverage,
            }
        };
        Ok(all.into_iter().map(shown).collect())
    }
}

/// What the customer's units come to, without who spoke in them.
async fn digests(app: &App, customer: &CustomerId) -> Result<BTreeMap<Source, Digest>> {
    let mut all: BTreeMap<Source, Digest> = BTreeMap::new();
    let mut after = (String::new(), String::new());
    loop {
        let units = app.ports.store.findings(customer, (&after.0, &after.1), UNITS).await?;
        let Some(last) = units.last() else { return Ok(all) };
        after = (last.place.clone(), last.unit.clone());
        for unit in &units {
            let Some((source, digest)) = source_of(&unit.place).zip(serde_json::from_str::<Digest>(&unit.digest).ok()) else { continue };
            let sum = all.entry(source).or_default();
            sum.records += digest.records;
            sum.pending += digest.pending;
            sum.unavailable += digest.unavailable;
            sum.first = [sum.first, digest.first].into_iter().flatten().min();
            sum.last = sum.last.max(digest.last);
        }
    }
}
