//! Finding replies by search, with a user's token: 100 a page, wherever they stand.
//!
//! Results lack edits, reactions and bot ids, so what comes of them is partial until a pass reads the thread itself.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sales_model::{Checkpoint, RawItem};
use serde::{Deserialize, Serialize};

use super::{
    api::{self, Api, Role},
    budget::SEARCH,
    errors::Failure,
    map,
    page::{self, Origin},
    plan, rotation, ts,
    wire::{Match, SearchPage},
};
use crate::{Batch, ConnectorError, FetchRequest, Retry};

/// Name of the stream.
pub(crate) const STREAM: &str = "search";
/// Results of a page, the most that Slack gives.
pub(crate) const PAGE: usize = 100;
/// Slack answers no page beyond this one.
const MOST_PAGES: u64 = 100;
/// Search lags behind; what was found up to this long ago is looked for again.
const OVERLAP: SignedDuration = SignedDuration::from_mins(30);
/// Our clock is trusted this far where the server's is not told.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// A walk through results, newest first. Days in queries are those of the searching person's time zone, so a day is added each side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Walk {
    /// Nothing said on or before this day.
    after: Date,
    /// Nothing said on or after this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Date>,
    /// Next page, from 1.
    page: u64,
    /// Lowest `ts` seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    low: Option<String>,
    /// Highest `ts` seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) high: Option<String>,
    /// The server's clock with the last page.
    #[serde(skip)]
    date: Option<Timestamp>,
}

impl Walk {
    /// Through all replies since then.
    pub(crate) fn since(at: Timestamp) -> Self {
        let day = day(at);
        Walk { after: day.checked_sub(2.days()).unwrap_or(day), before: None, page: 1, low: None, high: None, date: None }
    }

    /// The query of the next page.
    fn query(&self, channel: Option<&str>) -> String {
        let mut q = channel.map(|c| format!("in:<#{c}> ")).unwrap_or_default();
        q.push_str(&format!("is:thread after:{}", self.after));
        if let Some(before) = self.before {
            q.push_str(&format!(" before:{before}"));
        }
        q
    }

    /// Reads one page into `items`, results from channels that are not read left out. `true` at the end, or once a page reaches below
    /// `down_to`.
    pub(crate) async fn step(
        &mut self,
        api: &Api<'_>,
        channel: Option<&str>,
        readable: &BTreeSet<String>,
        down_to: Option<&str>,
        items: &mut Vec<RawItem>,
    ) -> Result<bool, Failure> {
        let reply = api.search(&self.query(channel), self.page).await?;
        self.date = reply.date();
        let body = reply.body;
        let origin = Origin::now(api.cx);
        let found: SearchPage<'_> = api::read(SEARCH, &body)?;
        let results = found.messages.matches.len();
        for raw in found.messages.matches {
            let m: Match<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
            if let Some(at) = m.ts.as_deref().filter(|t| ts::instant(t).is_some()) {
                if self.low.as_deref().is_none_or(|low| at < low) {
                    self.low = Some(at.to_owned());
                }
                if self.high.as_deref().is_none_or(|high| at > high) {
                    self.high = Some(at.to_owned());
                }
            }
            if m.channel.id.as_deref().is_some_and(|c| readable.contains(c)) {
                items.push(origin.item(map::MATCH, None, page::slice(&body, raw)));
            }
        }
        let (paging, pagination) = (found.messages.paging, found.messages.pagination);
        // Where neither tells, a full page is followed by another.
        let pages = paging.and_then(|p| p.pages).or_else(|| pagination.and_then(|p| p.page_count));
        let pages = pages.unwrap_or(if results < PAGE { 0 } else { MOST_PAGES });
        let below = down_to.zip(self.low.as_deref()).is_some_and(|(stop, low)| low < stop);
        if results == 0 || below || self.page >= pages {
            return Ok(true);
        }
        if self.page < MOST_PAGES {
            self.page += 1;
            return Ok(false);
        }
        self.page = 1;
        Ok(!self.go_below())
    }

    /// Starts a further query below what was seen; `false` if there is nothing below.
    fn go_below(&mut self) -> bool {
        let Some(low) = self.low.as_deref().and_then(ts::instant).map(day) else { return false };
        let next = low.checked_add(2.days()).unwrap_or(low);
        // More than 10,000 replies in two days: what Slack does not show of them is left to the threads themselves.
        let next = if self.before.is_some_and(|b| next >= b) { low } else { next };
        // A server that shows the same whatever is asked for.
        let lower = self.before.is_none_or(|b| next < b);
        self.before = Some(next);
        lower && next > self.after
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct State {
    v: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Timestamp>,
    /// All up to here was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    top: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    walk: Option<Walk>,
}

/// What went wrong with a search. A bad token for searching alone stops nothing else.
pub(crate) fn told(api: &Api<'_>, f: Failure) -> ConnectorError {
    let e = f.told("Slack search");
    if e.retry == Retry::StopAccount && !rotation::renews(api.cx, Role::Search) {
        let hint = "put a valid user token (`xoxp-`) into SLACK_USER_TOKEN, or leave the variable out".into();
        return ConnectorError { what: "Slack search with SLACK_USER_TOKEN".into(), hint, retry: Retry::Never, ..e };
    }
    e
}

/// New replies anywhere, however old their threads are.
pub(crate) async fn fetch(api: &Api<'_>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let plan = request.plan;
    let mut state = request.from.and_then(|c| serde_json::from_str::<State>(&c.0).ok()).filter(|s| s.v == 1).unwrap_or_default();
    state.v = 1;
    if state.run != Some(plan.now) {
        // A walk that was cut off left what is below it: the next begins at the same watermark.
        state.walk = None;
        state.run = Some(plan.now);
    }
    // The first time, the past is read by history and threads.
    let from = state.top.as_deref().and_then(ts::instant).unwrap_or(plan.now);
    let from = from.checked_sub(OVERLAP).unwrap_or(from).max(plan.since);
    let down_to = ts::from_instant(from);
    let mut walk = state.walk.take().unwrap_or_else(|| Walk::since(from));
    let mut batch = super::empty_batch();
    let readable = plan::readable(api.cx, request.plan, request.known);
    let end = walk.step(api, None, &readable, Some(&down_to), &mut batch.items).await.map_err(|f| told(api, f))?;
    if end {
        // Where nothing was found to go by, the server's clock says how far the looking went: were ours ahead, what is said until then
        // would never be found.
        let looked = walk.date.map(|at| at.min(plan.now)).or_else(|| plan.now.checked_sub(AHEAD).ok());
        let looked = looked.and_then(|at| at.checked_sub(OVERLAP).ok()).map(ts::from_instant);
        state.top = walk.high.max(state.top).or(looked);
        state.run = None;
    } else {
        state.walk = Some(walk);
    }
    batch.more = !end;
    batch.next = Checkpoint(serde_json::to_string(&state).unwrap_or_default());
    Ok(batch)
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
