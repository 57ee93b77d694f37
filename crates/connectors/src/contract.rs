//! The contract between the engine and a source.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use sales_model::{
    AccountKey, Checkpoint, CustomerId, Gap, Person, Place, RawItem, Record, RecordId, Settings, Source, StreamKey, Stretch, WorkItem,
};
use sales_transport::{Http, Secret, Timer, TokenStore};
use secrecy::ExposeSecret;
use url::Url;

use crate::captions::Began;

/// What a source is, as data.
#[derive(Debug)]
pub struct Descriptor {
    /// The source.
    pub source: Source,
    /// Its name in texts: `Slack`.
    pub title: &'static str,
    /// Variables of the credential, the first of each group being the preferred name.
    pub variables: &'static [&'static [&'static str]],
    /// Which of them (by preferred names) are enough: each entry is one way.
    pub sufficient: &'static [&'static [&'static str]],
    /// The variable whose place a token takes that `sales auth login` stored; `None` where there is no login.
    pub login: Option<&'static str>,
    /// Variable of the base URL, and its default.
    pub base_url: (&'static str, &'static str),
    /// Variables of further addresses (where one signs in), and their defaults.
    pub addresses: &'static [(&'static str, &'static str)],
    /// Hosts of links that people paste.
    pub link_hosts: &'static [&'static str],
    /// What belongs to a customer as a whole.
    pub grain: Grain,
    /// Names of the streams that bring records, and of the one that lists what can be read.
    pub streams: StreamRoles,
    /// What it does, for `sales integration show`.
    pub abilities: &'static [Ability],
}

/// What attribution stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Places (Slack channels): what is in one follows it.
    Place,
    /// Conversations (calls, notes), by who took part and what the vendor links; all of a source stand in one place whose key is the source.
    Conversation,
}

/// Which streams do what, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamRoles {
    /// Brings records, for the first time and late: `history`, `calls`, `notes`.
    pub records: &'static [&'static str],
    /// Lists what the credential can see: `catalogue`, `users`; empty if there is none.
    pub list: &'static str,
    /// What an item of a work list is, in words, by the list's name: ("threads", "threads").
    pub waiting: &'static [(&'static str, &'static str)],
}

/// Something that a connector can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ability {
    /// In a few words: `calls and what Gong says of them`.
    pub does: &'static str,
    /// The vendor's names of the permissions that it needs.
    pub needs: &'static [&'static str],
}

/// An account's secrets and addresses, by the names of their variables. Only the composition root fills it.
#[derive(Clone, Default)]
pub struct Credentials {
    /// Secrets by preferred variable name: `SLACK_TOKEN`.
    pub secrets: BTreeMap<&'static str, Secret>,
    /// The API's base URL.
    pub base_url: Option<Url>,
    /// Further addresses, where they are not the default: by [`Descriptor::addresses`].
    pub addresses: BTreeMap<&'static str, Url>,
}

impl Credentials {
    /// A vendor's text without any of these secrets in it: some servers and proxies say back what they were sent, also in the form in which
    /// it stands in a header (`base64(key:secret)`).
    pub fn masked(&self, text: &str) -> String {
        let plain: Vec<&str> = self.secrets.values().map(ExposeSecret::expose_secret).filter(|s| s.len() >= 4).collect();
        let pairs = plain.iter().flat_map(|a| plain.iter().map(move |b| STANDARD.encode(format!("{a}:{b}"))));
        let single = plain.iter().map(|s| STANDARD.encode(s));
        let encoded: Vec<String> = pairs.chain(single).flat_map(|s| [s.trim_end_matches('=').to_owned(), s]).collect();
        let mut all: Vec<&str> = plain.iter().copied().chain(encoded.iter().map(String::as_str)).collect();
        // The longer ones first: one may be a part of another.
        all.sort_by_key(|s| std::cmp::Reverse(s.len()));
        all.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "[secret]"))
    }
}

/// Everything a connector may use.
#[derive(Clone)]
pub struct Cx {
    /// The account at work.
    pub account: AccountKey,
    /// Its credentials.
    pub credentials: Arc<Credentials>,
    /// The HTTP client.
    pub http: Http,
    /// Time.
    pub timer: Arc<dyn Timer>,
    /// Rotated tokens.
    pub tokens: Arc<dyn TokenStore>,
    /// The workspace's settings.
    pub settings: Arc<Settings>,
    /// Route to note on raw items (`Direct`, or `Simulated` in `--test`).
    pub route: sales_model::Route,
    /// Rate limits are off (loopback only).
    pub unlimited: bool,
    /// Tells whoever watches something that they would else wait for in the dark.
    pub notices: Notices,
}

/// Takes a line for people; nobody watches without one.
pub type Notices = Option<Arc<dyn Fn(&str) + Send + Sync>>;

/// Who the credential is, from `authenticate`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Identity {
    /// The vendor's id of the company: Slack team `T0123`.
    pub team: String,
    /// The vendor's id of the organisation that the company's teams belong to, if it has several: Slack's Enterprise Grid `E0123`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub enterprise: String,
    /// Its name.
    pub team_name: String,
    /// The user behind the credential: key as in [`Person`].
    pub user: String,
    /// Its name.
    pub user_name: String,
    /// Keys of persons that are ourselves as a program (our own bot's posts are skipped).
    pub own_bots: Vec<String>,
    /// What kind of credential: `bot token`, `user token`.
    pub kind: String,
    /// Where people open the vendor: `https://yourcompany.slack.com/`.
    pub url: String,
    /// Scopes and what each is for.
    pub scopes: Vec<ScopeState>,
    /// Where the account stands just now, in the vendor's words, if its answer says so: who has read that far need not ask. Not kept.
    #[serde(skip)]
    pub stands: Option<String>,
}

impl Identity {
    /// The same with what an earlier look at the same credential found out of scopes of which the vendor says nothing by itself. `earlier`:
    /// an identity as JSON.
    #[must_use]
    pub fn with_tried(&self, earlier: Option<&str>) -> Identity {
        let earlier: Option<Identity> = earlier.and_then(|text| serde_json::from_str(text).ok());
        let mut out = self.clone();
        for old in earlier.iter().filter(|e| e.kind == self.kind && e.user == self.user).flat_map(|e| &e.scopes) {
            if let Some(scope) = out.scopes.iter_mut().find(|s| s.name == old.name) {
                scope.granted = scope.granted.or(old.granted);
            }
        }
        out
    }
}

/// A scope the product asks for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ScopeState {
    /// The vendor's name of it.
    pub name: String,
    /// Which feature needs it.
    pub feature: String,
    /// Nothing works without it.
    pub required: bool,
    /// Whether the credential has it; `None` if the vendor does not say.
    pub granted: Option<bool>,
}

/// How far a sync reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What is new, and late changes within the look-back.
    Default,
    /// The wide pass, now.
    Audit,
    /// Everything within `history` again.
    Full,
}

/// What a sync is asked for; the same for all streams of a run.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How far.
    pub mode: Mode,
    /// Nothing older is read.
    pub since: Timestamp,
    /// Start of the run: pages are pinned to it.
    pub now: Timestamp,
    /// Only these places (keys), when one customer is synced.
    pub only: Option<Vec<String>>,
}

/// What the ledger knows of a stream when it is planned.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Places of the account.
    pub places: Vec<Place>,
    /// People by key.
    pub people: Vec<Person>,
    /// Place keys in order of interest: customers' first.
    pub preferred: Vec<String>,
    /// Per place key: when the newest record there was said.
    pub newest: BTreeMap<String, Timestamp>,
    /// Per stream: when it was last read to its end.
    pub finished: BTreeMap<StreamKey, Timestamp>,
    /// Per work-list stream: how many items wait.
    pub waiting: BTreeMap<StreamKey, u64>,
    /// Per stream: where it stands.
    pub checkpoints: BTreeMap<StreamKey, Checkpoint>,
    /// By what customers are recognised.
    pub wanted: Wanted,
    /// Per stream: copies ([`Held::item`]) of which only a header is there although they turned out to belong to somebody: to be fetched
    /// whole.
    pub lacking: BTreeMap<StreamKey, Vec<String>>,
    /// Which records there are, asked while a stream is read: for sources that hold several copies of one record.
    pub holdings: AskHoldings,
}

/// Says which records of the connector's source the ledger holds, whichever account and stream brought them.
#[async_trait]
pub trait Holdings: Send + Sync {
    /// Of these vendor ids, those whose record is held and not deleted: `true` if it was read whole, `false` if only a part of it (of a mail,
    /// its header). What is said to be held whole is not fetched again, so a record that is deleted between the question and the commit
    /// has to come back with its new copy.
    async fn held(&self, natives: &[String]) -> BTreeMap<String, bool>;
}

/// Whom to ask; nobody holds anything without one.
#[derive(Clone, Default)]
pub struct AskHoldings(pub Option<Arc<dyn Holdings>>);

impl AskHoldings {
    /// See [`Holdings::held`].
    pub async fn held(&self, natives: &[String]) -> BTreeMap<String, bool> {
        match &self.0 {
            Some(holdings) => holdings.held(natives).await,
            None => BTreeMap::new(),
        }
    }
}

impl std::fmt::Debug for AskHoldings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "AskHoldings(..)" } else { "AskHoldings(nobody)" })
    }
}

/// By what customers are recognised: for sources that can be asked for their mail alone. All in lower case, domains in A-labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Mail domains of the profiles; a subdomain of one counts too.
    pub domains: BTreeSet<String>,
    /// Addresses of the profiles' contacts.
    pub addresses: BTreeSet<String>,
}

impl Wanted {
    /// Domains and addresses, each once.
    pub fn terms(&self) -> BTreeSet<String> {
        self.domains.union(&self.addresses).cloned().collect()
    }

    /// Whether an address (in lower case) is one of a customer's.
    pub fn concerns(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        let parents = std::iter::successors(Some(domain), |d| d.split_once('.').map(|(_, parent)| parent));
        self.addresses.contains(address) || parents.into_iter().any(|d| self.domains.contains(d))
    }
}

/// A stream to run, in order of `rank` (lower first). A work-list stream may stand at several ranks: it is then run at each of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStream {
    /// Which.
    pub key: StreamKey,
    /// Order; equal ranks run side by side.
    pub rank: u32,
    /// Requests expected, if that can be told.
    pub requests: Option<u64>,
    /// Work that can wait: it starts when everything else of the run is done, and all streams of the same name together send about this
    /// many requests in a run (as [`Batch::requests`] counts them). What is left goes on in the next run.
    pub share: Option<u64>,
}

/// One bounded step of a stream.
#[derive(Debug)]
pub struct FetchRequest<'a> {
    /// Which stream.
    pub key: &'a StreamKey,
    /// Where it stands.
    pub from: Option<&'a Checkpoint>,
    /// Work-list streams: the next items, most wanted first. At least 100 of them where so many wait: a connector may fetch many at once.
    pub work: &'a [WorkItem],
    /// What the ledger knew when the stream was planned.
    pub known: &'a Known,
    /// What the run is asked for.
    pub plan: &'a Plan,
}

impl FetchRequest<'_> {
    /// The time between the last run that came to its end and this one: for a stream that brings all that is new at the end of each run.
    pub(crate) fn read_since_last_run(&self) -> Stretch {
        Stretch::new(self.known.finished.get(self.key).copied().unwrap_or(self.plan.now), self.plan.now)
    }
}

/// One end of a range that was read completely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// This vendor id, included.
    At(String),
    /// The smallest (or largest) vendor id among the batch's own records.
    Page,
}

/// A range that the batch holds completely: a stored record in it that the batch lacks is gone at the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Key of the place.
    pub place: String,
    /// `None`: first records of conversations in the range. `Some(thread)`: the replies of that conversation.
    pub thread: Option<String>,
    /// Oldest end.
    pub from: Bound,
    /// Newest end.
    pub to: Bound,
}

/// A time that the batch holds completely: a record of [`Grain::Conversation`] that this stream brought, that stands in it, and that the
/// batch lacks is gone at the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredTime {
    /// Key of the place.
    pub place: String,
    /// Oldest end, included.
    pub from: Timestamp,
    /// Newest end, not included.
    pub to: Timestamp,
}

/// What a checkpoint tells of a stream beside the times that its steps read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Nothing comes from it any more: an archived channel that was read to its end, a folder that is no more.
    pub closed: bool,
    /// What was there before is only searched for, by these domains and addresses of customers, each from this time on; what is new comes
    /// whoever it is from. `None` where everything comes.
    pub searched: Option<BTreeMap<String, Timestamp>>,
}

/// Something that the vendor says is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Key of the place.
    pub place: String,
    /// The conversation, if the whole of it is meant; else the record.
    pub thread: Option<String>,
    /// The record.
    pub native: String,
}

/// An item that could not be read; its neighbours are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFailure {
    /// What it is, as far as can be told.
    pub item: String,
    /// Why, in words.
    pub reason: String,
    /// The vendor id of the record it would have been, if that can be told.
    pub native: Option<String>,
}

impl ItemFailure {
    /// A failure of something that is no record, or whose id cannot be told.
    pub fn new(item: impl Into<String>, reason: impl Into<String>) -> Self {
        ItemFailure { item: item.into(), reason: reason.into(), native: None }
    }
}

/// A copy of a record that a stream holds: of one mail there may be several, in folders and mailboxes. A record whose last copy is dropped is
/// gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The copy's id in the stream: a UID, a Gmail message id.
    pub item: String,
    /// Vendor id of the record.
    pub native: String,
    /// Its labels: those of a record are the labels of all its copies.
    pub labels: Vec<String>,
    /// The vendor's id of its thread; empty where there is none.
    pub thread: String,
}

/// What one step brought.
#[derive(Debug)]
pub struct Batch {
    /// Raw items, in the vendor's order.
    pub items: Vec<RawItem>,
    /// Items that could not be read.
    pub failures: Vec<ItemFailure>,
    /// Deletions the vendor told.
    pub gone: Vec<Gone>,
    /// Ranges read completely.
    pub covered: Vec<Covered>,
    /// Times read completely.
    pub covered_time: Vec<CoveredTime>,
    /// Copies that the stream holds, new ones and such with other labels; one that is known and unchanged does no harm.
    pub held: Vec<Held>,
    /// Copies, by their ids, that the stream holds no more.
    pub dropped: Vec<String>,
    /// All copies that the stream holds now, if the step saw them all: what it held before and is not among them is dropped.
    pub present: Option<BTreeSet<String>>,
    /// Partitions of the stream's name that are no more: all that they held is dropped.
    pub retired: Vec<String>,
    /// Work items that are now done, with the marker they were done for.
    pub done: Vec<WorkItem>,
    /// Work items that could not be done yet, with the time from which they are due again.
    pub postponed: Vec<WorkItem>,
    /// Times of which the stream has now read everything that it brings, whether or not anything was said in them. What could not be read as an
    /// item counts as read: it is listed for itself.
    pub read: Vec<Stretch>,
    /// Requests it took, of those that count against [`PlannedStream::share`].
    pub requests: u64,
    /// What could not be seen on the way (missing scope, not in channel), for the context's missing data.
    pub gaps: Vec<Gap>,
    /// Where the next step starts.
    pub next: Checkpoint,
    /// Whether there is a next step now.
    pub more: bool,
}

impl Batch {
    /// A step that brought nothing.
    pub fn empty(next: Checkpoint, more: bool) -> Self {
        Batch {
            items: Vec::new(),
            failures: Vec::new(),
            gone: Vec::new(),
            covered: Vec::new(),
            covered_time: Vec::new(),
            held: Vec::new(),
            dropped: Vec::new(),
            present: None,
            retired: Vec::new(),
            done: Vec::new(),
            postponed: Vec::new(),
            read: Vec::new(),
            requests: 0,
            gaps: Vec::new(),
            next,
            more,
        }
    }

    /// Adds what another step brought; where the stream stands is left as it is.
    pub fn append(&mut self, part: Batch) {
        self.items.extend(part.items);
        self.failures.extend(part.failures);
        self.gone.extend(part.gone);
        self.covered.extend(part.covered);
        self.covered_time.extend(part.covered_time);
        self.held.extend(part.held);
        self.dropped.extend(part.dropped);
        self.present = part.present.or(self.present.take());
        self.retired.extend(part.retired);
        self.done.extend(part.done);
        self.postponed.extend(part.postponed);
        self.read.extend(part.read);
        self.gaps.extend(part.gaps);
        self.requests += part.requests;
    }
}

/// What a raw item means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapped {
    /// Records.
    pub records: Vec<Record>,
    /// People.
    pub people: Vec<Person>,
    /// Places.
    pub places: Vec<Place>,
    /// What has to be fetched because of it.
    pub work: Vec<WorkItem>,
}

/// A link that somebody pasted, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// A place.
    Place(String),
    /// A record, and the conversation it stands in if the link tells.
    Record {
        /// The record.
        id: RecordId,
        /// `native` of the conversation's first record.
        thread: Option<String>,
    },
    /// A file or document, by the vendor's id: recognised, but not a record.
    File(String),
    /// A page that does not name its record. Whoever read the record before knows it by its page; else the page itself has to be read.
    Page {
        /// Key of the place that the record would stand in.
        place: String,
        /// The part of the page's address that is unique to it: an id, a share token.
        page: String,
        /// What to do where nobody knows it, in words.
        hint: &'static str,
    },
}

/// The address in a pasted text, which may be wrapped as chat programs do (`<address|label>`) and escaped (`&amp;`).
pub fn pasted_link(text: &str) -> Option<Url> {
    let text = text.trim();
    let inner = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
    let address = inner.split_once('|').map_or(inner, |(address, _)| address);
    Url::parse(&address.replace("&amp;", "&")).ok()
}

/// What reading all that is planned will take, before it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Estimate {
    /// Requests by the vendor's operation, sorted.
    pub requests: Vec<(String, u64)>,
    /// How long the vendor's limits make it at least; operations are limited apart and run side by side.
    pub duration: SignedDuration,
    /// The same in words, with what it rests on.
    pub words: String,
}

/// How many mails a search finds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MailCount {
    /// So many were seen.
    pub mails: u64,
    /// There are more, or some folder could not be searched.
    pub more: bool,
}

/// What an exported file is asked for.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The account its items are noted under.
    pub account: AccountKey,
    /// When the import began: noted as the time of fetching.
    pub now: Timestamp,
    /// The workspace's settings.
    pub settings: Arc<Settings>,
    /// The file's name, without its folder.
    pub file: String,
    /// What the user says of the call in it.
    pub call: CallWords,
}

impl ImportRequest {
    /// Nothing is said of what stands in the file.
    pub fn new(account: AccountKey, now: Timestamp, settings: Arc<Settings>) -> Self {
        ImportRequest { account, now, settings, file: String::new(), call: CallWords::default() }
    }
}

/// What a user says of a call that is given as a file which does not say it: a transcript.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallWords {
    /// Whose it is.
    pub customers: Vec<CustomerId>,
    /// When it began.
    pub began: Option<Began>,
    /// Its title.
    pub title: Option<String>,
}

impl CallWords {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == CallWords::default()
    }
}

/// What stands in an exported file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// What the file is: `Slack export`.
    pub format: String,
    /// What stands in it: (what, how many), in reading order.
    pub contents: Vec<(String, u64)>,
    /// What will not be brought, and why.
    pub notes: Vec<String>,
}

/// A bounded part of an exported file.
#[derive(Debug, Default)]
pub struct ImportBatch {
    /// At most 1,000 raw items for [`Connector::process`].
    pub items: Vec<RawItem>,
    /// Items that could not be read.
    pub failures: Vec<ItemFailure>,
    /// Parts of records that stand elsewhere (a transcript whose call is in another file): they take their time from that record, and
    /// count among the 1,000.
    pub parts: Vec<(RecordId, RawItem)>,
}

/// An exported file, opened. Nothing may be concluded from what it lacks: an export covers no range.
pub trait Import: Send {
    /// Whose records stand in it.
    fn source(&self) -> Source;
    /// Whether the user told of what stands in it just now ([`ImportRequest::call`]): that is the last word on it then. Else nobody knows
    /// how old the file is.
    fn told(&self) -> bool {
        false
    }
    /// Counts everything in it, reading it once.
    fn summary(&mut self) -> ImportSummary;
    /// The next part; `None` at the end. People and places come before records.
    fn next_batch(&mut self) -> Option<ImportBatch>;
}

/// What the engine may do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Nothing: report, go on with other streams.
    Never,
    /// Nothing works for this account any more: stop the account.
    StopAccount,
    /// Later, at that distance.
    After(SignedDuration),
    /// The checkpoint is void: forget the window in progress and start it again.
    RestartWindow,
}

/// Why a connector could not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {why}")]
pub struct ConnectorError {
    /// What failed, with its name: "Slack channel #acme".
    pub what: String,
    /// Why, in words.
    pub why: String,
    /// The next thing to do or type.
    pub hint: String,
    /// What the engine does.
    pub retry: Retry,
    /// Authentication or permission (exit code 4 when nothing else worked).
    pub auth: bool,
}

/// A source. `process` and `recognise` are pure; only `authenticate`, `fetch` and `fetch_one` reach the vendor, through `cx.http`.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What it is.
    fn descriptor(&self) -> &'static Descriptor;
    /// Who we are there, which scopes were granted, what is missing.
    async fn authenticate(&self, cx: &Cx) -> Result<Identity, ConnectorError>;
    /// The streams that give the account's places and people; run before [`Connector::streams`] is asked.
    fn catalogue(&self, cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream>;
    /// What can be pulled from this account now.
    fn streams(&self, cx: &Cx, me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream>;
    /// Whether a place is read at all under these settings, as far as the catalogue tells.
    fn reads(&self, _settings: &Settings, place: &Place) -> bool {
        place.member
    }
    /// What a stream's checkpoint tells of what it has read. Pure.
    fn standing(&self, _key: &StreamKey, _checkpoint: &Checkpoint) -> Standing {
        Standing::default()
    }
    /// One bounded step of a stream.
    async fn fetch(&self, cx: &Cx, me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError>;
    /// The state of all permissions, each tried with the cheapest request there is where the vendor does not say; for `sales doctor` and
    /// `sales integration show`.
    async fn probe(&self, _cx: &Cx, me: &Identity) -> Result<Vec<ScopeState>, ConnectorError> {
        Ok(me.scopes.clone())
    }
    /// What a raw item means.
    fn process(&self, raw: &RawItem) -> Result<Mapped, ItemFailure>;
    /// Whether a pasted link is ours, and to what.
    fn recognise(&self, url: &Url) -> Option<Link>;
    /// The work item that fetches a person whose key turned up in records (as author or reference) and whom the ledger does not know, or
    /// knows as [`Person::unknown`]; `None` where people are not fetched one by one. The marker makes it due once, then again each week.
    fn person_work(&self, _key: &str, _now: Timestamp) -> Option<WorkItem> {
        None
    }
    /// Name of the work-list stream that reads the replies of one conversation, its item; `None` if conversations come whole.
    fn replies_list(&self) -> Option<&'static str> {
        None
    }
    /// Where people open a place: the value of [`Place::url`], which `process` leaves empty because an item does not say it.
    fn place_url(&self, _me: &Identity, _place: &Place) -> String {
        String::new()
    }
    /// What this plan will take under the vendor's limits; `None` if that cannot be told.
    fn estimate(&self, _cx: &Cx, _me: &Identity, _plan: &Plan, _known: &Known) -> Option<Estimate> {
        None
    }
    /// How many mails since then name one of these domains and addresses, those that the ledger holds included. Nothing is fetched, and not
    /// more is listed than somebody waits for. `None` where a source is not searched for customers.
    async fn count(&self, _cx: &Cx, _since: Timestamp, _wanted: &Wanted) -> Result<Option<MailCount>, ConnectorError> {
        Ok(None)
    }
    /// The page where people read a record. `thread` is the vendor's: of a mail, its vendor's thread if there is one.
    fn permalink(&self, place: &Place, record: &str, thread: &str) -> String;
}
