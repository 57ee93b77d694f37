//! Runs of the connector, with a ledger as simple as can be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{
    Batch, Connector as _, ConnectorError, Credentials, Cx, FetchRequest, Held, Identity, Known, Mode, Plan, Wanted, email::Email,
};
use sales_model::{AccountKey, Checkpoint, Clock as _, RawItem, Route, Settings, Source, StreamKey};
use sales_transport::{Budget as _, Http, HttpOptions, MemoryBudget, MemoryTokenStore, virtual_time::VirtualTimer};

use crate::fake::Fake;

pub(crate) struct Bench {
    pub(crate) fake: Fake,
    pub(crate) cx: Cx,
    pub(crate) timer: VirtualTimer,
    pub(crate) budget: Arc<MemoryBudget>,
    pub(crate) wanted: Wanted,
    pub(crate) checkpoint: Option<Checkpoint>,
    /// Held copies by id.
    pub(crate) held: BTreeMap<String, Held>,
    /// Everything that was ever brought, by hash of body: twice is once.
    pub(crate) items: Vec<RawItem>,
    pub(crate) failures: Vec<String>,
    pub(crate) gaps: BTreeSet<String>,
    /// Steps after which the process is killed.
    pub(crate) kill_after: Option<usize>,
    pub(crate) since: Timestamp,
}

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";

pub(crate) fn seconds(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_second()
}

impl Bench {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}, &[("GMAIL_CLIENT_ID", "id"), ("GMAIL_CLIENT_SECRET", "s3cret"), ("GMAIL_REFRESH_TOKEN", "1//canary")]).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings), secrets: &[(&'static str, &str)]) -> Self {
        let fake = Fake::start().await;
        let timer = VirtualTimer::new(NOW.parse().unwrap());
        let budget = Arc::new(MemoryBudget::new());
        let mut settings = Settings::default();
        change(&mut settings);
        let shared: Arc<dyn sales_transport::Timer> = Arc::new(timer.clone());
        let cx = Cx {
            account: AccountKey { source: Source::EMAIL, name: "default".into() },
            credentials: Arc::new(Credentials {
                secrets: secrets.iter().map(|(k, v)| (*k, (*v).to_owned().into())).collect(),
                base_url: Some(fake.url.parse().unwrap()),
                addresses: [("GOOGLE_TOKEN_URL", format!("{}/token", fake.url).parse().unwrap())].into(),
            }),
            http: Http::new(HttpOptions::new(shared.clone(), budget.clone())).unwrap(),
            timer: shared,
            tokens: Arc::new(MemoryTokenStore::new()),
            settings: Arc::new(settings),
            route: Route::Direct,
            unlimited: false,
            notices: None,
        };
        let wanted = Wanted { domains: ["acme.dev".to_owned()].into(), ..Wanted::default() };
        Bench {
            fake,
            cx,
            timer,
            budget,
            wanted,
            checkpoint: None,
            held: BTreeMap::new(),
            items: Vec::new(),
            failures: Vec::new(),
            gaps: BTreeSet::new(),
            kill_after: None,
            since: "2022-04-08T09:00:00Z".parse().unwrap(),
        }
    }

    pub(crate) fn key(&self) -> StreamKey {
        StreamKey { account: self.cx.account.clone(), stream: "mailbox".into(), partition: String::new() }
    }

    pub(crate) fn known(&self) -> Known {
        let checkpoints = self.checkpoint.iter().map(|c| (self.key(), c.clone())).collect();
        Known { wanted: self.wanted.clone(), checkpoints, ..Known::default() }
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
        assert_eq!(batch.items.len(), batch.held.len());
        for item in batch.items {
            assert_eq!((item.place.as_deref(), item.route, item.partial), (Some("mail"), Route::Direct, item.kind == "header"));
            self.items.push(item);
        }
        for held in batch.held {
            self.held.insert(held.item.clone(), held);
        }
        for id in batch.dropped {
            self.held.remove(&id);
        }
        if let Some(present) = batch.present {
            self.held.retain(|id, _| present.contains(id));
        }
        self.failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
        self.gaps.extend(batch.gaps.into_iter().map(|g| g.text));
        self.checkpoint = Some(batch.next);
    }

    pub(crate) async fn later(&self, by: SignedDuration) {
        use sales_transport::Timer as _;
        self.timer.sleep_until(self.timer.now() + by).await;
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

    pub(crate) fn units(&self) -> u32 {
        let key = sales_transport::BudgetKey { account: "gmail:default".into(), operation: "units".into() };
        self.budget.state(&key, self.timer.now()).unwrap().used
    }

    pub(crate) fn stored(&self) -> Option<sales_transport::TokenPair> {
        self.cx.tokens.load(&self.cx.account).unwrap()
    }
}
