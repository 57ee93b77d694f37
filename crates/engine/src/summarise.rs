//! The contexts of customers: facts put together from findings, digests and gaps, then rendered and written where they changed.

mod blind;
mod coverage;
mod facts;
mod frame;
mod gaps;
mod meetings;
mod names;
mod seen;
mod titles;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use sales_files::{Content, Disk, INSIGHTS, SUMMARY};
use sales_ledger::Check;
use sales_model::{ContentHash, CustomerFacts, CustomerId, Gap};

use crate::{
    App, Event, FILE_CHECKS, SyncReport,
    error::Result,
    project::{FilesLease, files_error},
};
use facts::Facts;

pub use seen::SourceCoverage;
pub use titles::{SuggestedTitle, suggested_titles};

/// Makes contexts.
pub(crate) struct Summariser<'a> {
    app: &'a App,
}

/// A context made: its summary, and the facts that its other file is written from.
struct Made {
    summary: String,
    facts: CustomerFacts,
    paths: [PathBuf; 2],
    /// Which of the files hold something else, or are not there.
    differ: [bool; 2],
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
            let unchanged = self.app.ports.store.get(&format!("summary/{customer}")).await?.as_deref() == Some(mark.as_str());
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
                check.problems.push(format!("{} is missing or was changed", self.app.ports.workspace.shown(path)));
            }
            lease.renew().await?;
        }
        Ok(check)
    }

    async fn make(&self, customer: &CustomerId, frame: &frame::Frame) -> Result<Made> {
        let facts = Facts::load(self.app, customer, frame).await?;
        let dir = self.app.ports.workspace.customer_dir(customer);
        let paths = [dir.join(SUMMARY), dir.join(INSIGHTS)];
        let ports = self.app.ports.clone();
        tokio::task::spawn_blocking(move || {
            let unread = |path: &Path, e: &io::Error| files_error(path, &e.to_string(), "check the file's permissions");
            let facts = facts.assemble();
            let [summary_path, insights_path] = &paths;
            let old = ports.disk.read(summary_path).map_err(|e| unread(summary_path, &e))?;
            let mine = sales_insight::mine_blocks(&String::from_utf8_lossy(old.as_deref().unwrap_or_default()));
            let summary = sales_insight::compact_context(&facts, &mine);
            let insights = |to: &mut dyn Write| sales_insight::write_insights(&facts, to);
            let holds = ports.disk.holds(insights_path, Content::Made(&insights)).map_err(|e| unread(insights_path, &e))?;
            let differ = [old.as_deref() != Some(summary.as_bytes()), !holds];
            Ok(Made { summary, facts, paths, differ })
        })
        .await?
    }

    async fn put(&self, customer: &CustomerId, frame: &frame::Frame, report: &mut SyncReport) -> Result<String> {
        let ports = &self.app.ports;
        let made = self.make(customer, frame).await?;
        ports.failpoints.hit("summary.made");
        let disk = ports.clone();
        let made = tokio::task::spawn_blocking(move || made.write(&*disk.disk).map(|()| made)).await??;
        ports.failpoints.hit("summary.written");
        ports.store.set(&format!("summary/{customer}"), &frame.mark(self.app, customer)).await?;
        ports.store.refreshed(customer).await?;
        ports.failpoints.hit("summary.recorded");
        ports.progress.event(Event::Context(customer));
        report.note_customer(customer);
        for (name, _) in [SUMMARY, INSIGHTS].into_iter().zip(made.differ).filter(|(_, differs)| *differs) {
            report.note(customer, name);
        }
        Ok(made.summary)
    }
}

impl Made {
    /// Writes the files that hold something else, together.
    fn write(&self, disk: &dyn Disk) -> Result<()> {
        let insights = |to: &mut dyn Write| sales_insight::write_insights(&self.facts, to);
        let contents = [Content::Whole(self.summary.as_bytes()), Content::Made(&insights)];
        let all = self.paths.iter().zip(contents).zip(self.differ);
        let batch: Vec<_> = all.filter(|(_, differs)| *differs).map(|((path, content), _)| (path.clone(), content)).collect();
        if batch.is_empty() {
            return Ok(());
        }
        disk.write_contents(&batch).map_err(|e| crate::project::disk_error(&e))
    }
}

/// A short hash of what a context shows beside its findings.
fn mark_of(parts: &[String], gaps: &[Gap]) -> String {
    let text = serde_json::json!([parts, gaps, sales_insight::RULES]).to_string();
    format!("{:?}", ContentHash::of(text.as_bytes()))
}
