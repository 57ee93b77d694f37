//! The contexts of customers: facts put together from findings, digests and gaps, then rendered and written where they changed.

mod facts;
mod frame;
mod gaps;
mod meetings;
mod names;
mod titles;

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use sales_files::{INSIGHTS, SUMMARY};
use sales_ledger::Check;
use sales_model::{ContentHash, CustomerId, Gap};

use crate::{
    App, Event, FILE_CHECKS, SyncReport,
    error::Result,
    project::{FilesLease, files_error},
};
use facts::Facts;

pub use titles::{SuggestedTitle, suggested_titles};

/// Makes contexts.
pub(crate) struct Summariser<'a> {
    app: &'a App,
}

/// A context made, and what stands in its files.
struct Made {
    summary: String,
    insights: String,
    old: [Option<Vec<u8>>; 2],
    paths: [PathBuf; 2],
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
            for (path, old, new) in made.files() {
                if old != Some(new.as_bytes()) {
                    check.problems.push(format!("{} is missing or was changed", self.app.ports.workspace.shown(path)));
                }
            }
            lease.renew().await?;
        }
        Ok(check)
    }

    async fn make(&self, customer: &CustomerId, frame: &frame::Frame) -> Result<Made> {
        let ports = &self.app.ports;
        let facts = Facts::load(self.app, customer, frame).await?;
        let dir = ports.workspace.customer_dir(customer);
        let paths = [dir.join(SUMMARY), dir.join(INSIGHTS)];
        let read = |path: &Path| ports.disk.read(path).map_err(|e| files_error(path, &e.to_string(), "check the file's permissions"));
        let old = [read(&paths[0])?, read(&paths[1])?];
        let mine = sales_insight::mine_blocks(&String::from_utf8_lossy(old[0].as_deref().unwrap_or_default()));
        let (summary, insights) = tokio::task::spawn_blocking(move || {
            let facts = facts.assemble();
            (sales_insight::compact_context(&facts, &mine), sales_insight::insights_json(&facts))
        })
        .await?;
        Ok(Made { summary, insights, old, paths })
    }

    async fn put(&self, customer: &CustomerId, frame: &frame::Frame, report: &mut SyncReport) -> Result<String> {
        let ports = &self.app.ports;
        let made = self.make(customer, frame).await?;
        ports.failpoints.hit("summary.made");
        let batch: Vec<(PathBuf, Cow<'_, [u8]>)> = made
            .files()
            .into_iter()
            .filter(|(_, old, new)| *old != Some(new.as_bytes()))
            .map(|(path, _, new)| (path.to_owned(), Cow::Borrowed(new.as_bytes())))
            .collect();
        if !batch.is_empty() {
            ports.disk.write_all(&batch).map_err(|e| crate::project::disk_error(&e))?;
        }
        ports.failpoints.hit("summary.written");
        ports.store.set(&format!("summary/{customer}"), &frame.mark(self.app, customer)).await?;
        ports.store.refreshed(customer).await?;
        ports.failpoints.hit("summary.recorded");
        ports.progress.event(Event::Context(customer));
        report.note_customer(customer);
        for name in batch.iter().filter_map(|(path, _)| path.file_name()?.to_str()) {
            report.note(customer, name);
        }
        Ok(made.summary)
    }
}

impl Made {
    /// Path, what stands there, and what is to stand there.
    fn files(&self) -> [(&Path, Option<&[u8]>, &str); 2] {
        let [summary, insights] = &self.paths;
        [(summary, self.old[0].as_deref(), &self.summary), (insights, self.old[1].as_deref(), &self.insights)]
    }
}

/// A short hash of what a context shows beside its findings.
fn mark_of(parts: &[String], gaps: &[Gap]) -> String {
    let text = serde_json::json!([parts, gaps, sales_insight::RULES]).to_string();
    format!("{:?}", ContentHash::of(text.as_bytes()))
}
