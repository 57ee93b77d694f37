use std::path::PathBuf;

use jiff::Timestamp;

use super::{Change, ChangeError, ChangeId, Plan, file::State};
use crate::{Disk, FileError, Workspace, ours::CONTEXTS};

/// An editor that saves between our reading and writing even once is rare.
const TRIES: usize = 20;

impl Workspace {
    /// Makes a change: it is written down, then made, then filed. `plan` says what to do from the files as they are; it is asked again where
    /// an editor was quicker.
    ///
    /// # Errors
    /// Those of `plan`; there is nothing to do; an interrupted change can't be finished first; a file can't be read or written. Nothing was
    /// changed then, unless the disk failed so that what was begun could neither be ended nor taken back: the next command finishes it.
    pub fn make_change(
        &self,
        disk: &dyn Disk,
        now: Timestamp,
        plan: &dyn Fn() -> Result<Plan, ChangeError>,
    ) -> Result<Change, ChangeError> {
        // Nothing is locked, and no lock file made, where there is nothing to write.
        if !self.change_is_pending(disk)? && plan()?.files.is_empty() {
            return Err(ChangeError::Nothing);
        }
        let _lock = self.lock_profiles(disk)?;
        self.finish_locked(disk)?;
        let mut meddled = ChangeError::Nothing;
        for _ in 0..TRIES {
            let plan = plan()?;
            if plan.files.is_empty() {
                return Err(ChangeError::Nothing);
            }
            let plan = self.with_modes(disk, plan)?;
            let change = Change { id: self.next_change(disk)?, at: now, plan };
            self.write_pending(disk, &change)?;
            let Err(failed) = self.apply(disk, &change) else {
                self.settle(disk, &change)?;
                return Ok(change);
            };
            // What was begun is taken back; where that fails too, the next command finishes it.
            if self.take_back(disk, &change).is_ok() {
                self.drop_pending(disk)?;
            }
            match failed {
                ChangeError::Meddled { .. } => meddled = failed,
                other => return Err(other),
            }
        }
        Err(meddled)
    }

    /// Finishes a change that was interrupted, and gives it; there is none as a rule. To be called before profiles are read.
    ///
    /// # Errors
    /// One of its files was changed by somebody else meanwhile; a file can't be read or written.
    pub fn finish_change(&self, disk: &dyn Disk) -> Result<Option<Change>, ChangeError> {
        if !self.change_is_pending(disk)? {
            return Ok(None);
        }
        let _lock = self.lock_profiles(disk)?;
        self.finish_locked(disk)
    }

    pub(super) fn finish_locked(&self, disk: &dyn Disk) -> Result<Option<Change>, ChangeError> {
        // Whoever had the lock may have finished it.
        let Some(change) = self.pending_change(disk)? else { return Ok(None) };
        // A folder with a leftover of the dead process in it would not be empty.
        self.sweep_temporaries(disk)?;
        if let Some(path) = self.path_in_state(disk, &change, State::Other)? {
            return Err(ChangeError::Interrupted { id: change.id, command: change.plan.command, path });
        }
        self.apply(disk, &change)?;
        self.settle(disk, &change)?;
        Ok(Some(change))
    }

    /// The first file of a change that is in that state.
    pub(super) fn path_in_state(&self, disk: &dyn Disk, change: &Change, wanted: State) -> Result<Option<PathBuf>, FileError> {
        for file in &change.plan.files {
            if file.state(self, disk)? == wanted {
                return Ok(Some(file.path(self)));
            }
        }
        Ok(None)
    }

    fn apply(&self, disk: &dyn Disk, change: &Change) -> Result<(), ChangeError> {
        change.plan.files.iter().try_for_each(|file| file.apply(self, disk))
    }

    /// Nothing is taken back from here on: what fails is done by the next command.
    fn settle(&self, disk: &dyn Disk, change: &Change) -> Result<(), ChangeError> {
        self.clear_gone(disk, change)?;
        self.file_pending(disk, change.id)
    }

    /// Takes back as much of a change as was done; files that somebody else changed stay as they are.
    pub(super) fn take_back(&self, disk: &dyn Disk, change: &Change) -> Result<(), ChangeError> {
        for file in change.plan.files.iter().rev() {
            if matches!(file.state(self, disk)?, State::After | State::Between) {
                file.clone().inverse().apply(self, disk)?;
            }
        }
        self.clear_gone(disk, change)
    }

    /// Of customers that have no profile now nothing of the program's own stays: no copy that would stand in for the profile, no context,
    /// no empty folder.
    fn clear_gone(&self, disk: &dyn Disk, change: &Change) -> Result<(), ChangeError> {
        for customer in change.customers() {
            let profile = self.profile_path(customer);
            if disk.stat(&profile).map_err(|e| FileError::unreadable(&profile, &e))?.is_some() {
                continue;
            }
            let dir = self.customer_dir(customer);
            let mut files: Vec<PathBuf> = CONTEXTS.iter().map(|name| dir.join(name)).collect();
            files.push(self.last_profile_path(customer));
            disk.remove(&files)?;
            self.remove_empty_folders(disk, customer)?;
        }
        Ok(())
    }

    pub(super) fn next_change(&self, disk: &dyn Disk) -> Result<ChangeId, FileError> {
        Ok(ChangeId(self.change_ids(disk)?.last().map_or(0, |id| id.0) + 1))
    }
}
