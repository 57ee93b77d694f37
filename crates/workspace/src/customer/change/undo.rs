use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Change, ChangeError, ChangeId, FileChange, Plan, file::State};
use crate::{Disk, Workspace};

/// The changes that were taken back, of all changes. One whose taking back was taken back itself is not among them.
pub fn undone(changes: &[Change]) -> BTreeSet<ChangeId> {
    let mut newest_first: Vec<&Change> = changes.iter().collect();
    newest_first.sort_by_key(|c| std::cmp::Reverse(c.id));
    let mut out = BTreeSet::new();
    for change in newest_first {
        if !out.contains(&change.id) {
            out.extend(change.plan.undoes);
        }
    }
    out
}

impl Workspace {
    /// Takes a change back: a new change that does the opposite. One that was interrupted and can't be finished is taken back as far as it
    /// came, files that somebody else changed left alone; it is given as it was then, and leaves no trace.
    ///
    /// # Errors
    /// There is no such change; it was taken back before; a file is not as the change left it any more: nothing is touched then. As
    /// [`Workspace::make_change`].
    pub fn undo(&self, disk: &dyn Disk, now: Timestamp, id: ChangeId) -> Result<Change, ChangeError> {
        if let Some(pending) = self.pending_change(disk)?.filter(|p| p.id == id) {
            let _lock = self.lock_profiles(disk)?;
            if self.pending_change(disk)?.as_ref() == Some(&pending) {
                self.take_back(disk, &pending)?;
                self.drop_pending(disk)?;
                return Ok(pending);
            }
        }
        self.make_change(disk, now, &|| self.plan_undo(disk, id))
    }

    /// What [`Workspace::undo`] would do.
    ///
    /// # Errors
    /// As [`Workspace::undo`].
    pub fn plan_undo(&self, disk: &dyn Disk, id: ChangeId) -> Result<Plan, ChangeError> {
        let change = self.read_change_of(disk, id)?.ok_or(ChangeError::Unknown { id })?;
        let changes = self.changes(disk)?.0;
        let undone = undone(&changes);
        if undone.contains(&id) {
            return Err(ChangeError::Undone { id });
        }
        for file in &change.plan.files {
            if file.state(self, disk)? != State::After {
                let path = file.path(self);
                let touches =
                    |c: &&Change| c.id > id && !undone.contains(&c.id) && c.plan.files.iter().any(|f| f.paths(self).contains(&path));
                let newer = changes.iter().find(touches).map(|c| c.id);
                return Err(ChangeError::Changed { id, path, newer });
            }
        }
        Ok(Plan {
            command: format!("customer undo {id}"),
            undoes: Some(id),
            files: change.plan.files.into_iter().rev().map(FileChange::inverse).collect(),
            carries: change.plan.carries.into_iter().map(|(from, to)| (to, from)).collect(),
        })
    }
}
