//! From a batch to one ledger transaction: what the items mean, whose they are, which files they touch. CPU work, off the async threads.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use jiff::Timestamp;
use sales_connectors::{Batch, Bound, Connector, Covered, Identity, ItemFailure, Mapped};
use sales_ledger::{CoveredRange, CoveredTime, GoneItem, HeldCopy, Joins, NewRecord, PageCommit};
use sales_model::{ContentHash, Detail, Record, RecordId, RefKind, WorkItem};

use crate::{
    directory::Directory,
    units::{MAIL, Units},
};

/// A page ready to be committed, and what else it set in motion.
pub(crate) struct Page {
    pub(crate) commit: PageCommit,
    /// Places with records in it.
    pub(crate) places: BTreeSet<String>,
}

/// A batch with what its items mean.
pub(crate) struct Opened {
    pub(crate) batch: Batch,
    /// By item.
    pub(crate) mapped: Vec<Result<Mapped, ItemFailure>>,
    /// By vendor id: how records find their conversations.
    pub(crate) joins: HashMap<String, Joins>,
    /// Records (place, vendor id) that the vendor sent and that must not be stored.
    pub(crate) away: Vec<(String, String)>,
    /// Items whose bytes must not be stored, by position, with the hash of these bytes.
    pub(crate) withheld: BTreeMap<usize, ContentHash>,
}

/// Says of every item what it means.
pub(crate) fn open(batch: Batch, connector: &dyn Connector) -> Opened {
    let mapped = batch.items.iter().map(|item| connector.process(item)).collect();
    Opened { batch, mapped, joins: HashMap::new(), away: Vec::new(), withheld: BTreeMap::new() }
}

/// Works a batch out. `me`: whose account it is, as far as that is known. `undated`: nobody knows how old its items are (an export).
pub(crate) fn build(
    opened: Opened,
    connector: &dyn Connector,
    me: Option<&Identity>,
    undated: bool,
    directory: &Directory,
    now: Timestamp,
) -> Page {
    let Opened { batch, mapped: opened, mut joins, away, withheld } = opened;
    // Something that nobody can name may be any of those that a time lacks.
    let mut nameless = batch.failures.iter().any(|f| f.native.is_none());
    let mut commit =
        PageCommit { unread: away, failures: batch.failures.into_iter().map(|f| (f.item, f.reason)).collect(), ..PageCommit::default() };
    let mut mapped = Vec::with_capacity(batch.items.len());
    // Places in which something unreadable stood that nobody can name: nothing is concluded there from what the batch lacks.
    let mut unclear: HashSet<Arc<str>> = HashSet::new();
    for (item, result) in batch.items.iter().zip(opened) {
        match result {
            Ok(m) => mapped.push(Some(m)),
            Err(failure) => {
                nameless |= failure.native.is_none();
                let name = match (&item.place, failure.native) {
                    (Some(place), Some(native)) => {
                        let id = RecordId::new(place, &native);
                        commit.unread.push((place.to_string(), native));
                        id.to_string()
                    }
                    (Some(place), None) => {
                        unclear.insert(place.clone());
                        failure.item
                    }
                    (None, _) => failure.item,
                };
                commit.failures.push((name, failure.reason));
                mapped.push(None);
            }
        }
    }
    for m in mapped.iter_mut().flatten() {
        commit.people.append(&mut m.people);
        commit.places.append(&mut m.places);
    }
    commit.undated = undated;
    if undated {
        // What the vendor itself told of people and places stands.
        let known = directory.read();
        if !known.teams.is_empty() {
            commit.people.retain(|p| known.people.get(&p.key).is_none_or(|k| k.unknown));
            commit.places.retain(|p| known.places.get(&p.key).is_none_or(|k| !k.member));
        }
    }
    if let Some(me) = me {
        commit.places.iter_mut().filter(|p| p.url.is_empty()).for_each(|p| p.url = connector.place_url(me, p));
    }
    directory.learn(&commit.people, &commit.places);

    let known = directory.read();
    let own_bot = |r: &Record| me.is_some_and(|me| r.author.as_ref().is_some_and(|a| me.own_bots.contains(a)));
    let mut units = Units::default();
    let mut places = BTreeSet::new();
    let mut last_place: Option<Arc<str>> = None;
    let mut work: HashSet<(String, String, String)> = HashSet::new();
    let mut strangers: BTreeSet<String> = BTreeSet::new();
    for (at, (item, mapped)) in batch.items.into_iter().zip(mapped).enumerate() {
        // What cannot be read today is kept all the same: a later version may read it.
        let mut m = mapped.unwrap_or_default();
        for w in m.work.drain(..) {
            if work.insert((w.stream.clone(), w.partition.clone(), w.item.clone())) {
                commit.work.push(w);
            }
        }
        let raw = commit.raws.len() as u32;
        let keep = m.records.iter().any(|r| !own_bot(r)) || m.records.is_empty();
        for record in m.records.into_iter().filter(|r| !own_bot(r)) {
            if last_place.as_ref() != Some(&record.place) {
                places.insert(record.place.to_string());
                last_place = Some(record.place.clone());
            }
            let named = record.text.refs.iter().filter(|r| r.kind == RefKind::Person).map(|r| &r.key);
            for key in record.author.iter().chain(named) {
                if !strangers.contains(key) && known.people.get(key).is_none_or(|p| p.unknown) {
                    strangers.insert(key.clone());
                }
            }
            let unit = units.of(&record.place, &record.thread);
            let search = search_text(&record, |kind, key| known.label(kind, key).map(str::to_owned));
            let joins = joins.remove(&record.native);
            commit.records.push(NewRecord { record, raw, unit, search, joins });
        }
        if keep {
            let hash = withheld.get(&at).copied().unwrap_or_else(|| ContentHash::of(&item.body));
            commit.raws.push((item, hash));
        }
    }
    commit.work.extend(strangers.iter().filter_map(|key| connector.person_work(key, now)));
    commit.covered =
        batch.covered.into_iter().filter(|c| !unclear.contains(c.place.as_str())).filter_map(|c| range(c, &commit.records)).collect();
    commit.replies = connector.replies_list();
    commit.gone = batch.gone.into_iter().map(|g| GoneItem { place: g.place, thread: g.thread, native: g.native }).collect();
    commit.covered_time = if nameless {
        Vec::new()
    } else {
        batch.covered_time.into_iter().map(|c| CoveredTime { place: c.place, from: c.from, to: c.to }).collect()
    };
    let held = batch.held.into_iter().map(|h| HeldCopy { item: h.item, place: MAIL.to_owned(), native: h.native, labels: h.labels });
    commit.held = held.collect();
    commit.dropped = batch.dropped;
    commit.present = batch.present;
    commit.retired = batch.retired;
    commit.done = batch.done;
    commit.postponed = batch.postponed;
    commit.read = batch.read;
    commit.gaps = (!batch.gaps.is_empty() || !batch.more).then_some(batch.gaps);
    commit.next = Some(batch.next);
    Page { commit, places }
}

/// What full-text search finds a record by: its words with names in them, its files' names, what was said in a transcript.
pub(crate) fn search_text(record: &Record, name: impl FnMut(sales_model::RefKind, &str) -> Option<String>) -> String {
    let mut text = if record.text.refs.is_empty() { record.text.plain.clone() } else { record.text.render(name) };
    for file in &record.files {
        text.push(' ');
        text.push_str(&file.name);
    }
    match record.detail.as_deref() {
        Some(Detail::Transcript(transcript)) => {
            for turn in &transcript.turns {
                text.push_str(&turn.text);
                text.push('\n');
            }
        }
        // Of what concerns no customer nothing is found.
        Some(Detail::Mail(mail)) if mail.header_only => text.clear(),
        Some(Detail::Mail(mail)) => {
            for word in [&mail.subject].into_iter().chain(mail.people().into_iter().flat_map(|a| [&a.name, &a.email])) {
                text.push(' ');
                text.push_str(word);
            }
        }
        _ => {}
    }
    text
}

/// The range with its ends filled in; nothing when an end is the page's and the page has no such record.
fn range(covered: Covered, records: &[NewRecord]) -> Option<CoveredRange> {
    let own = || {
        records.iter().map(|r| &r.record).filter(|r| *r.place == *covered.place).filter(|r| match &covered.thread {
            None => r.is_first(),
            Some(thread) => r.thread == *thread && !r.is_first(),
        })
    };
    let from = match covered.from {
        Bound::At(native) => native,
        Bound::Page => own().map(|r| &r.native).min()?.clone(),
    };
    let to = match covered.to {
        Bound::At(native) => native,
        Bound::Page => own().map(|r| &r.native).max()?.clone(),
    };
    Some(CoveredRange { place: covered.place, thread: covered.thread, from, to })
}

/// The work-list streams that a page put work into.
pub(super) fn woken(work: &[WorkItem]) -> BTreeSet<(String, String)> {
    work.iter().map(|w| (w.stream.clone(), w.partition.clone())).collect()
}
