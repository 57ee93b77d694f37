use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Write},
    path::{Component, Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::ZipArchive;

use super::{BackedUp, BackupError, FORMAT, MANIFEST, Manifest, hex, io};
use crate::{disk::Scratch, error::reason};

/// Largest manifest: a million files have one of 200 MB.
const LARGEST_MANIFEST: u64 = 256 << 20;

/// Unpacks a backup into a folder that is not there yet, or empty; checks every file against the manifest before the folder gets its name.
///
/// # Errors
/// Something stands in the folder, the file is no whole backup, or something cannot be written; then the folder is as it was.
pub fn restore(backup: &Path, dir: &Path) -> Result<Manifest, BackupError> {
    match fs::read_dir(dir).map(|mut entries| entries.next().is_none()) {
        Ok(true) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        _ => return Err(BackupError::Exists(dir.to_owned())),
    }
    let file = File::open(backup).map_err(io(backup))?;
    let bad = |why: String| BackupError::NotOne { path: backup.to_owned(), why };
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|e| bad(e.to_string()))?;
    let manifest = manifest(&mut zip).map_err(&bad)?;
    // Made beside it, and given its name when all of it is there.
    let scratch = Scratch::beside(dir);
    let part = scratch.path();
    let done = (|| {
        private(part).map_err(io(part))?;
        for listed in &manifest.files {
            let to = part.join(safe(&listed.path).ok_or_else(|| bad(format!("it holds a file {:?}", listed.path)))?);
            unpack(&mut zip, listed, &to, part, &bad)?;
        }
        if zip.len() != manifest.files.len() + 1 {
            return Err(bad("it holds files that its manifest does not name".to_owned()));
        }
        // An empty folder that is there gives way.
        match fs::remove_dir(dir) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(io(dir)(e)),
        }
        fs::rename(part, dir).map_err(io(dir))
    })();
    match done {
        Ok(()) => Ok(manifest),
        Err(e) => {
            let _ = fs::remove_dir_all(part);
            Err(e)
        }
    }
}

fn private(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn manifest<R: Read + io::Seek>(zip: &mut ZipArchive<R>) -> Result<Manifest, String> {
    let file = zip.by_name(MANIFEST).map_err(|_| format!("it holds no {MANIFEST}"))?;
    let manifest: Manifest =
        serde_json::from_reader(file.take(LARGEST_MANIFEST)).map_err(|e| format!("its {MANIFEST} cannot be read: {e}"))?;
    if manifest.format != FORMAT {
        return Err(format!("it is of form {}, this version reads form {FORMAT}", manifest.format));
    }
    Ok(manifest)
}

/// A path of a backup, if it stays in the folder and names what backups hold.
fn safe(path: &str) -> Option<PathBuf> {
    let known = path.starts_with("customers/")
        || [".sales/ledger.db", ".sales/tokens.json", "workspace.toml", ".gitignore", ".env"].contains(&path);
    let plain = Path::new(path).components().all(|c| matches!(c, Component::Normal(_))) && !path.contains(['\\', '\0']);
    (known && plain).then(|| PathBuf::from(path))
}

fn unpack<R: Read + io::Seek>(
    zip: &mut ZipArchive<R>,
    listed: &BackedUp,
    to: &Path,
    part: &Path,
    bad: &impl Fn(String) -> BackupError,
) -> Result<(), BackupError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(io(folder))?;
        #[cfg(unix)]
        if folder == part.join(".sales") {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io(folder))?;
        }
    }
    let mut entry = zip.by_name(&listed.path).map_err(|e| bad(format!("{:?}: {e}", listed.path)))?;
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if listed.path.starts_with('.') {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut out = options.open(to).map_err(io(to))?;
    let (mut sha, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let n = entry.read(&mut buffer).map_err(|e| bad(format!("{:?}: {}", listed.path, reason(&e))))?;
        let Some(bytes) = buffer.get(..n).filter(|b| !b.is_empty()) else { break };
        size += n as u64;
        if size > listed.size {
            break;
        }
        sha.update(bytes);
        out.write_all(bytes).map_err(io(to))?;
    }
    if size != listed.size || hex(&sha.finalize()) != listed.sha256 {
        return Err(bad(format!("{:?} is not what its manifest says", listed.path)));
    }
    out.sync_all().map_err(io(to))
}
