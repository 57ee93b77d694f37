//! Meetings that invitations tell of, and the calls and notes of them.

use std::collections::BTreeMap;

use sales_mail::calendar::{Event, Meeting, Sign, same_meeting, state};
use sales_model::{Evidence, Invitation, MeetingFacts, Source};

use crate::project::{Digest, Held};

/// By start. `held`: what calls and notes tell of, per source.
pub(super) fn meetings(sources: &mut BTreeMap<Source, Digest>, held: &[Held]) -> Vec<MeetingFacts> {
    let mut all: Vec<(Invitation, Evidence)> = sources.values_mut().flat_map(|d| std::mem::take(&mut d.invitations)).collect();
    all.sort_by(|(_, a), (_, b)| (a.at, &a.record).cmp(&(b.at, &b.record)));
    let invitations: Vec<Invitation> = all.iter().map(|(invitation, _)| invitation.clone()).collect();
    let mut out: Vec<MeetingFacts> = state(&invitations).into_iter().filter_map(|event| facts(event, &all, held)).collect();
    out.sort_by(|a, b| (a.start, &a.title).cmp(&(b.start, &b.title)));
    out
}

fn facts(event: Event, all: &[(Invitation, Evidence)], held: &[Held]) -> Option<MeetingFacts> {
    let Event { invitation, cancelled } = event;
    let same = |other: &Invitation| other.uid == invitation.uid && other.occurrence == invitation.occurrence;
    let evidence = all.iter().rev().find(|(other, _)| same(other)).map(|(_, evidence)| evidence.clone())?;
    let answered = |answer: &str| {
        invitation.attendees.iter().filter(|(_, given)| given == answer).map(|(who, _)| who.email.clone()).collect::<Vec<_>>()
    };
    let join = |meeting: &Held| {
        let people = meeting.people.iter().map(String::as_str).collect();
        let meeting = Meeting { uids: meeting.uids.clone(), title: &meeting.title, start: Some(meeting.start), end: meeting.end, people };
        same_meeting(&invitation, &meeting)
    };
    // A series whose occurrences are not told apart is no reason to name one of them.
    let found = held
        .iter()
        .filter_map(|h| Some((join(h)?.sign, h)))
        .filter(|(sign, _)| *sign != Sign::Series)
        .min_by(|(a, x), (b, y)| (a, x.start).cmp(&(b, y.start)));
    Some(MeetingFacts {
        title: invitation.title.clone(),
        start: invitation.start?,
        end: invitation.end,
        all_day: invitation.all_day,
        cancelled,
        accepted: answered("accepted"),
        declined: answered("declined"),
        held: found.map(|(_, h)| h.evidence.clone()),
        evidence,
    })
}
