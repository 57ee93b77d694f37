//! Files of the ledger: units with something new are rendered, read for insight, and written where the bytes changed.

mod compare;
mod digest;
mod inputs;
mod lease;
mod own;
mod plan;
mod unit;
mod write;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use jiff::tz::TimeZone;
use sales_files::{DiskError, NewPath, Paths};
use sales_ledger::{Dirty, FileEntry};
use sales_model::{CustomerId, Detail};

use crate::{
    App, EngineError, SyncReport,
    changes::FOLLOWED,
    error::Result,
    units::{MAIL, by_day},
};
pub(crate) use compare::changed;
pub(crate) use digest::{Digest, Held, Signed, Voice};
pub(crate) use inputs::Inputs;
pub(crate) use lease::FilesLease;
pub(crate) use own::{keep_edits, put, settle};
pub(crate) use unit::NAMELESS;
use unit::{Rendered, Renderer};

/// Units rendered and written together: enough to share the waiting for the disk, few enough to hold in memory.
const BATCH: usize = 100;
/// Marks looked up at once.
const MARKS: usize = 40 * BATCH;

/// Writes files.
pub(crate) struct Projector<'a> {
    app: &'a App,
    zone: TimeZone,
    /// With the change that the ledger had followed when they were loaded.
    paths: Mutex<Option<(Paths, Option<String>)>>,
    /// The turn of the lease in which `paths` was last right.
    turn: AtomicU64,
    /// What files show beside records was compared once in this run.
    compared: AtomicBool,
    renderer: Arc<Renderer>,
}

impl<'a> Projector<'a> {
    pub(crate) fn new(app: &'a App) -> Result<Self> {
        let zone = app.zone()?;
        let renderer = Arc::new(Renderer::new(app, zone.clone()));
        Ok(Projector { app, zone, paths: Mutex::new(None), turn: AtomicU64::new(0), compared: AtomicBool::new(false), renderer })
    }

    /// Writes what is behind in some places, in the middle of a run. While another process writes files it is left to the end.
    pub(crate) async fn drain_places(&self, places: &[String], report: &mut SyncReport) -> Result<()> {
        let marks = self.marks_of(places).await?;
        if marks.is_empty() {
            return Ok(());
        }
        let Some(lease) = FilesLease::try_take(self.app).await? else { return Ok(()) };
        let done = async {
            // Once is enough here: names that change later in the run are seen to at its end.
            if !self.compared.load(Ordering::Relaxed) {
                self.bring_up(&lease).await?;
            }
            // Again, as the lease's last holder left them.
            let marks = self.marks_of(places).await?;
            self.batches(&marks, &lease, report).await
        }
        .await;
        lease.done(done).await
    }

    async fn marks_of(&self, places: &[String]) -> Result<Vec<Dirty>> {
        let mut marks = Vec::new();
        for place in places {
            marks.extend(self.app.ports.store.dirty(Some(place), usize::MAX).await?);
        }
        Ok(marks)
    }

    /// Whether any file is behind the ledger, the profiles or the settings.
    pub(crate) async fn behind(&self) -> Result<bool> {
        if !self.app.ports.store.dirty(None, 1).await?.is_empty() {
            return Ok(true);
        }
        self.app.directory.catch_up(&self.app.ports).await?;
        Inputs::now(self.app).mark_outdated(self.app).await
    }

    /// Writes everything that is behind.
    pub(crate) async fn drain(&self, lease: &FilesLease<'_>, report: &mut SyncReport) -> Result<()> {
        self.bring_up(lease).await?;
        loop {
            let marks = self.app.ports.store.dirty(None, MARKS).await?;
            if marks.is_empty() {
                return Ok(());
            }
            self.batches(&marks, lease, report).await?;
        }
    }

    /// Takes in what other processes and the user changed since it was read, and what dead ones left, and marks what was made from something
    /// else.
    async fn bring_up(&self, lease: &FilesLease<'_>) -> Result<()> {
        own::settle(self.app).await?;
        self.app.directory.catch_up(&self.app.ports).await?;
        Inputs::now(self.app).mark_outdated(self.app).await?;
        self.renderer.forget();
        self.compared.store(true, Ordering::Relaxed);
        lease.renew().await
    }

    /// Renders and announces one batch while the one before it is being written.
    async fn batches(&self, marks: &[Dirty], lease: &FilesLease<'_>, report: &mut SyncReport) -> Result<()> {
        let mut writing = None;
        for marks in marks.chunks(BATCH) {
            let batch = self.batch(marks, lease).await;
            if let Some(earlier) = writing.take() {
                write::join(earlier, report).await?;
            }
            let batch = batch?;
            // Nothing fails between here and the waiting for what is written: it must not outlive the lease.
            lease.renew().await?;
            writing = Some(tokio::spawn(write::write(self.app.clone(), batch)));
        }
        match writing {
            Some(last) => write::join(last, report).await,
            None => Ok(()),
        }
    }

    async fn batch(&self, marks: &[Dirty], lease: &FilesLease<'_>) -> Result<write::Batch> {
        let rendered = self.rendered(marks, lease).await?;
        self.app.ports.failpoints.hit("project.rendered");
        write::announce(self.app, marks, rendered).await
    }

    async fn rendered(&self, marks: &[Dirty], lease: &FilesLease<'_>) -> Result<Vec<Rendered>> {
        self.owners_now(marks).await?;
        self.render(marks, lease.turn()).await
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
            self.renderer.forget();
            return directory.reload(&**store).await;
        }
        directory.set_owners(store.attributions().await?);
        Ok(())
    }

    async fn render(&self, marks: &[Dirty], turn: u64) -> Result<Vec<Rendered>> {
        let store = &self.app.ports.store;
        let units = plan::units(marks, &self.zone);
        let ranges: Vec<_> = units.iter().map(|u| u.range.clone()).collect();
        let records = store.read(&ranges).await?;
        let asked: Vec<Dirty> = units.iter().map(|u| Dirty { place: u.range.place.clone(), unit: u.name.clone(), mark: 0 }).collect();
        let mut entries: BTreeMap<(String, String), Vec<FileEntry>> = BTreeMap::new();
        for entry in store.files_of(&asked).await? {
            entries.entry((entry.place.clone(), entry.unit.clone())).or_default().push(entry);
        }
        let jobs = plan::jobs(&self.app.directory, units, records, entries, &self.zone);
        self.give_paths(turn).await?;
        let jobs = {
            let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
            let known = self.app.directory.read();
            let mut jobs = jobs;
            if let Some((paths, _)) = paths.as_mut() {
                jobs.iter().filter(|j| j.records.is_empty()).for_each(|j| paths.release(&j.customer, &j.place, &j.unit));
            }
            for job in &mut jobs {
                let Some((paths, _)) = paths.as_mut().filter(|_| !job.records.is_empty()) else { continue };
                job.path = give(paths, job, known.places.get(&*job.place));
            }
            jobs
        };
        let renderer = self.renderer.clone();
        Ok(tokio::task::spawn_blocking(move || renderer.all(jobs)).await?)
    }

    /// Loads the path table, and tells it the places of each customer as they are now.
    async fn give_paths(&self, turn: u64) -> Result<()> {
        // Whoever held the lease since may have given paths of its own.
        let known = self.turn.swap(turn, Ordering::Relaxed);
        let followed = self.app.ports.store.get(FOLLOWED).await?;
        let stale = self.paths.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_none_or(|(_, of)| *of != followed);
        if known != turn && known + 1 != turn || stale {
            let mut paths = Paths::new();
            for entry in self.app.ports.store.past_paths().await? {
                paths.recall(&entry.customer, &entry.place, &entry.unit, &entry.path);
            }
            for entry in self.app.ports.store.files(None).await? {
                paths.note(&entry.customer, &entry.place, &entry.unit, &entry.path);
            }
            *self.paths.lock().unwrap_or_else(PoisonError::into_inner) = Some((paths, followed));
        }
        let known = self.app.directory.read();
        let mut own: BTreeMap<CustomerId, Vec<_>> = BTreeMap::new();
        for place in known.places.values() {
            for customer in known.customers_of(&place.key) {
                own.entry(customer).or_default().push(place);
            }
        }
        if let Some((paths, _)) = self.paths.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            for (customer, places) in own {
                paths.set_places(&customer, places);
            }
        }
        Ok(())
    }
}

/// A path for a unit's file.
fn give(paths: &mut Paths, job: &plan::Job, place: Option<&sales_model::Place>) -> Option<String> {
    if by_day(&job.place) {
        return place.map(|place| paths.give_slack(&job.customer, place, job.date));
    }
    let oldest =
        job.records.iter().filter(|r| r.record.state == sales_model::RecordState::Live).min_by_key(|r| (r.record.at, &r.record.native));
    let first = job.records.iter().find(|r| r.record.is_first()).or(oldest);
    let (title, folder, ending) = first.into_iter().find_map(|r| match r.record.detail.as_deref()? {
        Detail::Call(call) => Some((call.title.as_str(), "gong", "json")),
        Detail::Note(note) => Some((note.title.as_str(), "granola", "md")),
        Detail::Mail(mail) => Some((sales_mail::thread::base_subject(&mail.subject), "email", "md")),
        Detail::Transcript(_) => None,
    })?;
    let id = format!("{}:{}", job.place, job.unit);
    let new = NewPath { place: &job.place, unit: &job.unit, folder, extension: ending, date: job.date, topic: title, id: &id };
    // Mailboxes are read from the newest mail on: what a thread begins with may come after its file was written.
    Some(if &*job.place == MAIL { paths.give_current(&job.customer, &new) } else { paths.give(&job.customer, &new) })
}

/// An error of the file layer in this room's words.
pub(crate) fn disk_error(e: &DiskError) -> EngineError {
    EngineError::Files { what: e.path.display().to_string(), why: e.to_string(), hint: e.next() }
}

pub(crate) fn files_error(path: &Path, why: &str, hint: &str) -> EngineError {
    EngineError::Files { what: path.display().to_string(), why: why.to_owned(), hint: hint.to_owned() }
}
