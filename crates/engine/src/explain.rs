//! Why a record stands where it stands.

use std::collections::BTreeSet;

use sales_model::{Attribution, CustomerId, Doubt, RecordId, RecordState, Scope};
use serde::Serialize;

use crate::{App, Audience, error::Result};

/// The answer of `sales match explain`.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The record.
    pub record: RecordId,
    /// Name of its place: `#yourcompany-acme-poc`.
    pub place: String,
    /// Whether it still stands at its vendor.
    pub state: RecordState,
    /// Attributions that reach it, with rule and reason.
    pub attributions: Vec<Attribution>,
    /// Customers whose files show it: not all of those whose conversation it is where it is a private branch.
    pub shown: BTreeSet<CustomerId>,
    /// Doubts about it.
    pub doubts: Vec<Doubt>,
    /// Files it stands in, from the workspace's root.
    pub files: Vec<String>,
}

pub(crate) async fn explain(app: &App, id: &RecordId) -> Result<Option<Explanation>> {
    let store = &app.ports.store;
    let Some(stored) = store.record(id).await?.into_iter().next() else { return Ok(None) };
    let record = stored.record;
    let reaches = |scope: &Scope| match scope {
        Scope::Place { place } => **place == *record.place,
        Scope::Thread { place, thread } => **place == *record.place && *thread == record.thread,
    };
    let attributions: Vec<_> = store.attributions().await?.into_iter().filter(|a| reaches(&a.scope)).collect();
    let doubts = store.doubts().await?.into_iter().filter(|d| reaches(&d.scope)).collect();
    let shown = Audience::new(app).of(&record).await?;
    let zone = app.zone()?;
    let day = crate::units::instant(&record.thread).filter(|_| crate::units::by_day(&record.place));
    let unit = day.map_or_else(|| record.thread.clone(), |at| zone.to_datetime(at).date().to_string());
    let mut files = Vec::new();
    for customer in &shown {
        let entries = store.files(Some(customer)).await?;
        let own = entries.into_iter().filter(|e| e.place == *record.place && e.unit == unit);
        files.extend(own.map(|e| format!("customers/profiles/{customer}/{}", e.path)));
    }
    let place = app.directory.read().places.get(&*record.place).map_or_else(
        || record.place.to_string(),
        |p| if crate::units::by_day(&record.place) { format!("#{}", p.name) } else { p.name.clone() },
    );
    Ok(Some(Explanation { record: id.clone(), place, state: record.state, attributions, shown, doubts, files }))
}
