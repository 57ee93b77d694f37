//! SQLite through the suite of every store, and what only a file can show.

mod crash;
mod damage;
mod durable;
mod erasure;
mod file;
mod group;

use std::{path::PathBuf, sync::Arc};

use sales_model::{AccountKey, ContentHash, RawItem, Record, Route, Source, StreamKey, Text};
use tempfile::TempDir;

use crate::{Lease, LeaseOutcome, NewRecord, OpenOptions, Owner, PageCommit, Range, SqliteStore, Store};

fn open() -> (Arc<dyn Store>, TempDir) {
    let (store, dir, _) = desk();
    (store, dir)
}

fn desk() -> (Arc<SqliteStore>, TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.sqlite");
    let store = SqliteStore::open(&path, OpenOptions::default()).unwrap();
    (Arc::new(store), dir, path)
}

crate::store_suite!(open);

fn now() -> jiff::Timestamp {
    "2024-03-15T12:00:00Z".parse().unwrap()
}

async fn take(store: &SqliteStore, part: &str) -> Lease {
    let account = AccountKey { source: Source::SLACK, name: "default".into() };
    let key = StreamKey { account, stream: "history".into(), partition: part.into() };
    let owner = Owner { pid: 1, started: "x".into() };
    match store.lease(&key, &owner, now(), jiff::SignedDuration::from_mins(5), |_| false).await.unwrap() {
        LeaseOutcome::Leased(lease) => lease,
        LeaseOutcome::Busy(by) => panic!("busy: {by:?}"),
    }
}

/// First records `numbers` of a place.
fn page(place: &str, numbers: std::ops::Range<u32>, text: &str) -> PageCommit {
    let mut page = PageCommit { at: Some(now()), ..PageCommit::default() };
    for n in numbers {
        let native = format!("{}.000100", 1_700_000_000 + n);
        let plain = format!("{text} {n}");
        let record = Record {
            place: place.into(),
            thread: native.clone(),
            native,
            at: now(),
            state: sales_model::RecordState::Live,
            partial: false,
            author: None,
            author_name: None,
            bot: false,
            text: Text::plain(plain.clone()),
            activity: false,
            edited: None,
            reactions: Vec::new(),
            files: Vec::new(),
            team: None,
            detail: None,
        };
        let body = bytes::Bytes::from(format!("raw of {plain}"));
        let account = AccountKey { source: Source::SLACK, name: "default".into() };
        let hash = ContentHash::of(&body);
        let raw =
            RawItem { account, kind: "message", place: None, at: None, body, fetched_at: now(), route: Route::Direct, partial: false };
        page.raws.push((raw, hash));
        page.records.push(NewRecord { record, raw: page.raws.len() as u32 - 1, unit: "2023-11-14".into(), search: plain, joins: None });
    }
    page
}

async fn texts(store: &SqliteStore, place: &str) -> Vec<String> {
    let range = Range { place: place.into(), from: String::new(), to: String::new() };
    store.read(&[range]).await.unwrap().remove(0).into_iter().map(|s| s.record.text.plain).collect()
}

/// What `verify` complains about.
async fn problems(store: &SqliteStore) -> Vec<String> {
    let checks = store.verify().await.unwrap();
    checks.into_iter().flat_map(|c| c.problems.into_iter().map(move |p| format!("{}: {p}", c.name))).collect()
}
