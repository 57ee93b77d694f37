//! What the user said of single conversations: `[match] records` and `never` of the profiles.

use std::collections::{BTreeMap, HashMap, HashSet};

use sales_model::{CustomerId, Profile, RecordId};

/// Conversations that profiles name.
pub(in crate::attribute) struct Explicit {
    theirs: HashMap<String, Vec<usize>>,
    never: HashSet<(String, usize)>,
    /// Those that are theirs because of where they are filed.
    filed: HashSet<(String, usize)>,
    /// Vendor ids of the conversations named, by place.
    threads: HashMap<String, BTreeMap<String, Vec<usize>>>,
}

impl Explicit {
    pub(super) fn new(customers: &[(CustomerId, Profile)]) -> Self {
        let mut explicit = Explicit { theirs: HashMap::new(), never: HashSet::new(), filed: HashSet::new(), threads: HashMap::new() };
        for (n, (_, profile)) in customers.iter().enumerate() {
            let filed = profile.matching.filed.iter().map(String::as_str);
            explicit.filed.extend(filed.clone().map(|id| (id.to_owned(), n)));
            for id in profile.matching.records.iter().map(|id| id.trim()).chain(filed) {
                explicit.theirs.entry(id.to_owned()).or_default().push(n);
                if let Some((place, native)) = RecordId(id.into()).parts() {
                    explicit.threads.entry(place.to_owned()).or_default().entry(native.to_owned()).or_default().push(n);
                }
            }
            explicit.never.extend(profile.matching.never.iter().map(|id| (id.trim().to_owned(), n)));
        }
        explicit
    }

    /// Customers whose profiles name the record.
    pub(in crate::attribute) fn of(&self, place: &str, native: &str) -> &[usize] {
        if self.theirs.is_empty() { &[] } else { self.theirs.get(&*RecordId::new(place, native).0).map_or(&[], Vec::as_slice) }
    }

    /// How the user said that a record is a customer's.
    pub(in crate::attribute) fn reason(&self, place: &str, native: &str, customer: usize) -> String {
        let id = format!("{place}:{native}");
        if self.filed.contains(&(id.clone(), customer)) {
            "it stands in the customer's folder emails/".to_owned()
        } else {
            format!("the profile lists `{id}` under [match] records")
        }
    }

    /// Whether a customer's profile says that a place or record is not theirs.
    pub(in crate::attribute) fn never(&self, id: &str, customer: usize) -> bool {
        !self.never.is_empty() && self.never.contains(&(id.to_owned(), customer))
    }

    /// Conversations of a place that profiles name.
    pub(in crate::attribute) fn threads(&self, place: &str) -> impl Iterator<Item = (&String, &Vec<usize>)> {
        self.threads.get(place).into_iter().flatten()
    }
}
