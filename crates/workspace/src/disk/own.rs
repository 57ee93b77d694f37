//! Files that the program makes and that people may have edited: what somebody else put there is kept aside, never written over.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use sales_model::{ContentHash, Hashing};

use super::{
    Content, DiskError, RealDisk,
    fault::Step,
    guard::{Guard, Target},
    real::{GROUP, Pending, facts},
};
use crate::copies::copy_names;

/// Nothing of ours is larger: what is is somebody else's, and not read.
const LARGEST_OWN: u64 = 1 << 30;

/// What may give way to the new content of a file.
#[derive(Debug, Clone, Copy)]
pub enum Own<'a> {
    /// Contents with these hashes: all that the program may have put there. Anything else is kept aside as `<name>.local`.
    Hashes(&'a [ContentHash]),
    /// What was read there (`None`: nothing). Where something else stands now, it is left as it is.
    Seen(Option<&'a [u8]>),
}

/// A file that the program makes.
#[derive(Clone)]
pub struct OwnFile<'a> {
    /// Where.
    pub path: PathBuf,
    /// What it is to hold; `None`: it is to go.
    pub content: Option<Content<'a>>,
    /// What may give way.
    pub own: Own<'a>,
}

/// What became of such a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is as it was to be.
    Done,
    /// So it is, and what stood there before is kept at this path, if it was not kept there already.
    KeptAside(PathBuf),
    /// It was left alone: something else stands there than what was seen.
    Changed,
}

impl RealDisk {
    /// As [`super::Disk::write_own`].
    pub(super) fn put_own(&self, files: &[OwnFile<'_>], done: &mut Vec<Put>) -> Result<(), DiskError> {
        let mut guard = Guard::new(self.root())?;
        let mut dirs = BTreeSet::new();
        let mut result = Ok(());
        for group in files.chunks(GROUP) {
            let mut pending = Vec::with_capacity(group.len());
            result = self.put_group(group, &mut guard, &mut dirs, &mut pending, done);
            self.drop_temporaries(&pending);
            if result.is_err() {
                break;
            }
        }
        // Also after an error: what was renamed before it is to stay.
        let synced = self.sync_folders(&dirs);
        result.and(synced)
    }

    /// On return, `pending` holds the temporary files that were not renamed.
    fn put_group(
        &self,
        group: &[OwnFile<'_>],
        guard: &mut Guard,
        dirs: &mut BTreeSet<PathBuf>,
        pending: &mut Vec<Pending>,
        done: &mut Vec<Put>,
    ) -> Result<(), DiskError> {
        for file in group {
            let Some(content) = file.content else { continue };
            let failed = |e| DiskError::new(&file.path, "write", e);
            let path = guard.name(&file.path, "write")?;
            let old = facts(&path).map_err(failed)?;
            if old.as_ref().is_some_and(fs::Metadata::is_dir) {
                return Err(failed(io::ErrorKind::IsADirectory.into()));
            }
            let old = old.filter(fs::Metadata::is_file).map(|f| f.permissions());
            self.write_temporary(&file.path, Target { path, old }, content, false, dirs, pending).map_err(failed)?;
        }
        self.save_temporaries(pending)?;
        // Whatever is not renamed is dropped by the caller.
        let mut made = std::mem::take(pending).into_iter();
        let mut left = Vec::new();
        let result = group.iter().try_for_each(|file| {
            let temporary = file.content.and_then(|_| made.next());
            let doing = if temporary.is_some() { "write" } else { "remove" };
            let path = guard.name(&file.path, doing)?;
            let failed = |e| DiskError::new(&file.path, doing, e);
            let put = self.give_way(&path, file.own).and_then(|put| {
                match &temporary {
                    _ if put == Put::Changed => {}
                    Some(p) => self.take_place(p)?,
                    None if self.remove_file(&path)? => _ = path.parent().map(|dir| dirs.insert(dir.to_owned())),
                    None => {}
                }
                Ok(put)
            });
            if !matches!(put, Ok(Put::Done | Put::KeptAside(_))) {
                left.extend(temporary);
            }
            done.push(put.map_err(failed)?);
            Ok(())
        });
        pending.extend(left.into_iter().chain(made));
        result
    }

    /// Looks at what stands at a path, right before it gives way; what is not ours moves aside.
    fn give_way(&self, path: &Path, own: Own<'_>) -> io::Result<Put> {
        let Some(facts) = facts(path)? else {
            return Ok(if matches!(own, Own::Seen(Some(_))) { Put::Changed } else { Put::Done });
        };
        if facts.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        match own {
            Own::Seen(None) => Ok(Put::Changed),
            Own::Seen(Some(seen)) => {
                let same = facts.is_file() && facts.len() == seen.len() as u64 && readable(path)? == Some(ContentHash::of(seen));
                Ok(if same { Put::Done } else { Put::Changed })
            }
            Own::Hashes(own) => {
                let found = if facts.is_file() && facts.len() <= LARGEST_OWN { readable(path)? } else { None };
                if found.is_some_and(|hash| own.contains(&hash)) { Ok(Put::Done) } else { self.set_aside(path, found).map(Put::KeptAside) }
            }
        }
    }

    /// Moves what stands at a path to the first free name of a copy, durably; nothing is done where the same stands at one of them already.
    fn set_aside(&self, path: &Path, found: Option<ContentHash>) -> io::Result<PathBuf> {
        for copy in copy_names(path) {
            match facts(&copy)? {
                None => {
                    self.step(|| Step::Rename { from: path.to_owned(), to: copy.clone() }).and_then(|()| fs::rename(path, &copy))?;
                    // Before anything takes its place: names may reach the disk in any order.
                    path.parent().map_or(Ok(()), |dir| self.sync_folder(dir))?;
                    return Ok(copy);
                }
                Some(there) if found.is_some() && there.is_file() && readable(&copy)? == found => return Ok(copy),
                Some(_) => {}
            }
        }
        Err(io::Error::other("all names for a copy of it are taken"))
    }
}

/// The hash of a file that we may read.
fn readable(path: &Path) -> io::Result<Option<ContentHash>> {
    match hash(path) {
        Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        other => other,
    }
}

/// The hash of an ordinary file; `None` if there is none. A link that came a moment ago is an error, a pipe is not waited for.
pub(super) fn hash(path: &Path) -> io::Result<Option<ContentHash>> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let mut file = match options.open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let mut hashing = Hashing::default();
    io::copy(&mut file, &mut hashing)?;
    Ok(Some(hashing.done()))
}
