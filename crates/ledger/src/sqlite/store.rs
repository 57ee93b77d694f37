//! The port, answered.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil::Date};
use sales_model::{AccountKey, Attribution, ContentHash, CustomerId, Doubt, Person, Place, RecordId, StreamKey, WorkItem};

use super::{
    SqliteStore, announced, asked, audit, catalogue, conversation, copies, erase, error, lease, page, prepare, project, read, scopes,
    search, signs, snapshot, subject, verify, work_list,
};
use crate::{
    Alive, Announced, AuditEntry, Check, Counts, Dirty, Ended, Erased, Erasure, FileEntry, Hit, Job, Lease, LeaseOutcome, Listed, Orphan,
    Outcome, Owner, PageCommit, Projected, Range, RecordSigns, Result, Store, StoredRecord, StreamState, Subject, Suppressions,
    UnitFindings, Weight,
};

#[async_trait]
impl Store for SqliteStore {
    async fn lease(&self, key: &StreamKey, owner: &Owner, now: Timestamp, ttl: SignedDuration, alive: Alive) -> Result<LeaseOutcome> {
        let wish = lease::Wish { key: key.clone(), owner: owner.clone(), now, ttl, alive };
        self.writer.write("taking a stream", false, move |work| lease::lease(work, &wish)).await
    }

    async fn renew(&self, lease: &Lease, now: Timestamp, ttl: SignedDuration) -> Result<()> {
        let lease = lease.clone();
        self.writer.write("keeping a stream", false, move |work| lease::renew(work, &lease, now, ttl)).await
    }

    async fn release(&self, lease: &Lease, ended: Ended) -> Result<()> {
        let lease = lease.clone();
        self.writer.write("giving a stream back", false, move |work| lease::release(work, &lease, &ended)).await
    }

    async fn reset(&self, lease: &Lease) -> Result<()> {
        let lease = lease.clone();
        self.writer.write("forgetting a checkpoint", false, move |work| lease::reset(work, &lease)).await
    }

    async fn commit(&self, lease: &Lease, page: PageCommit) -> Result<Outcome> {
        let lease = lease.clone();
        let page = self.pool.read("reading for a page", move |conn| prepare::prepare(conn, &lease, page)).await?;
        let page = Arc::new(page);
        self.writer.write("writing a page", true, move |work| page::apply(work, &page)).await
    }

    async fn work(&self, key: &StreamKey, now: Timestamp, limit: usize) -> Result<Vec<WorkItem>> {
        let key = key.clone();
        self.pool.read("reading a work list", move |conn| work_list::pending(conn, &key, now, limit)).await
    }

    async fn ask(&self, account: &AccountKey, day: Date) -> Result<()> {
        let account = account.clone();
        self.writer.write("noting an account", false, move |work| asked::note(work.conn, &account, day)).await
    }

    async fn asked(&self) -> Result<Vec<(AccountKey, Date)>> {
        self.pool.read("reading accounts", asked::all).await
    }

    async fn streams(&self) -> Result<Vec<StreamState>> {
        self.pool.read("reading streams", lease::streams).await
    }

    async fn people(&self) -> Result<Vec<Person>> {
        self.pool.read("reading people", catalogue::people).await
    }

    async fn places(&self) -> Result<Vec<Place>> {
        self.pool.read("reading places", catalogue::places).await
    }

    async fn newest(&self) -> Result<Vec<(String, Timestamp)>> {
        self.pool.read("reading places", catalogue::newest).await
    }

    async fn attributions(&self) -> Result<Vec<Attribution>> {
        self.pool.read("reading attributions", scopes::attributions).await
    }

    async fn doubts(&self) -> Result<Vec<Doubt>> {
        self.pool.read("reading the review list", scopes::doubts).await
    }

    async fn attribute(&self, places: &[String], attributions: &[Attribution], doubts: &[Doubt]) -> Result<()> {
        let (places, attributions, doubts) = (places.to_vec(), attributions.to_vec(), doubts.to_vec());
        self.writer.write("writing attributions", false, move |work| scopes::put_places(work, &places, &attributions, &doubts)).await
    }

    async fn authors(&self, place: &str, threads: &[String]) -> Result<Vec<(String, Vec<String>)>> {
        let (place, threads) = (place.to_owned(), threads.to_vec());
        self.pool.read("reading authors", move |conn| read::authors(conn, &place, &threads)).await
    }

    async fn signs(&self, place: &str) -> Result<Vec<RecordSigns>> {
        let place = place.to_owned();
        self.pool.read("reading signs", move |conn| signs::of_place(conn, &place)).await
    }

    async fn weights(&self, place: &str) -> Result<Vec<Weight>> {
        let place = place.to_owned();
        self.pool.read("weighing conversations", move |conn| signs::weights(conn, &place)).await
    }

    async fn signs_of(&self, place: &str, threads: &[String]) -> Result<Vec<RecordSigns>> {
        let (place, threads) = (place.to_owned(), threads.to_vec());
        self.pool.read("reading signs", move |conn| signs::of_threads(conn, &place, &threads)).await
    }

    async fn conversations(&self, place: &str, keys: &[Vec<String>]) -> Result<Vec<Vec<String>>> {
        let (place, keys) = (place.to_owned(), keys.to_vec());
        self.pool.read("looking for conversations", move |conn| conversation::named(conn, &place, &keys)).await
    }

    async fn orphans(&self, place: &str, gap: SignedDuration) -> Result<Vec<Orphan>> {
        let place = place.to_owned();
        self.pool.read("looking for replies that stand alone", move |conn| subject::orphans(conn, &place, gap)).await
    }

    async fn unite(&self, place: &str, orphans: &[(String, String)]) -> Result<()> {
        let (place, orphans) = (place.to_owned(), orphans.to_vec());
        self.writer.write("bringing conversations together", false, move |work| subject::unite(work, &place, &orphans)).await
    }

    async fn lacking(&self, place: &str) -> Result<Vec<(StreamKey, String)>> {
        let place = place.to_owned();
        self.pool.read("looking for what is lacking", move |conn| copies::lacking(conn, &place)).await
    }

    async fn partial(&self, place: &str) -> Result<Vec<(CustomerId, u64)>> {
        let place = place.to_owned();
        self.pool.read("counting what is known by a part", move |conn| copies::partial(conn, &place)).await
    }

    async fn live(&self, place: &str, natives: &[String]) -> Result<BTreeMap<String, bool>> {
        let (place, natives) = (place.to_owned(), natives.to_vec());
        self.pool.read("looking for records", move |conn| copies::live(conn, &place, &natives)).await
    }

    async fn page(&self, place: &str, page: &str) -> Result<Option<RecordId>> {
        let (place, page) = (place.to_owned(), page.to_owned());
        self.pool.read("looking for a page", move |conn| signs::by_page(conn, &place, &page)).await
    }

    async fn dirty(&self, place: Option<&str>, limit: usize) -> Result<Vec<Dirty>> {
        let place = place.map(str::to_owned);
        self.pool.read("reading marks", move |conn| project::dirty(conn, place.as_deref(), limit)).await
    }

    async fn touch(&self, places: Option<&[String]>, notes: &[(String, String)]) -> Result<()> {
        let (places, notes) = (places.map(<[String]>::to_vec), notes.to_vec());
        self.writer.write("writing marks", false, move |work| project::touch(work, places.as_deref(), &notes)).await
    }

    async fn units(&self) -> Result<Vec<Dirty>> {
        self.pool.read("reading units", project::units).await
    }

    async fn read(&self, ranges: &[Range]) -> Result<Vec<Vec<StoredRecord>>> {
        let ranges = ranges.to_vec();
        self.pool.read("reading records", move |conn| read::ranges(conn, &ranges)).await
    }

    async fn listed(&self, after: i64, limit: usize) -> Result<Vec<Listed>> {
        self.pool.read("listing records", move |conn| read::listed(conn, after, limit)).await
    }

    async fn held(&self, place: &str, native: &str) -> Result<Vec<(StreamKey, String)>> {
        let (place, native) = (place.to_owned(), native.to_owned());
        self.pool.read("looking for copies", move |conn| copies::held(conn, &place, &native)).await
    }

    async fn record(&self, id: &RecordId) -> Result<Vec<StoredRecord>> {
        let id = id.clone();
        self.pool.read("reading a record", move |conn| read::record(conn, &id)).await
    }

    async fn raw(&self, id: &RecordId) -> Result<Option<Vec<u8>>> {
        let id = id.clone();
        self.pool.read("reading a raw item", move |conn| read::raw(conn, &id)).await
    }

    async fn files(&self, customer: Option<&CustomerId>) -> Result<Vec<FileEntry>> {
        let customer = customer.cloned();
        self.pool.read("reading the path table", move |conn| project::files(conn, customer.as_ref())).await
    }

    async fn files_of(&self, units: &[Dirty]) -> Result<Vec<FileEntry>> {
        let units = units.to_vec();
        self.pool.read("reading the path table", move |conn| project::files_of(conn, &units)).await
    }

    async fn past_paths(&self) -> Result<Vec<FileEntry>> {
        self.pool.read("reading the path table", project::past_paths).await
    }

    async fn carry_paths(&self, carries: &[(CustomerId, CustomerId)], notes: &[(String, String)]) -> Result<()> {
        let (carries, notes) = (carries.to_vec(), notes.to_vec());
        self.writer.write("writing the path table", false, move |work| project::carry_paths(work, &carries, &notes)).await
    }

    async fn announce(&self, files: Vec<Announced>) -> Result<Vec<Vec<ContentHash>>> {
        self.writer.write("announcing files", false, move |work| announced::announce(work.conn, &files)).await
    }

    async fn announced(&self) -> Result<Vec<Announced>> {
        self.pool.read("reading what was announced", announced::all).await
    }

    async fn settle(&self, found: Vec<Announced>) -> Result<()> {
        self.writer.write("settling what was announced", false, move |work| announced::settle(work.conn, &found)).await
    }

    async fn projected(&self, mut change: Projected) -> Result<()> {
        let what = "writing what was projected";
        let findings = std::mem::take(&mut change.findings);
        let pack = move |_: &rusqlite::Connection| findings.into_iter().map(project::Packed::new).collect::<error::Run<Vec<_>>>();
        let findings = self.pool.read(what, pack).await?;
        self.writer.write(what, false, move |work| project::projected(work, &change, &findings)).await
    }

    async fn findings(&self, customer: &CustomerId, after: (&str, &str), limit: usize) -> Result<Vec<UnitFindings>> {
        let (customer, place, unit) = (customer.clone(), after.0.to_owned(), after.1.to_owned());
        self.pool.read("reading findings", move |conn| project::findings(conn, &customer, (&place, &unit), limit)).await
    }

    async fn stale(&self) -> Result<Vec<CustomerId>> {
        self.pool.read("reading stale contexts", project::stale).await
    }

    async fn refreshed(&self, customer: &CustomerId, notes: &[(String, String)]) -> Result<()> {
        let (customer, notes) = (customer.clone(), notes.to_vec());
        self.writer.write("noting a context", false, move |work| project::refreshed(work, &customer, &notes)).await
    }

    async fn search(&self, query: &str, places: Option<&[String]>, limit: usize) -> Result<Vec<Hit>> {
        let (query, places) = (query.to_owned(), places.map(<[String]>::to_vec));
        self.pool.read("searching", move |conn| search::search(conn, &query, places.as_deref(), limit)).await
    }

    async fn audit(&self, entry: AuditEntry) -> Result<()> {
        self.writer.write("writing the audit log", false, move |work| audit::append(work, &entry)).await
    }

    async fn job(&self, job: Job) -> Result<()> {
        self.writer.write("noting a job", false, move |work| audit::job(work.conn, &job)).await
    }

    async fn set(&self, name: &str, value: &str) -> Result<()> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.writer.write("keeping a value", false, move |work| project::set(work, &name, &value)).await
    }

    async fn get(&self, name: &str) -> Result<Option<String>> {
        let name = name.to_owned();
        self.pool.read("reading a value", move |conn| project::get(conn, &name)).await
    }

    async fn failures(&self) -> Result<Vec<(StreamKey, String, String)>> {
        self.pool.read("reading failures", work_list::failures).await
    }

    async fn counts(&self) -> Result<Counts> {
        self.pool.read("counting", catalogue::counts).await
    }

    async fn erase(&self, erasure: Erasure) -> Result<Erased> {
        self.writer.write("erasing", false, move |work| erase::erase(work, &erasure)).await
    }

    async fn scrub(&self) -> Result<()> {
        self.pool.apart("rewriting the ledger", erase::scrub).await
    }

    async fn suppressions(&self) -> Result<Suppressions> {
        self.pool.read("reading what must not come back", erase::load).await
    }

    async fn lift(&self, subjects: &[(Subject, String)]) -> Result<u64> {
        let subjects = subjects.to_vec();
        self.writer.write("lifting an erasure", false, move |work| erase::lift(work, &subjects)).await
    }

    async fn snapshot(&self, to: &std::path::Path) -> Result<()> {
        let to = to.to_owned();
        self.pool.apart("copying the ledger", move |conn| snapshot::snapshot(conn, &to)).await
    }

    async fn verify(&self) -> Result<Vec<Check>> {
        self.pool.read("verifying the ledger", verify::all).await
    }
}
