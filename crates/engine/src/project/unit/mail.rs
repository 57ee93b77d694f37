//! A mail thread.

use std::{borrow::Cow, collections::BTreeMap};

use sales_files::email::{Message, ThreadFile, anchor, render};
use sales_insight::{Form, Mention, Turn};
use sales_mail::{
    quote::{History, PartKind, Split},
    signature,
    thread::is_forward,
};
use sales_model::{AbsenceFacts, Detail, Evidence, Invitation, Mail, MailAddress, Person, Record, RecordId, RecordState, Side, Source};

use super::{
    super::{
        digest::{Digest, Said, Signed},
        plan::Job,
    },
    Made, cast, category,
    voices::Voices,
};
use crate::attribute::{as_shown, name_of};

/// Earlier messages that a text is compared with, at least.
const EARLIER: usize = 50;

/// A message as it stands in the thread.
struct Letter<'a> {
    record: &'a Record,
    mail: &'a Mail,
    text: String,
    quoted: usize,
    signature: usize,
    name: String,
    side: Side,
    /// Nobody of the customer can read it.
    internal: bool,
    /// The title that its signature tells.
    title: Option<String>,
}

/// The thread's file and what was said in it; `None` when all its messages are gone.
pub(super) fn make(job: &Job, voices: &Voices<'_>) -> Option<Made> {
    let renderer = voices.renderer;
    let owners = voices.known.threads.get(&*job.place).zip(job.records.first()).map(|(threads, r)| threads.of(&r.record.thread).cloned());
    let (owners, rules) = (owners.into_iter().flatten().collect(), renderer.directory.rules());
    let shown = job.records.iter().filter_map(|r| mail_of(&r.record));
    let mut found: Vec<(&Record, Cow<'_, Mail>)> =
        shown.map(|(record, mail)| (record, as_shown(&rules, &owners, &job.customer, mail))).collect();
    found.sort_by_key(|(record, _)| (record.at, &record.native));
    mark(&mut found, voices);
    let mut people: BTreeMap<&str, (String, Side)> = BTreeMap::new();
    for address in found.iter().flat_map(|(_, mail)| mail.people()) {
        if people.get(address.email.as_str()).is_none_or(|(name, _)| is_bare(name, &address.email)) {
            people.insert(&address.email, (name(address, voices), side(address, voices)));
        }
    }
    let letters = letters(job, &found, &people);
    let thread = &thread(job, &found)?;
    let messages: Vec<Message<'_>> = letters
        .iter()
        .map(|l| Message { record: l.record, mail: l.mail, text: &l.text, quoted: l.quoted, signature: l.signature })
        .collect();
    let bytes = render(&ThreadFile { thread, messages: &messages, customer: &job.customer, timezone: &renderer.zone });

    let ids: Vec<_> = letters.iter().map(|l| l.record.id()).collect();
    let anchors: Vec<String> = (0..letters.len()).map(anchor).collect();
    let addressed: Vec<Vec<(&str, Side)>> = letters
        .iter()
        .map(|l| l.mail.to.iter().filter_map(|a| people.get(a.email.as_str())).map(|(name, side)| (name.as_str(), *side)).collect())
        .collect();
    // Who may own what is to be done: everybody whom the thread names.
    let there: Vec<Mention<'_>> = people
        .iter()
        .flat_map(|(email, (name, side))| [name.as_str(), *email].map(|name| Mention { name, side: *side, start: 0, end: 0 }))
        .collect();
    let all = || letters.iter().zip(&ids).zip(&anchors).map(|((letter, id), anchor)| (letter, id, anchor));
    let turns: Vec<Turn<'_>> = all()
        .zip(&addressed)
        .map(|((letter, id, anchor), to)| Turn {
            record: id,
            thread,
            anchor,
            at: letter.record.at,
            speaker: &letter.name,
            side: letter.side,
            text: &letter.text,
            mentions: &[],
            to,
            quiet: !speaks(letter),
            internal: letter.internal,
            form: Form::Said,
        })
        .collect();
    let who = turns.first().map(|first| Turn { quiet: true, mentions: &there, ..first.clone() });
    let turns: Vec<Turn<'_>> = who.into_iter().chain(turns).collect();
    let findings = renderer.reader(&job.customer, voices).read(&Source::EMAIL, &turns);
    let mut digest = Digest { internal: letters.iter().all(|l| l.internal), ..Digest::default() };
    for (letter, id, anchor) in all() {
        // What no person wrote is counted, and is nobody's word.
        let text = if speaks(letter) { letter.text.as_str() } else { "" };
        let author = letter.record.author.as_deref().unwrap_or(&letter.name);
        let said = Said {
            id: id.clone(),
            source: &Source::EMAIL,
            anchor,
            at: letter.record.at,
            author,
            speaker: &letter.name,
            side: letter.side,
            text,
        };
        digest.add(&said, &renderer.zone);
        if let Some(title) = letter.title.clone().filter(|_| speaks(letter)) {
            digest.sign(author, Signed { title, name: letter.name.clone(), at: letter.record.at, record: id.clone() });
        }
    }
    digest.answers = answers(&letters, &ids, &anchors);
    digest.invitations = invitations(&letters, &ids, &anchors);
    digest.absences = absences(&letters, &ids, &anchors);
    Some(Made { bytes, findings, digest })
}

/// What is new in each, held against all that was written before in the conversation, whoever is shown it.
fn letters<'a>(job: &'a Job, found: &'a [(&Record, Cow<'_, Mail>)], people: &BTreeMap<&str, (String, Side)>) -> Vec<Letter<'a>> {
    let apart = job.apart.iter().filter_map(|r| mail_of(&r.record)).map(|(record, mail)| (record, mail, None));
    let mut all: Vec<_> = found.iter().map(|one| (one.0, &*one.1, Some(one))).chain(apart).collect();
    all.sort_by_key(|(record, ..)| (record.at, &record.native));
    let mut history = History::default();
    let mut letters = Vec::with_capacity(found.len());
    for (n, (_, mail, shown)) in all.iter().enumerate() {
        letters.extend(shown.map(|one| letter(one, &history, people)));
        history.add(&mail.body);
        // Now and then the old ones are left out.
        if n % EARLIER == EARLIER - 1 {
            let newest: Vec<&str> = all.iter().take(n + 1).rev().take(EARLIER).map(|(_, mail, _)| mail.body.as_str()).collect();
            history = History::of(&newest);
        }
    }
    letters
}

/// The conversation's name: the one that it would have if what the customer is shown were all of it.
fn thread(job: &Job, found: &[(&Record, Cow<'_, Mail>)]) -> Option<String> {
    let first = found.first()?.0.thread.clone();
    if job.apart.is_empty() {
        return Some(first);
    }
    Some(name_of(found.iter().map(|(record, mail)| (*record, &**mail))))
}

/// A letter as evidence.
fn evidence(letter: &Letter<'_>, id: &RecordId, anchor: &str) -> Evidence {
    let text = if letter.text.trim().is_empty() { letter.mail.subject.as_str() } else { letter.text.as_str() };
    let said = Said {
        id: id.clone(),
        source: &Source::EMAIL,
        anchor,
        at: letter.record.at,
        author: "",
        speaker: &letter.name,
        side: letter.side,
        text,
    };
    said.evidence()
}

/// How long each answer took, by who answers: from the first mail of the other side that nobody had answered yet.
fn answers(letters: &[Letter<'_>], ids: &[RecordId], anchors: &[String]) -> BTreeMap<Side, Vec<(u64, Evidence)>> {
    let mut out: BTreeMap<Side, Vec<(u64, Evidence)>> = BTreeMap::new();
    let mut waiting: Option<(Side, jiff::Timestamp)> = None;
    for ((letter, id), anchor) in letters.iter().zip(ids).zip(anchors) {
        // What is said among ourselves answers nobody, and asks nobody.
        if !speaks(letter) || letter.internal || !matches!(letter.side, Side::Ours | Side::Theirs) {
            continue;
        }
        match waiting {
            Some((side, since)) if side != letter.side => {
                let minutes = u64::try_from(letter.record.at.duration_since(since).as_secs() / 60).unwrap_or(0);
                out.entry(letter.side).or_default().push((minutes, evidence(letter, id, anchor)));
                waiting = Some((letter.side, letter.record.at));
            }
            Some(_) => {}
            None => waiting = Some((letter.side, letter.record.at)),
        }
    }
    out
}

fn invitations(letters: &[Letter<'_>], ids: &[RecordId], anchors: &[String]) -> Vec<(Invitation, Evidence)> {
    let all = letters.iter().zip(ids).zip(anchors).filter(|((letter, _), _)| !letter.mail.suspect);
    all.flat_map(|((letter, id), anchor)| letter.mail.invitations.iter().map(move |i| (i.clone(), evidence(letter, id, anchor)))).collect()
}

fn absences(letters: &[Letter<'_>], ids: &[RecordId], anchors: &[String]) -> Vec<AbsenceFacts> {
    let all = letters.iter().zip(ids).zip(anchors).filter(|((letter, _), _)| !letter.mail.suspect);
    all.filter_map(|((letter, id), anchor)| {
        let until = letter.mail.absent_until?;
        Some(AbsenceFacts { name: letter.name.clone(), side: letter.side, until, evidence: evidence(letter, id, anchor) })
    })
    .collect()
}

fn mail_of(record: &Record) -> Option<(&Record, &Mail)> {
    match record.detail.as_deref() {
        Some(Detail::Mail(mail)) if record.state == RecordState::Live => Some((record, mail)),
        _ => None,
    }
}

/// Marks what the mailbox sorted away as mailings and as written by programs.
fn mark(found: &mut [(&Record, Cow<'_, Mail>)], voices: &Voices<'_>) {
    let author = |mail: &Mail| mail.from.as_ref().map_or(Side::Other, |from| side(from, voices));
    let answered = found.iter().any(|(_, mail)| mail.noise.is_none() && author(mail) == Side::Ours);
    for (_, mail) in found.iter_mut().filter(|(_, mail)| mail.noise.is_none()) {
        let contact = mail.from.as_ref().is_some_and(|from| cast::contact(voices.profile, Some(&from.email)).is_some());
        let noise = category::noise(mail, author(mail), contact, answered);
        if noise.is_some() {
            mail.to_mut().noise = noise;
        }
    }
}

/// Whether a person wrote it, and the one that it names.
fn speaks(letter: &Letter<'_>) -> bool {
    letter.mail.noise.is_none() && !letter.mail.suspect && !letter.mail.header_only
}

fn letter<'a>((record, mail): &'a (&'a Record, Cow<'a, Mail>), history: &History, people: &BTreeMap<&str, (String, Side)>) -> Letter<'a> {
    let from = mail.from.as_ref();
    let split = history.split_by(&mail.body, is_forward(&mail.subject), from.map_or("", |f| f.name.as_str()));
    let lines = |kinds: &[PartKind]| count(&split, kinds);
    let (name, side) = from.and_then(|f| people.get(f.email.as_str()).cloned()).unwrap_or_else(|| ("Unknown".to_owned(), Side::Other));
    let internal = !mail.people().iter().any(|a| people.get(a.email.as_str()).is_some_and(|(_, side)| *side == Side::Theirs));
    // What one of ours is called is known without it.
    let foreign = from.filter(|_| matches!(side, Side::Theirs | Side::Other));
    let names = foreign.into_iter().flat_map(|f| [f.name.as_str(), name.as_str()].map(|name| (name, f.email.as_str())));
    let title = names.filter_map(|(name, email)| signature::read(&split.signature_text(), name, email)).find_map(|s| s.title);
    Letter {
        record,
        mail,
        text: split.new_text(),
        quoted: lines(&[PartKind::Quoted]),
        signature: lines(&[PartKind::Signature, PartKind::Disclaimer]),
        name,
        side,
        internal,
        title,
    }
}

/// Lines of some kinds that say something.
fn count(split: &Split, kinds: &[PartKind]) -> usize {
    let parts = split.parts.iter().filter(|p| kinds.contains(&p.kind));
    parts.flat_map(|p| p.text.lines()).filter(|l| !l.trim_matches(['>', ' ', '\t']).is_empty()).count()
}

fn side(address: &MailAddress, voices: &Voices<'_>) -> Side {
    let person = Person { email: Some(address.email.clone()), ..Person::default() };
    voices.side_of(&person, false)
}

/// The name to show: the profile's, else the one in the mail, else what stands before the `@`.
fn name(address: &MailAddress, voices: &Voices<'_>) -> String {
    let known = cast::contact(voices.profile, Some(&address.email)).map(|c| c.name.trim()).filter(|n| !n.is_empty());
    let told = Some(address.name.trim()).filter(|n| !n.is_empty());
    known.or(told).or_else(|| address.email.split('@').next()).unwrap_or_default().to_owned()
}

/// Whether a name is no more than the address says.
fn is_bare(name: &str, email: &str) -> bool {
    email.split('@').next() == Some(name)
}
