//! Where a mailbox stands: the checkpoint of its one stream. Pure.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use sales_model::{Checkpoint, Gap};
use serde::{Deserialize, Serialize};

use super::load::{Load, Rank, rank};
use crate::{Mode, Plan, Wanted};

const VERSION: u32 = 1;
/// A search that begins this much earlier than what was read is not worth its requests: `history` moves on each day.
const GRAIN: SignedDuration = SignedDuration::from_hours(24);
/// What changed while nobody could look is searched from this long before the last reading on.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);
/// A history that is lost twice within this time is not made up for a second time. In rare cases Gmail keeps it only for hours.
const QUIET: SignedDuration = SignedDuration::from_hours(1);

/// What a run does next.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// Labels, and where the history stands if that is not known.
    #[default]
    Begin,
    /// Mails of which only the headers were kept, and that turned out to be wanted.
    Owed,
    /// What happened since the last run.
    Changes,
    /// Mails of customers that were not searched for yet.
    Load,
    /// Which of the mails that are held are still there.
    Present,
    /// What happened while the run loaded.
    Closing,
    /// Nothing.
    Done,
}

/// The reading of the history that is under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Changes {
    /// When it began.
    pub(crate) began: Option<Timestamp>,
    /// The next page, if it is not the first; `None` at the beginning too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// All pages were read: up to here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) upto: Option<u64>,
    /// Mails to fetch whole.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) whole: Vec<String>,
    /// Mails that are known, with other labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) relabelled: Vec<String>,
    /// How often a page's token was refused.
    pub(crate) restarts: u32,
    /// Pages that were read.
    pub(crate) pages: u32,
}

/// The mailbox is compared because its history is lost: this replaces it when that is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rebuild {
    /// Where the history stood when it began.
    pub(crate) history: u64,
    /// When that was.
    pub(crate) began: Timestamp,
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    v: u32,
    /// Whose mailbox.
    pub(crate) mailbox: String,
    /// All changes up to here are read. Gmail's history ids have holes and grow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) history: Option<u64>,
    /// When the last reading of the history that came to its end began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) synced: Option<Timestamp>,
    /// What was searched for, each with how far back (seconds since 1970). New mail is read whoever it is from.
    pub(crate) covered: BTreeMap<String, i64>,
    /// The run at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Timestamp>,
    pub(crate) stage: Stage,
    /// This run looks which mails are still there.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sweep: bool,
    /// This run loaded something, which takes time.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) loaded: bool,
    /// Names of labels by id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, String>,
    /// They are of this run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) named: bool,
    /// Mails that are owed were asked for in this run, from the highest id down to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    /// Of these only headers come: they are larger than `large_from` bytes.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    large: BTreeSet<String>,
    #[serde(skip_serializing_if = "is_zero")]
    large_from: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) changes: Option<Changes>,
    /// What this run could not see.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) gaps: Vec<Gap>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<Load>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rebuild: Option<Rebuild>,
    /// When the mailbox was last compared because its history was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rebuilt: Option<Timestamp>,
}

impl State {
    /// Reads a checkpoint; one of another version counts as none, which reads again but loses nothing.
    pub(crate) fn read(from: Option<&Checkpoint>) -> Self {
        let state = from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == VERSION);
        state.unwrap_or(State { v: VERSION, ..State::default() })
    }

    pub(crate) fn write(&self) -> Checkpoint {
        Checkpoint(serde_json::to_string(self).unwrap_or_default())
    }

    /// Another run takes over: it goes on with what is open.
    pub(crate) fn begin(&mut self, plan: &Plan) {
        self.run = Some(plan.now);
        self.stage = Stage::Begin;
        (self.loaded, self.named) = (false, false);
        self.asked = None;
        self.gaps.clear();
        self.sweep = self.rebuild.is_some() || plan.mode != Mode::Default;
        if plan.mode == Mode::Full {
            self.covered.clear();
            (self.changes, self.load, self.rebuild) = (None, None, None);
            // The history is read from now on; what was before is searched.
            self.history = None;
        }
    }

    /// Notes what could not be seen, each once.
    pub(crate) fn missed(&mut self, gaps: Vec<Gap>) {
        for gap in gaps {
            if !self.gaps.contains(&gap) {
                self.gaps.push(gap);
            }
        }
    }

    /// Whether of some mails that are wanted only the headers are there.
    pub(crate) fn has_large(&self) -> bool {
        !self.large.is_empty()
    }

    /// Something is under way that an earlier run began.
    pub(crate) fn is_busy(&self) -> bool {
        self.sweep || self.rebuild.is_some() || self.changes.is_some() || self.load.is_some()
    }

    /// Of the mails whose bodies are lacking those to ask for next, highest ids first. `most`: larger ones are not read.
    pub(crate) fn owed(&self, lacking: &[String], most: u64) -> Vec<String> {
        let below = self.asked.as_deref().map(rank);
        let large = |id: &&String| most <= self.large_from && self.large.contains(*id);
        let open = lacking.iter().filter(|id| is_id(id) && below.as_ref().is_none_or(|b| rank(id) < *b) && !large(id));
        let mut ids: Vec<Rank> = open.map(|id| rank(id)).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.dedup();
        ids.into_iter().map(|(_, id)| id).collect()
    }

    /// Notes that they were asked for down to `last`.
    pub(crate) fn owe(&mut self, last: String) {
        self.asked = Some(last);
    }

    /// Notes mails of which only the header came, because they are larger than `most`.
    pub(crate) fn too_large(&mut self, ids: impl IntoIterator<Item = String>, most: u64) {
        if most != self.large_from {
            self.large.clear();
            self.large_from = most;
        }
        self.large.extend(ids);
    }

    /// Forgets those that nothing is lacking of (any more).
    pub(crate) fn wanted_large(&mut self, lacking: &[String]) {
        let lacking: BTreeSet<&String> = lacking.iter().collect();
        self.large.retain(|id| lacking.contains(id));
    }

    /// Of the mails whose bodies were lacking those that came in this run.
    pub(crate) fn asked(&self, lacking: &[String]) -> BTreeSet<String> {
        let down_to = self.asked.as_deref().map(rank);
        lacking.iter().filter(|id| is_id(id) && down_to.as_ref().is_some_and(|d| rank(id) >= *d)).cloned().collect()
    }

    /// The history that this state knows is gone at Gmail. Whether the mailbox may be compared (again) because of it.
    pub(crate) fn may_rebuild(&self, now: Timestamp) -> bool {
        self.rebuilt.is_none_or(|at| at > now || now.duration_since(at) >= QUIET)
    }

    /// Begins to compare the mailbox: what is new is searched, then what is gone is found.
    pub(crate) fn rebuild(&mut self, history: u64, wanted: &Wanted, plan: &Plan, now: Timestamp) {
        let from = self.synced.unwrap_or(plan.since);
        let since = from.checked_sub(OVERLAP).unwrap_or(plan.since).max(plan.since);
        self.rebuild = Some(Rebuild { history, began: now });
        self.changes = None;
        // What was open is searched again as soon as this is done.
        self.load = Some(Load::within(terms(wanted), since, plan.since));
        self.sweep = true;
        self.stage = Stage::Load;
    }

    /// The next search there is a need for: what nobody searched for yet, and what is to reach further back than it did.
    pub(crate) fn next_load(&mut self, wanted: &Wanted, since: Timestamp) -> Option<Load> {
        let terms = terms(wanted);
        // Of customers that were taken away bodies are not kept any more: if they come back, they are searched for again.
        self.covered.retain(|term, _| terms.contains(term));
        let floor = since.as_second();
        let new: BTreeSet<String> = terms.iter().filter(|t| !self.covered.contains_key(*t)).cloned().collect();
        if !new.is_empty() {
            return Some(Load::new(new, since, None, true));
        }
        // All that reach back equally far, together.
        let newest = self.covered.values().copied().max().filter(|at| *at > floor.saturating_add(GRAIN.as_secs()))?;
        let short = self.covered.iter().filter(|(_, at)| **at == newest).map(|(t, _)| t.clone()).collect();
        Some(Load::new(short, since, Timestamp::from_second(newest).ok(), true))
    }

    /// A load came to its end.
    pub(crate) fn complete(&mut self, load: Load) {
        if load.covers {
            self.covered.extend(load.terms.into_iter().map(|term| (term, load.since)));
        }
    }
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// What is searched for: domains, and addresses that lie in none of them. Nothing that could change the meaning of a search.
pub(crate) fn terms(wanted: &Wanted) -> BTreeSet<String> {
    let plain = |t: &&String| {
        (3..=254).contains(&t.len())
            && t.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+@=%~#&/!'*?^`|$".contains(&b))
            && !t.starts_with('-')
    };
    let by_domain = crate::Wanted { domains: wanted.domains.clone(), ..crate::Wanted::default() };
    let addresses = wanted.addresses.iter().filter(|a| !by_domain.concerns(a));
    wanted.domains.iter().chain(addresses).filter(plain).cloned().collect()
}

/// Whether something can be an id at Gmail: it becomes a part of a path.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
