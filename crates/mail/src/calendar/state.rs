//! What the invitations of a conversation come to.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sales_model::{Invitation, MailAddress};

const ATTENDEES: usize = 1_000;

/// An event as it stands after all that was sent about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its newest revision, with the answers so far. `method` is the last revision's: `REQUEST`, `PUBLISH`, `CANCEL`; `REPLY` or `COUNTER` where
    /// nothing but answers is known.
    pub invitation: Invitation,
    /// It does not take place.
    pub cancelled: bool,
}

/// The events of a conversation's invitations, which are given in the order in which they were sent; events in the order of their first mention.
///
/// Of each event, and each occurrence of a series that is spoken of by itself, the newest revision counts: by SEQUENCE, then by order. Cancelling
/// is a revision; it keeps what it does not say (most programs leave out the attendees), and that of a series cancels its occurrences.
///
/// Answers (REPLY, and COUNTER, which asks for another time) are merged by attendee. One that was given to an older revision counts for nothing
/// (RFC 5546, 2.1.4), unless it has no SEQUENCE and came later; one that a newer revision repeats differently has been overtaken by it. Who
/// answers without having been asked is added: the invitation was passed on.
pub fn state(invitations: &[Invitation]) -> Vec<Event> {
    let mut found: BTreeMap<Key<'_>, Found> = BTreeMap::new();
    for (at, invitation) in invitations.iter().enumerate() {
        let known = found.len();
        let event = found.entry(Key::of(invitation)).or_insert_with(|| Found { first: known, ..Found::default() });
        match invitation.method.as_str() {
            "REPLY" | "COUNTER" => event.answers.push(at),
            "REFRESH" | "DECLINECOUNTER" => {}
            _ => event.revisions.push(at),
        }
    }
    let cancelled: BTreeMap<&str, (u32, usize)> = found
        .iter()
        .filter(|(key, _)| key.occurrence.is_none() && !key.uid.is_empty())
        .filter_map(|(key, event)| Some((key.uid, event.newest(invitations).filter(|(_, i)| i.method == "CANCEL")?)))
        .map(|(uid, (at, newest))| (uid, (newest.sequence, at)))
        .collect();

    let mut events: Vec<(usize, Event)> = Vec::new();
    for (key, event) in &found {
        let Some(mut done) = event.done(invitations) else { continue };
        // Cancelled as a whole, unless it was called anew afterwards.
        if let Some(whole) = cancelled.get(key.uid).filter(|_| key.occurrence.is_some()) {
            done.cancelled |= event.newest(invitations).is_none_or(|(at, i)| (i.sequence, at) < *whole);
        }
        events.push((event.first, done));
    }
    events.sort_by_key(|(first, _)| *first);
    events.into_iter().map(|(_, event)| event).collect()
}

/// Which event. One without a UID is known by its title and start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    uid: &'a str,
    occurrence: Option<Timestamp>,
    other: Option<(&'a str, Option<Timestamp>)>,
}

impl<'a> Key<'a> {
    fn of(i: &'a Invitation) -> Self {
        let uid = i.uid.trim();
        Self { uid, occurrence: i.occurrence, other: uid.is_empty().then_some((i.title.as_str(), i.start)) }
    }
}

/// What was sent about an event, as places in the list.
#[derive(Debug, Default)]
struct Found {
    first: usize,
    revisions: Vec<usize>,
    answers: Vec<usize>,
}

impl Found {
    fn newest<'a>(&self, all: &'a [Invitation]) -> Option<(usize, &'a Invitation)> {
        let revisions = self.revisions.iter().filter_map(|at| Some((*at, all.get(*at)?)));
        revisions.max_by_key(|(at, i)| (i.sequence, *at))
    }

    /// `None` if nothing was sent that tells of it.
    fn done(&self, all: &[Invitation]) -> Option<Event> {
        let (at, mut invitation) = match self.newest(all) {
            Some((at, newest)) => (Some(at), newest.clone()),
            None => (None, self.answered(all)?),
        };
        let cancelled = invitation.method == "CANCEL";
        if cancelled {
            let before = self.revisions.iter().filter_map(|at| all.get(*at)).filter(|i| i.method != "CANCEL");
            if let Some((_, before)) = before.enumerate().max_by_key(|(n, i)| (i.sequence, *n)) {
                keep(&mut invitation, before);
            }
        }
        let mut places: BTreeMap<String, usize> =
            invitation.attendees.iter().enumerate().map(|(n, (person, _))| (person.email.clone(), n)).collect();
        for (answered, answer) in self.answers.iter().filter_map(|at| Some((*at, all.get(*at)?))) {
            let later = at.is_none_or(|at| answered > at);
            if at.is_none() || answer.sequence >= invitation.sequence || answer.sequence == 0 && later {
                merge(&mut invitation.attendees, &mut places, &answer.attendees, later);
            }
        }
        Some(Event { invitation, cancelled })
    }

    /// An event that only answers tell of; a COUNTER's time is one that was asked for.
    fn answered(&self, all: &[Invitation]) -> Option<Invitation> {
        let newest =
            self.answers.iter().filter_map(|at| all.get(*at)).enumerate().max_by_key(|(n, i)| (i.method == "REPLY", i.sequence, *n))?.1;
        let mut invitation = Invitation { attendees: Vec::new(), ..newest.clone() };
        if invitation.method == "COUNTER" {
            (invitation.start, invitation.end) = (None, None);
        }
        Some(invitation)
    }
}

/// What a cancelling leaves out.
fn keep(cancel: &mut Invitation, before: &Invitation) {
    if cancel.title.is_empty() {
        cancel.title.clone_from(&before.title);
    }
    if cancel.location.is_empty() {
        cancel.location.clone_from(&before.location);
    }
    if cancel.start.is_none() {
        (cancel.start, cancel.end, cancel.all_day) = (before.start, before.end, before.all_day);
    }
    cancel.recurring |= before.recurring;
    if cancel.organiser.is_none() {
        cancel.organiser.clone_from(&before.organiser);
    }
    if cancel.attendees.is_empty() {
        cancel.attendees.clone_from(&before.attendees);
    }
}

/// `places` tells where each address stands.
fn merge(attendees: &mut Vec<(MailAddress, String)>, places: &mut BTreeMap<String, usize>, answers: &[(MailAddress, String)], later: bool) {
    for (person, answer) in answers {
        let room = attendees.len() < ATTENDEES;
        match places.get(&person.email).and_then(|at| attendees.get_mut(*at)) {
            Some((known, standing)) => {
                if known.name.is_empty() {
                    known.name.clone_from(&person.name);
                }
                if later || standing == "needs-action" {
                    standing.clone_from(answer);
                }
            }
            None if room => {
                places.insert(person.email.clone(), attendees.len());
                attendees.push((person.clone(), answer.clone()));
            }
            None => {}
        }
    }
}
