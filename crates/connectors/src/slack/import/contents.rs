//! The table of contents of an export: which entries are lists, which are days of a channel, and what is left out and why.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{Read, Seek},
    sync::Arc,
};

use bytes::Bytes;
use sales_model::{Place, RawKind};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{entry::Zip, refuse};
use crate::{
    ConnectorError, ImportRequest, ItemFailure,
    slack::{map, page::Origin, plan},
};

/// Lists of conversations; direct messages stand in folders named by id, all others by name.
const LISTS: [(&str, Kind); 4] =
    [("channels.json", Kind::Public), ("groups.json", Kind::Private), ("mpims.json", Kind::Group), ("dms.json", Kind::Direct)];
const USERS: &str = "users.json";
/// At most that many entries of a kind are named one by one.
const NAMED: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Public,
    Private,
    Group,
    Direct,
}

/// An entry to read.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Index in the zip.
    pub(super) index: usize,
    /// For texts: `general/2024-03-15.json`.
    pub(super) name: String,
    /// What its elements are.
    pub(super) kind: RawKind,
    /// Of messages: `slack:C0123`.
    pub(super) place: Option<Arc<str>>,
}

/// What stands in an export.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// Lists first, then days by channel, oldest first.
    pub(super) entries: Vec<Entry>,
    /// Unpacked bytes of the days, as the zip says.
    pub(super) bytes: u64,
    /// Conversations: (what, how many).
    pub(super) counts: BTreeMap<&'static str, u64>,
    /// What the settings leave out.
    pub(super) notes: Vec<String>,
    /// What cannot be read.
    pub(super) failures: Vec<ItemFailure>,
    /// Ids, folders and keys of conversations that are not brought.
    left_out: BTreeSet<String>,
    /// Names by id, for direct messages: an export names these by their members' ids.
    people: HashMap<String, String>,
}

impl Contents {
    /// Reads the table, and the lists of conversations.
    pub(super) fn read<R: Read + Seek>(zip: &mut Zip<R>, origin: &Origin, request: &ImportRequest) -> Result<Contents, ConnectorError> {
        let mut out = Contents::default();
        let names = out.names(zip);
        let root = root(&names).ok_or_else(|| refuse("it holds none of the lists of a Slack export (channels.json, users.json)"))?;
        let at = |name: &str| names.iter().find(|(_, n)| n.strip_prefix(root.as_str()) == Some(name)).map(|(index, _)| *index);
        let users = at(USERS);
        let lists: Vec<_> = LISTS.iter().filter_map(|(name, kind)| Some((at(name)?, *name, *kind))).collect();
        if users.into_iter().chain(lists.iter().map(|l| l.0)).any(|index| zip.is_encrypted(index)) {
            return Err(ConnectorError {
                hint: "unpack it with its password, zip the folder again without one, and import that".into(),
                ..refuse("it is protected with a password")
            });
        }
        if let Some(index) = users {
            out.entries.push(Entry { index, name: USERS.into(), kind: map::USER, place: None });
            if request.settings.slack.direct_messages {
                out.learn_people(zip, origin, index);
            }
        }
        let mut folders = Folders::default();
        for (index, name, kind) in lists {
            out.entries.push(Entry { index, name: name.into(), kind: map::EXPORT_CONVERSATION, place: None });
            out.read_list(zip, origin, request, (index, name, kind), &mut folders);
        }
        out.note_left_out(&folders);
        out.find_days(zip, &names, &root, &folders);
        Ok(out)
    }

    /// Names of all entries, as they would be with `/`; those that lead anywhere else are told and left out.
    fn names<R: Read + Seek>(&mut self, zip: &Zip<R>) -> Vec<(usize, String)> {
        let mut out = Vec::new();
        let mut unsafe_names = 0_usize;
        for (index, name) in zip.names() {
            // Some programs on Windows write it so, against the zip format.
            let name = name.replace('\\', "/");
            let folder = name.ends_with('/');
            if !name.trim_end_matches('/').split('/').any(|part| matches!(part, "" | "." | "..")) {
                out.push((index, name));
            } else if !folder {
                unsafe_names += 1;
                if unsafe_names <= NAMED {
                    let shown: String = name.chars().take(80).collect();
                    let reason = "its name leads out of the export; it is left out";
                    self.failures.push(ItemFailure::new(format!("entry {shown}"), reason));
                }
            }
        }
        if unsafe_names > NAMED {
            let reason = "their names lead out of the export; they are left out";
            self.failures.push(ItemFailure::new(format!("{} more entries", unsafe_names - NAMED), reason));
        }
        out
    }

    fn learn_people<R: Read + Seek>(&mut self, zip: &mut Zip<R>, origin: &Origin, index: usize) {
        let people = &mut self.people;
        // What is wrong with the list is told when it is read for its own sake.
        let _ = zip.elements(index, &mut |body| {
            let mapped = map::process(&origin.item(map::USER, None, body)).unwrap_or_default();
            people.extend(mapped.people.into_iter().filter_map(|p| Some((p.key.strip_prefix("slack:")?.to_owned(), p.name))));
            true
        });
    }

    fn read_list<R: Read + Seek>(
        &mut self,
        zip: &mut Zip<R>,
        origin: &Origin,
        request: &ImportRequest,
        (index, list, kind): (usize, &'static str, Kind),
        folders: &mut Folders,
    ) {
        let is_ignored = plan::ignored(&request.settings.slack.ignore_channels);
        let is_direct = matches!(kind, Kind::Direct | Kind::Group);
        // What is wrong with the list is told when it is read for its own sake.
        let _ = zip.elements(index, &mut |body| {
            let item = origin.item(map::EXPORT_CONVERSATION, None, body);
            let Some(place) = map::process(&item).ok().and_then(|m| m.places.into_iter().next()) else {
                let name = serde_json::from_slice::<Head>(&item.body).unwrap_or_default().name;
                if !name.is_empty() {
                    folders.without_id.insert(name, list);
                }
                return true;
            };
            *self.counts.entry(if is_direct { "direct conversations" } else { "channels" }).or_default() += 1;
            let id = place.key.strip_prefix("slack:").unwrap_or(&place.key).to_owned();
            let folder = if kind == Kind::Direct { id.clone() } else { place.name.clone() };
            if is_direct && !request.settings.slack.direct_messages {
                folders.direct += 1;
                self.leave_out(&place, id, folder);
            } else if is_ignored(&place) {
                folders.ignored += 1;
                self.leave_out(&place, id, folder);
            } else {
                folders.places.insert(folder, place.key.as_str().into());
            }
            true
        });
    }

    fn leave_out(&mut self, place: &Place, id: String, folder: String) {
        self.left_out.extend([id, folder, place.key.clone()]);
    }

    fn note_left_out(&mut self, folders: &Folders) {
        if folders.direct > 0 {
            let n = folders.direct;
            self.notes.push(format!("{n} direct conversations are left out; `direct_messages = true` in workspace.toml brings them"));
        }
        if folders.ignored > 0 {
            self.notes.push(format!("{} channels are left out by `ignore_channels` in workspace.toml", folders.ignored));
        }
    }

    fn find_days<R: Read + Seek>(&mut self, zip: &mut Zip<R>, names: &[(usize, String)], root: &str, folders: &Folders) {
        let mut days = Vec::new();
        let mut strange: BTreeMap<String, u64> = folders.without_id.keys().map(|name| (name.clone(), 0)).collect();
        for (index, name) in names {
            let Some((folder, day)) = name.strip_prefix(root).and_then(|n| n.split_once('/')) else { continue };
            if !is_day(day) {
                continue;
            }
            match folders.places.get(folder) {
                Some(place) => {
                    self.bytes = self.bytes.saturating_add(zip.size(*index));
                    let name = format!("{folder}/{day}");
                    days.push(Entry { index: *index, name, kind: map::EXPORT_MESSAGE, place: Some(place.clone()) });
                }
                None if self.left_out.contains(folder) => {}
                None => *strange.entry(folder.to_owned()).or_default() += 1,
            }
        }
        for (folder, n) in strange {
            let days = match n {
                0 => "it has no days".to_owned(),
                1 => "its 1 day is left out".to_owned(),
                _ => format!("its {n} days are left out"),
            };
            let shown: String = folder.chars().take(80).collect();
            self.failures.push(match folders.without_id.get(&folder) {
                Some(list) => ItemFailure::new(format!("channel {shown}"), format!("it has no id in {list}; {days}")),
                None => {
                    ItemFailure::new(format!("folder {shown}"), format!("no channel of this name stands in the export's lists; {days}"))
                }
            });
        }
        days.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
        self.entries.extend(days);
    }

    /// An element as it is handed out; `None` for what is left out.
    pub(super) fn element(&self, kind: RawKind, body: Bytes) -> Option<Bytes> {
        if kind != map::EXPORT_CONVERSATION {
            return Some(body);
        }
        let head: Head = serde_json::from_slice(&body).unwrap_or_default();
        // One without an id was told by its name.
        if self.left_out.contains(&head.id) || (head.id.is_empty() && !head.name.is_empty()) {
            return None;
        }
        Some(if head.name.is_empty() && head.id.starts_with('D') { self.with_name(&head, &body).unwrap_or(body) } else { body })
    }

    /// A direct conversation with its members' names for a name.
    fn with_name(&self, head: &Head, body: &[u8]) -> Option<Bytes> {
        let ids = head.members.as_array().into_iter().flatten().filter_map(Value::as_str);
        let names: Vec<&str> = ids.map(|id| self.people.get(id).map_or(id, String::as_str)).collect();
        if self.people.is_empty() || names.is_empty() {
            return None;
        }
        let mut conversation: Map<String, Value> = serde_json::from_slice(body).ok()?;
        conversation.insert("name".into(), names.join(", ").into());
        // Without a name that went without saying.
        conversation.insert("is_im".into(), true.into());
        serde_json::to_vec(&conversation).ok().map(Bytes::from)
    }
}

/// Where conversations stand, and which are left out.
#[derive(Default)]
struct Folders {
    /// Keys by folder.
    places: BTreeMap<String, Arc<str>>,
    /// Channels whose entry has no id, and the list it stands in.
    without_id: BTreeMap<String, &'static str>,
    direct: u64,
    ignored: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Head {
    #[serde(deserialize_with = "text")]
    id: String,
    #[serde(deserialize_with = "text")]
    name: String,
    members: Value,
}

/// A text; anything else counts as none.
fn text<'de, D: serde::Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    Ok(Value::deserialize(value)?.as_str().unwrap_or_default().to_owned())
}

/// The folder that the lists stand in, empty or ending in a slash: some unpack an export and zip the folder again.
fn root(names: &[(usize, String)]) -> Option<String> {
    names.iter().filter_map(|(_, n)| list_folder(n)).min_by_key(|r| (r.len(), *r)).map(str::to_owned)
}

/// The folder of an entry that is one of the lists.
fn list_folder(entry: &str) -> Option<&str> {
    let is_list = |n: &str| n == USERS || LISTS.iter().any(|(l, _)| *l == n);
    let (folder, name) = entry.rsplit_once('/').map_or(("", entry), |(f, name)| (entry.get(..=f.len()).unwrap_or_default(), name));
    (is_list(name) && folder.matches('/').count() <= 1 && !folder.starts_with("__MACOSX")).then_some(folder)
}

/// Whether one of the lists is among an archive's names.
pub(super) fn has_lists<'a>(mut names: impl Iterator<Item = &'a str>) -> bool {
    names.any(|n| list_folder(&n.replace('\\', "/")).is_some())
}

/// `2024-03-15.json`.
fn is_day(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|d| d.len() == 10 && d.parse::<jiff::civil::Date>().is_ok())
}
