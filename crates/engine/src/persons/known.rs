//! Persons ready to be asked for: on which side somebody stands who is known elsewhere, too, and what else they write from.

use std::collections::{BTreeSet, HashMap, HashSet};

use sales_model::{Identity, Links, OwnSide, Person, Profile, Side};

use super::{
    address::tidy,
    join::{Face, Joined, join},
};

/// Persons who are known by more than one thing.
#[derive(Debug, Default)]
pub(crate) struct Persons {
    all: Vec<Known>,
    /// By identity.
    by_id: HashMap<String, usize>,
    /// Keys of accounts that the user says are not whose address they bear.
    disowned: HashSet<String>,
    /// Guests by their records.
    guests: HashMap<String, Vec<Identity>>,
}

/// One of them.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) identities: BTreeSet<Identity>,
    /// What each of the sources says of them.
    faces: Vec<Person>,
}

/// What the ledger knows of people, as evidence.
pub(super) fn faces<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<Face> {
    people
        .map(|p| {
            let source = p.key.split(':').next().unwrap_or_default();
            // Whoever left gave the address back: two accounts then are one person's.
            let realm = (!p.deleted).then(|| format!("{source}:{}", p.team.as_deref().unwrap_or_default()));
            Face { id: Identity::of_key(&p.key), address: p.email.as_deref().and_then(tidy), realm }
        })
        .collect()
}

/// The user's words with addresses in the form that is compared.
pub(super) fn tidied(links: &Links) -> Links {
    let mut links = links.clone();
    links.same.iter_mut().flat_map(|same| &mut same.who).for_each(|id| *id = tidy_id(id));
    for apart in &mut links.apart {
        apart.who = tidy_id(&apart.who);
        apart.from.iter_mut().for_each(|id| *id = tidy_id(id));
    }
    links
}

/// An identity with its address in the form that is compared.
pub(super) fn tidy_id(id: &Identity) -> Identity {
    id.address().and_then(tidy).map_or_else(|| id.clone(), |address| Identity::of_address(&address))
}

impl Persons {
    /// Works it out.
    pub(crate) fn new<'a>(people: impl Iterator<Item = &'a Person> + Clone, links: &Links) -> Self {
        let links = tidied(links);
        let faces: Vec<Face> = faces(people.clone());
        let by_key: HashMap<Identity, &Person> = people.map(|p| (Identity::of_key(&p.key), p)).collect();
        let mut persons = Persons::default();
        for face in &faces {
            let Some(address) = face.address.as_deref().map(Identity::of_address) else { continue };
            let split = |a: &Identity, b: &Identity| links.apart.iter().any(|apart| apart.who == *a && apart.from.contains(b));
            if split(&face.id, &address) || split(&address, &face.id) {
                persons.disowned.insert(face.id.to_string());
            }
        }
        for Joined { identities, .. } in join(&faces, &links).into_iter().filter(|joined| joined.identities.len() > 1) {
            let faces = identities.iter().filter_map(|id| persons.face(id, by_key.get(id).copied())).collect();
            for id in &identities {
                persons.by_id.insert(id.to_string(), persons.all.len());
                if let Some((record, _)) = id.guest() {
                    persons.guests.entry(record.to_owned()).or_default().push(id.clone());
                }
            }
            persons.all.push(Known { identities, faces });
        }
        persons
    }

    /// What an identity tells of sides; nothing of a guest.
    fn face(&self, id: &Identity, known: Option<&Person>) -> Option<Person> {
        if let Some(address) = id.address() {
            return Some(Person { email: Some(address.to_owned()), ..Person::default() });
        }
        let p = known?;
        Some(Person {
            email: p.email.clone().filter(|_| !self.disowned.contains(&p.key)),
            team: p.team.clone(),
            enterprise: p.enterprise.clone(),
            guest: p.guest,
            bot: p.bot,
            ..Person::default()
        })
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Known] {
        &self.all
    }

    /// The person whom an identity is; `None` of who is known by that alone.
    pub(crate) fn of(&self, id: &Identity) -> Option<&Known> {
        self.by_id.get(id.as_str()).and_then(|n| self.all.get(*n))
    }

    /// The first identity of the person that an identity is.
    pub(crate) fn first<'a>(&'a self, id: &'a Identity) -> &'a Identity {
        self.of(id).and_then(|known| known.identities.first()).unwrap_or(id)
    }

    /// The side of somebody, with all that they are known by.
    pub(crate) fn side(&self, own: &OwnSide<'_>, person: &Person, profile: Option<&Profile>, foreign_is_theirs: bool) -> Side {
        let by_key = self.by_id.get(person.key.as_str());
        let n = by_key.or_else(|| self.by_id.get(person.email.as_deref()?));
        let others = n.and_then(|n| self.all.get(*n)).map_or(&[][..], |known| known.faces.as_slice());
        if self.disowned.contains(&person.key) {
            let bare = Person { email: None, ..person.clone() };
            return own.side_of(&bare, others, profile, foreign_is_theirs);
        }
        own.side_of(person, others, profile, foreign_is_theirs)
    }

    /// The side of somebody who is a name in a record; `None` unless the user says who they are.
    pub(crate) fn guest_side(&self, own: &OwnSide<'_>, record: &str, name: &str, profile: Option<&Profile>) -> Option<Side> {
        let known = self.guests.get(record).and_then(|_| self.of(&Identity::of_guest(record, name)))?;
        Some(own.side_of(&Person::default(), &known.faces, profile, false))
    }

    /// Those of a record's guests of whom the user says who they are.
    pub(crate) fn guests(&self, record: &str) -> &[Identity] {
        self.guests.get(record).map_or(&[], Vec::as_slice)
    }

    /// What somebody writes from: their address, or else the key, by which a person of several identities is found.
    pub(crate) fn handle<'a>(&self, person: &'a Person) -> &'a str {
        person.email.as_deref().filter(|_| !self.disowned.contains(&person.key)).unwrap_or(&person.key)
    }
}

impl Known {
    /// Their addresses.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        self.identities.iter().filter_map(Identity::address)
    }

    /// They have an account in one of our teams.
    pub(crate) fn in_team(&self, teams: &BTreeSet<String>) -> bool {
        self.faces.iter().any(|p| !p.guest && !p.bot && p.team.iter().chain(&p.enterprise).any(|t| teams.contains(t)))
    }
}
