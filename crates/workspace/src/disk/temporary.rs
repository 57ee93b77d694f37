//! Names of temporary files: they tell who wrote them, so that those of dead writers can be removed.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

const MARK: &str = ".sales-tmp-";

/// Counts over the whole process, so that two threads never share a name.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The numbers in use now.
static LIVE: Mutex<BTreeSet<u64>> = Mutex::new(BTreeSet::new());

fn live() -> MutexGuard<'static, BTreeSet<u64>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of a temporary file; while this stands, nobody takes the file for a leftover.
pub(crate) struct Temporary {
    /// `<target>.sales-tmp-<pid>-<n>`, beside the target.
    pub(crate) path: PathBuf,
    number: u64,
}

impl Temporary {
    /// A new name.
    pub(crate) fn beside(target: &Path) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut name = target.file_name().unwrap_or_default().to_owned();
        // File systems take 255 bytes; our own names are far shorter.
        if name.len() > 200 {
            name = "long-name".into();
        }
        name.push(format!("{MARK}{}-{number}", std::process::id()));
        live().insert(number);
        Temporary { path: target.with_file_name(name), number }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        live().remove(&self.number);
    }
}

/// A path for a file that somebody else writes and that is only needed for a while: what stands there is removed with this, or by the next
/// command if the process ends before.
pub struct Scratch(Temporary);

impl Scratch {
    /// Beside a path.
    pub(crate) fn beside(target: &Path) -> Self {
        Scratch(Temporary::beside(target))
    }

    /// Where.
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // It is left over otherwise, and removed as such.
        let _ = std::fs::remove_file(&self.0.path);
    }
}

/// Which process wrote a file of this name, and its number there; `None` if it is not one of our temporary files.
pub(crate) fn writer(name: &str) -> Option<(u32, u64)> {
    let (_, tail) = name.rsplit_once(MARK)?;
    let (pid, n) = tail.split_once('-')?;
    Some((pid.parse().ok()?, n.parse().ok()?))
}

/// Whether the file of that name is left over: its writer is dead, or is us and does not write it now.
pub(crate) fn is_leftover(name: &str, alive: &dyn Fn(u32) -> bool) -> bool {
    match writer(name) {
        None => false,
        // Numbers that are not in use belong to an earlier process with our id, or could not be removed.
        Some((pid, n)) if pid == std::process::id() => !live().contains(&n),
        Some((pid, _)) => !alive(pid),
    }
}
