//! The facts of one customer's context, put together from findings, digests and gaps.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use sales_insight::Gathered;
use sales_ledger::UnitFindings;
use sales_model::{
    AbsenceFacts, Coverage, CustomerFacts, CustomerId, Evidence, Gap, GapKind, Person, Profile, RecordId, ResponseFacts, Side, Source,
};

use super::{
    coverage::with_digests,
    frame::{Frame, date, places_of},
    names::Names,
    people::{People, named},
};
use crate::{
    App,
    error::Result,
    persons::Persons,
    project::{Digest, Held},
    units::source_of,
};

/// Units read at once.
pub(super) const UNITS: usize = 200;

/// Facts of one customer on their way to a context.
pub(super) struct Facts {
    customer: CustomerId,
    profile: Profile,
    timezone: String,
    /// What streams and accounts tell.
    coverage: BTreeMap<Source, Coverage>,
    /// Of the units that were not looked at yet.
    paths: BTreeMap<(String, String), Arc<str>>,
    people: BTreeMap<String, (Person, Side)>,
    persons: Arc<Persons>,
    gaps: Vec<Gap>,
    /// What the units come to.
    sources: BTreeMap<Source, Digest>,
    findings: Gathered,
    /// Of findings: what many of them say.
    texts: Texts,
    held: Vec<Held>,
    contact: BTreeMap<Side, Evidence>,
    responses: BTreeMap<Side, Responses>,
}

/// Texts held once, however many findings have them: a customer may have hundreds of thousands.
#[derive(Default)]
struct Texts(HashSet<Arc<str>>);

impl Texts {
    fn share(&mut self, text: &mut Arc<str>) {
        match self.0.get(text) {
            Some(known) => text.clone_from(known),
            None => _ = self.0.insert(text.clone()),
        }
    }
}

/// How fast a side answers: minutes of each answer, and the newest one.
struct Responses {
    minutes: Vec<u64>,
    newest: Evidence,
}

impl Facts {
    pub(super) async fn load(app: &App, customer: &CustomerId, frame: &Frame) -> Result<Self> {
        let store = &app.ports.store;
        let files = store.files(Some(customer)).await?;
        let paths = files.into_iter().map(|f| ((f.place, f.unit), Arc::from(f.path))).collect();
        let places = places_of(app, customer);
        let profile = app.directory.profile(customer).unwrap_or_default();
        let mut people = BTreeMap::new();
        let persons = {
            let known = app.directory.read();
            let shared = places.iter().filter_map(|p| known.places.get(p)).find(|p| p.shared);
            for (key, person) in &known.people {
                let side = known.side(&app.directory.domains, shared, Some(key), person.bot, Some(&profile));
                people.insert(key.clone(), (person.clone(), side));
            }
            known.persons.clone()
        };
        let mut facts = Facts {
            customer: customer.clone(),
            timezone: app.ports.settings.timezone.clone(),
            coverage: frame.coverage(app, customer, &places),
            gaps: frame.gaps(app, customer, &places),
            profile,
            paths,
            people,
            persons,
            sources: BTreeMap::new(),
            findings: Gathered::default(),
            texts: Texts::default(),
            held: Vec::new(),
            contact: BTreeMap::new(),
            responses: BTreeMap::new(),
        };
        let mut after = (String::new(), String::new());
        loop {
            let units = store.findings(customer, (&after.0, &after.1), UNITS).await?;
            let Some(last) = units.last() else { return Ok(facts) };
            after = (last.place.clone(), last.unit.clone());
            facts = tokio::task::spawn_blocking(move || {
                units.into_iter().for_each(|unit| facts.add(unit));
                facts
            })
            .await?;
        }
    }

    /// Takes in what one unit adds.
    fn add(&mut self, unit: UnitFindings) {
        let path = self.paths.remove(&(unit.place.clone(), unit.unit.clone())).unwrap_or_default();
        let fill = |e: &mut Evidence| e.path = path.clone();
        let source = source_of(&unit.place);
        if let Some((source, mut digest)) = source.zip(serde_json::from_str::<Digest>(&unit.digest).ok()) {
            digest.people.values_mut().for_each(|v| fill(&mut v.last));
            digest.people = named(std::mem::take(&mut digest.people), &self.persons, (&unit.place, &unit.unit));
            digest.calls.iter_mut().for_each(|c| fill(&mut c.evidence));
            digest.days.values_mut().flat_map(BTreeMap::values_mut).for_each(|(_, e)| fill(e));
            digest.met.values_mut().for_each(fill);
            digest.invitations.iter_mut().for_each(|(_, e)| fill(e));
            digest.answers.values_mut().flatten().for_each(|(_, e)| fill(e));
            digest.absences.iter_mut().for_each(|a| fill(&mut a.evidence));
            let heard = digest.days.values().flatten().map(|(side, (_, e))| (side, e)).chain(&digest.met);
            for (side, e) in heard.filter(|_| !digest.internal) {
                if self.contact.get(side).is_none_or(|old| newer(e, old)) {
                    self.contact.insert(*side, e.clone());
                }
            }
            self.held.extend(digest.held.take().map(|mut meeting| {
                fill(&mut meeting.evidence);
                *meeting
            }));
            // Of very many answers only the times are kept.
            for (side, answers) in std::mem::take(&mut digest.answers) {
                answers.into_iter().for_each(|answer| self.answered(side, answer));
            }
            self.sources.entry(source).or_default().merge(digest);
        }
        // A unit's records, anchors and sentences are no other's; one sentence often tells several things.
        let mut own = Texts::default();
        for mut finding in unit.findings {
            self.texts.share(&mut finding.rule);
            [&mut finding.detail.owner, &mut finding.detail.r#type].into_iter().flatten().for_each(|text| self.texts.share(text));
            own.share(&mut finding.value);
            for e in &mut finding.evidence {
                fill(e);
                self.texts.share(&mut e.speaker);
                [&mut e.record.0, &mut e.anchor, &mut e.quote].into_iter().for_each(|text| own.share(text));
            }
            self.findings.add(finding);
        }
    }

    fn answered(&mut self, side: Side, (minutes, answer): (u64, Evidence)) {
        match self.responses.get_mut(&side) {
            Some(all) => {
                all.minutes.push(minutes);
                if !newer(&all.newest, &answer) {
                    all.newest = answer;
                }
            }
            None => _ = self.responses.insert(side, Responses { minutes: vec![minutes], newest: answer }),
        }
    }

    /// Puts the facts together; CPU work.
    pub(super) fn assemble(self) -> CustomerFacts {
        let (mut sources, mut findings, held, contact) = (self.sources, self.findings, self.held, self.contact);
        let last = sources.values().filter_map(|d| d.last).max();
        let as_of = self.coverage.values().filter_map(|c| c.data_through).max().max(last);
        let coverage = with_digests(self.coverage, &sources);
        let mut gaps = self.gaps;
        gaps.extend(sources.iter().flat_map(|(source, digest)| transcripts(source, digest)));
        gaps.extend(Frame::of_coverage(&coverage));
        gaps.sort();
        let last_week = as_of.map(|now| last_week(&sources, now)).unwrap_or_default();
        let meetings = super::meetings::meetings(&mut sources, &held);
        let responses = self.responses.into_iter().filter_map(|(side, all)| all.facts(side)).collect();
        let absences = absences(&mut sources);
        let calls = sources.values_mut().flat_map(|d| std::mem::take(&mut d.calls)).collect();
        let mut names = Names::new(&self.persons);
        names.contacts(&self.profile);
        self.people.values().filter(|(p, _)| !p.bot && !p.unknown).for_each(|(p, _)| names.add(&p.key, p.email.as_deref(), &p.name));
        let whos = sources.values().flat_map(|d| &d.people).filter_map(|(key, v)| Some((key, v.who.as_ref()?)));
        whos.for_each(|(key, who)| names.add(key, who.email.as_deref(), &who.name));
        let names = names.shown();
        findings.each(|f| names.owners(f));
        let mut people = People::new(&self.people, &self.persons, &self.profile);
        for (source, digest) in sources {
            digest.people.into_iter().for_each(|(key, voice)| people.add(&source, key, voice));
        }
        CustomerFacts {
            customer: self.customer,
            people: people.sorted(&names),
            profile: self.profile,
            timezone: self.timezone,
            as_of,
            coverage,
            findings: sales_insight::merge(findings.into_list()),
            last_contact: contact.into_iter().collect(),
            last_week,
            calls,
            meetings,
            responses,
            absences,
            gaps,
        }
    }
}

impl Responses {
    fn facts(mut self, side: Side) -> Option<ResponseFacts> {
        self.minutes.sort_unstable();
        let median_minutes = *self.minutes.get((self.minutes.len() - 1) / 2)?;
        Some(ResponseFacts { side, answers: self.minutes.len() as u64, median_minutes, evidence: self.newest })
    }
}

/// The newest word of everybody who said that they are away.
fn absences(sources: &mut BTreeMap<Source, Digest>) -> Vec<AbsenceFacts> {
    let mut newest: BTreeMap<(String, Side), AbsenceFacts> = BTreeMap::new();
    for absence in sources.values_mut().flat_map(|d| std::mem::take(&mut d.absences)) {
        let key = (absence.name.clone(), absence.side);
        if newest.get(&key).is_none_or(|old| newer(&absence.evidence, &old.evidence)) {
            newest.insert(key, absence);
        }
    }
    newest.into_values().collect()
}

/// What is said of transcripts that are not there.
fn transcripts(source: &Source, digest: &Digest) -> Vec<Gap> {
    let calls = |n: u64| if n == 1 { "1 call has".to_owned() } else { format!("{n} calls have") };
    let mut out = Vec::new();
    if digest.pending > 0 {
        let text = format!("{} no transcript yet: what was said there is not in", calls(digest.pending));
        out.push(Gap { source: source.clone(), kind: GapKind::Loading, text });
    }
    if digest.unavailable > 0 {
        let text = format!("{} no transcript, and none is expected any more: what was said there is not in", calls(digest.unavailable));
        out.push(Gap { source: source.clone(), kind: GapKind::OutOfReach, text });
    }
    out
}

/// What was said in the seven days up to `now`, by source and side.
fn last_week(sources: &BTreeMap<Source, Digest>, now: Timestamp) -> Vec<(Source, Side, u64, Evidence)> {
    let since = now.checked_sub(SignedDuration::from_hours(7 * 24)).unwrap_or(now);
    let mut out: BTreeMap<(&Source, Side), (u64, Evidence)> = BTreeMap::new();
    for (source, digest) in sources {
        for sides in digest.days.range(date(since)..).map(|(_, sides)| sides) {
            for (side, (count, last)) in sides.iter().filter(|(_, (_, last))| last.at >= since) {
                let entry = out.entry((source, *side)).or_insert_with(|| (0, last.clone()));
                entry.0 += count;
                if newer(last, &entry.1) {
                    entry.1 = last.clone();
                }
            }
        }
    }
    out.into_iter().map(|((source, side), (count, last))| (source.clone(), side, count, last)).collect()
}

pub(super) fn newer(a: &Evidence, b: &Evidence) -> bool {
    let key = |e: &Evidence| -> (Timestamp, RecordId) { (e.at, e.record.clone()) };
    key(a) > key(b)
}
