//! Copies of edited files hold customers' words: what is forgotten or too old goes from them too.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sales_files::original_of;
use sales_ledger::{Erasure, Words};
use sales_model::CustomerId;

use crate::{
    App,
    error::Result,
    project::{disk_error, files_error},
    retention::SOURCES,
    units::{by_day, instant},
};

/// Name of the small value that says for which day and which settings copies were looked at.
const EXPIRED: &str = "retention.copies";

/// A copy as it is judged.
struct Copy {
    customer: CustomerId,
    /// The file that it is a copy of: a path in the customer's folder.
    original: String,
    /// What stands in it; nothing where it is no file, or too large.
    text: Option<String>,
}

impl App {
    /// Removes copies that name what is to be forgotten, and those that cannot be read; with `dry_run` they are only counted.
    pub(crate) async fn forget_copies(&self, words: &Words, dry_run: bool) -> Result<u64> {
        let words = words.clone();
        let names = move |copy: &Copy| words.are_in(&copy.original) || copy.text.as_ref().is_none_or(|text| words.are_in(text));
        self.drop_copies(names, dry_run).await
    }

    /// Removes copies of what belongs to a customer who is to be forgotten, in the folders of others who had it before.
    pub(crate) async fn forget_copies_of(&self, erasure: &Erasure, customer: &CustomerId, dry_run: bool) -> Result<u64> {
        let store = &self.ports.store;
        let zone = self.zone()?;
        let mut units: BTreeSet<(String, String)> = BTreeSet::new();
        for (place, thread) in &erasure.conversations {
            let day = instant(thread).filter(|_| by_day(place)).map(|at| zone.to_datetime(at).date().to_string());
            units.insert((place.clone(), day.unwrap_or_else(|| thread.clone())));
        }
        let mut paths: BTreeSet<(CustomerId, String)> = BTreeSet::new();
        for entry in store.files(None).await?.into_iter().chain(store.past_paths().await?) {
            let goes = erasure.places.contains(&entry.place) || units.contains(&(entry.place, entry.unit));
            if goes && entry.customer != *customer {
                paths.insert((entry.customer, entry.path));
            }
        }
        let quotes = move |copy: &Copy| {
            let context = !copy.original.contains('/');
            let quoted = |(customer, path): &(CustomerId, String)| {
                *customer == copy.customer && copy.text.as_ref().is_none_or(|text| text.contains(path.as_str()))
            };
            paths.contains(&(copy.customer.clone(), copy.original.clone())) || (context && paths.iter().any(quoted))
        };
        self.drop_copies(quotes, dry_run).await
    }

    /// Removes copies of what is older than `[retention]` says, once a day and whenever the settings are others; gives how many there were.
    pub(crate) async fn expire_copies(&self) -> Result<u64> {
        let (store, now) = (&self.ports.store, self.ports.timer.now());
        let zone = self.zone()?;
        let kept = |source| self.kept_from(source, now).map(|at| zone.to_datetime(at).date());
        let oldest: Vec<(String, Date)> = SOURCES.iter().filter_map(|(source, _)| Some((source.to_string(), kept(source)?))).collect();
        if oldest.is_empty() {
            return Ok(0);
        }
        let done = format!("{oldest:?}");
        if store.get(EXPIRED).await?.as_deref() == Some(done.as_str()) {
            return Ok(0);
        }
        let too_old = move |copy: &Copy| match copy.original.split_once('/') {
            Some((folder, name)) => oldest.iter().any(|(source, from)| source == folder && day(name).is_some_and(|day| day < *from)),
            None => oldest.iter().any(|(source, from)| copy.text.as_ref().is_none_or(|text| quotes_before(text, source, *from))),
        };
        let count = self.drop_copies(too_old, false).await?;
        store.set(EXPIRED, &done).await?;
        Ok(count)
    }

    async fn drop_copies(&self, goes: impl Fn(&Copy) -> bool + Send + 'static, dry_run: bool) -> Result<u64> {
        let (disk, workspace) = (self.ports.disk.clone(), self.ports.workspace.clone());
        tokio::task::spawn_blocking(move || {
            let mut found = Vec::new();
            for (customer, path) in workspace.all_copies(&*disk).map_err(|e| disk_error(&e))? {
                let full = workspace.customer_dir(&customer).join(&path);
                let original = original_of(&path).unwrap_or(&path).to_owned();
                // Links are not followed: what they lead to is no copy.
                let file = disk.kind(&full).map_err(|e| files_error(&full, &e.to_string(), "check its permissions"))?;
                let text = match file {
                    Some(sales_files::Kind::File) => disk.read(&full).ok().flatten(),
                    _ => Some(Vec::new()),
                };
                let text = text.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                if goes(&Copy { customer, original, text }) {
                    found.push(full);
                }
            }
            if !dry_run {
                disk.remove(&found).map_err(|e| disk_error(&e))?;
            }
            Ok(found.len() as u64)
        })
        .await?
    }
}

/// The day that a file's name begins with.
fn day(name: &str) -> Option<Date> {
    name.get(..10)?.parse().ok()
}

/// Whether a context quotes what a source's files show of a day before.
fn quotes_before(text: &str, source: &str, from: Date) -> bool {
    let folder = format!("{source}/");
    text.match_indices(&folder).any(|(at, _)| text.get(at + folder.len()..).and_then(day).is_some_and(|day| day < from))
}

#[cfg(test)]
mod tests {
    use super::quotes_before;

    #[test]
    fn a_context_tells_how_old_its_quotes_are() {
        let from = "2024-03-15".parse().unwrap();
        let text = "- [slack 2024-03-15](slack/2024-03-15_poc.json#1 \"x\") [gong](gong/2024-03-14_call.json#t=3) slack/x email/2024-03";
        assert!(quotes_before(text, "gong", from));
        for source in ["slack", "email", "granola"] {
            assert!(!quotes_before(text, source, from), "{source}");
        }
        assert!(quotes_before("{\"path\": \"slack/2024-03-14_poc.json\"}", "slack", from));
    }
}
