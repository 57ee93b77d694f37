use jiff::Timestamp;

use super::{Change, ChangeError, Plan};
use crate::{Disk, FileError, Workspace};

impl Workspace {
    /// Empties the changes of the journal that tell of somebody who is to be forgotten: `tells` is asked with each one's text. Their numbers
    /// stay, so that none is given again; they can't be taken back any more. Gives how many there were.
    ///
    /// # Errors
    /// The journal can't be read or written; what was emptied before stays empty.
    pub fn forget_changes(&self, disk: &dyn Disk, tells: &dyn Fn(&str) -> bool) -> Result<u64, ChangeError> {
        let mut emptied = 0;
        for id in self.change_ids(disk)? {
            let path = self.change_path(id);
            let bytes = disk.read(&path).map_err(|e| FileError::unreadable(&path, &e))?.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            if !tells(&text) {
                continue;
            }
            let at = serde_json::from_slice::<Change>(&bytes).map_or(Timestamp::UNIX_EPOCH, |change| change.at);
            let empty = Change { id, at, plan: Plan { command: "(forgotten)".to_owned(), ..Plan::default() } };
            self.write_change(disk, &path, &empty)?;
            emptied += 1;
        }
        Ok(emptied)
    }
}
