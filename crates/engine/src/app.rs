//! The use cases behind one handle.

use std::sync::Arc;

use sales_ledger::{AuditEntry, Check};
use sales_mail::mime::Attachment;
use sales_model::{CustomerId, Links, Profile, RecordId};
use tokio_util::sync::CancellationToken;

use crate::{
    Account, AttachmentError, Attachments, Explanation, ImportReport, ImportSource, KeptCopy, Lesson, Ports, Preview, RebuildReport,
    Suggestion, SyncReport, SyncRequest, attachments,
    attribute::{Attributor, lesson, preview, suggestions},
    directory::Directory,
    error::Result,
    explain, import,
    project::{FilesLease, Projector, disk_error, keep_edits, settle},
    summarise::Summariser,
    sync,
};

/// Names of the checks of [`App::verify`] that concern files only; the others concern the ledger itself.
pub const FILE_CHECKS: [&str; 2] = ["files match the ledger", "contexts match the ledger"];

/// The use cases of one workspace. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub(crate) ports: Arc<Ports>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) kept: Arc<crate::forget::Kept>,
}

impl App {
    /// Loads what is known of people, places and owners, and brings attribution in line with the profiles as they are now.
    pub async fn open(ports: Ports) -> Result<Self> {
        let directory = Arc::new(Directory::load(&ports).await?);
        let app = App { ports: Arc::new(ports), directory, kept: Arc::default() };
        Box::pin(Attributor::new(&app).if_changed()).await?;
        Ok(app)
    }

    /// Pulls the accounts, writes files and contexts. Stops between two pages when `stop` is cancelled.
    pub async fn sync(&self, accounts: &[Account], request: &SyncRequest, stop: CancellationToken) -> Result<SyncReport> {
        Box::pin(sync::run(self, accounts, request, stop)).await
    }

    /// Reads an exported file through the same `process` as a sync.
    pub async fn import(&self, source: ImportSource, stop: CancellationToken) -> Result<ImportReport> {
        Box::pin(import::run(self, source, stop)).await
    }

    /// Writes whatever files and contexts are behind the ledger, after a change of profiles or an interrupted run.
    pub async fn refresh(&self) -> Result<SyncReport> {
        let mut report = SyncReport::default();
        self.write_files(None, &mut report).await?;
        report.review = self.ports.store.doubts().await?.len() as u64;
        Ok(report)
    }

    /// Brings files and contexts up to the ledger; with `only`, of contexts just those whose findings changed and that one's.
    pub(crate) async fn write_files(&self, only: Option<&CustomerId>, report: &mut SyncReport) -> Result<()> {
        let (projector, summariser) = (Projector::new(self)?, Summariser::new(self));
        if !projector.behind().await? && !summariser.behind(only).await? {
            return Ok(());
        }
        let lease = FilesLease::take(self).await?;
        let done = async {
            projector.drain(&lease, report).await?;
            summariser.drain(only, &lease, report).await
        }
        .await;
        lease.done(done).await
    }

    /// Brings all files and contexts up to the ledger under a lease that is held already; gives what was kept aside.
    pub(crate) async fn write_all(&self, lease: &FilesLease<'_>) -> Result<Vec<KeptCopy>> {
        let mut report = SyncReport::default();
        Projector::new(self)?.drain(lease, &mut report).await?;
        Summariser::new(self).drain(None, lease, &mut report).await?;
        Ok(report.edited)
    }

    /// Keeps aside what people edited in the program's files of customers who are about to become others, so that it goes along with what
    /// is their own.
    pub async fn keep_edits(&self, customers: &[CustomerId]) -> Result<Vec<KeptCopy>> {
        let mut report = SyncReport::default();
        let lease = FilesLease::take(self).await?;
        let done = async {
            settle(self).await?;
            for customer in customers {
                keep_edits(self, customer, &mut report).await?;
                Summariser::new(self).keep_edits(customer, &lease, &mut report).await?;
            }
            Ok(())
        }
        .await;
        lease.done(done).await?;
        Ok(report.edited)
    }

    /// Makes every file again from the ledger; files of the program that no longer belong, and what people edited, move aside.
    pub async fn rebuild(&self) -> Result<RebuildReport> {
        let mut report = SyncReport::default();
        let lease = FilesLease::take(self).await?;
        let done = async {
            let projector = Projector::new(self)?;
            let removed = projector.forget_hashes(&mut report).await?;
            self.ports.store.touch(None, &[]).await?;
            projector.drain(&lease, &mut report).await?;
            let customers = Summariser::new(self).all(&lease, &mut report).await?;
            Ok(RebuildReport { written: report.files, removed, customers, edited: std::mem::take(&mut report.edited) })
        }
        .await;
        lease.done(done).await
    }

    /// Makes one customer's context again; gives its text, and what was kept aside.
    pub async fn context(&self, customer: &CustomerId) -> Result<(String, Vec<KeptCopy>)> {
        let mut report = SyncReport::default();
        let lease = FilesLease::take(self).await?;
        let done = async {
            Projector::new(self)?.drain(&lease, &mut report).await?;
            Summariser::new(self).write(customer, &mut report).await
        }
        .await;
        Ok((lease.done(done).await?, report.edited))
    }

    /// Which customers a record belongs to, and why.
    pub async fn explain(&self, record: &RecordId) -> Result<Option<Explanation>> {
        explain::explain(self, record).await
    }

    /// The attachments of a mail, by their descriptions.
    pub async fn attachments(&self, record: &RecordId) -> std::result::Result<Attachments, AttachmentError> {
        attachments::list(self, record).await
    }

    /// What stands in one of a mail's attachments, by its position among [`Attachments::files`]. One of more than `most` bytes is not read.
    pub async fn attachment(&self, record: &RecordId, index: usize, most: u64) -> std::result::Result<Attachment, AttachmentError> {
        attachments::content(self, record, index, most).await
    }

    /// What would belong to others if the profiles were these; nothing is changed.
    pub async fn preview(&self, customers: Vec<(CustomerId, Profile)>) -> Result<Preview> {
        preview(self, customers, None).await
    }

    /// What would belong to others if this was who is whom; nothing is changed.
    pub async fn preview_links(&self, links: &Links) -> Result<Preview> {
        preview(self, self.directory.customers().to_vec(), Some(links)).await
    }

    /// Companies that may be customers, by the mail domains of people in what belongs to nobody.
    pub async fn suggestions(&self) -> Result<Vec<Suggestion>> {
        suggestions(self).await
    }

    /// By what a conversation would be known, for a decision that is to hold for others like it; `None` for an unknown record.
    pub async fn lesson(&self, record: &RecordId) -> Result<Option<Lesson>> {
        lesson(self, record).await
    }

    /// Copies of edited files in all customers' folders: paths from the workspace's root, sorted.
    pub async fn copies(&self) -> Result<Vec<String>> {
        let (disk, workspace) = (self.ports.disk.clone(), self.ports.workspace.clone());
        let found = tokio::task::spawn_blocking(move || {
            let all = workspace.all_copies(&*disk)?;
            let shown =
                |(customer, path): (CustomerId, String)| workspace.shown(&workspace.customer_dir(&customer).join(path)).into_owned();
            Ok::<_, sales_files::DiskError>(all.into_iter().map(shown).collect())
        });
        found.await?.map_err(|e| disk_error(&e))
    }

    /// Checks the ledger, and the files against it.
    pub async fn verify(&self) -> Result<Vec<Check>> {
        let mut checks = self.ports.store.verify().await?;
        let lease = FilesLease::take(self).await?;
        let done = async {
            let projector = Projector::new(self)?;
            let contexts = Summariser::new(self);
            Ok([projector.check().await?, projector.check_rendered(&lease).await?, contexts.check(&lease).await?])
        }
        .await;
        checks.extend(lease.done(done).await?);
        Ok(checks)
    }

    /// Appends to the audit log.
    pub async fn audit(&self, action: &str, detail: serde_json::Value) -> Result<()> {
        let entry = AuditEntry { at: self.ports.timer.now(), action: action.to_owned(), detail: detail.to_string() };
        Ok(self.ports.store.audit(entry).await?)
    }
}

impl App {
    /// The time zone of file dates.
    pub(crate) fn zone(&self) -> Result<jiff::tz::TimeZone> {
        let name = &self.ports.settings.timezone;
        jiff::tz::TimeZone::get(name).map_err(|_| crate::EngineError::Setting {
            what: format!("timezone = \"{name}\" in workspace.toml"),
            why: "it is not an IANA time zone such as `Europe/Berlin`".into(),
        })
    }
}
