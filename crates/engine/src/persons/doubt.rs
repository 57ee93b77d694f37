//! People who may be one: they go by the same full name at one customer, in two sources. A question, never a join.

use std::collections::{BTreeMap, BTreeSet};

use sales_model::{CustomerId, Identity, Side, Source};
use serde::Serialize;

use super::list::PersonView;
use crate::forget::folded;

/// People of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Namesakes {
    /// The name.
    pub name: String,
    /// At which customer.
    pub customer: CustomerId,
    /// By what each of them is named, sorted.
    pub who: Vec<Identity>,
}

impl Namesakes {
    /// Those among everybody, by customer and name. Whom the user keeps apart, and who stand on different sides, are not asked about.
    pub fn of(people: &[PersonView]) -> Vec<Namesakes> {
        let mut found: BTreeMap<(&CustomerId, String), Vec<(&PersonView, Side)>> = BTreeMap::new();
        for person in people.iter().filter(|p| !p.shared) {
            let names: BTreeSet<String> = person.identities.iter().flat_map(|i| &i.names).map(|n| folded(n)).collect();
            for part in &person.parts {
                for name in names.iter().filter(|n| n.split(' ').count() > 1) {
                    found.entry((&part.customer, name.clone())).or_default().push((person, part.side));
                }
            }
        }
        let mut out: Vec<Namesakes> = Vec::new();
        for ((customer, _), all) in found {
            let sides: BTreeSet<Side> = all.iter().map(|(_, side)| *side).filter(|side| *side != Side::Other).collect();
            let people: Vec<&PersonView> = all.iter().map(|(person, _)| *person).collect();
            if people.len() < 2 || sides.len() > 1 || !in_two_sources(&people) || apart(&people) {
                continue;
            }
            let who: BTreeSet<Identity> = people.iter().map(|p| p.id.clone()).collect();
            let same = |n: &Namesakes| n.customer == *customer && n.who.iter().eq(&who);
            if !out.iter().any(same) {
                let name = people.first().map(|p| p.name.clone()).unwrap_or_default();
                out.push(Namesakes { name, customer: customer.clone(), who: who.into_iter().collect() });
            }
        }
        out
    }
}

fn in_two_sources(people: &[&PersonView]) -> bool {
    people.iter().flat_map(|p| p.sources()).collect::<BTreeSet<&Source>>().len() > 1
}

/// Whether the user keeps any two of them apart.
fn apart(people: &[&PersonView]) -> bool {
    let has = |person: &PersonView, id: &Identity| person.identities.iter().any(|i| i.id == *id);
    let parted = |a: &PersonView, b: &PersonView| a.apart.iter().any(|s| has(a, &s.who) && s.from.iter().any(|from| has(b, from)));
    people.iter().any(|a| people.iter().any(|b| parted(a, b)))
}
