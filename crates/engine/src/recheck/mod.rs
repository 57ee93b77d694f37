//! A sample of what the ledger holds, asked for again at its source and compared. Changes nothing in the ledger.
//!
//! Each look goes through [`sales_connectors::Connector::fetch`] with a checkpoint that is thrown away: so it reads what a sync would
//! read, under the same limits, and what it means is worked out by the same code up to the commit, which never comes.

mod choose;
mod compare;
mod look;

use std::collections::BTreeMap;

use sales_model::{CustomerId, RecordId, Source};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{Account, App, error::Result};
use look::Look;

/// Which records to ask for again.
#[derive(Debug, Clone)]
pub struct RecheckRequest {
    /// Of one source alone.
    pub source: Option<Source>,
    /// Only what belongs to this customer.
    pub customer: Option<CustomerId>,
    /// At most so many of each source.
    pub sample: usize,
    /// The same ledger and the same number give the same sample.
    pub seed: u64,
}

/// A record that could not be asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unasked {
    /// The record.
    pub record: RecordId,
    /// Why.
    pub why: String,
}

/// What came of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct SourceRecheck {
    /// Records in the sample.
    pub sampled: u64,
    /// Records that are the same there, those beside the sample that came with it included.
    pub same: u64,
    /// Records that say something else there now, sorted.
    pub changed: Vec<RecordId>,
    /// Records of the sample that are not there any more, or not shown to us, sorted.
    pub gone: Vec<RecordId>,
    /// Records that stand there beside the sample, are older than the last sync, and are not stored here; sorted.
    pub missing: Vec<RecordId>,
    /// Records of the sample that nobody could be asked for, sorted.
    pub unasked: Vec<Unasked>,
    /// Records beside the sample that came after the last sync: the next one brings them.
    pub newer: u64,
    /// Requests it took.
    pub requests: u64,
}

impl SourceRecheck {
    /// Whether anything differs.
    pub fn differs(&self) -> bool {
        !(self.changed.is_empty() && self.gone.is_empty() && self.missing.is_empty())
    }
}

/// What came of all of them, by source.
pub type RecheckReport = BTreeMap<Source, SourceRecheck>;

impl App {
    /// Asks for a sample of records again and compares.
    ///
    /// # Errors
    /// The ledger cannot be read. What a source refuses is in the report.
    pub async fn recheck(&self, accounts: &[Account], request: &RecheckRequest, stop: CancellationToken) -> Result<RecheckReport> {
        let mut report = RecheckReport::new();
        let sample = choose::sample(self, request).await?;
        for (source, records) in &sample {
            report.entry(source.clone()).or_default().sampled = records.len() as u64;
        }
        let mut left: Vec<choose::Chosen> = Vec::new();
        for chosen in sample.into_values().flatten() {
            left.push(choose::with_copies(self, chosen).await?);
        }
        for account in accounts {
            let key = &account.cx.account;
            let (theirs, others): (Vec<_>, Vec<_>) = left.into_iter().partition(|c| c.is_of(key, accounts));
            left = others;
            if theirs.is_empty() {
                continue;
            }
            let out = report.entry(key.source.clone()).or_default();
            let before = account.cx.http.traffic().requests;
            match account.connector.authenticate(&account.cx).await {
                Ok(me) => Look::new(self, account, me).await?.at(&theirs, out, &stop).await?,
                Err(e) => out.unasked.extend(theirs.iter().map(|c| c.unasked(format!("{e}")))),
            }
            out.requests += account.cx.http.traffic().requests - before;
        }
        for chosen in left {
            let why = "no account is at hand that it could be asked of: it was imported, or its account is not set up any more";
            report.entry(chosen.source.clone()).or_default().unasked.push(chosen.unasked(why.to_owned()));
        }
        for out in report.values_mut() {
            [&mut out.changed, &mut out.gone, &mut out.missing].into_iter().for_each(|list| {
                list.sort();
                list.dedup();
            });
            out.unasked.sort();
        }
        Ok(report)
    }
}
