//! Profiles and settings made ready once, so that asking whose something is costs the same with ten customers and with a thousand.
//!
//! Everything here is pure: the same profiles, settings and signs give the same answer, in whatever order records arrive.

mod accounts;
mod channels;
mod common;
mod explicit;
mod linked;
mod names;
mod people;
mod votes;
mod weak;

use std::{collections::BTreeSet, sync::Arc};

use sales_model::{CustomerId, Profile, Rule, Settings};

use crate::{changes::Heirs, directory::Customers, persons::Persons};

pub(super) use channels::{Earlier, native};
pub(super) use names::Hit;
pub(super) use people::Teams;
pub(super) use votes::Votes;

pub(crate) use channels::unseen;

/// What tells whose something is, by customer. Customers go by their position in the list.
pub struct Rulebook {
    customers: Customers,
    heirs: Heirs,
    pub(super) people: people::People,
    pub(super) names: names::Names,
    pub(super) channels: channels::Channels,
    pub(super) accounts: accounts::Accounts,
    pub(super) explicit: explicit::Explicit,
}

impl Rulebook {
    /// Makes it ready. `customers` are sorted by id.
    pub fn new(customers: Customers, settings: &Settings) -> Self {
        let names = names::Names::new(&customers);
        Rulebook {
            people: people::People::new(&customers, settings),
            channels: channels::Channels::new(&customers, settings),
            accounts: accounts::Accounts::new(&customers),
            explicit: explicit::Explicit::new(&customers),
            names,
            heirs: Heirs::default(),
            customers,
        }
    }

    /// With what became of customers that are no more.
    pub(crate) fn with_heirs(mut self, heirs: Heirs) -> Self {
        self.heirs = heirs;
        self
    }

    /// With what people are known by in several sources. `teams`: our own at the vendors.
    pub(crate) fn with_persons(mut self, persons: &Arc<Persons>, teams: &BTreeSet<String>) -> Self {
        self.people.link(persons, teams);
        self
    }

    /// Addresses of customers' people that neither a contact nor a domain of the profiles tells.
    pub(crate) fn linked_addresses(&self) -> &BTreeSet<String> {
        self.people.linked.addresses()
    }

    pub(crate) fn heirs(&self) -> &Heirs {
        &self.heirs
    }

    /// Whether an address is nobody's: neither ours, nor a customer's, nor a partner's.
    pub(super) fn is_stranger(&self, email: &str) -> bool {
        !self.is_ours(email) && !self.is_partner(email) && self.people.claim(email).is_none()
    }

    /// Whether an address is one of ours.
    pub(crate) fn is_ours(&self, email: &str) -> bool {
        self.people.is_ours(email)
    }

    /// Whether an address is a partner's.
    pub(crate) fn is_partner(&self, email: &str) -> bool {
        self.people.is_partner(email)
    }

    /// To which customers an address counts, by which rule, and by which domain of the profile.
    pub(crate) fn counted(&self, email: &str) -> Vec<(CustomerId, Rule, Option<String>)> {
        let Some(claim) = self.people.claim(email) else { return Vec::new() };
        let domain = self.people.domain_around(email).filter(|_| claim.rule == Rule::Domain);
        claim.customers.iter().filter_map(|n| Some((self.id(*n)?.clone(), claim.rule, domain.map(str::to_owned)))).collect()
    }

    /// Customers that a text names although a phrase of their profiles says that somebody else is meant, with the phrase.
    pub(crate) fn exclusions(&self, texts: &[String]) -> Vec<(CustomerId, String)> {
        let named = self.names.hits_in(texts.iter().map(String::as_str)).into_keys();
        named.filter_map(|n| Some((self.id(n)?.clone(), texts.iter().find_map(|text| self.names.exclusion(n, text))?))).collect()
    }

    /// What a customer is called.
    pub(crate) fn name(&self, customer: &CustomerId) -> String {
        let name = self.position(customer).and_then(|n| self.profile(n)).map(|p| p.name.trim()).filter(|n| !n.is_empty());
        name.unwrap_or(customer.as_str()).to_owned()
    }

    pub(super) fn id(&self, customer: usize) -> Option<&CustomerId> {
        self.customers.get(customer).map(|(id, _)| id)
    }

    pub(super) fn profile(&self, customer: usize) -> Option<&Profile> {
        self.customers.get(customer).map(|(_, profile)| profile)
    }

    /// A customer, or what became of it.
    pub(super) fn heir(&self, customer: &CustomerId) -> Option<usize> {
        self.position(self.heirs.of(customer, &self.customers))
    }

    pub(super) fn position(&self, customer: &CustomerId) -> Option<usize> {
        self.customers.binary_search_by(|(id, _)| id.cmp(customer)).ok()
    }
}
