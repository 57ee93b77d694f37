//! What the use cases are given by the composition root.

use std::sync::Arc;

use sales_connectors::{Connector, Cx};
use sales_files::{Disk, Workspace};
use sales_ledger::{Owner, Store};
use sales_model::{AccountKey, CustomerId, Links, Profile, Settings, StreamKey};
use sales_transport::Timer;

use crate::EngineError;

/// Places where a test may end the process. Names stand in [`FAILPOINTS`], in the order of one record's way.
pub trait Failpoints: Send + Sync {
    /// Reached the point of that name.
    fn hit(&self, name: &'static str);
}

/// Every failpoint of the way of one record.
pub const FAILPOINTS: &[&str] = &[
    "sync.leased",
    "sync.fetched",
    "sync.processed",
    "ledger.before_commit",
    "ledger.in_commit",
    "ledger.after_commit",
    "sync.committed",
    "sync.released",
    "project.rendered",
    "project.announced",
    "project.written",
    "project.recorded",
    "summary.made",
    "summary.announced",
    "summary.written",
    "summary.recorded",
];

/// Every failpoint of the forgetting of a customer or person.
pub const FORGET_FAILPOINTS: &[&str] = &["forget.erased", "forget.removed", "forget.settled", "forget.scrubbed"];

/// No failpoint ends anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFailpoints;

impl Failpoints for NoFailpoints {
    fn hit(&self, _name: &'static str) {}
}

/// What happens during long work, for whoever shows it.
#[derive(Debug, Clone)]
pub enum Event<'a> {
    /// An account's plan is known: how many streams, and what the vendor's limits make of it.
    Planned {
        /// Which account.
        account: &'a AccountKey,
        /// Streams to read.
        streams: usize,
        /// The connector's estimate in words, if this is a first load.
        estimate: Option<&'a str>,
    },
    /// A page is durable.
    Page {
        /// Of which stream.
        stream: &'a StreamKey,
        /// Name of its place, if it has one.
        place: Option<&'a str>,
        /// Records in it.
        records: u64,
        /// Records so far in this run.
        total: u64,
        /// Streams read to their end in this run.
        streams_done: usize,
        /// Streams known of in this run.
        streams: usize,
        /// Work items (threads) still waiting.
        waiting: u64,
    },
    /// Something the user should know now.
    Notice(&'a str),
    /// Files written so far.
    Files(u64),
    /// A customer's context was made.
    Context(&'a CustomerId),
}

/// Who watches long work.
pub trait Progress: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event<'_>);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn event(&self, _event: Event<'_>) {}
}

/// One account with its connector, ready to be read.
#[derive(Clone)]
pub struct Account {
    /// The code for its source.
    pub connector: Arc<dyn Connector>,
    /// Its credentials, HTTP client and time.
    pub cx: Cx,
}

/// The customers as the user's files say now; a long run reads them again before it concludes anything from them.
pub trait Profiles: Send + Sync {
    /// Customers with readable profiles, sorted by id.
    ///
    /// # Errors
    ///
    /// The folder cannot be read.
    fn read(&self) -> Result<Vec<(CustomerId, Profile)>, EngineError>;

    /// Who is whom, in the user's words.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    fn links(&self) -> Result<Links, EngineError> {
        Ok(Links::default())
    }
}

/// Profiles that nobody edits.
impl Profiles for Vec<(CustomerId, Profile)> {
    fn read(&self) -> Result<Vec<(CustomerId, Profile)>, EngineError> {
        Ok(self.clone())
    }
}

/// Everything passed in.
#[derive(Clone)]
pub struct Ports {
    /// The ledger.
    pub store: Arc<dyn Store>,
    /// The file layer.
    pub disk: Arc<dyn Disk>,
    /// Time.
    pub timer: Arc<dyn Timer>,
    /// The workspace's folder.
    pub workspace: Workspace,
    /// `workspace.toml`.
    pub settings: Arc<Settings>,
    /// The customers' profiles.
    pub customers: Arc<dyn Profiles>,
    /// Sources without a credential, with what to do about it, for the contexts' missing data.
    pub unconnected: Arc<Vec<(sales_model::Source, String)>>,
    /// This process.
    pub owner: Owner,
    /// Whether the process of a lease's owner is still there.
    pub alive: fn(&Owner) -> bool,
    /// Failpoints.
    pub failpoints: Arc<dyn Failpoints>,
    /// Who watches.
    pub progress: Arc<dyn Progress>,
}
