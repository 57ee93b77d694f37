//! Transcripts: a work list that calls feed, up to 100 calls a request.
//!
//! A transcript comes hours after its call, and some never do. One that was not there is asked for again in the next runs, then at growing
//! distance, until the call is so old that it is given up.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use sales_model::{Checkpoint, WorkItem};
use serde::{Deserialize, Serialize};

use super::{
    api::{self, Answer, Api},
    budget::Share,
    errors::Failure,
    map,
    page::{self, Origin},
    wire::NoTranscript,
};
use crate::{Batch, ConnectorError, Cx, FetchRequest, ItemFailure, Retry};

/// How the list is called in texts.
const WHAT: &str = "Gong's transcripts";
/// Calls of one request.
const MOST: usize = 100;
/// Pages of one answer: a server that makes more of them is asked for the rest by itself.
const MOST_PAGES: usize = 50;
/// Asked for again in the next run so often, before it waits.
const AT_ONCE: u32 = 3;
/// The first wait, doubled with each further try.
const FIRST: SignedDuration = SignedDuration::from_mins(15);
/// The longest.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// From so many on the list is part of a load of the history.
const MANY: u64 = 500;

/// Where the list stands.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    denied: Option<Denied>,
}

/// Gong said that the credential may not read transcripts.
#[derive(Debug, Serialize, Deserialize)]
struct Denied {
    /// In that run.
    run: Timestamp,
    why: String,
    hint: String,
}

impl Default for State {
    fn default() -> Self {
        State { v: 1, denied: None }
    }
}

impl State {
    fn read(from: Option<&Checkpoint>) -> Self {
        from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default()
    }

    fn write(&self) -> Checkpoint {
        Checkpoint(serde_json::to_string(self).unwrap_or_default())
    }
}

/// When a transcript that was not there is asked for again, after so many tries.
fn due(now: Timestamp, tries: u32) -> Timestamp {
    let wait = match tries.checked_sub(AT_ONCE + 1) {
        None => SignedDuration::from_secs(1),
        Some(doublings) => FIRST.saturating_mul(2_i32.saturating_pow(doublings.min(16))).min(LONGEST),
    };
    now.checked_add(wait).unwrap_or(now)
}

/// One request for transcripts.
pub(crate) async fn fetch(cx: &Cx, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let mut batch = Batch::empty(State::default().write(), false);
    if request.work.is_empty() {
        return Ok(batch);
    }
    let state = State::read(request.from);
    if let Some(denied) = state.denied.filter(|d| d.run == request.plan.now) {
        return Err(ConnectorError { what: WHAT.into(), why: denied.why, hint: denied.hint, retry: Retry::Never, auth: true });
    }
    let (work, strange): (Vec<&WorkItem>, Vec<&WorkItem>) = request.work.iter().take(MOST).partition(|w| map::start(&w.marker).is_some());
    for item in strange {
        batch
            .failures
            .push(ItemFailure::new(format!("{}:{}", map::PLACE, item.item), "its start is not known, so neither is its transcript's"));
        batch.done.push(item.clone());
    }
    let api = Api { cx, share: share(request) };
    match read(&api, &work, request.plan.now, &mut batch).await {
        Ok(()) => {}
        Err(e) if e.denied() => {
            // Kept first, and said by the step after this one: the next page of calls, which wakes the list again, does not ask again.
            let ConnectorError { why, hint, .. } = e.told(WHAT);
            batch.next = State { denied: Some(Denied { run: request.plan.now, why, hint }), ..State::default() }.write();
        }
        Err(e) => return Err(e.told(WHAT)),
    }
    batch.more = true;
    Ok(batch)
}

/// Whose share it draws on.
fn share(request: &FetchRequest<'_>) -> Share {
    let waiting = request.known.waiting.get(request.key).copied().unwrap_or(0);
    let calls = |k: &&sales_model::StreamKey| k.stream == super::calls::STREAM;
    let loaded = request.known.finished.keys().any(|k| calls(&k));
    if loaded && waiting < MANY { Share::Sync } else { Share::History }
}

/// Asks for these calls' transcripts, and notes what came and what did not.
async fn read(api: &Api<'_>, work: &[&WorkItem], now: Timestamp, batch: &mut Batch) -> Result<(), Failure> {
    if work.is_empty() {
        return Ok(());
    }
    let mut asked = work;
    let (found, goes_on) = loop {
        match pages(api, asked, &mut batch.requests).await {
            // As many as fit; the rest stays on the list.
            Err(e) if e.too_large() && asked.len() > 1 => asked = asked.get(..asked.len() / 2).unwrap_or_default(),
            other => break other?,
        }
    };
    let origin = Origin::now(api.cx);
    let wait = api.cx.settings.gong.transcript_wait.duration();
    for item in asked {
        let Some(start) = map::start(&item.marker) else { continue };
        if let Some(body) = found.get(&item.item) {
            batch.items.push(origin.part(map::TRANSCRIPT, start, body.clone()));
            batch.done.push((*item).clone());
        } else if goes_on {
            // It may stand on the next page; cursors die, so what is left is asked for by itself.
        } else if now.duration_since(start) >= wait {
            let note = NoTranscript { call_id: item.item.clone(), asked_until: now };
            batch.items.push(origin.part(map::NO_TRANSCRIPT, start, serde_json::to_vec(&note).unwrap_or_default().into()));
            batch.done.push((*item).clone());
        } else {
            let tries = item.tries.saturating_add(1);
            batch.postponed.push(WorkItem { due: Some(due(now, tries)), tries, ..(*item).clone() });
        }
    }
    if goes_on && batch.items.is_empty() { Err(Failure::Loop(api::TRANSCRIPTS)) } else { Ok(()) }
}

/// The transcripts that are there, by call, and whether there are more. One page holds as many as are asked for; there are more only where
/// a server makes pages smaller.
async fn pages(api: &Api<'_>, work: &[&WorkItem], requests: &mut u64) -> Result<(BTreeMap<String, Bytes>, bool), Failure> {
    let ids: Vec<&str> = work.iter().map(|w| w.item.as_str()).collect();
    let mut found = BTreeMap::new();
    let mut cursors: BTreeSet<String> = BTreeSet::new();
    let mut cursor: Option<String> = None;
    loop {
        *requests += 1;
        let body = match api.transcripts(&ids, cursor.as_deref()).await {
            Ok(Answer::Page(body)) => body,
            Ok(Answer::Nothing) => return Ok((found, false)),
            // What is left is asked for by itself.
            Err(e) if cursor.is_some() && (e.dead_cursor() || e.too_large()) => return Ok((found, true)),
            Err(e) => return Err(e),
        };
        let (more, records) = page::work(api.cx, body.len(), move || page::transcripts(&body)).await?;
        found.extend(more);
        match records.cursor {
            None => return Ok((found, false)),
            Some(next) if found.len() < ids.len() && cursors.len() < MOST_PAGES && cursors.insert(next.clone()) => cursor = Some(next),
            Some(_) => return Ok((found, true)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_day() {
        let now: Timestamp = "2024-04-08T09:00:00Z".parse().unwrap();
        let waits: Vec<i64> = (1..=14).map(|tries| due(now, tries).duration_since(now).as_secs()).collect();
        let min = 60;
        assert_eq!(
            waits,
            [
                1,
                1,
                1,
                15 * min,
                30 * min,
                60 * min,
                120 * min,
                240 * min,
                480 * min,
                960 * min,
                1440 * min,
                1440 * min,
                1440 * min,
                1440 * min
            ]
        );
        assert_eq!(due(now, u32::MAX).duration_since(now), LONGEST);
        assert_eq!(due(Timestamp::MAX, 4), Timestamp::MAX);
    }
}
