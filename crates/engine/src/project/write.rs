//! One batch of rendered units: what is to come is announced, then the files are written, then the ledger notes them and clears the marks.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use sales_ledger::{Announced, Dirty, FileEntry, Projected};
use sales_model::{ContentHash, CustomerId};
use tokio::task::JoinHandle;

use super::{disk_error, own, unit::Rendered};
use crate::{App, SyncReport, error::Result};

/// Units that may be written.
pub(super) struct Batch {
    marks: Vec<Dirty>,
    rendered: Vec<Rendered>,
    /// By customer and path: what may stand there and is the program's own.
    own: BTreeMap<(CustomerId, String), Vec<ContentHash>>,
}

/// Waits for a batch and adds what it wrote to the report.
pub(super) async fn join(batch: JoinHandle<Result<SyncReport>>, report: &mut SyncReport) -> Result<()> {
    report.join(&batch.await??);
    Ok(())
}

/// Notes what is about to be written; the batch before may be under way.
pub(super) async fn announce(app: &App, marks: &[Dirty], rendered: Vec<Rendered>) -> Result<Batch> {
    let mut files = Vec::new();
    for unit in &rendered {
        let changed = unit.changed().map(|(path, _, hash)| (path, Some(*hash)));
        for (path, hash) in changed.into_iter().chain(unit.gone.as_ref().map(|path| (path, None))) {
            files.push(Announced { customer: unit.customer.clone(), path: path.clone(), hash });
        }
    }
    let mut own = BTreeMap::new();
    if !files.is_empty() {
        let hashes = app.ports.store.announce(files.clone()).await?;
        own.extend(files.into_iter().zip(hashes).map(|(file, hashes)| ((file.customer, file.path), hashes)));
    }
    app.ports.failpoints.hit("project.announced");
    Ok(Batch { marks: marks.to_vec(), rendered, own })
}

/// Writes and removes files, and notes it in one transaction.
pub(super) async fn write(app: App, batch: Batch) -> Result<SyncReport> {
    let ports = app.ports.clone();
    let disk = ports.clone();
    let customers = app.directory.customers();
    let Batch { marks, rendered, own } = batch;
    let (rendered, report) = tokio::task::spawn_blocking(move || {
        let mut report = SyncReport::default();
        let none = Vec::new();
        let own_of = |customer: &CustomerId, path: &String| own.get(&(customer.clone(), path.clone())).unwrap_or(&none).as_slice();
        let mut files = Vec::new();
        let mut removals = Vec::new();
        for unit in &rendered {
            let dir = disk.workspace.customer_dir(&unit.customer);
            if let Some((path, bytes, _)) = unit.changed() {
                files.push(own::file(dir.join(path), Some(bytes), own_of(&unit.customer, path)));
                report.note(&unit.customer, path);
            }
            if let Some(path) = &unit.gone {
                removals.push(own::file(dir.join(path), None, own_of(&unit.customer, path)));
                report.note(&unit.customer, path);
            }
        }
        // Another unit may have taken over the name.
        let kept: BTreeSet<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
        files.extend(removals.into_iter().filter(|file| !kept.contains(&file.path)));
        if !files.is_empty() {
            own::put(&disk, &files, &mut report)?;
        }
        // Of a customer that is no more, nothing stays but what people put there.
        let gone: BTreeSet<_> = rendered.iter().filter(|u| u.gone.is_some()).map(|u| &u.customer).collect();
        for customer in gone.into_iter().filter(|c| !customers.iter().any(|(id, _)| id == *c)) {
            disk.workspace.remove_empty_folders(&*disk.disk, customer).map_err(|e| disk_error(&e))?;
        }
        drop(files);
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
