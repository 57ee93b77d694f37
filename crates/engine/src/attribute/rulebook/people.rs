//! Whose people somebody belongs to: by exact address, by mail domain.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use sales_files::domain::{ascii, is_provider, registered_name, tidy_domain};
use sales_model::{CustomerId, Person, Profile, Rule, Settings};

use super::{Votes, linked::Linked};
use crate::persons::Persons;

/// Labels under which a school or society gives addresses to people who have left it.
const ALUMNI: [&str; 7] = ["alumni", "alum", "alumnus", "alumna", "alumnos", "ehemalige", "former"];

/// Addresses and domains of all customers.
pub(in crate::attribute) struct People {
    /// Contacts' addresses, as [`address`] writes them.
    addresses: HashMap<String, Vec<usize>>,
    /// Mail domains.
    domains: HashMap<String, Vec<usize>>,
    /// What stands before the public suffix in customers' domains, with the domain: `acme` of `acme.dev`.
    registered: HashMap<String, Vec<(usize, String)>>,
    own: HashSet<String>,
    partners: HashSet<String>,
    /// What people are known by elsewhere.
    pub(in crate::attribute) linked: Linked,
}

/// What an address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::attribute) struct Claim<'a> {
    /// Whose it is; several where profiles share it.
    pub(in crate::attribute) customers: &'a [usize],
    pub(in crate::attribute) rule: Rule,
    /// It is a partner's who also is a customer.
    pub(in crate::attribute) partner: bool,
    /// The address of the same person that says so, where it is another one.
    pub(in crate::attribute) via: Option<&'a str>,
}

impl People {
    pub(super) fn new(customers: &[(CustomerId, Profile)], settings: &Settings) -> Self {
        let set = |list: &[String]| list.iter().map(|d| tidy_domain(d)).filter(|d| !d.is_empty()).collect();
        let mut people = People {
            addresses: HashMap::new(),
            domains: HashMap::new(),
            registered: HashMap::new(),
            own: set(&settings.own_domains),
            partners: set(&settings.partners),
            linked: Linked::default(),
        };
        for (n, (_, profile)) in customers.iter().enumerate() {
            for email in profile.contacts.iter().filter_map(|c| c.email.as_deref()) {
                // A colleague in a profile is no contact of the customer's: everything of ours would be theirs.
                if let Some((local, domain)) = address(email).filter(|(_, domain)| within(&people.own, domain).is_none()) {
                    push(&mut people.addresses, format!("{local}@{domain}"), n);
                }
            }
            for domain in profile.domains.iter().map(|d| tidy_domain(d)).filter(|d| within(&people.own, d).is_none()) {
                if let Some(name) = registered_name(&domain) {
                    people.registered.entry(name.to_owned()).or_default().push((n, domain.clone()));
                }
                push(&mut people.domains, domain, n);
            }
        }
        people
    }

    /// With what people are known by elsewhere. `teams`: our own.
    pub(super) fn link(&mut self, persons: &Arc<Persons>, teams: &BTreeSet<String>) {
        self.linked = Linked::of(self, persons, teams);
    }

    /// Whether somebody is one of ours, by address, or because the address of a stranger is a colleague's.
    pub(in crate::attribute) fn is_ours(&self, email: &str) -> bool {
        self.is_own(email) || (self.linked.is_ours(email) && self.by_itself(email).is_none())
    }

    /// Whether an address is one of our domains'.
    pub(super) fn is_own(&self, email: &str) -> bool {
        address(email).is_some_and(|(_, domain)| within(&self.own, &domain).is_some())
    }

    /// Whether an address is a partner's.
    pub(in crate::attribute) fn is_partner(&self, email: &str) -> bool {
        address(email).is_some_and(|(_, domain)| within(&self.partners, &domain).is_some())
    }

    /// Whose somebody is: by their address; where that says nothing, by what else they are known by.
    pub(in crate::attribute) fn claim(&self, handle: &str) -> Option<Claim<'_>> {
        self.by_itself(handle).or_else(|| self.linked.claim(handle).filter(|_| !self.is_own(handle)))
    }

    /// Whose an address is: by the address itself, without what stands behind a `+` in it, else by its domain. Of domains within each other
    /// the narrowest counts.
    pub(super) fn by_itself(&self, email: &str) -> Option<Claim<'_>> {
        let (local, domain) = address(email)?;
        if within(&self.own, &domain).is_some() {
            return None;
        }
        let exact = |local: &str| self.addresses.get(&format!("{local}@{domain}"));
        let plain = || local.split_once('+').filter(|(plain, _)| !plain.is_empty()).and_then(|(plain, _)| exact(plain));
        if let Some(customers) = exact(&local).or_else(plain) {
            return Some(Claim { customers, rule: Rule::Address, partner: false, via: None });
        }
        let customers = self.by_domain(&domain)?;
        Some(Claim { customers, rule: Rule::Domain, partner: within(&self.partners, &domain).is_some(), via: None })
    }

    /// Customers of a mail domain or a web site, those with the narrowest domain around it.
    pub(in crate::attribute) fn by_domain(&self, host: &str) -> Option<&[usize]> {
        let host = ascii(host);
        let (inner, customers) = parents(&host).find_map(|(inner, domain)| Some((inner, self.domains.get(domain)?)))?;
        inner.split('.').all(|label| !ALUMNI.contains(&label)).then_some(customers.as_slice())
    }

    /// The domain of a profile that an address is in.
    pub(in crate::attribute) fn domain_around(&self, email: &str) -> Option<&str> {
        let (_, domain) = address(email)?;
        parents(&domain).find_map(|(_, domain)| self.domains.get_key_value(domain)).map(|(domain, _)| domain.as_str())
    }

    /// Customers that have another domain with the name that this unknown one is registered under: `acme.co.uk` for one with `acme.dev`.
    pub(in crate::attribute) fn kin(&self, email: &str) -> Option<(String, &[(usize, String)])> {
        let (_, domain) = address(email)?;
        let known = parents(&domain).any(|(_, d)| self.domains.contains_key(d) || self.own.contains(d) || self.partners.contains(d));
        let stranger = !known && !is_provider(&domain);
        let name = registered_name(&domain).filter(|name| stranger && name.len() >= 3)?;
        let registered = sales_files::domain::registrable(&domain)?.to_owned();
        self.registered.get(name).map(|kin| (registered, kin.as_slice()))
    }

    /// Votes of people who take part. An address that profiles share decides nothing of its own: `unclear` gets its customers.
    pub(in crate::attribute) fn votes<'a>(&self, emails: impl Iterator<Item = &'a str>, unclear: &mut Votes) -> Votes {
        let (mut votes, mut partners) = (Votes::default(), Votes::default());
        for email in emails {
            let Some(claim) = self.claim(email) else { continue };
            let into = match (claim.customers.len(), claim.partner) {
                (1, false) => &mut votes,
                (1, true) => &mut partners,
                _ => &mut *unclear,
            };
            into.absorb(self.claimed(email, &claim));
        }
        // A reseller in copy makes nothing the reseller's.
        if votes.is_empty() { partners } else { votes }
    }

    /// Customers other than the owner whose people are among these. Somebody who is the owner's too (two deals with one company) speaks for
    /// nobody else.
    pub(in crate::attribute) fn others(&self, owner: usize, people: &[&Person]) -> Votes {
        let mut votes = Votes::default();
        for email in people.iter().map(|p| self.linked.handle(p)) {
            let Some(claim) = self.claim(email).filter(|c| !c.customers.contains(&owner) && !c.partner) else { continue };
            votes.absorb(self.claimed(email, &claim));
        }
        votes
    }

    /// Votes of one address.
    pub(in crate::attribute) fn claimed(&self, email: &str, claim: &Claim<'_>) -> Votes {
        let mut votes = Votes::default();
        for customer in claim.customers {
            votes.add(*customer, claim.rule, || match (claim.rule, claim.via) {
                (Rule::Address, None) => format!("{email} takes part, who is a contact in the profile"),
                (_, None) => format!("{email} takes part, who writes from a domain of the profile"),
                (Rule::Address, Some(via)) => format!("{email} takes part, who is the same person as {via}, a contact in the profile"),
                (_, Some(via)) => format!("{email} takes part, who is the same person as {via}, who writes from a domain of the profile"),
            });
        }
        votes
    }
}

/// Vendors' teams by whose people are in them.
#[derive(Default)]
pub(in crate::attribute) struct Teams(HashMap<String, BTreeMap<usize, String>>);

impl Teams {
    /// Learns them from everybody who is known.
    pub(in crate::attribute) fn of<'a>(people: &People, everybody: impl Iterator<Item = &'a Person>) -> Self {
        let mut teams: HashMap<String, BTreeMap<usize, String>> = HashMap::new();
        for person in everybody {
            let (Some(team), Some(email)) = (&person.team, &person.email) else { continue };
            let Some(domain) = email.rsplit_once('@').map(|(_, d)| d).filter(|_| !people.is_ours(email)) else { continue };
            for customer in people.by_domain(domain).unwrap_or_default() {
                let least = teams.entry(team.clone()).or_default().entry(*customer).or_insert_with(|| domain.to_owned());
                if domain < least.as_str() {
                    *least = domain.to_owned();
                }
            }
        }
        Teams(teams)
    }

    /// Customers whose people are in a team, with the domain that they write from.
    pub(in crate::attribute) fn get(&self, team: &str) -> impl Iterator<Item = (usize, &str)> {
        self.0.get(team).into_iter().flatten().map(|(customer, domain)| (*customer, domain.as_str()))
    }
}

fn push(map: &mut HashMap<String, Vec<usize>>, key: String, customer: usize) {
    let list = map.entry(key).or_default();
    if list.last() != Some(&customer) {
        list.push(customer);
    }
}

/// An address's two sides in the form that is compared.
fn address(email: &str) -> Option<(String, String)> {
    let (local, domain) = email.trim().rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then(|| (local.to_lowercase(), ascii(domain).into_owned()))
}

/// A host and the domains around it, the narrowest first, each with what stands before it: `("", "eu.acme.dev")`, `("eu", "acme.dev")`.
fn parents(host: &str) -> impl Iterator<Item = (&str, &str)> {
    let dots = host.match_indices('.').filter_map(|(at, _)| Some((host.get(..at)?, host.get(at + 1..)?)));
    std::iter::once(("", host)).chain(dots)
}

/// The domain of the set that a host is, or is within.
fn within<'a>(set: &'a HashSet<String>, host: &str) -> Option<&'a String> {
    if set.is_empty() { None } else { parents(host).find_map(|(_, domain)| set.get(domain)) }
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
