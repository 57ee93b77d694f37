//! One account: who we are, its catalogue, then its streams.

use std::{collections::BTreeMap, sync::Arc};

use jiff::SignedDuration;
use sales_connectors::{Identity, Known, Plan, PlannedStream, Retry};
use sales_ledger::{Committed, StoreError};
use sales_model::StreamKey;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Places,
    runner::{Done, Runner, SliceOutcome},
    schedule::Schedule,
};
use crate::{Account, AccountReport, App, BusyStream, EngineError, Event, FailedStream, SyncRequest, attribute::Attributor, error::Result};

pub(super) async fn run(
    app: &App,
    account: &Account,
    plan: &Plan,
    request: &SyncRequest,
    idle: &Places,
    stop: &CancellationToken,
) -> Result<AccountReport> {
    let sent = account.cx.http.traffic();
    let mut report = empty(account);
    let me = match account.connector.authenticate(&account.cx).await {
        Ok(me) => me,
        Err(e) => {
            report.failed.push(failed("authentication", &e));
            note_failure(app, account, Some(&e.to_string())).await?;
            return Ok(report);
        }
    };
    note_failure(app, account, None).await?;
    introduce(app, account, &me, &mut report).await?;
    let runner = Runner {
        app: app.clone(),
        account: account.clone(),
        me: Arc::new(me),
        plan: Arc::new(plan.clone()),
        known: Arc::default(),
        stop: stop.clone(),
    };
    let mut turn = Turn { runner, request, idle, report, renamed: false };

    turn.look().await?;
    let first = account.connector.catalogue(&account.cx, &turn.runner.me, plan, &turn.runner.known);
    turn.streams(first).await?;
    if turn.report.failed.iter().all(|f| !f.auth) || turn.report.finished > 0 {
        Attributor::new(app).if_changed().await?;
        turn.narrow();
        turn.look().await?;
        let r = &turn.runner;
        let streams = account.connector.streams(&account.cx, &r.me, &r.plan, &r.known);
        // A sync of every day ends before anybody has read how long it takes; without limits nothing can be foretold.
        let estimate = account.connector.estimate(&account.cx, &r.me, &r.plan, &r.known);
        let estimate = estimate.filter(|e| e.duration >= SignedDuration::from_mins(1) && !account.cx.unlimited).map(|e| e.words);
        app.ports.progress.event(Event::Planned { account: &account.cx.account, streams: streams.len(), estimate: estimate.as_deref() });
        turn.streams(streams).await?;
    }
    if turn.renamed {
        Attributor::new(app).if_changed().await?;
        app.ports.store.touch(None).await?;
    }
    let mut report = turn.report;
    let now = account.cx.http.traffic();
    report.requests = now.requests - sent.requests;
    report.throttled = now.throttled - sent.throttled;
    report.gaps.sort();
    report.gaps.dedup();
    Ok(report)
}

fn empty(account: &Account) -> AccountReport {
    AccountReport {
        source: account.cx.account.source.clone(),
        account: account.cx.account.name.clone(),
        identity: None,
        missing_scopes: Vec::new(),
        finished: 0,
        paused: 0,
        records: Committed::default(),
        failed: Vec::new(),
        busy: Vec::new(),
        unreadable: Vec::new(),
        gaps: Vec::new(),
        requests: 0,
        throttled: 0,
    }
}

fn failed(stream: &str, e: &sales_connectors::ConnectorError) -> FailedStream {
    FailedStream { stream: stream.to_owned(), what: e.what.clone(), why: e.why.clone(), hint: e.hint.clone(), auth: e.auth }
}

/// Keeps an account's failure for the contexts' missing data; `None` when it works again.
async fn note_failure(app: &App, account: &Account, error: Option<&str>) -> Result<()> {
    Ok(app.ports.store.set(&format!("account_error/{}", account.cx.account), error.unwrap_or_default()).await?)
}

async fn introduce(app: &App, account: &Account, me: &Identity, report: &mut AccountReport) -> Result<()> {
    let _busy = app.ports.timer.busy();
    report.identity = Some(format!("{} as {} ({})", me.team_name, me.user_name, me.kind));
    report.missing_scopes =
        me.scopes.iter().filter(|s| s.granted == Some(false)).map(|s| format!("{} (needed for {})", s.name, s.feature)).collect();
    let text = serde_json::to_string(me).unwrap_or_default();
    let name = format!("identity/{}", account.cx.account);
    if app.ports.store.get(&name).await?.as_deref() != Some(text.as_str()) {
        app.ports.store.set(&name, &text).await?;
    }
    if let Some(teams) = app.directory.learn_team(me) {
        app.ports.store.set("own_teams", &teams).await?;
    }
    Ok(())
}

struct Turn<'a> {
    runner: Runner,
    request: &'a SyncRequest,
    idle: &'a Places,
    report: AccountReport,
    renamed: bool,
}

type Slice = (StreamKey, Done, Result<SliceOutcome>);

impl Turn<'_> {
    fn app(&self) -> &App {
        &self.runner.app
    }

    /// Looks up what the ledger knows, for planning.
    async fn look(&mut self) -> Result<()> {
        let _busy = self.app().ports.timer.busy();
        let store = &self.app().ports.store;
        let mut out = Known { newest: store.newest().await?.into_iter().collect(), ..Known::default() };
        for state in store.streams().await?.into_iter().filter(|s| s.key.account == self.runner.account.cx.account) {
            if let Some(at) = state.finished {
                out.finished.insert(state.key.clone(), at);
            }
            if state.waiting > 0 {
                out.waiting.insert(state.key.clone(), state.waiting);
            }
            if let Some(checkpoint) = state.checkpoint {
                out.checkpoints.insert(state.key, checkpoint);
            }
        }
        let known = self.app().directory.read();
        out.places = known.places.values().cloned().collect();
        out.people = known.people.values().cloned().collect();
        out.preferred = known.places.keys().filter(|p| !known.customers_of(p).is_empty()).cloned().collect();
        drop(known);
        self.runner.known = Arc::new(out);
        Ok(())
    }

    /// When one customer is synced, its places as the fresh catalogue has them.
    fn narrow(&mut self) {
        let Some(customer) = &self.request.customer else { return };
        let known = self.app().directory.read();
        let only = known.places.keys().filter(|p| known.customers_of(p).contains(customer)).cloned().collect();
        drop(known);
        let mut plan = (*self.runner.plan).clone();
        plan.only = Some(only);
        self.runner.plan = Arc::new(plan);
    }

    /// Runs streams, and the work lists they fill, until nothing is left.
    async fn streams(&mut self, planned: Vec<PlannedStream>) -> Result<()> {
        let mut schedule = Schedule::new(self.request.concurrency);
        for stream in planned {
            schedule.wake(&stream.key, stream.rank);
        }
        let mut tasks: JoinSet<Slice> = JoinSet::new();
        let mut touched: BTreeMap<String, String> = BTreeMap::new();
        loop {
            while !self.runner.stop.is_cancelled()
                && let Some(key) = schedule.next()
            {
                let runner = self.runner.clone();
                tasks.spawn(async move {
                    let mut done = Done::default();
                    let outcome = runner.slice(&key, &mut done).await;
                    (key, done, outcome)
                });
            }
            let Some(slice) = tasks.join_next().await else { break };
            let (key, done, outcome) = slice?;
            for place in &done.places {
                touched.insert(place.clone(), key.partition.clone());
            }
            let rank = schedule.rank(&key);
            let woken: Vec<StreamKey> = done
                .woken
                .iter()
                .map(|(stream, partition)| StreamKey { account: key.account.clone(), stream: stream.clone(), partition: partition.clone() })
                .collect();
            self.take(&key, done);
            let more = match outcome {
                Ok(outcome) => self.ended(&key, outcome, &mut schedule),
                Err(EngineError::Store(StoreError::Fenced(_))) => false,
                Err(e) => return Err(e),
            };
            for stream in woken {
                schedule.wake(&stream, rank);
            }
            schedule.ended(&key, more);
            self.progress(&key, &schedule);
            touched.retain(|place, partition| {
                let resting = !schedule.busy(partition);
                if resting {
                    self.idle.ready(place.clone());
                }
                !resting
            });
        }
        Ok(())
    }

    fn take(&mut self, _key: &StreamKey, done: Done) {
        let total = &mut self.report.records;
        total.new += done.records.new;
        total.changed += done.records.changed;
        total.unchanged += done.records.unchanged;
        total.gone += done.records.gone;
        self.report.unreadable.extend(done.unreadable);
        self.report.gaps.extend(done.gaps);
        self.renamed |= done.renamed;
    }

    /// Notes how a slice ended; whether the stream goes on.
    fn ended(&mut self, key: &StreamKey, outcome: SliceOutcome, schedule: &mut Schedule) -> bool {
        match outcome {
            SliceOutcome::More => return true,
            SliceOutcome::Idle => self.report.finished += 1,
            SliceOutcome::Paused => self.report.paused += 1,
            SliceOutcome::Busy(owner) => self.report.busy.push(BusyStream { stream: key.to_string(), pid: owner.pid }),
            SliceOutcome::Failed(e) => {
                if e.retry == Retry::StopAccount {
                    schedule.clear();
                }
                self.report.failed.push(failed(&key.to_string(), &e));
            }
        }
        false
    }

    fn progress(&self, key: &StreamKey, schedule: &Schedule) {
        let (streams_done, streams) = schedule.counts();
        let r = self.report.records;
        let known = self.app().directory.read();
        let place = known.places.get(&format!("{}:{}", key.account.source, key.partition)).map(|p| p.name.as_str());
        self.app().ports.progress.event(Event::Page {
            stream: key,
            place,
            records: r.new + r.changed,
            total: r.new + r.changed + r.unchanged,
            streams_done,
            streams,
            waiting: 0,
        });
    }
}
