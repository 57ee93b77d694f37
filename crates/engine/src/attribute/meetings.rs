//! Whose a call or note is: by what the vendor links it to and who took part. One with people of two customers belongs to both; one among
//! ourselves to nobody.

use std::collections::BTreeMap;

use sales_model::{Attribution, Candidate, CustomerId, Doubt, Person, Rule, Scope, Signs};

use super::{
    names::{Names, contains_words, word_sequence},
    speakers::{by_address, by_domain, covers, domain_of},
};
use crate::{App, changes::Heirs, directory::Customers};

/// What decides, made ready once for many calls.
pub(crate) struct Judge {
    customers: Customers,
    names: Names,
    own: Vec<String>,
    heirs: Heirs,
}

type Votes = BTreeMap<CustomerId, (Rule, String)>;

impl Judge {
    pub(crate) fn new(app: &App) -> Self {
        let customers = app.directory.customers();
        // Names of places play no part.
        let names = Names::new(&customers, &app.ports.settings, std::iter::empty());
        Judge { customers, names, own: app.directory.domains.clone(), heirs: app.directory.heirs() }
    }

    /// Decides one. What the vendor links and whoever took part speak each for a customer; what stands in a title alone speaks for none.
    pub(crate) fn decide(&self, scope: &Scope, signs: &Signs) -> (Vec<Attribution>, Option<Doubt>) {
        let mut votes = Votes::new();
        for customer in signs.named.iter().map(|c| self.heirs.of(c, &self.customers)) {
            vote(&mut votes, customer, Rule::Explicit, "named when it was imported".to_owned());
        }
        if votes.is_empty() && self.is_internal(signs) {
            return Default::default();
        }
        self.by_link(signs, &mut votes);
        self.by_people(signs, &mut votes);
        if votes.is_empty() {
            let (certain, candidates) = self.by_name(signs);
            votes = certain;
            if votes.is_empty() && !candidates.is_empty() {
                let decide = decide_hint(scope, signs, &candidates);
                return (Vec::new(), Some(Doubt { scope: scope.clone(), candidates, decide }));
            }
        }
        let owner = |(customer, (rule, reason))| Attribution { scope: scope.clone(), customer, rule, reason };
        (votes.into_iter().map(owner).collect(), None)
    }

    /// Nobody of another company is known to have taken part. A vendor's word "internal" is not believed against an address of a stranger.
    fn is_internal(&self, signs: &Signs) -> bool {
        let ours = |email: &String| domain_of(email).is_some_and(|d| self.own.iter().any(|own| covers(own, d)));
        let all_ours = signs.addresses.iter().all(ours);
        all_ours && (signs.internal || (!signs.addresses.is_empty() && !signs.strangers && signs.accounts.is_empty()))
    }

    fn by_link(&self, signs: &Signs, votes: &mut Votes) {
        for (customer, profile) in self.customers.iter() {
            let named = signs.accounts.iter().find(|id| profile.gong.crm_account_ids.iter().any(|own| same_account(own, id)));
            let site = || signs.sites.iter().find(|site| profile.domains.iter().any(|own| covers(own, site)));
            let reason = named
                .map(|id| format!("the vendor links it to the CRM account {id}, which profile.toml names"))
                .or_else(|| site().map(|site| format!("the vendor links it to a CRM account with the web site {site}")));
            if let Some(reason) = reason {
                vote(votes, customer, Rule::VendorLink, reason);
            }
        }
    }

    fn by_people(&self, signs: &Signs, votes: &mut Votes) {
        for email in &signs.addresses {
            let person = Person { email: Some(email.clone()), ..Person::default() };
            let exact = by_address(&[&person], &self.customers);
            let (rule, found) =
                if exact.is_empty() { (Rule::Domain, by_domain(&[&person], &self.customers)) } else { (Rule::Address, exact) };
            for (customer, reason) in found {
                vote(votes, &customer, rule, reason);
            }
        }
    }

    /// A customer's name in the title is a reason only together with the same name on what it is linked to, or the folder it was put in.
    fn by_name(&self, signs: &Signs) -> (Votes, Vec<Candidate>) {
        let titles: Vec<_> = signs.titles.iter().map(|t| word_sequence(t)).collect();
        let linked: Vec<_> = signs.names.iter().map(|n| word_sequence(n)).collect();
        let (mut votes, mut candidates) = (Votes::new(), Vec::new());
        for (n, (customer, _)) in self.customers.iter().enumerate() {
            if signs.titles.iter().chain(&signs.names).any(|text| self.names.excludes_text(n, text)) {
                continue;
            }
            let hit = |texts: &[Vec<String>]| {
                let aliases = self.names.aliases.get(n).map_or(&[][..], Vec::as_slice);
                aliases.iter().find(|(_, words)| texts.iter().any(|t| contains_words(t, words))).map(|(alias, _)| alias.clone())
            };
            match (hit(&titles), hit(&linked)) {
                (Some(title), Some(link)) => {
                    let reason = format!("its title has `{title}` in it, and what it is linked to or filed under has `{link}`");
                    vote(&mut votes, customer, Rule::AliasAndSecond, reason);
                }
                (Some(alias), None) => {
                    candidates.push(Candidate { customer: customer.clone(), reason: format!("its title has `{alias}` in it") });
                }
                (None, Some(alias)) => {
                    let reason = format!("what it is linked to or filed under has `{alias}` in its name");
                    candidates.push(Candidate { customer: customer.clone(), reason });
                }
                (None, None) => {}
            }
        }
        if votes.len() > 1 {
            // Two names, no person: nobody can say which of them was there.
            let both = std::mem::take(&mut votes).into_iter().map(|(customer, (_, reason))| Candidate { customer, reason });
            candidates.extend(both);
            candidates.sort();
        }
        (votes, candidates)
    }
}

/// The strongest rule gives the reason.
fn vote(votes: &mut Votes, customer: &CustomerId, rule: Rule, reason: String) {
    match votes.get(customer) {
        Some((known, _)) if *known <= rule => {}
        _ => _ = votes.insert(customer.clone(), (rule, reason)),
    }
}

/// Salesforce writes one id with 15 characters or with 18.
fn same_account(a: &str, b: &str) -> bool {
    let short = |id: &str| if id.len() == 18 && id.is_ascii() { id.get(..15).unwrap_or(id).to_owned() } else { id.to_owned() };
    let (a, b) = (a.trim(), b.trim());
    !a.is_empty() && (a == b || (short(a) == short(b) && (a.len() == 15 || b.len() == 15)))
}

fn decide_hint(scope: &Scope, signs: &Signs, candidates: &[Candidate]) -> String {
    let Some(first) = candidates.first().map(|c| &c.customer) else { return String::new() };
    let outside = signs.addresses.iter().filter_map(|a| domain_of(a)).next();
    match (signs.accounts.first(), outside) {
        (Some(account), _) if scope.place() == "gong" => {
            format!("if it is theirs, type `sales customer edit {first} --crm-account {account}`")
        }
        (_, Some(_)) => format!("if it is theirs, tell whose the people are: `sales customer edit {first} --domain DOMAIN`"),
        _ => format!("no address of anybody of theirs is known; tell one with `sales customer edit {first} --domain DOMAIN`"),
    }
}

#[cfg(test)]
#[path = "meetings_tests.rs"]
mod tests;
