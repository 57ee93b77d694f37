//! Conversations in places that belong to nobody as a whole: decided by who takes part.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{Attribution, Doubt, Rule, Scope};

use super::rulebook::{Rulebook, Votes};
use crate::directory::Known;

/// Decides conversations of one place by their authors, each by exact address or else by mail domain. One with people of two customers
/// belongs to both.
pub(crate) fn threads(
    place: &str,
    authors: &BTreeMap<String, BTreeSet<String>>,
    known: &Known,
    rules: &Rulebook,
) -> (Vec<Attribution>, Vec<Doubt>) {
    let (mut attributions, mut doubts) = (Vec::new(), Vec::new());
    for (thread, authors) in authors {
        let scope = Scope::Thread { place: place.to_owned(), thread: thread.clone() };
        let known = authors.iter().map(|author| (author, known.people.get(author)));
        let handles: BTreeSet<&str> = known.map(|(author, p)| p.map_or(author.as_str(), |p| rules.people.linked.handle(p))).collect();
        let mut unclear = Votes::default();
        let mut people = rules.people.votes(handles.into_iter(), &mut unclear);
        for votes in [&mut people, &mut unclear] {
            votes.retain(|n| !rules.explicit.never(&format!("{place}:{thread}"), n));
        }
        let mut votes = explicit(place, thread, rules);
        votes.absorb(people);
        if votes.is_empty() && !unclear.is_empty() {
            doubts.push(rules.shared(scope, unclear));
        } else {
            attributions.extend(votes.attributions(&scope, rules));
        }
    }
    (attributions, doubts)
}

/// Customers whose profiles name the conversation.
fn explicit(place: &str, thread: &str, rules: &Rulebook) -> Votes {
    let mut votes = Votes::default();
    for customer in rules.explicit.of(place, thread) {
        votes.add(*customer, Rule::Explicit, || rules.explicit.reason(place, thread, *customer));
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
    fn people_decide_and_two_customers_have_it_both() {
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
        let thread = |a: &Attribution| match &a.scope {
            Scope::Thread { thread, .. } => thread.clone(),
            Scope::Place { .. } => String::new(),
        };
        let got: Vec<_> = attributions.iter().map(|a| (thread(a), a.customer.as_str(), a.rule)).collect();
        let (acme, globex) = (("acme_inc", Rule::Domain), ("globex", Rule::Address));
        let expected = [("1", acme), ("2", acme), ("2", globex), ("3", acme), ("3", ("globex", Rule::Domain)), ("5", globex)];
        assert_eq!(got, expected.map(|(thread, (customer, rule))| (thread.to_owned(), customer, rule)));
        assert_eq!(doubts, []);
    }
}
