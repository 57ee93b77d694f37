//! Everything a context is made of, put together from the ledger.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use sales_ledger::{StreamState, UnitFindings};
use sales_model::{
    AccountKey, ContentHash, Coverage, CustomerFacts, CustomerId, Evidence, Gap, GapKind, Person, PersonFacts, Place, Profile, RecordId,
    Side, Source,
};

use super::mark_of;
use crate::{
    App,
    attribute::unseen,
    error::Result,
    project::{Digest, Inputs},
};

/// What all customers' contexts share: states of streams and accounts.
pub(super) struct Frame {
    streams: Vec<StreamState>,
    account_errors: Vec<(Source, String)>,
    failures: Vec<String>,
    zone: TimeZone,
    /// Everything that all contexts show beside findings.
    shared: String,
}

impl Frame {
    pub(super) async fn load(app: &App) -> Result<Self> {
        let store = &app.ports.store;
        let streams = store.streams().await?;
        let mut account_errors = Vec::new();
        let accounts: BTreeSet<_> = streams.iter().map(|s| s.key.account.clone()).collect();
        for account in accounts {
            let error = store.get(&format!("account_error/{account}")).await?.filter(|e| !e.is_empty());
            account_errors.extend(error.map(|e| (account.source.clone(), e)));
        }
        let failures = store.failures().await?.into_iter().map(|(_, item, reason)| format!("{item}: {reason}")).collect();
        let mut titles: Vec<_> = app.directory.read().people.values().map(|p| (p.key.clone(), p.title.clone())).collect();
        titles.sort();
        let shared = format!("{} {:?}", Inputs::now(app).shared(), ContentHash::of(serde_json::json!(titles).to_string().as_bytes()));
        Ok(Frame { streams, account_errors, failures, zone: app.zone()?, shared })
    }

    /// Streams that bring a customer's records.
    fn own<'a>(&'a self, places: &'a BTreeSet<String>) -> impl Iterator<Item = &'a StreamState> {
        self.streams.iter().filter(|s| places.contains(&key_of(s)))
    }

    /// Everything up to then is in: the day on which the stream of this source's records began that was read to its end longest ago. Whole
    /// days, so that a sync that brings nothing changes no context, and a rebuild gives the same bytes.
    ///
    /// Places that nothing comes from any more hold nothing back: in an archived one nothing was said up to the last list of places, and
    /// one that is not read has a gap of its own, which says since when.
    fn through(&self, app: &App, source: &Source, places: &BTreeSet<String>) -> Option<Timestamp> {
        let own: Vec<_> = self.own(places).filter(|s| s.key.account.source == *source && s.key.stream == "history").collect();
        let known = app.directory.read();
        let place = |s: &StreamState| known.places.get(&key_of(s));
        let (read, unread): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|s| !(s.error.is_some() && s.auth) && place(s).is_none_or(|p| reads(app, source, p)));
        let (closed, open): (Vec<_>, Vec<_>) =
            read.into_iter().partition(|s| s.error.is_none() && s.finished.is_some() && place(s).is_some_and(|p| p.archived));
        drop(known);
        let listed = |account: &AccountKey| {
            let list = |s: &&StreamState| s.key.account == *account && s.key.stream == "catalogue" && s.key.partition.is_empty();
            self.streams.iter().find(list).and_then(|s| s.finished)
        };
        let oldest = if !open.is_empty() {
            open.iter().map(|s| s.finished).min().flatten()?
        } else if let Some(first) = closed.first() {
            listed(&first.key.account).max(first.finished)?
        } else {
            unread.iter().filter_map(|s| s.finished).max()?
        };
        self.zone.to_datetime(oldest).date().to_zoned(self.zone.clone()).map(|z| z.timestamp()).ok().or(Some(oldest))
    }

    /// Changes when the context has to be made again although no finding did.
    pub(super) fn mark(&self, app: &App, customer: &CustomerId) -> String {
        let places = places_of(app, customer);
        let through = self.through(app, &Source::SLACK, &places).map(|t| t.to_string()).unwrap_or_default();
        let profile = serde_json::to_string(&app.directory.profile(customer)).unwrap_or_default();
        mark_of(&[through, profile, self.shared.clone()], &self.gaps(app, customer, &places))
    }

    /// Whether every account of a source has told which places it can see.
    fn listed(&self, source: &Source) -> bool {
        let mut lists =
            self.streams.iter().filter(|s| s.key.account.source == *source && s.key.stream == "catalogue" && s.key.partition.is_empty());
        lists.next().is_some_and(|first| first.finished.is_some()) && lists.all(|s| s.finished.is_some())
    }

    fn gaps(&self, app: &App, customer: &CustomerId, places: &BTreeSet<String>) -> Vec<Gap> {
        let mut out: Vec<Gap> = Vec::new();
        for (source, text) in app.ports.unconnected.iter() {
            out.push(Gap { source: source.clone(), kind: GapKind::NotConnected, text: text.clone() });
        }
        for (source, error) in &self.account_errors {
            out.push(Gap { source: source.clone(), kind: GapKind::Failed, text: format!("the last sync could not sign in: {error}") });
        }
        let known = app.directory.read();
        if let Some(profile) = app.directory.profile(customer).filter(|_| self.listed(&Source::SLACK)) {
            out.extend(unseen(&profile, &known.places).into_iter().map(|name| Gap {
                source: Source::SLACK,
                kind: GapKind::NoPermission,
                text: format!("channel `{name}` named in profile.toml is not visible to the Slack app: /invite it, or correct the name"),
            }));
        }
        for state in self.own(places) {
            let key = key_of(state);
            let place = known.places.get(&key);
            let name = place.map_or(key, |p| format!("#{}", p.name));
            let source = state.key.account.source.clone();
            if let Some(place) = place.filter(|p| !reads(app, &source, p)) {
                // Nothing in it waits or fails any more.
                if let Some(at) = state.finished.filter(|_| state.key.stream == "history") {
                    let why = if place.member { "workspace.toml leaves it out" } else { "the app is no longer a member" };
                    out.push(Gap {
                        source,
                        kind: GapKind::OutOfReach,
                        text: format!("{name} is not read any more: {why} (last read {})", date(at)),
                    });
                }
                continue;
            }
            let main = |s: &StreamState| s.key.stream == "history";
            let told = |s: &StreamState| {
                main(s) && s.key.partition == state.key.partition && s.key.account == state.key.account && s.error == state.error
            };
            if let Some(error) = &state.error {
                if !main(state) && self.streams.iter().any(told) {
                    // Said once, by the stream that knows since when.
                    continue;
                }
                let kind = if state.auth { GapKind::NoPermission } else { GapKind::Failed };
                let since = state.finished.map_or_else(|| "never read to its end".to_owned(), |t| format!("last read {}", date(t)));
                out.push(Gap { source: source.clone(), kind, text: format!("{name}: {error} ({since})") });
            } else if state.finished.is_none() && state.key.stream == "history" {
                out.push(Gap {
                    source: source.clone(),
                    kind: GapKind::Loading,
                    text: format!("{name} is still being read for the first time"),
                });
            }
            if state.waiting > 0 {
                out.push(Gap { source, kind: GapKind::Loading, text: format!("{name}: {} threads still to be read", state.waiting) });
            }
            out.extend(state.gaps.iter().cloned());
        }
        for state in self.streams.iter().filter(|s| s.key.partition.is_empty()) {
            let source = state.key.account.source.clone();
            if let Some(error) = &state.error {
                out.push(Gap {
                    source,
                    kind: if state.auth { GapKind::NoPermission } else { GapKind::Failed },
                    text: format!("{}: {error}", state.key.stream),
                });
            }
            out.extend(state.gaps.iter().cloned());
        }
        if let Some(first) = self.failures.first() {
            let more = match self.failures.len() - 1 {
                0 => String::new(),
                n => format!("; and {n} more"),
            };
            let text = format!("items could not be read: {first}{more}");
            out.push(Gap { source: Source::SLACK, kind: GapKind::Unreadable, text });
        }
        out.sort();
        out.dedup();
        out
    }
}

/// Key of the place that a stream is about.
fn key_of(state: &StreamState) -> String {
    format!("{}:{}", state.key.account.source, state.key.partition)
}

/// Whether a place is still read.
fn reads(app: &App, source: &Source, place: &Place) -> bool {
    sales_connectors::registry::connector(source).is_none_or(|c| c.reads(&app.ports.settings, place))
}

fn date(at: Timestamp) -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(at).date()
}

fn places_of(app: &App, customer: &CustomerId) -> BTreeSet<String> {
    let known = app.directory.read();
    known.places.keys().filter(|p| known.customers_of(p).contains(customer)).cloned().collect()
}

/// Facts of one customer on their way to a context.
pub(super) struct Facts {
    customer: CustomerId,
    profile: Profile,
    timezone: String,
    through: Option<Timestamp>,
    units: Vec<UnitFindings>,
    paths: BTreeMap<(String, String), String>,
    people: BTreeMap<String, (Person, Side)>,
    gaps: Vec<Gap>,
}

impl Facts {
    pub(super) async fn load(app: &App, customer: &CustomerId, frame: &Frame) -> Result<Self> {
        let store = &app.ports.store;
        let units = store.findings(customer).await?;
        let files = store.files(Some(customer)).await?;
        let paths = files.into_iter().map(|f| ((f.place, f.unit), f.path)).collect();
        let places = places_of(app, customer);
        let profile = app.directory.profile(customer).unwrap_or_default();
        let mut people = BTreeMap::new();
        {
            let known = app.directory.read();
            let shared = places.iter().filter_map(|p| known.places.get(p)).find(|p| p.shared);
            for (key, person) in &known.people {
                let side = known.side(&app.directory.domains, shared, Some(key), person.bot, Some(&profile));
                people.insert(key.clone(), (person.clone(), side));
            }
        }
        Ok(Facts {
            customer: customer.clone(),
            timezone: app.ports.settings.timezone.clone(),
            through: frame.through(app, &Source::SLACK, &places),
            gaps: frame.gaps(app, customer, &places),
            profile,
            units,
            paths,
            people,
        })
    }

    /// Puts the facts together; CPU work.
    pub(super) fn assemble(self) -> CustomerFacts {
        let mut total = Digest::default();
        let mut findings = Vec::new();
        let mut contact: BTreeMap<Side, Evidence> = BTreeMap::new();
        for unit in self.units {
            let path = self.paths.get(&(unit.place.clone(), unit.unit.clone())).cloned().unwrap_or_default();
            let fill = |e: &mut Evidence| e.path.clone_from(&path);
            if let Ok(mut digest) = serde_json::from_str::<Digest>(&unit.digest) {
                digest.people.values_mut().for_each(|v| fill(&mut v.last));
                digest.days.values_mut().flat_map(BTreeMap::values_mut).for_each(|(_, e)| fill(e));
                let heard = if digest.internal { None } else { Some(&digest.days) };
                for (side, (_, e)) in heard.into_iter().flat_map(BTreeMap::values).flatten() {
                    if contact.get(side).is_none_or(|old| newer(e, old)) {
                        contact.insert(*side, e.clone());
                    }
                }
                total.merge(digest);
            }
            findings.extend(unit.findings.into_iter().map(|mut f| {
                f.evidence.iter_mut().for_each(fill);
                f
            }));
        }
        let as_of = self.through.max(total.last);
        let coverage = (total.records > 0 || self.through.is_some())
            .then_some(Coverage {
                source: Source::SLACK,
                records: total.records,
                first: total.first,
                last: total.last,
                data_through: self.through,
            })
            .into_iter()
            .collect();
        let mut people: Vec<PersonFacts> =
            total.people.into_iter().filter_map(|(key, voice)| person(&self.people, &self.profile, key, voice)).collect();
        people.sort_by(|a, b| (b.last.at, &a.key).cmp(&(a.last.at, &b.key)));
        CustomerFacts {
            customer: self.customer,
            profile: self.profile,
            timezone: self.timezone,
            as_of,
            coverage,
            people,
            findings: sales_insight::merge(findings),
            last_contact: contact.into_iter().collect(),
            last_week: as_of.map(|now| last_week(&total.days, now)).unwrap_or_default(),
            gaps: self.gaps,
        }
    }
}

fn person(known: &BTreeMap<String, (Person, Side)>, profile: &Profile, key: String, voice: crate::project::Voice) -> Option<PersonFacts> {
    let (person, side) = known.get(&key)?;
    if person.bot || *side == Side::Bot {
        return None;
    }
    let contact = profile.contacts.iter().find(|c| match (&c.email, &person.email) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    });
    Some(PersonFacts {
        name: person.name.clone(),
        email: person.email.clone(),
        title: contact.and_then(|c| c.title.clone()).or_else(|| person.title.clone()),
        role: contact.and_then(|c| c.role.clone()),
        side: *side,
        messages: voice.messages,
        last: voice.last,
        key,
    })
}

/// What was said in the seven days up to `now`, by side.
fn last_week(days: &BTreeMap<Date, BTreeMap<Side, (u64, Evidence)>>, now: Timestamp) -> Vec<(Side, u64, Evidence)> {
    let since = now.checked_sub(SignedDuration::from_hours(7 * 24)).unwrap_or(now);
    let mut out: BTreeMap<Side, (u64, Evidence)> = BTreeMap::new();
    for sides in days.range(date(since)..).map(|(_, sides)| sides) {
        for (side, (count, last)) in sides.iter().filter(|(_, (_, last))| last.at >= since) {
            let entry = out.entry(*side).or_insert_with(|| (0, last.clone()));
            entry.0 += count;
            if newer(last, &entry.1) {
                entry.1 = last.clone();
            }
        }
    }
    out.into_iter().map(|(side, (count, last))| (side, count, last)).collect()
}

fn newer(a: &Evidence, b: &Evidence) -> bool {
    let key = |e: &Evidence| -> (Timestamp, RecordId) { (e.at, e.record.clone()) };
    key(a) > key(b)
}
