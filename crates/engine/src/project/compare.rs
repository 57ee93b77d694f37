//! Files held against the ledger, for `sales verify` and before a rebuild.

use std::{collections::BTreeSet, io, path::PathBuf};

use sales_files::{SOURCE_FOLDERS, is_ours};
use sales_ledger::{Announced, Check, FileEntry, Projected};

use super::{BATCH, FilesLease, Projector, files_error, own};
use crate::{FILE_CHECKS, SyncReport, error::Result};

#[derive(Default)]
struct Compared {
    /// With whether anything stands there.
    different: Vec<(FileEntry, bool)>,
    /// Of the program's own shape, in no path table: left over from a ledger that is gone.
    strange: Vec<PathBuf>,
    checked: u64,
}

impl Projector<'_> {
    /// Looks at each file the ledger knows: those missing or different are forgotten so that they are written again, and files of the
    /// program that the ledger does not know are moved aside: nobody knows whether somebody edited them. Gives how many there were.
    pub(crate) async fn forget_hashes(&self, report: &mut SyncReport) -> Result<u64> {
        own::settle(self.app).await?;
        let found = self.compare().await?;
        let different = found.different.into_iter().map(|(entry, _)| FileEntry { hash: None, ..entry }).collect();
        self.app.ports.store.projected(Projected { files: different, ..Projected::default() }).await?;
        let (ports, strange) = (self.app.ports.clone(), found.strange);
        let (count, part) = tokio::task::spawn_blocking(move || {
            let mut report = SyncReport::default();
            let count = strange.len() as u64;
            let files: Vec<_> = strange.into_iter().map(|path| own::file(path, None, &[])).collect();
            own::put(&ports, &files, &mut report).map(|_| (count, report))
        })
        .await??;
        report.join(&part);
        Ok(count)
    }

    /// Compares the files with what the ledger says was written.
    pub(crate) async fn check(&self) -> Result<Check> {
        let found = self.compare().await?;
        let told = |(e, there): &(FileEntry, bool)| changed(&format!("customers/profiles/{}/{}", e.customer, e.path), *there);
        let mut problems: Vec<String> = found.different.iter().map(told).collect();
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
        let announced: BTreeSet<Announced> = self.app.ports.store.announced().await?.into_iter().collect();
        let ports = self.app.ports.clone();
        let customers = self.app.directory.customers();
        let work = move || {
            let mut out = Compared { checked: entries.len() as u64, ..Compared::default() };
            let mut known = BTreeSet::new();
            for entry in entries {
                let path = ports.workspace.customer_dir(&entry.customer).join(&entry.path);
                let unread = |e: io::Error| files_error(&path, &e.to_string(), "check the file's permissions");
                let hash = ports.disk.hash(&path).map_err(unread)?;
                // What a process wrote that died before it could say so is right, and will be recorded.
                let ours = || announced.contains(&Announced { customer: entry.customer.clone(), path: entry.path.clone(), hash });
                if entry.hash.is_some() && hash != entry.hash && !(hash.is_some() && ours()) {
                    let there = ports.disk.kind(&path).map_err(unread)?.is_some();
                    out.different.push((entry, there));
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

/// What is wrong with a file that is not as it was written.
pub(crate) fn changed(file: &str, there: bool) -> String {
    match there {
        true => format!("{file} was changed by somebody else; their version is kept aside as .local when it is written next"),
        false => format!("{file} is missing"),
    }
}
