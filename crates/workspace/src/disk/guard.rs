//! No write leaves the workspace, whatever links stand in it.

use std::{
    collections::HashMap,
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::DiskError;

/// Where a write really goes.
pub(super) struct Target {
    /// The path with all links resolved.
    pub(super) path: PathBuf,
    /// The permissions of the file that stands there now.
    pub(super) old: Option<fs::Permissions>,
}

/// Checks the paths of one call; folders are looked at once.
pub(super) struct Guard {
    /// With all links resolved.
    root: PathBuf,
    folders: HashMap<PathBuf, PathBuf>,
}

impl Guard {
    pub(super) fn new(root: &Path) -> Result<Self, DiskError> {
        let root = resolve(root).map_err(|e| DiskError::new(root, "find", e))?;
        Ok(Guard { root, folders: HashMap::new() })
    }

    /// The real path of a folder that may not exist yet.
    pub(super) fn folder(&mut self, dir: &Path, doing: &'static str) -> Result<PathBuf, DiskError> {
        if let Some(known) = self.folders.get(dir) {
            return Ok(known.clone());
        }
        let real = resolve(dir).map_err(|e| DiskError::new(dir, doing, e))?;
        if !real.starts_with(&self.root) {
            return Err(DiskError::outside(dir, doing, format!("it leads out of the workspace, to {}", real.display())));
        }
        self.folders.insert(dir.to_owned(), real.clone());
        Ok(real)
    }

    /// A file's name in its folder's real path. A link that has that name is not followed.
    pub(super) fn name(&mut self, path: &Path, doing: &'static str) -> Result<PathBuf, DiskError> {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(DiskError::outside(path, doing, "it names no file".to_owned()));
        };
        Ok(self.folder(parent, doing).map_err(|e| DiskError { path: path.to_owned(), ..e })?.join(name))
    }

    /// Where a file is to be written. A link to a file inside the workspace is followed, so that it stays a link.
    pub(super) fn file(&mut self, path: &Path, doing: &'static str) -> Result<Target, DiskError> {
        let plain = self.name(path, doing)?;
        let facts = match fs::symlink_metadata(&plain) {
            Ok(facts) => facts,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Target { path: plain, old: None }),
            Err(e) => return Err(DiskError::new(path, doing, e)),
        };
        if !facts.is_symlink() {
            if facts.is_dir() {
                return Err(DiskError::new(path, doing, io::ErrorKind::IsADirectory.into()));
            }
            return Ok(Target { path: plain, old: Some(facts.permissions()) });
        }
        let real = match fs::canonicalize(&plain) {
            Ok(real) => real,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                return Err(DiskError::outside(path, doing, "it is a link to nothing".to_owned()));
            }
            Err(e) => return Err(DiskError::new(path, doing, e)),
        };
        if !real.starts_with(&self.root) {
            return Err(DiskError::outside(path, doing, format!("it is a link out of the workspace, to {}", real.display())));
        }
        let facts = fs::metadata(&real).map_err(|e| DiskError::new(path, doing, e))?;
        if facts.is_dir() {
            return Err(DiskError::new(path, doing, io::ErrorKind::IsADirectory.into()));
        }
        Ok(Target { path: real, old: Some(facts.permissions()) })
    }
}

/// A path with all links resolved. Its last parts may not exist yet: they have no links by nature.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let full = std::path::absolute(path)?;
    let mut existing = full.as_path();
    let real = loop {
        match fs::canonicalize(existing) {
            Ok(real) => break real,
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                match fs::symlink_metadata(existing) {
                    // A link to nowhere is there, though it can't be resolved: nothing may be made through it.
                    Ok(facts) if facts.is_symlink() => {
                        return Err(io::Error::other(format!("{} is a link to nothing", existing.display())));
                    }
                    // Another writer made the folder in between.
                    Ok(_) => {}
                    Err(_) => existing = existing.parent().ok_or(e)?,
                }
            }
            Err(e) => return Err(e),
        }
    };
    let rest = full.strip_prefix(existing).unwrap_or(Path::new(""));
    if rest.components().any(|c| !matches!(c, Component::Normal(_))) {
        return Err(io::Error::other("`..` leads through a folder that does not exist"));
    }
    // Joining nothing would put a separator at the end.
    Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) })
}
