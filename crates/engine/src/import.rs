//! Exported files: the same `process`, attribution and files as a sync, without a vendor.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use sales_connectors::{Batch, Connector, Identity, Import, ImportBatch, ItemFailure};
use sales_ledger::{Committed, Ended, LeaseOutcome};
use sales_model::{AccountKey, Checkpoint, RawItem, RecordId, RecordState, StreamKey};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::{
    App, EngineError, SyncReport,
    attribute::{Attributor, attribute_conversations, attribute_page, bring_home},
    error::Result,
    forget::{keep_away, take_out},
    sync::{build, open, settle},
};

/// A file to import, opened by its connector.
pub struct ImportSource {
    /// The code for what is in it.
    pub connector: Arc<dyn Connector>,
    /// The account its items are noted under.
    pub account: AccountKey,
    /// Its name, for the ledger's list of failures and leases.
    pub name: String,
    /// The file.
    pub file: Box<dyn Import>,
}

/// What an import brought, or would bring.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportReport {
    /// What the file is: `Slack export`.
    pub format: String,
    /// What stands in it: (what, how many), in reading order.
    pub contents: Vec<(String, u64)>,
    /// What will not be brought, and why.
    pub notes: Vec<String>,
    /// Nothing was written.
    pub dry_run: bool,
    /// What changed in the ledger.
    pub records: Committed,
    /// Items that could not be read: (item, reason).
    pub unreadable: Vec<(String, String)>,
    /// Files and contexts written.
    pub written: SyncReport,
}

pub(crate) async fn run(app: &App, source: ImportSource, stop: CancellationToken) -> Result<ImportReport> {
    let ImportSource { connector, account, name, file } = source;
    let mut report = ImportReport::default();
    let key = StreamKey { account, stream: "import".into(), partition: name };
    let now = app.ports.timer.now();
    let ports = &app.ports;
    let ttl = jiff::SignedDuration::from_mins(5);
    let lease = match ports.store.lease(&key, &ports.owner, now, ttl, ports.alive).await? {
        LeaseOutcome::Leased(lease) => lease,
        LeaseOutcome::Busy(owner) => {
            return Err(EngineError::Worker(format!("process {} is importing a file of that name", owner.pid)));
        }
    };
    // Who we are there, if the account was ever read: our own program's posts are left out of an export too.
    let me = ports.store.get(&format!("identity/{}", key.account)).await?;
    let me: Arc<Option<Identity>> = Arc::new(me.and_then(|text| serde_json::from_str(&text).ok()));
    let undated = !file.told();
    let mut file = Some(file);
    while !stop.is_cancelled() {
        let Some(mut reader) = file.take() else { break };
        let (batch, reader) = tokio::task::spawn_blocking(move || (reader.next_batch(), reader)).await?;
        let Some(batch) = batch else { break };
        file = Some(reader);
        let batch = app.with_parts(batch, &HashMap::new()).await?;
        let (connector, directory, me) = (connector.clone(), app.directory.clone(), me.clone());
        let opener = connector.clone();
        let opened = tokio::task::spawn_blocking(move || open(as_step(batch), &*opener)).await?;
        let opened = keep_away(app, opened).await?;
        let opened = settle(app, opened, &*connector).await?;
        let opened = take_out(app, opened).await?;
        let mut page =
            tokio::task::spawn_blocking(move || build(opened, &*connector, me.as_ref().as_ref(), undated, &directory, now)).await?;
        attribute_page(app, &mut page.commit).await?;
        // An export holds whole conversations as of its day: what it lacks is found by a sync, not asked for because of it.
        page.commit.work.clear();
        page.commit.at = Some(ports.timer.now());
        report.unreadable.extend(page.commit.failures.iter().cloned());
        let outcome = ports.store.commit(&lease, page.commit).await?;
        attribute_conversations(app, &lease, &outcome.conversations).await?;
        let done = outcome.counts;
        ports.store.renew(&lease, ports.timer.now(), ttl).await?;
        report.records.new += done.new;
        report.records.changed += done.changed;
        report.records.parts += done.parts;
        report.records.unchanged += done.unchanged;
    }
    let ended = if stop.is_cancelled() { Ended::Paused } else { Ended::Finished(now) };
    ports.store.release(&lease, ended).await?;
    report.written.stopped = stop.is_cancelled();
    bring_home(app).await?;
    Attributor::new(app).all().await?;
    app.write_files(None, &mut report.written).await?;
    report.written.review = ports.store.doubts().await?.len() as u64;
    report.format = "import".into();
    Ok(report)
}

impl App {
    /// A part of a file with its items that another record dates, each with that record's time: one of `seen`, else of the ledger. Those
    /// whose record nobody knows are failures.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub async fn with_parts(&self, mut batch: ImportBatch, seen: &HashMap<RecordId, Timestamp>) -> Result<ImportBatch> {
        for (id, item) in std::mem::take(&mut batch.parts) {
            let at = match seen.get(&id) {
                Some(at) => Some(*at),
                None => {
                    let records = self.ports.store.record(&id).await?;
                    records.into_iter().map(|r| r.record).find(|r| r.id() == id && r.state == RecordState::Live).map(|r| r.at)
                }
            };
            match at {
                Some(at) => batch.items.push(RawItem { at: Some(at), ..item }),
                None => {
                    let reason = "nobody knows the call that it belongs to: import the call first, or pull it with `sales sync`";
                    batch.failures.push(ItemFailure::new(format!("the {} of {id}", item.kind), reason));
                }
            }
        }
        Ok(batch)
    }
}

/// A part of a file in the shape of a sync's step.
fn as_step(batch: ImportBatch) -> Batch {
    let step = Batch::empty(Checkpoint("{\"v\":1}".into()), true);
    Batch { items: batch.items, failures: batch.failures, ..step }
}
