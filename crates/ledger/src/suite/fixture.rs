#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a conformance suite asserts")]

use std::{collections::BTreeMap, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use sales_model::{
    AccountKey, Checkpoint, ContentHash, CustomerId, RawItem, Record, RecordId, RecordState, Route, Source, StreamKey, Text,
};

use crate::{Committed, Dirty, Lease, LeaseOutcome, NewRecord, Owner, PageCommit, Projected, Range, Store, StoredRecord};

/// A store with one leased stream, and short words for what the cases do.
pub struct Desk {
    /// The store.
    pub store: Arc<dyn Store>,
    /// Its lease.
    pub lease: Lease,
}

/// The place of most cases.
pub(super) const PLACE: &str = "slack:C1";

/// The start of the story: 2024-03-15T12:00:00Z.
pub(super) fn now() -> Timestamp {
    Timestamp::from_second(1_710_504_000).unwrap()
}

pub(super) fn account() -> AccountKey {
    AccountKey { source: Source::SLACK, name: "default".into() }
}

pub(super) fn stream(name: &str, part: &str) -> StreamKey {
    StreamKey { account: account(), stream: name.into(), partition: part.into() }
}

pub(super) fn owner(pid: u32) -> Owner {
    Owner { pid, started: format!("boot:{pid}") }
}

pub(super) fn customer(id: &str) -> CustomerId {
    id.parse().unwrap()
}

/// A first record said at second `n` of the story.
pub(super) fn first(n: u32, text: &str) -> Record {
    record(PLACE, n, n, text)
}

/// A reply said at second `n` to the conversation that began at second `thread`.
pub(super) fn reply(thread: u32, n: u32, text: &str) -> Record {
    record(PLACE, thread, n, text)
}

pub(super) fn record(place: &str, thread: u32, n: u32, text: &str) -> Record {
    Record {
        place: place.into(),
        native: ts(n),
        thread: ts(thread),
        at: now() + SignedDuration::from_secs(n.into()),
        state: RecordState::Live,
        partial: false,
        author: Some(format!("slack:U{}", n % 3)),
        author_name: None,
        bot: false,
        text: Text::plain(text),
        activity: false,
        edited: None,
        reactions: Vec::new(),
        files: Vec::new(),
        team: None,
        detail: None,
    }
}

/// The vendor id of second `n`.
pub(super) fn ts(n: u32) -> String {
    format!("{}.000100", 1_710_504_000 + n)
}

pub(super) fn id(n: u32) -> RecordId {
    RecordId::new(PLACE, &ts(n))
}

/// A page under construction.
#[derive(Default)]
pub(super) struct Draft(pub(super) PageCommit);

impl Draft {
    /// Adds a record whose raw bytes say what it says.
    pub(super) fn with(self, record: Record) -> Self {
        let salt = if record.partial { "partial" } else { "" };
        self.with_raw(record, salt)
    }

    /// Adds a record whose raw bytes also say `salt`, which means nothing.
    pub(super) fn with_raw(mut self, record: Record, salt: &str) -> Self {
        let (state, body) = (record.state, &record.text.plain);
        let bytes =
            serde_json::json!({ "ts": record.native, "state": state, "text": body, "thread": record.thread, "salt": salt }).to_string();
        let unit = unit_of(&record.thread);
        self.0.raws.push(raw(&bytes));
        let search = record.text.plain.clone();
        self.0.records.push(NewRecord { record, raw: (self.0.raws.len() - 1) as u32, unit, search, joins: None });
        self
    }

    /// Adds a record whose raw bytes also say `salt`, in a unit of its own.
    pub(super) fn with_in(mut self, record: Record, salt: &str, unit: &str) -> Self {
        let bytes = serde_json::json!({ "id": record.native, "text": record.text.plain, "salt": salt }).to_string();
        self.0.raws.push(raw(&bytes));
        let search = record.text.plain.clone();
        self.0.records.push(NewRecord { record, raw: (self.0.raws.len() - 1) as u32, unit: unit.into(), search, joins: None });
        self
    }

    pub(super) fn unit(mut self, unit: &str) -> Self {
        self.0.records.last_mut().unwrap().unit = unit.into();
        self
    }

    pub(super) fn covered(mut self, thread: Option<u32>, from: u32, to: u32) -> Self {
        let thread = thread.map(ts);
        self.0.covered.push(crate::CoveredRange { place: PLACE.into(), thread, from: ts(from), to: ts(to) });
        self
    }

    /// Conversations whose replies are in doubt go on a work list.
    pub(super) fn listed(mut self) -> Self {
        self.0.replies = Some("threads");
        self
    }

    pub(super) fn next(mut self, checkpoint: &str) -> Self {
        self.0.next = Some(Checkpoint(checkpoint.into()));
        self
    }
}

/// A unit for each 100 seconds.
pub(super) fn unit_of(thread: &str) -> Arc<str> {
    let seconds: u32 = thread.split('.').next().unwrap().parse().unwrap();
    format!("u{}", (seconds - 1_710_504_000) / 100).into()
}

pub(super) fn raw(bytes: &str) -> (RawItem, ContentHash) {
    let body = bytes::Bytes::copy_from_slice(bytes.as_bytes());
    let hash = ContentHash::of(&body);
    let kind = "message";
    (RawItem { account: account(), kind, place: None, at: None, body, fetched_at: now(), route: Route::Simulated, partial: false }, hash)
}

impl Desk {
    /// Takes the stream of most cases.
    pub(super) async fn new(store: Arc<dyn Store>) -> Self {
        let lease = take(&*store, &stream("history", "C1"), 1).await;
        Desk { store, lease }
    }

    pub(super) async fn commit(&self, draft: Draft) -> Committed {
        let mut page = draft.0;
        page.at = Some(now());
        self.store.commit(&self.lease, page).await.unwrap().counts
    }

    /// Everything in the place, as (thread, id, text, state).
    pub(super) async fn shown(&self) -> Vec<(String, String, String, RecordState)> {
        let shown = self.all(PLACE).await;
        shown.into_iter().map(|s| (s.record.thread, s.record.native, s.record.text.plain, s.record.state)).collect()
    }

    /// Texts in the place, in order; a stub is shown as `-`.
    pub(super) async fn texts(&self) -> Vec<String> {
        let stub = |state, text| if state == RecordState::Stub { format!("-{text}") } else { text };
        self.shown().await.into_iter().map(|(_, _, text, state)| stub(state, text)).collect()
    }

    pub(super) async fn all(&self, place: &str) -> Vec<StoredRecord> {
        let range = Range { place: place.into(), from: String::new(), to: String::new() };
        self.store.read(&[range]).await.unwrap().pop().unwrap()
    }

    pub(super) async fn versions(&self, n: u32) -> Vec<StoredRecord> {
        self.store.record(&id(n)).await.unwrap()
    }

    pub(super) async fn raw(&self, n: u32) -> Option<String> {
        self.store.raw(&id(n)).await.unwrap().map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// Names of the dirty units.
    pub(super) async fn dirty(&self) -> Vec<String> {
        let mut units: Vec<_> = self.marks().await.into_iter().map(|d| d.unit.to_string()).collect();
        units.sort();
        units
    }

    pub(super) async fn marks(&self) -> Vec<Dirty> {
        self.store.dirty(None, 1_000).await.unwrap()
    }

    /// Clears all marks, as after a projection.
    pub(super) async fn clean(&self) {
        let cleared = self.marks().await;
        self.store.projected(Projected { cleared, ..Projected::default() }).await.unwrap();
        assert_eq!(self.dirty().await, Vec::<String>::new());
    }

    pub(super) async fn found(&self, query: &str) -> Vec<String> {
        let hits = self.store.search(query, None, 100).await.unwrap();
        let mut found: Vec<_> = hits.into_iter().map(|hit| hit.record.text.plain).collect();
        found.sort();
        found
    }

    /// Threads that wait to be looked at.
    pub(super) async fn threads(&self) -> crate::Result<Vec<sales_model::WorkItem>> {
        self.store.work(&stream("threads", "C1"), now(), 9).await
    }

    /// How many raw chunks there are.
    pub(super) async fn chunks(&self) -> u64 {
        self.store.counts().await.unwrap().chunks
    }

    /// Nothing is wrong with the ledger.
    pub(super) async fn sound(&self) {
        let checks = self.store.verify().await.unwrap();
        let wrong: BTreeMap<_, _> = checks.iter().filter(|c| !c.problems.is_empty()).map(|c| (c.name, &c.problems)).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert!(checks.len() >= 8, "{checks:#?}");
    }
}

/// Takes a stream for a process that nobody else disturbs.
pub(super) async fn take(store: &dyn Store, key: &StreamKey, pid: u32) -> Lease {
    let outcome = store.lease(key, &owner(pid), now(), SignedDuration::from_mins(5), |_| true).await.expect("a lease");
    match outcome {
        LeaseOutcome::Leased(lease) => lease,
        LeaseOutcome::Busy(by) => panic!("busy: {by:?}"),
    }
}
