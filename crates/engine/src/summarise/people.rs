//! The people of a customer's context: one line for each person, whatever the sources that know them.

use std::collections::BTreeMap;

use sales_model::{Contact, Identity, Person, PersonFacts, Profile, Side, Source, TitleFrom};

use super::{facts::newer, names::Shown};
use crate::{
    persons::{Persons, identity},
    project::Voice,
};

/// A unit's people with the guests of whom the user says who they are under what they are known by. Others who are no more than a name stay
/// under it.
pub(super) fn named(people: BTreeMap<String, Voice>, persons: &Persons, (place, unit): (&str, &str)) -> BTreeMap<String, Voice> {
    let guests = persons.guests(&format!("{place}:{unit}"));
    if guests.is_empty() {
        return people;
    }
    let known = |key: String| match identity(&key, place, unit) {
        Some(id) if guests.contains(&id) => id.to_string(),
        _ => key,
    };
    people.into_iter().map(|(key, voice)| (known(key), voice)).collect()
}

/// People of all sources.
pub(super) struct People<'a> {
    known: &'a BTreeMap<String, (Person, Side)>,
    persons: &'a Persons,
    profile: &'a Profile,
    /// By person; who is only a name by source and name, as nobody can say whether another source means the same one.
    found: BTreeMap<(Option<Source>, String), PersonFacts>,
}

impl<'a> People<'a> {
    pub(super) fn new(known: &'a BTreeMap<String, (Person, Side)>, persons: &'a Persons, profile: &'a Profile) -> Self {
        People { known, persons, profile, found: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, source: &Source, key: String, voice: Voice) {
        let Some(mut person) = self.facts(key, voice) else { return };
        person.sources.push(source.clone());
        let id = if person.key.starts_with("name:") {
            (Some(source.clone()), person.key.clone())
        } else {
            let id = Identity::of_key(&person.key);
            person.identities.push(id.to_string());
            (None, self.persons.first(&id).to_string())
        };
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
        let contact = self.contact(&key, email.as_deref());
        let told = contact.and_then(|c| c.title.clone()).filter(|t| !t.trim().is_empty()).or(title);
        Some(PersonFacts {
            name,
            title_from: (told.is_none() && signed.is_some()).then_some(TitleFrom::Signature),
            title: told.or(signed),
            role: contact.and_then(|c| c.role.clone()),
            email: contact.and_then(|c| c.email.clone()).or(email),
            side,
            messages: voice.messages,
            calls: voice.calls,
            notes: voice.notes,
            mails: voice.mails,
            last: voice.last,
            key,
            sources: Vec::new(),
            identities: Vec::new(),
        })
    }

    /// The profile's contact that somebody is, by any of their addresses.
    fn contact(&self, key: &str, email: Option<&str>) -> Option<&'a Contact> {
        let known = self.persons.of(&Identity::of_key(key));
        let addresses: Vec<&str> = email.into_iter().chain(known.into_iter().flat_map(|k| k.addresses())).collect();
        let is = |c: &&Contact| c.email.as_deref().is_some_and(|own| addresses.iter().any(|a| a.eq_ignore_ascii_case(own)));
        self.profile.contacts.iter().find(is)
    }

    /// Most recent contact first.
    pub(super) fn sorted(self, names: &Shown) -> Vec<PersonFacts> {
        let mut people: Vec<PersonFacts> = self.found.into_values().collect();
        for person in &mut people {
            person.name = names.of(&person.name).to_owned();
            person.identities.sort();
            person.identities.dedup();
            person.sources.sort();
            person.sources.dedup();
        }
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
    let later = newer(&other.last, &same.last);
    // One source may know on which side somebody stands where another does not; who changed sides stands where they spoke last.
    if same.side == Side::Other || (later && other.side != Side::Other) {
        same.side = other.side;
    }
    if later {
        if !other.name.is_empty() {
            same.name = other.name;
        }
        same.last = other.last;
    }
    same.role = same.role.take().or(other.role);
    same.email = same.email.take().or(other.email);
    same.key = std::cmp::min(std::mem::take(&mut same.key), other.key);
    same.sources.extend(other.sources);
    same.identities.extend(other.identities);
}
