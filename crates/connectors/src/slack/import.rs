//! The standard export that any Slack admin can download: a zip of lists (`channels.json`, `users.json`, ...) and a folder per channel
//! with a file of messages per day. Read entry by entry, never unpacked to disk; nothing is named after what stands in it.

use std::{
    collections::{BTreeMap, VecDeque},
    io::{Read, Seek},
    sync::Arc,
};

use bytes::Bytes;
use sales_model::{Place, RawKind};
use serde_json::value::RawValue;
use zip::ZipArchive;

use super::{map, page::Origin, plan};
use crate::{ConnectorError, Import, ImportBatch, ImportRequest, ImportSummary, ItemFailure, Retry};

/// Most bytes of one entry, unpacked.
const ENTRY: u64 = 512 << 20;
/// An entry that unpacks to more than this many times its size is a trap; text packs at most about 100 to 1.
const RATIO: u64 = 400;
/// Small entries may pack as well as they like.
const RATIO_FROM: u64 = 8 << 20;
/// Most entries: 50 years of 1,000 channels.
const ENTRIES: usize = 20_000_000;
/// Items of one batch.
const BATCH: usize = 1_000;

/// Lists of conversations; direct messages stand in folders named by id, all others by name.
const LISTS: [(&str, Kind); 4] =
    [("channels.json", Kind::Public), ("groups.json", Kind::Private), ("mpims.json", Kind::Group), ("dms.json", Kind::Direct)];
const USERS: &str = "users.json";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Public,
    Private,
    Group,
    Direct,
}

/// A day file.
#[derive(Debug)]
struct Day {
    /// Index in the zip.
    entry: usize,
    /// `slack:C0123`.
    place: Arc<str>,
    /// For texts: `general/2024-03-15.json`.
    name: String,
    /// Unpacked bytes, as the zip says.
    bytes: u64,
}

/// An opened export.
pub struct Export<R> {
    zip: ZipArchive<R>,
    origin: Origin,
    /// Entries of lists, in reading order.
    lists: VecDeque<(usize, String, RawKind)>,
    /// Day files by channel, oldest first.
    days: VecDeque<Day>,
    /// Items read and not handed out yet.
    ready: VecDeque<(RawKind, Option<Arc<str>>, Bytes)>,
    failures: Vec<ItemFailure>,
    /// Ids of conversations that are not brought.
    left_out: std::collections::BTreeSet<String>,
    counts: BTreeMap<&'static str, u64>,
    notes: Vec<String>,
}

impl<R> std::fmt::Debug for Export<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("days", &self.days.len()).field("counts", &self.counts).finish_non_exhaustive()
    }
}

fn refuse(why: impl Into<String>) -> ConnectorError {
    ConnectorError {
        what: "the file".into(),
        why: why.into(),
        hint: "download an export from Slack's admin pages (Settings, Import/Export Data, Export) and give the zip as it is".into(),
        retry: Retry::Never,
        auth: false,
    }
}

/// Opens an export and reads its table of contents and its lists of conversations.
///
/// # Errors
///
/// If the file is no zip, is damaged, or holds none of an export's lists.
pub fn open_export<R: Read + Seek + Send>(reader: R, request: &ImportRequest) -> Result<Export<R>, ConnectorError> {
    let zip = ZipArchive::new(reader).map_err(|e| refuse(format!("it is not a readable zip ({e})")))?;
    if zip.len() > ENTRIES {
        return Err(refuse("it holds more files than any Slack export"));
    }
    let mut export = Export {
        zip,
        origin: Origin::import(request),
        lists: VecDeque::new(),
        days: VecDeque::new(),
        ready: VecDeque::new(),
        failures: Vec::new(),
        left_out: Default::default(),
        counts: BTreeMap::new(),
        notes: Vec::new(),
    };
    export.read_contents(request)?;
    Ok(export)
}

impl<R: Read + Seek> Export<R> {
    fn read_contents(&mut self, request: &ImportRequest) -> Result<(), ConnectorError> {
        let root = self.root().ok_or_else(|| refuse("it holds none of the lists of a Slack export (channels.json, users.json)"))?;
        let mut folders: BTreeMap<String, Arc<str>> = BTreeMap::new();
        let (mut direct, mut ignored) = (0_u64, 0_u64);
        let is_ignored = plan::ignored(&request.settings.slack.ignore_channels);
        if let Some(entry) = self.zip.index_for_name(&format!("{root}{USERS}")) {
            self.lists.push_back((entry, USERS.into(), map::USER));
        }
        for (list, kind) in LISTS {
            let Some(entry) = self.zip.index_for_name(&format!("{root}{list}")) else { continue };
            let body = match self.read(entry) {
                Ok(body) => body,
                Err(reason) => {
                    self.failures.push(ItemFailure::new(list, reason));
                    continue;
                }
            };
            self.lists.push_back((entry, list.into(), map::EXPORT_CONVERSATION));
            for raw in serde_json::from_slice::<Vec<&RawValue>>(&body).unwrap_or_default() {
                let item = self.origin.item(map::EXPORT_CONVERSATION, None, body.slice_ref(raw.get().as_bytes()));
                let Some(place) = map::process(&item).ok().and_then(|m| m.places.into_iter().next()) else { continue };
                *self
                    .counts
                    .entry(if kind == Kind::Direct || kind == Kind::Group { "direct conversations" } else { "channels" })
                    .or_default() += 1;
                let id = place.key.strip_prefix("slack:").unwrap_or(&place.key).to_owned();
                let folder = if kind == Kind::Direct { id.clone() } else { place.name.clone() };
                if matches!(kind, Kind::Direct | Kind::Group) && !request.settings.slack.direct_messages {
                    direct += 1;
                    self.leave_out(&place, id, folder);
                } else if is_ignored(&place) {
                    ignored += 1;
                    self.leave_out(&place, id, folder);
                } else {
                    folders.insert(folder, place.key.as_str().into());
                }
            }
        }
        if direct > 0 {
            self.notes.push(format!("{direct} direct conversations are left out; `direct_messages = true` in workspace.toml brings them"));
        }
        if ignored > 0 {
            self.notes.push(format!("{ignored} channels are left out by `ignore_channels` in workspace.toml"));
        }
        self.find_days(&root, &folders);
        Ok(())
    }

    fn leave_out(&mut self, place: &Place, id: String, folder: String) {
        self.left_out.extend([id, folder, place.key.clone()]);
    }

    /// The folder that the lists stand in, empty or ending in a slash: some unpack an export and zip the folder again.
    fn root(&self) -> Option<String> {
        let is_list = |n: &str| n == USERS || LISTS.iter().any(|(l, _)| *l == n);
        let mut roots: Vec<&str> = self
            .zip
            .file_names()
            .filter_map(|n| {
                let (folder, name) = n.rsplit_once('/').map_or(("", n), |(f, name)| (n.get(..=f.len()).unwrap_or_default(), name));
                (is_list(name) && folder.matches('/').count() <= 1 && !folder.starts_with("__MACOSX")).then_some(folder)
            })
            .collect();
        roots.sort_by_key(|r| (r.len(), *r));
        roots.first().map(|r| (*r).to_owned())
    }

    fn find_days(&mut self, root: &str, folders: &BTreeMap<String, Arc<str>>) {
        let mut days = Vec::new();
        let mut strange: BTreeMap<String, u64> = BTreeMap::new();
        for entry in 0..self.zip.len() {
            // The table of contents only: nothing is unpacked.
            let Ok(file) = self.zip.by_index_raw(entry) else { continue };
            let (name, bytes) = (file.name().to_owned(), file.size());
            let Some((folder, day)) = name.strip_prefix(root).and_then(|n| n.split_once('/')) else { continue };
            if !is_day(day) {
                continue;
            }
            match folders.get(folder) {
                Some(place) => days.push(Day { entry, place: place.clone(), name: format!("{folder}/{day}"), bytes }),
                None if self.left_out.contains(folder) => {}
                None => *strange.entry(folder.chars().take(80).collect()).or_default() += 1,
            }
        }
        for (folder, n) in strange {
            let reason = format!("no channel of this name stands in the export's lists; its {n} days are left out");
            self.failures.push(ItemFailure::new(format!("folder {folder}"), reason));
        }
        days.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
        self.days = days.into();
    }

    /// Unpacks an entry, within the caps.
    fn read(&mut self, entry: usize) -> Result<Bytes, String> {
        let file = self.zip.by_index(entry).map_err(|e| format!("it cannot be unpacked ({e})"))?;
        let packed = file.compressed_size().max(1);
        let cap = if file.size() > RATIO_FROM { ENTRY.min(packed.saturating_mul(RATIO).max(RATIO_FROM)) } else { RATIO_FROM };
        if file.size() > cap {
            return Err(format!("it is too large ({} bytes, packed in {packed})", file.size()));
        }
        let mut body = Vec::with_capacity(usize::try_from(file.size()).unwrap_or(0));
        // What the zip says of sizes is not believed.
        file.take(cap + 1).read_to_end(&mut body).map_err(|e| format!("it cannot be unpacked ({e})"))?;
        if body.len() as u64 > cap {
            return Err("it unpacks to more than the zip says".into());
        }
        Ok(body.into())
    }

    /// Reads the next entry into `ready`; `false` at the end.
    fn advance(&mut self) -> bool {
        let (entry, name, kind, place) = if let Some((entry, name, kind)) = self.lists.pop_front() {
            (entry, name, kind, None)
        } else if let Some(day) = self.days.pop_front() {
            (day.entry, day.name, map::EXPORT_MESSAGE, Some(day.place))
        } else {
            return false;
        };
        let fail = |reason: String| ItemFailure::new(format!("export {name}"), reason);
        let body = match self.read(entry) {
            Ok(body) => body,
            Err(reason) => {
                self.failures.push(fail(reason));
                return true;
            }
        };
        match serde_json::from_slice::<Vec<&RawValue>>(&body) {
            Ok(raws) => {
                for raw in raws {
                    let item = body.slice_ref(raw.get().as_bytes());
                    if kind != map::EXPORT_CONVERSATION || !self.is_left_out(&item) {
                        self.ready.push_back((kind, place.clone(), item));
                    }
                }
            }
            Err(e) => self.failures.push(fail(format!("it is not a list in JSON (line {}, column {})", e.line(), e.column()))),
        }
        true
    }

    fn is_left_out(&self, conversation: &Bytes) -> bool {
        #[derive(serde::Deserialize, Default)]
        struct Id {
            #[serde(default)]
            id: String,
        }
        serde_json::from_slice::<Id>(conversation).is_ok_and(|c| self.left_out.contains(&c.id))
    }

    fn next(&mut self) -> Option<ImportBatch> {
        while self.ready.is_empty() && self.failures.len() < BATCH && self.advance() {}
        let n = self.ready.len().min(BATCH);
        let items = self.ready.drain(..n).map(|(kind, place, body)| self.origin.item(kind, place.as_ref(), body)).collect();
        let batch = ImportBatch { items, failures: std::mem::take(&mut self.failures) };
        (!batch.items.is_empty() || !batch.failures.is_empty()).then_some(batch)
    }

    /// Counts users and messages by unpacking everything once.
    fn count(&mut self) -> ImportSummary {
        let mut counts: Vec<(String, u64)> = self.counts.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect();
        let mut notes = self.notes.clone();
        notes.extend(self.failures.iter().map(|f| format!("{}: {}", f.item, f.reason)));
        let mut length = |export: &mut Self, entry: usize, name: &str| match export.read(entry) {
            Ok(body) => match serde_json::from_slice::<Vec<serde::de::IgnoredAny>>(&body) {
                Ok(list) => list.len() as u64,
                Err(_) => {
                    notes.push(format!("export {name}: it is not a list in JSON"));
                    0
                }
            },
            Err(reason) => {
                notes.push(format!("export {name}: {reason}"));
                0
            }
        };
        let users = self.lists.iter().find(|l| l.2 == map::USER).map(|l| l.0);
        let users = users.map_or(0, |entry| length(self, entry, USERS));
        let days = std::mem::take(&mut self.days);
        let (mut messages, mut bytes) = (0, 0);
        for day in &days {
            messages += length(self, day.entry, &day.name);
            bytes += day.bytes;
        }
        counts.extend([
            ("users".to_owned(), users),
            ("channel days".to_owned(), days.len() as u64),
            ("messages".to_owned(), messages),
            ("bytes of messages".to_owned(), bytes),
        ]);
        self.days = days;
        ImportSummary { format: "Slack export".into(), contents: counts, notes }
    }
}

impl<R: Read + Seek + Send> Import for Export<R> {
    fn summary(&mut self) -> ImportSummary {
        self.count()
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        self.next()
    }
}

/// `2024-03-15.json`.
fn is_day(name: &str) -> bool {
    name.strip_suffix(".json").is_some_and(|d| d.len() == 10 && d.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
