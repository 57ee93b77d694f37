use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::{
    GmailHandle, GongHandle, GranolaHandle, LogEntry, Scenario, WorldHandle,
    journal::Journal,
    scenario::{Fate, Happening, Plan, Probe},
};

/// What all doubles share: the scenario under way, the log of all requests, and the worlds that events change.
pub(crate) struct Stage {
    plan: Mutex<Plan>,
    journal: Mutex<Journal>,
    slack: WorldHandle,
    gong: Option<GongHandle>,
    granola: Option<GranolaHandle>,
    gmail: Option<GmailHandle>,
}

/// The worlds that events change.
pub(crate) struct Stages {
    pub(crate) slack: WorldHandle,
    pub(crate) gong: Option<GongHandle>,
    pub(crate) granola: Option<GranolaHandle>,
    pub(crate) gmail: Option<GmailHandle>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stage {
    pub(crate) fn new(scenario: Scenario, seed: u64, worlds: Stages) -> Self {
        let Stages { slack, gong, granola, gmail } = worlds;
        Stage { plan: Mutex::new(Plan::new(scenario, seed)), journal: Mutex::default(), slack, gong, granola, gmail }
    }

    /// Looks at the log.
    pub(crate) fn journal<T>(&self, look: impl FnOnce(&Journal) -> T) -> T {
        look(&lock(&self.journal))
    }

    /// Numbers a request and says whether it comes earlier than a 429 in its budget allowed. `asked` is its method and its fingerprint.
    pub(crate) fn arrives(&self, budget: &str, asked: (&str, &str), now: Timestamp, peer: SocketAddr) -> (u64, bool) {
        let mut journal = lock(&self.journal);
        let seq = journal.number();
        (seq, journal.arrives(budget, asked, seq, now, peer))
    }

    /// A 429 was given: nothing more in this budget for `seconds`.
    pub(crate) fn stopped(&self, budget: &str, fingerprint: &str, seconds: i64, now: Timestamp, peer: SocketAddr) {
        lock(&self.journal).stopped(budget, fingerprint, seconds, now, peer);
    }

    pub(crate) fn note(&self, entry: LogEntry) {
        lock(&self.journal).push(entry);
    }

    /// What the scenario decides for a request.
    pub(crate) fn before(&self, probe: &Probe<'_>) -> Fate {
        lock(&self.plan).before(probe)
    }

    /// A call got its good answer: what the scenario wants to happen then happens.
    pub(crate) fn answered(&self, method: &str, now: Timestamp, channel: Option<&str>) {
        let events = lock(&self.plan).after(method);
        self.happen(&events, now, channel);
    }

    /// Lets events of the scenario happen.
    pub(crate) fn happen(&self, events: &[Happening], now: Timestamp, channel: Option<&str>) {
        for event in events {
            if let Err(error) = self.apply(event, now, channel) {
                tracing::warn!(error, "an event of the scenario could not happen");
            }
        }
    }

    /// Lets one event happen, and says what it concerned. `channel` is that of the Slack call that set it off, or
    /// the note of the Granola request.
    pub(crate) fn apply(&self, event: &Happening, now: Timestamp, channel: Option<&str>) -> Result<Value, String> {
        match event {
            Happening::Slack(event) => {
                let ts = self.slack.write(|w| w.apply(event, now, channel)).map_err(|e| e.to_string())?;
                Ok(json!({"ok": true, "ts": ts.map(|t| t.to_string())}))
            }
            Happening::Gong(event) => {
                let gong = self.gong.as_ref().ok_or("no Gong company is simulated")?;
                let call = gong.write(|w| w.apply(event, now)).map_err(|e| e.to_string())?;
                Ok(json!({"ok": true, "call": call}))
            }
            Happening::Granola(event) => {
                let granola = self.granola.as_ref().ok_or("no Granola workspace is simulated")?;
                let note = granola.write(|w| w.apply(event, now, channel)).map_err(|e| e.to_string())?;
                Ok(json!({"ok": true, "note": note}))
            }
            Happening::Gmail(event) => {
                let gmail = self.gmail.as_ref().ok_or("no mailbox is simulated")?;
                let id = gmail.write(|w| w.apply(event, now)).map_err(|e| e.to_string())?;
                Ok(json!({"ok": true, "id": id}))
            }
            Happening::Google(event) => {
                let gmail = self.gmail.as_ref().ok_or("no mailbox is simulated")?;
                gmail.write(|w| w.google_mut().apply(event, now));
                Ok(json!({"ok": true}))
            }
        }
    }
}

/// An HTTP date so many seconds from now, rounded up to whole seconds.
pub(crate) fn http_date(now: Timestamp, seconds: i64) -> String {
    let at = now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now);
    let up = if at.subsec_nanosecond() > 0 { at.checked_add(SignedDuration::from_secs(1)).unwrap_or(at) } else { at };
    up.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
