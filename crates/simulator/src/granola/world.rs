use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::Timestamp;

use super::{
    Folder, Key, Manner, Note, Scope, Settings,
    key::same,
    text::{is_id, plain},
};

/// Everything one simulated Granola workspace knows. Tests change it through [`WorldHandle`], scenarios by events; the API only reads.
#[derive(Clone, Default)]
pub struct World {
    pub(super) keys: Vec<Key>,
    pub(super) folders: BTreeMap<String, Folder>,
    pub(super) notes: BTreeMap<String, Note>,
    /// Cursors of an older epoch are invalid.
    pub(super) cursor_epoch: u64,
    /// Counts the notes that came by events, so that each has an id of its own.
    pub(super) added: u64,
    /// What the documentation leaves open.
    pub manner: Manner,
}

/// Counts only: the world holds keys.
impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("keys", &self.keys.len())
            .field("folders", &self.folders.len())
            .field("notes", &self.notes.len())
            .field("manner", &self.manner)
            .finish_non_exhaustive()
    }
}

/// Why the world can't be changed like that.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// No such note.
    #[error("there is no note `{0}`")]
    Note(String),
    /// No such folder.
    #[error("there is no folder `{0}`")]
    Folder(String),
    /// No such key. Its text is a secret and is not told.
    #[error("there is no such key")]
    Key,
    /// Not in the vendor's form.
    #[error("{0}")]
    Shape(String),
}

/// A shared world: the server reads it, tests and scenarios change it.
#[derive(Debug, Clone)]
pub struct WorldHandle(Arc<RwLock<World>>);

impl WorldHandle {
    /// Looks at the world.
    pub fn read<T>(&self, look: impl FnOnce(&World) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the world; requests see all of the change or nothing.
    pub fn write<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl World {
    /// The world behind a handle.
    pub fn into_handle(self) -> WorldHandle {
        WorldHandle(Arc::new(RwLock::new(self)))
    }

    /// Sets what a scenario wants to be so.
    pub fn set(&mut self, settings: &Settings) {
        self.manner.set(settings);
    }

    /// Adds a key, or replaces the one of the same text.
    pub fn add_key(&mut self, key: Key) {
        match self.keys.iter_mut().find(|k| k.key == key.key) {
            Some(old) => *old = key,
            None => self.keys.push(key),
        }
    }

    /// All keys, in the order in which they were added.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The first key that is not revoked.
    pub fn key(&self) -> Option<&Key> {
        self.keys.iter().find(|k| !k.revoked)
    }

    /// Changes a key, given by its text or by its owner's address.
    ///
    /// # Errors
    /// There is none.
    pub fn change_key(&mut self, key: &str, change: impl FnOnce(&mut Key)) -> Result<(), WorldError> {
        let found = self.keys.iter().position(|k| k.key == key).or_else(|| self.keys.iter().position(|k| same(&k.owner.email, key)));
        found.and_then(|i| self.keys.get_mut(i)).map(change).ok_or(WorldError::Key)
    }

    /// Revokes a key.
    ///
    /// # Errors
    /// There is none.
    pub fn revoke_key(&mut self, key: &str) -> Result<(), WorldError> {
        self.change_key(key, |k| k.revoked = true)
    }

    /// Gives a key other scopes.
    ///
    /// # Errors
    /// There is none.
    pub fn set_scopes(&mut self, key: &str, scopes: &[Scope]) -> Result<(), WorldError> {
        self.change_key(key, |k| k.scopes = scopes.iter().copied().collect())
    }

    /// Makes all cursors given so far invalid.
    pub fn expire_cursors(&mut self) {
        self.cursor_epoch += 1;
    }

    /// Adds a folder, or replaces the one of the same id.
    ///
    /// # Errors
    /// Its id is none, or its parent is not there.
    pub fn add_folder(&mut self, folder: Folder) -> Result<(), WorldError> {
        if !is_id("fol_", &folder.id) || folder.object != "folder" {
            return Err(WorldError::Shape(format!("`{}` is no folder's id, or its object is not `folder`", folder.id)));
        }
        if let Some(parent) = folder.parent_folder_id.as_ref().filter(|p| !self.folders.contains_key(*p)) {
            return Err(WorldError::Folder(parent.clone()));
        }
        self.folders.insert(folder.id.clone(), folder);
        Ok(())
    }

    /// All folders, by id.
    pub fn folders(&self) -> impl Iterator<Item = &Folder> {
        self.folders.values()
    }

    /// Adds a note, or replaces the one of the same id. What its folders are called is the world's to say.
    ///
    /// # Errors
    /// It is not in the vendor's form, or lies in a folder that is not there.
    pub fn add_note(&mut self, note: Note) -> Result<String, WorldError> {
        if let Some(reason) = note.fault() {
            return Err(WorldError::Shape(reason));
        }
        if let Some(folder) = note.folder_membership.iter().find(|f| !self.folders.contains_key(&f.id)) {
            return Err(WorldError::Folder(folder.id.clone()));
        }
        let id = note.id.clone();
        self.notes.insert(id.clone(), note);
        Ok(id)
    }

    /// All notes, by id.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.notes.values()
    }

    /// A note.
    pub fn note(&self, id: &str) -> Option<&Note> {
        self.notes.get(id)
    }

    /// Changes a note, whatever in it. `updated_at` stays unless the change sets it.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn change_note(&mut self, id: &str, change: impl FnOnce(&mut Note)) -> Result<(), WorldError> {
        self.notes.get_mut(id).map(change).ok_or_else(|| WorldError::Note(id.to_owned()))
    }

    /// Gives a note another title or summary (Markdown), which moves its `updated_at`.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn edit_note(&mut self, id: &str, title: Option<&str>, summary: Option<&str>, now: Timestamp) -> Result<(), WorldError> {
        self.change_note(id, |n| {
            if let Some(title) = title {
                n.title = Some(title.to_owned());
            }
            if let Some(summary) = summary {
                n.summary_text = plain(summary);
                n.summary_markdown = Some(summary.to_owned());
            }
            n.updated_at = now;
        })
    }

    /// A note's summary and transcript are made: from now on it exists for clients, and its `updated_at` tells.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn set_ready(&mut self, id: &str, now: Timestamp) -> Result<(), WorldError> {
        self.change_note(id, |n| (n.sim.ready_at, n.updated_at) = (Some(now), now))
    }

    /// Removes a note: no list has it any more, and to get it is 404. Nothing tells that it was there.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn delete_note(&mut self, id: &str) -> Result<Note, WorldError> {
        self.notes.remove(id).ok_or_else(|| WorldError::Note(id.to_owned()))
    }

    /// Lets somebody read a note, or nobody but the owner any more. No `updated_at` tells of it: the content is the same.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn share(&mut self, id: &str, with: &str, shared: bool) -> Result<(), WorldError> {
        self.change_note(id, |n| {
            n.sim.shared_with.retain(|s| !same(s, with));
            if shared {
                n.sim.shared_with.push(with.to_owned());
            }
        })
    }

    /// Shows a note to the whole workspace, or takes it back from there.
    ///
    /// # Errors
    /// There is none of this id.
    pub fn set_public(&mut self, id: &str, public: bool) -> Result<(), WorldError> {
        self.change_note(id, |n| n.sim.public = public)
    }

    /// Addresses of all who own a key or a note.
    pub fn users(&self) -> BTreeSet<&str> {
        let owners = self.notes.values().map(|n| &n.owner);
        self.keys.iter().map(|k| &k.owner).chain(owners).map(|u| u.email.as_str()).collect()
    }

    /// When the last note was made or changed.
    pub fn newest(&self) -> Option<Timestamp> {
        self.notes.values().map(|n| n.created_at.max(n.updated_at)).max()
    }

    /// A folder and those it lies in, from the inside out.
    pub(super) fn line<'w>(&'w self, folder: &str) -> Vec<&'w Folder> {
        let mut line: Vec<&Folder> = Vec::new();
        let mut next = self.folders.get(folder);
        while let Some(folder) = next.filter(|f| line.iter().all(|l| l.id != f.id)) {
            line.push(folder);
            next = folder.parent_folder_id.as_ref().and_then(|p| self.folders.get(p));
        }
        line
    }

    /// The folders a note lies in, ancestors included, each once.
    pub(super) fn folders_of<'w>(&'w self, note: &Note) -> Vec<&'w Folder> {
        let mut all: Vec<&Folder> = Vec::new();
        for folder in note.folder_membership.iter().flat_map(|f| self.line(&f.id)) {
            if all.iter().all(|f| f.id != folder.id) {
                all.push(folder);
            }
        }
        all
    }

    /// Whether a key may know of a folder: what lies in a private one is private too.
    pub(super) fn sees_folder(&self, key: &Key, folder: &Folder) -> bool {
        let line = self.line(&folder.id);
        line.iter().all(|f| !f.sim.private) || key.member().is_some_and(|m| line.iter().any(|f| has(&f.sim.shared_with, m)))
    }

    /// Whether a key may know of a note. No parameter of a request widens that.
    pub(super) fn sees(&self, key: &Key, note: &Note, now: Timestamp) -> bool {
        let public = note.sim.public && key.scopes.contains(&Scope::Public);
        let personal = || {
            key.member().is_some_and(|m| {
                same(&note.owner.email, m)
                    || has(&note.sim.shared_with, m)
                    || self.folders_of(note).iter().any(|f| has(&f.sim.shared_with, m))
            })
        };
        note.is_ready(now) && (public || personal())
    }
}

fn has(members: &[String], one: &str) -> bool {
    members.iter().any(|m| same(m, one))
}
