//! `emails/` in a customer's folder: mails that an older workspace filed under the customer. They are the customer's, whatever rules say, as
//! long as they stand there. The files themselves are only read.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use jiff::Timestamp;
use sales_connectors::{Import, ImportRequest, registry};
use sales_files::{Disk, Kind};
use sales_model::{AccountKey, ContentHash, CustomerId, Profile, Settings, Source};

use super::{DiskFolder, Home};

/// The folder's name.
const FOLDER: &str = "emails";
/// Files that are looked at; a folder with more is no older workspace's.
const MOST: usize = 100_000;

/// Ids of a folder's mails, with how the folder was when they were read.
type Ids = (ContentHash, Arc<[String]>);

/// Those of the folders that were read.
static READ: Mutex<Option<HashMap<PathBuf, Ids>>> = Mutex::new(None);

/// A customer's folder of filed mails.
pub(crate) struct Filed {
    /// Whose.
    pub(crate) customer: CustomerId,
    /// Where it stands.
    pub(crate) dir: PathBuf,
    /// Changes with what stands in it.
    pub(crate) state: ContentHash,
}

/// The folders of all customers in which anything stands. A link is none.
pub(crate) fn folders(home: &Home) -> Vec<Filed> {
    home.customers.iter().filter_map(|(id, _)| folder(home, id)).collect()
}

fn folder(home: &Home, customer: &CustomerId) -> Option<Filed> {
    let dir = home.workspace.customer_dir(customer).join(FOLDER);
    let there = matches!(home.disk.kind(&dir), Ok(Some(Kind::Folder)));
    let state = there.then(|| state(&dir)).flatten()?;
    Some(Filed { customer: customer.clone(), dir, state })
}

/// Opens the mails of a folder.
///
/// # Errors
/// There is no mail in it.
pub(crate) fn open(dir: &Path, settings: &Arc<Settings>, now: Timestamp) -> Result<Box<dyn Import>, sales_connectors::ConnectorError> {
    let account = AccountKey { source: Source::EMAIL, name: super::DEFAULT.to_owned() };
    let request = ImportRequest { file: FOLDER.to_owned(), ..ImportRequest::new(account, now, settings.clone()) };
    registry::open_import_folder(Box::new(DiskFolder(dir.to_owned())), &request)
}

/// Lets profiles say whose the filed mails are.
pub(crate) fn tell(home: &Home, customers: &mut [(CustomerId, Profile)]) {
    for (customer, profile) in customers {
        profile.matching.filed = folder(home, customer).map(|filed| ids(home, &filed).to_vec()).unwrap_or_default();
    }
}

fn ids(home: &Home, filed: &Filed) -> Arc<[String]> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let read = read.get_or_insert_default();
    if let Some((_, ids)) = read.get(&filed.dir).filter(|(state, _)| *state == filed.state) {
        return ids.clone();
    }
    let mut ids = Vec::new();
    // Where nothing can be read, the sync says so.
    if let (Ok(mut file), Some(connector)) = (open(&filed.dir, &home.settings, Timestamp::UNIX_EPOCH), registry::connector(&Source::EMAIL))
    {
        while let Some(batch) = file.next_batch() {
            let mapped = batch.items.iter().filter_map(|item| connector.process(item).ok());
            ids.extend(mapped.flat_map(|m| m.records).map(|record| record.id().0.to_string()));
        }
    }
    ids.sort();
    ids.dedup();
    let ids: Arc<[String]> = ids.into();
    read.insert(filed.dir.clone(), (filed.state, ids.clone()));
    ids
}

/// Names, sizes and times of all files below a folder; `None` if there is none. Links are not followed.
fn state(dir: &Path) -> Option<ContentHash> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(facts) = fs::symlink_metadata(entry.path()) else { continue };
            if facts.is_dir() {
                folders.push(entry.path());
            } else if facts.is_file() && found.len() < MOST {
                let changed = facts.modified().ok().and_then(|t| t.duration_since(SystemTime::UNIX_EPOCH).ok());
                found.push(format!("{:?} {} {:?}", entry.path(), facts.len(), changed));
            }
        }
    }
    found.sort();
    (!found.is_empty()).then(|| ContentHash::of(found.join("\n").as_bytes()))
}
