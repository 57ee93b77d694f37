//! Conversations in places that belong to nobody as a whole: decided by who takes part.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{Attribution, Doubt, Rule, Scope};

use super::rulebook::{Rulebook, Votes};
use crate::directory::Known;

/// Decides conversations of one place by their authors, each by exact address or else by mail domain. Several customers: the review list.
pub(crate) fn threads(
    place: &str,
    authors: &BTreeMap<String, BTreeSet<String>>,
    known: &Known,
    rules: &Rulebook,
) -> (Vec<Attribution>, Vec<Doubt>) {
    let (mut attributions, mut doubts) = (Vec::new(), Vec::new());
    for (thread, authors) in authors {
        let scope = Scope::Thread { place: place.to_owned(), thread: thread.clone() };
        let emails: BTreeSet<&str> = authors.iter().filter_map(|a| known.people.get(a)?.email.as_deref()).collect();
        let mut unclear = Votes::default();
        let mut people = rules.people.votes(emails.into_iter(), &mut unclear);
        for votes in [&mut people, &mut unclear] {
            votes.retain(|n| !rules.explicit.never(&format!("{place}:{thread}"), n));
        }
        let named = explicit(place, thread, rules);
        let votes = [named, people, unclear].into_iter().find(|votes| !votes.is_empty()).unwrap_or_default();
        if votes.len() <= 1 || votes.is_explicit() {
            attributions.extend(votes.attributions(&scope, rules));
        } else {
            let decide = "people of several customers take part; name the channel in the profile of the one it belongs to".into();
            doubts.push(Doubt { scope, candidates: votes.candidates(rules), decide });
        }
    }
    (attributions, doubts)
}

/// Customers whose profiles name the conversation.
fn explicit(place: &str, thread: &str, rules: &Rulebook) -> Votes {
    let mut votes = Votes::default();
    for customer in rules.explicit.of(place, thread) {
        votes.add(*customer, Rule::Explicit, || format!("profile.toml lists `{place}:{thread}` under [match] records"));
    }
    votes
}

/// Conversations of a place that has an owner which other profiles name for themselves.
pub(super) fn named(place: &str, rules: &Rulebook) -> Vec<Attribution> {
    let threads = rules.explicit.threads(place).map(|(thread, _)| thread);
    threads
        .flat_map(|thread| {
            let scope = Scope::Thread { place: place.to_owned(), thread: thread.clone() };
            explicit(place, thread, rules).attributions(&scope, rules)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use sales_model::{Contact, CustomerId, Person, Profile, Settings};

    #[test]
    fn people_decide_and_two_customers_are_a_doubt() {
        let customers: Vec<(CustomerId, Profile)> = vec![
            ("acme_inc".parse().unwrap(), Profile { domains: vec!["acme.dev".into()], ..Profile::default() }),
            (
                "globex".parse().unwrap(),
                Profile {
                    domains: vec!["globex.example".into()],
                    contacts: vec![Contact { email: Some("Max@Mail.example".into()), ..Contact::default() }],
                    ..Profile::default()
                },
            ),
        ];
        let rules = Rulebook::new(Arc::new(customers), &Settings::default());
        let mut known = Known::default();
        for (key, email) in [("a", "lisa@acme.dev"), ("b", "max@mail.example"), ("c", "jo@yourcompany.com"), ("d", "eve@globex.example")] {
            known.people.insert(key.into(), Person { key: key.into(), email: Some(email.into()), ..Person::default() });
        }
        let authors = |list: &[(&str, &[&str])]| {
            list.iter()
                .map(|(t, who)| ((*t).to_owned(), who.iter().map(|w| (*w).to_owned()).collect()))
                .collect::<BTreeMap<_, BTreeSet<_>>>()
        };
        let told = authors(&[("1", &["a", "c"]), ("2", &["a", "b"]), ("3", &["a", "d"]), ("4", &["c", "nobody"]), ("5", &["b", "c"])]);
        let (attributions, doubts) = threads("slack:C1", &told, &known, &rules);
        let got: Vec<_> = attributions.iter().map(|a| (a.customer.as_str(), a.rule, a.reason.as_str())).collect();
        assert_eq!(
            got,
            [
                ("acme_inc", Rule::Domain, "lisa@acme.dev writes from a domain of the customer and takes part"),
                ("globex", Rule::Address, "max@mail.example is a contact in profile.toml and takes part"),
            ]
        );
        let thread = |thread: &str| Scope::Thread { place: "slack:C1".into(), thread: thread.into() };
        assert_eq!(doubts.iter().map(|d| (d.scope.clone(), d.candidates.len())).collect::<Vec<_>>(), [(thread("2"), 2), (thread("3"), 2)]);
    }
}
