//! Files of the ledger: units with something new are rendered, read for insight, and written where the bytes changed.

mod digest;
mod plan;
mod unit;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::{SignedDuration, tz::TimeZone};
use sales_files::{DiskError, Paths};
use sales_ledger::{Check, Dirty, Ended, FileEntry, LeaseOutcome, Projected, StoreError};
use sales_model::{AccountKey, ContentHash, CustomerId, Source, StreamKey};

use crate::{App, EngineError, SyncReport, error::Result, summarise::note};
pub(crate) use digest::{Digest, Voice};
use unit::{Rendered, Renderer};

/// Units rendered and written together: enough to share the waiting for the disk, few enough to hold in memory.
const BATCH: usize = 400;

/// Writes files.
pub(crate) struct Projector<'a> {
    app: &'a App,
    zone: TimeZone,
    paths: Mutex<Option<Paths>>,
    renderer: Arc<Renderer>,
}

impl<'a> Projector<'a> {
    pub(crate) fn new(app: &'a App) -> Result<Self> {
        let zone = app.zone()?;
        let renderer = Arc::new(Renderer::new(app, zone.clone()));
        Ok(Projector { app, zone, paths: Mutex::new(None), renderer })
    }

    /// Writes everything that is behind.
    pub(crate) async fn drain(&self, report: &mut SyncReport) -> Result<()> {
        self.drain_some(None, report).await
    }

    /// Writes what is behind in one place.
    pub(crate) async fn drain_place(&self, place: &str, report: &mut SyncReport) -> Result<()> {
        self.drain_some(Some(place), report).await
    }

    /// One process at a time writes files: of two that render the same unit, the one with the older records might write last. In the
    /// middle of a run a busy holder is left to it; at the end of one (`place` is `None`) its turn is waited for.
    async fn drain_some(&self, place: Option<&str>, report: &mut SyncReport) -> Result<()> {
        let ports = &self.app.ports;
        if ports.store.dirty(place, 1).await?.is_empty() {
            return Ok(());
        }
        let account = AccountKey { source: Source::SLACK, name: "files".into() };
        let key = StreamKey { account, stream: "project".into(), partition: String::new() };
        let lease = loop {
            let now = ports.timer.now();
            match ports.store.lease(&key, &ports.owner, now, SignedDuration::from_mins(10), ports.alive).await? {
                LeaseOutcome::Leased(lease) => break lease,
                LeaseOutcome::Busy(_) if place.is_some() => return Ok(()),
                LeaseOutcome::Busy(_) => ports.timer.sleep_until(now.checked_add(SignedDuration::from_millis(50)).unwrap_or(now)).await,
            }
        };
        let done = self.rounds(place, report).await;
        match ports.store.release(&lease, Ended::Paused).await {
            Ok(()) | Err(StoreError::Fenced(_)) => done,
            Err(e) => done.and(Err(e.into())),
        }
    }

    async fn rounds(&self, place: Option<&str>, report: &mut SyncReport) -> Result<()> {
        loop {
            let marks = self.app.ports.store.dirty(place, BATCH).await?;
            if marks.is_empty() {
                return Ok(());
            }
            self.batch(marks, report).await?;
        }
    }

    async fn batch(&self, marks: Vec<Dirty>, report: &mut SyncReport) -> Result<()> {
        let ports = &self.app.ports;
        self.owners_now(&marks).await?;
        let rendered = self.render(&marks).await?;
        ports.failpoints.hit("project.rendered");
        let mut change = Projected { cleared: marks, ..Projected::default() };
        let mut writes: Vec<(PathBuf, Cow<'_, [u8]>)> = Vec::new();
        let mut removals = Vec::new();
        for unit in &rendered {
            let dir = ports.workspace.customer_dir(&unit.customer);
            if let Some((path, bytes, hash)) = &unit.file {
                if unit.written != Some(*hash) {
                    writes.push((dir.join(path), Cow::Borrowed(bytes)));
                    note(report, &unit.customer, 1);
                }
            } else if let Some(path) = &unit.gone {
                removals.push(dir.join(path));
                note(report, &unit.customer, 1);
            }
        }
        if !writes.is_empty() {
            ports.disk.write_all(&writes).map_err(|e| disk_error(&e))?;
        }
        if !removals.is_empty() {
            ports.disk.remove(&removals).map_err(|e| disk_error(&e))?;
        }
        drop(writes);
        ports.failpoints.hit("project.written");
        let mut stale = BTreeSet::new();
        for unit in rendered {
            stale.insert(unit.customer.clone());
            if let Some((path, _, hash)) = unit.file {
                let (customer, place, day) = (unit.customer.clone(), unit.findings.place.clone(), unit.findings.unit.clone());
                change.files.push(FileEntry { customer, place, unit: day, path, hash: Some(hash) });
            } else if let Some(path) = unit.gone {
                change.removed.push((unit.customer.clone(), path));
            }
            change.findings.push(unit.findings);
        }
        change.stale = stale.into_iter().collect();
        ports.store.projected(change).await?;
        ports.failpoints.hit("project.recorded");
        Ok(())
    }

    /// Owners as the ledger has them after the marks were read: another process may have decided them since this one looked. Whatever
    /// is decided later marks its units again, so clearing these marks loses nothing.
    async fn owners_now(&self, marks: &[Dirty]) -> Result<()> {
        let (store, directory) = (&self.app.ports.store, &self.app.directory);
        let strange = {
            let known = directory.read();
            marks.iter().any(|m| !known.places.contains_key(&*m.place))
        };
        if strange {
            return directory.reload(&**store).await;
        }
        directory.set_owners(store.attributions().await?);
        Ok(())
    }

    async fn render(&self, marks: &[Dirty]) -> Result<Vec<Rendered>> {
        let store = &self.app.ports.store;
        let days = plan::days(marks, &self.zone);
        let ranges: Vec<_> = days.iter().map(|d| d.range.clone()).collect();
        let records = store.read(&ranges).await?;
        let asked: Vec<Dirty> =
            days.iter().map(|d| Dirty { place: d.range.place.clone(), unit: Arc::from(d.date.to_string()), mark: 0 }).collect();
        let mut entries: BTreeMap<(String, String), Vec<FileEntry>> = BTreeMap::new();
        for entry in store.files_of(&asked).await? {
            entries.entry((entry.place.clone(), entry.unit.clone())).or_default().push(entry);
        }
        let jobs = plan::jobs(&self.app.directory, days, records, entries);
        self.give_paths().await?;
        let jobs = {
            let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
            let known = self.app.directory.read();
            let mut jobs = jobs;
            for job in &mut jobs {
                if let (Some(paths), Some(place)) = (paths.as_mut(), known.places.get(&*job.place)) {
                    job.path = Some(paths.give_slack(&job.customer, place, job.date));
                }
            }
            jobs
        };
        let renderer = self.renderer.clone();
        Ok(tokio::task::spawn_blocking(move || renderer.all(jobs)).await?)
    }

    /// Loads the path table, and tells it the places of each customer as they are now.
    async fn give_paths(&self) -> Result<()> {
        if self.paths.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            let mut paths = Paths::new();
            for entry in self.app.ports.store.files(None).await? {
                paths.note(&entry.customer, &entry.place, &entry.unit, &entry.path);
            }
            *self.paths.lock().unwrap_or_else(PoisonError::into_inner) = Some(paths);
        }
        let known = self.app.directory.read();
        let mut own: BTreeMap<CustomerId, Vec<_>> = BTreeMap::new();
        for place in known.places.values() {
            for customer in known.customers_of(&place.key) {
                own.entry(customer).or_default().push(place);
            }
        }
        if let Some(paths) = self.paths.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            for (customer, places) in own {
                paths.set_places(&customer, places);
            }
        }
        Ok(())
    }

    /// Looks at each file the ledger knows: those missing or different are forgotten so that they are written again, and files of the
    /// program that the ledger does not know are removed. Gives how many were removed.
    pub(crate) async fn forget_hashes(&self) -> Result<u64> {
        let found = self.compare().await?;
        let change = Projected { files: found.different, ..Projected::default() };
        self.app.ports.store.projected(change).await?;
        self.app.ports.disk.remove(&found.strange).map_err(|e| disk_error(&e))?;
        Ok(found.strange.len() as u64)
    }

    /// Compares the files with the ledger, for `sales verify`.
    pub(crate) async fn check(&self) -> Result<Check> {
        let found = self.compare().await?;
        let mut problems: Vec<String> =
            found.different.iter().map(|e| format!("customers/profiles/{}/{} is missing or was changed", e.customer, e.path)).collect();
        problems.extend(found.strange.iter().map(|p| format!("{} belongs to no record", self.app.ports.workspace.shown(p))));
        Ok(Check { name: "files match the ledger", problems, checked: found.checked })
    }

    async fn compare(&self) -> Result<Compared> {
        let entries = self.app.ports.store.files(None).await?;
        let ports = self.app.ports.clone();
        let work = move || {
            let mut out = Compared { checked: entries.len() as u64, ..Compared::default() };
            let mut known = BTreeSet::new();
            for mut entry in entries {
                let path = ports.workspace.customer_dir(&entry.customer).join(&entry.path);
                let content = ports.disk.read(&path).map_err(|e| files_error(&path, &e.to_string(), "check the file's permissions"))?;
                if entry.hash.is_some() && content.as_deref().map(ContentHash::of) != entry.hash {
                    entry.hash = None;
                    out.different.push(entry);
                }
                known.insert(path);
            }
            for (customer, _) in ports.customers.iter() {
                let dir = ports.workspace.customer_dir(customer).join("slack");
                let listed = ports.disk.list(&dir).map_err(|e| files_error(&dir, &e.to_string(), "check the folder's permissions"))?;
                out.strange.extend(
                    listed
                        .into_iter()
                        .map(|e| dir.join(e.name))
                        .filter(|p| p.extension().is_some_and(|x| x == "json") && !known.contains(p)),
                );
            }
            Ok(out)
        };
        tokio::task::spawn_blocking(work).await?
    }
}

#[derive(Default)]
struct Compared {
    different: Vec<FileEntry>,
    strange: Vec<PathBuf>,
    checked: u64,
}

/// An error of the file layer in this room's words.
pub(crate) fn disk_error(e: &DiskError) -> EngineError {
    EngineError::Files { what: e.path.display().to_string(), why: e.to_string(), hint: e.next() }
}

pub(crate) fn files_error(path: &Path, why: &str, hint: &str) -> EngineError {
    EngineError::Files { what: path.display().to_string(), why: why.to_owned(), hint: hint.to_owned() }
}
