use std::path::PathBuf;

use sales_model::CustomerId;

use super::{Change, ChangeError, ChangeId};
use crate::{Access, Disk, DiskError, FileError, Kind, Workspace, error::quoted};

/// The change that is being made.
const PENDING: &str = "pending.json";

impl Workspace {
    /// `.sales/changes`: the journal, for the user alone.
    pub fn changes_dir(&self) -> PathBuf {
        self.state_dir().join("changes")
    }

    /// All changes, newest first, and what could not be read of them. One that was interrupted is not among them.
    ///
    /// # Errors
    /// The journal's folder can't be listed.
    pub fn changes(&self, disk: &dyn Disk) -> Result<(Vec<Change>, Vec<FileError>), FileError> {
        let (mut changes, mut problems) = (Vec::new(), Vec::new());
        for id in self.change_ids(disk)?.into_iter().rev() {
            match self.read_change(disk, &self.change_path(id)) {
                Ok(change) => changes.extend(change),
                Err(e) => problems.push(e),
            }
        }
        Ok((changes, problems))
    }

    /// One of them; `None` if there is no such change.
    ///
    /// # Errors
    /// It can't be read.
    pub fn read_change_of(&self, disk: &dyn Disk, id: ChangeId) -> Result<Option<Change>, FileError> {
        self.read_change(disk, &self.change_path(id))
    }

    /// The change that was interrupted, if one was.
    ///
    /// # Errors
    /// It can't be read.
    pub fn pending_change(&self, disk: &dyn Disk) -> Result<Option<Change>, FileError> {
        self.read_change(disk, &self.pending_path())
    }

    /// Numbers of all changes, oldest first.
    ///
    /// # Errors
    /// The journal's folder can't be listed.
    pub fn change_ids(&self, disk: &dyn Disk) -> Result<Vec<ChangeId>, FileError> {
        let dir = self.changes_dir();
        let names = disk.list(&dir).map_err(|e| FileError::unreadable(&dir, &e))?;
        let mut ids: Vec<ChangeId> = names.iter().filter_map(|e| e.name.to_str()?.strip_suffix(".json")?.parse().ok()).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    pub(super) fn change_is_pending(&self, disk: &dyn Disk) -> Result<bool, FileError> {
        let path = self.pending_path();
        Ok(disk.stat(&path).map_err(|e| FileError::unreadable(&path, &e))?.is_some())
    }

    pub(super) fn write_pending(&self, disk: &dyn Disk, change: &Change) -> Result<(), ChangeError> {
        disk.create_dir_all(&self.changes_dir(), Access::Private)?;
        self.write_change(disk, &self.pending_path(), change)
    }

    pub(super) fn write_change(&self, disk: &dyn Disk, path: &std::path::Path, change: &Change) -> Result<(), ChangeError> {
        let text = serde_json::to_vec_pretty(change).map_err(|e| DiskError::new(path, "write", e.into()))?;
        Ok(disk.write_private(path, &text)?)
    }

    pub(super) fn drop_pending(&self, disk: &dyn Disk) -> Result<(), ChangeError> {
        Ok(disk.remove(&[self.pending_path()])?)
    }

    /// Marks the pending change as made. The same change may stand there already: a power cut left it at both places.
    pub(super) fn file_pending(&self, disk: &dyn Disk, id: ChangeId) -> Result<(), ChangeError> {
        if disk.rename(&self.pending_path(), &self.change_path(id))? { Ok(()) } else { self.drop_pending(disk) }
    }

    /// Removes folders in a customer's folder that are empty, and it itself if it is empty then.
    ///
    /// # Errors
    /// A folder can't be listed or removed.
    pub fn remove_empty_folders(&self, disk: &dyn Disk, customer: &CustomerId) -> Result<(), DiskError> {
        let mut found = vec![self.customer_dir(customer)];
        let mut next = 0;
        while let Some(dir) = found.get(next).cloned() {
            let entries = disk.list(&dir).map_err(|e| DiskError::new(&dir, "list", e))?;
            found.extend(entries.into_iter().filter(|e| e.kind == Kind::Folder).map(|e| dir.join(e.name)));
            next += 1;
        }
        // Each stands behind the one that it is in.
        found.iter().rev().try_for_each(|dir| disk.remove_folder(dir).map(drop))?;
        Ok(())
    }

    fn pending_path(&self) -> PathBuf {
        self.changes_dir().join(PENDING)
    }

    pub(super) fn change_path(&self, id: ChangeId) -> PathBuf {
        self.changes_dir().join(format!("{:06}.json", id.0))
    }

    fn read_change(&self, disk: &dyn Disk, path: &std::path::Path) -> Result<Option<Change>, FileError> {
        let Some(bytes) = disk.read(path).map_err(|e| FileError::unreadable(path, &e))? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|e| {
            let next = format!("Take it away, what it tells of stays as it is: mv {0} {0}.bad", quoted(path));
            FileError::new(path, Some(e.line()), "it is no change as this program writes them", next)
        })
    }
}
