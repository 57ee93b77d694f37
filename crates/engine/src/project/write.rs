//! One batch of rendered units: files first, then the ledger's note of them, which clears the marks.

use std::{borrow::Cow, collections::BTreeSet, path::PathBuf};

use sales_ledger::{Dirty, FileEntry, Projected};
use tokio::task::JoinHandle;

use super::{disk_error, unit::Rendered};
use crate::{App, SyncReport, error::Result};

/// Waits for a batch and adds what it wrote to the report.
pub(super) async fn join(batch: JoinHandle<Result<SyncReport>>, report: &mut SyncReport) -> Result<()> {
    report.join(&batch.await??);
    Ok(())
}

/// Writes and removes files, and notes it in one transaction.
pub(super) async fn batch(app: App, marks: Vec<Dirty>, rendered: Vec<Rendered>) -> Result<SyncReport> {
    let ports = app.ports.clone();
    let disk = ports.clone();
    let customers = app.directory.customers();
    let (rendered, report) = tokio::task::spawn_blocking(move || {
        let mut report = SyncReport::default();
        let mut writes: Vec<(PathBuf, Cow<'_, [u8]>)> = Vec::new();
        let mut removals = Vec::new();
        for unit in &rendered {
            let dir = disk.workspace.customer_dir(&unit.customer);
            if let Some((path, bytes, hash)) = &unit.file
                && (unit.gone.is_some() || unit.written != Some(*hash))
            {
                writes.push((dir.join(path), Cow::Borrowed(bytes)));
                report.note(&unit.customer, path);
            }
            if let Some(path) = &unit.gone {
                removals.push(dir.join(path));
                report.note(&unit.customer, path);
            }
        }
        // Another unit may have taken over the name.
        let kept: BTreeSet<&PathBuf> = writes.iter().map(|(path, _)| path).collect();
        removals.retain(|path| !kept.contains(path));
        if !writes.is_empty() {
            disk.disk.write_all(&writes).map_err(|e| disk_error(&e))?;
        }
        if !removals.is_empty() {
            disk.disk.remove(&removals).map_err(|e| disk_error(&e))?;
            // Of a customer that is no more, nothing stays but what people put there.
            let gone: BTreeSet<_> = rendered.iter().filter(|u| u.gone.is_some()).map(|u| &u.customer).collect();
            for customer in gone.into_iter().filter(|c| !customers.iter().any(|(id, _)| id == *c)) {
                disk.workspace.remove_empty_folders(&*disk.disk, customer).map_err(|e| disk_error(&e))?;
            }
        }
        drop(writes);
        Ok::<_, crate::EngineError>((rendered, report))
    })
    .await??;
    ports.failpoints.hit("project.written");
    let mut change = Projected { cleared: marks, ..Projected::default() };
    let mut stale = BTreeSet::new();
    for unit in rendered {
        stale.insert(unit.customer.clone());
        if let Some((path, _, hash)) = unit.file {
            let (customer, place, day) = (unit.customer.clone(), unit.findings.place.clone(), unit.findings.unit.clone());
            change.files.push(FileEntry { customer, place, unit: day, path, hash: Some(hash) });
        }
        if let Some(path) = unit.gone {
            change.removed.push((unit.customer.clone(), path));
        }
        change.findings.push(unit.findings);
    }
    change.stale = stale.into_iter().collect();
    ports.store.projected(change).await?;
    ports.failpoints.hit("project.recorded");
    Ok(report)
}
