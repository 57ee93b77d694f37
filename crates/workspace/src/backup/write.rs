use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{BackedUp, BackupError, FORMAT, MANIFEST, Manifest, hex, io};
use crate::{
    Workspace,
    disk::{Scratch, temporary},
};

/// Writes a backup of a workspace to `out`, where nothing may stand yet. `ledger`: a copy of the ledger that nobody writes, if there is a
/// ledger. With `secrets` the credentials are in it, too. Readable by the user alone.
///
/// # Errors
/// Something stands at `out`, or a file cannot be read or written; then nothing stands there afterwards.
pub fn write_backup(
    workspace: &Workspace,
    ledger: Option<&Path>,
    out: &Path,
    secrets: bool,
    (version, made): (&str, String),
) -> Result<Manifest, BackupError> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(BackupError::Exists(out.to_owned()));
    }
    let scratch = Scratch::beside(out);
    let part = scratch.path();
    let written = (|| {
        let mut manifest = Manifest { format: FORMAT, version: version.to_owned(), made, secrets, files: Vec::new() };
        let file = private(part).map_err(io(part))?;
        let mut zip = ZipWriter::new(BufWriter::new(file));
        for (path, from) in files(workspace, ledger, secrets)? {
            manifest.files.push(add(&mut zip, path, &from, part)?);
        }
        let failed = |e: zip::result::ZipError| io(part)(io::Error::other(e));
        zip.start_file(MANIFEST, SimpleFileOptions::default()).map_err(failed)?;
        serde_json::to_writer_pretty(&mut zip, &manifest).map_err(|e| io(part)(e.into()))?;
        let file = zip.finish().map_err(failed)?.into_inner().map_err(|e| io(part)(e.into_error()))?;
        file.sync_all().map_err(io(part))?;
        // Never over something that came meanwhile.
        fs::hard_link(part, out).or_else(|e| if out.exists() { Err(e) } else { fs::rename(part, out) }).map_err(io(out))?;
        Ok(manifest)
    })();
    drop(scratch);
    written
}

pub(super) fn private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// What goes into a backup: (path in it, where it stands), sorted.
fn files(workspace: &Workspace, ledger: Option<&Path>, secrets: bool) -> Result<Vec<(String, PathBuf)>, BackupError> {
    let root = workspace.root();
    let mut all = Vec::new();
    let mut folders = vec![root.join("customers")];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(io(&folder)(e)),
        };
        for entry in entries {
            let entry = entry.map_err(io(&folder))?;
            let kind = entry.file_type().map_err(io(&folder))?;
            let leftover = entry.file_name().to_str().is_some_and(|name| temporary::is_leftover(name, &|_| false));
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && !leftover {
                all.push(entry.path());
            }
        }
    }
    all.extend([workspace.settings_path(), root.join(".gitignore")].into_iter().filter(|p| p.is_file()));
    if secrets {
        all.extend([workspace.env_path(), workspace.tokens_path()].into_iter().filter(|p| p.is_file()));
    }
    let name = |path: &Path| {
        let parts = path.strip_prefix(root).unwrap_or(path).components();
        parts.map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    };
    let mut all: Vec<(String, PathBuf)> = all.into_iter().map(|path| (name(&path), path)).collect();
    all.extend(ledger.map(|path| (name(&workspace.ledger_path()), path.to_owned())));
    all.sort();
    Ok(all)
}

fn add<W: Write + io::Seek>(zip: &mut ZipWriter<W>, path: String, from: &Path, part: &Path) -> Result<BackedUp, BackupError> {
    let failed = |e: zip::result::ZipError| io(part)(io::Error::other(e));
    let mut file = File::open(from).map_err(io(from))?;
    zip.start_file(path.as_str(), SimpleFileOptions::default().large_file(true).unix_permissions(0o600)).map_err(failed)?;
    let (mut sha, mut size, mut buffer) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let n = file.read(&mut buffer).map_err(io(from))?;
        let Some(bytes) = buffer.get(..n).filter(|b| !b.is_empty()) else { break };
        sha.update(bytes);
        size += n as u64;
        zip.write_all(bytes).map_err(io(part))?;
    }
    Ok(BackedUp { path, size, sha256: hex(&sha.finalize()) })
}
