//! Everybody, as commands show them.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{Apart, CustomerId, Detail, Identity, Links, OwnSide, Person, RecordId, Side, Source};
use serde::Serialize;

use super::{
    address::tidy,
    join::{Face, Join, Joined, join},
    known::{faces, tidied},
    voices::{Part, Voices},
};
use crate::{App, error::Result};

/// Somebody with all that they are known by.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonView {
    /// By what a command names them: an address if they have one.
    pub id: Identity,
    /// The name to show; empty if nobody tells one.
    pub name: String,
    /// What they are known by, sorted.
    pub identities: Vec<IdentityView>,
    /// Why these are one.
    pub joins: Vec<Join>,
    /// From whom the user keeps one of them apart.
    pub apart: Vec<Apart>,
    /// An address that several people share, or a job's.
    pub shared: bool,
    /// On which side they stand, whoever the customer: ours, or other.
    pub side: Side,
    /// Customers whose profiles name them.
    pub contact_of: Vec<CustomerId>,
    /// What they did, by customer; the latest first.
    pub parts: Vec<Part>,
}

/// One thing that somebody is known by.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IdentityView {
    /// It.
    pub id: Identity,
    /// Names that it goes by, sorted.
    pub names: Vec<String>,
    /// Sources that know it, sorted.
    pub sources: Vec<Source>,
}

impl PersonView {
    /// Sources that know them, sorted.
    pub fn sources(&self) -> BTreeSet<&Source> {
        self.identities.iter().flat_map(|i| &i.sources).collect()
    }
}

/// What is known of everybody, to be joined by one word of the user's or another.
pub struct People {
    faces: Vec<Face>,
    known: BTreeMap<Identity, Person>,
    contacts: BTreeMap<Identity, Vec<(CustomerId, String)>>,
    voices: Voices,
    domains: Vec<String>,
    teams: Vec<String>,
}

impl App {
    /// Reads what is known of everybody.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn people(&self) -> Result<People> {
        let voices = Voices::load(self, None).await?;
        let known = self.directory.read();
        let mut faces = faces(known.people.values().filter(|p| !p.bot && !p.unknown));
        let mut contacts: BTreeMap<Identity, Vec<(CustomerId, String)>> = BTreeMap::new();
        for (customer, profile) in self.directory.customers().iter() {
            for contact in &profile.contacts {
                if let Some(address) = contact.email.as_deref().and_then(tidy) {
                    contacts.entry(Identity::of_address(&address)).or_default().push((customer.clone(), contact.name.trim().to_owned()));
                }
            }
        }
        let bare = |id: &Identity| Face { id: id.clone(), address: None, realm: None };
        faces.extend(voices.parts.keys().chain(contacts.keys()).map(bare));
        Ok(People {
            faces,
            known: known.people.values().map(|p| (Identity::of_key(&p.key), p.clone())).collect(),
            contacts,
            voices,
            domains: self.directory.domains.clone(),
            teams: known.teams.iter().cloned().collect(),
        })
    }

    /// Whether a call or note, whoever's it is, names somebody so and tells no address of theirs.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn has_guest(&self, id: &Identity) -> Result<bool> {
        let Some((record, _)) = id.guest() else { return Ok(false) };
        let stored = self.ports.store.record(&RecordId(record.into())).await?;
        let participants = match stored.first().and_then(|s| s.record.detail.as_deref()) {
            Some(Detail::Call(call)) => &call.participants,
            Some(Detail::Note(note)) => &note.attendees,
            _ => return Ok(false),
        };
        Ok(participants.iter().any(|p| p.email.is_none() && Identity::of_guest(record, &p.name) == *id))
    }

    /// What everybody is known by who takes part in a customer's records, or stands in its profile.
    pub(crate) async fn identities_at(&self, customer: &CustomerId) -> Result<BTreeSet<Identity>> {
        let voices = Voices::load(self, Some(customer)).await?;
        let contacts = self.directory.profile(customer).unwrap_or_default().contacts.into_iter().filter_map(|c| tidy(&c.email?));
        Ok(voices.parts.into_keys().chain(contacts.map(|address| Identity::of_address(&address))).collect())
    }

    /// Who is whom in the user's words, as last read.
    pub fn links(&self) -> Links {
        (*self.directory.links()).clone()
    }
}

impl People {
    /// Everybody as these words make them, by name.
    pub fn joined(&self, links: &Links) -> Vec<PersonView> {
        let links = tidied(links);
        let mut all: Vec<PersonView> = join(&self.faces, &links).into_iter().map(|joined| self.view(joined, &links)).collect();
        all.sort_by(|a, b| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
        all
    }

    fn view(&self, joined: Joined, links: &Links) -> PersonView {
        let mut parts: BTreeMap<&CustomerId, Part> = BTreeMap::new();
        for part in joined.identities.iter().filter_map(|id| self.voices.parts.get(id)).flat_map(BTreeMap::values) {
            match parts.get_mut(&part.customer) {
                Some(known) => known.absorb(part.clone()),
                None => _ = parts.insert(&part.customer, part.clone()),
            }
        }
        let mut parts: Vec<Part> = parts.into_values().collect();
        parts.sort_by(|a, b| (b.last, &a.customer).cmp(&(a.last, &b.customer)));
        let contacts: BTreeSet<&(CustomerId, String)> = joined.identities.iter().filter_map(|id| self.contacts.get(id)).flatten().collect();
        let identities: Vec<IdentityView> = joined.identities.iter().map(|id| self.identity(id)).collect();
        let told = contacts.iter().map(|(_, name)| name).find(|name| !name.is_empty()).cloned();
        let names = identities.iter().flat_map(|i| &i.names);
        let named = || names.max_by_key(|n| (n.split_whitespace().count().min(3), n.len(), (*n).clone())).cloned();
        let own = OwnSide { domains: &self.domains, teams: &self.teams };
        let faces: Vec<Person> = joined.identities.iter().map(|id| self.face(id)).collect();
        let side = faces.iter().map(|face| own.side_of(face, &faces, None, false)).min().unwrap_or(Side::Other);
        let apart =
            links.apart.iter().filter(|a| joined.identities.contains(&a.who) || a.from.iter().any(|f| joined.identities.contains(f)));
        PersonView {
            id: best(&joined.identities),
            name: told.or_else(named).unwrap_or_default(),
            identities,
            joins: joined.joins,
            apart: apart.cloned().collect(),
            shared: joined.shared,
            side,
            contact_of: contacts.iter().map(|(customer, _)| customer.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
            parts,
        }
    }

    fn face(&self, id: &Identity) -> Person {
        let address = id.address().map(|address| Person { email: Some(address.to_owned()), ..Person::default() });
        address.or_else(|| self.known.get(id).cloned()).unwrap_or_default()
    }

    fn identity(&self, id: &Identity) -> IdentityView {
        let known = self.known.get(id).map(|p| p.name.trim().to_owned());
        let contacts = self.contacts.get(id).into_iter().flatten().map(|(_, name)| name.clone());
        let names: BTreeSet<String> =
            known.into_iter().chain(contacts).chain(self.voices.names.get(id).into_iter().flatten().cloned()).collect();
        let parts = self.voices.parts.get(id).into_iter().flat_map(BTreeMap::values);
        let mut sources: BTreeSet<Source> = BTreeSet::new();
        for part in parts {
            let counts =
                [(Source::SLACK, part.messages), (Source::GONG, part.calls), (Source::GRANOLA, part.notes), (Source::EMAIL, part.mails)];
            sources.extend(counts.into_iter().filter(|(_, n)| *n > 0).map(|(source, _)| source));
        }
        if id.address().is_none() {
            sources.extend(id.as_str().split(':').next().and_then(|source| source.parse().ok()));
        }
        IdentityView {
            id: id.clone(),
            names: names.into_iter().filter(|n| !n.is_empty()).collect(),
            sources: sources.into_iter().collect(),
        }
    }
}

/// An address if there is one, else an id, else a name in a record.
fn best(identities: &BTreeSet<Identity>) -> Identity {
    let rank = |id: &&Identity| (id.address().is_none(), id.guest().is_some());
    identities.iter().min_by_key(|id| (rank(id), (*id).clone())).cloned().unwrap_or_else(|| Identity::of_key(""))
}
