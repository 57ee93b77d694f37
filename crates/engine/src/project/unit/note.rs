//! A meeting note.

use sales_files::granola::{Attendee, NoteFile, Section, render};
use sales_insight::{Form, Turn, listed_tasks, note_pieces};
use sales_model::{Detail, Note, Participant, Profile, RecordState, Side, Transcript};

use super::{
    super::{
        digest::{Digest, Held, Said, Voice, Who},
        plan::Job,
    },
    Made,
    call::{base, key},
    cast,
    voices::Voices,
};
use crate::units::source_of;

/// Words of job titles: what stands in brackets behind a name is one only with such a word.
const TITLES: &[&str] = &[
    "analyst",
    "architect",
    "buyer",
    "ceo",
    "cfo",
    "chief",
    "cio",
    "ciso",
    "cmo",
    "consultant",
    "coo",
    "counsel",
    "cto",
    "designer",
    "developer",
    "director",
    "engineer",
    "founder",
    "head",
    "lead",
    "leader",
    "manager",
    "officer",
    "owner",
    "partner",
    "president",
    "principal",
    "procurement",
    "representative",
    "scientist",
    "specialist",
    "svp",
    "vp",
];
/// A title is no longer than this.
const LONGEST_TITLE: usize = 60;

/// The note's file and what stands in it; `None` when the note is gone.
pub(super) fn make(job: &Job, voices: &Voices<'_>) -> Option<Made> {
    let (record, Detail::Note(note)) = cast::first(job)? else { return None };
    if record.state != RecordState::Live {
        return None;
    }
    let renderer = voices.renderer;
    let source = source_of(&record.place)?;
    let present = present(note);
    let sides = cast::sides(record, &present, voices);
    let names: Vec<String> = present.iter().map(|p| cast::name(p, voices.profile)).collect();
    let attendees: Vec<Attendee> = present
        .iter()
        .zip(&names)
        .zip(&sides)
        .map(|((p, name), side)| Attendee { name: name.clone(), title: title(p, name, note, voices.profile), side: *side })
        .collect();
    let mut tasks = listed_tasks(&note.markdown, record.at, &renderer.zone, &cast::people(&names, voices.profile));
    // The file shows owner and date apart from the words: these are what can be found in both.
    tasks.iter_mut().filter(|t| t.quote.contains(&t.text)).for_each(|t| t.quote.clone_from(&t.text));
    let transcript = cast::transcript(job).filter(|t| !t.unavailable);
    let speakers = speakers(note, transcript, &attendees);
    let bytes = render(&NoteFile {
        record,
        note,
        transcript,
        customer: &job.customer,
        attendees: &attendees,
        tasks: &tasks,
        speakers: &speakers,
        timezone: &renderer.zone,
    });
    let mut digest = Digest { records: 1, first: Some(record.at), last: Some(record.at), ..Digest::default() };
    digest.internal = !sides.contains(&Side::Theirs);
    let day = renderer.zone.to_datetime(record.at).date();
    let anchor = Section::Attendees.anchor(&note.title);
    for ((participant, name), side) in present.iter().zip(&names).zip(&sides) {
        let id = record.id();
        let said = Said { id, source: &source, anchor: &anchor, at: record.at, author: name, speaker: name, side: *side, text: name };
        let evidence = said.evidence();
        if participant.email == note.owner.email {
            // The note is the word of who wrote it.
            digest.days.entry(day).or_default().insert(*side, (1, evidence.clone()));
        }
        digest.met.entry(*side).or_insert_with(|| evidence.clone());
        let who = Who { name: name.clone(), email: participant.email.clone(), title: None, side: *side };
        digest.people.insert(
            key(participant, name),
            Voice { messages: 0, calls: 0, notes: 1, mails: 0, last: evidence, who: Some(who), signed: None },
        );
    }
    let event = note.event.clone().unwrap_or_default();
    let title = event.title.filter(|t| !t.is_empty()).unwrap_or_else(|| note.title.clone());
    let shown = if note.title.is_empty() { "note" } else { &note.title };
    let whole =
        Said { id: record.id(), source: &source, anchor: "", at: record.at, author: "", speaker: "", side: Side::Other, text: shown };
    digest.held = Some(Box::new(Held {
        uids: event.id.into_iter().collect(),
        title,
        start: event.start.unwrap_or(record.at),
        end: event.end,
        people: event.invitees.into_iter().chain(event.organiser).chain(present.iter().filter_map(|p| p.email.clone())).collect(),
        evidence: whole.evidence(),
    }));
    let pieces = note_pieces(&note.markdown, &tasks, Section::Summary.slug());
    let (id, list) = (record.id(), Section::ActionItems.anchor(&note.title));
    let base = Turn { internal: digest.internal, ..base(record, &id) };
    let there = cast::mentions(&present, &names, &sides);
    let who = Turn { quiet: true, mentions: &there, ..base.clone() };
    let said = pieces.iter().map(|piece| match piece.form {
        // Wherever they stand in the note, the file shows them in a list of their own.
        Form::Task(_) => Turn { anchor: &list, ..piece.turn(&base) },
        _ => piece.turn(&base),
    });
    let turns: Vec<Turn<'_>> = std::iter::once(who).chain(said).collect();
    let findings = renderer.reader(&job.customer, voices).read(&source, &turns);
    Some(Made { bytes, findings, digest })
}

/// Who was there: the attendees, and the owner, who made the note.
fn present(note: &Note) -> Vec<Participant> {
    let mut out = note.attendees.clone();
    let is_owner = |p: &Participant| p.email.is_some() && p.email == note.owner.email;
    if !out.iter().any(is_owner) && (note.owner.email.is_some() || !note.owner.name.is_empty()) {
        out.push(note.owner.clone());
    }
    out
}

/// The job title that the profile tells, or the note itself.
fn title(participant: &Participant, name: &str, note: &Note, profile: Option<&Profile>) -> Option<String> {
    let known = cast::contact(profile, participant.email.as_deref()).and_then(|c| c.title.clone());
    known.or_else(|| title_in(&note.markdown, name))
}

/// What stands in brackets behind the name, if it is a title.
fn title_in(text: &str, name: &str) -> Option<String> {
    text.match_indices(name).find_map(|(at, _)| {
        let rest = text.get(at + name.len()..)?.trim_start_matches(['*', '_', ' ']);
        let (inner, _) = rest.strip_prefix('(')?.split_once(')')?;
        let inner = inner.trim();
        let is_title = inner.split(|c: char| !c.is_alphanumeric()).any(|w| TITLES.contains(&w.to_lowercase().as_str()));
        (is_title && inner.chars().count() <= LONGEST_TITLE && !inner.contains(['\n', '[', ']', '<', '>'])).then(|| inner.to_owned())
    })
}

/// Whom the transcript means by `me` and, where only one other was there, by `them`.
fn speakers(note: &Note, transcript: Option<&Transcript>, attendees: &[Attendee]) -> Vec<(String, String)> {
    if transcript.is_none() {
        return Vec::new();
    }
    let mut out = Vec::new();
    if !note.owner.name.is_empty() {
        out.push(("me".to_owned(), note.owner.name.clone()));
    }
    let mut others = attendees.iter().filter(|a| a.name != note.owner.name);
    if let (Some(one), None) = (others.next(), others.next()) {
        out.push(("them".to_owned(), one.name.clone()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::title_in;

    #[test]
    fn a_title_stands_in_brackets_behind_the_name() {
        let text = "With **Michael Chen** (CTO), Sarah Rodriguez (VP Eng) and Lisa Thompson (on the phone).\nAlex Kumar (see [x](y))";
        assert_eq!(title_in(text, "Michael Chen").as_deref(), Some("CTO"));
        assert_eq!(title_in(text, "Sarah Rodriguez").as_deref(), Some("VP Eng"));
        assert_eq!(title_in(text, "Lisa Thompson"), None);
        assert_eq!((title_in(text, "Alex Kumar"), title_in(text, "Nobody")), (None, None));
    }
}
