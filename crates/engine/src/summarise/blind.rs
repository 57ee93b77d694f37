//! Which days nobody could look at.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::TimeZone};
use sales_connectors::Grain;
use sales_ledger::StreamState;
use sales_model::{AccountKey, Blind, Hole, Source, Stretch, Stretches};

use super::frame::{Frame, key_of, reads};
use crate::App;

/// Whose holes are asked for.
pub(super) struct Whose<'a> {
    /// Places of which anything is theirs.
    pub(super) places: &'a BTreeSet<String>,
    /// Domains and addresses by which their mail is found, in lower case.
    pub(super) terms: &'a BTreeSet<String>,
}

/// A stretch, and why nobody looked.
type Dark = (Stretch, Blind);

impl Frame {
    /// Days of a source that no successful read covers, of those that `history` and `[retention]` ask for, up to the day on which each
    /// account was last asked. Whole days alone count, so that neither the hour of a sync nor the clock changes anything.
    pub(super) fn holes(&self, app: &App, source: &Source, whose: &Whose<'_>) -> Vec<Hole> {
        // What is blind for the same days and the same reason is one hole.
        let mut holes: BTreeMap<(Date, Date, Blind, String), BTreeSet<String>> = BTreeMap::new();
        let mut add = |account: &AccountKey, place: &str, dark: Vec<Dark>| {
            for (stretch, why) in dark {
                let Some((from, to)) = self.days(stretch) else { continue };
                holes.entry((from, to, why, account.name.clone())).or_default().insert(place.to_owned());
            }
        };
        let asked = || self.asked.keys().filter(|account| account.source == *source);
        let within: BTreeMap<&AccountKey, Stretch> = asked().filter_map(|account| Some((account, self.within(app, account)?))).collect();
        for n in self.concerned(source, whose.places) {
            let Some(state) = self.streams.get(n).filter(|s| self.is_main(s)) else { continue };
            let Some(within) = within.get(&state.key.account) else { continue };
            let name = match self.grain(state) {
                Grain::Conversation => String::new(),
                Grain::Place => self.name_of(app, state),
            };
            add(&state.key.account, &name, self.dark(app, n, *within, whose));
        }
        for account in asked().filter(|account| self.error_of(account).is_some()) {
            // One that could never sign in has no streams.
            if !self.streams.iter().any(|s| s.key.account == *account && self.is_main(s)) {
                add(account, "", within.get(account).map(|within| (*within, Blind::Failed)).into_iter().collect());
            }
        }
        let hole = |((from, to, why, account), mut places): (_, BTreeSet<String>)| {
            places.remove("");
            Hole { from, to, why, account, places: places.into_iter().collect() }
        };
        holes.into_iter().map(hole).collect()
    }

    /// How people call the place of a stream.
    fn name_of(&self, app: &App, state: &StreamState) -> String {
        app.directory.read().places.get(&key_of(state)).map_or_else(|| state.key.partition.clone(), |p| format!("#{}", p.name))
    }

    /// Why an account could not sign in when it was last asked.
    pub(super) fn error_of(&self, account: &AccountKey) -> Option<&str> {
        self.account_errors.iter().find(|(a, _)| a == account).map(|(_, error)| error.as_str())
    }

    /// The time that an account should have read, in whole days.
    fn within(&self, app: &App, account: &AccountKey) -> Option<Stretch> {
        let until = self.start(*self.asked.get(account)?)?;
        let history = app.ports.settings.history.before(until);
        let from = app.kept_from(&account.source, until).map_or(history, |kept| kept.max(history));
        let first = self.zone.to_datetime(from).date().checked_add(1.day()).ok()?;
        Some(Stretch::new(self.start(first)?, until))
    }

    fn start(&self, day: Date) -> Option<Timestamp> {
        day.to_zoned(self.zone.clone()).ok().map(|z| z.timestamp())
    }

    /// The days of a stretch, the last one included.
    fn days(&self, stretch: Stretch) -> Option<(Date, Date)> {
        let last = stretch.to.checked_sub(1.nanosecond()).ok()?;
        let day = |at: Timestamp, zone: &TimeZone| zone.to_datetime(at).date();
        Some((day(stretch.from, &self.zone), day(last, &self.zone)))
    }

    /// What one stream has not read of a time.
    fn dark(&self, app: &App, n: usize, within: Stretch, whose: &Whose<'_>) -> Vec<Dark> {
        let Some((state, standing)) = self.streams.get(n).zip(self.standings.get(n)) else { return Vec::new() };
        let mut read = self.read(state);
        let mut unsearched = false;
        if let Some(searched) = &standing.searched {
            if whose.terms.is_empty() {
                return Vec::new();
            }
            let since: Option<Vec<Timestamp>> = whose.terms.iter().map(|term| searched_since(searched, term)).collect();
            match (since.and_then(|all| all.into_iter().max()), state.finished) {
                (Some(since), Some(finished)) => read.add(Stretch::new(since, finished)),
                (None, _) => unsearched = true,
                (Some(_), None) => {}
            }
        }
        let now = self.blind_now(app, state);
        let mut within = within;
        if standing.closed || (now.is_none() && state.finished.is_some()) {
            // What comes after the last read is new, and not dark.
            let Some(end) = read.end() else { return Vec::new() };
            within.to = within.to.min(end);
        }
        let why = |hole: &Stretch| match now {
            Some(why) if hole.to == within.to => why,
            _ if state.finished.is_none() => Blind::Loading,
            _ if unsearched => Blind::NotSearched,
            _ => Blind::NotAsked,
        };
        read.missing(within).into_iter().map(|hole| (hole, why(&hole))).collect()
    }

    /// What was read by the stream, and by those that go over the same place.
    fn read(&self, state: &StreamState) -> Stretches {
        if self.grain(state) == Grain::Conversation {
            return state.read.clone();
        }
        let same = self.of_place(&key_of(state)).filter_map(|n| self.streams.get(n)).filter(|s| s.key.account == state.key.account);
        same.flat_map(|s| s.read.as_slice().iter().copied()).collect()
    }

    /// Why nothing comes from a stream just now.
    fn blind_now(&self, app: &App, state: &StreamState) -> Option<Blind> {
        if self.grain(state) == Grain::Place
            && let Some(place) = app.directory.read().places.get(&key_of(state)).filter(|p| !reads(app, &state.key.account.source, p))
        {
            return Some(if place.member { Blind::LeftOut } else { Blind::NoPermission });
        }
        match (&state.error, self.error_of(&state.key.account)) {
            (Some(_), _) if state.auth => Some(Blind::NoPermission),
            (Some(_), _) | (None, Some(_)) => Some(Blind::Failed),
            (None, None) => None,
        }
    }
}

/// From when on something was searched for: itself, or a domain that it lies in.
fn searched_since(searched: &BTreeMap<String, Timestamp>, term: &str) -> Option<Timestamp> {
    let domain = term.rsplit_once('@').map_or(term, |(_, domain)| domain);
    let parents = std::iter::successors(Some(domain), |d| d.split_once('.').map(|(_, parent)| parent));
    std::iter::once(term).chain(parents).filter_map(|t| searched.get(t).copied()).min()
}
