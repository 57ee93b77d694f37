//! Which files a set of dirty marks concerns, and for whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{civil::Date, tz::TimeZone};
use sales_ledger::{Dirty, FileEntry, Range, StoredRecord};
use sales_model::{ContentHash, CustomerId};

use crate::{
    attribute::shown_of_unit,
    directory::Directory,
    units::{MAIL, by_day, day_range, local_days, one_range},
};

/// What one file shows: a place's local day, or one conversation.
pub(super) struct Unit {
    pub(super) name: Arc<str>,
    /// The day, where it is one; else that of the first record.
    pub(super) date: Option<Date>,
    pub(super) range: Range,
}

/// One file to make: a unit for one customer.
pub(super) struct Job {
    pub(super) customer: CustomerId,
    pub(super) place: Arc<str>,
    pub(super) unit: Arc<str>,
    /// The date in its name; today's zone decides for new files, and for mail threads, whose names follow their first mail.
    pub(super) date: Date,
    /// The records that the customer is shown; empty when the file is to go.
    pub(super) records: Vec<Arc<StoredRecord>>,
    /// Those of the unit that only other customers are shown: what is quoted of them is known by them.
    pub(super) apart: Vec<Arc<StoredRecord>>,
    /// Where it stands; filled by the path table.
    pub(super) path: Option<String>,
    /// What the ledger knows of the file.
    pub(super) entry: Option<(String, Option<ContentHash>)>,
}

/// The units that the marks touch, by place and date.
pub(super) fn units(marks: &[Dirty], zone: &TimeZone) -> Vec<Unit> {
    let mut days: BTreeSet<(Date, Arc<str>)> = BTreeSet::new();
    let mut out = Vec::new();
    for mark in marks {
        if by_day(&mark.place) {
            days.extend(local_days(&mark.unit, zone).into_iter().map(|date| (date, mark.place.clone())));
        } else {
            out.push(Unit { name: mark.unit.clone(), date: None, range: one_range(&mark.place, &mark.unit) });
        }
    }
    out.extend(days.into_iter().filter_map(|(date, place)| {
        Some(Unit { name: Arc::from(date.to_string()), date: Some(date), range: day_range(&place, date, zone)? })
    }));
    out
}

/// One job per customer and unit: those who own something of it, and those who have a file of it that must go. By date, then place, then
/// unit: paths are given in this order.
pub(super) fn jobs(
    directory: &Directory,
    units: Vec<Unit>,
    records: Vec<Vec<StoredRecord>>,
    mut entries: BTreeMap<(String, String), Vec<FileEntry>>,
    zone: &TimeZone,
) -> Vec<Job> {
    let rules = directory.rules();
    let known = directory.read();
    let mut jobs = Vec::with_capacity(units.len());
    for (unit, records) in units.into_iter().zip(records) {
        let place = unit.range.place;
        let records: Vec<Arc<StoredRecord>> = records.into_iter().map(Arc::new).collect();
        let files = entries.remove(&(place.to_string(), unit.name.to_string())).unwrap_or_default();
        let mut owned: BTreeMap<CustomerId, Vec<Arc<StoredRecord>>> = BTreeMap::new();
        if let Some(threads) = known.threads.get(&*place) {
            for (record, customers) in records.iter().zip(shown_of_unit(&rules, threads, &place, &records)) {
                for customer in customers {
                    owned.entry(customer).or_default().push(record.clone());
                }
            }
        }
        let owners = known.owners.get(&*place).into_iter().flatten();
        owned.extend(owners.map(|customer| (customer.clone(), records.clone())));
        for file in &files {
            owned.entry(file.customer.clone()).or_default();
        }
        for (customer, own) in owned {
            let entry = files.iter().find(|f| f.customer == customer).map(|f| (f.path.clone(), f.hash));
            let date = unit.date.or_else(|| first(&own).map(|r| zone.to_datetime(r.record.at).date())).unwrap_or_default();
            let apart = if &*place == MAIL { others(&records, &own) } else { Vec::new() };
            jobs.push(Job { customer, place: place.clone(), unit: unit.name.clone(), date, records: own, apart, path: None, entry });
        }
    }
    jobs.sort_by(|a, b| (a.date, &a.place, &a.unit, &a.customer).cmp(&(b.date, &b.place, &b.unit, &b.customer)));
    jobs
}

/// The record that opens a conversation, or else the oldest.
fn first(records: &[Arc<StoredRecord>]) -> Option<&Arc<StoredRecord>> {
    records.iter().find(|r| r.record.is_first()).or_else(|| records.iter().min_by_key(|r| r.record.at))
}

/// The records that are not among some of them, which are in the same order.
fn others(all: &[Arc<StoredRecord>], some: &[Arc<StoredRecord>]) -> Vec<Arc<StoredRecord>> {
    let mut some = some.iter().peekable();
    all.iter().filter(|record| some.next_if(|own| Arc::ptr_eq(own, record)).is_none()).cloned().collect()
}
