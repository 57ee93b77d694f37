//! Where a folder stands.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sales_model::Checkpoint;
use serde::{Deserialize, Serialize};

use super::uids::UidSet;
use crate::{Mode, Plan, Wanted};

/// Most mails without a usable Message-ID whose record's id is kept here; of others it is made again when it is needed.
const MOST_ODD: usize = 5_000;
/// Most different labels whose mails are kept.
const MOST_LABELS: usize = 1_000;

/// The checkpoint of a folder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    v: u32,
    /// The run in which changes were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Timestamp>,
    /// Mails up to this UID are not new.
    pub(crate) last: u32,
    /// Mails that the stream holds.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) held: UidSet,
    /// Per label: the mails held that have it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, UidSet>,
    /// Records of mails without a usable Message-ID.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    odd: BTreeMap<u32, String>,
    /// HIGHESTMODSEQ up to which changes are known; 0 for none.
    pub(crate) modseq: u64,
    /// How many mails there were, and the UID of the next, when what is gone was last looked for.
    pub(crate) seen: (u32, u32),
    /// New mails to fetch.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) new: UidSet,
    /// Mails held whose labels changed.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) relabel: UidSet,
    /// Mails held of which only the header is there, to fetch whole: they turned out to be a customer's.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) lack: UidSet,
    /// So many of the next mails are fetched one by one: together they could not be.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) careful: u32,
    /// At most so many mails are asked for together, because the server hung up at more of them; 0 without a bound.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) narrow: u32,
    /// Mails at which the server hangs up. Each run tries them once more.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) bad: UidSet,
    /// Those of them that this run has not tried yet.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) retry: UidSet,
    /// How many of them came one after the other.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) row: u32,
    /// What was searched for before `last` (terms of [`terms`]), and how far back.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) terms: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<Timestamp>,
    /// A search under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<Load>,
    /// The folder is no more, or has another UIDVALIDITY.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) gone: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// A search for mail that was there before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Load {
    /// How far back.
    pub(crate) since: Timestamp,
    /// For what.
    pub(crate) terms: Vec<String>,
    /// Everything is read again, whatever is held.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) again: bool,
    /// The folder stands for one that is no more: what the ledger knows is held too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) instead: bool,
    /// What is done now.
    pub(crate) phase: Phase,
    /// Searches done, or mails looked at, within the phase.
    pub(crate) at: u32,
    /// Mails to look at.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) todo: UidSet,
    /// Mails that it held.
    #[serde(skip_serializing_if = "UidSet::is_empty")]
    pub(crate) mine: UidSet,
}

/// The parts of a load, in order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Asking which mails there are.
    #[default]
    Search,
    /// Reading those whose header says the same.
    Read,
    /// Asking for the rest of their threads.
    Threads,
    /// Reading that.
    Rest,
}

/// What is searched for: domains and addresses.
pub(crate) fn terms(wanted: &Wanted) -> BTreeSet<String> {
    wanted.domains.iter().chain(&wanted.addresses).cloned().collect()
}

impl State {
    pub(crate) fn read(checkpoint: Option<&Checkpoint>) -> Self {
        let read = checkpoint.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1);
        read.unwrap_or(State { v: 1, ..State::default() })
    }

    pub(crate) fn checkpoint(&self) -> Checkpoint {
        Checkpoint(serde_json::to_string(self).unwrap_or_else(|_| "{\"v\":1}".into()))
    }

    /// Whether everything that was there was read once.
    pub(crate) fn is_loaded(&self) -> bool {
        self.since.is_some() && self.load.is_none()
    }

    /// Whether something is left to do in this run.
    pub(crate) fn has_work(&self) -> bool {
        !self.new.is_empty() || !self.relabel.is_empty() || !self.lack.is_empty() || !self.retry.is_empty() || self.load.is_some()
    }

    /// Plans a search for what was never searched for, or not as far back.
    pub(crate) fn plan(&mut self, wanted: &Wanted, plan: &Plan, instead: bool) {
        let all = terms(wanted);
        let again = plan.mode == Mode::Full;
        let further = self.since.is_none_or(|since| plan.since < since);
        // One that is under way goes on, unless it looks for too little.
        if let Some(load) = &self.load {
            let same = load.since <= plan.since && all.iter().all(|t| self.terms.contains(t) || load.terms.contains(t));
            if same && !again {
                return;
            }
        }
        let terms: Vec<String> = all.iter().filter(|t| again || further || !self.terms.contains(*t)).cloned().collect();
        if terms.is_empty() && !further && self.load.is_none() {
            self.terms.retain(|t| all.contains(t));
            return;
        }
        let (mine, instead) = self.load.take().map_or((UidSet::default(), instead), |l| (l.mine, l.instead || instead));
        self.load = Some(Load { since: plan.since, terms, again, instead, mine, ..Load::default() });
    }

    /// The search is done.
    pub(crate) fn loaded(&mut self) {
        if let Some(load) = self.load.take() {
            self.terms.extend(load.terms);
            self.since = Some(self.since.map_or(load.since, |s| s.min(load.since)));
        }
    }

    /// Notes a mail that is held now.
    pub(crate) fn hold(&mut self, uid: u32, native: &str, labels: &BTreeSet<String>) {
        self.held.insert(uid);
        self.label(uid, labels);
        if native.starts_with("sha256-") && self.odd.len() < MOST_ODD {
            self.odd.insert(uid, native.to_owned());
        }
    }

    /// Forgets mails.
    pub(crate) fn drop(&mut self, uids: &UidSet) {
        let minus = |set: &mut UidSet| *set = set.minus(uids);
        minus(&mut self.held);
        minus(&mut self.new);
        minus(&mut self.relabel);
        minus(&mut self.lack);
        minus(&mut self.bad);
        minus(&mut self.retry);
        if let Some(load) = &mut self.load {
            minus(&mut load.todo);
            minus(&mut load.mine);
        }
        self.labels.values_mut().for_each(minus);
        self.labels.retain(|_, set| !set.is_empty());
        self.odd.retain(|uid, _| !uids.contains(*uid));
    }

    /// Sets the labels of a mail.
    pub(crate) fn label(&mut self, uid: u32, labels: &BTreeSet<String>) {
        let one = UidSet::range(uid, uid);
        for (label, set) in &mut self.labels {
            if !labels.contains(label) && set.contains(uid) {
                *set = set.minus(&one);
            }
        }
        self.labels.retain(|_, set| !set.is_empty());
        for label in labels {
            if self.labels.len() < MOST_LABELS || self.labels.contains_key(label) {
                self.labels.entry(label.clone()).or_default().insert(uid);
            }
        }
    }

    /// Whether a mail has exactly these labels, as far as they are kept.
    pub(crate) fn has_labels(&self, uid: u32, labels: &BTreeSet<String>) -> bool {
        let full = self.labels.len() >= MOST_LABELS;
        self.labels.iter().all(|(label, set)| set.contains(uid) == labels.contains(label))
            && labels.iter().all(|l| full || self.labels.contains_key(l))
    }

    /// The record of a mail without a usable Message-ID, if it is kept.
    pub(crate) fn odd(&self, uid: u32) -> Option<&str> {
        self.odd.get(&uid).map(String::as_str)
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
