//! People who are known by more than one thing: an address of theirs says whose they are wherever they take part.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use sales_model::{Identity, Person, Rule};

use super::people::{Claim, People};
use crate::persons::Persons;

/// What the other identities of somebody say, by identity.
#[derive(Default)]
pub(in crate::attribute) struct Linked {
    persons: Option<Arc<Persons>>,
    ours: HashSet<String>,
    claims: HashMap<String, Via>,
    /// Addresses of customers' people that do not say so by themselves.
    addresses: BTreeSet<String>,
}

/// Whose somebody is by another address.
struct Via {
    address: String,
    customers: Vec<usize>,
    rule: Rule,
    partner: bool,
}

impl Linked {
    /// Of several addresses an exact one counts before a domain. Several that speak for different customers by the same rule speak for all of
    /// them: that is asked about.
    pub(super) fn of(people: &People, persons: &Arc<Persons>, teams: &BTreeSet<String>) -> Self {
        let mut linked = Linked { persons: Some(persons.clone()), ..Linked::default() };
        for known in persons.all() {
            let own = known.addresses().any(|address| people.is_own(address));
            let claims: Vec<(&str, Claim<'_>)> = known.addresses().filter_map(|a| Some((a, people.by_itself(a)?))).collect();
            let rule = claims.iter().map(|(_, claim)| claim.rule).min();
            let ids = || known.identities.iter().map(Identity::to_string);
            if own || (claims.is_empty() && known.in_team(teams)) {
                linked.ours.extend(ids());
            } else if let Some((address, first)) = claims.iter().find(|(_, claim)| Some(claim.rule) == rule) {
                let same = claims.iter().filter(|(_, claim)| claim.rule == first.rule);
                let customers: BTreeSet<usize> = same.flat_map(|(_, claim)| claim.customers).copied().collect();
                let customers: Vec<usize> = customers.into_iter().collect();
                linked.addresses.extend(known.addresses().filter(|a| people.by_itself(a).is_none()).map(str::to_owned));
                for id in ids() {
                    let via =
                        Via { address: (*address).to_owned(), customers: customers.clone(), rule: first.rule, partner: first.partner };
                    linked.claims.insert(id, via);
                }
            }
        }
        linked
    }

    pub(super) fn is_ours(&self, handle: &str) -> bool {
        self.ours.contains(handle)
    }

    pub(super) fn claim(&self, handle: &str) -> Option<Claim<'_>> {
        let via = self.claims.get(handle)?;
        Some(Claim { customers: &via.customers, rule: via.rule, partner: via.partner, via: Some(&via.address) })
    }

    /// Addresses that are a customer's only because of another one of the same person.
    pub(super) fn addresses(&self) -> &BTreeSet<String> {
        &self.addresses
    }

    /// What somebody writes from.
    pub(in crate::attribute) fn handle<'a>(&self, person: &'a Person) -> &'a str {
        match &self.persons {
            Some(persons) => persons.handle(person),
            None => person.email.as_deref().unwrap_or(&person.key),
        }
    }

    /// Those of a record's guests of whom the user says who they are.
    pub(in crate::attribute) fn guests(&self, record: &str) -> &[Identity] {
        self.persons.as_ref().map_or(&[], |persons| persons.guests(record))
    }
}
