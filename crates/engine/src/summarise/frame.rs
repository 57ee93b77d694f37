//! States of streams and accounts, as all customers' contexts share them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{Timestamp, civil::Date};
use sales_connectors::{Descriptor, Grain, Identity, ScopeState, Standing, registry};
use sales_ledger::StreamState;
use sales_model::{AccountKey, ContentHash, CustomerId, Place, Source, StreamKey};

use super::mark_of;
use crate::{App, error::Result, project::Inputs, units::MAIL};

/// What all customers' contexts share.
pub(super) struct Frame {
    pub(super) streams: Vec<StreamState>,
    /// By stream: what its checkpoint tells.
    pub(super) standings: Vec<Standing>,
    /// Streams by the key of the place that they are about.
    by_place: HashMap<String, Vec<usize>>,
    /// On which day each account was last asked for anything.
    pub(super) asked: BTreeMap<AccountKey, Date>,
    pub(super) account_errors: Vec<(AccountKey, String)>,
    /// Permissions that accounts lack.
    pub(super) lacks: Vec<(AccountKey, ScopeState)>,
    /// Items that could not be read: of which stream, item and reason.
    pub(super) failures: Vec<(StreamKey, String)>,
    /// Mails of which only the header is there.
    pub(super) partial: BTreeMap<CustomerId, u64>,
    pub(super) sources: Vec<&'static Descriptor>,
    pub(super) zone: jiff::tz::TimeZone,
    /// Everything that all contexts show beside findings.
    shared: String,
}

impl Frame {
    pub(super) async fn load(app: &App) -> Result<Self> {
        let store = &app.ports.store;
        let streams = store.streams().await?;
        let asked: BTreeMap<AccountKey, Date> = store.asked().await?.into_iter().collect();
        let (mut account_errors, mut lacks) = (Vec::new(), Vec::new());
        let accounts: BTreeSet<_> = streams.iter().map(|s| &s.key.account).chain(asked.keys()).collect();
        for account in accounts {
            let error = store.get(&format!("account_error/{account}")).await?.filter(|e| !e.is_empty());
            account_errors.extend(error.map(|e| (account.clone(), e)));
            let identity = store.get(&format!("identity/{account}")).await?;
            let identity: Option<Identity> = identity.and_then(|text| serde_json::from_str(&text).ok());
            let refused = identity.into_iter().flat_map(|me| me.scopes).filter(|scope| scope.granted == Some(false));
            lacks.extend(refused.map(|scope| (account.clone(), scope)));
        }
        let failures = store.failures().await?;
        let failures = failures.into_iter().map(|(key, item, reason)| (key, format!("{item}: {reason}"))).collect();
        let partial = store.partial(MAIL).await?.into_iter().collect();
        let mut by_place: HashMap<String, Vec<usize>> = HashMap::new();
        for (n, state) in streams.iter().enumerate() {
            by_place.entry(key_of(state)).or_default().push(n);
        }
        let standing = |state: &StreamState| {
            let connector = registry::connector(&state.key.account.source)?;
            Some(connector.standing(&state.key, state.checkpoint.as_ref()?))
        };
        let standings = streams.iter().map(|state| standing(state).unwrap_or_default()).collect();
        let mut titles: Vec<_> = app.directory.read().people.values().map(|p| (p.key.clone(), p.title.clone())).collect();
        titles.sort();
        let shared = format!("{} {:?}", Inputs::now(app).shared(), ContentHash::of(serde_json::json!(titles).to_string().as_bytes()));
        let sources = registry::connectors().iter().map(|c| c.descriptor()).collect();
        let zone = app.zone()?;
        Ok(Frame { streams, standings, by_place, asked, account_errors, lacks, failures, partial, sources, zone, shared })
    }

    /// What is known of a stream's source.
    pub(super) fn descriptor(&self, source: &Source) -> Option<&'static Descriptor> {
        self.sources.iter().find(|d| d.source == *source).copied()
    }

    /// Whether a stream brings records, for the first time and late.
    pub(super) fn is_main(&self, state: &StreamState) -> bool {
        self.descriptor(&state.key.account.source).is_some_and(|d| d.streams.records.contains(&state.key.stream.as_str()))
    }

    /// Whether it lists what an account can see.
    fn is_list(&self, state: &StreamState) -> bool {
        let list = self.descriptor(&state.key.account.source).map(|d| d.streams.list);
        list == Some(state.key.stream.as_str()) && state.key.partition.is_empty()
    }

    /// Streams that bring what stands in a customer's places.
    pub(super) fn own<'a>(&'a self, places: &'a BTreeSet<String>) -> impl Iterator<Item = &'a StreamState> {
        let all = places.iter().flat_map(|place| self.of_place(place)).filter_map(|n| self.streams.get(n));
        all.filter(|s| self.grain(s) == Grain::Place)
    }

    /// Positions of the streams that are about a place.
    pub(super) fn of_place(&self, place: &str) -> impl Iterator<Item = usize> + use<'_> {
        self.by_place.get(place).into_iter().flatten().copied()
    }

    /// Positions of a source's streams that may bring something of the customer with these places.
    pub(super) fn concerned(&self, source: &Source, places: &BTreeSet<String>) -> Vec<usize> {
        let of = |n: &usize| self.streams.get(*n).is_some_and(|s| s.key.account.source == *source);
        match self.descriptor(source).map(|d| d.grain) {
            Some(Grain::Conversation) => (0..self.streams.len()).filter(of).collect(),
            _ => places.iter().flat_map(|place| self.of_place(place)).filter(of).collect(),
        }
    }

    /// What a stream's source is divided into.
    pub(super) fn grain(&self, state: &StreamState) -> Grain {
        self.descriptor(&state.key.account.source).map_or(Grain::Place, |d| d.grain)
    }

    /// Everything up to then is in: the day on which the stream of this source's records began that was read to its end longest ago. Whole
    /// days, so that a sync that brings nothing changes no context, and a rebuild gives the same bytes.
    ///
    /// Places that nothing comes from any more hold nothing back: in an archived one nothing was said up to the last list of places, and
    /// one that is not read has a gap of its own, which says since when.
    pub(super) fn through(&self, app: &App, source: &Source, places: &BTreeSet<String>) -> Option<Timestamp> {
        let oldest = self.last_sync(app, source, places)?;
        self.zone.to_datetime(oldest).date().to_zoned(self.zone.clone()).map(|z| z.timestamp()).ok().or(Some(oldest))
    }

    /// When the run began that the stream of [`Frame::through`] was last read to its end in.
    pub(super) fn last_sync(&self, app: &App, source: &Source, places: &BTreeSet<String>) -> Option<Timestamp> {
        match self.descriptor(source)?.grain {
            Grain::Place => self.places_through(app, source, places),
            // Whatever the customer: a call of theirs may come with any of them.
            Grain::Conversation => {
                let main = || self.streams.iter().zip(&self.standings).filter(|(s, _)| s.key.account.source == *source && self.is_main(s));
                let open = main().filter(|(_, standing)| !standing.closed).map(|(s, _)| s.finished).min();
                // Of folders that are no more the last look counts.
                open.unwrap_or_else(|| main().map(|(s, _)| s.finished).max().flatten())
            }
        }
    }

    fn places_through(&self, app: &App, source: &Source, places: &BTreeSet<String>) -> Option<Timestamp> {
        let own: Vec<_> = self.own(places).filter(|s| s.key.account.source == *source && self.is_main(s)).collect();
        let known = app.directory.read();
        let place = |s: &StreamState| known.places.get(&key_of(s));
        let (read, unread): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|s| !(s.error.is_some() && s.auth) && place(s).is_none_or(|p| reads(app, source, p)));
        let (closed, open): (Vec<_>, Vec<_>) =
            read.into_iter().partition(|s| s.error.is_none() && s.finished.is_some() && place(s).is_some_and(|p| p.archived));
        drop(known);
        let listed = |account: &AccountKey| {
            let list = |s: &&StreamState| s.key.account == *account && self.is_list(s);
            self.streams.iter().find(list).and_then(|s| s.finished)
        };
        if !open.is_empty() {
            open.iter().map(|s| s.finished).min().flatten()
        } else if let Some(first) = closed.first() {
            listed(&first.key.account).max(first.finished)
        } else {
            unread.iter().filter_map(|s| s.finished).max()
        }
    }

    /// Changes when the context has to be made again although no finding did.
    pub(super) fn mark(&self, app: &App, customer: &CustomerId) -> String {
        let places = places_of(app, customer);
        let through = self.sources.iter().map(|d| self.through(app, &d.source, &places).map(|t| t.to_string()).unwrap_or_default());
        let profile = serde_json::to_string(&app.directory.profile(customer)).unwrap_or_default();
        let parts: Vec<String> = through.chain([profile, self.shared.clone()]).collect();
        let coverage = serde_json::to_string(&self.coverage(app, customer, &places)).unwrap_or_default();
        let parts = [parts, vec![coverage]].concat();
        mark_of(&parts, &self.gaps(app, customer, &places))
    }

    /// Whether every account of a source has told which places it can see.
    pub(super) fn listed(&self, source: &Source) -> bool {
        let mut lists = self.streams.iter().filter(|s| s.key.account.source == *source && self.is_list(s));
        lists.next().is_some_and(|first| first.finished.is_some()) && lists.all(|s| s.finished.is_some())
    }
}

/// Key of the place that a stream is about.
pub(super) fn key_of(state: &StreamState) -> String {
    format!("{}:{}", state.key.account.source, state.key.partition)
}

/// Whether a place is still read.
pub(super) fn reads(app: &App, source: &Source, place: &Place) -> bool {
    registry::connector(source).is_none_or(|c| c.reads(&app.ports.settings, place))
}

pub(super) fn date(at: Timestamp) -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(at).date()
}

/// Places of which anything belongs to a customer.
pub(super) fn places_of(app: &App, customer: &CustomerId) -> BTreeSet<String> {
    let known = app.directory.read();
    known.places.keys().filter(|p| known.belongs(p, customer)).cloned().collect()
}
