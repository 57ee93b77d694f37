//! What a look brought, against what is stored.

use std::{collections::BTreeSet, sync::Arc};

use jiff::Timestamp;
use sales_connectors::{Batch, Connector, Identity};
use sales_ledger::Store;
use sales_model::{Detail, Record, RecordId, RecordState};

use super::SourceRecheck;
use crate::{
    App,
    error::Result,
    forget::{keep_away, take_out},
    sync::{build, open, settle},
};

/// What a batch means, without anything of it being stored.
#[derive(Default)]
pub(super) struct Meant {
    pub(super) records: Vec<Record>,
    /// Records that came and cannot be read, or must not be kept.
    pub(super) unread: BTreeSet<RecordId>,
}

/// Works a batch out as a sync does before it commits.
pub(super) async fn meant(app: &App, connector: &Arc<dyn Connector>, me: &Identity, batch: Batch) -> Result<Meant> {
    let opened = open(batch, &**connector);
    let opened = keep_away(app, opened).await?;
    let opened = settle(app, opened, &**connector).await?;
    let opened = take_out(app, opened).await?;
    let (connector, me, directory, now) = (connector.clone(), me.clone(), app.directory.clone(), app.ports.timer.now());
    let page = tokio::task::spawn_blocking(move || build(opened, &*connector, Some(&me), false, &directory, now)).await?;
    Ok(Meant {
        records: page.commit.records.into_iter().map(|r| r.record).filter(|r| !r.is_part()).collect(),
        unread: page.commit.unread.iter().map(|(place, native)| RecordId::new(place, native)).collect(),
    })
}

/// Notes how a record stands; `settled`: up to when the last sync brought everything.
pub(super) async fn note(store: &dyn Store, new: &Record, settled: Option<Timestamp>, out: &mut SourceRecheck) -> Result<()> {
    let stored = store.record(&new.id()).await?;
    let live = stored.first().filter(|s| s.record.state == RecordState::Live);
    match live {
        // What concerns nobody is known by its header.
        _ if new.partial || live.is_some_and(|s| s.record.partial) => {}
        Some(old) if says(&old.record) == says(new) && old.record.at == new.at => out.same += 1,
        Some(_) if new.state == RecordState::Live => out.changed.push(new.id()),
        Some(_) => out.gone.push(new.id()),
        None if new.state != RecordState::Live => {}
        None if settled.is_some_and(|at| new.at < at) => out.missing.push(new.id()),
        None => out.newer += 1,
    }
    Ok(())
}

/// All that a record says of itself. Labels stand beside mails, with their copies.
fn says(record: &Record) -> String {
    let mut record = record.clone();
    if let Some(Detail::Mail(mail)) = record.detail.as_deref_mut() {
        mail.labels.clear();
    }
    serde_json::to_string(&record).unwrap_or_default()
}
