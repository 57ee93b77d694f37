use std::path::PathBuf;

use super::ChangeId;
use crate::{
    DiskError, EditError, FileError,
    error::{harmless, quoted},
};

/// Why a change was not made. Nothing was changed, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Everything is as it would be.
    #[error("there is nothing to change")]
    Nothing,
    /// There is no such change.
    #[error("there is no change {id}")]
    Unknown {
        /// The number.
        id: ChangeId,
    },
    /// It was taken back before.
    #[error("the change {id} was taken back already")]
    Undone {
        /// The change.
        id: ChangeId,
    },
    /// A file is not as the change left it.
    #[error("the change {id} can't be taken back: {} is not as it left it", harmless(&path.to_string_lossy()))]
    Changed {
        /// The change.
        id: ChangeId,
        /// The file.
        path: PathBuf,
        /// A later change of the same file.
        newer: Option<ChangeId>,
    },
    /// A change was interrupted, and somebody else changed one of its files before it could be finished.
    #[error(
        "the change {id} (sales {}) was interrupted, and {} was changed since",
        harmless(command),
        harmless(&path.to_string_lossy())
    )]
    Interrupted {
        /// The change.
        id: ChangeId,
        /// Its command.
        command: String,
        /// The file.
        path: PathBuf,
    },
    /// Another program writes a file again and again, or put one where another was to go.
    #[error("{} was changed by another program meanwhile", harmless(&path.to_string_lossy()))]
    Meddled {
        /// The file.
        path: PathBuf,
    },
    /// What was asked for makes no sense.
    #[error("{reason}")]
    Refused {
        /// Why.
        reason: String,
        /// The next thing to do or the command to type.
        next: String,
    },
    /// A profile can't be edited so.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// A person's file as it is.
    #[error(transparent)]
    File(#[from] FileError),
    /// A write that failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl ChangeError {
    /// The next thing to do or the command to type.
    pub fn next(&self) -> String {
        match self {
            ChangeError::Nothing | ChangeError::Unknown { .. } | ChangeError::Undone { .. } => {
                "sales customer changes lists what was changed".to_owned()
            }
            ChangeError::Changed { newer: Some(newer), .. } => format!("sales customer undo {newer} first"),
            ChangeError::Changed { id, path, newer: None } => {
                format!("Put {} back as the change {id} left it, or change it by hand instead", quoted(path))
            }
            ChangeError::Interrupted { id, .. } => {
                format!("sales customer undo {id} takes back what it did to the other files; then type it again")
            }
            ChangeError::Meddled { path } => format!("Find out what writes {}, then run the command again", quoted(path)),
            ChangeError::Refused { next, .. } => next.clone(),
            ChangeError::Edit(e) => e.next(),
            ChangeError::File(e) => e.next.clone(),
            ChangeError::Disk(e) => e.next(),
        }
    }
}
