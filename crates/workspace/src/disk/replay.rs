//! What a disk holds after power is lost: a model of what each step makes durable.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use super::fault::Step;

/// What a power cut takes of the things that were not synced. File systems may do any of these, per file even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Nothing: the process died, the machine went on.
    Nothing,
    /// Contents and names.
    All,
    /// Contents only: names, renames and removals reached the disk first, unsynced files are empty.
    Contents,
    /// The second half of each unsynced content; names reached the disk.
    HalfContents,
    /// Names only: contents reached the disk first.
    Names,
}

/// A folder with everything in it; paths relative to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    folders: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// A file's content as programs see it and as the disk has it.
#[derive(Clone)]
struct Content {
    seen: Vec<u8>,
    durable: Option<Vec<u8>>,
}

/// A name in a folder that was changed and not synced yet.
enum Change {
    Folder(PathBuf),
    Put(PathBuf, usize),
    Gone(PathBuf),
    FolderGone(PathBuf),
}

impl Change {
    fn path(&self) -> &Path {
        match self {
            Change::Folder(p) | Change::Put(p, _) | Change::Gone(p) | Change::FolderGone(p) => p,
        }
    }
}

#[derive(Default)]
struct Names {
    folders: BTreeSet<PathBuf>,
    files: BTreeMap<PathBuf, usize>,
}

impl Names {
    fn apply(&mut self, change: &Change) {
        match change {
            Change::Folder(p) => {
                self.folders.insert(p.clone());
            }
            Change::Put(p, content) => {
                self.files.insert(p.clone(), *content);
            }
            Change::Gone(p) => {
                self.files.remove(p);
            }
            Change::FolderGone(p) => {
                self.folders.remove(p);
            }
        }
    }
}

impl Tree {
    pub(super) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Tree::default();
        let mut todo = vec![PathBuf::new()];
        while let Some(dir) = todo.pop() {
            for entry in fs::read_dir(root.join(&dir))? {
                let entry = entry?;
                let path = dir.join(entry.file_name());
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    tree.folders.insert(path.clone());
                    todo.push(path);
                } else if kind.is_file() {
                    tree.files.insert(path.clone(), fs::read(root.join(&path))?);
                }
            }
        }
        Ok(tree)
    }

    #[expect(clippy::disallowed_methods, reason = "makes the state after a loss of power in a throw-away folder")]
    pub(super) fn write(&self, to: &Path) -> io::Result<()> {
        for folder in &self.folders {
            fs::create_dir_all(to.join(folder))?;
        }
        for (path, content) in &self.files {
            let path = to.join(path);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, content)?;
        }
        Ok(())
    }

    /// This tree after the steps, which were done to the folder `root`, and a loss of power.
    pub(super) fn after(&self, steps: &[Step], root: &Path, loss: Loss) -> Tree {
        let mut contents: Vec<Content> = Vec::new();
        let (mut seen, mut durable) = (Names::default(), Names::default());
        for (path, bytes) in &self.files {
            for names in [&mut seen, &mut durable] {
                names.files.insert(path.clone(), contents.len());
            }
            contents.push(Content { seen: bytes.clone(), durable: Some(bytes.clone()) });
        }
        for names in [&mut seen, &mut durable] {
            names.folders.clone_from(&self.folders);
        }
        // Changes of names in their order, until the folder that holds them is synced.
        let mut waiting: Vec<Change> = Vec::new();
        let inside = |p: &Path| p.strip_prefix(root).unwrap_or(p).to_owned();
        for step in steps {
            let mut changes = Vec::new();
            match step {
                Step::MakeFolder(p) => changes.push(Change::Folder(inside(p))),
                Step::Create(p) => {
                    changes.push(Change::Put(inside(p), contents.len()));
                    contents.push(Content { seen: Vec::new(), durable: None });
                }
                Step::Write(p, bytes) => {
                    if let Some(c) = seen.files.get(&inside(p)).and_then(|i| contents.get_mut(*i)) {
                        c.seen.clone_from(bytes);
                    }
                }
                Step::SyncFile(p) => {
                    if let Some(c) = seen.files.get(&inside(p)).and_then(|i| contents.get_mut(*i)) {
                        c.durable = Some(c.seen.clone());
                    }
                }
                Step::Rename { from, to } => {
                    if let Some(i) = seen.files.get(&inside(from)) {
                        changes.extend([Change::Put(inside(to), *i), Change::Gone(inside(from))]);
                    }
                }
                Step::Remove(p) => changes.push(Change::Gone(inside(p))),
                Step::RemoveFolder(p) => changes.push(Change::FolderGone(inside(p))),
                Step::SyncFolder(dir) => {
                    let dir = inside(dir);
                    waiting.retain(|change| {
                        let now = change.path().parent() == Some(&dir);
                        if now {
                            durable.apply(change);
                        }
                        !now
                    });
                }
            }
            changes.iter().for_each(|c| seen.apply(c));
            waiting.extend(changes);
        }
        let names = if matches!(loss, Loss::All | Loss::Names) { durable } else { seen };
        let keep = |c: &Content| match (loss, &c.durable) {
            (Loss::Nothing | Loss::Names, _) => c.seen.clone(),
            (_, Some(bytes)) => bytes.clone(),
            (Loss::HalfContents, None) => c.seen.get(..c.seen.len() / 2).unwrap_or_default().to_vec(),
            (_, None) => Vec::new(),
        };
        // A file is only there if all folders above it are.
        let there = |p: &Path| p.ancestors().skip(1).all(|a| a.as_os_str().is_empty() || names.folders.contains(a));
        Tree {
            folders: names.folders.iter().filter(|p| there(p)).cloned().collect(),
            files: names.files.iter().filter(|(p, _)| there(p)).filter_map(|(p, i)| Some((p.clone(), keep(contents.get(*i)?)))).collect(),
        }
    }
}
