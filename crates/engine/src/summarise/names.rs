//! One name for each person: "Jo" in a chat and "Jo Rivera" on a call are one owner of one promise, if their mail address is one.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{Finding, Identity, Profile};

use crate::persons::Persons;

/// Names by which the same person is known, and the one that is shown.
pub(super) struct Names<'a> {
    persons: &'a Persons,
    /// By person: names seen.
    seen: BTreeMap<String, BTreeSet<String>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(persons: &'a Persons) -> Self {
        Names { persons, seen: BTreeMap::new() }
    }

    /// Notes a name of somebody who is known by an address, or by more than one thing.
    pub(super) fn add(&mut self, key: &str, email: Option<&str>, name: &str) {
        let key = Identity::of_key(key);
        let email = email.filter(|e| !e.is_empty()).map(Identity::of_address);
        if name.trim().is_empty() || (email.is_none() && self.persons.of(&key).is_none()) {
            return;
        }
        let person = self.persons.first(&key);
        // A list may name somebody by the address itself, unless others have it too.
        let own = email.filter(|email| self.persons.first(email) == person).map(String::from);
        self.seen.entry(person.to_string()).or_default().extend([Some(name.trim().to_owned()), own].into_iter().flatten());
    }

    /// Notes the names that the user wrote.
    pub(super) fn contacts(&mut self, profile: &Profile) {
        for contact in &profile.contacts {
            let email = contact.email.as_deref();
            email.into_iter().for_each(|e| self.add(&format!("mail:{e}"), email, &contact.name));
        }
    }

    /// By name in lower case: the name to show. Names that more than one person bears stay as they are.
    pub(super) fn shown(self) -> Shown {
        let mut bearers: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (person, names) in &self.seen {
            for name in names {
                bearers.entry(name.to_lowercase()).or_default().insert(person);
            }
        }
        let mut out = BTreeMap::new();
        for (name, people) in &bearers {
            let mut people = people.iter();
            if let (Some(person), None) = (people.next(), people.next()) {
                let full = self
                    .seen
                    .get(*person)
                    .into_iter()
                    .flatten()
                    .filter(|n| !n.contains('@'))
                    .max_by_key(|n| (n.split_whitespace().count().min(3), n.len(), *n));
                out.extend(full.map(|full| (name.clone(), full.clone())));
            }
        }
        Shown(out)
    }
}

/// What [`Names::shown`] gives.
pub(super) struct Shown(BTreeMap<String, String>);

impl Shown {
    /// The name to show.
    pub(super) fn of<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(&name.trim().to_lowercase()).map_or(name, String::as_str)
    }

    /// Puts it on the owners of what is to be done; several stand with commas between.
    pub(super) fn owners(&self, finding: &mut Finding) {
        if let Some(owner) = &mut finding.detail.owner {
            let shown = owner.split(", ").map(|name| self.of(name)).collect::<Vec<_>>().join(", ");
            if *shown != **owner {
                *owner = shown.into();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_one_name() {
        let links = sales_model::Links {
            same: vec![sales_model::Same {
                who: vec!["slack:U1".parse().unwrap(), "kim@us.example".parse().unwrap()],
                told: Default::default(),
            }],
            ..Default::default()
        };
        let persons = Persons::new(std::iter::empty(), &links);
        let mut names = Names::new(&persons);
        let mut add = |email: &str, name: &str| names.add(&format!("mail:{email}"), Some(email), name);
        add("Jo@us.example", "Jo");
        add("jo@us.example", "Jo Rivera");
        add("alex@us.example", "alex");
        add("alex@them.example", "alex");
        add("alex@them.example", "Alex Kumar");
        add("kim@us.example", "Kim Park");
        names.add("slack:U1", None, "kimmy");
        names.add("slack:U2", None, "Sam");
        let shown = names.shown();
        assert_eq!(
            ["jo", "Jo Rivera", "alex", "Alex Kumar", "kimmy", "Sam"].map(|n| shown.of(n)),
            ["Jo Rivera", "Jo Rivera", "alex", "Alex Kumar", "Kim Park", "Sam"]
        );
    }
}
