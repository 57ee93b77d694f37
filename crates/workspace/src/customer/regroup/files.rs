use std::collections::BTreeSet;

use sales_model::{CustomerId, mine_blocks};

use crate::{
    Disk, FileChange, FileError, Kind, SOURCE_FOLDERS, Workspace,
    copies::copy_names,
    disk::temporary,
    is_ours, original_of,
    ours::{CONTEXTS, SUMMARY},
};

impl Workspace {
    /// Everything in one customer's folder that people put there goes to another's, own blocks included. A name that is taken gets a number.
    pub(super) fn move_people_files(&self, disk: &dyn Disk, from: &CustomerId, into: &CustomerId) -> Result<Vec<FileChange>, FileError> {
        let mut taken: BTreeSet<String> = self.files_below(disk, into)?.iter().map(|path| path.to_lowercase()).collect();
        let mut out = Vec::new();
        for path in self.people_files(disk, from)? {
            let free = names(&path).find(|name| taken.insert(name.to_lowercase())).unwrap_or_else(|| path.clone());
            out.push(FileChange::Move { from: (from.clone(), path), to: (into.clone(), free) });
        }
        let (moved, own) = (self.own_blocks(disk, from)?, self.own_blocks(disk, into)?);
        if !moved.is_empty() {
            let both = own.iter().chain(&moved).cloned().collect();
            out.push(FileChange::Own { customer: into.clone(), before: own, after: both });
            out.push(FileChange::Own { customer: from.clone(), before: moved, after: Vec::new() });
        }
        Ok(out)
    }

    /// A person's own blocks in a customer's context.
    fn own_blocks(&self, disk: &dyn Disk, customer: &CustomerId) -> Result<Vec<String>, FileError> {
        let path = self.customer_dir(customer).join(SUMMARY);
        let text = disk.read(&path).map_err(|e| FileError::unreadable(&path, &e))?.unwrap_or_default();
        Ok(mine_blocks(&String::from_utf8_lossy(&text)))
    }

    /// What people put into a customer's folder beside the profile.
    fn people_files(&self, disk: &dyn Disk, customer: &CustomerId) -> Result<Vec<String>, FileError> {
        let dir = self.customer_dir(customer);
        let mut files = self.files_below(disk, customer)?;
        files.retain(|path| {
            let source = path.split_once('/').is_some_and(|(folder, _)| SOURCE_FOLDERS.contains(&folder));
            let ours = || disk.read(&dir.join(path)).ok().flatten().is_some_and(|content| is_ours(path.as_ref(), &content));
            path != "profile.toml" && !CONTEXTS.contains(&path.as_str()) && temporary::writer(path).is_none() && !(source && ours())
        });
        Ok(files)
    }

    /// All files in a customer's folder, sorted; links are not followed. A name that is no text stays where it is.
    fn files_below(&self, disk: &dyn Disk, customer: &CustomerId) -> Result<Vec<String>, FileError> {
        let dir = self.customer_dir(customer);
        let (mut todo, mut files) = (vec![String::new()], Vec::new());
        while let Some(folder) = todo.pop() {
            let here = dir.join(&folder);
            for entry in disk.list(&here).map_err(|e| FileError::unreadable(&here, &e))? {
                let Some(name) = entry.name.to_str() else { continue };
                let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                if entry.kind == Kind::Folder { todo.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// Names that a file may get where it moves to: of a copy those of copies, else `notes/call.md`, `notes/call_2.md`, ...
fn names(path: &str) -> Box<dyn Iterator<Item = String>> {
    if let Some(original) = original_of(path) {
        return Box::new(copy_names(original.as_ref()).filter_map(|name| name.to_str().map(str::to_owned)));
    }
    let (folder, name) = path.rsplit_once('/').map_or((String::new(), path), |(folder, name)| (format!("{folder}/"), name));
    let (stem, ending) =
        name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map_or((name, String::new()), |(s, e)| (s, format!(".{e}")));
    let numbered = format!("{folder}{stem}");
    Box::new(std::iter::once(path.to_owned()).chain((2..u32::MAX).map(move |n| format!("{numbered}_{n}{ending}"))))
}
