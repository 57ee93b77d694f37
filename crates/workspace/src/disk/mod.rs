//! The file layer: everything that touches the disk goes through [`Disk`].

mod content;
mod error;
mod fault;
mod guard;
mod lock;
mod own;
mod permissions;
mod real;
mod replay;
pub(crate) mod temporary;

use std::{
    borrow::Cow,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use sales_model::ContentHash;

pub use self::{
    content::Content,
    error::{DiskError, DiskProblem},
    fault::{Fault, FaultDisk, Step},
    lock::Lock,
    own::{Own, OwnFile, Put},
    real::RealDisk,
    replay::Loss,
    temporary::Scratch,
};

/// Who may enter a new folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// As the user's umask says, at most 0755.
    Shared,
    /// The user alone: 0700.
    Private,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// An ordinary file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link (only from [`Disk::list`], which does not follow them).
    Link,
    /// A socket, device or pipe.
    Other,
}

/// A name in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name.
    pub name: OsString,
    /// What it is; links are not followed.
    pub kind: Kind,
}

/// Facts about a file, links followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// What it is.
    pub kind: Kind,
    /// Length in bytes.
    pub len: u64,
    /// When its content last changed, if the file system tells.
    pub modified: Option<Timestamp>,
    /// The nine permission bits (`0o644`); 0 where the system has none.
    pub mode: u32,
}

/// The file layer. Writes are atomic and durable when they return; reads refuse what is no ordinary file or larger than 256 MB.
pub trait Disk: Send + Sync {
    /// The whole file; `None` if there is none.
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>>;

    /// Writes files: each is, at every moment and after a crash, whole in its old or its new content. Missing folders are made.
    ///
    /// A batch shares its waiting for the disk: temporary files beside their targets, one `fdatasync` each, all renames, one `fsync` per
    /// folder. After an error, each file of the batch has its old or its new content, and no temporary file of ours stays (unless it can't
    /// be removed either; [`crate::Workspace::sweep_temporaries`] does it later).
    fn write_contents(&self, files: &[(PathBuf, Content<'_>)]) -> Result<(), DiskError>;

    /// The same of contents that are there as a whole.
    fn write_all(&self, files: &[(PathBuf, Cow<'_, [u8]>)]) -> Result<(), DiskError> {
        let files: Vec<_> = files.iter().map(|(path, bytes)| (path.clone(), Content::Whole(bytes))).collect();
        self.write_contents(&files)
    }

    /// Whether a file holds this and nothing else. Neither is held as a whole, and neither is read beyond the first difference.
    fn holds(&self, path: &Path, content: Content<'_>) -> io::Result<bool>;

    /// Writes and removes files that people may have edited: what is not the program's own is kept aside as `<name>.local`, `.local.2` and so
    /// on, or left alone, as each file says. Links and pipes are somebody's too, and never followed or waited for; a folder is an error.
    /// Atomic, durable and in batches as [`Disk::write_contents`]; each file is looked at right before it gives way, and a copy is durable
    /// before anything takes its place. `done` gets what became of each file, in order, up to the one that failed.
    fn write_own(&self, files: &[OwnFile<'_>], done: &mut Vec<Put>) -> Result<(), DiskError>;

    /// The same for one file that nobody but the user may read (0600).
    fn write_private(&self, path: &Path, content: &[u8]) -> Result<(), DiskError>;

    /// Writes one file that nobody but the user may read (0600) where nothing stands. `false` if something does: it was left as it is. With
    /// `over`, a file or link that stands there gives way. A link is never followed: what it leads to is not touched.
    fn place_private(&self, path: &Path, content: &[u8], over: bool) -> Result<bool, DiskError>;

    /// Writes one file if it still holds what it held when it was read (`None`: there was none). `false` if it does not: somebody else
    /// wrote it, and it was left as it is.
    ///
    /// The comparison is the last thing before the rename, when the new content is safe on the disk: an editor has microseconds to slip in
    /// between. Writers of our own keep each other out with [`Disk::lock`].
    fn replace(&self, path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<bool, DiskError>;

    /// Writes one file with these nine permission bits where nothing stands; `false` if something does. As [`Disk::replace`].
    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<bool, DiskError>;

    /// Waits until no other process holds this lock, and holds it until the handle is dropped or the process ends, however it ends. The
    /// folder must exist; the file is made if it is missing, and stays.
    fn lock(&self, path: &Path) -> Result<Lock, DiskError>;

    /// Removes files; one that is not there is no error. Durable when it returns.
    fn remove(&self, paths: &[PathBuf]) -> Result<(), DiskError>;

    /// Moves a file to a path where nothing stands, permissions and all; missing folders are made. `false` if something stands there: then
    /// nothing was done. Durable when it returns, and a power cut leaves the file at one of the paths or, whole, at both.
    ///
    /// The comparison is the last thing before the rename, as in [`Disk::replace`].
    fn rename(&self, from: &Path, to: &Path) -> Result<bool, DiskError>;

    /// Removes an empty folder; `false` if there is something in it, or no such folder. Durable when it returns.
    fn remove_folder(&self, dir: &Path) -> Result<bool, DiskError>;

    /// What is in a folder, sorted by name; empty if there is no such folder.
    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>>;

    /// The hash of an ordinary file, which may be of any size; `None` if there is none. A link is not followed: it is none.
    fn hash(&self, path: &Path) -> io::Result<Option<ContentHash>>;

    /// What stands at a path, links not followed; `None` if nothing does.
    fn kind(&self, path: &Path) -> io::Result<Option<Kind>>;

    /// Makes a folder and those above it that are missing; `access` is that of the last one. An existing one is left as it is, but a
    /// private one is closed to others.
    fn create_dir_all(&self, dir: &Path, access: Access) -> Result<(), DiskError>;

    /// Facts about a file or folder; `None` if there is none.
    fn stat(&self, path: &Path) -> io::Result<Option<Stat>>;
}
