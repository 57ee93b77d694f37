use std::collections::BTreeMap;

use jiff::Timestamp;
use sales_model::{CustomerId, Profile};

use super::{Change, ChangeError, FileChange, Plan};
use crate::{Disk, Edit, EditError, Workspace};

impl Workspace {
    /// Changes profiles so that it can be taken back: all edits of all customers are made, or none. Customers may be named several times.
    ///
    /// # Errors
    /// [`ChangeError::Nothing`] where the edits change nothing; as [`Workspace::edit_profile`] and [`Workspace::make_change`].
    pub fn change(&self, disk: &dyn Disk, now: Timestamp, command: &str, edits: &[(CustomerId, Vec<Edit>)]) -> Result<Change, ChangeError> {
        self.make_change(disk, now, &|| self.plan_edits(disk, command, edits))
    }

    /// What [`Workspace::change`] would do.
    ///
    /// # Errors
    /// As [`Workspace::edit_profile`].
    pub fn plan_edits(&self, disk: &dyn Disk, command: &str, edits: &[(CustomerId, Vec<Edit>)]) -> Result<Plan, ChangeError> {
        let mut of: BTreeMap<&CustomerId, Vec<Edit>> = BTreeMap::new();
        for (customer, edits) in edits {
            of.entry(customer).or_default().extend_from_slice(edits);
        }
        let mut files = Vec::new();
        for (customer, edits) in of {
            let (before, after, _) = self.edited(disk, customer, &edits)?;
            if before != after {
                files.push(FileChange::Profile { customer: customer.clone(), before: Some(before), after: Some(after), mode: None });
            }
        }
        Ok(Plan { command: command.to_owned(), files, ..Plan::default() })
    }

    /// A profile as edits would make it; nothing is written.
    ///
    /// # Errors
    /// As [`Workspace::edit_profile`].
    pub fn edited_profile(&self, disk: &dyn Disk, customer: &CustomerId, edits: &[Edit]) -> Result<Profile, EditError> {
        Ok(self.edited(disk, customer, edits)?.2)
    }
}
