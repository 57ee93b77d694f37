//! What the engine does with the connector, in little: a ledger in memory and runs over all streams.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_connectors::{
    AskHoldings, Batch, Connector, ConnectorError, Credentials, Cx, FetchRequest, Holdings, Identity, Known, Mode, Plan, PlannedStream,
    Wanted, email::Email,
};
use sales_mail::mime;
use sales_model::{AccountKey, Checkpoint, Clock as _, Route, Settings, Source, StreamKey};
use sales_transport::{Http, HttpOptions, MemoryBudget, MemoryTokenStore, StreamTraffic, Timer, virtual_time::VirtualTimer};

/// A copy of a mail: its record, labels and vendor's thread.
pub(crate) type Copy = (String, Vec<String>, String);

/// The ledger: what the engine would keep.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) whole: BTreeMap<String, Bytes>,
    pub(crate) headers: BTreeMap<String, Bytes>,
    pub(crate) received: BTreeMap<String, Option<Timestamp>>,
    /// (partition, item) to the copy.
    pub(crate) held: BTreeMap<(String, String), Copy>,
    pub(crate) checkpoints: BTreeMap<StreamKey, Checkpoint>,
    pub(crate) failures: Vec<String>,
    pub(crate) gaps: Vec<String>,
    /// Bodies that ever came.
    pub(crate) bodies: usize,
    pub(crate) retired: Vec<String>,
}

impl Ledger {
    /// Records of which a copy is held.
    pub(crate) fn live(&self) -> BTreeSet<&str> {
        self.held.values().map(|(native, ..)| native.as_str()).collect()
    }
}

struct Held(Arc<Mutex<Ledger>>);

#[async_trait]
impl Holdings for Held {
    async fn held(&self, natives: &[String]) -> BTreeMap<String, bool> {
        let ledger = self.0.lock().unwrap();
        let live: BTreeSet<String> = ledger.live().into_iter().map(str::to_owned).collect();
        natives.iter().filter(|n| live.contains(*n)).map(|n| (n.clone(), ledger.whole.contains_key(n))).collect()
    }
}

pub(crate) struct Bench {
    pub(crate) cx: Cx,
    pub(crate) timer: VirtualTimer,
    pub(crate) ledger: Arc<Mutex<Ledger>>,
    pub(crate) wanted: Wanted,
    pub(crate) since: Timestamp,
    pub(crate) notices: Arc<Mutex<Vec<String>>>,
}

#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) steps: usize,
    pub(crate) errors: Vec<ConnectorError>,
}

pub(crate) const START: &str = "2024-04-08T09:00:00Z";

impl Bench {
    pub(crate) fn new(url: &str, secrets: &[(&'static str, &str)]) -> Bench {
        Bench::trusting(url, secrets, &[])
    }

    /// The same; that authority's certificates (PEM) are trusted beside those that this machine trusts.
    pub(crate) fn trusting(url: &str, secrets: &[(&'static str, &str)], authority: &[u8]) -> Bench {
        let timer = VirtualTimer::new(START.parse().unwrap());
        let shared: Arc<dyn Timer> = Arc::new(timer.clone());
        let mut options = HttpOptions::new(shared.clone(), Arc::new(MemoryBudget::default()));
        options.extra_roots = authority.to_vec();
        let http = Http::new(options).unwrap();
        let mut all: BTreeMap<&'static str, sales_transport::Secret> = secrets.iter().map(|(n, s)| (*n, (*s).to_owned().into())).collect();
        all.insert("IMAP_URL", url.to_owned().into());
        let notices: Arc<Mutex<Vec<String>>> = Arc::default();
        let sink = notices.clone();
        let cx = Cx {
            account: AccountKey { source: Source::EMAIL, name: "default".into() },
            credentials: Arc::new(Credentials { secrets: all, base_url: None, addresses: BTreeMap::new() }),
            http,
            timer: shared,
            tokens: Arc::new(MemoryTokenStore::default()),
            settings: Arc::new(Settings::default()),
            route: Route::Direct,
            unlimited: false,
            notices: Some(Arc::new(move |line: &str| sink.lock().unwrap().push(line.to_owned()))),
        };
        let wanted = Wanted { domains: BTreeSet::from(["acme.example".to_owned()]), addresses: BTreeSet::new() };
        Bench { cx, timer, ledger: Arc::default(), wanted, since: "2023-04-08T00:00:00Z".parse().unwrap(), notices }
    }

    pub(crate) fn settings(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = Settings::clone(&self.cx.settings);
        change(&mut settings);
        self.cx.settings = Arc::new(settings);
    }

    pub(crate) fn traffic(&self) -> StreamTraffic {
        self.cx.http.stream_traffic()
    }

    fn known(&self) -> Known {
        let checkpoints = self.ledger.lock().unwrap().checkpoints.clone();
        let holdings = AskHoldings(Some(Arc::new(Held(self.ledger.clone()))));
        Known { checkpoints, wanted: self.wanted.clone(), holdings, ..Known::default() }
    }

    pub(crate) async fn me(&self) -> Result<Identity, ConnectorError> {
        Email.authenticate(&self.cx).await
    }

    /// A run that must succeed; a minute after the last one.
    #[track_caller]
    pub(crate) fn ok(&mut self, mode: Mode) -> impl Future<Output = ()> {
        let at = std::panic::Location::caller();
        async move {
            let run = self.sync(mode).await;
            assert!(run.errors.is_empty(), "{at}: {:?}", run.errors);
        }
    }

    /// So much later that no connection is kept.
    pub(crate) fn rests(&self) {
        self.timer.set(self.timer.now() + SignedDuration::from_mins(10));
    }

    pub(crate) async fn sync(&mut self, mode: Mode) -> Run {
        self.run(mode, usize::MAX).await
    }

    /// A run cut off after so many steps, as by a kill: the batch of the last step is lost.
    pub(crate) async fn run(&mut self, mode: Mode, most: usize) -> Run {
        self.timer.set(self.timer.now() + SignedDuration::from_mins(1));
        let mut run = Run::default();
        self.ledger.lock().unwrap().gaps.clear();
        let me = match self.me().await {
            Ok(me) => me,
            Err(e) => {
                run.errors.push(e);
                return run;
            }
        };
        let plan = Plan { mode, since: self.since, now: self.timer.now(), only: None };
        let first = Email.catalogue(&self.cx, &me, &plan, &self.known());
        self.all(first, &me, &plan, most, &mut run).await;
        let mut streams = Email.streams(&self.cx, &me, &plan, &self.known());
        streams.sort_by_key(|s| s.rank);
        self.all(streams, &me, &plan, most, &mut run).await;
        run
    }

    async fn all(&mut self, streams: Vec<PlannedStream>, me: &Identity, plan: &Plan, most: usize, run: &mut Run) {
        for s in streams {
            let known = self.known();
            loop {
                assert!(run.steps < 3_000, "it does not come to an end");
                let from = self.ledger.lock().unwrap().checkpoints.get(&s.key).cloned();
                let request = FetchRequest { key: &s.key, from: from.as_ref(), work: &[], plan, known: &known };
                match Email.fetch(&self.cx, me, request).await {
                    Ok(_) if run.steps >= most => return,
                    Ok(batch) => {
                        run.steps += 1;
                        let more = batch.more;
                        self.commit(&s.key, batch);
                        if !more {
                            break;
                        }
                    }
                    Err(e) => {
                        run.errors.push(e);
                        break;
                    }
                }
            }
        }
    }

    fn commit(&self, key: &StreamKey, batch: Batch) {
        let mut l = self.ledger.lock().unwrap();
        assert!(batch.items.len() <= 100, "{} bodies in one step", batch.items.len());
        for raw in batch.items {
            assert_eq!(raw.place.as_deref(), Some("mail"));
            let native = mime::native(&mime::read_header(&raw.body), &raw.body);
            l.received.insert(native.clone(), raw.at);
            match (raw.kind, raw.partial) {
                ("message", false) => {
                    l.bodies += 1;
                    l.whole.insert(native, raw.body);
                }
                ("header", true) => {
                    assert!(raw.body.ends_with(b"\n\r\n") || raw.body.ends_with(b"\n\n"), "{:?}", raw.body);
                    l.headers.insert(native, raw.body);
                }
                other => panic!("{other:?}"),
            }
        }
        for h in batch.held {
            assert!(l.whole.contains_key(&h.native) || l.headers.contains_key(&h.native), "{} is held and was never read", h.native);
            l.held.insert((key.partition.clone(), h.item), (h.native, h.labels, h.thread));
        }
        for item in batch.dropped {
            l.held.remove(&(key.partition.clone(), item.clone())).unwrap_or_else(|| panic!("{item} was not held"));
        }
        l.checkpoints.insert(key.clone(), batch.next);
        for partition in batch.retired {
            l.held.retain(|(p, _), _| *p != partition);
            l.checkpoints.remove(&StreamKey { partition: partition.clone(), ..key.clone() });
            l.retired.push(partition);
        }
        l.failures.extend(batch.failures.into_iter().map(|f| format!("{}: {}", f.item, f.reason)));
        l.gaps.extend(batch.gaps.into_iter().map(|g| g.text));
    }

    pub(crate) fn bodies(&self) -> usize {
        self.ledger.lock().unwrap().bodies
    }

    /// Records of which a copy is held, in order.
    pub(crate) fn live(&self) -> Vec<String> {
        self.ledger.lock().unwrap().live().into_iter().map(str::to_owned).collect()
    }

    /// Labels of all copies of a record, in the order of partitions.
    pub(crate) fn labels(&self, native: &str) -> Vec<Vec<String>> {
        self.ledger.lock().unwrap().held.values().filter(|(n, ..)| n == native).map(|(_, l, _)| l.clone()).collect()
    }
}
