//! What the engine does with the connector, in little: a ledger in memory and runs over all streams. Every request is checked against the
//! vendor's specification.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{Batch, Connector, ConnectorError, Credentials, Cx, FetchRequest, Identity, Known, Mode, Plan, gong::Gong};
use sales_model::{
    AccountKey, Checkpoint, Clock, Detail, Gap, Person, Place, Record, Route, Settings, Source, StreamKey, Transcript, WorkItem,
};
use sales_simulator::{GongEvent, GongWorld, Running, Scenario, SimOptions, Simulator};
use sales_transport::{Http, HttpOptions, MemoryBudget, MemoryTokenStore, Timer, virtual_time::VirtualTimer};

use crate::gong_spec::GongSpec;

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";
/// The tiny world's key.
pub(crate) const KEY: &[(&str, &str)] = &[("GONG_API_KEY", "TINY"), ("GONG_API_SECRET", "tiny-secret")];

/// An item of a work list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Job {
    pub(crate) wanted: String,
    pub(crate) done: Option<String>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) tries: u32,
}

/// The ledger: what the engine would keep.
#[derive(Default)]
pub(crate) struct Ledger {
    /// By vendor id, with the stream that brought it.
    pub(crate) records: BTreeMap<String, (Record, StreamKey)>,
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) places: BTreeMap<String, Place>,
    pub(crate) work: BTreeMap<String, Job>,
    pub(crate) checkpoints: BTreeMap<StreamKey, Checkpoint>,
    pub(crate) finished: BTreeMap<StreamKey, Timestamp>,
    /// Gaps of each stream, as they stand now.
    pub(crate) gaps: BTreeMap<StreamKey, Vec<Gap>>,
    /// What was found to be gone, as often as it was.
    pub(crate) lost: Vec<String>,
    pub(crate) failures: BTreeMap<String, String>,
    /// Versions of raw items, by kind.
    pub(crate) raws: BTreeSet<(&'static str, Vec<u8>)>,
}

pub(crate) struct Bench {
    pub(crate) sim: Running,
    pub(crate) cx: Cx,
    pub(crate) timer: VirtualTimer,
    pub(crate) ledger: Ledger,
    pub(crate) since: Timestamp,
    checked: usize,
}

/// How a run ended.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) steps: usize,
    pub(crate) errors: Vec<(StreamKey, ConnectorError)>,
    /// It was cut off.
    pub(crate) cut: bool,
}

fn spec() -> Option<&'static GongSpec> {
    static SPEC: OnceLock<Option<GongSpec>> = OnceLock::new();
    SPEC.get_or_init(GongSpec::load).as_ref()
}

impl Bench {
    /// The tiny world, without limits.
    pub(crate) async fn tiny() -> Bench {
        Self::of(GongWorld::tiny(), "", KEY).await
    }

    /// The tiny world and a scenario.
    pub(crate) async fn scenario(rules: &str) -> Bench {
        Self::of(GongWorld::tiny(), rules, KEY).await
    }

    /// A world, rules of a scenario, and a credential.
    pub(crate) async fn of(world: GongWorld, rules: &str, secrets: &[(&'static str, &str)]) -> Bench {
        let timer = VirtualTimer::new(NOW.parse().unwrap());
        let mut options = SimOptions::new(Arc::new(timer.clone()));
        options.gong = Some(world);
        options.scenario = (!rules.is_empty()).then(|| Scenario::parse(rules).unwrap());
        let sim = Simulator::start(options).await.unwrap();
        let cx = context(&timer, &sim.gong_api_url(), secrets);
        Bench { sim, cx, timer, ledger: Ledger::default(), since: "2022-04-01T00:00:00Z".parse().unwrap(), checked: 0 }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.timer.now()
    }

    pub(crate) fn later(&self, by: SignedDuration) {
        self.timer.set(self.now() + by);
    }

    pub(crate) fn world<T>(&self, change: impl FnOnce(&mut GongWorld) -> T) -> T {
        self.sim.gong().unwrap().write(change)
    }

    pub(crate) fn happens(&self, event: GongEvent) {
        let now = self.now();
        self.world(|w| w.apply(&event, now)).unwrap();
    }

    /// With rate limits, as against the real vendor.
    pub(crate) fn limited(&mut self, daily: u32) {
        let mut settings = Settings::default();
        settings.gong.daily_requests = daily;
        self.cx.settings = Arc::new(settings);
        self.cx.unlimited = false;
    }

    pub(crate) fn plan(&self, mode: Mode) -> Plan {
        Plan { mode, since: self.since, now: self.now(), only: None }
    }

    pub(crate) fn key(&self, stream: &str, partition: &str) -> StreamKey {
        StreamKey { account: self.cx.account.clone(), stream: stream.into(), partition: partition.into() }
    }

    pub(crate) fn known(&self) -> Known {
        let l = &self.ledger;
        let waiting = l.work.values().filter(|j| j.done.as_ref() != Some(&j.wanted)).count();
        Known {
            places: l.places.values().cloned().collect(),
            people: l.people.values().cloned().collect(),
            finished: l.finished.clone(),
            waiting: BTreeMap::from([(self.key("transcripts", ""), waiting as u64)]),
            checkpoints: l.checkpoints.clone(),
            ..Known::default()
        }
    }

    pub(crate) async fn me(&self) -> Identity {
        Gong.authenticate(&self.cx).await.unwrap()
    }

    pub(crate) async fn sync(&mut self, mode: Mode) -> Run {
        self.run(mode, usize::MAX).await
    }

    /// A run that must succeed.
    pub(crate) async fn ok(&mut self, mode: Mode) {
        let run = self.sync(mode).await;
        assert!(run.errors.is_empty(), "{:?}", run.errors);
        assert_eq!(self.ledger.failures, BTreeMap::new());
    }

    /// A run cut off after so many steps, as by a kill: the batch of the last step is lost.
    pub(crate) async fn run(&mut self, mode: Mode, most: usize) -> Run {
        let me = self.me().await;
        let plan = self.plan(mode);
        let mut run = Run::default();
        let known = self.known();
        for s in Gong.catalogue(&self.cx, &me, &plan, &known) {
            self.stream(&me, &plan, &s.key, most, &mut run).await;
        }
        let known = self.known();
        for s in Gong.streams(&self.cx, &me, &plan, &known) {
            self.stream(&me, &plan, &s.key, most, &mut run).await;
        }
        self.check_requests();
        run
    }

    /// Steps through one stream until it has no more.
    pub(crate) async fn stream(&mut self, me: &Identity, plan: &Plan, key: &StreamKey, most: usize, run: &mut Run) {
        loop {
            if run.cut {
                return;
            }
            assert!(run.steps < 5_000, "it does not end");
            let known = self.known();
            let from = self.ledger.checkpoints.get(key).cloned();
            let work = self.work(key, plan.now);
            let request = FetchRequest { key, from: from.as_ref(), work: &work, plan, known: &known };
            match Gong.fetch(&self.cx, me, request).await {
                Ok(batch) => {
                    if run.steps >= most {
                        run.cut = true;
                        return;
                    }
                    run.steps += 1;
                    let more = batch.more;
                    self.commit(key, batch);
                    if !more {
                        self.ledger.finished.insert(key.clone(), plan.now);
                        return;
                    }
                }
                Err(e) => {
                    run.errors.push((key.clone(), e));
                    return;
                }
            }
        }
    }

    fn work(&self, key: &StreamKey, now: Timestamp) -> Vec<WorkItem> {
        let due = |j: &Job| j.done.as_ref() != Some(&j.wanted) && j.due.is_none_or(|at| at <= now);
        let item = |(item, j): (&String, &Job)| WorkItem {
            due: j.due,
            tries: j.tries,
            ..WorkItem::now(key.stream.as_str(), "", item.as_str(), j.wanted.as_str())
        };
        let all = self.ledger.work.iter().rev().filter(|(_, j)| due(j));
        if key.stream == "transcripts" { all.take(100).map(item).collect() } else { Vec::new() }
    }

    fn commit(&mut self, key: &StreamKey, batch: Batch) {
        let l = &mut self.ledger;
        let mut seen = BTreeSet::new();
        // What cannot be named may be any of those that a time lacks.
        let mut nameless = batch.failures.iter().any(|f| f.native.is_none());
        for f in batch.failures {
            l.failures.insert(f.item, f.reason);
        }
        for raw in &batch.items {
            l.raws.insert((raw.kind, raw.body.to_vec()));
            let mapped = match Gong.process(raw) {
                Ok(m) => m,
                Err(f) => {
                    nameless |= f.native.is_none();
                    seen.extend(f.native);
                    l.failures.insert(f.item, f.reason);
                    continue;
                }
            };
            l.people.extend(mapped.people.into_iter().map(|p| (p.key.clone(), p)));
            l.places.extend(mapped.places.into_iter().map(|p| (p.key.clone(), p)));
            for r in mapped.records {
                assert_eq!(&*r.place, "gong");
                l.failures.remove(&*r.id().0);
                seen.insert(r.native.clone());
                // One that was gone and is back has its work done again.
                if l.lost.contains(&r.native) && !l.records.contains_key(&r.native) {
                    l.work.remove(&r.native);
                }
                l.records.insert(r.native.clone(), (r, key.clone()));
            }
            for w in mapped.work {
                assert_eq!((w.stream.as_str(), w.partition.as_str()), ("transcripts", ""));
                let job = l.work.entry(w.item).or_default();
                if job.wanted != w.marker {
                    *job = Job { wanted: w.marker, done: job.done.take(), due: w.due, tries: w.tries };
                }
            }
        }
        let gone = |l: &mut Ledger, call: &str| {
            l.records.retain(|_, (r, _)| r.thread != call);
            l.lost.push(call.to_owned());
        };
        for c in batch.covered_time.into_iter().filter(|_| !nameless) {
            assert!(c.from < c.to && c.place == "gong", "{c:?}");
            let absent = |(native, (r, by)): (&String, &(Record, StreamKey))| {
                (r.is_first() && by == key && (c.from..c.to).contains(&r.at) && !seen.contains(native)).then(|| native.clone())
            };
            let absent: Vec<String> = l.records.iter().filter_map(absent).collect();
            absent.iter().for_each(|call| gone(l, call));
        }
        for g in batch.gone {
            assert_eq!(g.thread.as_ref(), Some(&g.native));
            gone(l, &g.native);
        }
        for d in batch.done {
            l.work.entry(d.item).or_default().done = Some(d.marker);
        }
        for p in batch.postponed {
            if let Some(job) = l.work.get_mut(&p.item).filter(|j| j.wanted == p.marker) {
                (job.due, job.tries) = (p.due, p.tries);
            }
        }
        if !batch.gaps.is_empty() || !batch.more {
            l.gaps.insert(key.clone(), batch.gaps);
        }
        l.checkpoints.insert(key.clone(), batch.next);
    }

    /// Requests so far need not be any that the vendor knows.
    pub(crate) fn forget_requests(&mut self) {
        self.checked = self.sent();
    }

    /// Each request so far is one that the vendor's specification declares.
    fn check_requests(&mut self) {
        let log = self.sim.log();
        for entry in log.get(self.checked..).unwrap_or_default().iter().filter(|e| e.vendor == "gong") {
            let (sent, spec) = (entry.sent.as_ref().unwrap(), spec());
            let wrong = spec.map(|s| s.request(&entry.verb, &sent.path, &sent.query, &sent.body)).unwrap_or_default();
            assert_eq!(wrong, Vec::<String>::new(), "{sent:?}");
        }
        self.checked = log.len();
        assert_eq!(self.sim.violations(), []);
    }

    /// How many requests came since the last look, by operation.
    pub(crate) fn requests(&self, since: usize) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for entry in self.sim.log().into_iter().skip(since) {
            *out.entry(entry.method.trim_start_matches("gong.").to_owned()).or_default() += 1;
        }
        out
    }

    pub(crate) fn sent(&self) -> usize {
        self.sim.log().len()
    }

    /// The call's record.
    pub(crate) fn call(&self, id: &str) -> sales_model::Call {
        match self.ledger.records.get(id).and_then(|(r, _)| r.detail.as_deref()) {
            Some(Detail::Call(call)) => call.clone(),
            other => panic!("{id}: {other:?}"),
        }
    }

    /// The call's transcript, if there is one.
    pub(crate) fn transcript(&self, id: &str) -> Option<Transcript> {
        match self.ledger.records.get(&format!("{id}/transcript"))?.0.detail.as_deref() {
            Some(Detail::Transcript(t)) => Some(t.clone()),
            other => panic!("{id}: {other:?}"),
        }
    }

    /// (call, title, words of its transcript) of all that the ledger holds.
    pub(crate) fn held(&self) -> Vec<(String, String, Option<String>)> {
        let firsts = self.ledger.records.values().filter(|(r, _)| r.is_first());
        let words = |t: Transcript| t.turns.iter().map(|u| u.text.as_str()).collect::<Vec<_>>().join(" ");
        firsts
            .map(|(r, _)| (r.native.clone(), self.call(&r.native).title, self.transcript(&r.native).filter(|t| !t.unavailable).map(words)))
            .collect()
    }

    /// The same of all that stands at Gong and can be seen.
    pub(crate) fn truth(&self) -> Vec<(String, String, Option<String>)> {
        let now = self.now();
        self.world(|w| {
            let mut ids = w.public_calls();
            ids.sort();
            let one = |id: String| {
                let title = w.call(&id).unwrap()["metaData"]["title"].as_str().unwrap_or_default().to_owned();
                let ready = matches!(w.ready(&id), Some(sales_simulator::gong::Ready::From(at)) if at <= now);
                let words = |t: serde_json::Value| {
                    let sentences = t.as_array().unwrap().iter().flat_map(|m| m["sentences"].as_array().unwrap().clone());
                    sentences.map(|s| s["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
                };
                (id.clone(), title, w.transcript(&id).filter(|_| ready).map(words))
            };
            ids.into_iter().map(one).collect()
        })
    }

    #[track_caller]
    pub(crate) fn complete(&self) {
        let (held, truth) = (self.held(), self.truth());
        let missing: Vec<_> = truth.iter().filter(|t| !held.contains(t)).take(3).collect();
        let extra: Vec<_> = held.iter().filter(|t| !truth.contains(t)).take(3).collect();
        assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}\nextra {extra:?}");
    }

    /// What is said to be missing now, of all streams.
    pub(crate) fn gaps(&self) -> Vec<String> {
        self.ledger.gaps.values().flatten().map(|g| g.text.clone()).collect()
    }
}

/// What a connector is given.
pub(crate) fn context(timer: &VirtualTimer, url: &str, secrets: &[(&'static str, &str)]) -> Cx {
    let shared: Arc<dyn Timer> = Arc::new(timer.clone());
    let http = Http::new(HttpOptions::new(shared.clone(), Arc::new(MemoryBudget::default()))).unwrap();
    Cx {
        account: AccountKey { source: Source::GONG, name: "default".into() },
        credentials: Arc::new(Credentials {
            secrets: secrets.iter().map(|(k, v)| (*k, (*v).to_owned().into())).collect(),
            base_url: Some(url.parse().unwrap()),
            ..Credentials::default()
        }),
        http,
        timer: shared,
        tokens: Arc::new(MemoryTokenStore::default()),
        settings: Arc::new(Settings::default()),
        route: Route::Simulated,
        unlimited: true,
        notices: None,
    }
}

pub(crate) const HOUR: SignedDuration = SignedDuration::from_hours(1);
pub(crate) const DAY: SignedDuration = SignedDuration::from_hours(24);
