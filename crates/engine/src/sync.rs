//! Pulling accounts: what runs when, side by side with files being written.

mod account;
mod holder;
mod mail;
mod page;
mod runner;
mod schedule;

use std::sync::Arc;

use sales_connectors::Plan;
use sales_model::CustomerId;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    Account, App, SyncReport, SyncRequest,
    attribute::{Attributor, bring_home},
    error::Result,
    project::Projector,
};
pub(crate) use account::{known, wanted};
pub(crate) use mail::settle;
pub(crate) use page::{Opened, build, open, search_text};
pub use runner::{Runner, SliceOutcome};

/// Long loads write files and contexts at least this often, so that they are usable within minutes.
const REFRESH_SECONDS: i64 = 60;

pub(crate) async fn run(app: &App, accounts: &[Account], request: &SyncRequest, stop: CancellationToken) -> Result<SyncReport> {
    let now = app.ports.timer.now();
    let only = request.customer.as_ref().map(|customer| {
        let known = app.directory.read();
        known.places.keys().filter(|place| known.belongs(place, customer)).cloned().collect::<Vec<_>>()
    });
    let since = request.since.unwrap_or(app.ports.settings.history).before(now);
    let plan = Plan { mode: request.mode, since, now, only };
    let job = job(app, now);
    app.ports.store.job(job.clone()).await?;

    let mut report = SyncReport::default();
    let idle = Arc::new(Places::default());
    let background = tokio::spawn(project_meanwhile(app.clone(), idle.clone()));
    for account in accounts {
        let done = account::run(app, account, &plan, request, &idle, &stop).await;
        match done {
            Ok(account) => report.accounts.push(account),
            Err(e) => {
                idle.close();
                background.await??;
                return Err(e);
            }
        }
    }
    idle.close();
    report.join(&background.await??);

    report.stopped = stop.is_cancelled();
    bring_home(app).await?;
    report.expired = app.carry_out_retention().await?;
    Attributor::new(app).if_changed().await?;
    if let Some(customer) = &request.customer {
        nothing_found(app, customer, &report);
    }
    app.write_files(request.customer.as_ref(), &mut report).await?;
    report.expired_copies = app.expire_copies().await?;
    app.scrub_after_retention(report.expired).await?;
    report.review = app.ports.store.doubts().await?.len() as u64;
    let state = if report.partly() || report.stopped { "partly" } else { "done" };
    let result = serde_json::to_string(&report).unwrap_or_default();
    let ended = Some(app.ports.timer.now());
    app.ports.store.job(sales_ledger::Job { ended, state: state.into(), result, ..job }).await?;
    Ok(report)
}

/// Says so when nothing of the one customer asked for was found, and what would find it: silence would pass for "nothing was said".
fn nothing_found(app: &App, customer: &CustomerId, report: &SyncReport) {
    let known = app.directory.read();
    let found = known.places.keys().any(|place| known.belongs(place, customer));
    drop(known);
    if !found && !report.stopped && report.accounts.iter().all(|a| a.failed.is_empty() && a.finished > 0) {
        let text = format!(
            "nothing in what was read belongs to {customer}: name its channels or mail domains with \
             `sales customer edit {customer} --channel NAME --domain DOMAIN`; `sales match list` shows what could not be decided"
        );
        app.ports.progress.event(crate::Event::Notice(&text));
    }
}

fn job(app: &App, now: jiff::Timestamp) -> sales_ledger::Job {
    sales_ledger::Job {
        id: format!("{}-{}", now.as_microsecond(), app.ports.owner.pid),
        kind: "sync".into(),
        started: now,
        ended: None,
        state: "running".into(),
        result: String::new(),
    }
}

/// Places that nothing is being read for at the moment: their files can be written.
#[derive(Default)]
pub(crate) struct Places {
    ready: std::sync::Mutex<(Vec<String>, bool)>,
    notify: Notify,
}

impl Places {
    /// A place came to rest.
    pub(crate) fn ready(&self, place: String) {
        self.ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner).0.push(place);
        self.notify.notify_one();
    }

    fn close(&self) {
        self.ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner).1 = true;
        self.notify.notify_one();
    }

    fn take(&self) -> (Vec<String>, bool) {
        let mut inner = self.ready.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        (std::mem::take(&mut inner.0), inner.1)
    }
}

/// Writes files of places as they come to rest, and of everything once in a while; gives what was written for whom.
async fn project_meanwhile(app: App, places: Arc<Places>) -> Result<SyncReport> {
    let mut report = SyncReport::default();
    let projector = Projector::new(&app)?;
    let mut due = next_refresh(&app);
    loop {
        let (ready, closed) = places.take();
        if ready.is_empty() {
            if closed {
                return Ok(report);
            }
            tokio::select! {
                () = places.notify.notified() => {}
                () = app.ports.timer.sleep_until(due) => {
                    app.write_files(None, &mut report).await?;
                    due = next_refresh(&app);
                }
            }
            continue;
        }
        projector.drain_places(&ready, &mut report).await?;
        app.ports.progress.event(crate::Event::Files(report.files));
    }
}

fn next_refresh(app: &App) -> jiff::Timestamp {
    let now = app.ports.timer.now();
    now.checked_add(jiff::SignedDuration::from_secs(REFRESH_SECONDS)).unwrap_or(now)
}
