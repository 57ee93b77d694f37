use std::path::{Path, PathBuf};

use jiff::civil::Date;
use sales_model::{Contact, CustomerId, Profile};
use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, Item, Table, Value, value};

use super::{parse_profile, profile::ROLES};
use crate::{
    Access, Disk, DiskError, DiskProblem, FileError, Lock, Workspace,
    error::{harmless, quoted},
    toml_text::{self, BOM},
};

/// An editor that saves between our reading and writing even once is rare.
const TRIES: usize = 20;

/// One change of a profile. Keys are those of `profile.toml`, in tables with a dot: `slack.channels`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Gives a key its value; a list gets this one element.
    Set {
        /// Which.
        key: String,
        /// The value as text: `negotiation`, `600000`, `2024-06-30`, `true`.
        value: String,
    },
    /// Adds an element to a list that has it not yet.
    Add {
        /// Which list.
        key: String,
        /// The element.
        value: String,
    },
    /// Takes an element out of a list, or the whole key away.
    Remove {
        /// Which.
        key: String,
        /// The element; `None` takes the key away.
        value: Option<String>,
    },
    /// Adds a contact, or completes the one with that address or name.
    Contact(Contact),
    /// Adds a contact beside all others, whatever their names.
    NewContact(Contact),
    /// Takes away the contact with that address or name.
    RemoveContact(String),
}

/// What an edit did.
#[derive(Debug, Clone, PartialEq)]
pub struct Edited {
    /// The file has new content.
    pub changed: bool,
    /// The profile as it is now.
    pub profile: Profile,
}

/// Why a profile was not written. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The name, id or alias is taken.
    #[error("there is a customer \"{}\" already: {id}", harmless(name))]
    Exists {
        /// What was to be added.
        name: String,
        /// Who has it.
        id: CustomerId,
        /// Their profile.
        path: PathBuf,
    },
    /// A value of the new customer makes no sense.
    #[error("the customer \"{}\" can't be added: {reason}", harmless(name))]
    Refused {
        /// What was to be added.
        name: String,
        /// Why not.
        reason: String,
    },
    /// There is no profile to edit.
    #[error("the customer {id} has no profile")]
    Missing {
        /// Whose.
        id: CustomerId,
        /// Where it would be.
        path: PathBuf,
    },
    /// Another program writes it again and again.
    #[error("the profile of {id} changes all the time")]
    Busy {
        /// Whose.
        id: CustomerId,
        /// Where it is.
        path: PathBuf,
    },
    /// No such key, or the value does not fit it.
    #[error("`{}` can't be changed so: {reason}", harmless(key))]
    Value {
        /// The key.
        key: String,
        /// Why.
        reason: String,
    },
    /// The file as it is, or as it would be.
    #[error(transparent)]
    File(#[from] FileError),
    /// It can't be written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl EditError {
    /// The next thing to do or the command to type.
    pub fn next(&self) -> String {
        match self {
            EditError::Exists { id, .. } => format!("sales customer show {id}"),
            EditError::Refused { .. } => "sales customer add --help shows what can be given".to_owned(),
            EditError::Missing { .. } => "sales customer list shows all customers".to_owned(),
            EditError::Busy { path, .. } => format!("Find out what writes {}, then run the command again", quoted(path)),
            EditError::Value { .. } => "sales customer edit --help shows the keys".to_owned(),
            EditError::File(e) => e.next.clone(),
            EditError::Disk(e) => e.next(),
        }
    }
}

/// What a key holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Text,
    Number,
    Date,
    Flag,
    List,
}

const EDITABLE: &[(&str, Holds)] = &[
    ("name", Holds::Text),
    ("aliases", Holds::List),
    ("domains", Holds::List),
    ("exclude", Holds::List),
    ("owner", Holds::Text),
    ("stage", Holds::Text),
    ("amount", Holds::Number),
    ("currency", Holds::Text),
    ("close_date", Holds::Date),
    ("next_step", Holds::Text),
    ("competitors", Holds::List),
    ("archived", Holds::Flag),
    ("slack.channels", Holds::List),
    ("slack.team_ids", Holds::List),
    ("gong.crm_account_ids", Holds::List),
    ("match.records", Holds::List),
    ("match.never", Holds::List),
];

impl Workspace {
    /// Changes a profile and leaves everything else in the file as it is, comments included. All edits are made, or none.
    ///
    /// Whoever else changes the file meanwhile loses nothing: commands wait for each other, and where an editor was quicker, the edits are
    /// made again on what it wrote.
    ///
    /// # Errors
    /// There is no profile, it is unreadable before or after the change, a key or value is wrong, the file can't be written.
    pub fn edit_profile(&self, disk: &dyn Disk, id: &CustomerId, edits: &[Edit]) -> Result<Edited, EditError> {
        let path = self.profile_path(id);
        // Nothing is locked, and no lock file made, where there is nothing to write.
        let (old, new, profile) = self.edited(disk, id, edits)?;
        if new == old {
            return Ok(Edited { changed: false, profile });
        }
        let _lock = self.lock_profiles(disk)?;
        for _ in 0..TRIES {
            let (old, new, profile) = self.edited(disk, id, edits)?;
            if new == old || disk.replace(&path, Some(old.as_bytes()), new.as_bytes())? {
                return Ok(Edited { changed: new != old, profile });
            }
        }
        Err(EditError::Busy { id: id.clone(), path })
    }

    /// A profile's text as it is and as the edits make it.
    pub(super) fn edited(&self, disk: &dyn Disk, id: &CustomerId, edits: &[Edit]) -> Result<(String, String, Profile), EditError> {
        let path = self.profile_path(id);
        let Some(old) = toml_text::read_whole(disk, &path)? else { return Err(EditError::Missing { id: id.clone(), path }) };
        let (mark, text) = old.strip_prefix(BOM).map_or(("", old.as_str()), |text| ("\u{feff}", text));
        let (new, profile) = with_edits(&path, text, edits)?;
        let new = format!("{mark}{new}");
        Ok((old, new, profile))
    }

    /// Keeps other commands from changing profiles, until it is dropped.
    pub(super) fn lock_profiles(&self, disk: &dyn Disk) -> Result<Option<Lock>, DiskError> {
        self.lock_state(disk, "profiles.lock")
    }

    /// Keeps other commands from bringing the ledger in line with profiles after they changed one, until it is dropped.
    ///
    /// # Errors
    /// The lock's file can't be made. On a disk that nobody can write there is none, and no error.
    pub fn lock_refresh(&self, disk: &dyn Disk) -> Result<Option<Lock>, DiskError> {
        self.lock_state(disk, "refresh.lock")
    }

    fn lock_state(&self, disk: &dyn Disk, name: &str) -> Result<Option<Lock>, DiskError> {
        // It is not there in a fresh copy of a workspace that is kept in Git.
        let made = disk.create_dir_all(&self.state_dir(), Access::Private);
        match made.and_then(|()| disk.lock(&self.state_dir().join(name))) {
            // Nobody writes there, and the write itself will name the file that matters to the user.
            Err(e) if e.problem == DiskProblem::ReadOnly => Ok(None),
            locked => locked.map(Some),
        }
    }
}

/// A profile's text with all edits made, and what it says then.
pub(super) fn with_edits(path: &Path, text: &str, edits: &[Edit]) -> Result<(String, Profile), EditError> {
    let mut doc: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| {
        let next = format!("Correct it in your editor: {}", quoted(path));
        FileError::new(path, None, harmless(e.message()), next)
    })?;
    let mut profile = parse_profile(path, text)?;
    for edit in edits {
        apply(&mut doc, edit)?;
        // The file was good before: the edit is to blame, not a line of the user's.
        profile = parse_profile(path, &doc.to_string()).map_err(|e| EditError::Value { key: key(edit).to_owned(), reason: e.reason })?;
    }
    let new = doc.to_string();
    // The TOML library ends every line as Unix does; a file whose lines all end as on Windows keeps its ends.
    let windows = text.contains('\n') && text.matches('\n').count() == text.matches("\r\n").count();
    Ok((if windows { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new }, profile))
}

fn key(edit: &Edit) -> &str {
    match edit {
        Edit::Set { key, .. } | Edit::Add { key, .. } | Edit::Remove { key, .. } => key,
        Edit::Contact(_) | Edit::NewContact(_) | Edit::RemoveContact(_) => "contacts",
    }
}

fn apply(doc: &mut DocumentMut, edit: &Edit) -> Result<(), EditError> {
    let wrong = |reason: String| EditError::Value { key: key(edit).to_owned(), reason };
    let holds = |key: &str| {
        EDITABLE.iter().find(|(k, _)| *k == key).map(|(_, h)| *h).ok_or_else(|| {
            let keys = EDITABLE.iter().map(|(k, _)| *k).collect::<Vec<_>>().join(", ");
            wrong(format!("there is no such key; there are {keys}, and contacts"))
        })
    };
    match edit {
        Edit::Set { key, value } => {
            let new = typed(holds(key)?, value.trim()).map_err(wrong)?;
            set(doc, key, new).map_err(wrong)
        }
        Edit::Add { key, value } => {
            if holds(key)? != Holds::List {
                return Err(wrong("it is no list; set it".to_owned()));
            }
            let value = value.trim();
            if value.is_empty() {
                return Err(wrong("it would get an empty element".to_owned()));
            }
            match list(doc, key) {
                Some(list) if list.iter().any(|v| v.as_str() == Some(value)) => Ok(()),
                Some(list) => {
                    list.push(value);
                    Ok(())
                }
                None => set(doc, key, Value::Array(Array::from_iter([value]))).map_err(wrong),
            }
        }
        Edit::Remove { key, value: Some(value) } => {
            if holds(key)? != Holds::List {
                return Err(wrong("it is no list; remove it without a value".to_owned()));
            }
            let value = value.trim();
            let Some(list) = list(doc, key) else { return Err(wrong(format!("\"{}\" is not in it", harmless(value)))) };
            let before = list.len();
            list.retain(|v| v.as_str() != Some(value));
            // The space that stood behind the comma of the one before.
            let first = list.get_mut(0).map(Value::decor_mut).filter(|d| d.prefix().and_then(|p| p.as_str()) == Some(" "));
            if let Some(first) = first {
                first.set_prefix("");
            }
            if list.len() == before { Err(wrong(format!("\"{}\" is not in it", harmless(value)))) } else { Ok(()) }
        }
        Edit::Remove { key, value: None } => {
            holds(key)?;
            let (table, name) = key.split_once('.').map_or((None, key.as_str()), |(t, n)| (Some(t), n));
            match table {
                None => doc.remove(name),
                Some(table) => doc.get_mut(table).and_then(Item::as_table_like_mut).and_then(|t| t.remove(name)),
            };
            Ok(())
        }
        Edit::Contact(contact) => put_contact(doc, contact, true).map_err(wrong),
        Edit::NewContact(contact) => put_contact(doc, contact, false).map_err(wrong),
        Edit::RemoveContact(who) => remove_contact(doc, who).map_err(wrong),
    }
}

fn typed(holds: Holds, text: &str) -> Result<Value, String> {
    match holds {
        Holds::Text => Ok(Value::from(text)),
        Holds::List => Ok(Value::Array(if text.is_empty() { Array::new() } else { Array::from_iter([text]) })),
        Holds::Flag => text.parse().map(|b: bool| Value::from(b)).map_err(|_| "write true or false".to_owned()),
        Holds::Date => {
            let date: Date = text.parse().map_err(|_| "write a date as 2024-06-30".to_owned())?;
            date.to_string().parse::<Datetime>().map(Value::from).map_err(|_| "write a date as 2024-06-30".to_owned())
        }
        Holds::Number => {
            let plain: String = text.chars().filter(|c| !matches!(c, ',' | '_' | ' ')).collect();
            match (plain.parse::<i64>(), plain.parse::<f64>()) {
                (Ok(whole), _) => Ok(Value::from(whole)),
                (_, Ok(number)) if number.is_finite() => Ok(Value::from(number)),
                _ => Err("write a number as 600000 or 1250.50".to_owned()),
            }
        }
    }
}

fn list<'a>(doc: &'a mut DocumentMut, key: &str) -> Option<&'a mut Array> {
    let item = match key.split_once('.') {
        Some((table, name)) => doc.get_mut(table)?.as_table_like_mut()?.get_mut(name)?,
        None => doc.get_mut(key)?,
    };
    item.as_array_mut()
}

/// Puts a value in its place; that of an existing key keeps the comment on its line.
fn set(doc: &mut DocumentMut, key: &str, mut new: Value) -> Result<(), String> {
    let (table, name) = key.split_once('.').map_or((None, key), |(t, n)| (Some(t), n));
    let place: &mut dyn toml_edit::TableLike = match table {
        None => doc.as_table_mut(),
        Some(t) => {
            let entry = doc.entry(t).or_insert_with(|| Item::Table(Table::new()));
            entry.as_table_like_mut().ok_or_else(|| format!("`{t}` is no table in the file"))?
        }
    };
    match place.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            *new.decor_mut() = old.decor().clone();
            *old = new;
        }
        None => {
            place.insert(name, value(new));
        }
    }
    Ok(())
}

fn is_contact(table: &Table, who: &str) -> bool {
    let has = |key: &str| table.get(key).and_then(Item::as_str).is_some_and(|v| v.trim().to_lowercase() == who.trim().to_lowercase());
    !who.trim().is_empty() && (has("email") || has("name"))
}

fn contacts(doc: &mut DocumentMut) -> Result<&mut ArrayOfTables, String> {
    let item = doc.entry("contacts").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    // `contacts = [{...}]` is the same to TOML.
    if let Some(Value::Array(inline)) = item.as_value() {
        let tables = inline.iter().map(|v| v.as_inline_table().map(|t| t.clone().into_table())).collect::<Option<ArrayOfTables>>();
        *item = Item::ArrayOfTables(tables.ok_or("one of them is no table in the file")?);
    }
    item.as_array_of_tables_mut().ok_or_else(|| "they are no tables in the file".to_owned())
}

/// Completes the contact that `contact` is, if one of them `may_be`; else adds it.
fn put_contact(doc: &mut DocumentMut, contact: &Contact, may_be: bool) -> Result<(), String> {
    if let Some(role) = contact.role.as_deref().filter(|r| may_be && !ROLES.contains(r)) {
        return Err(format!("the role \"{}\" is unknown; there are {}", harmless(role), ROLES.join(", ")));
    }
    let tables = contacts(doc)?;
    let email = contact.email.as_deref().unwrap_or_default();
    let found = may_be.then_some(&*tables).and_then(|tables| {
        tables.iter().position(|t| is_contact(t, email)).or_else(|| tables.iter().position(|t| is_contact(t, &contact.name)))
    });
    let index = found.unwrap_or_else(|| {
        tables.push(Table::new());
        tables.len() - 1
    });
    let Some(table) = tables.get_mut(index) else { return Ok(()) };
    let name = Some(contact.name.as_str()).filter(|n| !n.trim().is_empty());
    if may_be && found.is_none() && name.is_none() && table.get("name").and_then(Item::as_str).is_none_or(|n| n.trim().is_empty()) {
        return Err("a contact needs a name, as in \"Michael Chen <michael.chen@acme.dev>\"".to_owned());
    }
    let fields =
        [("name", name), ("email", contact.email.as_deref()), ("title", contact.title.as_deref()), ("role", contact.role.as_deref())];
    for (key, text) in fields.into_iter().filter_map(|(key, text)| Some((key, text?.trim()))) {
        match table.get_mut(key).and_then(Item::as_value_mut) {
            Some(old) => {
                let mut new = Value::from(text);
                *new.decor_mut() = old.decor().clone();
                *old = new;
            }
            None => {
                table.insert(key, value(text));
            }
        }
    }
    Ok(())
}

fn remove_contact(doc: &mut DocumentMut, who: &str) -> Result<(), String> {
    let tables = contacts(doc)?;
    let before = tables.len();
    tables.retain(|t| !is_contact(t, who));
    if tables.len() == before {
        return Err(format!("\"{}\" is not among them", harmless(who)));
    }
    Ok(())
}
