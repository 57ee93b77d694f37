use sales_model::CustomerId;

use super::{Regrouping, aliases, refused};
use crate::{
    Disk, Edit, FileChange, Plan, Workspace,
    customer::{change::ChangeError, resolve::folded},
};

/// A new name for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Who.
    pub customer: CustomerId,
    /// The new name.
    pub name: String,
    /// The new id; the old one stays without.
    pub id: Option<CustomerId>,
    /// The old name and id go on to reach the customer.
    pub keep: bool,
}

impl Workspace {
    /// Gives a customer another name, and another id if one is given: then everything in its folder moves.
    ///
    /// # Errors
    /// There is no profile, or it is unreadable; the name or id is taken.
    pub fn plan_rename(&self, disk: &dyn Disk, command: &str, rename: &Rename) -> Result<Regrouping, ChangeError> {
        let old = &rename.customer;
        let id = rename.id.clone().unwrap_or_else(|| old.clone());
        if rename.name.trim().is_empty() {
            return Err(refused("a customer needs a name", "sales customer rename --help shows what can be given"));
        }
        self.check_free_but(disk, old, &id, &rename.name)?;
        let profile = self.profile(disk, old)?.ok_or_else(|| self.missing_profile(old))?;
        let mut edits = vec![Edit::Set { key: "name".into(), value: rename.name.clone() }];
        if rename.keep {
            let known = std::iter::once(&rename.name).chain(&profile.aliases).map(|n| folded(n)).collect();
            edits.extend(aliases([profile.name.as_str(), old.as_str()], known));
        }
        let (before, after, _) = self.edited(disk, old, &edits)?;
        let mut plan = Plan { command: command.to_owned(), ..Plan::default() };
        if id != *old {
            let mode = self.profile_mode(disk, old)?;
            plan.files.push(FileChange::Profile { customer: id.clone(), before: None, after: Some(after), mode });
            plan.files.extend(self.move_people_files(disk, old, &id)?);
            plan.files.push(FileChange::Profile { customer: old.clone(), before: Some(before), after: None, mode });
            plan.carries.push((old.clone(), id));
        } else if before != after {
            plan.files.push(FileChange::Profile { customer: id, before: Some(before), after: Some(after), mode: None });
        }
        Ok(Regrouping { plan, lost: Vec::new() })
    }
}
