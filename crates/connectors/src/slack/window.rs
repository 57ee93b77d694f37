//! A stretch of a channel's history that is being read, newest first, and one step through it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sales_model::{Gap, RawItem};
use serde::{Deserialize, Serialize};

use super::{
    api::Api,
    budget::{self, HISTORY},
    errors::{self, Failure},
    page::{self, Parent},
    ts,
};
use crate::{Bound, Covered, Plan};

/// The largest page that the API takes.
pub(crate) const PAGE: u32 = 999;
/// Pages in a row without anything older before a listing counts as going in a circle; Slack may send empty ones.
const STALL: u32 = 10;
/// Free plans hide what is older: its absence is no deletion.
const HIDDEN_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Both ends are included. Everything from `low` up has been read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// Newest end, as sent; with the cursor it must not change.
    pub(crate) latest: String,
    /// Oldest end, as sent.
    pub(crate) oldest: String,
    /// Lowest `ts` read so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) low: Option<String>,
    /// Where the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// The page size that the cursor belongs to.
    #[serde(default)]
    pub(crate) limit: u32,
    /// Pages without progress so far.
    #[serde(default)]
    pub(crate) stall: u32,
}

/// What one step brought.
pub(crate) struct Step {
    pub(crate) items: Vec<RawItem>,
    pub(crate) covered: Option<Covered>,
    pub(crate) parents: Vec<Parent>,
    pub(crate) high: Option<String>,
    pub(crate) gaps: Vec<Gap>,
    /// The window has been read to its end.
    pub(crate) complete: bool,
}

impl Window {
    /// An unread stretch.
    pub(crate) fn new(oldest: String, latest: String) -> Self {
        let latest = if latest < oldest { oldest.clone() } else { latest };
        Window { latest, oldest, low: None, cursor: None, limit: PAGE, stall: 0 }
    }

    /// Goes on in a later run, with new patience.
    pub(crate) fn resume(&mut self) {
        self.rewind();
        self.stall = 0;
    }

    /// Forgets the cursor: what is left begins at the lowest `ts` read, which is read once more.
    pub(crate) fn rewind(&mut self) {
        self.cursor = None;
        if let Some(low) = &self.low {
            self.latest.clone_from(low);
        }
    }

    /// Reads the next page.
    pub(crate) async fn step(&mut self, api: &Api<'_>, channel: &str, place: &Arc<str>, plan: &Plan) -> Result<Step, Failure> {
        let slow = budget::is_slow(api.cx, api.team)?;
        let limit = if slow { budget::SLOW_PAGE } else { PAGE };
        if self.limit != limit {
            self.rewind();
            self.limit = limit;
        }
        let mut answer = self.ask(api, channel).await;
        if answer.as_ref().is_err_and(|f| f.word() == "invalid_cursor") && self.cursor.is_some() {
            // Cursors die of old age; nothing that was read is lost.
            self.rewind();
            answer = self.ask(api, channel).await;
        }
        let reply = answer?;
        let (throttled, date) = (reply.throttled, reply.date());
        let mut page = page::messages(api.cx, HISTORY, reply.body, place, None).await?;
        let goes_on = page.next.is_some() || page.has_more;
        let mut gaps = Vec::new();
        if !slow && !api.cx.unlimited && self.cursor.is_none() && budget::shows_slow(throttled, page.items.len(), goes_on) {
            budget::set_slow(api.cx, api.team, true)?;
        }
        if budget::is_slow(api.cx, api.team)? {
            gaps.push(errors::slow_gap());
        }
        let covered = self.covered(&page, place, goes_on, plan.now, date);
        let progress = page.low.as_ref().is_some_and(|low| self.low.as_ref().is_none_or(|l| low < l));
        self.stall = if progress { 0 } else { self.stall + 1 };
        let looping = goes_on && (self.stall >= STALL || page.next.is_some() && page.next == self.cursor);
        if looping || (goes_on && page.next.is_none() && !progress) {
            return Err(Failure::Loop(HISTORY));
        }
        if progress {
            self.low = page.low.take();
        }
        self.cursor = page.next.take();
        if goes_on && self.cursor.is_none() {
            self.rewind();
        }
        Ok(Step { items: page.items, covered, parents: page.parents, high: page.high, gaps, complete: !goes_on })
    }

    async fn ask(&self, api: &Api<'_>, channel: &str) -> Result<sales_transport::Reply, Failure> {
        api.history(channel, &self.oldest, &self.latest, self.limit, self.cursor.as_deref()).await
    }

    /// What the page holds completely: from below what was read before down to its lowest message, or to the window's end. A message that
    /// is shown proves that all above it is visible; below the lowest one, only what no plan hides is.
    fn covered(&self, page: &page::Messages, place: &Arc<str>, goes_on: bool, now: Timestamp, date: Option<Timestamp>) -> Option<Covered> {
        if page.broken {
            return None;
        }
        let to = match self.low.as_deref() {
            Some(low) => ts::step(low, -1),
            None => ts::told_until(date, page.high.as_deref())?.min(self.latest.clone()),
        };
        let hidden = now.checked_sub(HIDDEN_AFTER).map(ts::from_instant).unwrap_or_default();
        let from = match (goes_on, &page.low) {
            (true, low) => low.clone()?,
            (false, Some(low)) => hidden.min(low.clone()).max(self.oldest.clone()),
            (false, None) => hidden.max(self.oldest.clone()),
        };
        (from <= to).then(|| Covered { place: place.to_string(), thread: None, from: Bound::At(from), to: Bound::At(to) })
    }
}
