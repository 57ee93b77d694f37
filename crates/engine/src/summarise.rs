//! The contexts of customers: facts put together from findings, digests and gaps, then rendered and written where they changed.

mod facts;

use std::borrow::Cow;

use sales_model::{ContentHash, CustomerId, Gap};

use crate::{App, CustomerReport, Event, SyncReport, error::Result, project::files_error};
use facts::Facts;

/// Makes contexts.
pub(crate) struct Summariser<'a> {
    app: &'a App,
}

/// The summary's file name in the customer's folder.
const SUMMARY: &str = "context_summary.md";
/// The findings' file name.
const INSIGHTS: &str = "insights.json";

impl<'a> Summariser<'a> {
    pub(crate) fn new(app: &'a App) -> Result<Self> {
        Ok(Summariser { app })
    }

    /// Makes the contexts of customers with something new: findings, profile, gaps, or another day of "data through". With `only`, of
    /// the others just those whose findings changed.
    pub(crate) async fn drain(&self, only: Option<&CustomerId>, report: &mut SyncReport) -> Result<()> {
        let _busy = self.app.ports.timer.busy();
        let stale = self.app.ports.store.stale().await?;
        let frame = facts::Frame::load(self.app).await?;
        for (customer, _) in self.app.directory.customers.iter() {
            let mark = frame.mark(self.app, customer);
            let unchanged = self.app.ports.store.get(&format!("summary/{customer}")).await?.as_deref() == Some(mark.as_str());
            let asked = only.is_none_or(|c| c == customer);
            if stale.contains(customer) || (asked && !unchanged) {
                self.make(customer, &frame, report).await?;
            }
        }
        Ok(())
    }

    /// Makes all contexts; gives how many.
    pub(crate) async fn all(&self, report: &mut SyncReport) -> Result<u64> {
        let frame = facts::Frame::load(self.app).await?;
        for (customer, _) in self.app.directory.customers.iter() {
            self.make(customer, &frame, report).await?;
        }
        Ok(self.app.directory.customers.len() as u64)
    }

    /// Makes one customer's context; gives the summary's text.
    pub(crate) async fn write(&self, customer: &CustomerId, report: &mut SyncReport) -> Result<String> {
        let frame = facts::Frame::load(self.app).await?;
        self.make(customer, &frame, report).await
    }

    async fn make(&self, customer: &CustomerId, frame: &facts::Frame, report: &mut SyncReport) -> Result<String> {
        let ports = &self.app.ports;
        let facts = Facts::load(self.app, customer, frame).await?;
        let dir = ports.workspace.customer_dir(customer);
        let (summary_path, insights_path) = (dir.join(SUMMARY), dir.join(INSIGHTS));
        let read =
            |path: &std::path::Path| ports.disk.read(path).map_err(|e| files_error(path, &e.to_string(), "check the file's permissions"));
        let (old_summary, old_insights) = (read(&summary_path)?, read(&insights_path)?);
        let mine = sales_insight::mine_blocks(&String::from_utf8_lossy(old_summary.as_deref().unwrap_or_default()));
        let (summary, insights) = tokio::task::spawn_blocking(move || {
            let facts = facts.assemble();
            (sales_insight::compact_context(&facts, &mine), sales_insight::insights_json(&facts))
        })
        .await?;
        ports.failpoints.hit("summary.made");
        let mut batch = Vec::new();
        for (path, old, new) in [(summary_path, old_summary, &summary), (insights_path, old_insights, &insights)] {
            if old.as_deref() != Some(new.as_bytes()) {
                batch.push((path, Cow::Borrowed(new.as_bytes())));
            }
        }
        let written = batch.len() as u64;
        if written > 0 {
            ports.disk.write_all(&batch).map_err(|e| crate::project::disk_error(&e))?;
        }
        ports.failpoints.hit("summary.written");
        ports.store.set(&format!("summary/{customer}"), &frame.mark(self.app, customer)).await?;
        ports.store.refreshed(customer).await?;
        ports.failpoints.hit("summary.recorded");
        ports.progress.event(Event::Context(customer));
        note(report, customer, written);
        Ok(summary)
    }
}

/// Adds written files to a customer's line of the report.
pub(crate) fn note(report: &mut SyncReport, customer: &CustomerId, files: u64) {
    report.files += files;
    match report.customers.iter_mut().find(|c| c.customer == *customer) {
        Some(own) => own.files += files,
        None => report.customers.push(CustomerReport {
            customer: customer.clone(),
            files,
            context: format!("customers/profiles/{customer}/{SUMMARY}"),
        }),
    }
}

/// A short hash of what a context shows beside its findings.
fn mark_of(parts: &[String], gaps: &[Gap]) -> String {
    let text = serde_json::json!([parts, gaps, sales_insight::RULES]).to_string();
    format!("{:?}", ContentHash::of(text.as_bytes()))
}
