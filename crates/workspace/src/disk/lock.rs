use std::{fs, io, path::Path};

use super::permissions::options;

/// A lock that processes keep each other out with. It ends with its handle, so a dead process holds none.
#[derive(Debug)]
pub struct Lock {
    /// `None` where there is nothing to lock with.
    _file: Option<fs::File>,
}

impl Lock {
    /// Waits for the lock. The file's content means nothing: the system's lock on the open file is what counts.
    pub(super) fn take(path: &Path) -> io::Result<Lock> {
        let file = options(true).write(true).create(true).truncate(false).open(path)?;
        match file.lock() {
            Ok(()) => Ok(Lock { _file: Some(file) }),
            // Some network file systems have no locks; what is left is the comparison before a file is replaced.
            Err(e) if e.kind() == io::ErrorKind::Unsupported => Ok(Lock { _file: None }),
            Err(e) => Err(e),
        }
    }
}
