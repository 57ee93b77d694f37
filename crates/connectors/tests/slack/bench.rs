//! What the engine does with the connector, in little: a ledger in memory and runs over all streams.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{Batch, Bound, Connector, ConnectorError, Credentials, Cx, FetchRequest, Identity, Known, Mode, Plan, slack::Slack};
use sales_model::{AccountKey, Checkpoint, Person, Place, Record, RecordState, Route, Settings, Source, StreamKey, WorkItem};
use sales_transport::{Http, HttpOptions, MemoryBudget, MemoryTokenStore, Timer, virtual_time::VirtualTimer};

use crate::double::Double;

/// The ledger: what the engine would keep.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) records: BTreeMap<(String, String), Record>,
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) places: BTreeMap<String, Place>,
    /// (stream, partition, item) to (wanted marker, done marker).
    pub(crate) work: BTreeMap<(String, String, String), (String, String)>,
    pub(crate) checkpoints: BTreeMap<StreamKey, Checkpoint>,
    pub(crate) finished: BTreeMap<StreamKey, Timestamp>,
    pub(crate) gaps: BTreeSet<String>,
    /// Gaps of each stream, as they stand now.
    pub(crate) missing: BTreeMap<StreamKey, Vec<String>>,
    /// What a range was found to lack.
    pub(crate) lost: Vec<String>,
    /// (stream, item) to reason.
    failures: BTreeMap<(StreamKey, String), String>,
}

pub(crate) struct Bench {
    pub(crate) double: Double,
    pub(crate) cx: Cx,
    pub(crate) timer: VirtualTimer,
    pub(crate) ledger: Ledger,
    pub(crate) preferred: Vec<String>,
    pub(crate) since: Timestamp,
}

/// How a run ended.
#[derive(Debug, Default)]
pub(crate) struct Run {
    pub(crate) steps: usize,
    pub(crate) errors: Vec<(StreamKey, ConnectorError)>,
    /// It was cut off.
    pub(crate) cut: bool,
}

pub(crate) const START: &str = "2024-04-08T09:00:00Z";

impl Bench {
    pub(crate) async fn new() -> Bench {
        Self::with(&[("SLACK_TOKEN", "xoxb-canary")], true).await
    }

    pub(crate) async fn with(secrets: &[(&'static str, &str)], unlimited: bool) -> Bench {
        let double = Double::start().await;
        let timer = VirtualTimer::new(START.parse().unwrap());
        let shared: Arc<dyn Timer> = Arc::new(timer.clone());
        let http = Http::new(HttpOptions::new(shared.clone(), Arc::new(MemoryBudget::default()))).unwrap();
        let secrets = secrets.iter().map(|(k, v)| (*k, (*v).to_owned().into())).collect();
        let cx = Cx {
            account: AccountKey { source: Source::SLACK, name: "default".into() },
            credentials: Arc::new(Credentials { secrets, base_url: Some(double.url.clone()), ..Credentials::default() }),
            http,
            timer: shared,
            tokens: Arc::new(MemoryTokenStore::default()),
            settings: Arc::new(Settings::default()),
            route: Route::Simulated,
            unlimited,
            notices: None,
        };
        let since = "2022-04-09T00:00:00Z".parse().unwrap();
        Bench { double, cx, timer, ledger: Ledger::default(), preferred: Vec::new(), since }
    }

    pub(crate) fn later(&self, by: SignedDuration) {
        let now = sales_model::Clock::now(&self.timer);
        self.timer.set(now + by);
    }

    pub(crate) fn plan(&self, mode: Mode) -> Plan {
        Plan { mode, since: self.since, now: sales_model::Clock::now(&self.timer), only: None }
    }

    pub(crate) fn known(&self) -> Known {
        let l = &self.ledger;
        let mut waiting: BTreeMap<StreamKey, u64> = BTreeMap::new();
        for ((stream, partition, _), (wanted, done)) in &l.work {
            *waiting.entry(self.key(stream, partition)).or_default() += u64::from(wanted != done);
        }
        let mut newest: BTreeMap<String, Timestamp> = BTreeMap::new();
        for r in l.records.values() {
            let at = newest.entry(r.place.to_string()).or_insert(r.at);
            *at = (*at).max(r.at);
        }
        Known {
            places: l.places.values().cloned().collect(),
            people: l.people.values().cloned().collect(),
            preferred: self.preferred.clone(),
            newest,
            finished: l.finished.clone(),
            waiting,
            checkpoints: l.checkpoints.clone(),
            ..Known::default()
        }
    }

    pub(crate) fn key(&self, stream: &str, partition: &str) -> StreamKey {
        StreamKey { account: self.cx.account.clone(), stream: stream.into(), partition: partition.into() }
    }

    pub(crate) async fn me(&self) -> Identity {
        Slack.authenticate(&self.cx).await.unwrap()
    }

    pub(crate) async fn sync(&mut self, mode: Mode) -> Run {
        self.run(mode, usize::MAX).await
    }

    /// A run that must succeed.
    pub(crate) async fn ok(&mut self, mode: Mode) {
        let run = self.sync(mode).await;
        assert!(run.errors.is_empty(), "{:?}", run.errors);
        assert_eq!(self.failures(), Vec::<String>::new());
    }

    /// A run cut off after so many steps, as by a kill: the batch of the last step is lost.
    pub(crate) async fn run(&mut self, mode: Mode, most: usize) -> Run {
        let me = self.me().await;
        let plan = self.plan(mode);
        let mut run = Run::default();
        if mode == Mode::Full {
            self.ledger.checkpoints.clear();
        }
        let known = self.known();
        for s in Slack.catalogue(&self.cx, &me, &plan, &known) {
            self.stream(&me, &plan, &s.key, most, &mut run).await;
        }
        let known = self.known();
        for s in Slack.streams(&self.cx, &me, &plan, &known) {
            self.stream(&me, &plan, &s.key, most, &mut run).await;
        }
        run
    }

    async fn stream(&mut self, me: &Identity, plan: &Plan, key: &StreamKey, most: usize, run: &mut Run) {
        loop {
            if run.cut || run.steps >= 5_000 {
                return;
            }
            let known = self.known();
            let from = self.ledger.checkpoints.get(key).cloned();
            let work = self.work(key);
            let request = FetchRequest { key, from: from.as_ref(), work: &work, plan, known: &known };
            match Slack.fetch(&self.cx, me, request).await {
                Ok(batch) => {
                    if run.steps >= most {
                        run.cut = true;
                        return;
                    }
                    run.steps += 1;
                    let more = batch.more;
                    self.commit(key, batch, plan.now);
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

    fn work(&self, key: &StreamKey) -> Vec<WorkItem> {
        let due = self.ledger.work.iter().filter(|((s, p, _), (w, d))| *s == key.stream && *p == key.partition && w != d);
        let item = |((s, p, i), (w, _)): (&(String, String, String), &(String, String))| {
            WorkItem::now(s.as_str(), p.as_str(), i.as_str(), w.as_str())
        };
        due.rev().take(200).map(item).collect()
    }

    fn commit(&mut self, key: &StreamKey, batch: Batch, now: Timestamp) {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        let mut turned_up: BTreeSet<String> = BTreeSet::new();
        let l = &mut self.ledger;
        for raw in &batch.items {
            let mapped = match Slack.process(raw) {
                Ok(m) => m,
                Err(f) => {
                    l.failures.insert((key.clone(), f.item), f.reason);
                    continue;
                }
            };
            l.people.extend(mapped.people.into_iter().map(|p| (p.key.clone(), p)));
            l.places.extend(mapped.places.into_iter().map(|p| (p.key.clone(), p)));
            for w in mapped.work {
                l.work.entry((w.stream, w.partition, w.item)).or_default().0 = w.marker;
            }
            for r in mapped.records {
                // What was unreadable and is a record now is no failure any more; each stream strikes out its own.
                l.failures.remove(&(key.clone(), r.id().0.to_string()));
                turned_up.extend(r.author.clone());
                turned_up.extend(r.text.refs.iter().map(|r| r.key.clone()));
                let id = (r.place.to_string(), r.native.clone());
                seen.insert(id.clone());
                if r.state == RecordState::Deleted {
                    l.records.remove(&id);
                } else if !(r.partial && l.records.get(&id).is_some_and(|old| !old.partial)) {
                    l.records.insert(id, r);
                }
            }
        }
        for c in &batch.covered {
            let (Bound::At(from), Bound::At(to)) = (&c.from, &c.to) else { panic!("a bound of the page") };
            assert!(from <= to, "{c:?}");
            l.records.retain(|(place, native), r| {
                let inside = *place == c.place && native >= from && native <= to;
                let level = match &c.thread {
                    None => r.is_first(),
                    Some(t) => !r.is_first() && r.thread == *t,
                };
                let stays = !(inside && level) || seen.contains(&(place.clone(), native.clone()));
                l.lost.extend((!stays).then(|| native.clone()));
                stays
            });
        }
        for g in &batch.gone {
            l.records.retain(|(place, native), r| !(*place == g.place && (g.thread.as_ref() == Some(&r.thread) || *native == g.native)));
        }
        for d in batch.done {
            l.work.entry((d.stream, d.partition, d.item)).or_default().1 = d.marker;
        }
        for key in turned_up {
            let unknown = l.people.get(&key).is_none_or(|p| p.unknown);
            if let Some(w) = Slack.person_work(&key, now).filter(|_| unknown) {
                l.work.entry((w.stream, w.partition, w.item)).or_default().0 = w.marker;
            }
        }
        if !batch.gaps.is_empty() || !batch.more {
            l.missing.insert(key.clone(), batch.gaps.iter().map(|g| g.text.clone()).collect());
        }
        l.gaps.extend(batch.gaps.into_iter().map(|g| g.text));
        l.failures.extend(batch.failures.into_iter().map(|f| ((key.clone(), f.item), f.reason)));
        l.checkpoints.insert(key.clone(), batch.next);
    }

    /// What could not be read.
    pub(crate) fn failures(&self) -> Vec<String> {
        self.ledger.failures.iter().map(|((_, item), reason)| format!("{item}: {reason}")).collect()
    }

    /// What is missing in a stream.
    pub(crate) fn missing(&self, stream: &str) -> Vec<String> {
        self.ledger.missing.iter().filter(|(k, _)| k.stream == stream).flat_map(|(_, texts)| texts.clone()).collect()
    }

    /// (channel, ts, thread, text) of all that the ledger holds.
    pub(crate) fn held(&self) -> Vec<(String, String, String, String)> {
        let of = |((place, native), r): (&(String, String), &Record)| {
            (place.trim_start_matches("slack:").to_owned(), native.clone(), r.thread.clone(), r.text.plain.clone())
        };
        self.ledger.records.iter().map(of).collect()
    }

    /// The same of all that stands at Slack.
    pub(crate) fn truth(&self) -> Vec<(String, String, String, String)> {
        self.double.edit(|w| {
            let of = |((c, ts), m): (&(String, String), &serde_json::Value)| {
                let thread = m["thread_ts"].as_str().unwrap_or(ts).to_owned();
                (c.clone(), ts.clone(), thread, m["text"].as_str().unwrap().to_owned())
            };
            w.messages.iter().map(of).collect()
        })
    }

    #[track_caller]
    pub(crate) fn complete(&self) {
        let (held, truth) = (self.held(), self.truth());
        let missing: Vec<_> = truth.iter().filter(|t| !held.contains(t)).take(5).collect();
        let extra: Vec<_> = held.iter().filter(|t| !truth.contains(t)).take(5).collect();
        assert!(missing.is_empty() && extra.is_empty(), "missing {missing:?}\nextra {extra:?}");
    }
}

/// A `ts` so many seconds before two minutes before [`START`].
pub(crate) fn ago(seconds: i64, micros: u32) -> String {
    let start: Timestamp = START.parse().unwrap();
    format!("{}.{micros:06}", start.as_second() - 120 - seconds)
}

pub(crate) const DAY: i64 = 86_400;
