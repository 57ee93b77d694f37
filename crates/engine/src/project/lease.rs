//! The right to write files: one process at a time. Of two that render the same unit, the one with the older records might write last.

use jiff::{SignedDuration, Timestamp};
use sales_ledger::{Ended, Lease, LeaseOutcome, StoreError};
use sales_model::{AccountKey, Source, StreamKey};

use crate::{App, error::Result};

/// How long a holder that stopped answering keeps others waiting; renewed with each batch.
const TTL: SignedDuration = SignedDuration::from_mins(10);
/// How often a waiting process asks again.
const AGAIN: SignedDuration = SignedDuration::from_millis(50);

/// Held while files are written.
pub(crate) struct FilesLease<'a> {
    app: &'a App,
    lease: Lease,
}

impl<'a> FilesLease<'a> {
    /// Waits for its turn.
    pub(crate) async fn take(app: &'a App) -> Result<Self> {
        loop {
            if let Some(held) = Self::try_take(app).await? {
                return Ok(held);
            }
            let now = app.ports.timer.now();
            app.ports.timer.sleep_until(after(now, AGAIN)).await;
        }
    }

    /// Nothing if another process has it.
    pub(crate) async fn try_take(app: &'a App) -> Result<Option<Self>> {
        let ports = &app.ports;
        let account = AccountKey { source: Source::FILES, name: "files".into() };
        let key = StreamKey { account, stream: "project".into(), partition: String::new() };
        match ports.store.lease(&key, &ports.owner, ports.timer.now(), TTL, ports.alive).await? {
            LeaseOutcome::Leased(lease) => Ok(Some(FilesLease { app, lease })),
            LeaseOutcome::Busy(_) => Ok(None),
        }
    }

    /// Grows by one each time somebody takes it: two turns with consecutive numbers had nobody between them.
    pub(crate) fn turn(&self) -> u64 {
        self.lease.generation
    }

    /// Still at work.
    pub(crate) async fn renew(&self) -> Result<()> {
        Ok(self.app.ports.store.renew(&self.lease, self.app.ports.timer.now(), TTL).await?)
    }

    /// Gives it back, whatever came of the work.
    pub(crate) async fn done<T>(self, outcome: Result<T>) -> Result<T> {
        match self.app.ports.store.release(&self.lease, Ended::Paused).await {
            Ok(()) | Err(StoreError::Fenced(_)) => outcome,
            Err(e) => outcome.and_then(|_| Err(e.into())),
        }
    }
}

fn after(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(now)
}
