//! Whose people somebody belongs to: by exact address, by mail domain.

use std::collections::BTreeMap;

use sales_model::{CustomerId, Person, Profile};

/// Customers other than the owner whose people are among these, with the reason. The address of each person counts before the domain, and
/// somebody who is the owner's too (two deals with one company) speaks for nobody else.
pub(super) fn others(owner: &CustomerId, people: &[&Person], customers: &[(CustomerId, Profile)]) -> BTreeMap<CustomerId, String> {
    let mut out = BTreeMap::new();
    for person in people {
        let mut votes = by_address(&[*person], customers);
        if votes.is_empty() {
            votes = by_domain(&[*person], customers);
        }
        if !votes.contains_key(owner) {
            votes.into_iter().for_each(|(customer, reason)| _ = out.entry(customer).or_insert(reason));
        }
    }
    out
}

pub(super) fn by_address(people: &[&Person], customers: &[(CustomerId, Profile)]) -> BTreeMap<CustomerId, String> {
    vote(
        people,
        customers,
        |email, profile| profile.contacts.iter().any(|c| c.email.as_deref().is_some_and(|x| x.eq_ignore_ascii_case(email))),
        "is a contact in profile.toml",
    )
}

pub(super) fn by_domain(people: &[&Person], customers: &[(CustomerId, Profile)]) -> BTreeMap<CustomerId, String> {
    vote(
        people,
        customers,
        |email, profile| domain_of(email).is_some_and(|d| profile.domains.iter().any(|own| covers(own, d))),
        "writes from a domain of the customer",
    )
}

fn vote(
    people: &[&Person],
    customers: &[(CustomerId, Profile)],
    is: impl Fn(&str, &Profile) -> bool,
    why: &str,
) -> BTreeMap<CustomerId, String> {
    let mut votes = BTreeMap::new();
    for (customer, profile) in customers {
        if let Some(email) = people.iter().filter_map(|p| p.email.as_deref()).filter(|e| is(e, profile)).min() {
            votes.insert(customer.clone(), format!("{email} {why} and takes part"));
        }
    }
    votes
}

pub(super) fn domain_of(email: &str) -> Option<&str> {
    email.rsplit_once('@').map(|(_, d)| d)
}

pub(super) fn covers(own: &str, domain: &str) -> bool {
    let own = own.to_ascii_lowercase();
    domain == own || domain.strip_suffix(own.as_str()).is_some_and(|rest| rest.ends_with('.'))
}
