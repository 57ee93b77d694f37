//! A context that is about to go with its customer: what somebody wrote into it is kept aside.

use std::path::Path;

use sales_files::{Content, INSIGHTS, Kind, Own, OwnFile, SUMMARY};
use sales_model::{CustomerId, mine_blocks, with_mine_blocks};

use super::{Summariser, Written, mark_name};
use crate::{
    SyncReport,
    error::Result,
    project::{FilesLease, files_error, put},
};

impl Summariser<'_> {
    /// Keeps aside what somebody edited in a customer's context. Own blocks stay where they are, too: they move by themselves.
    pub(crate) async fn keep_edits(&self, customer: &CustomerId, lease: &FilesLease<'_>, report: &mut SyncReport) -> Result<()> {
        let written = Written::load(self.app, customer).await?;
        let (ports, dir) = (self.app.ports.clone(), self.app.ports.workspace.customer_dir(customer));
        let part = tokio::task::spawn_blocking(move || {
            let mut report = SyncReport::default();
            let [summary, insights] = [SUMMARY, INSIGHTS].map(|name| dir.join(name));
            let unread = |path: &Path, e: std::io::Error| files_error(path, &e.to_string(), "check the file's permissions");
            let mut files = Vec::new();
            let kind = ports.disk.kind(&summary).map_err(|e| unread(&summary, e))?;
            let file = kind == Some(Kind::File);
            let bytes = if file { ports.disk.read(&summary).map_err(|e| unread(&summary, e))? } else { None }.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            let own = with_mine_blocks("", &mine_blocks(&text));
            if kind.is_some() && (!file || !written.is_own(&text)) {
                let content = Some(own.as_bytes()).filter(|own| !own.is_empty()).map(Content::Whole);
                files.push(OwnFile { path: summary, content, own: Own::Hashes(&[]) });
            }
            let kind = ports.disk.kind(&insights).map_err(|e| unread(&insights, e))?;
            if kind.is_some() && !written.is_unknown() {
                let hash = ports.disk.hash(&insights).map_err(|e| unread(&insights, e))?;
                if hash.is_none_or(|hash| !written.insights.contains(&hash)) {
                    files.push(OwnFile { path: insights, content: None, own: Own::Hashes(&[]) });
                }
            }
            put(&ports, &files, &mut report).map(|_| report)
        })
        .await??;
        if !part.edited.is_empty() {
            // Should the customer stay after all, the context is made again.
            self.app.ports.store.set(&mark_name(customer), "").await?;
        }
        report.join(&part);
        lease.renew().await
    }
}
