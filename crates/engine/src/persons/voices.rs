//! What everybody did, by identity, as the units of files note it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sales_ledger::UnitFindings;
use sales_model::{CustomerId, Identity, RecordId, Side};
use serde::Serialize;

use crate::{
    App,
    error::Result,
    project::{Digest, NAMELESS},
};

/// Units read at once.
const UNITS: usize = 200;

/// What somebody did in one customer's records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Whose.
    pub customer: CustomerId,
    /// On which side they stand there, as of the last thing that tells.
    pub side: Side,
    /// Messages by them.
    pub messages: u64,
    /// Calls that they were in.
    pub calls: u64,
    /// Meeting notes that name them.
    pub notes: u64,
    /// Mails by them.
    pub mails: u64,
    /// When the last of it was.
    pub last: Timestamp,
    /// Which record that is.
    pub record: RecordId,
}

impl Part {
    /// Takes in what another identity of the same person did there.
    pub(super) fn absorb(&mut self, other: Part) {
        self.messages += other.messages;
        self.calls += other.calls;
        self.notes += other.notes;
        self.mails += other.mails;
        let newer = (other.last, &other.record) > (self.last, &self.record);
        if self.side == Side::Other || (newer && other.side != Side::Other) {
            self.side = other.side;
        }
        if newer {
            (self.last, self.record) = (other.last, other.record);
        }
    }
}

/// By identity.
#[derive(Default)]
pub(super) struct Voices {
    pub(super) parts: BTreeMap<Identity, BTreeMap<CustomerId, Part>>,
    pub(super) names: BTreeMap<Identity, BTreeSet<String>>,
}

impl Voices {
    /// Of all customers, or of one.
    pub(super) async fn load(app: &App, only: Option<&CustomerId>) -> Result<Self> {
        let mut voices = Voices::default();
        for (customer, _) in app.directory.customers().iter().filter(|(id, _)| only.is_none_or(|only| only == id)) {
            let mut after = (String::new(), String::new());
            loop {
                let units = app.ports.store.findings(customer, (&after.0, &after.1), UNITS).await?;
                let Some(last) = units.last() else { break };
                after = (last.place.clone(), last.unit.clone());
                voices = tokio::task::spawn_blocking(move || {
                    units.into_iter().for_each(|unit| voices.add(unit));
                    voices
                })
                .await?;
            }
        }
        Ok(voices)
    }

    fn add(&mut self, unit: UnitFindings) {
        let Ok(digest) = serde_json::from_str::<Digest>(&unit.digest) else { return };
        for (key, voice) in digest.people {
            let Some(id) = identity(&key, &unit.place, &unit.unit) else { continue };
            let side = voice.who.as_ref().map_or(voice.last.side, |who| who.side);
            if side == Side::Bot {
                continue;
            }
            let name = voice.who.as_ref().map_or(&*voice.last.speaker, |who| who.name.as_str()).trim().to_owned();
            if !name.is_empty() && name != id.as_str() {
                self.names.entry(id.clone()).or_default().insert(name);
            }
            let customer = unit.customer.clone();
            let part = Part {
                customer: customer.clone(),
                side,
                messages: voice.messages,
                calls: voice.calls,
                notes: voice.notes,
                mails: voice.mails,
                last: voice.last.at,
                record: voice.last.record,
            };
            let known = self.parts.entry(id).or_default();
            match known.get_mut(&customer) {
                Some(old) => old.absorb(part),
                None => _ = known.insert(customer, part),
            }
        }
    }
}

/// Whom a unit's digest means by a key; `None` for what names nobody.
pub(crate) fn identity(key: &str, place: &str, unit: &str) -> Option<Identity> {
    match key.strip_prefix("name:") {
        Some(name) => (name != NAMELESS).then(|| Identity::of_guest(&format!("{place}:{unit}"), name)),
        None => key.contains(':').then(|| Identity::of_key(key)).map(|id| super::known::tidy_id(&id)),
    }
}
