//! Customers that become others: renamed, merged, split. Pure planning over the files as they are; see [`Workspace::make_change`].

mod files;
mod merge;
mod rename;
mod split;

use std::path::PathBuf;

use sales_model::CustomerId;

pub use self::{rename::Rename, split::Split};
use super::{
    EditError,
    change::{ChangeError, Plan},
    resolve::folded,
};
use crate::{Disk, DiskError, Edit, Workspace, error::quoted};

/// What is to be done, and what is to be known before it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regrouping {
    /// What to do.
    pub plan: Plan,
    /// Values that the result does not have: (key, value). The journal keeps them.
    pub lost: Vec<(String, String)>,
}

impl Workspace {
    /// Whether nobody but `but` has the id or the name, and nothing stands where the id's folder will be.
    fn check_free_but(&self, disk: &dyn Disk, but: &CustomerId, id: &CustomerId, name: &str) -> Result<(), ChangeError> {
        let customers = self.customers(disk)?;
        let wanted = [folded(name), folded(id.as_str())];
        let taken = customers.into_iter().filter(|(other, _)| other != but).find(|(other, profile)| {
            let known = profile.iter().flat_map(|p| std::iter::once(&p.name).chain(&p.aliases)).map(|n| folded(n));
            other == id || known.chain([folded(other.as_str())]).any(|n| wanted.contains(&n))
        });
        if let Some((other, _)) = taken {
            return Err(EditError::Exists { name: name.to_owned(), path: self.profile_path(&other), id: other }.into());
        }
        let dir = self.customer_dir(id);
        let there = id != but && !disk.list(&dir).map_err(|e| DiskError::new(&dir, "list", e))?.is_empty();
        if there {
            let dir = quoted(&dir);
            return Err(refused(format!("something stands in {dir} already"), format!("Move it away: ls -la {dir}")));
        }
        Ok(())
    }

    fn missing_profile(&self, id: &CustomerId) -> EditError {
        let path: PathBuf = self.profile_path(id);
        EditError::Missing { id: id.clone(), path }
    }
}

/// Names that become aliases, where none of those that are known already is the same. (That an id is the same as a name is not enough: rules
/// look for names.)
fn aliases<'a>(names: impl IntoIterator<Item = &'a str>, mut known: Vec<String>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for name in names {
        if !known.contains(&folded(name)) {
            known.push(folded(name));
            edits.push(Edit::Add { key: "aliases".to_owned(), value: name.to_owned() });
        }
    }
    edits
}

fn refused(reason: impl Into<String>, next: impl Into<String>) -> ChangeError {
    ChangeError::Refused { reason: reason.into(), next: next.into() }
}
