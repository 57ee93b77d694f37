//! Backups: a workspace in one ZIP file, with a manifest that names each file with its size and SHA-256.

mod export;
mod read;
mod write;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use self::{export::write_export, read::restore, write::write_backup};
use crate::error::harmless;

/// The manifest's name in the archive; it stands last.
const MANIFEST: &str = "manifest.json";
/// The form of the archive.
const FORMAT: u32 = 1;

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// Path from the workspace's root, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
}

/// What a backup holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the archive: 1.
    pub format: u32,
    /// Version of the program that wrote it.
    pub version: String,
    /// When, as RFC 3339.
    pub made: String,
    /// Credentials are in it.
    pub secrets: bool,
    /// Its files, sorted by path.
    pub files: Vec<BackedUp>,
}

/// Why a backup was not made, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something stands there already; it was left as it is.
    #[error("{} is there already; it was left as it is", harmless(&.0.to_string_lossy()))]
    Exists(PathBuf),
    /// The file is no backup, or was changed.
    #[error("{} is no whole backup: {why}", harmless(&path.to_string_lossy()))]
    NotOne {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {why}", harmless(&path.to_string_lossy()))]
    Io {
        /// Which.
        path: PathBuf,
        /// What the system says.
        why: String,
    },
}

fn io(path: &Path) -> impl Fn(std::io::Error) -> BackupError + '_ {
    move |e| BackupError::Io { path: path.to_owned(), why: e.to_string() }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, b| {
        // Writing to a string can't fail.
        let _ = write!(out, "{b:02x}");
        out
    })
}
