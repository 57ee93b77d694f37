//! Why a record stands where it stands.

mod people;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sales_model::{Attribution, CustomerId, Detail, Doubt, Noise, Record, RecordId, RecordState, Scope};
use serde::Serialize;

use crate::{App, Audience, attribute::Rulebook, error::Result, units::by_day};

pub use people::{Counted, TakesPart};

/// The answer of `sales match explain`.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The record.
    pub record: RecordId,
    /// Name of its place: `#yourcompany-acme-poc`.
    pub place: String,
    /// Whether it still stands at its vendor.
    pub state: RecordState,
    /// What it is.
    pub what: What,
    /// Attributions that reach it, with rule and reason.
    pub attributions: Vec<Attribution>,
    /// Customers whose files show it: not all of those whose conversation it is where it is a private branch.
    pub shown: BTreeSet<CustomerId>,
    /// Who takes part in the conversation.
    pub people: Vec<TakesPart>,
    /// Names in it of customers whose profiles say that somebody else is meant.
    pub excluded: Vec<Excluded>,
    /// Doubts about it.
    pub doubts: Vec<Doubt>,
    /// Files it stands in, from the workspace's root.
    pub files: Vec<String>,
    /// What the customers are called that are named above.
    pub names: BTreeMap<CustomerId, String>,
}

/// What a record is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct What {
    /// `message`, `call`, `note`, `mail`.
    pub kind: &'static str,
    /// Title or subject; empty where it has none.
    pub title: String,
    /// Who said or wrote it; empty where several did.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why a mail is no part of a conversation between people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<Noise>,
}

/// A name that is not meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Whose name it is.
    pub customer: CustomerId,
    /// The phrase of the profile that says so.
    pub phrase: String,
}

pub(crate) async fn explain(app: &App, id: &RecordId) -> Result<Option<Explanation>> {
    let store = &app.ports.store;
    let Some(stored) = store.record(id).await?.into_iter().next() else { return Ok(None) };
    let record = stored.record;
    let reaches = |scope: &Scope| match scope {
        Scope::Place { place } => **place == *record.place,
        Scope::Thread { place, thread } => **place == *record.place && *thread == record.thread,
    };
    let attributions: Vec<_> = store.attributions().await?.into_iter().filter(|a| reaches(&a.scope)).collect();
    let doubts: Vec<_> = store.doubts().await?.into_iter().filter(|d| reaches(&d.scope)).collect();
    let shown = Audience::new(app).of(&record).await?;
    let files = files(app, &record, &shown).await?;
    let rules = app.directory.rules();
    let mut people = people::of(app, &rules, &record).await?;
    people.sort_by(|a, b| (!a.here, &a.name, &a.email).cmp(&(!b.here, &b.name, &b.email)));
    let mut excluded = excluded(app, &rules, &record);
    excluded.retain(|e| !attributions.iter().any(|a| a.customer == e.customer));
    let mentioned = attributions.iter().map(|a| &a.customer).chain(doubts.iter().flat_map(|d| d.candidates.iter().map(|c| &c.customer)));
    let mentioned = mentioned.chain(&shown).chain(excluded.iter().map(|e| &e.customer));
    let names = mentioned.map(|id| (id.clone(), rules.name(id))).collect();
    let place = name_of_place(app, &record);
    let what = what(app, &record);
    Ok(Some(Explanation {
        record: id.clone(),
        place,
        state: record.state,
        what,
        attributions,
        shown,
        people,
        excluded,
        doubts,
        files,
        names,
    }))
}

/// Files that a record stands in.
async fn files(app: &App, record: &Record, shown: &BTreeSet<CustomerId>) -> Result<Vec<String>> {
    let zone = app.zone()?;
    let day = crate::units::instant(&record.thread).filter(|_| by_day(&record.place));
    let unit = day.map_or_else(|| record.thread.clone(), |at| zone.to_datetime(at).date().to_string());
    let mut files = Vec::new();
    for customer in shown {
        let entries = app.ports.store.files(Some(customer)).await?;
        let own = entries.into_iter().filter(|e| e.place == *record.place && e.unit == unit);
        files.extend(own.map(|e| format!("customers/profiles/{customer}/{}", e.path)));
    }
    Ok(files)
}

fn name_of_place(app: &App, record: &Record) -> String {
    let sign = if by_day(&record.place) { "#" } else { "" };
    app.directory.read().places.get(&*record.place).map_or_else(|| record.place.to_string(), |p| format!("{sign}{}", p.name))
}

fn what(app: &App, record: &Record) -> What {
    let (kind, title, noise) = match record.detail.as_deref() {
        Some(Detail::Mail(mail)) => ("mail", mail.subject.clone(), mail.noise),
        Some(Detail::Call(call)) => ("call", call.title.clone(), None),
        Some(Detail::Note(note)) => ("note", note.title.clone(), None),
        Some(Detail::Transcript(_)) => ("call", String::new(), None),
        None => ("message", String::new(), None),
    };
    let by = match record.detail.as_deref() {
        Some(Detail::Mail(mail)) => mail.from.as_ref().map(|f| people::shown(&f.name, Some(&f.email))).unwrap_or_default(),
        Some(_) => String::new(),
        None => {
            let known = app.directory.read();
            let person = record.author.as_ref().and_then(|key| known.people.get(key)).filter(|p| !p.unknown);
            person.map(|p| p.name.clone()).or_else(|| record.author_name.clone()).unwrap_or_default()
        }
    };
    What { kind, title, by, at: record.at, noise }
}

/// Names of customers where a phrase of their profiles says that they are not meant.
fn excluded(app: &App, rules: &Rulebook, record: &Record) -> Vec<Excluded> {
    let texts: Vec<String> = match record.detail.as_ref().and_then(|d| d.signs()) {
        Some(signs) => signs.titles.into_iter().chain(signs.names).collect(),
        None => app.directory.read().places.get(&*record.place).map(|p| vec![p.name.clone(), p.topic.clone()]).unwrap_or_default(),
    };
    rules.exclusions(&texts).into_iter().map(|(customer, phrase)| Excluded { customer, phrase }).collect()
}
