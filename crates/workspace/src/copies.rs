//! Copies of the program's files as people edited them: `<name>.local`, `<name>.local.2`, ... beside the file.

use std::path::{Path, PathBuf};

use sales_model::CustomerId;

use crate::{Disk, DiskError, Kind, SOURCE_FOLDERS, Workspace, ours::CONTEXTS};

const ENDING: &str = ".local";
/// Copies of one file; whoever has more looks after them.
const MOST: u32 = 10_000;

/// Names for a copy of a file, the first one first.
pub(crate) fn copy_names(path: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let path = path.to_owned();
    (1..MOST).map(move |n| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(ENDING);
        if n > 1 {
            name.push(format!(".{n}"));
        }
        path.with_file_name(name)
    })
}

/// The file of the program that a file is a copy of, by its name; both are paths in the customer's folder, with `/`.
pub fn original_of(copy: &str) -> Option<&str> {
    let numbered = |n: &str| n.bytes().all(|b| b.is_ascii_digit()) && !n.starts_with('0') && n != "1";
    let original = match copy.rsplit_once('.') {
        Some((rest, n)) if !n.is_empty() && numbered(n) => rest.strip_suffix(ENDING)?,
        _ => copy.strip_suffix(ENDING)?,
    };
    let of_source = |(folder, name): (&str, &str)| SOURCE_FOLDERS.contains(&folder) && !name.is_empty() && !name.contains('/');
    (CONTEXTS.contains(&original) || original.split_once('/').is_some_and(of_source)).then_some(original)
}

impl Workspace {
    /// The copies in a customer's folder, sorted: paths in it, with `/`.
    ///
    /// # Errors
    /// A folder can't be listed.
    pub fn copies(&self, disk: &dyn Disk, customer: &CustomerId) -> Result<Vec<String>, DiskError> {
        let mut found = Vec::new();
        for folder in SOURCE_FOLDERS.iter().copied().chain([""]) {
            let dir = self.customer_dir(customer).join(folder);
            for entry in disk.list(&dir).map_err(|e| DiskError::new(&dir, "list", e))?.into_iter().filter(|e| e.kind != Kind::Folder) {
                let Some(name) = entry.name.to_str() else { continue };
                let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                found.extend(original_of(&path).is_some().then_some(path));
            }
        }
        found.sort();
        Ok(found)
    }

    /// The same of all customers, of those too that are no more.
    ///
    /// # Errors
    /// A folder can't be listed.
    pub fn all_copies(&self, disk: &dyn Disk) -> Result<Vec<(CustomerId, String)>, DiskError> {
        let dir = self.profiles_dir();
        let folders = disk.list(&dir).map_err(|e| DiskError::new(&dir, "list", e))?;
        let customers = folders.iter().filter(|e| e.kind == Kind::Folder).filter_map(|e| e.name.to_str()?.parse::<CustomerId>().ok());
        let mut found = Vec::new();
        for customer in customers {
            let copies = self.copies(disk, &customer)?;
            found.extend(copies.into_iter().map(|copy| (customer.clone(), copy)));
        }
        Ok(found)
    }
}
