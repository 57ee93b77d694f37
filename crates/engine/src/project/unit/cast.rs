//! Who is on which side in a call or meeting.

use sales_insight::Mention;
use sales_model::{Affiliation, Contact, Detail, Participant, Person, Profile, Record, RecordId, Side, Transcript};

use super::{super::plan::Job, voices::Voices};

/// What somebody is called of whom nobody tells a name.
pub(crate) const NAMELESS: &str = "Unknown";

/// The record that opens the conversation.
pub(super) fn first(job: &Job) -> Option<(&Record, &Detail)> {
    let record = job.records.iter().map(|r| &r.record).find(|r| r.is_first())?;
    Some((record, record.detail.as_deref()?))
}

/// Its transcript, if there is one.
pub(super) fn transcript(job: &Job) -> Option<&Transcript> {
    job.records.iter().find_map(|r| match r.record.detail.as_deref() {
        Some(Detail::Transcript(t)) if r.record.is_part() => Some(t),
        _ => None,
    })
}

/// Sides of the participants towards one customer, in their order: by mail address first, then by the vendor's word, then by name.
///
/// Somebody of another company whom no address tells apart is theirs where the record belongs to this customer alone and no other company
/// is to be seen in it.
pub(super) fn sides(record: &Record, participants: &[Participant], voices: &Voices<'_>) -> Vec<Side> {
    let owners = voices.known.threads.get(&*record.place).map_or(0, |threads| threads.of(&record.thread).count());
    let alone = owners == 1;
    let id = record.id();
    let told: Vec<Option<Side>> = participants.iter().map(|p| by_address(p, &id, voices).or_else(|| by_name(p, voices))).collect();
    let theirs = told.contains(&Some(Side::Theirs));
    let third = told.contains(&Some(Side::Other));
    participants
        .iter()
        .zip(told)
        .map(|(p, told)| match (told, p.affiliation) {
            (Some(Side::Other), Affiliation::External) if alone && !theirs => Side::Theirs,
            (Some(Side::Other), Affiliation::Internal) => Side::Ours,
            (Some(side), _) => side,
            (None, Affiliation::Internal) => Side::Ours,
            (None, Affiliation::External) if alone && !(third && theirs) => Side::Theirs,
            (None, _) => Side::Other,
        })
        .collect()
}

/// By the address, and what else is known of its person: `Other` for one of neither side, `None` without one, unless the user says who they are.
fn by_address(participant: &Participant, record: &RecordId, voices: &Voices<'_>) -> Option<Side> {
    let Some(email) = participant.email.clone() else {
        return voices.known.persons.guest_side(&voices.own(), &record.0, &participant.name, voices.profile);
    };
    Some(voices.side_of(&Person { email: Some(email), ..Person::default() }, false))
}

/// By the full name alone, where neither an address nor the vendor tells more (a transcript's speakers): that of a contact in the profile,
/// or of somebody of ours. A name that is both tells nothing.
fn by_name(participant: &Participant, voices: &Voices<'_>) -> Option<Side> {
    let own_word = participant.affiliation != Affiliation::Unknown || participant.email.is_some();
    if own_word || participant.name.split_whitespace().count() < 2 {
        return None;
    }
    let theirs = voices.profile.is_some_and(|p| p.contacts.iter().any(|c| same_name(&c.name, &participant.name)));
    let mut named = voices.known.people.values().filter(|p| p.email.is_some() && same_name(&p.name, &participant.name));
    let ours = named.any(|p| voices.side_of(p, false) == Side::Ours);
    match (ours, theirs) {
        (true, false) => Some(Side::Ours),
        (false, true) => Some(Side::Theirs),
        _ => None,
    }
}

fn same_name(a: &str, b: &str) -> bool {
    let words = |name: &str| name.split_whitespace().flat_map(|w| w.chars().flat_map(char::to_lowercase).chain([' '])).collect::<String>();
    a.len().abs_diff(b.len()) <= 16 && words(a) == words(b)
}

/// The profile's contact with this address.
pub(super) fn contact<'p>(profile: Option<&'p Profile>, email: Option<&str>) -> Option<&'p Contact> {
    let email = email?;
    profile?.contacts.iter().find(|c| c.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email)))
}

/// The name to show: the vendor's, else the profile's, else what stands before the `@`.
pub(super) fn name(participant: &Participant, profile: Option<&Profile>) -> String {
    if !participant.name.trim().is_empty() {
        return participant.name.trim().to_owned();
    }
    let email = participant.email.as_deref();
    let known = contact(profile, email).map(|c| c.name.clone()).filter(|n| !n.is_empty());
    known.or_else(|| email.and_then(|e| e.split('@').next()).map(str::to_owned)).unwrap_or_else(|| NAMELESS.to_owned())
}

/// Everybody who was there, as who may own what is to be done: by name, and by address where a list names them by that.
pub(super) fn mentions<'a>(participants: &'a [Participant], names: &'a [String], sides: &[Side]) -> Vec<Mention<'a>> {
    let all = participants.iter().zip(names).zip(sides);
    all.flat_map(|((p, name), side)| [Some(name.as_str()), p.email.as_deref()].into_iter().flatten().map(|name| (name, *side)))
        .map(|(name, side)| Mention { name, side, start: 0, end: 0 })
        .collect()
}

/// Names of people who may be meant in what a call or note says: those who were there, and the profile's contacts.
pub(super) fn people<'a>(names: &'a [String], profile: Option<&'a Profile>) -> Vec<&'a str> {
    let contacts = profile.into_iter().flat_map(|p| &p.contacts).map(|c| c.name.as_str());
    let mut people: Vec<&str> = names.iter().map(String::as_str).chain(contacts).filter(|n| !n.is_empty()).collect();
    people.sort_unstable();
    people.dedup();
    people
}
