//! A call.

use jiff::{SignedDuration, Timestamp};
use sales_files::gong::{CallFile, Origin, TranscriptState, render};
use sales_insight::{Form, Piece, Speech, Turn, call_pieces, next_steps};
use sales_model::{Call, CallFacts, Detail, Participant, Record, RecordId, RecordState, Side, Transcript, Utterance};

use super::{
    super::{
        digest::{Digest, Held, Said, Voice, Who},
        plan::Job,
    },
    Made, cast,
    talk::{side_of, talk},
    voices::Voices,
};
use crate::units::source_of;

/// Words that a turn has at least that is quoted as the last thing somebody said: nobody is quoted with "bye".
const TELLING: usize = 6;

/// The call's file and what was said in it; `None` when the call is gone.
pub(super) fn make(job: &Job, voices: &Voices<'_>) -> Option<Made> {
    let (record, Detail::Call(call)) = cast::first(job)? else { return None };
    if record.state != RecordState::Live {
        return None;
    }
    let renderer = voices.renderer;
    let sides = cast::sides(record, &call.participants, voices);
    let part = cast::transcript(job);
    let (transcript, state) = match part {
        Some(t) if t.unavailable => (None, TranscriptState::Unavailable),
        Some(t) => (Some(t), TranscriptState::Ready),
        None => (None, TranscriptState::Pending),
    };
    let names: Vec<String> = call.participants.iter().map(|p| cast::name(p, voices.profile)).collect();
    let people = cast::people(&names, voices.profile);
    let tasks = next_steps(call, record.at, &renderer.zone, &people);
    let talk = talk(call, transcript, &sides);
    let bytes = render(&CallFile {
        record,
        call,
        transcript,
        state,
        customer: &job.customer,
        sides: &sides,
        talk: &talk,
        tasks: &tasks,
        timezone: &renderer.zone,
    });
    let source = source_of(&record.place)?;
    let id = record.id();
    let speech: Vec<Speech<'_>> = transcript.iter().flat_map(|t| &t.turns).map(|turn| named(call, &names, &sides, turn)).collect();
    let pieces = call_pieces(&speech, &tasks);
    let base = base(record, &id);
    // What people of another customer say of themselves is no news of this one.
    let shared = voices.known.threads.get(&*record.place).is_some_and(|t| t.of(&record.thread).count() > 1);
    let quiet = |piece: &Piece<'_>| shared && piece.side == Side::Other && matches!(piece.form, Form::Spoken);
    let there = cast::mentions(&call.participants, &names, &sides);
    let who = Turn { quiet: true, mentions: &there, ..base.clone() };
    let said = pieces.iter().map(|piece| Turn { quiet: quiet(piece), ..piece.turn(&base) });
    let turns: Vec<Turn<'_>> = std::iter::once(who).chain(said).collect();
    let findings = renderer.reader(&job.customer, voices).read(&source, &turns);
    let mut digest = Digest { records: 1, first: Some(record.at), last: Some(record.at), ..Digest::default() };
    match state {
        TranscriptState::Ready => {}
        TranscriptState::Pending => digest.pending = 1,
        TranscriptState::Unavailable => digest.unavailable = 1,
    }
    let title = if call.title.is_empty() { "call" } else { &call.title };
    digest.calls.push(CallFacts {
        title: call.title.clone(),
        at: record.at,
        talk_ratio: talk.ratio.map(|r| r.value),
        ratio_computed: talk.ratio.is_some_and(|r| r.origin != Origin::Gong),
        evidence: Said { id, source: &source, anchor: "", at: record.at, author: "", speaker: "", side: Side::Other, text: title }
            .evidence(),
    });
    if let Some(facts) = digest.calls.first() {
        digest.held = Some(Box::new(Held {
            uids: call.calendar_event.iter().cloned().collect(),
            title: call.title.clone(),
            start: call.scheduled.unwrap_or(record.at),
            end: record.at.checked_add(SignedDuration::try_from_secs_f64(call.duration).unwrap_or_default()).ok(),
            people: call.participants.iter().filter_map(|p| p.email.clone()).collect(),
            evidence: facts.evidence.clone(),
        }));
    }
    count(&mut digest, &Scene { record, call, transcript, sides: &sides, voices, source: &source });
    Some(Made { bytes, findings, digest })
}

/// A turn under the speaker's name.
fn named<'a>(call: &Call, names: &'a [String], sides: &[Side], turn: &'a Utterance) -> Speech<'a> {
    let who = call.participants.iter().position(|p| p.speaker.as_deref() == Some(turn.speaker.as_str()));
    let speaker = who.and_then(|who| names.get(who)).map_or(turn.speaker.as_str(), String::as_str);
    Speech { speaker, side: side_of(call, sides, &turn.speaker), start: turn.start, end: turn.end, text: &turn.text }
}

/// What all turns of a call or note share.
pub(super) fn base<'a>(record: &'a Record, id: &'a RecordId) -> Turn<'a> {
    Turn {
        record: id,
        thread: &record.thread,
        anchor: "",
        at: record.at,
        speaker: "",
        side: Side::Other,
        text: "",
        mentions: &[],
        to: &[],
        quiet: false,
        internal: false,
        form: Form::Said,
    }
}

fn after(at: Timestamp, milliseconds: u64) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or(0))).unwrap_or(at)
}

/// A call as it is counted.
struct Scene<'a> {
    record: &'a Record,
    call: &'a Call,
    transcript: Option<&'a Transcript>,
    sides: &'a [Side],
    voices: &'a Voices<'a>,
    source: &'a sales_model::Source,
}

/// Counts the call once for each side and each person that was in it; quoted is the last thing of some length that they said.
fn count(digest: &mut Digest, scene: &Scene<'_>) {
    let day = scene.voices.renderer.zone.to_datetime(scene.record.at).date();
    let title = if scene.call.title.is_empty() { "call" } else { &scene.call.title };
    for (participant, side) in scene.call.participants.iter().zip(scene.sides).filter(|(p, _)| p.attended) {
        let name = cast::name(participant, scene.voices.profile);
        let last = scene.transcript.and_then(|t| last_words(t, |speaker| participant.speaker.as_deref() == Some(speaker)));
        let evidence = said(scene, last, *side, &name, title).evidence();
        let who = Who { name: name.clone(), email: participant.email.clone(), title: participant.title.clone(), side: *side };
        let voice = Voice { messages: 0, calls: 1, notes: 0, mails: 0, last: evidence, who: Some(who), signed: None };
        digest.people.insert(key(participant, &name), voice);
    }
    for side in [Side::Ours, Side::Theirs, Side::Other] {
        if !scene.call.participants.iter().zip(scene.sides).any(|(p, s)| p.attended && *s == side) {
            continue;
        }
        let last = scene.transcript.and_then(|t| last_words(t, |speaker| side_of(scene.call, scene.sides, speaker) == side));
        let name = last.and_then(|turn| speaker(scene, &turn.speaker)).unwrap_or_default();
        let evidence = said(scene, last, side, &name, title).evidence();
        digest.days.entry(day).or_default().insert(side, (1, evidence));
    }
}

/// Under which a person is known over all calls.
pub(super) fn key(participant: &Participant, name: &str) -> String {
    participant.email.as_ref().map_or_else(|| format!("name:{name}"), |email| format!("mail:{email}"))
}

fn speaker(scene: &Scene<'_>, speaker: &str) -> Option<String> {
    let participant = scene.call.participants.iter().find(|p| p.speaker.as_deref() == Some(speaker))?;
    Some(cast::name(participant, scene.voices.profile))
}

fn last_words(transcript: &Transcript, is: impl Fn(&str) -> bool) -> Option<&Utterance> {
    let mut own = transcript.turns.iter().rev().filter(|turn| is(&turn.speaker));
    let newest = own.clone().next()?;
    Some(own.find(|turn| turn.text.split_whitespace().count() >= TELLING).unwrap_or(newest))
}

/// A turn as something said; without one the call's title stands for it.
fn said<'a>(scene: &'a Scene<'a>, turn: Option<&'a Utterance>, side: Side, name: &'a str, title: &'a str) -> SaidAt<'a> {
    let start = turn.map_or(0, |t| t.start);
    let at = after(scene.record.at, start);
    SaidAt {
        record: scene.record,
        source: scene.source,
        anchor: turn.map(|t| format!("t={}", t.start / 1_000)).unwrap_or_default(),
        at,
        side,
        name,
        text: turn.map_or(title, |t| &t.text),
    }
}

struct SaidAt<'a> {
    record: &'a Record,
    source: &'a sales_model::Source,
    anchor: String,
    at: jiff::Timestamp,
    side: Side,
    name: &'a str,
    text: &'a str,
}

impl SaidAt<'_> {
    fn evidence(&self) -> sales_model::Evidence {
        Said {
            id: self.record.id(),
            source: self.source,
            anchor: &self.anchor,
            at: self.at,
            author: self.name,
            speaker: self.name,
            side: self.side,
            text: self.text,
        }
        .evidence()
    }
}
