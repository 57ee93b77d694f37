//! A disk that fails on demand and remembers its steps. For tests of this room and of those above it.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sales_model::ContentHash;

use super::{
    Access, Content, Disk, DiskError, Entry, Kind, Lock, OwnFile, Put, RealDisk, Stat,
    replay::{Loss, Tree},
};

/// One thing done to the disk; paths are real, with links resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A folder was made.
    MakeFolder(PathBuf),
    /// A temporary file was created.
    Create(PathBuf),
    /// It got its content.
    Write(PathBuf, Vec<u8>),
    /// Its content was made durable.
    SyncFile(PathBuf),
    /// It took its target's place; or a file was moved.
    Rename {
        /// The temporary file, or the file's old path.
        from: PathBuf,
        /// Its target.
        to: PathBuf,
    },
    /// A file was removed.
    Remove(PathBuf),
    /// An empty folder was removed.
    RemoveFolder(PathBuf),
    /// The names in a folder were made durable.
    SyncFolder(PathBuf),
}

/// Told of each step before it is done; an error is the step's own.
pub(super) trait Watch: Send + Sync {
    fn step(&self, step: Step) -> io::Result<()>;
}

/// How a step fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// ENOSPC; a write puts half of its bytes there first.
    Full,
    /// EROFS.
    ReadOnly,
    /// EACCES.
    Denied,
    /// EIO.
    Broken,
}

impl Fault {
    fn error(self) -> io::Error {
        match self {
            Fault::Full => io::ErrorKind::StorageFull.into(),
            Fault::ReadOnly => io::ErrorKind::ReadOnlyFilesystem.into(),
            Fault::Denied => io::ErrorKind::PermissionDenied.into(),
            Fault::Broken => io::Error::other("input/output error"),
        }
    }
}

#[derive(Default)]
struct State {
    steps: Vec<Step>,
    asked: usize,
    fail: Option<(usize, bool, Fault)>,
    unreadable: BTreeMap<PathBuf, Fault>,
}

/// [`RealDisk`] with faults: steps fail when told to, and the state of the disk after a loss of power at any step can be made.
pub struct FaultDisk {
    root: PathBuf,
    real: RealDisk,
    state: Arc<Mutex<State>>,
    before: Tree,
}

struct Recorder(Arc<Mutex<State>>);

impl Watch for Recorder {
    fn step(&self, step: Step) -> io::Result<()> {
        let mut state = lock(&self.0);
        let n = state.asked;
        state.asked += 1;
        match state.fail {
            Some((at, lasting, fault)) if n == at || (lasting && n > at) => Err(fault.error()),
            _ => {
                state.steps.push(step);
                Ok(())
            }
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FaultDisk {
    /// A disk for this folder, which must exist; what is in it now counts as durable.
    pub fn within(root: &Path) -> io::Result<Self> {
        let root = std::fs::canonicalize(root)?;
        let before = Tree::read(&root)?;
        let state = Arc::new(Mutex::new(State::default()));
        let real = RealDisk::watched(&root, Arc::new(Recorder(Arc::clone(&state))));
        Ok(FaultDisk { root, real, state, before })
    }

    /// Lets one step fail, the `n`-th from now, counted from 0.
    pub fn fail_at(&self, n: usize, fault: Fault) {
        let mut state = lock(&self.state);
        state.fail = Some((state.asked + n, false, fault));
    }

    /// Lets that step and all later ones fail, as a full or dying disk does; it is also how a killed process looks to its files.
    pub fn fail_from(&self, n: usize, fault: Fault) {
        let mut state = lock(&self.state);
        state.fail = Some((state.asked + n, true, fault));
    }

    /// Lets every read of this file fail.
    pub fn fail_reads_of(&self, path: &Path, fault: Fault) {
        lock(&self.state).unreadable.insert(path.to_owned(), fault);
    }

    /// All is well again.
    pub fn heal(&self) {
        let mut state = lock(&self.state);
        state.fail = None;
        state.unreadable.clear();
    }

    /// The steps done so far, failed ones left out.
    pub fn steps(&self) -> Vec<Step> {
        lock(&self.state).steps.clone()
    }

    /// Makes in `to` (an empty folder) what would be on the disk if power had gone after the first `done` steps.
    pub fn after_power_loss(&self, done: usize, loss: Loss, to: &Path) -> io::Result<()> {
        let steps = self.steps();
        self.before.after(steps.get(..done).unwrap_or(&steps), &self.root, loss).write(to)
    }
}

impl Disk for FaultDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        if let Some(fault) = lock(&self.state).unreadable.get(path) {
            return Err(fault.error());
        }
        self.real.read(path)
    }

    fn write_contents(&self, files: &[(PathBuf, Content<'_>)]) -> Result<(), DiskError> {
        self.real.write_contents(files)
    }

    fn holds(&self, path: &Path, content: Content<'_>) -> io::Result<bool> {
        if let Some(fault) = lock(&self.state).unreadable.get(path) {
            return Err(fault.error());
        }
        self.real.holds(path, content)
    }

    fn write_own(&self, files: &[OwnFile<'_>], done: &mut Vec<Put>) -> Result<(), DiskError> {
        self.real.write_own(files, done)
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> Result<(), DiskError> {
        self.real.write_private(path, content)
    }

    fn place_private(&self, path: &Path, content: &[u8], over: bool) -> Result<bool, DiskError> {
        self.real.place_private(path, content, over)
    }

    fn replace(&self, path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<bool, DiskError> {
        self.real.replace(path, old, new)
    }

    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<bool, DiskError> {
        self.real.create(path, content, mode)
    }

    fn lock(&self, path: &Path) -> Result<Lock, DiskError> {
        self.real.lock(path)
    }

    fn remove(&self, paths: &[PathBuf]) -> Result<(), DiskError> {
        self.real.remove(paths)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<bool, DiskError> {
        self.real.rename(from, to)
    }

    fn remove_folder(&self, dir: &Path) -> Result<bool, DiskError> {
        self.real.remove_folder(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        self.real.list(dir)
    }

    fn hash(&self, path: &Path) -> io::Result<Option<ContentHash>> {
        if let Some(fault) = lock(&self.state).unreadable.get(path) {
            return Err(fault.error());
        }
        self.real.hash(path)
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        self.real.kind(path)
    }

    fn create_dir_all(&self, dir: &Path, access: Access) -> Result<(), DiskError> {
        self.real.create_dir_all(dir, access)
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        self.real.stat(path)
    }
}
