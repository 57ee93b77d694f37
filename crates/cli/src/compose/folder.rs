//! A folder that a user wants to import, on disk.

use std::{
    fs::{self, File, FileType},
    io,
    path::{Path, PathBuf},
};

use sales_connectors::registry::{EntryKind, Folder, FolderEntry, ReadSeek};

/// Most entries of one folder: a maildir of a whole company has fewer.
const ENTRIES: usize = 5_000_000;

/// A folder on disk. The folder itself may be a link; below it none is followed, so that nothing outside is read.
pub(crate) struct DiskFolder(pub(crate) PathBuf);

fn kind(of: FileType) -> EntryKind {
    match (of.is_file(), of.is_dir(), of.is_symlink()) {
        (true, ..) => EntryKind::File,
        (_, true, _) => EntryKind::Folder,
        (.., true) => EntryKind::Link,
        _ => EntryKind::Other,
    }
}

impl Folder for DiskFolder {
    fn entries(&self, path: &Path) -> io::Result<Vec<FolderEntry>> {
        let mut out = Vec::new();
        for entry in fs::read_dir(self.0.join(path))? {
            let entry = entry?;
            if out.len() == ENTRIES {
                return Err(io::Error::other(format!("more than {ENTRIES} files")));
            }
            out.push(FolderEntry { name: entry.file_name(), kind: kind(entry.file_type()?) });
        }
        Ok(out)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn ReadSeek>> {
        // Nothing on the way to it may have become a link since it was listed.
        let mut whole = self.0.clone();
        for part in path {
            whole.push(part);
            if fs::symlink_metadata(&whole)?.file_type().is_symlink() {
                return Err(io::Error::other("it is a symbolic link"));
            }
        }
        let file = File::open(&whole)?;
        if !file.metadata()?.is_file() {
            return Err(io::Error::other("it is no file"));
        }
        Ok(Box::new(file))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "test files")]
    #[test]
    fn links_are_named_and_never_followed() {
        let dir = tempfile::tempdir().unwrap();
        let outside = dir.path().join("outside");
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("below")).unwrap();
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("secret.eml"), "secret").unwrap();
        fs::write(root.join("below/a.eml"), "inside").unwrap();
        std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
        std::os::unix::fs::symlink(outside.join("secret.eml"), root.join("link.eml")).unwrap();
        std::os::unix::fs::symlink(&root, dir.path().join("to-root")).unwrap();

        let folder = DiskFolder(dir.path().join("to-root"));
        let mut entries = folder.entries(Path::new("")).unwrap();
        entries.sort();
        let entry = |name: &str, kind| FolderEntry { name: name.into(), kind };
        let expected = [entry("below", EntryKind::Folder), entry("link", EntryKind::Link), entry("link.eml", EntryKind::Link)];
        assert_eq!(entries, expected);
        let mut text = String::new();
        folder.open(Path::new("below/a.eml")).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "inside");
        for (path, why) in [("link.eml", "it is a symbolic link"), ("link/secret.eml", "it is a symbolic link"), ("below", "it is no file")]
        {
            assert_eq!(folder.open(Path::new(path)).err().unwrap().to_string(), why, "{path}");
        }
        assert!(folder.open(Path::new("missing")).is_err() && folder.entries(Path::new("missing")).is_err());
    }
}
