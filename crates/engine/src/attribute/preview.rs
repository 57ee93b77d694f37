//! What other profiles would move, over the whole history; nothing is changed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use sales_model::{Attribution, CustomerId, Doubt, Links, Profile, RecordId, RecordState, Scope};
use serde::Serialize;

use super::{Attributor, Rulebook, audience::shown_to, by_conversation};
use crate::{
    App,
    error::Result,
    units::{MAIL, by_day, one_range},
};

/// What would be other than it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Preview {
    /// Conversations that would belong to others, by place and time.
    pub moves: Vec<Move>,
    /// Records in them.
    pub records: u64,
    /// Mails of which only the header is here and that the next sync would fetch whole.
    pub fetch: u64,
    /// What would come on the review list.
    pub doubts_more: Vec<Doubt>,
    /// What would leave it.
    pub doubts_fewer: Vec<Doubt>,
}

/// A conversation that would belong to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// Name of its place: `#general`, `gong`.
    pub place: String,
    /// Title or subject, where it has one.
    pub title: String,
    /// When it began.
    pub at: Timestamp,
    /// Its records.
    pub records: Vec<RecordId>,
    /// How many of them are mails of which only the header is here.
    pub headers: u64,
    /// Whose it is.
    pub from: Vec<CustomerId>,
    /// Whose it would be.
    pub to: Vec<CustomerId>,
    /// Why, for those who would get it.
    pub reasons: Vec<String>,
}

/// Customers with the reasons why.
type Reasons<'a> = Vec<(&'a CustomerId, &'a str)>;

/// Owners of places and of conversations in them.
#[derive(Default)]
struct Owned<'a> {
    places: HashMap<&'a str, BTreeSet<&'a CustomerId>>,
    threads: HashMap<(&'a str, &'a str), BTreeSet<&'a CustomerId>>,
    /// By place and conversation.
    reasons: HashMap<(&'a str, Option<&'a str>), Reasons<'a>>,
}

impl<'a> Owned<'a> {
    fn of(attributions: &'a [Attribution]) -> Self {
        let mut owned = Owned::default();
        for a in attributions {
            let (place, thread) = match &a.scope {
                Scope::Place { place } => (place.as_str(), None),
                Scope::Thread { place, thread } => (place.as_str(), Some(thread.as_str())),
            };
            match thread {
                None => owned.places.entry(place).or_default().insert(&a.customer),
                Some(thread) => owned.threads.entry((place, thread)).or_default().insert(&a.customer),
            };
            owned.reasons.entry((place, thread)).or_default().push((&a.customer, &a.reason));
        }
        owned
    }

    fn customers(&self, place: &str, thread: &str) -> BTreeSet<&'a CustomerId> {
        let whole = self.places.get(place).into_iter().flatten();
        whole.chain(self.threads.get(&(place, thread)).into_iter().flatten()).copied().collect()
    }

    /// Why a customer would have it who has it not.
    fn reasons(&self, place: &str, thread: &str, group: &Group) -> Vec<String> {
        let all = [None, Some(thread)].into_iter().filter_map(|scope| self.reasons.get(&(place, scope))).flatten();
        let new = all.filter(|(customer, _)| group.to.contains(customer) && !group.from.contains(customer));
        new.map(|(customer, reason)| format!("{customer}: {reason}")).collect()
    }
}

/// Records of a conversation that would move together.
#[derive(Clone)]
struct Group {
    from: BTreeSet<CustomerId>,
    to: BTreeSet<CustomerId>,
    records: Vec<String>,
    partial: u64,
    first: Timestamp,
}

/// What would move in mail conversations of several customers, by conversation: not everything in them is shown to all of these.
struct Branches(BTreeMap<String, Vec<Group>>);

impl Branches {
    async fn of(app: &App, rules: &Rulebook, sides: [&Owned<'_>; 2]) -> Result<Self> {
        let several = sides.iter().flat_map(|owned| &owned.threads).filter(|((place, _), owners)| *place == MAIL && owners.len() > 1);
        let threads: BTreeSet<&str> = several.map(|((_, thread), _)| *thread).collect();
        let (place, before) = (Arc::from(MAIL), app.directory.rules());
        let mut out = BTreeMap::new();
        for thread in threads {
            let read = app.ports.store.read(&[one_range(&place, thread)]).await?;
            let records: Vec<_> = read.into_iter().flatten().map(|s| s.record).filter(|r| r.state == RecordState::Live).collect();
            let mails: Vec<_> = records.iter().collect();
            let [old, new] = sides.map(|owned_by| owned(owned_by.customers(MAIL, thread)));
            let (from, to) = (shown_to(&before, &old, &mails), shown_to(rules, &new, &mails));
            let mut groups: BTreeMap<(BTreeSet<CustomerId>, BTreeSet<CustomerId>), Group> = BTreeMap::new();
            for (record, (from, to)) in records.iter().zip(from.into_iter().zip(to)).filter(|(_, (from, to))| from != to) {
                let empty = || Group { from: from.clone(), to: to.clone(), records: Vec::new(), partial: 0, first: record.at };
                let group = groups.entry((from.clone(), to.clone())).or_insert_with(empty);
                group.first = group.first.min(record.at);
                group.partial += u64::from(record.partial);
                group.records.push(record.native.clone());
            }
            out.insert(thread.to_owned(), groups.into_values().collect());
        }
        Ok(Branches(out))
    }
}

fn owned(set: BTreeSet<&CustomerId>) -> BTreeSet<CustomerId> {
    set.into_iter().cloned().collect()
}

/// Holds the profiles, and who is whom, as they would be against what is decided now.
pub(crate) async fn preview(app: &App, customers: Vec<(CustomerId, Profile)>, links: Option<&Links>) -> Result<Preview> {
    let store = &app.ports.store;
    let rules = app.directory.rules_of(Arc::new(customers), links);
    let keys: Vec<String> = app.directory.read().places.keys().cloned().collect();
    let (after, doubts_after) = Attributor::new(app).decide_all(&rules, &keys).await?;
    let (before, doubts_before) = (store.attributions().await?, store.doubts().await?);
    let (old, new) = (Owned::of(&before), Owned::of(&after));
    let owners = |all: &[Attribution]| all.iter().map(|a| (a.scope.clone(), a.customer.clone())).collect::<BTreeSet<_>>();
    let (was, will) = (owners(&before), owners(&after));
    let mut places: BTreeSet<&str> = was.symmetric_difference(&will).map(|(scope, _)| scope.place()).collect();
    let branches = Branches::of(app, &rules, [&old, &new]).await?;
    // Whom a branch concerns may change where the conversation's owners do not.
    places.extend(branches.0.keys().next().map(|_| MAIL));
    let mut preview = Preview::default();
    for place in places {
        let mut moved = Vec::new();
        for weight in store.weights(place).await? {
            let (from, to) = (old.customers(place, &weight.thread), new.customers(place, &weight.thread));
            match branches.0.get(&weight.thread).filter(|_| place == MAIL) {
                Some(groups) => moved.extend(groups.iter().map(|group| (weight.thread.clone(), group.clone()))),
                None if from != to => {
                    let group =
                        Group { from: owned(from), to: owned(to), records: weight.records, partial: weight.partial, first: weight.first };
                    moved.push((weight.thread, group));
                }
                None => {}
            }
        }
        let titles = titles(app, place, moved.iter().map(|(thread, _)| thread.clone()).collect()).await?;
        for (thread, group) in moved {
            preview.records += group.records.len() as u64;
            let headers = if group.to.is_empty() { 0 } else { group.partial };
            preview.fetch += headers;
            preview.moves.push(Move {
                place: name(app, place),
                title: titles.get(&thread).cloned().unwrap_or_default(),
                at: group.first,
                records: group.records.iter().map(|native| RecordId::new(place, native)).collect(),
                headers,
                reasons: new.reasons(place, &thread, &group),
                from: group.from.into_iter().collect(),
                to: group.to.into_iter().collect(),
            });
        }
    }
    preview.moves.sort_by(|a, b| (&a.place, a.at, &a.records).cmp(&(&b.place, b.at, &b.records)));
    let scopes = |doubts: &[Doubt]| doubts.iter().map(|d| d.scope.clone()).collect::<BTreeSet<_>>();
    let (had, has) = (scopes(&doubts_before), scopes(&doubts_after));
    preview.doubts_more = doubts_after.into_iter().filter(|d| !had.contains(&d.scope)).collect();
    preview.doubts_fewer = doubts_before.into_iter().filter(|d| !has.contains(&d.scope)).collect();
    Ok(preview)
}

/// What conversations are called, where they have titles.
async fn titles(app: &App, place: &str, threads: Vec<String>) -> Result<BTreeMap<String, String>> {
    if !by_conversation(place) || threads.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut titles = BTreeMap::new();
    for record in app.ports.store.signs_of(place, &threads).await? {
        if let Some(title) = record.signs.titles.into_iter().next() {
            titles.entry(record.thread).or_insert(title);
        }
    }
    Ok(titles)
}

fn name(app: &App, place: &str) -> String {
    let known = app.directory.read();
    let sign = if by_day(place) { "#" } else { "" };
    known.places.get(place).map_or_else(|| place.to_owned(), |p| format!("{sign}{}", p.name))
}
