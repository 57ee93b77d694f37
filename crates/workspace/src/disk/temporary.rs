//! Names of temporary files: they tell who wrote them, so that those of dead writers can be removed.

use std::{
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

const MARK: &str = ".sales-tmp-";

/// Counts over the whole process, so that two threads never share a name.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A new name beside `target`: `<target>.sales-tmp-<pid>-<n>`.
pub(crate) fn beside(target: &Path) -> PathBuf {
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut name = target.file_name().unwrap_or_default().to_owned();
    // File systems take 255 bytes; our own names are far shorter.
    if name.len() > 200 {
        name = "long-name".into();
    }
    name.push(format!("{MARK}{}-{n}", std::process::id()));
    target.with_file_name(name)
}

/// Which process wrote a file of this name, and its number there; `None` if it is not one of our temporary files.
pub(crate) fn writer(name: &str) -> Option<(u32, u64)> {
    let (_, tail) = name.rsplit_once(MARK)?;
    let (pid, n) = tail.split_once('-')?;
    Some((pid.parse().ok()?, n.parse().ok()?))
}

/// Whether the file of that name is left over: its writer is dead, or had our process id before us.
pub(crate) fn is_leftover(name: &str, alive: &dyn Fn(u32) -> bool) -> bool {
    match writer(name) {
        None => false,
        // Numbers that this process has not given out yet belong to an earlier one with the same id.
        Some((pid, n)) if pid == std::process::id() => n >= NEXT.load(Ordering::Relaxed),
        Some((pid, _)) => !alive(pid),
    }
}
