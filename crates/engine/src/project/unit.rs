//! One unit for one customer: its file, its findings, its digest. CPU work.

mod call;
mod cast;
mod category;
mod day;
mod mail;
mod note;
mod talk;
mod voices;

pub(crate) use cast::NAMELESS;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use jiff::tz::TimeZone;
use sales_connectors::Connector;
use sales_insight::{RULES, Reader, ReaderConfig};
use sales_ledger::UnitFindings;
use sales_model::{ContentHash, CustomerId, Detail, Finding, Person, Place, Profile, Side, Source};

use super::{digest::Digest, plan::Job};
use crate::{
    App,
    directory::{Directory, Known},
    units::{MAIL, by_day},
};
use voices::Voices;

/// What became of a job.
pub(super) struct Rendered {
    pub(super) customer: CustomerId,
    /// Path, bytes and their hash.
    pub(super) file: Option<(String, Vec<u8>, ContentHash)>,
    /// Hash of what was written last.
    pub(super) written: Option<ContentHash>,
    /// Path of a file that is to go: there is nothing to show, or it has another name now.
    pub(super) gone: Option<String>,
    pub(super) findings: UnitFindings,
}

impl Rendered {
    /// The file, if it is another than the one written last.
    pub(super) fn changed(&self) -> Option<&(String, Vec<u8>, ContentHash)> {
        self.file.as_ref().filter(|(_, _, hash)| self.gone.is_some() || self.written != Some(*hash))
    }
}

/// What a unit comes to.
struct Made {
    bytes: Vec<u8>,
    findings: Vec<Finding>,
    digest: Digest,
}

/// Renders jobs.
pub(super) struct Renderer {
    directory: Arc<Directory>,
    zone: TimeZone,
    company: String,
    competitors: Vec<String>,
    readers: Mutex<HashMap<CustomerId, Arc<Reader>>>,
    slack: Option<Arc<dyn Connector>>,
}

impl Renderer {
    pub(super) fn new(app: &App, zone: TimeZone) -> Self {
        let settings = &app.ports.settings;
        Renderer {
            directory: app.directory.clone(),
            zone,
            company: settings.company.clone(),
            competitors: settings.competitors.clone(),
            readers: Mutex::default(),
            slack: sales_connectors::registry::connector(&Source::SLACK),
        }
    }

    /// Names or profiles may be others now.
    pub(super) fn forget(&self) {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Renders all jobs, in order.
    pub(super) fn all(&self, jobs: Vec<Job>) -> Vec<Rendered> {
        let customers = self.directory.customers();
        let known = self.directory.read();
        let teams: Vec<String> = known.teams.iter().cloned().collect();
        jobs.into_iter()
            .map(|job| {
                let profile = customers.iter().find(|(id, _)| *id == job.customer).map(|(_, p)| p);
                self.one(job, profile, &known, &teams)
            })
            .collect()
    }

    fn one(&self, job: Job, profile: Option<&Profile>, known: &Known, teams: &[String]) -> Rendered {
        let place = known.places.get(&*job.place);
        let voices = Voices { renderer: self, known, teams, place, profile };
        let made = match job.records.iter().find_map(|r| r.record.detail.as_deref().filter(|_| r.record.is_first())) {
            Some(Detail::Call(_)) => call::make(&job, &voices),
            Some(Detail::Note(_)) => note::make(&job, &voices),
            _ if &*job.place == MAIL => mail::make(&job, &voices),
            _ if by_day(&job.place) => day::make(&job, &voices),
            // A transcript whose call is not there yet, or no more.
            _ => None,
        };
        let mut findings = UnitFindings {
            customer: job.customer.clone(),
            place: job.place.to_string(),
            unit: job.unit.to_string(),
            rules: RULES,
            findings: Vec::new(),
            digest: String::new(),
        };
        let (old_path, written) = job.entry.map_or((None, None), |(path, hash)| (Some(path), hash));
        let Some((made, path)) = made.zip(job.path.or_else(|| old_path.clone())) else {
            return Rendered { customer: job.customer, file: None, written, gone: old_path, findings };
        };
        findings.findings = made.findings;
        findings.digest = serde_json::to_string(&made.digest).unwrap_or_default();
        let hash = ContentHash::of(&made.bytes);
        let gone = old_path.filter(|old| *old != path);
        Rendered { customer: job.customer, file: Some((path, made.bytes, hash)), written, gone, findings }
    }

    fn reader(&self, customer: &CustomerId, voices: &Voices<'_>) -> Arc<Reader> {
        let (profile, known) = (voices.profile, voices.known);
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = readers.get(customer) {
            return reader.clone();
        }
        let mut competitors = self.competitors.clone();
        let mut customer_names = Vec::new();
        if let Some(profile) = profile {
            competitors.extend(profile.competitors.iter().filter(|c| !self.competitors.contains(c)).cloned());
            customer_names.push(profile.name.clone());
            customer_names.extend(profile.aliases.iter().cloned());
        }
        // The same for all units of the customer, whichever is made first.
        let teams = foreign_teams(customer, profile, known);
        let side = |p: &Person| voices.side_of(p, p.team.as_ref().is_some_and(|team| teams.contains(team)));
        let mut people: Vec<(String, Side)> =
            known.people.values().filter(|p| !p.bot && !p.unknown).map(|p| (p.name.clone(), side(p))).collect();
        people.extend(profile.into_iter().flat_map(|p| &p.contacts).map(|c| (c.name.clone(), Side::Theirs)));
        people.sort();
        people.dedup();
        let reader = Arc::new(Reader::new(ReaderConfig {
            competitors,
            company: self.company.clone(),
            customer_names,
            people,
            timezone: self.zone.clone(),
        }));
        readers.insert(customer.clone(), reader.clone());
        reader
    }
}

/// Teams at a vendor whose people without an address are the customer's: those that the profile names, and those that share a place with us
/// which is the customer's.
fn foreign_teams(customer: &CustomerId, profile: Option<&Profile>, known: &Known) -> BTreeSet<String> {
    let own = |place: &&Place| place.shared && known.owners.get(&place.key).is_some_and(|owners| owners.contains(customer));
    let shared = known.places.values().filter(own).flat_map(|place| place.external_teams.iter());
    profile.into_iter().flat_map(|p| &p.slack.team_ids).chain(shared).cloned().collect()
}
