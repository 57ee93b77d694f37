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

use sales_model::{CustomerId, Profile, Settings};

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
        !self.people.is_ours(email) && !self.people.is_partner(email) && self.people.claim(email).is_none()
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
