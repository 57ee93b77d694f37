//! Backups: ledger and files of one moment.

use std::path::Path;

use sales_files::{BackupError, Manifest, write_backup};

use crate::{App, EngineError, error::Result, project::FilesLease};

impl App {
    /// Writes a backup to `out`, where nothing may stand yet. Syncs go on meanwhile, but nobody writes files until it is done: they are
    /// those of the ledger in it. `version`: of the program.
    ///
    /// # Errors
    /// Something stands at `out`, or something cannot be read or written; then nothing stands there afterwards.
    pub async fn backup(&self, out: &Path, secrets: bool, version: &str) -> Result<Manifest> {
        let lease = FilesLease::take(self).await?;
        let done = async {
            let copy = self.ports.workspace.ledger_copy();
            self.ports.store.snapshot(copy.path()).await?;
            let made = self.ports.timer.now().to_string();
            let (workspace, out, version) = (self.ports.workspace.clone(), out.to_owned(), version.to_owned());
            let written =
                tokio::task::spawn_blocking(move || write_backup(&workspace, Some(copy.path()), &out, secrets, (&version, made))).await?;
            written.map_err(|e| EngineError::Files {
                what: format!("the backup was not written: {e}"),
                why: String::new(),
                hint: match e {
                    BackupError::Exists(_) => "name another file with --out".into(),
                    _ => "check the disk's room and the permissions, or name another file with --out".into(),
                },
            })
        }
        .await;
        lease.done(done).await
    }
}
