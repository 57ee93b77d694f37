//! Whom a word means.

use std::collections::BTreeMap;

use sales_model::{Identity, Person};

use super::{
    address::tidy,
    join::{Face, join},
    known::{faces, tidied},
};
use crate::{App, Somebody, forget::folded};

impl App {
    /// The people whom an address, a key or id, or a name means, each with all that they are known by; several if it is a name that several
    /// have.
    pub fn find_people(&self, text: &str) -> Vec<Somebody> {
        let wanted = text.trim().to_lowercase();
        let id = |key: &str| key.split_once(':').is_some_and(|(_, id)| id.to_lowercase() == wanted);
        let is = |s: &Somebody| {
            let known = s.addresses.contains(&wanted) || s.keys.iter().any(|k| k.to_lowercase() == wanted || id(k));
            known || s.names.iter().any(|n| folded(n) == folded(&wanted))
        };
        let mut all: Vec<Somebody> = self.everybody().into_iter().filter(is).collect();
        if all.is_empty() && wanted.contains('@') {
            // Nobody is known by it, but mails may name it.
            all.push(Somebody { addresses: [wanted.clone()].into(), ..Somebody::default() });
        }
        for somebody in &mut all {
            let mailed: Vec<String> = somebody.addresses.iter().map(|a| format!("mail:{a}")).collect();
            somebody.keys.extend(mailed);
        }
        all.sort();
        all
    }

    /// Everybody whom a source or a profile knows, and whom the user names.
    fn everybody(&self) -> Vec<Somebody> {
        let known = self.directory.read();
        let customers = self.directory.customers();
        let people: BTreeMap<Identity, &Person> = known.people.values().map(|p| (Identity::of_key(&p.key), p)).collect();
        let mut faces = faces(known.people.values());
        let mut contacts: BTreeMap<Identity, Vec<&str>> = BTreeMap::new();
        let mut nameless = BTreeMap::new();
        for contact in customers.iter().flat_map(|(_, profile)| &profile.contacts) {
            match contact.email.as_deref().map(|email| tidy(email).unwrap_or_else(|| email.to_owned())) {
                Some(address) => {
                    let id = Identity::of_address(&address);
                    faces.push(Face { id: id.clone(), address: None, realm: None });
                    contacts.entry(id).or_default().push(&contact.name);
                }
                None => _ = nameless.entry(folded(&contact.name)).or_insert_with(Somebody::default).names.insert(contact.name.clone()),
            }
        }
        let mut all: Vec<Somebody> = nameless.into_values().collect();
        for joined in join(&faces, &tidied(&self.directory.links())) {
            let mut somebody = Somebody::default();
            for id in joined.identities {
                let person = people.get(&id);
                let name = person.map(|p| p.name.as_str()).into_iter().chain(contacts.get(&id).into_iter().flatten().copied());
                let name = name.chain(id.guest().map(|(_, name)| name));
                somebody.names.extend(name.map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()));
                // As the source writes it, beside the form that is compared.
                somebody.addresses.extend(person.filter(|_| !joined.shared).and_then(|p| p.email.clone()));
                match (id.address(), id.guest()) {
                    (Some(address), _) => _ = somebody.addresses.insert(address.to_owned()),
                    (None, None) => _ = somebody.keys.insert(id.to_string()),
                    (None, Some(_)) => {}
                }
            }
            all.push(somebody);
        }
        all
    }
}
