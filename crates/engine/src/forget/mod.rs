//! Forgetting customers and people: out of the ledger in one transaction, then out of the files, then out of the bytes. What is
//! interrupted is completed by asking again.

mod customer;
mod incoming;
mod mask;
mod person;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use sales_files::{ForgetLinks, Gone};
use sales_ledger::{ERASURES, Erased, Suppressions};
use sales_model::Identity;
use serde::Serialize;

use crate::{
    App, EngineError, KeptCopy,
    attribute::Attributor,
    error::Result,
    project::{FilesLease, disk_error, files_error},
};

pub(crate) use incoming::{keep_away, take_out};
pub(crate) use mask::folded;
pub use person::Somebody;

/// What fell, or would fall.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ForgetReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// Per store of the ledger: how many.
    pub ledger: BTreeMap<String, u64>,
    /// Files removed.
    pub files: u64,
    /// People of whom nothing is kept any more.
    pub people: Vec<String>,
    /// Places and conversations that stay because they are somebody else's too.
    pub shared: u64,
    /// Edited files of others whose version was kept aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edited: Vec<KeptCopy>,
}

impl ForgetReport {
    fn new(erased: Erased, dry_run: bool) -> Self {
        let people = erased.people.into_iter().map(|p| if p.name.is_empty() { p.key } else { p.name }).collect();
        let ledger = erased.counts.into_iter().map(|(what, n)| (what.to_owned(), n)).collect();
        ForgetReport { dry_run, ledger, people, ..ForgetReport::default() }
    }
}

/// The list of what must not come back, as last read.
pub(crate) type Kept = std::sync::RwLock<(Option<String>, Arc<Suppressions>)>;

impl App {
    /// What must not come back, as it is now.
    pub(crate) async fn suppressions(&self) -> Result<Arc<Suppressions>> {
        let store = &self.ports.store;
        let count = store.get(ERASURES).await?;
        {
            let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
            if kept.0 == count {
                return Ok(kept.1.clone());
            }
        }
        let list = Arc::new(store.suppressions().await?);
        *self.kept.write().unwrap_or_else(PoisonError::into_inner) = (count, list.clone());
        Ok(list)
    }

    /// Decides anew whose everything is, and makes the files that have to be others now; gives what was kept aside.
    async fn settle(&self, lease: &FilesLease<'_>) -> Result<Vec<KeptCopy>> {
        self.directory.reload(&*self.ports.store).await?;
        self.directory.catch_up(&self.ports).await?;
        Attributor::new(self).all().await?;
        self.write_all(lease).await
    }

    /// Empties the changes of the journal that tell of them.
    async fn forget_changes(&self, tells: impl Fn(&str) -> bool + Send + 'static) -> Result<()> {
        let (disk, workspace) = (self.ports.disk.clone(), self.ports.workspace.clone());
        let done = tokio::task::spawn_blocking(move || workspace.forget_changes(&*disk, &tells)).await?;
        done.map(|_| ()).map_err(|e| EngineError::Files { what: "the journal of changes".into(), why: e.to_string(), hint: e.next() })
    }

    /// Takes what names them out of the user's words of who is whom.
    async fn forget_links(
        &self,
        is: impl Fn(&Identity) -> bool + Send + 'static,
        tells: impl Fn(&str) -> bool + Send + 'static,
    ) -> Result<()> {
        let (disk, workspace) = (self.ports.disk.clone(), self.ports.workspace.clone());
        let done = tokio::task::spawn_blocking(move || workspace.forget_links(&*disk, &Gone { is: &is, tells: &tells })).await?;
        done.map_err(|e| match e {
            ForgetLinks::File(e) => files_error(&e.path, &e.reason, &e.next),
            ForgetLinks::Disk(e) => disk_error(&e),
        })
    }

    /// Rewrites the ledger without what was erased, and notes that it was.
    async fn finish(&self, action: &str, report: &ForgetReport) -> Result<()> {
        self.ports.store.scrub().await?;
        self.ports.failpoints.hit("forget.scrubbed");
        // Whom it was about stands nowhere any more, so not here either.
        self.audit(action, serde_json::json!({ "ledger": report.ledger, "files": report.files })).await
    }
}
