use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Note, Scope, User, World, WorldError};

/// Something that happens in the world: in a scenario or by `POST /_sim/event`, where the vendor's name stands before each
/// (`do = "granola.edit_note"`), or in a test.
///
/// `note` is an id or one of `newest` and `oldest`, by `created_at`; left out, it is the note of the request that set the event off, else
/// the newest. `key` is a key's text or its owner's address; left out, all keys are meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are described with the type, and mean the same everywhere")]
pub enum Event {
    /// A note comes, in the vendor's shape; what is missing is filled in.
    AddNote {
        #[serde(default)]
        note: Map<String, Value>,
    },
    /// A note gets another title or summary (Markdown), and with it a new `updated_at`; with neither, only that.
    EditNote { note: Option<String>, title: Option<String>, summary: Option<String> },
    /// A note's summary and transcript are made.
    SetReady { note: Option<String> },
    /// A note is deleted.
    DeleteNote { note: Option<String> },
    /// A note is shared with somebody, or with the whole workspace if `with` is left out.
    Share { note: Option<String>, with: Option<String> },
    /// A note is taken back from somebody, or from the whole workspace if `with` is left out.
    Unshare { note: Option<String>, with: Option<String> },
    /// A field of a note is shown with another value, of whatever shape: what a client does about things nobody expects.
    SetField { note: Option<String>, field: String, value: Value },
    /// A key is revoked.
    RevokeKey { key: Option<String> },
    /// A key gets other scopes.
    SetScopes { key: Option<String>, scopes: Vec<Scope> },
    /// An admin forbids transcripts, or allows them again.
    AllowTranscripts { key: Option<String>, allowed: bool },
    /// All cursors given so far become invalid.
    ExpireCursors {},
}

impl World {
    /// Lets an event happen. Returns the id of the note concerned.
    ///
    /// # Errors
    /// The note or key does not exist, or a new note is not in the vendor's form.
    pub fn apply(&mut self, event: &Event, now: Timestamp, note: Option<&str>) -> Result<Option<String>, WorldError> {
        let pick = |w: &World, wanted: &Option<String>| w.pick(wanted.as_deref(), note);
        match event {
            Event::AddNote { note } => self.filled(note, now).and_then(|n| self.add_note(n)).map(Some),
            Event::EditNote { note: n, title, summary } => {
                let id = pick(self, n)?;
                self.edit_note(&id, title.as_deref(), summary.as_deref(), now).map(|()| Some(id))
            }
            Event::SetReady { note: n } => {
                let id = pick(self, n)?;
                self.set_ready(&id, now).map(|()| Some(id))
            }
            Event::DeleteNote { note: n } => {
                let id = pick(self, n)?;
                self.delete_note(&id).map(|_| Some(id))
            }
            Event::Share { note: n, with } => self.shared(pick(self, n)?, with.as_deref(), true),
            Event::Unshare { note: n, with } => self.shared(pick(self, n)?, with.as_deref(), false),
            Event::SetField { note: n, field, value } => {
                let id = pick(self, n)?;
                self.change_note(&id, |n| _ = n.sim.fields.insert(field.clone(), value.clone())).map(|()| Some(id))
            }
            Event::RevokeKey { key } => self.each_key(key.as_deref(), |k| k.revoked = true),
            Event::SetScopes { key, scopes } => self.each_key(key.as_deref(), |k| k.scopes = scopes.iter().copied().collect()),
            Event::AllowTranscripts { key, allowed } => self.each_key(key.as_deref(), |k| k.transcripts = *allowed),
            Event::ExpireCursors {} => {
                self.expire_cursors();
                Ok(None)
            }
        }
    }

    fn shared(&mut self, id: String, with: Option<&str>, shared: bool) -> Result<Option<String>, WorldError> {
        match with {
            Some(with) => self.share(&id, with, shared),
            None => self.set_public(&id, shared),
        }
        .map(|()| Some(id))
    }

    fn each_key(&mut self, key: Option<&str>, change: impl Fn(&mut super::Key)) -> Result<Option<String>, WorldError> {
        match key {
            Some(key) => self.change_key(key, change)?,
            None => self.keys.iter_mut().for_each(change),
        }
        Ok(None)
    }

    fn pick(&self, wanted: Option<&str>, asked: Option<&str>) -> Result<String, WorldError> {
        let by_time = |n: &&Note| (n.created_at, n.id.clone());
        let found = match wanted {
            Some("oldest") => self.notes().min_by_key(by_time),
            None if asked.is_some_and(|a| self.notes.contains_key(a)) => asked.and_then(|a| self.note(a)),
            None | Some("newest") => self.notes().max_by_key(by_time),
            Some(id) => self.note(id),
        };
        found.map(|n| n.id.clone()).ok_or_else(|| WorldError::Note(wanted.unwrap_or("*").to_owned()))
    }

    /// A note from some of its fields.
    fn filled(&mut self, given: &Map<String, Value>, now: Timestamp) -> Result<Note, WorldError> {
        self.added += 1;
        let owner = self.key().map_or_else(|| User::nameless("somebody@granola.example"), |k| k.owner.clone());
        let title = given.get("title").and_then(Value::as_str).unwrap_or("A new note");
        let base = Note::new(&format!("added {}", self.added), title, owner, now);
        let shape = |e: serde_json::Error| WorldError::Shape(format!("not a note: {e}"));
        let base = match given.get("summary_markdown").and_then(Value::as_str) {
            Some(summary) => base.with_summary(summary),
            None => base.with_summary("### Summary\n\n- A new note"),
        };
        let mut value = serde_json::to_value(base).map_err(shape)?;
        if let Some(object) = value.as_object_mut() {
            object.extend(given.clone());
        }
        serde_json::from_value(value).map_err(shape)
    }
}
