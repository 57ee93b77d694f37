//! A folder on disk, as far as an import sees it. The disk itself belongs to the composition root.

use std::{ffi::OsString, io, path::Path};

use crate::registry::ReadSeek;

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link: never followed.
    Link,
    /// Something else: a device, a socket.
    Other,
}

/// An entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// Its name.
    pub name: OsString,
    /// What it is.
    pub kind: EntryKind,
}

/// A folder that a user wants to import.
pub trait Folder: Send {
    /// What stands in a folder below, in any order; the empty path is the folder itself.
    ///
    /// # Errors
    /// If it cannot be read.
    fn entries(&self, path: &Path) -> io::Result<Vec<FolderEntry>>;
    /// Opens a file below. A link is refused, at the path's end and on its way.
    ///
    /// # Errors
    /// If it cannot be opened, or is no file.
    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>>;
}
