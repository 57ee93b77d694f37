//! Notes one by one: a work list that the list of notes feeds. Granola has no way to get several at once.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use sales_model::{Checkpoint, GapKind, RawItem, WorkItem};
use serde::{Deserialize, Serialize};

use super::{
    api::Api,
    errors::{self, Failure},
    long,
    map::{self, PLACE},
    page::Origin,
    url::is_note_id,
    wait, wire,
};
use crate::{Batch, ConnectorError, FetchRequest, ItemFailure};

/// Notes of one step: what the limit lets through in five seconds.
const STEP: usize = 25;
/// Requests at a time.
const SIDE_BY_SIDE: usize = 8;
/// A step ends when it has this much.
const BYTES: usize = 24 << 20;
/// Notes that are remembered as not given, or given without a transcript. Where all are, there is no use in more.
const MOST_KEPT: usize = 1_000;
/// Of those not given so many are named.
const MOST_TOLD: usize = 10;
/// So many notes of a step at which Granola fails have trouble of their own; more are trouble of Granola's.
const FEW: usize = 2;

/// Where the list stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    v: u32,
    /// Notes that are listed and not given.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    missing: BTreeMap<String, Missing>,
    /// Notes that came without a transcript although one was asked for.
    #[serde(default, skip_serializing_if = "std::collections::BTreeSet::is_empty")]
    silent: std::collections::BTreeSet<String>,
}

/// A note that is not given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Missing {
    /// In which state it was listed.
    marker: String,
    /// Since when.
    since: Timestamp,
    why: String,
}

/// What became of one note.
enum Read {
    /// Its raw items; `silent`: it came without a transcript.
    Whole { items: Vec<RawItem>, silent: bool, failure: Option<ItemFailure>, requests: u64 },
    /// Not given, for a reason of its own.
    Not(String),
    /// Granola fails, maybe at this one only.
    Trouble(Failure, String),
    /// Nothing else would be given either.
    Fatal(Failure),
}

/// Some notes, the last changed first.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let mut state = request.from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default();
    state.v = 1;
    let mut batch = super::empty_batch();
    let mut wanted = request.work.to_vec();
    wanted.sort_by(|a, b| (&b.marker, &a.item).cmp(&(&a.marker, &b.item)));
    wanted.truncate(STEP);
    batch.more = !wanted.is_empty();
    let (mut bytes, mut given, mut refused, mut troubles) = (0, 0_usize, Vec::new(), Vec::new());
    let mut reads = futures_util::stream::iter(wanted).map(|w| one(*api, w)).buffered(SIDE_BY_SIDE);
    while let Some((work, read)) = reads.next().await {
        match read {
            Read::Whole { items, silent, failure, requests } => {
                given += 1;
                bytes += items.iter().map(|i| i.body.len()).sum::<usize>();
                batch.items.extend(items);
                batch.failures.extend(failure);
                batch.requests += requests;
                batch.done.push(work.clone());
                state.given(&work.item, silent);
            }
            Read::Not(why) => {
                batch.requests += 1;
                refused.push((work, why));
            }
            Read::Trouble(f, why) => {
                batch.requests += 1;
                troubles.push((work, why, f));
            }
            // What came before is kept; the next step meets the same trouble with nothing to lose.
            Read::Fatal(_) if given > 0 => break,
            Read::Fatal(f) => return Err(f.told("Granola's notes")),
        }
        if bytes > BYTES {
            break;
        }
    }
    drop(reads);
    if troubles.len() <= FEW {
        refused.extend(troubles.into_iter().map(|(work, why, _)| (work, why)));
    } else if given == 0
        && refused.is_empty()
        && let Some((_, _, f)) = troubles.into_iter().next()
    {
        return Err(f.told("Granola's notes"));
    }
    for (work, why) in refused {
        state.not_given(&work, why, request.plan.now, &mut batch);
    }
    if !batch.more {
        batch.gaps = state.gaps();
    }
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

async fn one(api: Api<'_>, work: WorkItem) -> (WorkItem, Read) {
    let read = read(&api, &work.item).await;
    (work, read)
}

async fn read(api: &Api<'_>, id: &str) -> Read {
    if !is_note_id(id) {
        return Read::Not("its id is not one of Granola's".into());
    }
    let origin = Origin::now(api.cx);
    let body = match api.note(id, true).await {
        Ok(body) => body,
        Err(f) if f.is_too_large() => {
            return match long::read(api, &origin, id).await {
                Ok((items, failure, requests)) => Read::Whole { items, silent: false, failure, requests },
                Err(f) => failed(f),
            };
        }
        Err(f) => return failed(f),
    };
    // Only what tells that it is the note that was asked for; what it means is seen later.
    let peek: wire::Peek<'_> = serde_json::from_slice(&body).unwrap_or_default();
    if peek.id.as_deref() != Some(id) {
        return Read::Not("Granola gives something else instead".into());
    }
    let silent = peek.transcript.is_none();
    Read::Whole { items: vec![origin.item(map::NOTE, None, body)], silent, failure: None, requests: 1 }
}

fn failed(f: Failure) -> Read {
    match (f.alone(), f.trouble()) {
        (Some(why), _) => Read::Not(why),
        (None, Some(why)) => Read::Trouble(f, why),
        (None, None) => Read::Fatal(f),
    }
}

impl State {
    fn given(&mut self, note: &str, silent: bool) {
        self.missing.remove(note);
        if !silent {
            self.silent.remove(note);
        } else if self.silent.len() < MOST_KEPT {
            self.silent.insert(note.to_owned());
        }
    }

    /// Puts a note off, or gives it up.
    fn not_given(&mut self, work: &WorkItem, why: String, now: Timestamp, batch: &mut Batch) {
        let known = self.missing.remove(&work.item).filter(|m| m.marker == work.marker);
        let since = known.map_or(now, |m| m.since);
        let tries = work.tries.saturating_add(1);
        if wait::is_hopeless(tries, since, now) {
            let reason = format!("{why}; asked {tries} times since {}, and given up until it changes", since.strftime("%Y-%m-%d"));
            batch.failures.push(ItemFailure { item: format!("{PLACE}:{}", work.item), reason, native: Some(work.item.clone()) });
            batch.done.push(work.clone());
            return;
        }
        batch.postponed.push(WorkItem { due: Some(wait::due(tries, now)), tries, ..work.clone() });
        if self.missing.len() < MOST_KEPT {
            self.missing.insert(work.item.clone(), Missing { marker: work.marker.clone(), since, why });
        }
    }

    /// What is not seen, in words.
    fn gaps(&self) -> Vec<sales_model::Gap> {
        let told = |(id, m): (&String, &Missing)| {
            let since = m.since.strftime("%Y-%m-%d %H:%M UTC");
            errors::gap(
                GapKind::Unreadable,
                format!("Granola: the note {id} is listed, but since {since}: {}; it is asked for again", m.why),
            )
        };
        let mut gaps: Vec<_> = self.missing.iter().take(MOST_TOLD).map(told).collect();
        if let more @ 1.. = self.missing.len().saturating_sub(MOST_TOLD) {
            gaps.push(errors::gap(
                GapKind::Unreadable,
                format!("Granola: {more} further notes are listed, but not given; they are asked for again"),
            ));
        }
        if let n @ 1.. = self.silent.len() {
            let least = if n == MOST_KEPT { "at least " } else { "" };
            let notes = if n == 1 { "note" } else { "notes" };
            gaps.push(errors::gap(
                GapKind::OutOfReach,
                format!(
                    "Granola shows this key only what its access scopes allow; for {least}{n} {notes} it gave no transcript. Where Granola itself \
                     shows one, widen the key's access and run `sales sync --full`"
                ),
            ));
        }
        gaps
    }
}

#[cfg(test)]
#[path = "details_tests.rs"]
mod tests;
