//! Whose a call, a note or a mail thread is: by what the user said, what the vendor links it to, and who took part. One with people of two
//! customers belongs to both; one among ourselves to nobody.

use sales_model::{Attribution, Doubt, Identity, Rule, Scope, Signs};

use super::rulebook::{Hit, Rulebook, Votes};
use crate::units::MAIL;

/// What is decided of a conversation.
pub type Decided = (Vec<Attribution>, Option<Doubt>);

impl Rulebook {
    /// Decides a conversation. The user's word, a vendor's link and whoever took part speak each for a customer; a name alone speaks for
    /// none. `natives`: vendor ids of its records.
    pub fn conversation(&self, scope: &Scope, natives: &[String], signs: &Signs) -> Decided {
        let place = scope.place();
        let mut votes = Votes::default();
        for customer in signs.named.iter().filter_map(|id| self.heir(id)) {
            votes.add(customer, Rule::Explicit, || "it was imported for this customer".to_owned());
        }
        for (native, customers) in natives.iter().map(|native| (native, self.explicit.of(place, native))) {
            for customer in customers {
                votes.add(*customer, Rule::Explicit, || self.explicit.reason(place, native, *customer));
            }
        }
        let guests: Vec<&str> = self.guests(place, natives).collect();
        let internal = self.is_internal(signs) && guests.iter().all(|guest| self.people.is_ours(guest));
        if internal && votes.is_empty() {
            return self.among_ourselves(scope, natives, signs);
        }
        let mut unclear = Votes::default();
        self.by_link(signs, &mut votes);
        votes.absorb(self.people.votes(signs.addresses.iter().map(String::as_str).chain(guests), &mut unclear));
        let allowed = |n: usize| !natives.iter().any(|native| self.explicit.never(&format!("{place}:{native}"), n));
        votes.retain(allowed);
        unclear.retain(allowed);
        // An address that two profiles share is explained by whoever is one of them for certain.
        if votes.is_empty() && !unclear.is_empty() {
            return (Vec::new(), Some(self.shared(scope.clone(), unclear)));
        }
        if votes.is_empty() {
            let (certain, mut candidates) = self.by_name(signs);
            votes = certain;
            votes.retain(allowed);
            candidates.retain(allowed);
            if votes.is_empty() && candidates.is_empty() {
                return self.by_kin(scope, signs, allowed);
            }
            if votes.is_empty() {
                let decide = self.name_hint(scope, signs, &candidates);
                return (Vec::new(), Some(Doubt { scope: scope.clone(), candidates: candidates.candidates(self), decide }));
            }
        }
        (votes.attributions(scope, self), None)
    }

    /// Who took part under a name only, where the user says who they are.
    fn guests<'a>(&'a self, place: &'a str, natives: &'a [String]) -> impl Iterator<Item = &'a str> {
        natives.iter().flat_map(move |native| self.people.linked.guests(&format!("{place}:{native}"))).map(Identity::as_str)
    }

    /// Nobody of another company is known to have taken part. A vendor's word "internal" is not believed against an address of a stranger.
    fn is_internal(&self, signs: &Signs) -> bool {
        let all_ours = signs.addresses.iter().all(|email| self.people.is_ours(email));
        all_ours && (signs.internal || (!signs.addresses.is_empty() && !signs.strangers && signs.accounts.is_empty()))
    }

    /// A call or note among ourselves that is about a customer is asked about: only a person can say whether it belongs in their folder.
    /// Mail among ourselves is nobody's, unless it is part of a thread with the customer.
    fn among_ourselves(&self, scope: &Scope, natives: &[String], signs: &Signs) -> Decided {
        if scope.place() == MAIL {
            return Default::default();
        }
        let mut votes = Votes::default();
        self.by_link(signs, &mut votes);
        let (certain, candidates) = self.by_name(signs);
        votes.absorb(certain);
        votes.absorb(candidates);
        votes.retain(|n| !natives.iter().any(|native| self.explicit.never(&format!("{}:{native}", scope.place()), n)));
        let Some(first) = votes.customers().next().and_then(|n| self.id(n)) else { return Default::default() };
        let decide = format!(
            "only people of ours took part; if it belongs in their folder, type `sales match apply {} --to {first}`",
            record(scope, natives)
        );
        (Vec::new(), Some(Doubt { scope: scope.clone(), candidates: votes.candidates(self), decide }))
    }

    fn by_link(&self, signs: &Signs, votes: &mut Votes) {
        for account in &signs.accounts {
            for customer in self.accounts.of(account) {
                votes.add(customer, Rule::VendorLink, || format!("it is linked to the CRM account {account}, which the profile lists"));
            }
        }
        for site in &signs.sites {
            for customer in self.people.by_domain(site).unwrap_or_default() {
                votes.add(*customer, Rule::VendorLink, || format!("it is linked to a CRM account with the web site {site}"));
            }
        }
    }

    /// Several profiles name the same people.
    pub(super) fn shared(&self, scope: Scope, unclear: Votes) -> Doubt {
        let first = unclear.customers().next().and_then(|n| self.id(n)).map_or_else(String::new, ToString::to_string);
        let decide = format!(
            "several profiles name the same people; tell whose they are with `sales customer edit {first} --contact \"NAME <ADDRESS>\"`"
        );
        Doubt { scope, candidates: unclear.candidates(self), decide }
    }

    /// A customer's name in the title is a reason only together with the same name on what it is linked to, or the folder it was put in.
    /// Of names that say little by themselves that is one reason, not two. The second votes are those that lack reasons.
    fn by_name(&self, signs: &Signs) -> (Votes, Votes) {
        let titles = self.names.hits_in(signs.titles.iter().map(String::as_str));
        let linked = self.names.hits_in(signs.names.iter().map(String::as_str));
        let (mut votes, mut candidates) = (Votes::default(), Votes::default());
        let texts = || signs.titles.iter().chain(&signs.names);
        let found: std::collections::BTreeSet<usize> = titles.keys().chain(linked.keys()).copied().collect();
        for customer in found.into_iter().filter(|n| !texts().any(|text| self.names.excludes(*n, text))) {
            let both = |t: &Hit<'_>, l: &Hit<'_>| {
                format!("its title has `{}` in it, and what it is linked to or filed under has `{}`", t.alias, l.alias)
            };
            let weak = |hit: &Hit<'_>| hit.weak.map(|w| format!(", {}", w.reason(self))).unwrap_or_default();
            let reason = match (titles.get(&customer), linked.get(&customer)) {
                (Some(t), Some(l)) if t.weak.is_none() || l.weak.is_none() => {
                    votes.add(customer, Rule::AliasAndSecond, || both(t, l));
                    continue;
                }
                (Some(t), Some(l)) => format!("{}{}", both(t, l), weak(t)),
                // "Target date" is about no company.
                (Some(t), None) if t.means_company() => format!("its title has `{}` in it{}", t.alias, weak(t)),
                (None, Some(l)) if l.means_company() => {
                    format!("what it is linked to or filed under has `{}` in its name{}", l.alias, weak(l))
                }
                _ => continue,
            };
            candidates.add(customer, Rule::AliasAndSecond, || reason);
        }
        if votes.len() > 1 || candidates.customers().any(|n| !votes.has(n)) {
            // Two names, no person: nobody can say which of them was there.
            candidates.absorb(std::mem::take(&mut votes));
        }
        (votes, candidates)
    }

    /// Strangers whose domain is called as a customer's: perhaps another country's, perhaps somebody else.
    fn by_kin(&self, scope: &Scope, signs: &Signs, allowed: impl Fn(usize) -> bool) -> Decided {
        let mut votes = Votes::default();
        let mut strange = None;
        for (domain, customers) in signs.addresses.iter().filter_map(|email| self.people.kin(email)) {
            for (customer, own) in customers.iter().filter(|(n, _)| allowed(*n) && !self.names.excludes(*n, &domain)) {
                votes.add(*customer, Rule::Domain, || format!("somebody writes from {domain}, which is called as {own} is"));
                strange.get_or_insert_with(|| domain.clone());
            }
        }
        let (Some(domain), Some(first)) = (strange, votes.customers().next().and_then(|n| self.id(n))) else { return Default::default() };
        let decide = format!(
            "if {domain} is theirs, type `sales customer edit {first} --domain {domain}`; if it is not, `sales customer edit {first} \
             --exclude {domain}`"
        );
        (Vec::new(), Some(Doubt { scope: scope.clone(), candidates: votes.candidates(self), decide }))
    }

    fn name_hint(&self, scope: &Scope, signs: &Signs, candidates: &Votes) -> String {
        let Some(first) = candidates.customers().next().and_then(|n| self.id(n)) else { return String::new() };
        let outside = signs.addresses.iter().any(|a| !self.people.is_ours(a));
        match signs.accounts.first() {
            Some(account) if scope.place() == "gong" => {
                format!("if it is theirs, type `sales customer edit {first} --crm-account {account}`")
            }
            _ if outside => format!("if it is theirs, tell whose the people are: `sales customer edit {first} --domain DOMAIN`"),
            _ => format!("no address of anybody of theirs is known; tell one with `sales customer edit {first} --domain DOMAIN`"),
        }
    }
}

/// A record's id by which the user can name the conversation.
fn record(scope: &Scope, natives: &[String]) -> String {
    let thread = match scope {
        Scope::Thread { thread, .. } => thread,
        Scope::Place { place } => return place.clone(),
    };
    format!("{}:{}", scope.place(), natives.first().unwrap_or(thread))
}

#[cfg(test)]
#[path = "meetings_tests.rs"]
mod tests;
