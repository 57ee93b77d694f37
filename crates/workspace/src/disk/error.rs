use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use crate::error::{harmless, quoted, reason};

/// Of which kind a [`DiskError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskProblem {
    /// No room, or over the quota.
    Full,
    /// The file system is mounted read-only.
    ReadOnly,
    /// We may not.
    Denied,
    /// The path, or a link on its way, leads out of the workspace.
    Outside,
    /// A folder stands where a file has to be, or the other way round.
    WrongKind,
    /// Anything else.
    Other,
}

/// A write or removal that failed: the file, the reason, what to do.
#[derive(Debug)]
pub struct DiskError {
    /// The file or folder.
    pub path: PathBuf,
    /// What was tried, in words: `write`, `make the folder`.
    pub doing: &'static str,
    /// Of which kind.
    pub problem: DiskProblem,
    /// What the system said.
    pub source: io::Error,
}

impl DiskError {
    pub(crate) fn new(path: &Path, doing: &'static str, source: io::Error) -> Self {
        let problem = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DiskProblem::Full,
            io::ErrorKind::ReadOnlyFilesystem => DiskProblem::ReadOnly,
            io::ErrorKind::PermissionDenied => DiskProblem::Denied,
            io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory => DiskProblem::WrongKind,
            _ => DiskProblem::Other,
        };
        DiskError { path: path.to_owned(), doing, problem, source }
    }

    pub(crate) fn outside(path: &Path, doing: &'static str, why: String) -> Self {
        DiskError { path: path.to_owned(), doing, problem: DiskProblem::Outside, source: io::Error::other(why) }
    }

    /// The next thing to do or the command to type.
    pub fn next(&self) -> String {
        let folder = quoted(self.path.parent().unwrap_or(&self.path));
        match self.problem {
            DiskProblem::Full => format!("Make room (df -h {folder} shows it), then type the same command again; nothing is lost."),
            DiskProblem::ReadOnly => "Use a workspace on a disk that can be written: sales --workspace DIR ...".to_owned(),
            DiskProblem::Denied => format!("Give yourself the right to write there: ls -ld {folder} shows whose it is."),
            DiskProblem::Outside => format!("Replace the link by a real folder or file inside the workspace: ls -l {folder}"),
            DiskProblem::WrongKind => format!("Move what stands there away: ls -l {}", quoted(&self.path)),
            DiskProblem::Other => "Type the same command again; if it stays, check the disk.".to_owned(),
        }
    }
}

impl std::error::Error for DiskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl fmt::Display for DiskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "can't {} {}: {}", self.doing, harmless(&self.path.to_string_lossy()), reason(&self.source))
    }
}
