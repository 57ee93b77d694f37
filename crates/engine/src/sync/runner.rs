//! One bounded slice of one stream: the only place where sync logic lives, whoever schedules it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::SignedDuration;
use sales_connectors::{ConnectorError, FetchRequest, Identity, Known, Plan, Retry};
use sales_ledger::{Committed, Ended, Lease, LeaseOutcome, Owner, StoreError};
use sales_model::{Gap, StreamKey};
use tokio_util::sync::CancellationToken;

use super::{mail, page};
use crate::{
    Account, App, EngineError,
    attribute::{attribute_conversations, attribute_page},
    error::Result,
    forget::{keep_away, take_out},
};

/// A lease lives this long without a sign of life; renewed at a third of it.
const LEASE: SignedDuration = SignedDuration::from_secs(90);
/// Pages of one slice (scale-out.md, "Ports").
const PAGES: usize = 20;
/// Work items handed to one fetch.
const WORK: usize = 100;

/// How a slice ended.
#[derive(Debug)]
pub enum SliceOutcome {
    /// There is more to do now.
    More,
    /// Read to its end.
    Idle,
    /// Stopped by the stop signal.
    Paused,
    /// The share of the run is used up; the rest is for the next one.
    Spent,
    /// Another process holds the stream.
    Busy(Owner),
    /// The source failed; what was committed stays.
    Failed(ConnectorError),
}

/// What a slice did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) records: Committed,
    pub(crate) places: BTreeSet<String>,
    pub(crate) woken: BTreeSet<(String, String)>,
    pub(crate) unreadable: Vec<(String, String)>,
    pub(crate) gaps: Vec<Gap>,
}

/// Runs slices for one account.
#[derive(Clone)]
pub struct Runner {
    pub(crate) app: App,
    pub(crate) account: Account,
    pub(crate) me: Arc<Identity>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) known: Arc<Known>,
    pub(crate) stop: CancellationToken,
}

impl Runner {
    /// One bounded slice: lease, at most 20 pages, release.
    ///
    /// `share`: requests that are left to it and its like in this run.
    pub(crate) async fn slice(&self, key: &StreamKey, share: Option<&AtomicU64>, done: &mut Done) -> Result<SliceOutcome> {
        let ports = &self.app.ports;
        let busy = ports.timer.busy();
        let now = ports.timer.now();
        let mut lease = match ports.store.lease(key, &ports.owner, now, LEASE, ports.alive).await? {
            LeaseOutcome::Leased(lease) => lease,
            LeaseOutcome::Busy(owner) => return Ok(SliceOutcome::Busy(owner)),
        };
        drop(busy);
        ports.failpoints.hit("sync.leased");
        let generation = lease.generation;
        let outcome = tokio::select! {
            outcome = self.pages(&mut lease, share, done) => outcome,
            lost = self.keep(key, generation) => Err(lost),
        };
        let _busy = ports.timer.busy();
        let ended = match &outcome {
            Ok(SliceOutcome::Idle) => Ended::Finished(self.plan.now),
            Ok(SliceOutcome::Failed(e)) => Ended::Failed { error: format!("{e}"), auth: e.auth },
            _ => Ended::Paused,
        };
        match ports.store.release(&lease, ended).await {
            Ok(()) => {}
            // Taken over meanwhile: the other process says how it ended.
            Err(StoreError::Fenced(_)) if outcome.is_ok() => {}
            Err(e) if outcome.is_ok() => return Err(e.into()),
            Err(_) => {}
        }
        ports.failpoints.hit("sync.released");
        outcome
    }

    /// Renews the lease for as long as it is polled; returns only when the lease is lost.
    async fn keep(&self, key: &StreamKey, generation: u64) -> EngineError {
        let ports = &self.app.ports;
        let lease = Lease { key: key.clone(), generation, checkpoint: None };
        loop {
            let next = ports.timer.now().checked_add(SignedDuration::from_secs(LEASE.as_secs() / 3));
            ports.timer.sleep_until(next.unwrap_or_else(|_| ports.timer.now())).await;
            let _busy = ports.timer.busy();
            if let Err(e) = ports.store.renew(&lease, ports.timer.now(), LEASE).await {
                return e.into();
            }
        }
    }

    async fn pages(&self, lease: &mut Lease, share: Option<&AtomicU64>, done: &mut Done) -> Result<SliceOutcome> {
        let ports = &self.app.ports;
        let mut restarted = false;
        for _ in 0..PAGES {
            if self.stop.is_cancelled() {
                return Ok(SliceOutcome::Paused);
            }
            if share.is_some_and(|left| left.load(Ordering::Relaxed) == 0) {
                return Ok(SliceOutcome::Spent);
            }
            let key = lease.key.clone();
            let busy = ports.timer.busy();
            let work = ports.store.work(&key, self.plan.now, WORK).await?;
            drop(busy);
            let request = FetchRequest { key: &key, from: lease.checkpoint.as_ref(), work: &work, known: &self.known, plan: &self.plan };
            let batch = tokio::select! {
                batch = self.account.connector.fetch(&self.account.cx, &self.me, request) => batch,
                () = self.stop.cancelled() => return Ok(SliceOutcome::Paused),
            };
            let _busy = ports.timer.busy();
            let batch = match batch {
                Ok(batch) => batch,
                Err(e) if e.retry == Retry::RestartWindow && !restarted => {
                    restarted = true;
                    ports.store.reset(lease).await?;
                    lease.checkpoint = None;
                    continue;
                }
                Err(e) => return Ok(SliceOutcome::Failed(e)),
            };
            ports.failpoints.hit("sync.fetched");
            if let Some(left) = share {
                _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| Some(n.saturating_sub(batch.requests)));
            }
            let (more, next, progressed) = (batch.more, batch.next.clone(), !batch.done.is_empty());
            self.commit(lease, batch, done).await?;
            lease.checkpoint = Some(next);
            if !more {
                let waiting = progressed && !ports.store.work(&key, self.plan.now, 1).await?.is_empty();
                if !waiting {
                    return Ok(SliceOutcome::Idle);
                }
            }
        }
        Ok(SliceOutcome::More)
    }

    async fn commit(&self, lease: &Lease, batch: sales_connectors::Batch, done: &mut Done) -> Result<()> {
        let ports = &self.app.ports;
        let now = ports.timer.now();
        let (connector, me, directory) = (self.account.connector.clone(), self.me.clone(), self.app.directory.clone());
        let opener = connector.clone();
        let opened = tokio::task::spawn_blocking(move || page::open(batch, &*opener)).await?;
        let opened = keep_away(&self.app, opened).await?;
        let opened = mail::settle(&self.app, opened, &*connector).await?;
        let opened = take_out(&self.app, opened).await?;
        let mut page = tokio::task::spawn_blocking(move || page::build(opened, &*connector, Some(&me), false, &directory, now)).await?;
        attribute_page(&self.app, &mut page.commit).await?;
        page.commit.at = Some(ports.timer.now());
        ports.failpoints.hit("sync.processed");
        done.places.extend(page.places);
        done.woken.extend(page::woken(&page.commit.work));
        done.unreadable.extend(page.commit.failures.iter().cloned());
        done.gaps.extend(page.commit.gaps.iter().flatten().cloned());
        let list = page.commit.replies;
        let outcome = ports.store.commit(lease, page.commit).await?;
        ports.failpoints.hit("sync.committed");
        attribute_conversations(&self.app, lease, &outcome.conversations).await?;
        let committed = outcome.counts;
        if let Some(list) = list.filter(|_| committed.due > 0) {
            done.woken.insert((list.to_owned(), lease.key.partition.clone()));
        }
        done.records.new += committed.new;
        done.records.changed += committed.changed;
        done.records.parts += committed.parts;
        done.records.unchanged += committed.unchanged;
        done.records.gone += committed.gone;
        Ok(())
    }
}
