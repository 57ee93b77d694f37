//! A person: what they wrote goes, and what others wrote names them no more.

use std::{collections::BTreeSet, sync::Arc};

use sales_files::Kind;
use sales_ledger::{Erasure, Mask, Projected, Subject, Verdict, Words};
use sales_model::{Identity, Record};

use super::{
    ForgetReport,
    mask::{self, Knows, folded},
};
use crate::{
    App,
    directory::Directory,
    error::Result,
    project::{FilesLease, disk_error, files_error},
    sync::search_text,
};

/// Somebody, as the sources and the profiles know them.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Somebody {
    /// Keys at the sources: `slack:U0123`.
    pub keys: BTreeSet<String>,
    /// Mail addresses, in small letters.
    pub addresses: BTreeSet<String>,
    /// Names as they are written.
    pub names: BTreeSet<String>,
}

impl Somebody {
    /// Takes in what another source knows.
    pub fn absorb(&mut self, other: Somebody) {
        self.keys.extend(other.keys);
        self.addresses.extend(other.addresses);
        self.names.extend(other.names);
    }

    /// The best word for them.
    pub fn label(&self) -> String {
        let name = self.names.first().map_or("", String::as_str);
        let at = self.addresses.first().or(self.keys.first()).map_or("", String::as_str);
        if name.is_empty() { at.to_owned() } else { format!("{name} ({at})") }
    }

    /// Whether they are known by that.
    pub fn is(&self, id: &Identity) -> bool {
        match (id.address(), id.guest()) {
            (Some(address), _) => self.addresses.contains(address),
            (None, Some((_, name))) => self.names.iter().any(|own| folded(own) == folded(name)),
            (None, None) => self.keys.contains(id.as_str()),
        }
    }

    /// Names of several words, as they are looked for; of two words the other way round too.
    fn whole_names(&self) -> BTreeSet<String> {
        let mut all = BTreeSet::new();
        for name in self.names.iter().map(|n| folded(n)) {
            match name.split(' ').collect::<Vec<_>>().as_slice() {
                [] | [_] => continue,
                [first, last] => _ = all.insert(format!("{last} {first}")),
                _ => {}
            }
            all.insert(name);
        }
        all
    }
}

/// What is looked for, and how masked records are found afterwards.
struct Eraser {
    who: Somebody,
    names: BTreeSet<String>,
    directory: Arc<Directory>,
}

impl Knows for Eraser {
    fn address(&self, address: &str) -> bool {
        self.who.addresses.contains(&address.to_lowercase())
    }

    fn name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn key(&self, key: &str) -> bool {
        self.who.keys.contains(key)
    }

    fn longest(&self) -> usize {
        self.names.iter().map(|n| n.split(' ').count()).max().unwrap_or(0)
    }
}

impl Mask for Eraser {
    fn record(&self, record: &mut Record) -> Verdict {
        if mask::wrote(record, self) {
            return Verdict::Erase;
        }
        if mask::record(record, self) { Verdict::Masked } else { Verdict::Keep }
    }

    fn voices(&self, record: &Record) -> Vec<String> {
        mask::voices(record, self)
    }

    fn silence(&self, record: &mut Record, speakers: &BTreeSet<String>) -> bool {
        mask::silence(record, |speaker| speakers.contains(speaker))
    }

    fn text(&self, text: &str) -> Option<String> {
        mask::text(text, self)
    }

    fn search(&self, record: &Record) -> String {
        let known = self.directory.read();
        search_text(record, |kind, key| known.label(kind, key).map(str::to_owned))
    }
}

impl App {
    /// Somebody of that name who was forgotten before: what was interrupted then is completed by it, although nobody is known so any more.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn find_forgotten(&self, name: &str) -> Result<Option<Somebody>> {
        let forgotten = self.suppressions().await?.has(Subject::Name, &folded(name));
        Ok(forgotten.then(|| Somebody { names: BTreeSet::from([name.trim().to_owned()]), ..Somebody::default() }))
    }

    /// Forgets a person: what they wrote is erased, what names them is masked, and neither comes back. With `dry_run` only counts. Gives
    /// the user's own files that still name them, too.
    ///
    /// # Errors
    /// The ledger or a file cannot be written; what was done stays done, and asking again completes it.
    pub async fn forget_person(&self, who: &Somebody, dry_run: bool) -> Result<(ForgetReport, Vec<String>)> {
        let lease = FilesLease::take(self).await?;
        let done = self.erase_person(who, dry_run, &lease).await;
        let (report, own) = lease.done(done).await?;
        if !dry_run {
            self.finish("person.forget", &report).await?;
        }
        Ok((report, own))
    }

    async fn erase_person(&self, who: &Somebody, dry_run: bool, lease: &FilesLease<'_>) -> Result<(ForgetReport, Vec<String>)> {
        let store = &self.ports.store;
        self.directory.catch_up(&self.ports).await?;
        let names = who.whole_names();
        let ids = who.keys.iter().map(|k| k.split_once(':').map_or(k.as_str(), |(_, id)| id).to_owned());
        let words: BTreeSet<String> = names.iter().cloned().chain(who.addresses.iter().cloned()).chain(ids).collect();
        let known = |subject| move |text: &String| (subject, text.clone());
        let subjects: Vec<_> =
            who.addresses.iter().map(known(Subject::Masked)).chain(who.keys.iter().map(known(Subject::Author))).collect();
        let erasure = Erasure {
            at: self.ports.timer.now(),
            suppress: subjects.iter().cloned().chain(names.iter().map(known(Subject::Name))).collect(),
            subjects,
            people: who.keys.clone(),
            words: words.clone(),
            mask: Some(Arc::new(Eraser { who: who.clone(), names, directory: self.directory.clone() })),
            dry_run,
            ..Erasure::default()
        };
        let mut report = ForgetReport::new(store.erase(erasure).await?, dry_run);
        let words = Words::new(words);
        if dry_run {
            // What is made or edited by the command itself is not left to the user.
            let ours = ["/context_summary.md", "/insights.json", "/profile.toml", "customers/people.toml"];
            let own = self.own_files(&words).await?.into_iter().filter(|path| !ours.iter().any(|name| path.ends_with(name)));
            let copies: BTreeSet<String> = self.copies().await?.into_iter().collect();
            report.files = self.forget_copies(&words, true).await?;
            return Ok((report, own.filter(|path| !copies.contains(path)).collect()));
        }
        self.ports.failpoints.hit("forget.erased");
        let told = words.clone();
        self.forget_changes(move |text| told.are_in(text)).await?;
        let (told, gone) = (words.clone(), who.clone());
        self.forget_links(move |id| gone.is(id), move |text| told.are_in(text)).await?;
        report.files = self.rename_files(&words).await?;
        self.ports.failpoints.hit("forget.removed");
        report.edited = self.settle(lease).await?;
        // What was just kept aside, too.
        report.files += self.forget_copies(&words, false).await?;
        let left: BTreeSet<String> = self.copies().await?.into_iter().collect();
        report.edited.retain(|edited| left.contains(&edited.copy));
        self.ports.failpoints.hit("forget.settled");
        Ok((report, self.own_files(&words).await?))
    }

    /// Removes files whose names tell of the person; they are made again under another. Gives how many there were.
    async fn rename_files(&self, words: &Words) -> Result<u64> {
        let (store, workspace) = (&self.ports.store, &self.ports.workspace);
        let named: Vec<_> = store.files(None).await?.into_iter().filter(|f| words.are_in(&f.path)).collect();
        let paths: Vec<_> = named.iter().map(|f| workspace.customer_dir(&f.customer).join(&f.path)).collect();
        let disk = self.ports.disk.clone();
        tokio::task::spawn_blocking(move || disk.remove(&paths)).await?.map_err(|e| disk_error(&e))?;
        let places: BTreeSet<String> = named.iter().map(|f| f.place.clone()).collect();
        store.touch(Some(&places.into_iter().collect::<Vec<_>>()), &[]).await?;
        let removed: Vec<_> = named.into_iter().map(|f| (f.customer, f.path)).collect();
        let count = removed.len() as u64;
        store.projected(Projected { removed, forget: true, ..Projected::default() }).await?;
        Ok(count)
    }

    /// Files in the customers' folders that the program did not make and that name them, from the workspace's root.
    async fn own_files(&self, words: &Words) -> Result<Vec<String>> {
        let (disk, workspace, words) = (self.ports.disk.clone(), self.ports.workspace.clone(), words.clone());
        let made: BTreeSet<_> =
            self.ports.store.files(None).await?.into_iter().map(|f| workspace.customer_dir(&f.customer).join(f.path)).collect();
        tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            let people = workspace.people_path();
            if workspace.links_tell(&*disk, &|text| words.are_in(text)).unwrap_or(true) {
                found.push(workspace.shown(&people).into_owned());
            }
            let mut folders = vec![workspace.profiles_dir()];
            while let Some(folder) = folders.pop() {
                for entry in disk.list(&folder).map_err(|e| files_error(&folder, &e.to_string(), "check its permissions"))? {
                    let path = folder.join(&entry.name);
                    match entry.kind {
                        Kind::Folder => folders.push(path),
                        Kind::File if !made.contains(&path) => {
                            // What cannot be read is not ours to judge.
                            let text = disk.read(&path).ok().flatten().unwrap_or_default();
                            if words.are_in(&String::from_utf8_lossy(&text)) {
                                found.push(workspace.shown(&path).into_owned());
                            }
                        }
                        _ => {}
                    }
                }
            }
            found.sort();
            Ok(found)
        })
        .await?
    }
}
