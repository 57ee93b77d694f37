//! A stretch of time whose calls are being read, oldest first, and what a page of them means for it. Pure.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{api::Span, map, page::Calls};
use crate::CoveredTime;

/// Cursors that die, and pages that bring nothing new, before a listing is given up.
const MOST_STALLS: u32 = 5;

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
    /// Start of the last call seen: all that begin before it have been read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Timestamp>,
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
            at: None,
            cursor: None,
            begun: None,
            disorder: false,
            total: None,
            seen: 0,
            pages: 0,
            last: String::new(),
            mark: String::new(),
            stalls: 0,
        }
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
        let before = self.at.filter(|_| !first_page);
        // A page that goes on after another begins behind that one's last call; calls that begin with it may stand on either.
        let above = before.map_or(begun, |at| at.checked_add(SignedDuration::from_micros(1)).unwrap_or(at));
        let Some(page) = page else {
            return (self.covers(above, self.to, true), Step::Complete);
        };
        self.pages += 1;
        self.seen += page.count as u64;
        self.total = page.total.or(self.total);
        self.disorder |= !page.ascends || page.ends.is_some_and(|(first, _)| before.is_some_and(|at| first < at));
        // The vendor takes calls by another time than they tell, or not by time at all.
        self.disorder |= page.ends.is_some_and(|(first, _)| first < begun);
        let last = page.ends.map(|(_, last)| last);
        let upto = if page.next.is_none() { self.to } else { last.unwrap_or(above) };
        let covered = self.covers(above, upto, !page.undated);
        let new = last > self.at;
        self.at = self.at.max(last);
        if page.next.is_none() {
            self.cursor = None;
            return (covered, Step::Complete);
        }
        let again = page.print == self.mark || page.print == self.last || page.count == 0;
        self.last.clone_from(&page.print);
        if self.pages.is_power_of_two() {
            self.mark.clone_from(&page.print);
        }
        self.stalls = match (again, new) {
            (true, _) => self.stalls + 1,
            (false, true) => 0,
            (false, false) => self.stalls,
        };
        self.cursor.clone_from(&page.next);
        if self.stalls > MOST_STALLS {
            return (None, Step::Circle);
        }
        if again && page.count > 0 {
            // From the last call seen on, without what led here.
            self.rewind();
            return (None, Step::On);
        }
        (covered, Step::On)
    }

    fn covers(&self, from: Timestamp, to: Timestamp, dated: bool) -> Option<CoveredTime> {
        (dated && !self.disorder && from < to).then(|| CoveredTime { place: map::PLACE.into(), from, to })
    }
}

#[cfg(test)]
#[path = "window_tests.rs"]
mod tests;
