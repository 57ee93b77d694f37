//! Files held against the ledger, for `sales verify` and before a rebuild.

use std::{collections::BTreeSet, path::PathBuf};

use sales_files::{SOURCE_FOLDERS, is_ours};
use sales_ledger::{Check, FileEntry, Projected};
use sales_model::ContentHash;

use super::{BATCH, FilesLease, Projector, disk_error, files_error};
use crate::{FILE_CHECKS, error::Result};

#[derive(Default)]
struct Compared {
    different: Vec<FileEntry>,
    /// Of the program's own shape, in no path table: left over from a ledger that is gone.
    strange: Vec<PathBuf>,
    checked: u64,
}

impl Projector<'_> {
    /// Looks at each file the ledger knows: those missing or different are forgotten so that they are written again, and files of the
    /// program that the ledger does not know are removed. Gives how many were removed.
    pub(crate) async fn forget_hashes(&self) -> Result<u64> {
        let found = self.compare().await?;
        let change = Projected { files: found.different, ..Projected::default() };
        self.app.ports.store.projected(change).await?;
        self.app.ports.disk.remove(&found.strange).map_err(|e| disk_error(&e))?;
        Ok(found.strange.len() as u64)
    }

    /// Compares the files with what the ledger says was written.
    pub(crate) async fn check(&self) -> Result<Check> {
        let found = self.compare().await?;
        let mut problems: Vec<String> =
            found.different.iter().map(|e| format!("customers/profiles/{}/{} is missing or was changed", e.customer, e.path)).collect();
        problems.extend(found.strange.iter().map(|p| format!("{} belongs to no record", self.app.ports.workspace.shown(p))));
        Ok(Check { name: FILE_CHECKS[0], problems, checked: found.checked })
    }

    /// Renders every unit that is not waiting to be written, and compares it with what was written: a file that shows an old name or
    /// misses a record is found here.
    pub(crate) async fn check_rendered(&self, lease: &FilesLease<'_>) -> Result<Check> {
        let store = &self.app.ports.store;
        self.app.directory.catch_up(&self.app.ports).await?;
        self.renderer.forget();
        let mut check = Check { name: "files show what the records say", problems: Vec::new(), checked: 0 };
        let waiting: BTreeSet<_> = store.dirty(None, usize::MAX).await?.into_iter().map(|d| (d.place, d.unit)).collect();
        let units: Vec<_> = store.units().await?.into_iter().filter(|u| !waiting.contains(&(u.place.clone(), u.unit.clone()))).collect();
        for units in units.chunks(BATCH) {
            for unit in self.rendered(units, lease).await? {
                check.checked += 1;
                let now = unit.file.as_ref().map(|(path, _, hash)| (path, *hash));
                let stale = match (&now, &unit.gone) {
                    (Some((_, hash)), _) => unit.written != Some(*hash),
                    (None, gone) => gone.is_some(),
                };
                if stale {
                    let path = now.map(|(path, _)| path).or(unit.gone.as_ref()).cloned().unwrap_or_default();
                    check.problems.push(format!("customers/profiles/{}/{path} would be written differently now", unit.customer));
                }
            }
            lease.renew().await?;
        }
        Ok(check)
    }

    async fn compare(&self) -> Result<Compared> {
        let entries = self.app.ports.store.files(None).await?;
        let ports = self.app.ports.clone();
        let customers = self.app.directory.customers();
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
            for ((customer, _), folder) in customers.iter().flat_map(|c| SOURCE_FOLDERS.iter().map(move |folder| (c, *folder))) {
                let dir = ports.workspace.customer_dir(customer).join(folder);
                let listed = ports.disk.list(&dir).map_err(|e| files_error(&dir, &e.to_string(), "check the folder's permissions"))?;
                let ours = |path: &PathBuf| {
                    let shown = path.file_name().map(|name| PathBuf::from(folder).join(name)).unwrap_or_default();
                    ports.disk.read(path).is_ok_and(|content| content.is_some_and(|c| is_ours(&shown, &c)))
                };
                out.strange.extend(listed.into_iter().map(|e| dir.join(e.name)).filter(|p| !known.contains(p)).filter(ours));
            }
            Ok(out)
        };
        tokio::task::spawn_blocking(work).await?
    }
}
