//! One unit for one customer: its file, its findings, its digest. CPU work.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::tz::TimeZone;
use sales_connectors::Connector;
use sales_files::slack::{DayFile, Lookup, render};
use sales_insight::{Mention, RULES, Reader, ReaderConfig, Turn};
use sales_ledger::UnitFindings;
use sales_model::{ContentHash, CustomerId, Person, Place, Profile, Record, RecordId, RecordState, RefKind, Side, Source};

use super::{
    digest::{Digest, Said},
    plan::Job,
};
use crate::{
    App,
    directory::{Directory, Known},
};

/// What became of a job.
pub(super) struct Rendered {
    pub(super) customer: CustomerId,
    /// Path, bytes and their hash.
    pub(super) file: Option<(String, Vec<u8>, ContentHash)>,
    /// Hash of what was written last.
    pub(super) written: Option<ContentHash>,
    /// Path of a file that is to go.
    pub(super) gone: Option<String>,
    pub(super) findings: UnitFindings,
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
        let records: Vec<&Record> = job.records.iter().map(|r| &r.record).collect();
        let bytes = place.and_then(|place| {
            render(&DayFile { place, date: job.date, customer: &job.customer, records: &records, timezone: &self.zone }, &voices)
        });
        let mut findings = UnitFindings {
            customer: job.customer.clone(),
            place: job.place.to_string(),
            unit: job.date.to_string(),
            rules: RULES,
            findings: Vec::new(),
            digest: String::new(),
        };
        let (old_path, written) = job.entry.map_or((None, None), |(path, hash)| (Some(path), hash));
        let Some((bytes, path)) = bytes.zip(job.path.or_else(|| old_path.clone())) else {
            return Rendered { customer: job.customer, file: None, written, gone: old_path, findings };
        };
        let spoken: Vec<Spoken<'_>> = records.iter().filter(|r| r.state == RecordState::Live).map(|r| voices.spoken(r)).collect();
        let reader = self.reader(&job.customer, profile, known, &voices);
        // A guest of theirs can be in a place that is shared with nobody.
        let internal = place.is_some_and(|p| !p.shared) && !spoken.iter().any(|s| s.side == Side::Theirs);
        let turns: Vec<Turn<'_>> = spoken.iter().map(|s| Turn { internal, ..s.turn() }).collect();
        findings.findings = reader.read(&Source::SLACK, &turns);
        let mut digest = Digest { internal, ..Digest::default() };
        for said in spoken.iter().filter(|s| !s.record.activity) {
            digest.add(&said.said(), &self.zone);
        }
        findings.digest = serde_json::to_string(&digest).unwrap_or_default();
        let hash = ContentHash::of(&bytes);
        Rendered { customer: job.customer, file: Some((path, bytes, hash)), written, gone: None, findings }
    }

    fn reader(&self, customer: &CustomerId, profile: Option<&Profile>, known: &Known, voices: &Voices<'_>) -> Arc<Reader> {
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
        let mut people: Vec<(String, Side)> =
            known.people.values().filter(|p| !p.bot && !p.unknown).map(|p| (p.name.clone(), voices.person_side(p))).collect();
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

/// Names and sides towards one customer.
struct Voices<'a> {
    renderer: &'a Renderer,
    known: &'a Known,
    teams: &'a [String],
    place: Option<&'a Place>,
    profile: Option<&'a Profile>,
}

impl Voices<'_> {
    fn own(&self) -> sales_model::OwnSide<'_> {
        sales_model::OwnSide { domains: &self.renderer.directory.domains, teams: self.teams }
    }

    fn person_side(&self, person: &Person) -> Side {
        self.own().side(person, self.profile, self.place.is_some_and(|p| p.shared))
    }

    fn spoken<'a>(&'a self, record: &'a Record) -> Spoken<'a> {
        let author = record.author.as_deref().and_then(|a| self.known.people.get(a)).filter(|p| !p.unknown);
        let speaker = author.map(|p| p.name.as_str()).or(record.author_name.as_deref()).or(record.author.as_deref()).unwrap_or_default();
        let side = Lookup::side(self, record, author);
        let (text, mentions) = self.text(record);
        Spoken { id: record.id(), record, speaker, side, text, mentions }
    }

    /// The text with names put in, and where people are named in it.
    fn text<'a>(&'a self, record: &'a Record) -> (std::borrow::Cow<'a, str>, Vec<Mention<'a>>) {
        let plain = &record.text.plain;
        if record.text.refs.is_empty() {
            return (plain.as_str().into(), Vec::new());
        }
        let (mut out, mut mentions, mut at, mut points) = (String::with_capacity(plain.len() + 32), Vec::new(), 0, 0_u32);
        for r in &record.text.refs {
            let (Some(before), Some(own)) = (plain.get(at..r.start as usize), plain.get(r.start as usize..r.end as usize)) else {
                continue;
            };
            let name = self.known.label(r.kind, &r.key).unwrap_or(own);
            out.push_str(before);
            points += before.chars().count() as u32;
            let start = points;
            out.push_str(name);
            points += name.chars().count() as u32;
            if r.kind == RefKind::Person {
                let side = self.known.people.get(&r.key).map_or(Side::Other, |p| self.person_side(p));
                mentions.push(Mention { name, side, start, end: points });
            }
            at = r.end as usize;
        }
        out.push_str(plain.get(at..).unwrap_or_default());
        (out.into(), mentions)
    }
}

impl Lookup for Voices<'_> {
    fn person(&self, key: &str) -> Option<&Person> {
        self.known.people.get(key)
    }

    fn place(&self, key: &str) -> Option<&Place> {
        self.known.places.get(key)
    }

    fn side(&self, record: &Record, author: Option<&Person>) -> Side {
        if record.bot {
            return Side::Bot;
        }
        match author.filter(|p| !p.unknown) {
            Some(person) => self.person_side(person),
            // Slack hides some people of other companies, and all without the scope `users:read`; a message names its author's team.
            None => record.team.as_deref().map_or(Side::Other, |team| self.own().side_of_team(team, self.place)),
        }
    }

    fn permalink(&self, place: &Place, native: &str, thread: &str) -> String {
        self.renderer.slack.as_ref().map(|c| c.permalink(place, native, thread)).unwrap_or_default()
    }
}

/// A record ready to be read by people and by the insight rules.
struct Spoken<'a> {
    id: RecordId,
    record: &'a Record,
    speaker: &'a str,
    side: Side,
    text: std::borrow::Cow<'a, str>,
    mentions: Vec<Mention<'a>>,
}

impl Spoken<'_> {
    fn turn(&self) -> Turn<'_> {
        Turn {
            record: &self.id,
            thread: &self.record.thread,
            anchor: &self.record.native,
            at: self.record.at,
            speaker: self.speaker,
            side: self.side,
            text: &self.text,
            mentions: &self.mentions,
            quiet: self.record.activity || self.side == Side::Bot,
            internal: false,
        }
    }

    fn said(&self) -> Said<'_> {
        Said {
            id: self.id.clone(),
            source: &Source::SLACK,
            anchor: &self.record.native,
            at: self.record.at,
            author: self.record.author.as_deref().unwrap_or(self.speaker),
            speaker: self.speaker,
            side: self.side,
            text: &self.text,
        }
    }
}
