//! Conversations in places that belong to nobody as a whole: decided by who takes part.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{Attribution, Candidate, CustomerId, Doubt, Person, Profile, Rule, Scope};

use super::speakers::{by_address, by_domain};
use crate::directory::Known;

/// Decides conversations of one place by their authors: an exact address of a contact first, a mail domain second. Several customers
/// on the deciding rule: the review list.
pub(crate) fn threads(
    place: &str,
    authors: &BTreeMap<String, BTreeSet<String>>,
    known: &Known,
    customers: &[(CustomerId, Profile)],
) -> (Vec<Attribution>, Vec<Doubt>) {
    let (mut attributions, mut doubts) = (Vec::new(), Vec::new());
    for (thread, authors) in authors {
        let people: Vec<&Person> = authors.iter().filter_map(|a| known.people.get(a)).collect();
        let scope = Scope::Thread { place: place.to_owned(), thread: thread.clone() };
        for (rule, votes) in [(Rule::Address, by_address(&people, customers)), (Rule::Domain, by_domain(&people, customers))] {
            let mut found = votes.into_iter();
            match (found.next(), found.len()) {
                (None, _) => continue,
                (Some((customer, reason)), 0) => attributions.push(Attribution { scope, customer, rule, reason }),
                (Some(first), _) => doubts.push(Doubt {
                    scope,
                    candidates: std::iter::once(first).chain(found).map(|(customer, reason)| Candidate { customer, reason }).collect(),
                    decide: "people of several customers take part; name the channel in the profile of the one it belongs to".into(),
                }),
            }
            break;
        }
    }
    (attributions, doubts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sales_model::Contact;

    #[test]
    fn an_address_beats_a_domain_and_two_customers_are_a_doubt() {
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
        let mut known = Known::default();
        for (key, email) in [("a", "lisa@acme.dev"), ("b", "max@mail.example"), ("c", "jo@yourcompany.com"), ("d", "eve@globex.example")] {
            known.people.insert(key.into(), Person { key: key.into(), email: Some(email.into()), ..Person::default() });
        }
        let authors = |list: &[(&str, &[&str])]| {
            list.iter()
                .map(|(t, who)| ((*t).to_owned(), who.iter().map(|w| (*w).to_owned()).collect()))
                .collect::<BTreeMap<_, BTreeSet<_>>>()
        };
        let told = authors(&[("1", &["a", "c"]), ("2", &["a", "b"]), ("3", &["a", "d"]), ("4", &["c", "nobody"])]);
        let (attributions, doubts) = threads("slack:C1", &told, &known, &customers);
        let got: Vec<_> = attributions.iter().map(|a| (a.customer.as_str(), a.rule, a.reason.as_str())).collect();
        assert_eq!(
            got,
            [
                ("acme_inc", Rule::Domain, "lisa@acme.dev writes from a domain of the customer and takes part"),
                ("globex", Rule::Address, "max@mail.example is a contact in profile.toml and takes part"),
            ]
        );
        assert_eq!(doubts.len(), 1);
        assert_eq!(doubts[0].scope, Scope::Thread { place: "slack:C1".into(), thread: "3".into() });
        assert_eq!(doubts[0].candidates.len(), 2);
    }
}
