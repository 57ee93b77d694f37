use std::path::{Path, PathBuf};

use sales_model::{CustomerId, mine_blocks, with_mine_blocks};
use serde::{Deserialize, Serialize};

use super::{ChangeError, Plan};
use crate::{Disk, FileError, Workspace, ours::SUMMARY, toml_text};

/// What happens to one file of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileChange {
    /// A profile gets a new text.
    Profile {
        /// Whose.
        customer: CustomerId,
        /// Its text; `None`: there was none.
        before: Option<String>,
        /// `None`: there will be none.
        after: Option<String>,
        /// The nine permission bits of a file that comes or goes, as it had them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<u32>,
    },
    /// The file of who is whom gets a new text.
    People {
        /// Its text; `None`: there was none.
        before: Option<String>,
        /// `None`: there will be none.
        after: Option<String>,
    },
    /// A file moves, whatever is in it. Paths are those in the customers' folders, with `/` between their parts.
    Move {
        /// Where it stood.
        from: (CustomerId, String),
        /// Where it will stand.
        to: (CustomerId, String),
    },
    /// The blocks between `<!-- mine -->` and `<!-- /mine -->` in a customer's context, markers included.
    Own {
        /// Whose.
        customer: CustomerId,
        /// As they were.
        before: Vec<String>,
        /// As they will be.
        after: Vec<String>,
    },
}

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Before,
    /// A power cut left a moved file at both of its paths.
    Between,
    After,
    /// Somebody else changed it.
    Other,
}

impl FileChange {
    /// Whose folders it is in.
    pub fn customers(&self) -> impl Iterator<Item = &CustomerId> {
        let (one, other) = match self {
            FileChange::Profile { customer, .. } | FileChange::Own { customer, .. } => (Some(customer), None),
            FileChange::Move { from, to } => (Some(&from.0), Some(&to.0)),
            FileChange::People { .. } => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// What takes it back.
    pub(super) fn inverse(self) -> Self {
        match self {
            FileChange::Profile { customer, before, after, mode } => FileChange::Profile { customer, before: after, after: before, mode },
            FileChange::People { before, after } => FileChange::People { before: after, after: before },
            FileChange::Move { from, to } => FileChange::Move { from: to, to: from },
            FileChange::Own { customer, before, after } => FileChange::Own { customer, before: after, after: before },
        }
    }

    /// The file that it leaves.
    pub(super) fn path(&self, ws: &Workspace) -> PathBuf {
        match self {
            FileChange::Profile { customer, .. } => ws.profile_path(customer),
            FileChange::People { .. } => ws.people_path(),
            FileChange::Move { to: (customer, path), .. } => ws.customer_dir(customer).join(path),
            FileChange::Own { customer, .. } => ws.customer_dir(customer).join(SUMMARY),
        }
    }

    /// All paths at which it changes something.
    pub(super) fn paths(&self, ws: &Workspace) -> Vec<PathBuf> {
        let from = if let FileChange::Move { from, .. } = self { Some(ws.customer_dir(&from.0).join(&from.1)) } else { None };
        from.into_iter().chain([self.path(ws)]).collect()
    }

    pub(super) fn state(&self, ws: &Workspace, disk: &dyn Disk) -> Result<State, FileError> {
        match self {
            FileChange::Profile { before, after, .. } | FileChange::People { before, after } => {
                let now = toml_text::read_whole(disk, &self.path(ws))?;
                Ok(of(&now, before, after))
            }
            FileChange::Own { before, after, .. } => Ok(of(&mine_blocks(&read(disk, self.path(ws))?.unwrap_or_default()), before, after)),
            FileChange::Move { from, .. } => {
                let (from, to) = (ws.customer_dir(&from.0).join(&from.1), self.path(ws));
                Ok(match (there(disk, &from)?, there(disk, &to)?) {
                    (true, false) => State::Before,
                    (false, true) => State::After,
                    (true, true) if same(disk, &from, &to)? => State::Between,
                    _ => State::Other,
                })
            }
        }
    }

    /// Does it, from whatever state but [`State::Other`].
    pub(super) fn apply(&self, ws: &Workspace, disk: &dyn Disk) -> Result<(), ChangeError> {
        let path = self.path(ws);
        let state = self.state(ws, disk)?;
        let done = match (self, state) {
            (_, State::After) => true,
            (_, State::Other) => false,
            (FileChange::Profile { before: None, after: Some(after), mode: Some(mode), .. }, _) => {
                disk.create(&path, after.as_bytes(), *mode)?
            }
            (FileChange::Profile { before, after: Some(after), .. } | FileChange::People { before, after: Some(after) }, _) => {
                disk.replace(&path, before.as_deref().map(str::as_bytes), after.as_bytes())?
            }
            (FileChange::Profile { after: None, .. } | FileChange::People { after: None, .. }, _) => {
                disk.remove(std::slice::from_ref(&path)).map(|()| true)?
            }
            (FileChange::Move { from, .. }, State::Between) => disk.remove(&[ws.customer_dir(&from.0).join(&from.1)]).map(|()| true)?,
            (FileChange::Move { from, .. }, _) => disk.rename(&ws.customer_dir(&from.0).join(&from.1), &path)?,
            (FileChange::Own { after, .. }, _) => {
                let old = read(disk, path.clone())?;
                let new = with_mine_blocks(old.as_deref().unwrap_or_default(), after);
                disk.replace(&path, old.as_deref().map(str::as_bytes), new.as_bytes())?
            }
        };
        if done { Ok(()) } else { Err(ChangeError::Meddled { path }) }
    }
}

impl Workspace {
    /// The permission bits of a customer's profile, if it is there and the system has any.
    pub(in crate::customer) fn profile_mode(&self, disk: &dyn Disk, customer: &CustomerId) -> Result<Option<u32>, FileError> {
        let path = self.profile_path(customer);
        let stat = disk.stat(&path).map_err(|e| FileError::unreadable(&path, &e))?;
        Ok(stat.map(|stat| stat.mode).filter(|mode| *mode != 0))
    }

    /// A plan that knows the permissions of the profiles that are to go.
    pub(super) fn with_modes(&self, disk: &dyn Disk, mut plan: Plan) -> Result<Plan, FileError> {
        for file in &mut plan.files {
            if let FileChange::Profile { customer, after: None, mode, .. } = file {
                *mode = self.profile_mode(disk, customer)?;
            }
        }
        Ok(plan)
    }
}

fn of<T: PartialEq>(now: &T, before: &T, after: &T) -> State {
    match now {
        now if now == after => State::After,
        now if now == before => State::Before,
        _ => State::Other,
    }
}

fn read(disk: &dyn Disk, path: PathBuf) -> Result<Option<String>, FileError> {
    let bytes = disk.read(&path).map_err(|e| FileError::unreadable(&path, &e))?;
    bytes
        .map(|b| String::from_utf8(b).map_err(|_| FileError::new(&path, None, "the text is not UTF-8", "Save it as UTF-8 in your editor.")))
        .transpose()
}

/// Whether a name is taken, by a link to nothing too.
fn there(disk: &dyn Disk, path: &Path) -> Result<bool, FileError> {
    let (Some(dir), Some(name)) = (path.parent(), path.file_name()) else { return Ok(false) };
    let listed = disk.list(dir).map_err(|e| FileError::unreadable(dir, &e))?;
    Ok(listed.iter().any(|entry| entry.name == name))
}

fn same(disk: &dyn Disk, a: &Path, b: &Path) -> Result<bool, FileError> {
    let read = |path: &Path| disk.read(path).map_err(|e| FileError::unreadable(path, &e));
    Ok(read(a)? == read(b)?)
}
