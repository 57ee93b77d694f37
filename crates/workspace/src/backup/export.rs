use std::{
    borrow::Cow,
    fs,
    io::{self, BufWriter, Write},
    path::{Component, Path},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{BackupError, io, write::private};
use crate::disk::Scratch;

/// Writes an export: a ZIP file where `out` ends in `.zip`, else a folder. Nothing may stand there yet; it is for the user alone. Entries
/// are named by paths with `/`; one that would leave the folder is refused.
///
/// # Errors
/// Something stands at `out`, or something cannot be written; then nothing stands there afterwards.
pub fn write_export(out: &Path, entries: &[(String, Cow<'_, [u8]>)]) -> Result<(), BackupError> {
    if fs::symlink_metadata(out).is_ok() {
        return Err(BackupError::Exists(out.to_owned()));
    }
    if let Some((name, _)) = entries.iter().find(|(name, _)| !Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))) {
        return Err(io(out)(io::Error::other(format!("{name:?} would stand outside of it"))));
    }
    let scratch = Scratch::beside(out);
    let part = scratch.path();
    let packed = out.extension().is_some_and(|e| e.eq_ignore_ascii_case("zip"));
    let written = if packed { pack(part, entries) } else { unpack(part, entries) };
    written.and_then(|()| fs::rename(part, out)).map_err(io(out)).inspect_err(|_| {
        // A file goes with the scratch.
        let _ = fs::remove_dir_all(part);
    })
}

fn pack(part: &Path, entries: &[(String, Cow<'_, [u8]>)]) -> io::Result<()> {
    let mut zip = ZipWriter::new(BufWriter::new(private(part)?));
    for (name, bytes) in entries {
        zip.start_file(name.as_str(), SimpleFileOptions::default().large_file(true)).map_err(io::Error::other)?;
        zip.write_all(bytes)?;
    }
    zip.finish().map_err(io::Error::other)?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

fn unpack(part: &Path, entries: &[(String, Cow<'_, [u8]>)]) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(part)?;
    for (name, bytes) in entries {
        let to = part.join(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        private(&to)?.write_all(bytes)?;
    }
    Ok(())
}
