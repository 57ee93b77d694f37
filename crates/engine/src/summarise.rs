//! The contexts of customers: facts put together from findings, digests and gaps, then rendered and written where they changed.

mod blind;
mod coverage;
mod facts;
mod frame;
mod gaps;
mod keep;
mod meetings;
mod names;
mod people;
mod seen;
mod titles;
mod written;

use std::{
    borrow::Cow,
    io::{self, Write},
    path::{Path, PathBuf},
};

use sales_files::{Content, Disk, INSIGHTS, Kind, Own, OwnFile, SUMMARY};
use sales_ledger::Check;
use sales_model::{ContentHash, CustomerFacts, CustomerId, Gap};

use crate::{
    App, Event, FILE_CHECKS, Ports, SyncReport,
    error::Result,
    project::{FilesLease, changed, files_error, put},
};
use facts::Facts;
use written::Written;

/// An editor that saves between our reading and writing even once is rare.
const TRIES: usize = 20;

pub use seen::SourceCoverage;
pub use titles::{SuggestedTitle, suggested_titles};

/// Makes contexts.
pub(crate) struct Summariser<'a> {
    app: &'a App,
}

/// A context made: its summary, and the facts that its other file is written from.
struct Made {
    summary: String,
    /// The summary that stands there; nothing of it is read where something else than a file does.
    seen: Option<Vec<u8>>,
    /// What stands in the summary's place is not the program's outside of people's own blocks.
    edited: bool,
    facts: CustomerFacts,
    paths: [PathBuf; 2],
    /// Which of the files hold something else, or are not there.
    differ: [bool; 2],
    /// What may stand in the files and is the program's own, with what is about to be written.
    written: Written,
}

impl<'a> Summariser<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Summariser { app }
    }

    /// Whether any context is behind.
    pub(crate) async fn behind(&self, only: Option<&CustomerId>) -> Result<bool> {
        let frame = frame::Frame::load(self.app).await?;
        Ok(!self.due(&frame, only).await?.is_empty())
    }

    /// Customers with something new: findings, profile, names, gaps, or another day of "data through". With `only`, of the others just
    /// those whose findings changed.
    async fn due(&self, frame: &frame::Frame, only: Option<&CustomerId>) -> Result<Vec<CustomerId>> {
        let _busy = self.app.ports.timer.busy();
        let stale = self.app.ports.store.stale().await?;
        let mut due = Vec::new();
        for (customer, _) in self.app.directory.customers().iter() {
            let mark = frame.mark(self.app, customer);
            let unchanged = self.app.ports.store.get(&mark_name(customer)).await?.as_deref() == Some(mark.as_str());
            let asked = only.is_none_or(|c| c == customer);
            if stale.contains(customer) || (asked && !unchanged) {
                due.push(customer.clone());
            }
        }
        Ok(due)
    }

    /// Makes the contexts that are behind.
    pub(crate) async fn drain(&self, only: Option<&CustomerId>, lease: &FilesLease<'_>, report: &mut SyncReport) -> Result<()> {
        let frame = frame::Frame::load(self.app).await?;
        for customer in self.due(&frame, only).await? {
            self.put(&customer, &frame, report).await?;
            lease.renew().await?;
        }
        Ok(())
    }

    /// Makes all contexts; gives how many.
    pub(crate) async fn all(&self, lease: &FilesLease<'_>, report: &mut SyncReport) -> Result<u64> {
        let frame = frame::Frame::load(self.app).await?;
        let customers = self.app.directory.customers();
        for (customer, _) in customers.iter() {
            self.put(customer, &frame, report).await?;
            lease.renew().await?;
        }
        Ok(customers.len() as u64)
    }

    /// Makes one customer's context; gives the summary's text.
    pub(crate) async fn write(&self, customer: &CustomerId, report: &mut SyncReport) -> Result<String> {
        let frame = frame::Frame::load(self.app).await?;
        self.put(customer, &frame, report).await
    }

    /// Compares the contexts that are not behind with their files.
    pub(crate) async fn check(&self, lease: &FilesLease<'_>) -> Result<Check> {
        let mut check = Check { name: FILE_CHECKS[1], problems: Vec::new(), checked: 0 };
        let frame = frame::Frame::load(self.app).await?;
        let due = self.due(&frame, None).await?;
        for (customer, _) in self.app.directory.customers().iter().filter(|(id, _)| !due.contains(id)) {
            let made = self.make(customer, &frame).await?;
            check.checked += 1;
            for path in made.paths.iter().zip(made.differ).filter(|(_, differs)| *differs).map(|(path, _)| path) {
                let there = self.app.ports.disk.kind(path).is_ok_and(|kind| kind.is_some());
                check.problems.push(changed(&self.app.ports.workspace.shown(path), there));
            }
            lease.renew().await?;
        }
        Ok(check)
    }

    async fn make(&self, customer: &CustomerId, frame: &frame::Frame) -> Result<Made> {
        let written = Written::load(self.app, customer).await?;
        let facts = Facts::load(self.app, customer, frame).await?;
        let dir = self.app.ports.workspace.customer_dir(customer);
        let paths = [dir.join(SUMMARY), dir.join(INSIGHTS)];
        let ports = self.app.ports.clone();
        tokio::task::spawn_blocking(move || Made::new(&*ports.disk, facts.assemble(), paths, written)).await?
    }

    async fn put(&self, customer: &CustomerId, frame: &frame::Frame, report: &mut SyncReport) -> Result<String> {
        for _ in 0..TRIES {
            if let Some(summary) = self.try_put(customer, frame, report).await? {
                return Ok(summary);
            }
        }
        let path = self.app.ports.workspace.customer_dir(customer).join(SUMMARY);
        Err(files_error(&path, "another program writes it again and again", "find out what writes it, then type the same command again"))
    }

    /// Makes and writes a context; `None` if somebody wrote the summary since it was read.
    async fn try_put(&self, customer: &CustomerId, frame: &frame::Frame, report: &mut SyncReport) -> Result<Option<String>> {
        let ports = &self.app.ports;
        let made = self.make(customer, frame).await?;
        ports.failpoints.hit("summary.made");
        if made.differ.contains(&true) {
            let (name, value) = made.written.note(customer);
            ports.store.set(&name, &value).await?;
        }
        ports.failpoints.hit("summary.announced");
        let disk = ports.clone();
        let (made, done, part) = tokio::task::spawn_blocking(move || {
            let mut report = SyncReport::default();
            made.write(&disk, &mut report).map(|done| (made, done, report))
        })
        .await??;
        report.join(&part);
        if !done {
            return Ok(None);
        }
        ports.failpoints.hit("summary.written");
        let notes = [(mark_name(customer), frame.mark(self.app, customer)), made.written.settled().note(customer)];
        ports.store.refreshed(customer, &notes).await?;
        ports.failpoints.hit("summary.recorded");
        ports.progress.event(Event::Context(customer));
        report.note_customer(customer);
        for (name, _) in [SUMMARY, INSIGHTS].into_iter().zip(made.differ).filter(|(_, differs)| *differs) {
            report.note(customer, name);
        }
        Ok(Some(made.summary))
    }
}

impl Made {
    fn new(disk: &dyn Disk, facts: CustomerFacts, paths: [PathBuf; 2], written: Written) -> Result<Self> {
        let unread = |path: &Path, e: &io::Error| files_error(path, &e.to_string(), "check the file's permissions");
        let [summary_path, insights_path] = &paths;
        let kind = disk.kind(summary_path).map_err(|e| unread(summary_path, &e))?;
        let seen = match kind {
            Some(Kind::File) => disk.read(summary_path).map_err(|e| unread(summary_path, &e))?,
            _ => None,
        };
        let old = String::from_utf8_lossy(seen.as_deref().unwrap_or_default());
        let summary = sales_insight::compact_context(&facts, &sales_insight::mine_blocks(&old));
        let insights = |to: &mut dyn Write| sales_insight::write_insights(&facts, to);
        let insights = Content::Made(&insights);
        let holds = match disk.kind(insights_path) {
            // A link is somebody's, whatever it leads to.
            Ok(Some(Kind::Link)) => Ok(false),
            _ => disk.holds(insights_path, insights),
        };
        let holds = holds.map_err(|e| unread(insights_path, &e))?;
        let differ = [kind.is_some() != seen.is_some() || seen.as_deref() != Some(summary.as_bytes()), !holds];
        let hash = if differ[1] || written.is_unknown() { Some(insights.hash().map_err(|e| unread(insights_path, &e))?) } else { None };
        let other = kind.is_some() && seen.is_none();
        let written = written.with(&summary, hash);
        // What is no text would not be kept byte for byte in a person's own block.
        let edited = other || matches!(old, Cow::Owned(_)) || !written.is_own(&old);
        Ok(Made { summary, edited, facts, paths, differ, written, seen })
    }

    /// Writes the files that hold something else, together. `false` if somebody wrote the summary since it was read.
    fn write(&self, ports: &Ports, report: &mut SyncReport) -> Result<bool> {
        let insights = |to: &mut dyn Write| sales_insight::write_insights(&self.facts, to);
        let [summary_path, insights_path] = &self.paths;
        let own = if self.edited { Own::Hashes(&[]) } else { Own::Seen(self.seen.as_deref()) };
        let summary = OwnFile { path: summary_path.clone(), content: Some(Content::Whole(self.summary.as_bytes())), own };
        let own = Own::Hashes(&self.written.insights);
        let insights = OwnFile { path: insights_path.clone(), content: Some(Content::Made(&insights)), own };
        let files: Vec<_> =
            [summary, insights].into_iter().zip(self.differ).filter(|(_, differs)| *differs).map(|(file, _)| file).collect();
        if files.is_empty() { Ok(true) } else { put(ports, &files, report) }
    }
}

/// Name of the small value that says from what a customer's context was made.
fn mark_name(customer: &CustomerId) -> String {
    format!("summary/{customer}")
}

/// A short hash of what a context shows beside its findings.
fn mark_of(parts: &[String], gaps: &[Gap]) -> String {
    let text = serde_json::json!([parts, gaps, sales_insight::RULES]).to_string();
    format!("{:?}", ContentHash::of(text.as_bytes()))
}
