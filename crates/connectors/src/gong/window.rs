//! A stretch of time whose calls are being read, oldest first, and what a page of them means for it. Pure.

use jiff::{SignedDuration, Timestamp};
use sales_model::Stretch;
use serde::{Deserialize, Serialize};

use super::{
    api::Span,
    map,
    page::{Calls, MARGIN},
};
use crate::CoveredTime;

/// Cursors that die, and pages that bring nothing new, before a listing is given up.
const MOST_STALLS: u32 = 5;
/// Calls begin at most this much earlier than they were to. One that did is found on a later page than its start says, where it is put right.
const EARLY: SignedDuration = SignedDuration::from_hours(1);

/// `from` is included, `to` is not; both are whole seconds, because nothing says how exactly the vendor compares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// Oldest end.
    pub(crate) from: Timestamp,
    /// Newest end.
    pub(crate) to: Timestamp,
    /// It belongs to the load of the history: what nobody asked for before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) history: bool,
    /// Newer calls are read elsewhere: it does not end now.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    inner: bool,
    /// All calls before this have been read, by whichever time the vendor takes them: the highest of the lower times seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Timestamp>,
    /// The last start seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latest: Option<Timestamp>,
    /// Where the next page begins; of this run and no other, because cursors expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// Where the listing of the cursor began: asked for again with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<Timestamp>,
    /// A call was seen to begin before one that came earlier: nothing is concluded, and where the cursor dies all is read again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) disorder: bool,
    /// Calls of the listing under way, as the vendor counts them, and how many of them were seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u32>,
    #[serde(default)]
    pub(crate) seen: u64,
    /// Pages of the listing under way.
    #[serde(default)]
    pub(crate) pages: u64,
    /// The last page and an earlier one; one that comes again goes in a circle.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    last: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    mark: String,
    /// Steps in a row that brought nothing new.
    #[serde(default)]
    pub(crate) stalls: u32,
    /// The last page ended the listing although the vendor counts more calls.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) cut: bool,
}

/// What a page did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// There is more in the window.
    On,
    /// It has been read to its end.
    Complete,
    /// It leads nowhere.
    Circle,
}

/// A point in time without its fraction.
pub(crate) fn whole(at: Timestamp) -> Timestamp {
    let second = if at.subsec_nanosecond() < 0 { at.as_second() - 1 } else { at.as_second() };
    Timestamp::from_second(second).unwrap_or(at)
}

impl Window {
    /// One that nothing has been read of.
    pub(crate) fn new(from: Timestamp, to: Timestamp, history: bool) -> Self {
        Window {
            from: whole(from),
            to: whole(to),
            history,
            inner: false,
            at: None,
            latest: None,
            cursor: None,
            begun: None,
            disorder: false,
            total: None,
            seen: 0,
            pages: 0,
            last: String::new(),
            mark: String::new(),
            stalls: 0,
            cut: false,
        }
    }

    /// One below others.
    pub(crate) fn below(from: Timestamp, to: Timestamp) -> Self {
        Window { inner: true, ..Window::new(from, to, true) }
    }

    /// Where a listing without a cursor begins: at the last call seen, which comes again.
    pub(crate) fn resume(&self) -> Timestamp {
        match self.at.filter(|_| !self.disorder) {
            Some(at) => whole(at).clamp(self.from, self.to),
            None => self.from,
        }
    }

    /// Whether there is nothing to ask.
    pub(crate) fn is_empty(&self) -> bool {
        self.resume() >= self.to
    }

    /// What to ask for; a cursor goes with the words of the request that began its listing.
    pub(crate) fn span(&self) -> Span {
        let from = self.begun.filter(|_| self.cursor.is_some()).unwrap_or_else(|| self.resume());
        Span { from, to: self.to }
    }

    /// Forgets the listing under way; what was read of it stays read.
    pub(crate) fn rewind(&mut self) {
        (self.cursor, self.begun) = (None, None);
        (self.total, self.seen, self.pages) = (None, 0, 0);
        self.last.clear();
        self.mark.clear();
    }

    /// Another run goes on with it.
    pub(crate) fn next_run(&mut self) {
        self.rewind();
        self.stalls = 0;
    }

    /// The cursor died. Whether there is any use in beginning anew.
    pub(crate) fn dead_cursor(&mut self) -> bool {
        self.rewind();
        self.stalls += 1;
        self.stalls <= MOST_STALLS
    }

    /// Takes note of an answer; gives what it covers completely, and how the window stands.
    pub(crate) fn take(&mut self, page: Option<&Calls>) -> (Option<CoveredTime>, Step) {
        let first_page = self.cursor.is_none();
        let begun = self.span().from;
        if first_page {
            self.rewind();
            self.begun = Some(begun);
        }
        // Of what lies below the window, calls that began late may have begun in it; and what was seen before is not on this page.
        let after = self.latest.and_then(|at| at.checked_add(SignedDuration::from_micros(1)).ok());
        let above = after.unwrap_or(Timestamp::MIN).max(self.from.checked_add(MARGIN).unwrap_or(Timestamp::MAX));
        let end = if self.inner { self.to.checked_sub(MARGIN).unwrap_or(Timestamp::MIN) } else { self.to };
        let Some(page) = page else {
            return (self.covers(above, end, true), Step::Complete);
        };
        self.pages += 1;
        self.seen += page.count as u64;
        self.total = page.total.or(self.total);
        // What came before comes again: neither does it tell anything of the order.
        let again = page.count > 0 && (page.print == self.mark || page.print == self.last);
        self.last.clone_from(&page.print);
        if again {
            self.stalls += 1;
            // From the last call seen on, without what led here.
            self.rewind();
            return (None, self.unless_stalled(page));
        }
        // In order of one of their times, each is possible behind those before it.
        let mut at = if first_page { begun } else { self.at.unwrap_or(begun) };
        for times in &page.times {
            self.disorder |= at > times.high;
            at = at.max(times.low);
        }
        let new = !page.times.is_empty() && Some(at) > self.at;
        self.at = self.at.max((!page.times.is_empty()).then_some(at));
        self.latest = self.latest.max(page.times.iter().map(|t| t.started).max());
        // A list that ends before all that it counts, or an empty one that counts nothing, is not whole: nothing is gone because of it.
        let whole = match self.total {
            Some(total) => self.seen >= u64::from(total),
            None => page.count > 0,
        };
        self.cut = page.next.is_none() && !whole;
        let upto = if page.next.is_none() { end } else { at.checked_sub(EARLY).unwrap_or(Timestamp::MIN) };
        let covered = self.covers(above, upto, !page.undated && !self.cut);
        if self.pages.is_power_of_two() {
            self.mark.clone_from(&page.print);
        }
        if new {
            self.stalls = 0;
        } else if page.count == 0 {
            self.stalls += 1;
        }
        self.cursor.clone_from(&page.next);
        (covered, self.unless_stalled(page))
    }

    /// The time that has been read so far: all of it at its end, unless the vendor kept something back.
    pub(crate) fn read(&self, step: &Step) -> Option<Stretch> {
        match step {
            Step::Complete if self.cut => None,
            Step::Complete => Some(Stretch::new(self.from, self.to)),
            Step::On if !self.disorder => Some(Stretch::new(self.from, self.resume())),
            Step::On | Step::Circle => None,
        }
    }

    fn unless_stalled(&self, page: &Calls) -> Step {
        match page.next {
            None => Step::Complete,
            Some(_) if self.stalls > MOST_STALLS => Step::Circle,
            Some(_) => Step::On,
        }
    }

    fn covers(&self, from: Timestamp, to: Timestamp, dated: bool) -> Option<CoveredTime> {
        (dated && !self.disorder && from < to).then(|| CoveredTime { place: map::PLACE.into(), from, to })
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
