use std::path::{Path, PathBuf};

use sales_model::CustomerId;

use crate::{Disk, DiskError, Kind, Workspace};

impl Workspace {
    /// Everything in a customer's folder, whoever made it, with the last readable version of its profile. Links are named, not followed.
    ///
    /// # Errors
    /// A folder that can't be listed.
    pub fn customer_files(&self, disk: &dyn Disk, id: &CustomerId) -> Result<Vec<PathBuf>, DiskError> {
        let mut found = Vec::new();
        collect(disk, &self.customer_dir(id), &mut found, &mut Vec::new())?;
        let copy = self.last_profile_path(id);
        if disk.stat(&copy).map_err(|e| DiskError::new(&copy, "look at", e))?.is_some() {
            found.push(copy);
        }
        Ok(found)
    }

    /// Removes all of that, and the folder; gives how many files there were. The profile goes last, so that what is interrupted can be
    /// asked for again by the customer's name.
    ///
    /// # Errors
    /// A file or folder that can't be removed; what was removed before is gone.
    pub fn remove_customer(&self, disk: &dyn Disk, id: &CustomerId) -> Result<u64, DiskError> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        collect(disk, &self.customer_dir(id), &mut files, &mut folders)?;
        let profile = self.profile_path(id);
        files.retain(|file| *file != profile);
        disk.remove(&files)?;
        folders.iter().rev().try_for_each(|folder| disk.remove_folder(folder).map(drop))?;
        let had_profile = disk.stat(&profile).map_err(|e| DiskError::new(&profile, "look at", e))?.is_some();
        disk.remove(&[self.last_profile_path(id), profile])?;
        disk.remove_folder(&self.customer_dir(id))?;
        Ok(files.len() as u64 + u64::from(had_profile))
    }
}

/// Files below a folder, and the folders in it from the outside in.
fn collect(disk: &dyn Disk, dir: &Path, files: &mut Vec<PathBuf>, folders: &mut Vec<PathBuf>) -> Result<(), DiskError> {
    for entry in disk.list(dir).map_err(|e| DiskError::new(dir, "list", e))? {
        let path = dir.join(&entry.name);
        if entry.kind == Kind::Folder {
            folders.push(path.clone());
            collect(disk, &path, files, folders)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
