//! A stretch of a channel's history that is being read, newest first, and one step through it.

use std::{cmp::Ordering, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use sales_model::{Gap, RawItem, Stretch};
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
/// Pages in a row that bring nothing new before a listing counts as going in a circle. Slack may send empty ones: "fewer items than
/// `limit`, even zero, does not mean the end".
const STALL: u32 = 1_000;
/// The same for cursors that die.
const MOST_DEATHS: u32 = 10;
/// After so many of them the next run goes on at the cursor, instead of walking through them again.
const LONG_WALK: u32 = 100;
/// Free plans hide what is older: its absence is no deletion.
const HIDDEN_AFTER: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Both ends are included. Everything from `low` up has been read; where pages rise, everything up to `up`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// Newest end, as sent; with the cursor it must not change.
    pub(crate) latest: String,
    /// Oldest end, as sent.
    pub(crate) oldest: String,
    /// Lowest `ts` read so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) low: Option<String>,
    /// Highest `ts` read so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) up: Option<String>,
    /// The oldest page comes first, as old documentation says of requests without `latest`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) rising: bool,
    /// A page was seen to stand below the one before: the newest page comes first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) falling: bool,
    /// Where the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// The page size that the cursor belongs to.
    #[serde(default)]
    pub(crate) limit: u32,
    /// Pages without progress so far.
    #[serde(default)]
    pub(crate) stall: u32,
    /// Cursors that died since something new came.
    #[serde(default, skip_serializing_if = "is_none")]
    pub(crate) deaths: u32,
    /// A cursor of these pages; one that comes again leads in a circle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_none(n: &u32) -> bool {
    *n == 0
}

/// What one step brought.
pub(crate) struct Step {
    pub(crate) items: Vec<RawItem>,
    pub(crate) covered: Option<Covered>,
    pub(crate) parents: Vec<Parent>,
    pub(crate) high: Option<String>,
    pub(crate) gaps: Vec<Gap>,
    /// The time in which all first-level messages have been read.
    pub(crate) read: Option<Stretch>,
    /// The window has been read to its end.
    pub(crate) complete: bool,
}

impl Window {
    /// An unread stretch.
    pub(crate) fn new(oldest: String, latest: String) -> Self {
        let latest = if latest < oldest { oldest.clone() } else { latest };
        Window {
            latest,
            oldest,
            low: None,
            up: None,
            rising: false,
            falling: false,
            cursor: None,
            limit: PAGE,
            stall: 0,
            deaths: 0,
            mark: None,
        }
    }

    /// Goes on in a later run, with new patience.
    pub(crate) fn resume(&mut self) {
        (self.mark, self.deaths) = (None, 0);
        if self.stall >= LONG_WALK {
            self.stall = LONG_WALK;
            return;
        }
        self.rewind();
        self.stall = 0;
    }

    /// Forgets the cursor: what is left begins at the lowest `ts` read (where pages rise, the highest), which is read once more.
    pub(crate) fn rewind(&mut self) {
        (self.cursor, self.mark) = (None, None);
        match (&self.low, &self.up) {
            (_, Some(up)) if self.rising => self.oldest.clone_from(up),
            (Some(low), _) => self.latest.clone_from(low),
            _ => {}
        }
    }

    /// Looks which way the pages go.
    fn turn(&mut self, page: &page::Messages, goes_on: bool) {
        let (Some(low), Some(high)) = (&page.low, &page.high) else { return };
        match (&self.low, &self.up) {
            _ if self.rising => {}
            (None, None) => self.rising = goes_on && page.order == Some(Ordering::Less),
            (Some(last), _) if high <= last => self.falling = true,
            (_, Some(last)) if low >= last && !self.falling => (self.rising, self.low) = (true, None),
            _ => {}
        }
    }

    /// Whether a page brings what no page before it brought.
    fn progress(&self, page: &page::Messages) -> bool {
        match self.rising {
            true => page.high > self.up,
            false => page.low.as_ref().is_some_and(|low| self.low.as_ref().is_none_or(|l| low < l)),
        }
    }

    /// Whether a listing comes back to where it was, by R. P. Brent's method: a cursor is kept for twice as many pages as the one before.
    fn circles(&mut self, next: Option<&String>) -> bool {
        let Some(next) = next else { return false };
        if self.cursor.as_ref() == Some(next) || self.mark.as_ref() == Some(next) {
            return true;
        }
        if self.stall.is_power_of_two() {
            self.mark = Some(next.clone());
        }
        false
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
            self.deaths += 1;
            if self.deaths > MOST_DEATHS {
                return Err(Failure::Loop(HISTORY));
            }
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
        self.turn(&page, goes_on);
        let covered = self.covered(&page, place, goes_on, plan.now, date);
        let progress = self.progress(&page);
        self.stall = if progress { 0 } else { self.stall + 1 };
        if goes_on && (self.circles(page.next.as_ref()) || self.stall >= STALL || (page.next.is_none() && !progress)) {
            return Err(Failure::Loop(HISTORY));
        }
        if progress {
            (self.mark, self.deaths) = (None, 0);
            self.low = page.low.take().filter(|_| !self.rising);
        }
        if page.high > self.up {
            self.up.clone_from(&page.high);
        }
        self.cursor = page.next.take();
        let read = self.read(&page, goes_on);
        if goes_on && self.cursor.is_none() {
            self.rewind();
        }
        Ok(Step { items: page.items, covered, parents: page.parents, high: page.high, gaps, read, complete: !goes_on })
    }

    async fn ask(&self, api: &Api<'_>, channel: &str) -> Result<sales_transport::Reply, Failure> {
        api.history(channel, &self.oldest, &self.latest, self.limit, self.cursor.as_deref()).await
    }

    /// The time that has been read with this page: all of the window at its end, before that what lies on the read side of this page. As long
    /// as nobody knows which way the pages go, no more than the page itself.
    fn read(&self, page: &page::Messages, goes_on: bool) -> Option<Stretch> {
        let (from, to) = match (goes_on, self.rising) {
            (false, _) => (&self.oldest, &self.latest),
            (true, _) if page.order == Some(Ordering::Equal) => return None,
            (true, true) => (&self.oldest, self.up.as_ref()?),
            (true, false) if self.falling => (self.low.as_ref()?, &self.latest),
            (true, false) => (self.low.as_ref()?, page.high.as_ref()?),
        };
        // Both ends of a window are included.
        Some(Stretch::new(ts::instant(from)?, ts::instant(&ts::step(to, 1))?))
    }

    /// What the page holds completely: from below what was read before down to its lowest message, or to the window's end. A message that
    /// is shown proves that all above it is visible; below the lowest one, only what no plan hides is. Nothing is concluded of a page that
    /// does not join the one before, and nothing above the first of several as long as it is not known that the newest comes first.
    fn covered(&self, page: &page::Messages, place: &Arc<str>, goes_on: bool, now: Timestamp, date: Option<Timestamp>) -> Option<Covered> {
        if page.broken || page.order == Some(Ordering::Equal) {
            return None;
        }
        let end = |high: Option<&str>| Some(ts::told_until(date, high)?.min(self.latest.clone()));
        if self.rising {
            let from = match self.up.as_deref() {
                Some(up) if page.low.as_deref().is_some_and(|low| low < up) => return None,
                Some(up) => ts::step(up, 1),
                None => page.low.clone()?,
            };
            let to = if goes_on { page.high.clone()? } else { end(page.high.as_deref().or(self.up.as_deref()))? };
            return (from <= to).then(|| Covered { place: place.to_string(), thread: None, from: Bound::At(from), to: Bound::At(to) });
        }
        let to = match self.low.as_deref() {
            Some(low) if page.high.as_deref().is_some_and(|high| high > low) => return None,
            Some(low) => ts::step(low, -1),
            None if goes_on && !self.falling => page.high.clone()?,
            None => end(page.high.as_deref())?,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn page(low: &str, high: &str, order: Option<Ordering>) -> page::Messages {
        page::Messages { low: Some(low.into()), high: Some(high.into()), order, ..page::Messages::default() }
    }

    /// What counts as read after each page of a window from 10 to 90: (lowest, highest, order of the page), (from, to).
    #[test]
    fn what_lies_on_the_read_side_of_a_page_is_read() {
        use Ordering::{Equal, Greater, Less};
        type Pages = &'static [((i64, i64, Option<Ordering>), Option<(i64, i64)>)];
        let table: [Pages; 5] = [
            // Newest first, which the second page tells.
            &[((70, 80, Some(Greater)), Some((70, 80))), ((40, 60, Some(Greater)), Some((40, 90))), ((20, 30, None), Some((10, 90)))],
            // All on one page; nothing at all.
            &[((70, 80, None), Some((10, 90)))],
            // Oldest first.
            &[((20, 30, Some(Less)), Some((10, 30))), ((40, 60, Some(Less)), Some((10, 60))), ((70, 80, None), Some((10, 90)))],
            // Nobody knows which way.
            &[((50, 50, None), Some((50, 50))), ((20, 30, Some(Greater)), Some((10, 90)))],
            &[((20, 80, Some(Equal)), None), ((20, 80, Some(Equal)), Some((10, 90)))],
        ];
        let ts = |n: i64| format!("{n:010}.000000");
        for pages in table {
            let mut w = Window::new(ts(10), ts(90));
            for (n, ((low, high, order), read)) in pages.iter().enumerate() {
                let goes_on = n + 1 < pages.len();
                let page = page(&ts(*low), &ts(*high), *order);
                w.turn(&page, goes_on);
                if w.progress(&page) {
                    w.low = page.low.clone().filter(|_| !w.rising);
                }
                w.up = page.high.clone().max(w.up.take());
                let told = w.read(&page, goes_on).map(|s| (s.from.as_second(), s.to.as_second()));
                assert_eq!(told, *read, "page {n} of {pages:?}");
            }
        }
    }

    /// Pages as (lowest, highest, order) to (rising, falling).
    #[test]
    fn the_way_of_pages_shows_in_them() {
        use Ordering::{Equal, Greater, Less};
        type Page = (&'static str, &'static str, Option<Ordering>);
        let table: [(&[Page], bool, bool); 7] = [
            (&[("5", "9", Some(Greater))], false, false),
            (&[("1", "5", Some(Less))], true, false),
            (&[("5", "5", None)], false, false),
            (&[("5", "9", Some(Greater)), ("1", "4", Some(Greater))], false, true),
            (&[("1", "4", Some(Greater)), ("5", "9", Some(Greater))], true, false),
            (&[("1", "4", Some(Equal)), ("2", "9", Some(Equal))], false, false),
            (&[("5", "6", None), ("3", "4", None), ("7", "8", None)], false, true),
        ];
        for (pages, rising, falling) in table {
            let mut w = Window::new("0".into(), "9".into());
            for (low, high, order) in pages {
                let page =
                    page::Messages { low: Some((*low).into()), high: Some((*high).into()), order: *order, ..page::Messages::default() };
                w.turn(&page, true);
                let progress = w.progress(&page);
                w.low = page.low.clone().filter(|_| progress && !w.rising).or(w.low.take());
                w.up = page.high.max(w.up.take());
            }
            assert_eq!((w.rising, w.falling), (rising, falling), "{pages:?}");
        }
        // All of a listing on one page: its order is of no matter.
        let mut w = Window::new("0".into(), "9".into());
        w.turn(&page::Messages { low: Some("1".into()), high: Some("5".into()), order: Some(Less), ..page::Messages::default() }, false);
        assert!(!w.rising);
    }
}
