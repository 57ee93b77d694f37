use std::{
    collections::BTreeSet,
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use sales_model::ContentHash;

use super::{
    Access, Content, Disk, DiskError, Entry, Kind, OwnFile, Put, Stat,
    fault::{Step, Watch},
    guard::{Guard, Target},
    lock::Lock,
    own::hash,
    permissions::{builder, keep_permissions, mode, of_mode, options},
    temporary::Temporary,
};

/// Nothing that people or we keep as one file is larger; a link to `/dev/zero` would be.
const LARGEST_READ: u64 = 256 << 20;

/// Temporary files open at once: far below the 1,024 that a process may have, enough that the waiting for the disk is shared.
pub(super) const GROUP: usize = 256;

/// The computer's own disk, for one workspace: it writes nowhere else.
#[derive(Clone)]
pub struct RealDisk {
    root: PathBuf,
    watch: Option<Arc<dyn Watch>>,
}

impl fmt::Debug for RealDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealDisk").field("root", &self.root).finish_non_exhaustive()
    }
}

/// A temporary file on its way to its target.
pub(super) struct Pending {
    wanted: PathBuf,
    target: PathBuf,
    temporary: Temporary,
    file: fs::File,
}

impl Pending {
    /// Gives the file its name, unless something has it. A rename would take the name away from a file that came a moment ago; a second name
    /// is given only where there is none.
    fn take_free_name(&self) -> io::Result<bool> {
        match fs::hard_link(&self.temporary.path, &self.target) {
            Ok(()) => {
                // What stays is swept.
                let _ = fs::remove_file(&self.temporary.path);
                Ok(true)
            }
            Err(_) if facts(&self.target)?.is_some() => Ok(false),
            // A file system where files have one name only (FAT).
            Err(_) => fs::rename(&self.temporary.path, &self.target).map(|()| true),
        }
    }
}

impl RealDisk {
    /// A disk that writes inside this folder only.
    pub fn within(root: &Path) -> Self {
        RealDisk { root: root.to_owned(), watch: None }
    }

    pub(super) fn watched(root: &Path, watch: Arc<dyn Watch>) -> Self {
        RealDisk { root: root.to_owned(), watch: Some(watch) }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn step(&self, step: impl FnOnce() -> Step) -> io::Result<()> {
        match &self.watch {
            None => Ok(()),
            Some(watch) => watch.step(step()),
        }
    }

    pub(super) fn sync_folder(&self, dir: &Path) -> io::Result<()> {
        self.step(|| Step::SyncFolder(dir.to_owned()))?;
        // Elsewhere a folder can't be opened to be synced; there the file system keeps renames by itself.
        #[cfg(unix)]
        fs::File::open(dir)?.sync_all()?;
        Ok(())
    }

    pub(super) fn sync_folders(&self, dirs: &BTreeSet<PathBuf>) -> Result<(), DiskError> {
        dirs.iter().try_for_each(|d| self.sync_folder(d).map_err(|e| DiskError::new(d, "save the folder", e)))
    }

    /// Makes a folder and those above it; each new name is made durable in the folder that holds it.
    fn make_folders(&self, real: &Path, access: Access) -> io::Result<()> {
        match fs::metadata(real) {
            Ok(m) if m.is_dir() => return Ok(()),
            Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(e),
        }
        if let Some(parent) = real.parent() {
            self.make_folders(parent, Access::Shared)?;
            self.step(|| Step::MakeFolder(real.to_owned()))?;
            let made = builder(access).create(real);
            match made {
                // Another process was quicker.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && real.is_dir() => {}
                other => other?,
            }
            self.sync_folder(parent)?;
        }
        Ok(())
    }

    fn write_files(&self, files: &[(PathBuf, Content<'_>)], private: bool) -> Result<(), DiskError> {
        let mut guard = Guard::new(&self.root)?;
        let mut dirs = BTreeSet::new();
        let mut result = Ok(());
        for group in files.chunks(GROUP) {
            let mut pending = Vec::with_capacity(group.len());
            result = self.write_group(group, private, &mut guard, &mut dirs, &mut pending);
            if result.is_err() {
                self.drop_temporaries(&pending);
                break;
            }
        }
        // Also after an error: what was renamed before it is to stay.
        let synced = self.sync_folders(&dirs);
        result.and(synced)
    }

    /// The first error is the one to tell; what stays is swept at the next start.
    pub(super) fn drop_temporaries(&self, pending: &[Pending]) {
        for left in pending {
            let _ = self.remove_file(&left.temporary.path);
        }
    }

    /// On return, `pending` holds the temporary files that were not renamed.
    fn write_group(
        &self,
        group: &[(PathBuf, Content<'_>)],
        private: bool,
        guard: &mut Guard,
        dirs: &mut BTreeSet<PathBuf>,
        pending: &mut Vec<Pending>,
    ) -> Result<(), DiskError> {
        for (wanted, content) in group {
            let target = guard.file(wanted, "write")?;
            self.write_temporary(wanted, target, *content, private, dirs, pending).map_err(|e| DiskError::new(wanted, "write", e))?;
        }
        self.save_temporaries(pending)?;
        self.rename(pending)
    }

    fn replace_whole(&self, path: &Path, old: Option<&[u8]>, new: (&[u8], Option<u32>)) -> Result<bool, DiskError> {
        let (mut dirs, mut pending) = (BTreeSet::new(), Vec::new());
        let result = self.replace_file(path, old, new, &mut dirs, &mut pending);
        self.drop_temporaries(&pending);
        let synced = self.sync_folders(&dirs);
        result.and_then(|done| synced.map(|()| done))
    }

    /// Puts a new content in a file's place if the old one is still there; a new file gets the mode.
    fn replace_file(
        &self,
        wanted: &Path,
        old: Option<&[u8]>,
        (new, mode): (&[u8], Option<u32>),
        dirs: &mut BTreeSet<PathBuf>,
        pending: &mut Vec<Pending>,
    ) -> Result<bool, DiskError> {
        let mut target = Guard::new(&self.root)?.file(wanted, "write")?;
        target.old = target.old.or_else(|| mode.and_then(of_mode));
        self.write_temporary(wanted, target, Content::Whole(new), false, dirs, pending).map_err(|e| DiskError::new(wanted, "write", e))?;
        self.save_temporaries(pending)?;
        let now = self.read(wanted).map_err(|e| DiskError::new(wanted, "read", e))?;
        if now.as_deref() != old {
            return Ok(false);
        }
        self.rename(pending).map(|()| true)
    }

    /// Puts a file where nothing stands, or in the place of what does.
    fn place_file(
        &self,
        wanted: &Path,
        content: &[u8],
        over: bool,
        dirs: &mut BTreeSet<PathBuf>,
        pending: &mut Vec<Pending>,
    ) -> Result<bool, DiskError> {
        let failed = |e| DiskError::new(wanted, "write", e);
        let path = Guard::new(&self.root)?.name(wanted, "write")?;
        match facts(&path).map_err(failed)? {
            Some(facts) if facts.is_dir() => return Err(failed(io::ErrorKind::IsADirectory.into())),
            Some(_) if !over => return Ok(false),
            _ => {}
        }
        self.write_temporary(wanted, Target { path, old: None }, Content::Whole(content), true, dirs, pending).map_err(failed)?;
        self.save_temporaries(pending)?;
        if over {
            return self.rename(pending).map(|()| true);
        }
        let Some(p) = pending.first() else { return Ok(false) };
        let placed = self.step(|| Step::Rename { from: p.temporary.path.clone(), to: p.target.clone() }).and_then(|()| p.take_free_name());
        if placed.as_ref().is_ok_and(|placed| *placed) {
            pending.clear();
        }
        placed.map_err(failed)
    }

    pub(super) fn save_temporaries(&self, pending: &[Pending]) -> Result<(), DiskError> {
        pending.iter().for_each(|p| begin_writing_out(&p.file));
        pending.iter().try_for_each(|p| {
            self.step(|| Step::SyncFile(p.temporary.path.clone()))
                .and_then(|()| p.file.sync_data())
                .map_err(|e| DiskError::new(&p.wanted, "write", e))
        })
    }

    /// Gives a temporary file its name, in the place of whatever has it.
    pub(super) fn take_place(&self, p: &Pending) -> io::Result<()> {
        self.step(|| Step::Rename { from: p.temporary.path.clone(), to: p.target.clone() })
            .and_then(|()| fs::rename(&p.temporary.path, &p.target))
    }

    /// On return, `pending` holds the temporary files that were not renamed.
    fn rename(&self, pending: &mut Vec<Pending>) -> Result<(), DiskError> {
        let mut renamed = 0;
        let result = pending.iter().try_for_each(|p| {
            self.take_place(p).map_err(|e| DiskError::new(&p.wanted, "write", e))?;
            renamed += 1;
            Ok(())
        });
        pending.drain(..renamed);
        result
    }

    pub(super) fn write_temporary(
        &self,
        wanted: &Path,
        target: Target,
        content: Content<'_>,
        private: bool,
        dirs: &mut BTreeSet<PathBuf>,
        pending: &mut Vec<Pending>,
    ) -> io::Result<()> {
        if let Some(dir) = target.path.parent().filter(|d| !dirs.contains(*d)) {
            self.make_folders(dir, Access::Shared)?;
            dirs.insert(dir.to_owned());
        }
        let (file, temporary) = self.create_beside(&target.path, private)?;
        let told = self.step(|| Step::Write(temporary.path.clone(), content.bytes().unwrap_or_default()));
        // From here on the caller removes it if anything fails.
        let p = pending.push_mut(Pending { wanted: wanted.to_owned(), target: target.path, temporary, file });
        if let (Some(old), false) = (target.old, private) {
            keep_permissions(&p.file, &old)?;
        }
        if let Err(e) = told {
            // A disk that fills up takes a part of the bytes first.
            let bytes = content.bytes().unwrap_or_default();
            let _ = p.file.write_all(bytes.get(..bytes.len() / 2).unwrap_or_default());
            return Err(e);
        }
        content.write(&mut p.file)
    }

    fn create_beside(&self, target: &Path, private: bool) -> io::Result<(fs::File, Temporary)> {
        let mut tries = 0;
        loop {
            let temporary = Temporary::beside(target);
            self.step(|| Step::Create(temporary.path.clone()))?;
            // `create_new` follows no link and takes over nobody's file.
            match options(private).write(true).create_new(true).open(&temporary.path) {
                // A leftover of a dead process that had our id.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists && tries < 1_000 => tries += 1,
                Err(e) => return Err(e),
                Ok(file) => return Ok((file, temporary)),
            }
        }
    }

    /// An ordinary file and its length.
    fn open(&self, path: &Path) -> io::Result<Option<(fs::File, u64)>> {
        // Before it is opened: opening a pipe would wait for its writer.
        let len = match self.stat(path)? {
            None => return Ok(None),
            Some(Stat { kind: Kind::File, len, .. }) => len,
            Some(Stat { kind: Kind::Folder, .. }) => return Err(io::ErrorKind::IsADirectory.into()),
            Some(_) => return Err(io::Error::other("it is not an ordinary file")),
        };
        match fs::File::open(path) {
            Ok(file) => Ok(Some((file, len))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    pub(super) fn remove_file(&self, real: &Path) -> io::Result<bool> {
        self.step(|| Step::Remove(real.to_owned()))?;
        match fs::remove_file(real) {
            Ok(()) => Ok(true),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(e) => Err(e),
        }
    }
}

impl Disk for RealDisk {
    fn read(&self, path: &Path) -> io::Result<Option<Vec<u8>>> {
        let Some((file, len)) = self.open(path)? else { return Ok(None) };
        if len > LARGEST_READ {
            return Err(too_large());
        }
        let mut out = Vec::new();
        file.take(LARGEST_READ + 1).read_to_end(&mut out)?;
        if out.len() as u64 > LARGEST_READ {
            return Err(too_large());
        }
        Ok(Some(out))
    }

    fn write_contents(&self, files: &[(PathBuf, Content<'_>)]) -> Result<(), DiskError> {
        self.write_files(files, false)
    }

    fn holds(&self, path: &Path, content: Content<'_>) -> io::Result<bool> {
        self.open(path)?.map_or(Ok(false), |(file, _)| content.is(file))
    }

    fn write_own(&self, files: &[OwnFile<'_>], done: &mut Vec<Put>) -> Result<(), DiskError> {
        self.put_own(files, done)
    }

    fn write_private(&self, path: &Path, content: &[u8]) -> Result<(), DiskError> {
        self.write_files(&[(path.to_owned(), Content::Whole(content))], true)
    }

    fn place_private(&self, path: &Path, content: &[u8], over: bool) -> Result<bool, DiskError> {
        let (mut dirs, mut pending) = (BTreeSet::new(), Vec::new());
        let result = self.place_file(path, content, over, &mut dirs, &mut pending);
        self.drop_temporaries(&pending);
        let synced = self.sync_folders(&dirs);
        result.and_then(|done| synced.map(|()| done))
    }

    fn replace(&self, path: &Path, old: Option<&[u8]>, new: &[u8]) -> Result<bool, DiskError> {
        self.replace_whole(path, old, (new, None))
    }

    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<bool, DiskError> {
        self.replace_whole(path, None, (content, Some(mode)))
    }

    fn lock(&self, path: &Path) -> Result<Lock, DiskError> {
        let target = Guard::new(&self.root)?.file(path, "lock")?;
        Lock::take(&target.path).map_err(|e| DiskError::new(path, "lock", e))
    }

    fn remove(&self, paths: &[PathBuf]) -> Result<(), DiskError> {
        let mut guard = Guard::new(&self.root)?;
        let mut dirs = BTreeSet::new();
        let mut result = Ok(());
        for path in paths {
            let removed = match (path.parent(), path.file_name()) {
                // The link itself goes, not what it leads to.
                (Some(parent), Some(name)) => guard.folder(parent, "remove").and_then(|dir| {
                    let gone = self.remove_file(&dir.join(name)).map_err(|e| DiskError::new(path, "remove", e))?;
                    if gone {
                        dirs.insert(dir);
                    }
                    Ok(())
                }),
                _ => Err(DiskError::outside(path, "remove", "it names no file".to_owned())),
            };
            if removed.is_err() {
                result = removed;
                break;
            }
        }
        result.and(self.sync_folders(&dirs))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<bool, DiskError> {
        let mut guard = Guard::new(&self.root)?;
        let mut real = |path: &Path| match (path.parent(), path.file_name()) {
            // A link is moved as a link.
            (Some(parent), Some(name)) => Ok((guard.folder(parent, "move")?, name.to_owned())),
            _ => Err(DiskError::outside(path, "move", "it names no file".to_owned())),
        };
        let ((old_dir, old_name), (new_dir, new_name)) = (real(from)?, real(to)?);
        let (old, new) = (old_dir.join(old_name), new_dir.join(new_name));
        let failed = |e| DiskError::new(from, "move", e);
        self.make_folders(&new_dir, Access::Shared).map_err(failed)?;
        match fs::symlink_metadata(&new) {
            Ok(_) => return Ok(false),
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(failed(e)),
        }
        self.step(|| Step::Rename { from: old.clone(), to: new.clone() }).and_then(|()| fs::rename(&old, &new)).map_err(failed)?;
        // In this order: between the two the file has both names, never none.
        self.sync_folder(&new_dir).and_then(|()| if old_dir == new_dir { Ok(()) } else { self.sync_folder(&old_dir) }).map_err(failed)?;
        Ok(true)
    }

    fn remove_folder(&self, dir: &Path) -> Result<bool, DiskError> {
        let failed = |e| DiskError::new(dir, "remove", e);
        let real = Guard::new(&self.root)?.folder(dir, "remove")?;
        if !real.is_dir() || fs::read_dir(&real).map_err(failed)?.next().is_some() {
            return Ok(false);
        }
        self.step(|| Step::RemoveFolder(real.clone())).map_err(failed)?;
        match fs::remove_dir(&real) {
            Ok(()) => {}
            Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::DirectoryNotEmpty) => return Ok(false),
            Err(e) => return Err(failed(e)),
        }
        real.parent().map_or(Ok(()), |parent| self.sync_folder(parent)).map_err(failed)?;
        Ok(true)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Entry>> {
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e),
        };
        let mut out = entries
            .map(|entry| {
                let entry = entry?;
                Ok(Entry { name: entry.file_name(), kind: kind(entry.file_type()?) })
            })
            .collect::<io::Result<Vec<_>>>()?;
        out.sort_unstable();
        Ok(out)
    }

    fn hash(&self, path: &Path) -> io::Result<Option<ContentHash>> {
        if facts(path)?.is_some_and(|facts| facts.is_file()) { hash(path) } else { Ok(None) }
    }

    fn kind(&self, path: &Path) -> io::Result<Option<Kind>> {
        Ok(facts(path)?.map(|facts| kind(facts.file_type())))
    }

    fn create_dir_all(&self, dir: &Path, access: Access) -> Result<(), DiskError> {
        let failed = |e| DiskError::new(dir, "make the folder", e);
        let real = Guard::new(&self.root)?.folder(dir, "make the folder")?;
        self.make_folders(&real, access).map_err(failed)?;
        #[cfg(unix)]
        if access == Access::Private {
            use std::os::unix::fs::PermissionsExt;
            if fs::metadata(&real).map_err(failed)?.permissions().mode() & 0o077 != 0 {
                fs::set_permissions(&real, fs::Permissions::from_mode(0o700)).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn stat(&self, path: &Path) -> io::Result<Option<Stat>> {
        let facts = match fs::metadata(path) {
            Ok(facts) => facts,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        };
        let modified = facts.modified().ok().and_then(|t| Timestamp::try_from(t).ok());
        Ok(Some(Stat { kind: kind(facts.file_type()), len: facts.len(), modified, mode: mode(&facts) }))
    }
}

/// Tells the system to begin writing a file out, so that the `fdatasync` calls that follow wait for one journal commit instead of one
/// each: 7,100 instead of 2,900 files of 9 KB a second (ext4, 2 cores). Linux starts the writing for this advice and drops only pages
/// that are clean already. Nothing depends on it, so its errors are left alone.
#[cfg(target_os = "linux")]
fn begin_writing_out(file: &fs::File) {
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::DontNeed);
}

#[cfg(not(target_os = "linux"))]
fn begin_writing_out(_: &fs::File) {}

/// What stands at a path, links not followed; `None` if nothing does.
pub(super) fn facts(path: &Path) -> io::Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(facts) => Ok(Some(facts)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 256 MB")
}

fn kind(of: fs::FileType) -> Kind {
    match of {
        t if t.is_symlink() => Kind::Link,
        t if t.is_dir() => Kind::Folder,
        t if t.is_file() => Kind::File,
        _ => Kind::Other,
    }
}
