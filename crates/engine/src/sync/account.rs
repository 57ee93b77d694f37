//! One account: who we are, its catalogue, then its streams.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicU64},
};

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{AskHoldings, Grain, Identity, Known, Mode, Plan, PlannedStream, Retry, Wanted};
use sales_ledger::{Committed, StoreError};
use sales_model::StreamKey;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Places,
    holder::Holder,
    runner::{Done, Runner, SliceOutcome},
    schedule::Schedule,
};
use crate::{
    Account, AccountReport, App, BusyStream, EngineError, Event, FailedStream, SyncRequest,
    attribute::{Attributor, bring_home},
    error::Result,
    units::MAIL,
};

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
    // Whatever comes of it: days on which nobody tried are not the account's blindness.
    app.ports.store.ask(&account.cx.account, app.zone()?.to_datetime(plan.now).date()).await?;
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
    // What would be erased at once is not read.
    let since = app.kept_from(&account.cx.account.source, plan.now).map_or(plan.since, |kept| plan.since.max(kept));
    let plan = &Plan { since, ..plan.clone() };
    let runner = Runner {
        app: app.clone(),
        account: account.clone(),
        me: Arc::new(me),
        plan: Arc::new(plan.clone()),
        known: Arc::default(),
        stop: stop.clone(),
    };
    let mut turn = Turn { runner, request, idle, report, estimate_at: None };

    turn.look().await?;
    let first = account.connector.catalogue(&account.cx, &turn.runner.me, plan, &turn.runner.known);
    turn.streams(first).await?;
    if turn.report.failed.iter().all(|f| !f.auth) || turn.report.finished > 0 {
        Attributor::new(app).if_changed().await?;
        turn.narrow().await?;
        turn.look().await?;
        let r = &turn.runner;
        let streams = account.connector.streams(&account.cx, &r.me, &r.plan, &r.known);
        let known = r.known.clone();
        turn.estimate(&known, streams.len(), true);
        turn.streams(streams).await?;
        turn.complete().await?;
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

/// By what the customers are recognised in mail.
pub(crate) fn wanted(customers: &[(sales_model::CustomerId, sales_model::Profile)]) -> Wanted {
    let profiles = || customers.iter().map(|(_, profile)| profile);
    Wanted {
        domains: profiles().flat_map(|p| &p.domains).map(|d| d.to_ascii_lowercase()).collect(),
        addresses: profiles().flat_map(|p| &p.contacts).filter_map(|c| Some(c.email.as_deref()?.to_ascii_lowercase())).collect(),
    }
}

/// A stream that is taken over again and again is not read by us.
fn taken_over(key: &StreamKey, e: &StoreError) -> FailedStream {
    FailedStream {
        stream: key.to_string(),
        what: key.to_string(),
        why: e.to_string(),
        hint: "two commands at work at once take the same stream from each other; let one end, then run this one again".into(),
        auth: false,
    }
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
    let name = format!("identity/{}", account.cx.account);
    let known = app.ports.store.get(&name).await?;
    let text = serde_json::to_string(&me.with_tried(known.as_deref())).unwrap_or_default();
    if known.as_deref() != Some(text.as_str()) {
        app.ports.store.set(&name, &text).await?;
    }
    if let Some(teams) = app.directory.learn_team(me) {
        app.ports.store.set("own_teams", &teams).await?;
    }
    Ok(())
}

/// What the ledger knows, for planning an account.
pub(crate) async fn known(app: &App, account: &Account) -> Result<Known> {
    let _busy = app.ports.timer.busy();
    let store = &app.ports.store;
    let mut out = Known { newest: store.newest().await?.into_iter().collect(), ..Known::default() };
    for state in store.streams().await?.into_iter().filter(|s| s.key.account == account.cx.account) {
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
    if account.connector.descriptor().grain == Grain::Conversation {
        out.holdings = AskHoldings(Some(Arc::new(Holder(store.clone()))));
        for (key, item) in store.lacking(MAIL).await?.into_iter().filter(|(key, _)| key.account == account.cx.account) {
            out.lacking.entry(key).or_default().push(item);
        }
    }
    out.wanted = wanted(&app.directory.customers());
    out.wanted.addresses.extend(app.directory.rules().linked_addresses().iter().cloned());
    let known = app.directory.read();
    out.places = known.places.values().cloned().collect();
    out.people = known.people.values().cloned().collect();
    out.preferred = known.places.keys().filter(|p| known.is_owned(p)).cloned().collect();
    drop(known);
    Ok(out)
}

struct Turn<'a> {
    runner: Runner,
    request: &'a SyncRequest,
    idle: &'a Places,
    report: AccountReport,
    /// When to say again how long it takes.
    estimate_at: Option<Timestamp>,
}

/// A first load shows how large it is only while it goes on: asked for this often until there is something to tell.
const ESTIMATE_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Told again this often.
const TELL_EVERY: SignedDuration = SignedDuration::from_hours(1);

type Slice = (StreamKey, Done, Result<SliceOutcome>);

impl Turn<'_> {
    fn app(&self) -> &App {
        &self.runner.app
    }

    /// What the source is divided into: calls and notes of everybody come in one stream.
    fn grain(&self) -> Grain {
        self.runner.account.connector.descriptor().grain
    }

    /// Looks up what the ledger knows, for planning.
    async fn look(&mut self) -> Result<()> {
        self.runner.known = Arc::new(self.known().await?);
        Ok(())
    }

    /// Says how long the vendor's limits make it take, if that is worth telling: a sync of every day ends before anybody has read it, and
    /// without limits nothing can be foretold.
    fn estimate(&mut self, known: &Known, streams: usize, first: bool) {
        let r = &self.runner;
        let estimate = r.account.connector.estimate(&r.account.cx, &r.me, &r.plan, known);
        let words = estimate.filter(|e| e.duration >= ESTIMATE_EVERY && !r.account.cx.unlimited).map(|e| e.words);
        let wait = if words.is_some() { TELL_EVERY } else { ESTIMATE_EVERY };
        if first || words.is_some() {
            r.app.ports.progress.event(Event::Planned { account: &r.account.cx.account, streams, estimate: words.as_deref() });
        }
        self.estimate_at = r.app.ports.timer.now().checked_add(wait).ok();
    }

    /// The estimate again, once it is time for it, and how many work items wait in a stream.
    async fn remaining(&mut self, key: &StreamKey, streams: usize) -> Result<u64> {
        // The way without limits is the fast one, and needs no foretelling.
        if self.runner.account.cx.unlimited {
            return Ok(0);
        }
        if self.estimate_at.is_some_and(|at| self.app().ports.timer.now() >= at) {
            let known = self.known().await?;
            self.estimate(&known, streams, false);
        }
        let _busy = self.app().ports.timer.busy();
        let states = self.app().ports.store.streams().await?;
        Ok(states.iter().find(|s| s.key == *key).map_or(0, |s| s.waiting))
    }

    async fn known(&self) -> Result<Known> {
        known(self.app(), &self.runner.account).await
    }

    /// When one customer is synced: its places as the fresh catalogue has them, and those of nobody that may hold something of it: never
    /// read, shared with another company, or in doubt with this customer as a candidate. Whose those are shows when it is known who speaks
    /// there.
    async fn narrow(&mut self) -> Result<()> {
        let Some(customer) = self.request.customer.as_ref().filter(|_| self.grain() == Grain::Place) else { return Ok(()) };
        let doubts = self.app().ports.store.doubts().await?;
        let doubtful: BTreeSet<&str> =
            doubts.iter().filter(|d| d.candidates.iter().any(|c| c.customer == *customer)).map(|d| d.scope.place()).collect();
        let read: BTreeSet<&str> = self.runner.known.finished.keys().map(|key| key.partition.as_str()).collect();
        let known = self.app().directory.read();
        let mut own = 0;
        let mut only = Vec::new();
        for (key, place) in &known.places {
            let id = key.split_once(':').map_or(key.as_str(), |(_, id)| id);
            let theirs = known.belongs(key, customer);
            let open = !known.owners.contains_key(key) && (place.shared || doubtful.contains(key.as_str()) || !read.contains(id));
            own += usize::from(theirs);
            if theirs || open {
                only.push(key.clone());
            }
        }
        drop(known);
        if own == 0 {
            let account = &self.runner.account.cx.account;
            let text = format!(
                "{customer}: no place in {account} is known to be theirs yet; what belongs to nobody is read, to see who speaks where"
            );
            self.app().ports.progress.event(Event::Notice(&text));
        }
        let mut plan = (*self.runner.plan).clone();
        plan.only = Some(only);
        self.runner.plan = Arc::new(plan);
        Ok(())
    }

    /// Runs streams, and the work lists they fill, until nothing is left.
    async fn streams(&mut self, planned: Vec<PlannedStream>) -> Result<()> {
        let mut schedule = Schedule::new(self.request.concurrency);
        let mut shares: BTreeMap<String, Arc<AtomicU64>> = BTreeMap::new();
        for stream in planned {
            if let Some(share) = stream.share {
                schedule.last(&stream.key);
                shares.entry(stream.key.stream.clone()).or_insert_with(|| Arc::new(share.into()));
            }
            schedule.wake(&stream.key, stream.rank);
        }
        let mut fenced = BTreeSet::new();
        let mut tasks: JoinSet<Slice> = JoinSet::new();
        let mut touched: BTreeMap<String, String> = BTreeMap::new();
        // Calls and their transcripts come in streams of their own.
        let whole = self.grain() == Grain::Conversation;
        loop {
            while !self.runner.stop.is_cancelled()
                && let Some(key) = schedule.next()
            {
                let runner = self.runner.clone();
                let share = shares.get(&key.stream).cloned();
                tasks.spawn(async move {
                    let mut done = Done::default();
                    let outcome = runner.slice(&key, share.as_deref(), &mut done).await;
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
                // Another process took it over, as after this machine slept: asking again tells which, or that it is done with it.
                Err(EngineError::Store(StoreError::Fenced(_))) if fenced.insert(key.clone()) => true,
                Err(EngineError::Store(e @ StoreError::Fenced(_))) => {
                    self.report.failed.push(taken_over(&key, &e));
                    false
                }
                Err(e) => return Err(e),
            };
            for stream in woken {
                schedule.wake(&stream, rank);
            }
            schedule.ended(&key, more);
            let waiting = self.remaining(&key, schedule.counts().1).await?;
            self.progress(&key, &schedule, waiting);
            touched.retain(|place, partition| {
                let resting = if whole { !schedule.working() } else { !schedule.busy(partition) };
                if resting {
                    self.idle.ready(place.clone());
                }
                !resting
            });
        }
        Ok(())
    }

    /// Fetches what turned out to be somebody's after its page was read: the rest of its conversation may stand on a later page, or in another
    /// folder. So a run ends in the same ledger however pages are cut.
    async fn complete(&mut self) -> Result<()> {
        while self.grain() == Grain::Conversation && self.report.failed.is_empty() && !self.runner.stop.is_cancelled() {
            let before = self.runner.known.clone();
            bring_home(self.app()).await?;
            Attributor::new(self.app()).if_changed().await?;
            self.look().await?;
            let r = &self.runner;
            // What was lacking before was asked for, and is to be had no more or too large.
            let is_new = |key: &StreamKey| {
                let known: BTreeSet<&String> = before.lacking.get(key).into_iter().flatten().collect();
                r.known.lacking.get(key).is_some_and(|now| now.iter().any(|item| !known.contains(item)))
            };
            let mut streams = r.account.connector.streams(&r.account.cx, &r.me, &r.plan, &r.known);
            streams.retain(|stream| is_new(&stream.key));
            if streams.is_empty() {
                break;
            }
            // A run of its own for the connector, which tells runs apart by their time, and one that does not read everything anew.
            let after = r.plan.now.checked_add(SignedDuration::from_micros(1)).unwrap_or(r.plan.now);
            let plan = Plan { mode: Mode::Default, now: after.max(r.app.ports.timer.now()), ..(*r.plan).clone() };
            self.runner.plan = Arc::new(plan);
            let finished = self.report.finished;
            self.streams(streams).await?;
            // They were counted when they came to their end before.
            self.report.finished = finished;
        }
        Ok(())
    }

    fn take(&mut self, _key: &StreamKey, done: Done) {
        let total = &mut self.report.records;
        total.new += done.records.new;
        total.changed += done.records.changed;
        total.parts += done.records.parts;
        total.unchanged += done.records.unchanged;
        total.gone += done.records.gone;
        self.report.unreadable.extend(done.unreadable);
        self.report.gaps.extend(done.gaps);
    }

    /// Notes how a slice ended; whether the stream goes on.
    fn ended(&mut self, key: &StreamKey, outcome: SliceOutcome, schedule: &mut Schedule) -> bool {
        match outcome {
            SliceOutcome::More => return true,
            SliceOutcome::Idle => self.report.finished += 1,
            SliceOutcome::Paused | SliceOutcome::Spent => self.report.paused += 1,
            SliceOutcome::Busy(owner) => self.report.busy.push(BusyStream { stream: key.to_string(), pid: owner.pid }),
            SliceOutcome::Failed(e) => {
                if e.retry == Retry::StopAccount {
                    schedule.clear();
                }
                // What another stream brings wakes it again, to fail for the same reason.
                let f = failed(&key.to_string(), &e);
                if !self.report.failed.iter().any(|told| told.stream == f.stream && told.why == f.why) {
                    self.report.failed.push(f);
                }
            }
        }
        false
    }

    fn progress(&self, key: &StreamKey, schedule: &Schedule, waiting: u64) {
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
            waiting,
        });
    }
}
