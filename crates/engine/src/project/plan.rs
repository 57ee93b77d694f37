//! Which files a set of dirty marks concerns, and for whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{civil::Date, tz::TimeZone};
use sales_ledger::{Dirty, FileEntry, Range, StoredRecord};
use sales_model::{ContentHash, CustomerId};

use crate::{
    directory::Directory,
    units::{day_range, local_days},
};

/// One place's local day.
pub(super) struct PlaceDay {
    pub(super) date: Date,
    pub(super) range: Range,
}

/// One file to make: a place's day for one customer.
pub(super) struct Job {
    pub(super) customer: CustomerId,
    pub(super) place: Arc<str>,
    pub(super) date: Date,
    /// The records that belong to the customer; empty when the file is to go.
    pub(super) records: Vec<Arc<StoredRecord>>,
    /// Where it stands; filled by the path table.
    pub(super) path: Option<String>,
    /// What the ledger knows of the file.
    pub(super) entry: Option<(String, Option<ContentHash>)>,
}

/// The local days that the marks touch, by date and place: paths are given in this order.
pub(super) fn days(marks: &[Dirty], zone: &TimeZone) -> Vec<PlaceDay> {
    let mut wanted: BTreeSet<(Date, Arc<str>)> = BTreeSet::new();
    for mark in marks {
        wanted.extend(local_days(&mark.unit, zone).into_iter().map(|date| (date, mark.place.clone())));
    }
    wanted.into_iter().filter_map(|(date, place)| Some(PlaceDay { date, range: day_range(&place, date, zone)? })).collect()
}

/// One job per customer and day: those who own something of it, and those who have a file of it that must go.
pub(super) fn jobs(
    directory: &Directory,
    days: Vec<PlaceDay>,
    records: Vec<Vec<StoredRecord>>,
    mut entries: BTreeMap<(String, String), Vec<FileEntry>>,
) -> Vec<Job> {
    let known = directory.read();
    let mut jobs = Vec::with_capacity(days.len());
    for (day, records) in days.into_iter().zip(records) {
        let place = day.range.place;
        let records: Vec<Arc<StoredRecord>> = records.into_iter().map(Arc::new).collect();
        let files = entries.remove(&(place.to_string(), day.date.to_string())).unwrap_or_default();
        let mut owned: BTreeMap<CustomerId, Vec<Arc<StoredRecord>>> = BTreeMap::new();
        if let Some(owners) = known.owners.get(&*place) {
            owned.extend(owners.iter().map(|customer| (customer.clone(), records.clone())));
        } else if let Some(threads) = known.threads.get(&*place) {
            for record in &records {
                for customer in threads.get(&record.record.thread).into_iter().flatten() {
                    owned.entry(customer.clone()).or_default().push(record.clone());
                }
            }
        }
        for file in &files {
            owned.entry(file.customer.clone()).or_default();
        }
        for (customer, records) in owned {
            let entry = files.iter().find(|f| f.customer == customer).map(|f| (f.path.clone(), f.hash));
            jobs.push(Job { customer, place: place.clone(), date: day.date, records, path: None, entry });
        }
    }
    jobs
}
