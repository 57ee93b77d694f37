//! Runs of the connector against Google's doubles, with a ledger as simple as can be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use sales_connectors::{
    AskHoldings, Batch, Connector as _, ConnectorError, Credentials, Cx, FetchRequest, Held, Holdings, Identity, Known, Mode, Plan, Wanted,
    email::Email,
};
use sales_model::{AccountKey, Checkpoint, Clock as _, RawItem, Route, Settings, Source, StreamKey};
use sales_simulator::{GmailHandle, GmailWorld, GoogleClient, LogEntry, Running, Scenario, SimOptions, Simulator};
use sales_transport::{Budget as _, Http, HttpOptions, MemoryBudget, MemoryTokenStore, virtual_time::VirtualTimer};

/// Records by id, and whether they are whole.
#[derive(Default)]
pub(crate) struct Records(Mutex<BTreeMap<String, bool>>);

#[async_trait]
impl Holdings for Records {
    async fn held(&self, natives: &[String]) -> BTreeMap<String, bool> {
        let all = self.0.lock().unwrap();
        natives.iter().filter_map(|n| all.get(n).map(|whole| (n.clone(), *whole))).collect()
    }
}

pub(crate) struct Bench {
    pub(crate) sim: Running,
    pub(crate) cx: Cx,
    pub(crate) timer: VirtualTimer,
    pub(crate) budget: Arc<MemoryBudget>,
    pub(crate) wanted: Wanted,
    pub(crate) checkpoint: Option<Checkpoint>,
    /// Held copies by id.
    pub(crate) held: BTreeMap<String, Held>,
    pub(crate) records: Arc<Records>,
    /// Copies whose bodies are lacking.
    pub(crate) lacking: Vec<String>,
    /// Everything that was ever brought.
    pub(crate) items: Vec<RawItem>,
    pub(crate) failures: Vec<String>,
    pub(crate) gaps: BTreeSet<String>,
    /// Steps after which the process is killed.
    pub(crate) kill_after: Option<usize>,
    pub(crate) since: Timestamp,
    /// Requests to doubles that were replaced.
    earlier: Vec<LogEntry>,
}

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";
pub(crate) const MARCH: &str = "2024-03-01T00:00:00Z";
pub(crate) const US: &str = "deals@yourcompany.com";
pub(crate) const ANN: &str = "Ann <ann@acme.dev>";
pub(crate) const STRANGER: &str = "x@elsewhere.example";

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An id as Gmail makes them.
pub(crate) fn id(n: u64) -> String {
    format!("{:016x}", 0x18e0_0000_0000_0000_u64 + n * 0x1_0001)
}

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

/// A mail's bytes.
pub(crate) fn eml(n: u64, from: &str, to: &str) -> Vec<u8> {
    format!("From: {from}\r\nTo: {to}\r\nMessage-ID: <{n}@yourcompany.com>\r\nSubject: number {n}\r\n\r\nHello {n}\r\n").into_bytes()
}

/// A mailbox without mail, whose sign-in may read.
pub(crate) fn mailbox() -> GmailWorld {
    let mut world = GmailWorld::new(US);
    world.google_mut().add_client(GoogleClient { id: "id".into(), secret: "s3cret".into() });
    world.google_mut().add_refresh_token("1//canary", &["gmail.readonly"]);
    world
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with("", |_| {}, mailbox()).await
    }

    /// With this scenario (a name or a text; empty for none), settings and mailbox.
    pub(crate) async fn with(scenario: &str, change: impl FnOnce(&mut Settings), world: GmailWorld) -> Self {
        let timer = VirtualTimer::new(at(NOW));
        let sim = simulator(scenario, world, &timer).await;
        let budget = Arc::new(MemoryBudget::new());
        let mut settings = Settings::default();
        change(&mut settings);
        let shared: Arc<dyn sales_transport::Timer> = Arc::new(timer.clone());
        let cx = Cx {
            account: AccountKey { source: Source::EMAIL, name: "default".into() },
            credentials: Arc::new(credentials(&sim)),
            http: Http::new(HttpOptions::new(shared.clone(), budget.clone())).unwrap(),
            timer: shared,
            tokens: Arc::new(MemoryTokenStore::new()),
            settings: Arc::new(settings),
            route: Route::Direct,
            unlimited: false,
            notices: None,
        };
        Bench {
            sim,
            cx,
            timer,
            budget,
            wanted: Wanted { domains: ["acme.dev".to_owned()].into(), ..Wanted::default() },
            checkpoint: None,
            held: BTreeMap::new(),
            records: Arc::default(),
            lacking: Vec::new(),
            items: Vec::new(),
            failures: Vec::new(),
            gaps: BTreeSet::new(),
            kill_after: None,
            since: at("2022-04-08T09:00:00Z"),
            earlier: Vec::new(),
        }
    }

    pub(crate) fn world(&self) -> GmailHandle {
        self.sim.gmail().unwrap()
    }

    /// The same mailbox behind another scenario.
    pub(crate) async fn scenario(&mut self, text: &str) {
        let next = simulator(text, self.world().read(GmailWorld::clone), &self.timer).await;
        self.cx.credentials = Arc::new(credentials(&next));
        let before = std::mem::replace(&mut self.sim, next);
        self.earlier.extend(before.log());
        before.stop().await;
    }

    /// A mail that came in then, unread and in the inbox.
    pub(crate) fn put(&self, n: u64, thread: u64, when: Timestamp, from: &str, to: &str) -> String {
        self.put_in(n, thread, when, &["INBOX", "UNREAD"], eml(n, from, to))
    }

    pub(crate) fn put_in(&self, n: u64, thread: u64, when: Timestamp, labels: &[&str], raw: Vec<u8>) -> String {
        let now = self.timer.now();
        self.world().write(|w| w.add_raw((Some(&id(n)), Some(&id(thread))), labels, when, raw, now)).unwrap()
    }

    pub(crate) fn delete(&self, n: u64) {
        let now = self.timer.now();
        self.world().write(|w| w.delete(&id(n), now)).unwrap();
    }

    pub(crate) fn label(&self, n: u64, add: &[&str], remove: &[&str]) {
        let now = self.timer.now();
        self.world().write(|w| w.modify(&id(n), add, remove, now)).unwrap();
    }

    pub(crate) fn happens(&self, event: serde_json::Value) {
        let now = self.timer.now();
        self.world().write(|w| w.apply(&serde_json::from_value(event).unwrap(), now)).unwrap();
    }

    pub(crate) fn key(&self) -> StreamKey {
        StreamKey { account: self.cx.account.clone(), stream: "mailbox".into(), partition: String::new() }
    }

    pub(crate) fn known(&self) -> Known {
        let checkpoints = self.checkpoint.iter().map(|c| (self.key(), c.clone())).collect();
        Known {
            wanted: self.wanted.clone(),
            checkpoints,
            lacking: [(self.key(), self.lacking.clone())].into(),
            holdings: AskHoldings(Some(self.records.clone())),
            ..Known::default()
        }
    }

    pub(crate) fn plan(&self, mode: Mode) -> Plan {
        Plan { mode, since: self.since, now: self.timer.now(), only: None }
    }

    pub(crate) async fn me(&self) -> Result<Identity, ConnectorError> {
        Email.authenticate(&self.cx).await
    }

    /// A run to its end, or to where it is killed: whether it came to its end.
    pub(crate) async fn sync(&mut self, mode: Mode) -> Result<bool, ConnectorError> {
        let (me, plan, known) = (self.me().await?, self.plan(mode), self.known());
        let planned = Email.streams(&self.cx, &me, &plan, &known);
        assert_eq!(planned.iter().map(|p| &p.key).collect::<Vec<_>>(), [&self.key()]);
        for n in 0..10_000 {
            let request = FetchRequest { key: &self.key(), from: self.checkpoint.as_ref(), work: &[], known: &known, plan: &plan };
            let batch = Email.fetch(&self.cx, &me, request).await?;
            if self.kill_after == Some(n) {
                // The step was done, and its transaction lost.
                return Ok(false);
            }
            let more = batch.more;
            self.take(batch);
            if !more {
                return Ok(true);
            }
        }
        panic!("a run without end");
    }

    pub(crate) async fn ok(&mut self) {
        assert!(self.sync(Mode::Default).await.unwrap());
        assert_eq!(self.failures, Vec::<String>::new());
    }

    fn take(&mut self, batch: Batch) {
        assert!(batch.items.len() <= 50, "a step is bounded");
        let mut records = self.records.0.lock().unwrap();
        for (item, held) in batch.items.iter().zip(&batch.held) {
            records.insert(held.native.clone(), !item.partial);
        }
        for held in &batch.held {
            assert!(records.contains_key(&held.native), "a copy of a record that nobody has: {held:?}");
            self.held.insert(held.item.clone(), held.clone());
        }
        for item in batch.items {
            assert_eq!((item.place.as_deref(), item.route, item.partial), (Some("mail"), Route::Direct, item.kind == "header"));
            self.items.push(item);
        }
        let present = batch.present;
        let gone = |id: &str| batch.dropped.iter().any(|d| d == id) || present.as_ref().is_some_and(|p| !p.contains(id));
        let dropped: Vec<Held> = self.held.values().filter(|h| gone(&h.item)).cloned().collect();
        for held in dropped {
            self.held.remove(&held.item);
            records.remove(&held.native);
        }
        self.failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
        self.gaps.extend(batch.gaps.into_iter().map(|g| g.text));
        self.checkpoint = Some(batch.next);
    }

    /// As the ledger does with what concerns nobody: only the header stays.
    pub(crate) fn shorten(&self, n: u64) {
        self.records.0.lock().unwrap().insert(self.held[&id(n)].native.clone(), false);
    }

    pub(crate) async fn later(&self, by: SignedDuration) {
        use sales_transport::Timer as _;
        self.timer.sleep_until(self.timer.now() + by).await;
    }

    pub(crate) fn timer_now(&self) -> Timestamp {
        self.timer.now()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.held.keys().cloned().collect()
    }

    /// Numbers in the subjects of what was brought, in the order in which it came.
    pub(crate) fn brought(&self) -> Vec<u64> {
        let number = |body: &[u8]| {
            let text = String::from_utf8_lossy(body).into_owned();
            text.split("Subject: number ").nth(1).unwrap().split("\r\n").next().unwrap().parse().unwrap()
        };
        self.items.iter().map(|i| number(&i.body)).collect()
    }

    /// Units that our own budget has counted in the last minute.
    pub(crate) fn units(&self) -> u32 {
        let key = sales_transport::BudgetKey { account: "gmail:default".into(), operation: "units".into() };
        self.budget.state(&key, self.timer.now()).unwrap().used
    }

    /// Every request so far.
    pub(crate) fn log(&self) -> Vec<LogEntry> {
        self.earlier.iter().cloned().chain(self.sim.log()).collect()
    }

    /// Requests since a mark, as `labels.list` and with the id of what they are for. Parts of a batch follow it or stand before it.
    pub(crate) fn since(&self, mark: usize) -> Vec<String> {
        let name = |e: &LogEntry| format!("{} {}", e.method.trim_start_matches("gmail."), e.channel.as_deref().unwrap_or_default());
        self.log().iter().skip(mark).map(|e| name(e).trim().to_owned()).collect()
    }

    /// How many requests of a method there were after a mark.
    pub(crate) fn count(&self, mark: usize, method: &str) -> usize {
        self.log().iter().skip(mark).filter(|e| e.method == format!("gmail.{method}")).count()
    }

    /// Ids of mails that were asked for whole after a mark, in order.
    pub(crate) fn whole(&self, mark: usize) -> Vec<String> {
        let raw = |e: &&LogEntry| e.sent.as_ref().is_some_and(|s| s.query.contains("format=raw"));
        self.log().iter().skip(mark).filter(raw).filter_map(|e| e.channel.clone()).collect()
    }

    /// Searches after a mark, decoded.
    pub(crate) fn searches(&self, mark: usize) -> Vec<String> {
        let query = |e: &LogEntry| {
            let sent = e.sent.as_ref()?;
            let (_, q) = url::form_urlencoded::parse(sent.query.as_bytes()).find(|(name, _)| name == "q")?;
            Some(q.into_owned())
        };
        self.log().iter().skip(mark).filter_map(query).collect()
    }
}

async fn simulator(scenario: &str, world: GmailWorld, timer: &VirtualTimer) -> Running {
    let mut options = SimOptions::new(Arc::new(timer.clone()));
    options.gmail = Some(world);
    options.scenario = match scenario {
        "" => None,
        name if sales_simulator::scenario::NAMES.contains(&name) => Some(Scenario::named(name).unwrap()),
        text => Some(Scenario::parse(text).unwrap_or_else(|e| panic!("{e}"))),
    };
    Simulator::start(options).await.unwrap()
}

fn credentials(sim: &Running) -> Credentials {
    let secrets = [("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s3cret"), ("GMAIL_REFRESH_TOKEN", "1//canary")];
    Credentials {
        secrets: secrets.into_iter().map(|(name, value)| (name, value.to_owned().into())).collect(),
        base_url: Some(sim.gmail_api_url().parse().unwrap()),
        addresses: [("GOOGLE_TOKEN_URL", sim.google_token_url().parse().unwrap())].into(),
    }
}
