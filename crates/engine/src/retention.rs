//! How long what was said is kept: carried out by each sync at its end.

use jiff::{SignedDuration, Timestamp};
use sales_ledger::{Erased, Erasure, Expiry};
use sales_model::Source;

use crate::{App, Event, error::Result};

/// Records erased by one sync at most; the next one goes on.
const MOST: usize = 20_000;
/// Name of the small value that says for which day and which settings it was done.
const DONE: &str = "retention.done";
/// Name of the small value that says when the ledger's file was last rewritten because of it.
const SCRUBBED: &str = "retention.scrubbed";
/// The file is rewritten at most this often.
const SCRUB_EVERY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Sources, each with what the keys of its places begin with.
pub(crate) const SOURCES: [(Source, &str); 4] =
    [(Source::SLACK, "slack"), (Source::GONG, "gong"), (Source::GRANOLA, "granola"), (Source::EMAIL, crate::units::MAIL)];

impl App {
    /// What the next sync would erase because it is too old.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn overdue(&self) -> Result<Erased> {
        match self.expiry(self.ports.timer.now()) {
            Some(expiry) => Ok(self.ports.store.erase(Erasure { expiry: Some(expiry), dry_run: true, ..Erasure::default() }).await?),
            None => Ok(Erased::default()),
        }
    }

    /// The oldest of a source that is kept and read, if it has an end.
    pub(crate) fn kept_from(&self, source: &Source, now: Timestamp) -> Option<Timestamp> {
        self.ports.settings.retention.of(source).from(now)
    }

    fn expiry(&self, now: Timestamp) -> Option<Expiry> {
        let before: Vec<_> = SOURCES.iter().filter_map(|(s, places)| Some(((*places).to_owned(), self.kept_from(s, now)?))).collect();
        let deleted = self.ports.settings.retention.deleted.from(now);
        (!before.is_empty() || deleted.is_some()).then_some(Expiry { before, deleted, most: MOST })
    }

    /// Erases what is too old, once a day and whenever the settings are others; gives how many records fell.
    pub(crate) async fn carry_out_retention(&self) -> Result<u64> {
        let (store, now) = (&self.ports.store, self.ports.timer.now());
        let Some(expiry) = self.expiry(now) else { return Ok(0) };
        let retention = serde_json::to_string(&self.ports.settings.retention).unwrap_or_default();
        let done = format!("{} {retention}", jiff::tz::TimeZone::UTC.to_datetime(now).date());
        if store.get(DONE).await?.as_deref() == Some(done.as_str()) {
            return Ok(0);
        }
        let most = expiry.most as u64;
        let erased = store.erase(Erasure { at: now, expiry: Some(expiry), ..Erasure::default() }).await?;
        let records = erased.counts.get("records").copied().unwrap_or(0);
        if records < most {
            store.set(DONE, &done).await?;
        } else {
            self.ports.progress.event(Event::Notice("more is too old than one sync erases; the next one goes on"));
        }
        let fell = records + erased.counts.get("deleted versions").copied().unwrap_or(0);
        if fell > 0 {
            self.audit("retention", serde_json::json!(erased.counts)).await?;
            self.directory.reload(&**store).await?;
        }
        Ok(fell)
    }

    /// Rewrites the ledger's file after something fell, once in a while: until then its bytes may stand in free pages.
    pub(crate) async fn scrub_after_retention(&self, fell: u64) -> Result<()> {
        let (store, now) = (&self.ports.store, self.ports.timer.now());
        let last = store.get(SCRUBBED).await?.and_then(|at| at.parse::<Timestamp>().ok());
        if fell == 0 || last.is_some_and(|last| now.duration_since(last) < SCRUB_EVERY) {
            return Ok(());
        }
        store.scrub().await?;
        Ok(store.set(SCRUBBED, &now.to_string()).await?)
    }
}
