use std::path::{Path, PathBuf};

use crate::{Disk, DiskError, Kind, Workspace, disk::temporary};

/// `customers/profiles/<id>/<source>/`: nothing of ours stands deeper.
const DEEPEST: usize = 2;

impl Workspace {
    /// Removes temporary files whose writers are dead, and tells how many there were. To be called at the start of a command that writes;
    /// safe while other processes write.
    ///
    /// # Errors
    /// A folder that can't be listed, or a file that can't be removed.
    pub fn sweep_temporaries(&self, disk: &dyn Disk) -> Result<usize, DiskError> {
        self.sweep_with(disk, &process_is_alive)
    }

    pub(crate) fn sweep_with(&self, disk: &dyn Disk, alive: &dyn Fn(u32) -> bool) -> Result<usize, DiskError> {
        let mut found = Vec::new();
        collect(disk, self.root(), 0, alive, &mut found)?;
        // The last readable profiles stand in a folder of their own there.
        collect(disk, &self.state_dir(), 1, alive, &mut found)?;
        collect(disk, &self.profiles_dir(), DEEPEST, alive, &mut found)?;
        disk.remove(&found)?;
        Ok(found.len())
    }
}

fn collect(disk: &dyn Disk, dir: &Path, deeper: usize, alive: &dyn Fn(u32) -> bool, found: &mut Vec<PathBuf>) -> Result<(), DiskError> {
    for entry in disk.list(dir).map_err(|e| DiskError::new(dir, "list", e))? {
        match entry.kind {
            Kind::Folder if deeper > 0 => collect(disk, &dir.join(&entry.name), deeper - 1, alive, found)?,
            Kind::File if entry.name.to_str().is_some_and(|name| temporary::is_leftover(name, alive)) => found.push(dir.join(&entry.name)),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a process with that id runs on this machine; yes where that can't be told.
fn process_is_alive(pid: u32) -> bool {
    #[cfg(unix)]
    {
        let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) else { return false };
        // A process of somebody else answers "not permitted": it lives.
        rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
    }
    #[cfg(not(unix))]
    {
        let _ = pid;
        true
    }
}
