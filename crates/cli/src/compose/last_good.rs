//! The last readable version of each profile, and of who is whom.
//!
//! A slip of the pen in a `profile.toml` must not look as if the customer were gone: its channels would fall to the review list, or to
//! somebody else, and its files would be removed until the slip is mended. Nor must an editor that takes the file away for a moment while
//! it saves. So each readable profile is kept in the machine's state, and stands in while the user's own file can't be read or is missing.
//! The error is told all the same.

use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use sales_engine::{EngineError, Profiles};
use sales_files::{Disk, Workspace, keep_telling_domains, parse_links, parse_profile};
use sales_model::{CustomerId, Links, Profile};

use super::{Home, tell_filed};
use crate::{config::Variables, errors::Result};

/// The engine's port: the profiles as they are now, read again whenever it asks.
pub(super) struct UserFiles {
    workspace: Workspace,
    /// What was read when the command began, for the first time it is asked for.
    first: Mutex<Option<Vec<(CustomerId, Profile)>>>,
    links: Mutex<Option<Links>>,
}

impl UserFiles {
    pub(super) fn new(home: &Home) -> Result<Self> {
        Ok(UserFiles { workspace: home.workspace.clone(), first: Mutex::new(Some(profiles(home)?)), links: Mutex::new(Some(links(home)?)) })
    }
}

impl Profiles for UserFiles {
    fn read(&self) -> std::result::Result<Vec<(CustomerId, Profile)>, EngineError> {
        if let Some(first) = self.first.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(first);
        }
        let now = Home::at(self.workspace.clone(), Variables::default()).and_then(|home| profiles(&home));
        now.map_err(|e| EngineError::Files { what: e.what, why: e.why, hint: e.next })
    }

    fn links(&self) -> std::result::Result<Links, EngineError> {
        if let Some(first) = self.links.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(first);
        }
        let now = Home::at(self.workspace.clone(), Variables::default()).and_then(|home| links(&home));
        now.map_err(|e| EngineError::Files { what: e.what, why: e.why, hint: e.next })
    }
}

/// Who is whom: what the file says, or what it last said when it could be read. No file says nothing.
pub(crate) fn links(home: &Home) -> Result<Links> {
    let copy = home.workspace.last_people_path();
    let kept = home.disk.read(&copy).ok().flatten();
    let read = match &home.links {
        Ok(read) => read,
        Err(_) => return Ok(kept.and_then(|k| parse_links(&copy, &String::from_utf8(k).ok()?).ok()).unwrap_or_default()),
    };
    match &read.text {
        Some(text) if kept.as_deref() != Some(text.as_bytes()) => home.disk.write_all(&[(copy, Cow::Borrowed(text.as_bytes()))])?,
        None if kept.is_some() => home.disk.remove(&[copy])?,
        _ => {}
    }
    Ok(read.links.clone())
}

/// The profiles to work with: the readable ones, and for the others the last that could be read, if there was one.
pub(crate) fn profiles(home: &Home) -> Result<Vec<(CustomerId, Profile)>> {
    let mut out = Vec::new();
    let mut changed: Vec<(PathBuf, Cow<'_, [u8]>)> = Vec::new();
    for (id, read) in &home.customers {
        let copy = home.workspace.last_profile_path(id);
        let kept = home.disk.read(&copy).ok().flatten();
        match read {
            Ok(profile) => {
                // What was read, not what stands there now: an editor may be in the middle of writing it.
                let text = home.texts.get(id).map(String::as_bytes).filter(|text| kept.as_deref() != Some(*text));
                changed.extend(text.map(|text| (copy, Cow::Borrowed(text))));
                out.push((id.clone(), profile.clone()));
            }
            Err(_) => {
                let text = kept.and_then(|k| String::from_utf8(k).ok());
                out.extend(text.and_then(|t| parse_profile(&copy, &t).ok()).map(|mut profile| {
                    keep_telling_domains(&mut profile, &home.settings);
                    (id.clone(), profile)
                }));
            }
        }
    }
    if !changed.is_empty() {
        home.disk.write_all(&changed)?;
    }
    home.disk.remove(&of_removed_customers(home))?;
    tell_filed(home, &mut out);
    Ok(out)
}

/// Copies of customers whose folders are gone: a folder that somebody makes with that name later is not that customer.
fn of_removed_customers(home: &Home) -> Vec<PathBuf> {
    // A disk that was not mounted took all folders away, and none of the customers.
    if !matches!(home.disk.stat(&home.workspace.profiles_dir()), Ok(Some(_))) {
        return Vec::new();
    }
    let copies = home.disk.list(&home.workspace.last_profiles_dir()).unwrap_or_default();
    let ids = copies.iter().filter_map(|e| e.name.to_str()?.strip_suffix(".toml")?.parse::<CustomerId>().ok());
    let gone = ids.filter(|id| matches!(home.disk.stat(&home.workspace.customer_dir(id)), Ok(None)));
    gone.map(|id| home.workspace.last_profile_path(&id)).collect()
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, path::Path};

    use sales_files::{Disk, RealDisk, Workspace};
    use sales_model::Settings;

    use super::profiles;
    use crate::{compose::Home, config::Variables};

    /// The file is changed after it was read: what is kept, and what is worked with, is what was read.
    #[test]
    fn what_was_read_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let workspace = Workspace::init(&RealDisk::within(dir.path()), dir.path(), &Settings::default()).unwrap();
        let id = "acme_inc".parse().unwrap();
        let path = workspace.profile_path(&id);
        let disk = workspace.disk();
        let write = |path: &Path, text: &'static str| disk.write_all(&[(path.to_owned(), Cow::Borrowed(text.as_bytes()))]).unwrap();
        let kept = || disk.read(&workspace.last_profile_path(&id)).unwrap().map(|b| String::from_utf8(b).unwrap());
        let home = || Home::at(workspace.clone(), Variables::default()).unwrap();
        let name = |home: &Home| profiles(home).unwrap().into_iter().map(|(_, p)| p.name).collect::<Vec<_>>();

        write(&path, "name = \"ACME\" # good\n");
        let read = home();
        write(&path, "name = ");
        assert_eq!(name(&read), ["ACME"]);
        assert_eq!(kept().as_deref(), Some("name = \"ACME\" # good\n"));
        assert_eq!(name(&home()), ["ACME"], "the last readable one stands in");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(name(&home()), ["ACME"], "also for a missing one");
        write(&path, "name = \"ACME Inc\"\n");
        assert_eq!(name(&home()), ["ACME Inc"]);
        assert_eq!(kept().as_deref(), Some("name = \"ACME Inc\"\n"));
        std::fs::remove_dir_all(workspace.customer_dir(&id)).unwrap();
        assert_eq!(name(&home()), [""; 0]);
        assert_eq!(kept(), None, "a removed customer leaves no copy");
    }
}
