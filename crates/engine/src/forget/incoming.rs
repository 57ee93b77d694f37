//! What comes in again: a page loses what was forgotten before anything of it is stored.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;
use sales_connectors::{ItemFailure, Mapped};
use sales_ledger::{Subject, Suppressions};
use sales_model::{ContentHash, Detail, Person, RawItem, Record, RecordId, Scope};

use super::mask;
use crate::{
    App,
    attribute::Rulebook,
    error::Result,
    sync::Opened,
    units::{MAIL, by_day, one_range},
};

/// Takes out of a page what must not come back.
pub(crate) async fn keep_away(app: &App, opened: Opened) -> Result<Opened> {
    let list = app.suppressions().await?;
    let opened = too_old(app, opened);
    if list.is_empty() {
        return Ok(opened);
    }
    let rules = app.directory.rules();
    Ok(tokio::task::spawn_blocking(move || Gate { list, rules }.page(opened)).await?)
}

/// Takes out records that would be erased at the end of the run because they are too old, with their bytes.
fn too_old(app: &App, mut opened: Opened) -> Opened {
    let now = app.ports.timer.now();
    let source = opened.batch.items.first().map(|item| item.account.source.clone());
    let Some(kept) = source.and_then(|source| app.kept_from(&source, now)) else { return opened };
    let items = std::mem::take(&mut opened.batch.items);
    for (item, mut mapped) in items.into_iter().zip(std::mem::take(&mut opened.mapped)) {
        if let Ok(m) = &mut mapped
            && !m.records.is_empty()
        {
            let old = m.records.extract_if(.., |r| r.at < kept);
            opened.away.extend(old.map(|r| (r.place.to_string(), r.native)));
            if m.records.is_empty() {
                continue;
            }
        }
        opened.batch.items.push(item);
        opened.mapped.push(mapped);
    }
    let away: BTreeSet<&str> = opened.away.iter().map(|(_, native)| native.as_str()).collect();
    opened.batch.held.retain(|h| !away.contains(h.native.as_str()));
    opened
}

/// Takes people who were forgotten out of what others say of them; the bytes of such an item are not kept.
pub(crate) async fn take_out(app: &App, opened: Opened) -> Result<Opened> {
    let list = app.suppressions().await?;
    if list.is_empty() {
        return Ok(opened);
    }
    let spoken = spoken(app, &list, &opened).await?;
    Ok(tokio::task::spawn_blocking(move || masked(&list, &spoken, opened)).await?)
}

/// By conversation (place, name): what its transcript calls people who were forgotten.
type Spoken = BTreeMap<(Arc<str>, String), BTreeSet<String>>;

/// Of the transcripts of a page. Who took part may stand on the same page, or in the ledger since.
async fn spoken(app: &App, list: &Suppressions, opened: &Opened) -> Result<Spoken> {
    let records = || opened.mapped.iter().flatten().flat_map(|m| &m.records);
    let conversation = |r: &Record| (r.place.clone(), r.thread.clone());
    let mut spoken = Spoken::new();
    for transcript in records().filter(|r| matches!(r.detail.as_deref(), Some(Detail::Transcript(_)))) {
        let (place, thread) = conversation(transcript);
        let known = app.ports.store.read(&[one_range(&place, &thread)]).await?.into_iter().flatten();
        let voices = known.flat_map(|stored| mask::nameless(&stored.record)).collect();
        spoken.insert((place, thread), voices);
    }
    for record in records() {
        if let Some(voices) = spoken.get_mut(&conversation(record)) {
            voices.extend(mask::voices(record, list));
        }
    }
    Ok(spoken)
}

fn masked(list: &Suppressions, spoken: &Spoken, mut opened: Opened) -> Opened {
    for (at, (item, mapped)) in opened.batch.items.iter_mut().zip(&mut opened.mapped).enumerate() {
        let Ok(mapped) = mapped else { continue };
        let mut named = false;
        for record in &mut mapped.records {
            if let Some(voices) = spoken.get(&(record.place.clone(), record.thread.clone())) {
                named |= mask::silence(record, |speaker| voices.contains(speaker));
            }
            named |= mask::record(record, list);
        }
        for place in &mut mapped.places {
            for text in place.previous_names.iter_mut().chain([&mut place.name, &mut place.topic]) {
                if let Some(masked) = mask::text(text, list) {
                    *text = masked;
                    named = true;
                }
            }
        }
        if named {
            opened.withheld.entry(at).or_insert_with(|| ContentHash::of(&item.body));
            item.body = Bytes::new();
        }
    }
    opened
}

/// What an item means, or why nobody can tell.
type Understood = std::result::Result<Mapped, ItemFailure>;

/// Decides what may come in.
struct Gate {
    list: Arc<Suppressions>,
    rules: Arc<Rulebook>,
}

impl Gate {
    fn page(&self, mut opened: Opened) -> Opened {
        let items = std::mem::take(&mut opened.batch.items);
        for (mut item, mut mapped) in items.into_iter().zip(std::mem::take(&mut opened.mapped)) {
            if self.is_away(&mut item, &mut mapped, &mut opened) {
                continue;
            }
            opened.batch.items.push(item);
            opened.mapped.push(mapped);
        }
        opened.batch.held.retain(|h| !self.list.has(Subject::Record, &RecordId::new(MAIL, &h.native).0));
        opened
    }

    /// Whether nothing of an item is to be stored; else takes out what is not.
    fn is_away(&self, item: &mut RawItem, mapped: &mut Understood, opened: &mut Opened) -> bool {
        let in_place = item.place.as_ref().is_some_and(|place| self.list.has(Subject::Place, place));
        let m = match mapped {
            Ok(m) => m,
            Err(failure) => {
                let known = item.place.as_ref().zip(failure.native.as_ref()).map(|(place, native)| RecordId::new(place, native));
                return in_place || known.is_some_and(|id| self.list.has(Subject::Record, &id.0));
            }
        };
        let count = |m: &Mapped| m.records.len() + m.people.len() + m.places.len();
        let before = count(m);
        m.people.retain(|p| !self.person(p));
        m.places.retain(|p| !self.list.has(Subject::Place, &p.key));
        m.records.retain(|r| {
            let away = in_place || self.record(r);
            if away {
                // It stands there still: that the page lacks it must not be taken for its end.
                opened.away.push((r.place.to_string(), r.native.clone()));
            }
            !away
        });
        let after = count(m);
        if after < before && after > 0 && m.records.is_empty() {
            // One item about several people or places: they stay, its bytes do not.
            opened.withheld.insert(opened.batch.items.len(), ContentHash::of(&item.body));
            item.body = Bytes::new();
        }
        before > 0 && after == 0 || in_place && before == 0
    }

    fn person(&self, person: &Person) -> bool {
        self.list.has(Subject::Person, &person.key)
            || self.list.has(Subject::Author, &person.key)
            || person.email.as_ref().is_some_and(|e| self.list.has(Subject::Address, e) || self.list.has(Subject::Masked, e))
    }

    fn record(&self, record: &Record) -> bool {
        let list = &self.list;
        list.has(Subject::Record, &record.id().0)
            || list.has(Subject::Place, &record.place)
            || list.has(Subject::Conversation, &RecordId::new(&record.place, &record.thread).0)
            || mask::wrote(record, &*self.list)
            || self.of_nobody_else(record)
    }

    /// Whether people of the forgotten take part in a mail, call or note that is no other customer's.
    fn of_nobody_else(&self, record: &Record) -> bool {
        if by_day(&record.place) {
            return false;
        }
        let Some(signs) = record.detail.as_ref().and_then(|d| d.signs()) else { return false };
        let known = |address: &String| {
            let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
            self.list.has(Subject::Address, address) || domains(domain).any(|d| self.list.has(Subject::Domain, d))
        };
        if !signs.addresses.iter().any(known) && !signs.sites.iter().any(|site| self.list.has(Subject::Domain, site)) {
            return false;
        }
        let scope = Scope::Thread { place: record.place.to_string(), thread: record.thread.clone() };
        self.rules.conversation(&scope, std::slice::from_ref(&record.native), &signs).0.is_empty()
    }
}

/// A domain and those that it is part of: `mail.acme.dev`, `acme.dev`.
fn domains(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |d| d.split_once('.').map(|(_, rest)| rest)).filter(|d| d.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::domains;

    #[test]
    fn a_domain_and_those_above_it() {
        assert_eq!(domains("eu.mail.acme.dev").collect::<Vec<_>>(), ["eu.mail.acme.dev", "mail.acme.dev", "acme.dev"]);
        assert_eq!(domains("").count() + domains("dev").count(), 0);
    }
}
