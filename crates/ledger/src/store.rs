//! The port: everything the engine asks of a ledger, without a word of SQL.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp, civil::Date};
use sales_model::{
    AccountKey, Attribution, Checkpoint, ContentHash, CustomerId, Doubt, Finding, Gap, Person, Place, RawItem, Record, RecordId, Scope,
    Signs, StreamKey, Stretch, Stretches, WorkItem,
};
use serde::{Deserialize, Serialize};

use crate::{Erased, Erasure, Subject, Suppressions};

/// Why the ledger could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else took the stream over: nothing was written.
    #[error("the stream {0} is now held by another process; nothing was written")]
    Fenced(StreamKey),
    /// The database file was written by a newer version.
    #[error("the ledger {path} has schema {found}, this version knows up to {known}")]
    TooNew {
        /// The file.
        path: String,
        /// Its schema version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// No room on the disk.
    #[error("{what}: the disk is full")]
    Full {
        /// What was being written.
        what: String,
    },
    /// The file or folder cannot be written.
    #[error("{what}: read-only")]
    ReadOnly {
        /// What was being written.
        what: String,
    },
    /// Another process holds the whole ledger (migration, rebuild, repair).
    #[error("the ledger is locked by another process: {0}")]
    Locked(String),
    /// The content is not what was written.
    #[error("the ledger is damaged: {0}")]
    Damaged(String),
    /// Anything else the database says.
    #[error("{what}: {why}")]
    Other {
        /// What was tried.
        what: String,
        /// What the database said.
        why: String,
    },
}

/// Shorthand.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Who holds a lease: enough to tell a dead owner from a busy one on the same machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// Process id.
    pub pid: u32,
    /// What tells this process from an earlier one with the same id (boot id and start time).
    pub started: String,
}

/// Tells whether the process behind a lease still runs.
pub type Alive = fn(&Owner) -> bool;

/// The right to write one stream, until it expires or is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Which stream.
    pub key: StreamKey,
    /// Fencing generation: grows with each lease.
    pub generation: u64,
    /// Where the stream stands.
    pub checkpoint: Option<Checkpoint>,
}

/// Answer to a wish for a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeaseOutcome {
    /// It is ours.
    Leased(Lease),
    /// Another process holds it.
    Busy(Owner),
}

/// A record on its way in.
#[derive(Debug)]
pub struct NewRecord {
    /// What it means.
    pub record: Record,
    /// Index in [`PageCommit::raws`].
    pub raw: u32,
    /// The unit of the files it appears in (Slack: the civil day of its thread's first message, `2024-03-15`).
    pub unit: Arc<str>,
    /// What full-text search shall find it by (names put in for references).
    pub search: String,
    /// By what it finds its conversation, where its vendor does not say it for good; [`Record::thread`] and `unit` are set by it then.
    pub joins: Option<Joins>,
}

/// By what a record finds the conversation it belongs to: all records of a place that have a key in common are one conversation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Joins {
    /// The keys; the first is the record's own, so none is empty.
    pub keys: Vec<String>,
    /// The conversation's name if it stood alone. Of several the least is taken. No record's own id may be a name.
    pub root: String,
    /// What its subject comes to, for replies that name no ancestor; empty if that tells nothing.
    pub subject: String,
    /// It is such a reply.
    pub orphan: bool,
}

/// A reply that names no ancestor, and what may be its conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Its vendor id.
    pub native: String,
    /// The conversation in which it stands alone.
    pub thread: String,
    /// When it was said.
    pub at: Timestamp,
    /// Records of other conversations with the same subject: (conversation, when it was said), sorted.
    pub like: Vec<(String, Timestamp)>,
}

/// A copy of a record that a stream holds at its vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCopy {
    /// The copy's id in the stream.
    pub item: String,
    /// Key of the place of the record.
    pub place: String,
    /// Vendor id of the record.
    pub native: String,
    /// Its labels: a record's are those of all its copies.
    pub labels: Vec<String>,
}

/// Everything one page brings; one transaction.
#[derive(Debug, Default)]
pub struct PageCommit {
    /// Raw items with the hash of their bytes. An item whose bytes are stored already is not stored again.
    pub raws: Vec<(RawItem, ContentHash)>,
    /// Records, with the raw item each came from.
    pub records: Vec<NewRecord>,
    /// People, new or changed.
    pub people: Vec<Person>,
    /// Places, new or changed.
    pub places: Vec<Place>,
    /// Name of the work list on which a conversation goes whose replies have to be looked at again.
    pub replies: Option<&'static str>,
    /// Ranges read completely: a live stored record in one that `records` lacks is marked deleted.
    pub covered: Vec<CoveredRange>,
    /// Times read completely: a live first record in one that this stream brought, and that `records` lacks, is marked deleted with its parts.
    pub covered_time: Vec<CoveredTime>,
    /// Records, or whole conversations, that the vendor says are gone.
    pub gone: Vec<GoneItem>,
    /// Copies that the stream holds.
    pub held: Vec<HeldCopy>,
    /// Copies, by their ids, that the stream holds no more. A record whose last copy goes is gone.
    pub dropped: Vec<String>,
    /// All copies that the stream holds, by their ids, where all were seen: those that it held before this page and that are not among them
    /// are dropped.
    pub present: Option<BTreeSet<String>>,
    /// Partitions of the stream's name that are no more, with all copies that they held.
    pub retired: Vec<String>,
    /// Records (place, vendor id) that the vendor sent and nobody could read: that `records` lacks them says nothing.
    pub unread: Vec<(String, String)>,
    /// Nothing tells how old the records are (an export): what they say replaces a stored whole record only where it was edited later, or
    /// deleted.
    pub undated: bool,
    /// Work to do: pending unless the same marker is done already.
    pub work: Vec<WorkItem>,
    /// Work done, with the marker it was done for; a newer marker seen meanwhile keeps it pending.
    pub done: Vec<WorkItem>,
    /// Work put off: due again at its time, unless it was seen in another state meanwhile.
    pub postponed: Vec<WorkItem>,
    /// Items that could not be read (replacing earlier failures of the same item): (item, reason). An item named by a record id is
    /// forgotten when that record is read, by whatever stream.
    pub failures: Vec<(String, String)>,
    /// Times of which this stream has now read everything that it brings, whether or not anything was said in them.
    pub read: Vec<Stretch>,
    /// Gaps of this stream, replacing its earlier ones.
    pub gaps: Option<Vec<Gap>>,
    /// Scopes that this page decides as a whole: what `attribution` and `doubts` do not say of them is taken back.
    pub decided: Vec<Scope>,
    /// Attribution of conversations in this page, and of places that it takes from their owner.
    pub attribution: Vec<Attribution>,
    /// Doubts about them.
    pub doubts: Vec<Doubt>,
    /// Where the stream stands after this page.
    pub next: Option<Checkpoint>,
    /// The time of the commit.
    pub at: Option<Timestamp>,
}

/// A range of conversations' first records, or of one conversation's replies, with both ends included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredRange {
    /// Key of the place.
    pub place: String,
    /// `None`: first records (and replies also shown at the first level are left alone). `Some`: replies of that conversation.
    pub thread: Option<String>,
    /// Oldest vendor id.
    pub from: String,
    /// Newest vendor id.
    pub to: String,
}

/// A stretch of time, `from` included and `to` not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredTime {
    /// Key of the place.
    pub place: String,
    /// Oldest end.
    pub from: Timestamp,
    /// Newest end.
    pub to: Timestamp,
}

/// A deletion that the vendor told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneItem {
    /// Key of the place.
    pub place: String,
    /// The conversation, if the whole of it is meant.
    pub thread: Option<String>,
    /// The record; may be unknown to the ledger.
    pub native: String,
}

/// What a commit changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Committed {
    /// Records seen for the first time.
    pub new: u64,
    /// Records with a new version.
    pub changed: u64,
    /// Records as they were.
    pub unchanged: u64,
    /// Records now deleted or stubs.
    pub gone: u64,
    /// Parts of records (transcripts) that came or changed; they count as no records of their own.
    pub parts: u64,
    /// Conversations whose replies have to be looked at again ([`PageCommit::replies`]).
    #[serde(skip)]
    pub due: u64,
}

/// What came of a commit beside its counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The counts.
    pub counts: Committed,
    /// Conversations (place, name), sorted, that records with [`NewRecord::joins`] of the page are in: whose they are is to be decided.
    pub conversations: Vec<(Arc<str>, String)>,
}

/// How a stream's turn ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// Read to its end, as of then.
    Finished(Timestamp),
    /// Stopped between pages; goes on later.
    Paused,
    /// Failed: what and why, in words, and whether permission was the reason.
    Failed {
        /// In words.
        error: String,
        /// Authentication or permission.
        auth: bool,
    },
}

/// A stream as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamState {
    /// Which.
    pub key: StreamKey,
    /// Where it stands.
    pub checkpoint: Option<Checkpoint>,
    /// When it was last read to its end.
    pub finished: Option<Timestamp>,
    /// Its last error, if the last turn failed.
    pub error: Option<String>,
    /// Whether that error was one of permission.
    pub auth: bool,
    /// Its gaps.
    pub gaps: Vec<Gap>,
    /// Work items waiting in it, those that are put off included.
    pub waiting: u64,
    /// When the first of them is due, if all are put off.
    pub due: Option<Timestamp>,
    /// Times of which it has read everything.
    pub read: Stretches,
}

/// A unit of files with something new in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dirty {
    /// Key of the place.
    pub place: Arc<str>,
    /// The unit (`2024-03-15`).
    pub unit: Arc<str>,
    /// Which mark: clearing an older mark leaves a newer one standing.
    pub mark: i64,
}

/// A record as it stands in the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// The current version.
    pub record: Record,
    /// Version number, from 1.
    pub version: u32,
    /// Hash of the raw item behind it.
    pub hash: ContentHash,
}

/// A record without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its position in the order of [`Store::listed`].
    pub position: i64,
    /// Key of the place.
    pub place: String,
    /// The conversation.
    pub thread: String,
    /// Its vendor id.
    pub native: String,
    /// When it was said.
    pub at: Timestamp,
    /// The stream that brought what is stored of it, if its bytes are kept.
    pub stream: Option<StreamKey>,
}

/// What a record tells of whose its conversation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordSigns {
    /// The conversation.
    pub thread: String,
    /// The record's vendor id.
    pub native: String,
    /// What it tells.
    pub signs: Signs,
}

/// What a conversation holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// The conversation.
    pub thread: String,
    /// Vendor ids of its live records, sorted; parts (transcripts) are not among them.
    pub records: Vec<String>,
    /// How many of them are only known by a part: mail of which the header is there.
    pub partial: u64,
    /// When the first of them was said.
    pub first: Timestamp,
}

/// Which records to read: those of one place whose conversation begins in `from..to` (`to` excluded; empty means no end).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// Key of the place.
    pub place: Arc<str>,
    /// First thread id.
    pub from: String,
    /// First thread id after it.
    pub to: String,
}

/// Where a projected file stands: given once and kept, but for a mail thread whose first mail comes last.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileEntry {
    /// Whose folder.
    pub customer: CustomerId,
    /// Key of the place.
    pub place: String,
    /// The unit.
    pub unit: String,
    /// Path in the customer's folder: `slack/2024-03-15_poc_planning.json`.
    pub path: String,
    /// Hash of the bytes last written; `None` while the file is not there.
    pub hash: Option<ContentHash>,
}

/// A file that is about to be written or removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Announced {
    /// Whose folder.
    pub customer: CustomerId,
    /// Path in it.
    pub path: String,
    /// Hash of the bytes to come; `None`: the file is to go.
    pub hash: Option<ContentHash>,
}

/// Findings of one unit for one customer, replacing what was there.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitFindings {
    /// For whom.
    pub customer: CustomerId,
    /// Key of the place.
    pub place: String,
    /// The unit.
    pub unit: String,
    /// Version of the rules that found them.
    pub rules: u32,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What the unit adds to the customer's statistics, as the engine's own JSON.
    pub digest: String,
}

/// What a projection changed, in one transaction.
#[derive(Debug, Default)]
pub struct Projected {
    /// Paths given or files written.
    pub files: Vec<FileEntry>,
    /// Files that are no more (customer, path).
    pub removed: Vec<(CustomerId, String)>,
    /// The paths of these are not remembered for a unit that comes back: they say what is to be forgotten.
    pub forget: bool,
    /// Findings replaced.
    pub findings: Vec<UnitFindings>,
    /// Marks to clear.
    pub cleared: Vec<Dirty>,
    /// Customers whose context must be made again.
    pub stale: Vec<CustomerId>,
}

/// An entry of the audit log as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// What was done, one word: `sync`, `customer.add`.
    pub action: String,
    /// Details as JSON; kept apart from the chain so that they can be erased.
    pub detail: String,
}

/// A run of a command that took work, as `sales jobs` will show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Unique: UUIDv7 or similar.
    pub id: String,
    /// `sync`, `import`, `rebuild`.
    pub kind: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// `running`, `done`, `partly`, `failed`.
    pub state: String,
    /// Result as JSON.
    pub result: String,
}

/// A hit of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The record.
    pub record: Record,
    /// Better is lower.
    pub rank: f64,
}

/// One result of `sales verify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// What is wrong; empty means all is well.
    pub problems: Vec<String>,
    /// How many things were looked at.
    pub checked: u64,
}

/// Counts of the ledger.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Live records.
    pub records: u64,
    /// All versions, superseded ones included.
    pub versions: u64,
    /// Raw chunks.
    pub chunks: u64,
    /// Places.
    pub places: u64,
    /// People.
    pub people: u64,
}

/// Name of the small value ([`Store::get`]) that grows whenever a person or place is new or changed.
pub const CATALOGUE: &str = "catalogue";

/// What the name of the small value begins with that holds hashes of what was written into a customer's context; its id follows.
pub const WRITTEN: &str = "context/";

/// Name of the small value that grows with each erasure, and when one is lifted.
pub const ERASURES: &str = "erasures";

/// The ledger. Every step is idempotent; a commit is fenced by its lease and durable when it returns.
#[async_trait]
pub trait Store: Send + Sync {
    /// Takes a stream. An owner that is dead (see [`Owner`]; judged by `alive`) or whose lease expired is taken over.
    async fn lease(&self, key: &StreamKey, owner: &Owner, now: Timestamp, ttl: SignedDuration, alive: Alive) -> Result<LeaseOutcome>;
    /// Keeps a lease for another `ttl`.
    async fn renew(&self, lease: &Lease, now: Timestamp, ttl: SignedDuration) -> Result<()>;
    /// Gives a lease back and notes how the turn ended.
    async fn release(&self, lease: &Lease, ended: Ended) -> Result<()>;
    /// Forgets a stream's checkpoint (RestartWindow, `--full`).
    async fn reset(&self, lease: &Lease) -> Result<()>;
    /// One page, in one transaction, fenced by the lease.
    async fn commit(&self, lease: &Lease, page: PageCommit) -> Result<Outcome>;
    /// The next work items of a list that are due at `now`, newest item first.
    async fn work(&self, key: &StreamKey, now: Timestamp, limit: usize) -> Result<Vec<WorkItem>>;
    /// Notes that an account is asked on a day; an earlier day changes nothing.
    async fn ask(&self, account: &AccountKey, day: Date) -> Result<()>;
    /// All accounts that were asked, sorted, each with the last day of it.
    async fn asked(&self) -> Result<Vec<(AccountKey, Date)>>;
    /// All streams.
    async fn streams(&self) -> Result<Vec<StreamState>>;
    /// All people, sorted by key.
    async fn people(&self) -> Result<Vec<Person>>;
    /// All places, sorted by key.
    async fn places(&self) -> Result<Vec<Place>>;
    /// When the newest live record of each place was said.
    async fn newest(&self) -> Result<Vec<(String, Timestamp)>>;
    /// All attributions, sorted.
    async fn attributions(&self) -> Result<Vec<Attribution>>;
    /// The review list, sorted.
    async fn doubts(&self) -> Result<Vec<Doubt>>;
    /// Replaces attributions and doubts of places and of all conversations in them: a conversation of a listed place that is not named is
    /// taken back. Units of places and conversations whose owners changed become dirty.
    async fn attribute(&self, places: &[String], attributions: &[Attribution], doubts: &[Doubt]) -> Result<()>;
    /// Keys of authors per conversation, for the conversations given; for all of the place, sorted, if none is given.
    async fn authors(&self, place: &str, threads: &[String]) -> Result<Vec<(String, Vec<String>)>>;
    /// What tells whose the live conversations of a place are, sorted by conversation and vendor id: one entry per call, note or mail.
    async fn signs(&self, place: &str) -> Result<Vec<RecordSigns>>;
    /// The same of some conversations only; one entry per record that has signs.
    async fn signs_of(&self, place: &str, threads: &[String]) -> Result<Vec<RecordSigns>>;
    /// What the live conversations of a place hold, sorted by conversation.
    async fn weights(&self, place: &str) -> Result<Vec<Weight>>;
    /// Names of the conversations that have one of the keys ([`Joins`]), for each list of keys, sorted.
    async fn conversations(&self, place: &str, keys: &[Vec<String>]) -> Result<Vec<Vec<String>>>;
    /// Live replies that name no ancestor and still stand alone, with records of the same subject that were said at most `gap` before or after
    /// them; those without such a record are left out.
    async fn orphans(&self, place: &str, gap: SignedDuration) -> Result<Vec<Orphan>>;
    /// Brings orphans (by vendor id) into conversations; whose these are is to be decided again.
    async fn unite(&self, place: &str, orphans: &[(String, String)]) -> Result<()>;
    /// Copies whose records are to be fetched: live ones of which only a part is there although they belong to somebody, and deleted ones
    /// (another copy came while the last one was struck out). (Stream, the copy's id), sorted.
    async fn lacking(&self, place: &str) -> Result<Vec<(StreamKey, String)>>;
    /// How many live records of a place are only known by a part, by the customers they belong to.
    async fn partial(&self, place: &str) -> Result<Vec<(CustomerId, u64)>>;
    /// Those of the records that are live: `true` where nothing is missing, `false` where only a part is there.
    async fn live(&self, place: &str, natives: &[String]) -> Result<std::collections::BTreeMap<String, bool>>;
    /// The live record of a place whose page at the vendor has this in its address.
    async fn page(&self, place: &str, page: &str) -> Result<Option<RecordId>>;
    /// Dirty units, oldest mark first; of one place, or of all.
    async fn dirty(&self, place: Option<&str>, limit: usize) -> Result<Vec<Dirty>>;
    /// Marks all units dirty, or those of some places, and keeps small values that say what for, in one transaction.
    async fn touch(&self, places: Option<&[String]>, notes: &[(String, String)]) -> Result<()>;
    /// All units there are, dirty or not, sorted by place and unit; `mark` is 0.
    async fn units(&self) -> Result<Vec<Dirty>>;
    /// The live records and stubs of each range, ordered by thread, then vendor id.
    async fn read(&self, ranges: &[Range]) -> Result<Vec<Vec<StoredRecord>>>;
    /// One record with all its versions, newest first.
    async fn record(&self, id: &RecordId) -> Result<Vec<StoredRecord>>;
    /// Live whole records and parts of records without what they say, in an order of the ledger's own: those after a position, at most so
    /// many. All positions are above 0.
    async fn listed(&self, after: i64, limit: usize) -> Result<Vec<Listed>>;
    /// The copies of a record that streams hold, sorted.
    async fn held(&self, place: &str, native: &str) -> Result<Vec<(StreamKey, String)>>;
    /// The raw bytes behind a record's current version.
    async fn raw(&self, id: &RecordId) -> Result<Option<Vec<u8>>>;
    /// Path table of a customer, or of all, sorted.
    async fn files(&self, customer: Option<&CustomerId>) -> Result<Vec<FileEntry>>;
    /// Entries of the path table for units.
    async fn files_of(&self, units: &[Dirty]) -> Result<Vec<FileEntry>>;
    /// Paths that units had for customers who have no file of them now (no hash), sorted: a unit that comes back stands where it stood.
    async fn past_paths(&self) -> Result<Vec<FileEntry>>;
    /// Lets all units that stand, or stood, for one customer (the first) stand at the same paths for another, should they become its; and
    /// keeps small values, in one transaction. Paths that the other one has or had stay.
    async fn carry_paths(&self, carries: &[(CustomerId, CustomerId)], notes: &[(String, String)]) -> Result<()>;
    /// Notes what is about to be written, before any of it is. Gives for each file the hashes of all contents that are the program's own there:
    /// what was written last, and what was announced and may be there. What a projection records is announced no more.
    async fn announce(&self, files: Vec<Announced>) -> Result<Vec<Vec<ContentHash>>>;
    /// What was announced and never recorded, sorted: while nobody writes files it is what a process left that died or failed.
    async fn announced(&self) -> Result<Vec<Announced>>;
    /// Nothing is announced any more. What of it was found in the files is what was written there last.
    async fn settle(&self, found: Vec<Announced>) -> Result<()>;
    /// What a projection changed.
    async fn projected(&self, change: Projected) -> Result<()>;
    /// Findings and digests of a customer, sorted by place and unit: those after a place and unit, at most so many. All of a large customer's
    /// are too much to hold at once.
    async fn findings(&self, customer: &CustomerId, after: (&str, &str), limit: usize) -> Result<Vec<UnitFindings>>;
    /// Customers whose context is stale.
    async fn stale(&self) -> Result<Vec<CustomerId>>;
    /// A context was made and written; small values that say from what are kept with it, in one transaction.
    async fn refreshed(&self, customer: &CustomerId, notes: &[(String, String)]) -> Result<()>;
    /// Full-text search: all words, newest or best first, in these places only if given.
    async fn search(&self, query: &str, places: Option<&[String]>, limit: usize) -> Result<Vec<Hit>>;
    /// Appends to the audit log.
    async fn audit(&self, entry: AuditEntry) -> Result<()>;
    /// Notes a job's start, progress or end.
    async fn job(&self, job: Job) -> Result<()>;
    /// Keeps a small value (identity of an account, time of the last wide pass).
    async fn set(&self, name: &str, value: &str) -> Result<()>;
    /// Reads a small value.
    async fn get(&self, name: &str) -> Result<Option<String>>;
    /// Items that could not be read: (stream, item, reason).
    async fn failures(&self) -> Result<Vec<(StreamKey, String, String)>>;
    /// Counts.
    async fn counts(&self) -> Result<Counts>;
    /// Takes out what has to be forgotten, with everything that was made of it, and notes what must not come back; one transaction. Ends
    /// the leases of all streams. The bytes are gone after [`Store::scrub`].
    async fn erase(&self, erasure: Erasure) -> Result<Erased>;
    /// Rewrites the ledger so that nothing erased stands in its bytes, and notes that all erasures are over.
    async fn scrub(&self) -> Result<()>;
    /// What must not come back. Changes with the small value [`ERASURES`].
    async fn suppressions(&self) -> Result<Suppressions>;
    /// Lifts the erasures that are known by one of the subjects; gives how many there were.
    async fn lift(&self, subjects: &[(Subject, String)]) -> Result<u64>;
    /// Copies the ledger as it is at one moment to a file that is not there yet; others may go on writing. Nobody holds a stream in the copy.
    async fn snapshot(&self, to: &std::path::Path) -> Result<()>;
    /// Checks everything: database, chunks against hashes, search rows, audit chain, attributions, work lists.
    async fn verify(&self) -> Result<Vec<Check>>;
}
