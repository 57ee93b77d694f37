//! How much of each source there is for a customer, as far as streams and accounts tell. Counts of records come from the digests.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, ToSpan as _, civil::Date};
use sales_connectors::Grain;
use sales_model::{Coverage, CustomerId, Pending, Profile, Source};

use super::{blind::Whose, frame::Frame};
use crate::{App, project::Digest};

impl Frame {
    /// Of every source that is read for the customer.
    pub(super) fn coverage(&self, app: &App, customer: &CustomerId, places: &BTreeSet<String>) -> BTreeMap<Source, Coverage> {
        let terms = terms(&app.directory.profile(customer).unwrap_or_default());
        let whose = Whose { places, terms: &terms };
        let gaps = self.gaps(app, customer, places);
        let mut out = BTreeMap::new();
        for descriptor in self.sources.iter().filter(|d| self.is_read(&d.source, places)) {
            let source = &descriptor.source;
            let refused = gaps.iter().filter(|g| g.source == *source && g.kind == sales_model::GapKind::NoPermission);
            let mut unseen: Vec<String> = refused.map(|g| g.text.clone()).collect();
            unseen.dedup();
            let lacking = if *source == Source::EMAIL { self.partial.get(customer).copied().unwrap_or(0) } else { 0 };
            let coverage = Coverage {
                data_through: self.through(app, source, places),
                holes: self.holes(app, source, &whose),
                pending: self.pending(source, places),
                unreadable: self.unreadable(source, places).count() as u64,
                unseen,
                lacking,
                kept_from: self.kept_from(app, source),
                stale_since: self.stale_since(app, source, places),
                ..Coverage::of(source.clone())
            };
            out.insert(source.clone(), coverage);
        }
        out
    }

    /// Whether anything of a source is read that may hold something of the customer's.
    pub(super) fn is_read(&self, source: &Source, places: &BTreeSet<String>) -> bool {
        let main = |n: usize| self.streams.get(n).is_some_and(|s| self.is_main(s));
        self.concerned(source, places).into_iter().any(main) || self.account_errors.iter().any(|(account, _)| account.source == *source)
    }

    /// What waits in the source's lists. Transcripts are counted by the customer's own calls.
    fn pending(&self, source: &Source, places: &BTreeSet<String>) -> Vec<Pending> {
        let Some(descriptor) = self.descriptor(source) else { return Vec::new() };
        let mut out: BTreeMap<&str, Pending> = BTreeMap::new();
        let theirs = self.concerned(source, places).into_iter().filter_map(|n| self.streams.get(n));
        for state in theirs.filter(|s| s.waiting > 0) {
            let list = descriptor.streams.waiting.iter().find(|(list, words)| *list == state.key.stream && *words != TRANSCRIPTS);
            let Some((_, words)) = list else { continue };
            out.entry(words).or_insert_with(|| Pending { what: (*words).to_owned(), count: 0, due: None }).count += state.waiting;
        }
        out.into_values().collect()
    }

    /// When the first item of a source's list is asked for again, if the next sync does not.
    pub(super) fn due(&self, source: &Source, what: &str, places: &BTreeSet<String>) -> Option<Timestamp> {
        let lists = self.descriptor(source)?.streams.waiting;
        let theirs = self.concerned(source, places).into_iter().filter_map(|n| self.streams.get(n)).filter(|s| s.waiting > 0);
        let due: Vec<Option<Timestamp>> = theirs.filter(|s| lists.contains(&(s.key.stream.as_str(), what))).map(|s| s.due).collect();
        // `None` is the earliest: at once.
        due.into_iter().min().flatten()
    }

    /// Items that could not be read, of the customer's places, or of the whole source where nobody knows whose they are.
    pub(super) fn unreadable<'a>(&'a self, source: &'a Source, places: &'a BTreeSet<String>) -> impl Iterator<Item = &'a String> {
        let place = |key: &sales_model::StreamKey| format!("{}:{}", key.account.source, key.partition);
        let all = self.failures.iter().filter(move |(key, _)| key.account.source == *source);
        let whole = self.descriptor(source).is_none_or(|d| d.grain == Grain::Conversation);
        all.filter(move |(key, _)| whole || key.partition.is_empty() || places.contains(&place(key))).map(|(_, item)| item)
    }

    /// The first day that is kept, where `[retention]` allows less than `history` asks for.
    pub(super) fn kept_from(&self, app: &App, source: &Source) -> Option<Date> {
        let asked = self.asked.iter().filter(|(account, _)| account.source == *source).map(|(_, day)| *day).max()?;
        let until = asked.to_zoned(self.zone.clone()).ok()?.timestamp();
        let kept = app.kept_from(source, until).filter(|kept| *kept > app.ports.settings.history.before(until))?;
        Some(self.zone.to_datetime(kept).date())
    }

    /// The day up to which a source is in, if another one was read to its end more than a day later.
    pub(super) fn stale_since(&self, app: &App, source: &Source, places: &BTreeSet<String>) -> Option<Date> {
        let day = |at| self.zone.to_datetime(at).date();
        let own = day(self.through(app, source, places)?);
        let newest = self.streams.iter().filter(|s| self.is_main(s)).filter_map(|s| s.finished).max().map(day)?;
        (own.checked_add(1.day()).ok()? < newest).then_some(own)
    }
}

/// The list whose items are counted by the customer's own calls.
const TRANSCRIPTS: &str = "transcripts";

/// Domains and addresses by which a customer's mail is found.
fn terms(profile: &Profile) -> BTreeSet<String> {
    let addresses = profile.contacts.iter().filter_map(|c| c.email.as_deref());
    profile.domains.iter().map(String::as_str).chain(addresses).map(str::to_ascii_lowercase).collect()
}

/// Adds what the customer's own units tell.
pub(super) fn with_digests(mut all: BTreeMap<Source, Coverage>, sources: &BTreeMap<Source, Digest>) -> Vec<Coverage> {
    for (source, digest) in sources {
        let coverage = all.entry(source.clone()).or_insert_with(|| Coverage::of(source.clone()));
        (coverage.records, coverage.first, coverage.last) = (digest.records, digest.first, digest.last);
        coverage.given_up = digest.unavailable;
        if digest.pending > 0 {
            coverage.pending.push(Pending { what: TRANSCRIPTS.to_owned(), count: digest.pending, due: None });
        }
    }
    all.into_values().collect()
}
