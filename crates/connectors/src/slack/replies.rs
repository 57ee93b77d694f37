//! Reading whole threads.

use std::sync::Arc;

use futures_util::future::join_all;
use sales_model::WorkItem;
use serde::{Deserialize, Serialize};

use super::{
    api::Api,
    budget::{self, HISTORY, REPLIES},
    errors::{self, Failure},
    map, page, ts,
};
use crate::{Batch, Bound, ConnectorError, Covered, Gone, Plan};

/// The largest page that the API takes.
const PAGE: u32 = 1000;
/// Threads from this many replies on are read a page a step.
const LARGE: u64 = 900;
/// Replies wanted in one step.
const STEP_REPLIES: u64 = 2_000;
/// Threads in one step; without limits more, because then a step costs no waiting.
const STEP_THREADS: (usize, usize) = (8, 32);
/// Pages of one thread before its listing counts as going in a circle.
const MOST_PAGES: u32 = 500;
/// The same for cursors that die; the first beginning and a change of page size count as restarts too.
const MOST_RESTARTS: u32 = 5;

/// A large thread in the middle of being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Open {
    /// Its `ts`.
    pub(crate) ts: String,
    /// The state it is read for.
    pub(crate) marker: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    /// Only what is newer is asked for; it belongs to the cursor, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Page size of the cursor.
    #[serde(default)]
    limit: u32,
    /// Largest `ts` read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    high: Option<String>,
    #[serde(default)]
    pages: u32,
    /// How often its cursor died.
    #[serde(default)]
    restarts: u32,
    #[serde(default)]
    broken: bool,
    /// Replies did not come oldest first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shuffled: bool,
    /// Replies read.
    #[serde(default)]
    seen: u64,
    /// How many the first message spoke of, when it came with them.
    #[serde(default)]
    shown: u64,
}

impl Open {
    pub(crate) fn new(ts: &str, marker: &str) -> Self {
        Open {
            ts: ts.to_owned(),
            marker: marker.to_owned(),
            cursor: None,
            after: None,
            limit: 0,
            high: None,
            pages: 0,
            restarts: 0,
            broken: false,
            shuffled: false,
            seen: 0,
            shown: 0,
        }
    }

    fn restart(&mut self, limit: u32) {
        *self = Open { limit, pages: self.pages, restarts: self.restarts + 1, ..Open::new(&self.ts, &self.marker) };
    }

    fn work(&self, channel: &str, marker: &str) -> WorkItem {
        work(channel, &self.ts, marker)
    }

    async fn ask(&self, api: &Api<'_>, channel: &str) -> Result<sales_transport::Reply, Failure> {
        api.replies(channel, &self.ts, self.after.as_deref(), self.limit, self.cursor.as_deref()).await
    }

    /// Reads the next page into the batch; `true` when the thread has been read to its end.
    async fn step(&mut self, api: &Api<'_>, channel: &str, place: &Arc<str>, plan: &Plan, batch: &mut Batch) -> Result<bool, Failure> {
        let slow = budget::is_slow(api.cx, api.team)?;
        let limit = if slow { budget::SLOW_PAGE } else { PAGE };
        if self.limit != limit {
            self.restart(limit);
        }
        let mut answer = self.ask(api, channel).await;
        if answer.as_ref().is_err_and(|f| f.word() == "invalid_cursor") && self.cursor.is_some() {
            self.restart(limit);
            answer = self.ask(api, channel).await;
        }
        let reply = match answer {
            Ok(reply) => reply,
            Err(f) if matches!(f.word(), "thread_not_found" | "message_not_found") => {
                if self.stands(api, channel, place).await? {
                    return Err(Failure::Alone(format!("Slack shows its first message, and says `{}` of it", f.word())));
                }
                batch.gone.push(Gone { place: place.to_string(), thread: Some(self.ts.clone()), native: self.ts.clone() });
                batch.done.push(self.work(channel, &self.marker));
                return Ok(true);
            }
            Err(f) => return Err(f),
        };
        let (throttled, date) = (reply.throttled, reply.date());
        let page = page::messages(api.cx, REPLIES, reply.body, place, Some(&self.ts)).await?;
        // `has_more` without a cursor: the rest is asked for from the last reply on.
        let goes_on = page.next.is_some() || page.has_more;
        let progress = page.high > self.high;
        if !slow && !api.cx.unlimited && self.cursor.is_none() && budget::shows_slow(throttled, page.items.len(), goes_on) {
            budget::set_slow(api.cx, api.team, true)?;
            batch.gaps.push(errors::slow_gap());
        }
        self.pages += 1;
        batch.requests += 1;
        let circle = if page.next.is_some() { page.next == self.cursor } else { !progress };
        if goes_on && (circle || self.pages > MOST_PAGES || self.restarts > MOST_RESTARTS) {
            return Err(Failure::Loop(REPLIES));
        }
        self.broken |= page.broken;
        let fresh = page.replies.iter().filter(|ts| self.high.as_ref().is_none_or(|high| *ts > high)).count();
        self.seen += u64::try_from(fresh).unwrap_or(u64::MAX);
        let from = ts::step(self.high.as_deref().unwrap_or(&self.ts), 1);
        let to = match goes_on {
            true => page.high.clone(),
            false => ts::told_until(date, page.high.as_deref()).map(|to| to.min(ts::from_instant(plan.now))),
        };
        // Anything unreadable, or out of order, and nothing is concluded from what the thread lacks.
        let in_order = page.low.as_deref().is_none_or(|low| low >= from.as_str());
        self.shuffled |= !in_order;
        if let Some(to) = to.filter(|to| !self.broken && in_order && *to >= from) {
            let range = Covered { place: place.to_string(), thread: Some(self.ts.clone()), from: Bound::At(from), to: Bound::At(to) };
            batch.covered.push(range);
        }
        if page.high > self.high {
            self.high = page.high;
        }
        let parent = page.parents.iter().find(|p| p.ts == self.ts);
        self.shown = parent.map_or(self.shown, |p| map::replies_of(&p.marker));
        if let Some(parent) = parent.filter(|p| p.marker != self.marker) {
            // The thread moved on since it was put on the list, and this is what it moved to. If its first message cannot be read, nobody
            // hears of that state, and work done for it would leave the thread on the list for ever.
            let wanted = self.work(channel, &parent.marker);
            if page.items.iter().any(|item| map::process(item).is_ok_and(|m| m.work.contains(&wanted))) {
                self.marker = wanted.marker;
            }
        }
        batch.items.extend(page.items);
        self.cursor = page.next;
        if goes_on && self.cursor.is_none() {
            self.after.clone_from(&self.high);
        }
        if !goes_on && self.short().is_none() {
            batch.done.push(self.work(channel, &self.marker));
        }
        Ok(!goes_on)
    }

    /// How many replies a thread that was read to its end shows, and how many of them came, if that is fewer.
    fn short(&self) -> Option<(u64, u64)> {
        (!self.broken && !self.shuffled && self.seen < self.shown).then_some((self.shown, self.seen))
    }

    /// Whether history still shows the first message: then `thread_not_found` is no deletion, and what was concluded from it would come back
    /// with the next page of history.
    async fn stands(&self, api: &Api<'_>, channel: &str, place: &Arc<str>) -> Result<bool, Failure> {
        let reply = api.history(channel, &self.ts, &self.ts, 1, None).await?;
        let page = page::messages(api.cx, HISTORY, reply.body, place, None).await?;
        Ok(page.broken || page.low.as_ref() == Some(&self.ts))
    }
}

/// A thread on the work list.
pub(crate) fn work(channel: &str, ts: &str, marker: &str) -> WorkItem {
    WorkItem::now(map::THREADS, channel, ts, marker)
}

/// What became of threads in one step, by their `ts`.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Begun: they need not be wanted any more.
    pub(crate) taken: Vec<String>,
    /// Read to their end.
    pub(crate) read: Vec<String>,
    /// Not to be understood.
    pub(crate) failed: Vec<Failed>,
}

impl Outcome {
    /// A thread was read to its end.
    fn end(&mut self, thread: &Open) {
        match thread.short() {
            None => self.read.push(thread.ts.clone()),
            short => {
                let (ts, marker) = (thread.ts.clone(), thread.marker.clone());
                self.failed.push(Failed { ts, marker, why: "it lacks replies".into(), short });
            }
        }
    }
}

/// A thread that cannot be understood.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) ts: String,
    pub(crate) marker: String,
    pub(crate) why: String,
    /// It was read to its end, and lacks replies: how many it shows, how many came.
    pub(crate) short: Option<(u64, u64)>,
}

/// Reads some of the wanted threads (`ts`, marker), the first ones first. One that is not read to its end stands in `open` and goes first
/// the next time. What becomes of those that failed is the caller's to decide.
///
/// # Errors
///
/// Only if nothing was read: an error that meets some threads of several leaves them for the next step.
pub(crate) async fn read(
    api: &Api<'_>,
    channel: &str,
    plan: &Plan,
    open: &mut Option<Open>,
    wanted: &[(String, String)],
    what: &str,
    batch: &mut Batch,
) -> Result<Outcome, ConnectorError> {
    let place: Arc<str> = format!("slack:{channel}").into();
    let slow = budget::is_slow(api.cx, api.team)?;
    let alone = |marker: &str| slow || map::replies_of(marker) >= LARGE;
    let mut out = Outcome::default();
    if open.is_none()
        && let Some((ts, marker)) = wanted.first().filter(|(_, m)| alone(m))
    {
        *open = Some(Open::new(ts, marker));
        out.taken.push(ts.clone());
    }
    if let Some(thread) = open {
        match thread.step(api, channel, &place, plan, batch).await {
            Ok(true) => out.end(thread),
            Ok(false) => return Ok(out),
            Err(f) => out.failed.push(alone_in(f, thread, what)?),
        }
        *open = None;
        return Ok(out);
    }
    let most = if api.cx.unlimited { STEP_THREADS.1 } else { STEP_THREADS.0 };
    let mut replies = 0;
    let several: Vec<_> = wanted
        .iter()
        .take(most)
        .take_while(|(_, marker)| {
            replies += map::replies_of(marker).max(1);
            !alone(marker) && (replies <= STEP_REPLIES)
        })
        .collect();
    let jobs = several.iter().map(|(ts, marker)| {
        let place = &place;
        async move {
            let mut part = super::empty_batch();
            let mut thread = Open::new(ts, marker);
            loop {
                match thread.step(api, channel, place, plan, &mut part).await {
                    Ok(true) => return (thread, Ok(part)),
                    Ok(false) => {}
                    Err(f) => return (thread, Err(f)),
                }
            }
        }
    });
    let mut failed = None;
    let mut odd = Vec::new();
    for (thread, result) in join_all(jobs).await {
        match result {
            Ok(part) => {
                batch.append(part);
                out.taken.push(thread.ts.clone());
                out.end(&thread);
            }
            Err(f) if several.len() > 1 && f.unlisted() => odd.push((f, thread)),
            Err(f) => match alone_in(f, &thread, what) {
                Ok(f) => {
                    out.taken.push(f.ts.clone());
                    out.failed.push(f);
                }
                Err(e) => failed = Some(e),
            },
        }
    }
    // A word that nobody knows concerns a thread, unless it is said of all.
    let all = odd.len() == several.len();
    for (f, thread) in odd {
        if all {
            failed = Some(f.told(what));
            continue;
        }
        let f = alone_in(f, &thread, what)?;
        out.taken.push(f.ts.clone());
        out.failed.push(f);
    }
    match failed {
        Some(e) if out.taken.is_empty() => Err(e),
        _ => Ok(out),
    }
}

/// A thread that cannot be understood is a failure beside the others; anything else concerns the whole channel.
fn alone_in(f: Failure, thread: &Open, what: &str) -> Result<Failed, ConnectorError> {
    let alone = matches!(f, Failure::Shape { .. } | Failure::Loop(_) | Failure::Alone(_)) || f.unlisted();
    let e = f.told(what);
    match alone {
        true => Ok(Failed { ts: thread.ts.clone(), marker: thread.marker.clone(), why: e.why, short: None }),
        false => Err(e),
    }
}
