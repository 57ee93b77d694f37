//! What the engine does with the connector, in little: a ledger in memory and runs over all streams.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{
    Batch, Connector, ConnectorError, Credentials, Cx, FetchRequest, Identity, Known, Mode, Plan, PlannedStream, granola::Granola,
};
use sales_model::{AccountKey, Checkpoint, Detail, Note, Place, RawItem, Record, Route, Settings, Source, StreamKey, Transcript, WorkItem};
use sales_simulator::{GranolaHandle, GranolaWorld, Running, Scenario, SimOptions, Simulator};
use sales_transport::{Http, HttpOptions, MemoryBudget, MemoryTokenStore, Timer, virtual_time::VirtualTimer};

pub(crate) const START: &str = "2024-04-08T09:00:00Z";

/// The ledger: what the engine would keep.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) records: BTreeMap<String, Record>,
    pub(crate) places: BTreeMap<String, Place>,
    /// (stream, item) to what is wanted, and the marker that is done.
    pub(crate) work: BTreeMap<(String, String), (WorkItem, String)>,
    pub(crate) checkpoints: BTreeMap<StreamKey, Checkpoint>,
    pub(crate) finished: BTreeMap<StreamKey, Timestamp>,
    /// Gaps of each stream, as they stand now.
    pub(crate) gaps: BTreeMap<StreamKey, Vec<String>>,
    pub(crate) failures: BTreeMap<String, String>,
    /// Bodies of notes, to see that they are exact.
    pub(crate) raws: Vec<RawItem>,
}

pub(crate) struct Bench {
    pub(crate) sim: Running,
    pub(crate) world: GranolaHandle,
    pub(crate) cx: Cx,
    pub(crate) timer: VirtualTimer,
    pub(crate) ledger: Ledger,
    pub(crate) since: Timestamp,
    /// Work items handed to one step.
    pub(crate) handed: usize,
}

/// How a run ended.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) steps: usize,
    pub(crate) errors: Vec<(String, ConnectorError)>,
    /// It was cut off.
    pub(crate) cut: bool,
}

/// How a bench is made.
pub(crate) struct Setup<'a> {
    pub(crate) world: GranolaWorld,
    pub(crate) key: &'a str,
    pub(crate) scenario: &'a str,
    pub(crate) limits: bool,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Setup { world: GranolaWorld::tiny(), key: "grn_tiny", scenario: "", limits: false }
    }
}

impl Bench {
    /// The tiny world, seen by Sam, who sees all but the notes 7 and 8.
    pub(crate) async fn tiny() -> Bench {
        Self::start(Setup::default()).await
    }

    pub(crate) async fn scenario(scenario: &str) -> Bench {
        Self::start(Setup { scenario, ..Setup::default() }).await
    }

    pub(crate) async fn start(setup: Setup<'_>) -> Bench {
        let timer = VirtualTimer::new(START.parse().unwrap());
        let mut world = setup.world;
        world.manner.limits = setup.limits;
        let scenario = (!setup.scenario.is_empty()).then(|| Scenario::parse(setup.scenario).unwrap());
        let options = SimOptions { granola: Some(world), scenario, ..SimOptions::new(Arc::new(timer.clone())) };
        let sim = Simulator::start(options).await.unwrap();
        let shared: Arc<dyn Timer> = Arc::new(timer.clone());
        let http = Http::new(HttpOptions::new(shared.clone(), Arc::new(MemoryBudget::default()))).unwrap();
        let secrets = BTreeMap::from([("GRANOLA_API_KEY", setup.key.to_owned().into())]);
        let cx = Cx {
            account: AccountKey { source: Source::GRANOLA, name: "default".into() },
            credentials: Arc::new(Credentials {
                secrets,
                base_url: Some(sim.granola_api_url().parse().unwrap()),
                ..Credentials::default()
            }),
            http,
            timer: shared,
            tokens: Arc::new(MemoryTokenStore::default()),
            settings: Arc::new(Settings::default()),
            route: Route::Simulated,
            unlimited: !setup.limits,
            notices: None,
        };
        let world = sim.granola().unwrap();
        let since = "2022-04-09T00:00:00Z".parse().unwrap();
        Bench { sim, world, cx, timer, ledger: Ledger::default(), since, handed: 100 }
    }

    pub(crate) fn now(&self) -> Timestamp {
        sales_model::Clock::now(&self.timer)
    }

    pub(crate) fn later(&self, by: SignedDuration) {
        self.timer.set(self.now() + by);
    }

    /// Uses another key from now on.
    pub(crate) fn use_key(&mut self, key: &str) {
        let secrets = BTreeMap::from([("GRANOLA_API_KEY", key.to_owned().into())]);
        self.cx.credentials = Arc::new(Credentials { secrets, base_url: self.cx.credentials.base_url.clone(), ..Credentials::default() });
    }

    pub(crate) fn key(&self, stream: &str) -> StreamKey {
        StreamKey { account: self.cx.account.clone(), stream: stream.into(), partition: String::new() }
    }

    fn known(&self) -> Known {
        let l = &self.ledger;
        let waiting = l.work.values().filter(|(w, done)| w.marker != *done).count() as u64;
        Known {
            places: l.places.values().cloned().collect(),
            finished: l.finished.clone(),
            waiting: BTreeMap::from([(self.key("details"), waiting)]),
            checkpoints: l.checkpoints.clone(),
            ..Known::default()
        }
    }

    pub(crate) async fn me(&self) -> Result<Identity, ConnectorError> {
        Granola.authenticate(&self.cx).await
    }

    /// A run that must succeed.
    pub(crate) async fn ok(&mut self, mode: Mode) {
        let run = self.sync(mode).await;
        assert!(run.errors.is_empty(), "{:?}", run.errors);
        assert_eq!(self.failures(), Vec::<String>::new());
    }

    pub(crate) async fn sync(&mut self, mode: Mode) -> Run {
        self.run(mode, usize::MAX).await
    }

    /// A run cut off after so many steps, as by a kill: the batch of the last step is lost.
    pub(crate) async fn run(&mut self, mode: Mode, most: usize) -> Run {
        let mut run = Run::default();
        let me = match self.me().await {
            Ok(me) => me,
            Err(e) => {
                run.errors.push(("authentication".into(), e));
                return run;
            }
        };
        let plan = Plan { mode, since: self.since, now: self.now(), only: None };
        let first = Granola.catalogue(&self.cx, &me, &plan, &self.known());
        self.all(first, &me, &plan, most, &mut run).await;
        let streams = Granola.streams(&self.cx, &me, &plan, &self.known());
        self.all(streams, &me, &plan, most, &mut run).await;
        run
    }

    async fn all(&mut self, streams: Vec<PlannedStream>, me: &Identity, plan: &Plan, most: usize, run: &mut Run) {
        for s in streams {
            self.stream(me, plan, &s.key, most, run).await;
        }
    }

    async fn stream(&mut self, me: &Identity, plan: &Plan, key: &StreamKey, most: usize, run: &mut Run) {
        loop {
            assert!(run.steps < 3_000, "it does not come to an end");
            if run.cut {
                return;
            }
            let (known, from, work) = (self.known(), self.ledger.checkpoints.get(key).cloned(), self.due(key, plan.now));
            let request = FetchRequest { key, from: from.as_ref(), work: &work, plan, known: &known };
            match Granola.fetch(&self.cx, me, request).await {
                Ok(_) if run.steps >= most => {
                    run.cut = true;
                    return;
                }
                Ok(batch) => {
                    run.steps += 1;
                    let more = batch.more;
                    self.commit(key, batch);
                    if !more {
                        self.ledger.finished.insert(key.clone(), plan.now);
                        return;
                    }
                }
                Err(e) => {
                    run.errors.push((key.stream.clone(), e));
                    return;
                }
            }
        }
    }

    /// As the ledger gives them: the largest ids first.
    fn due(&self, key: &StreamKey, now: Timestamp) -> Vec<WorkItem> {
        let due = self
            .ledger
            .work
            .iter()
            .rev()
            .filter(|((stream, _), (w, done))| *stream == key.stream && w.marker != *done && w.due.is_none_or(|due| due <= now));
        due.take(self.handed).map(|(_, (w, _))| w.clone()).collect()
    }

    fn commit(&mut self, key: &StreamKey, batch: Batch) {
        let l = &mut self.ledger;
        for raw in batch.items {
            let mapped = match Granola.process(&raw) {
                Ok(m) => m,
                Err(f) => {
                    l.failures.insert(f.item, f.reason);
                    continue;
                }
            };
            l.places.extend(mapped.places.into_iter().map(|p| (p.key.clone(), p)));
            for w in mapped.work {
                let (wanted, _) = l.work.entry((w.stream.clone(), w.item.clone())).or_insert_with(|| (w.clone(), String::new()));
                if wanted.marker != w.marker {
                    *wanted = w;
                }
            }
            for r in mapped.records {
                l.failures.remove(&*r.id().0);
                l.records.insert(r.native.clone(), r);
            }
            if raw.kind == "note" {
                l.raws.push(raw);
            }
        }
        for d in batch.done {
            l.work.get_mut(&(d.stream.clone(), d.item.clone())).expect("done work was wanted").1 = d.marker;
        }
        for p in batch.postponed {
            let (wanted, _) = l.work.get_mut(&(p.stream.clone(), p.item.clone())).expect("postponed work was wanted");
            if wanted.marker == p.marker {
                *wanted = p;
            }
        }
        if !batch.gaps.is_empty() || !batch.more {
            l.gaps.insert(key.clone(), batch.gaps.iter().map(|g| g.text.clone()).collect());
        }
        l.failures.extend(batch.failures.into_iter().map(|f| (f.item, f.reason)));
        l.checkpoints.insert(key.clone(), batch.next);
    }

    pub(crate) fn failures(&self) -> Vec<String> {
        self.ledger.failures.iter().map(|(item, reason)| format!("{item}: {reason}")).collect()
    }

    /// Gaps but the one that is always there: that deletions are not seen.
    pub(crate) fn gaps(&self) -> Vec<String> {
        self.ledger.gaps.values().flatten().filter(|g| !g.contains("deleted or withdrawn")).cloned().collect()
    }

    /// Ids of notes held, as numbers of the tiny world.
    pub(crate) fn numbers(&self) -> BTreeSet<u64> {
        self.notes().filter_map(|(id, _)| id.strip_prefix("not_Tiny")?.parse().ok()).collect()
    }

    pub(crate) fn notes(&self) -> impl Iterator<Item = (&str, &Note)> {
        self.ledger.records.values().filter_map(|r| match r.detail.as_deref()? {
            Detail::Note(n) => Some((r.native.as_str(), n)),
            _ => None,
        })
    }

    pub(crate) fn note(&self, id: &str) -> &Note {
        self.notes().find(|(native, _)| *native == id).unwrap_or_else(|| panic!("{id} is not held")).1
    }

    pub(crate) fn transcript(&self, id: &str) -> Option<&Transcript> {
        match self.ledger.records.get(&format!("{id}/transcript"))?.detail.as_deref()? {
            Detail::Transcript(t) => Some(t),
            _ => None,
        }
    }

    /// Requests since the last look, by operation.
    pub(crate) fn requests(&self, from: usize) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for e in self.sim.log().into_iter().skip(from) {
            *out.entry(e.method).or_default() += 1;
        }
        out
    }

    /// How many requests came so far.
    pub(crate) fn sent(&self) -> usize {
        self.sim.log().len()
    }

    /// Everything that the double has for Sam stands in the ledger as it is now, and nothing else.
    #[track_caller]
    pub(crate) fn complete(&self) {
        self.complete_but(&[7, 8]);
    }

    #[track_caller]
    pub(crate) fn complete_but(&self, unseen: &[u64]) {
        let unseen: Vec<String> = unseen.iter().map(|n| tiny(*n)).collect();
        let truth: Vec<(String, String, String, usize)> = self.world.read(|w| {
            let seen = w.notes().filter(|n| !unseen.contains(&n.id));
            let one = |n: &sales_simulator::granola::Note| {
                let words = n.transcript.iter().flatten().map(|t| t.text.split_whitespace().count()).sum();
                let markdown = n.summary_markdown.clone().unwrap_or(n.summary_text.clone());
                let title = n.title.clone().unwrap_or_default();
                (n.id.clone(), title.split_whitespace().collect::<Vec<_>>().join(" "), markdown, words)
            };
            seen.map(one).collect()
        });
        let words = |id: &str| {
            let turns = self.transcript(id).map_or(&[][..], |t| &t.turns);
            turns.iter().map(|t| t.text.split_whitespace().count()).sum()
        };
        let held: Vec<_> = self.notes().map(|(id, n)| (id.to_owned(), n.title.clone(), n.markdown.clone(), words(id))).collect();
        assert_eq!(held, truth);
    }
}

/// The id of a note of the tiny world.
pub(crate) fn tiny(number: u64) -> String {
    format!("not_Tiny{number:010}")
}

pub(crate) fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}
