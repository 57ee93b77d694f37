//! What other profiles would move, over the whole history; nothing is changed.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;
use sales_model::{Attribution, CustomerId, Doubt, Links, Profile, RecordId, Scope};
use serde::Serialize;

use super::{Attributor, by_conversation};
use crate::{App, error::Result, units::by_day};

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
    fn reasons(&self, place: &str, thread: &str, had: &BTreeSet<&CustomerId>) -> Vec<String> {
        let all = [None, Some(thread)].into_iter().filter_map(|scope| self.reasons.get(&(place, scope))).flatten();
        let new = all.filter(|(customer, _)| !had.contains(customer));
        new.map(|(customer, reason)| format!("{customer}: {reason}")).collect()
    }
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
    let places: BTreeSet<&str> = was.symmetric_difference(&will).map(|(scope, _)| scope.place()).collect();
    let mut preview = Preview::default();
    for place in places {
        let mut moved = Vec::new();
        for weight in store.weights(place).await? {
            let (from, to) = (old.customers(place, &weight.thread), new.customers(place, &weight.thread));
            if from != to {
                moved.push((weight, from, to));
            }
        }
        let titles = titles(app, place, moved.iter().map(|(weight, ..)| weight.thread.clone()).collect()).await?;
        let list = |set: BTreeSet<&CustomerId>| set.into_iter().cloned().collect::<Vec<_>>();
        for (weight, from, to) in moved {
            preview.records += weight.records.len() as u64;
            let headers = if to.is_empty() { 0 } else { weight.partial };
            preview.fetch += headers;
            preview.moves.push(Move {
                place: name(app, place),
                title: titles.get(&weight.thread).cloned().unwrap_or_default(),
                at: weight.first,
                records: weight.records.iter().map(|native| RecordId::new(place, native)).collect(),
                headers,
                reasons: new.reasons(place, &weight.thread, &from),
                from: list(from),
                to: list(to),
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
