//! The facts of one customer's context, put together from findings, digests and gaps.

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};
use sales_ledger::UnitFindings;
use sales_model::{
    AbsenceFacts, Coverage, CustomerFacts, CustomerId, Evidence, Finding, Gap, GapKind, Person, PersonFacts, Profile, RecordId,
    ResponseFacts, Side, Source, TitleFrom,
};

use super::{
    coverage::with_digests,
    frame::{Frame, date, places_of},
    names::{Names, Shown},
};
use crate::{
    App,
    error::Result,
    project::{Digest, Held, Voice},
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
    gaps: Vec<Gap>,
    /// What the units come to.
    sources: BTreeMap<Source, Digest>,
    findings: Vec<Finding>,
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
        {
            let known = app.directory.read();
            let shared = places.iter().filter_map(|p| known.places.get(p)).find(|p| p.shared);
            for (key, person) in &known.people {
                let side = known.side(&app.directory.domains, shared, Some(key), person.bot, Some(&profile));
                people.insert(key.clone(), (person.clone(), side));
            }
        }
        let mut facts = Facts {
            customer: customer.clone(),
            timezone: app.ports.settings.timezone.clone(),
            coverage: frame.coverage(app, customer, &places),
            gaps: frame.gaps(app, customer, &places),
            profile,
            paths,
            people,
            sources: BTreeMap::new(),
            findings: Vec::new(),
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
    fn add(&mut self, mut unit: UnitFindings) {
        let path = self.paths.remove(&(unit.place.clone(), unit.unit)).unwrap_or_default();
        let fill = |e: &mut Evidence| e.path = path.clone();
        let source = source_of(&unit.place);
        if let Some((source, mut digest)) = source.zip(serde_json::from_str::<Digest>(&unit.digest).ok()) {
            digest.people.values_mut().for_each(|v| fill(&mut v.last));
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
        // A unit's records and anchors are no other's.
        let mut own = Texts::default();
        for finding in &mut unit.findings {
            self.texts.share(&mut finding.rule);
            [&mut finding.detail.owner, &mut finding.detail.r#type].into_iter().flatten().for_each(|text| self.texts.share(text));
            for e in &mut finding.evidence {
                fill(e);
                self.texts.share(&mut e.speaker);
                own.share(&mut e.record.0);
                own.share(&mut e.anchor);
            }
        }
        self.findings.append(&mut unit.findings);
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
        let mut names = Names::default();
        names.contacts(&self.profile);
        self.people.values().filter(|(p, _)| !p.bot && !p.unknown).for_each(|(p, _)| names.add(p.email.as_deref(), &p.name));
        let whos = sources.values().flat_map(|d| d.people.values()).filter_map(|v| v.who.as_ref());
        whos.for_each(|who| names.add(who.email.as_deref(), &who.name));
        let names = names.shown();
        findings.iter_mut().for_each(|f| names.owners(f));
        let mut people = People { known: &self.people, profile: &self.profile, found: BTreeMap::new() };
        sources.into_values().flat_map(|d| d.people).for_each(|(key, voice)| people.add(key, voice));
        CustomerFacts {
            customer: self.customer,
            people: people.sorted(&names),
            profile: self.profile,
            timezone: self.timezone,
            as_of,
            coverage,
            findings: sales_insight::merge(findings),
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

/// People of all sources: the same mail address is the same person, wherever it was seen.
struct People<'a> {
    known: &'a BTreeMap<String, (Person, Side)>,
    profile: &'a Profile,
    /// By mail address, else by key.
    found: BTreeMap<String, PersonFacts>,
}

impl People<'_> {
    fn add(&mut self, key: String, voice: Voice) {
        let Some(person) = self.facts(key, voice) else { return };
        let id = person.email.as_deref().map_or_else(|| person.key.clone(), |email| format!("mail:{}", email.to_lowercase()));
        match self.found.get_mut(&id) {
            None => _ = self.found.insert(id, person),
            Some(same) => join(same, person),
        }
    }

    fn facts(&self, key: String, voice: Voice) -> Option<PersonFacts> {
        let (name, email, title, side) = match (voice.who, self.known.get(&key)) {
            (Some(who), _) => (who.name, who.email, who.title, who.side),
            (None, Some((person, side))) if !person.bot => (person.name.clone(), person.email.clone(), person.title.clone(), *side),
            // Who writes mails under a bare address is told by it.
            (None, None) => {
                let email = key.strip_prefix("mail:")?.to_owned();
                (voice.last.speaker.to_string(), Some(email), None, voice.last.side)
            }
            _ => return None,
        };
        if side == Side::Bot {
            return None;
        }
        let signed = voice.signed.map(|s| s.title);
        let contact = self.profile.contacts.iter().find(|c| match (&c.email, &email) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        });
        let told = contact.and_then(|c| c.title.clone()).filter(|t| !t.trim().is_empty()).or(title);
        Some(PersonFacts {
            name,
            title_from: (told.is_none() && signed.is_some()).then_some(TitleFrom::Signature),
            title: told.or(signed),
            role: contact.and_then(|c| c.role.clone()),
            email,
            side,
            messages: voice.messages,
            calls: voice.calls,
            notes: voice.notes,
            mails: voice.mails,
            last: voice.last,
            key,
        })
    }

    /// Most recent contact first.
    fn sorted(self, names: &Shown) -> Vec<PersonFacts> {
        let mut people: Vec<PersonFacts> = self.found.into_values().collect();
        people.iter_mut().for_each(|p| p.name = names.of(&p.name).to_owned());
        people.sort_by(|a, b| (b.last.at, &a.key).cmp(&(a.last.at, &b.key)));
        people
    }
}

/// Adds what another source knows of a person; the newer one names them.
fn join(same: &mut PersonFacts, other: PersonFacts) {
    same.messages += other.messages;
    same.calls += other.calls;
    same.notes += other.notes;
    same.mails += other.mails;
    // What somebody was told to be is better than what was concluded.
    if same.title.is_none() || (same.title_from.is_some() && other.title.is_some() && other.title_from.is_none()) {
        (same.title, same.title_from) = (other.title.clone(), other.title_from);
    }
    if newer(&other.last, &same.last) {
        if !other.name.is_empty() {
            same.name = other.name;
        }
        same.last = other.last;
    }
    // One vendor may know on which side somebody stands where another does not.
    if same.side == Side::Other {
        same.side = other.side;
    }
    same.key = std::cmp::min(std::mem::take(&mut same.key), other.key);
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

fn newer(a: &Evidence, b: &Evidence) -> bool {
    let key = |e: &Evidence| -> (Timestamp, RecordId) { (e.at, e.record.clone()) };
    key(a) > key(b)
}
