use std::collections::HashMap;

use jiff::civil::Date;
use sales_model::{CustomerId, Place};
use sha2::{Digest, Sha256};

use super::{LONGEST, cut, slug};
use crate::slack::{place_id, slack_topic};

/// Gives each file its path once.
///
/// It is filled with all paths given so far (the ledger's path table) and with the places of each customer; what it gives then depends
/// on nothing but these and the order of asking. Ask in order of date, then place, to get the same paths on every machine.
#[derive(Debug, Default)]
pub struct Paths {
    customers: HashMap<CustomerId, Given>,
}

#[derive(Debug, Default)]
struct Given {
    /// Per place: the topic of new files.
    topics: HashMap<String, String>,
    /// Per unit: place and path. Only files of the same day can clash.
    units: HashMap<String, Vec<(String, String)>>,
}

impl Paths {
    /// With nothing given yet.
    pub fn new() -> Self {
        Paths::default()
    }

    /// Notes a path that was given earlier. `unit` is the day (`2024-03-15`), `path` is relative to the customer's folder.
    pub fn note(&mut self, customer: &CustomerId, place: &str, unit: &str, path: &str) {
        let given = self.customers.entry(customer.clone()).or_default().units.entry(unit.to_owned()).or_default();
        match given.iter_mut().find(|(p, _)| p == place) {
            Some((_, known)) => path.clone_into(known),
            None => given.push((place.to_owned(), path.to_owned())),
        }
    }

    /// Tells all places of a customer, replacing what was told before: two of them with the same topic both use their names.
    pub fn set_places<'a>(&mut self, customer: &CustomerId, places: impl IntoIterator<Item = &'a Place>) {
        let topics: Vec<(&Place, String)> = places.into_iter().map(|p| (p, slack_topic(p))).collect();
        let mut count: HashMap<&str, usize> = HashMap::new();
        for (_, topic) in &topics {
            *count.entry(topic).or_default() += 1;
        }
        let chosen = topics
            .iter()
            .map(|(place, topic)| {
                let alone = count.get(topic.as_str()).is_none_or(|n| *n == 1);
                (place.key.clone(), if alone { topic.clone() } else { slug(&place.name) })
            })
            .collect();
        self.customers.entry(customer.clone()).or_default().topics = chosen;
    }

    /// The path given to that day of a place, if there is one.
    pub fn given(&self, customer: &CustomerId, place: &str, unit: &str) -> Option<&str> {
        let given = self.customers.get(customer)?.units.get(unit)?;
        given.iter().find(|(p, _)| p == place).map(|(_, path)| path.as_str())
    }

    /// The path of a Slack channel's day, relative to the customer's folder: `slack/2024-03-15_poc_planning.json`. The one given earlier,
    /// else a new one, which is noted.
    pub fn give_slack(&mut self, customer: &CustomerId, place: &Place, date: Date) -> String {
        let unit = date.to_string();
        if let Some(path) = self.given(customer, &place.key, &unit) {
            return path.to_owned();
        }
        let known = self.customers.get(customer);
        let topic = known.and_then(|g| g.topics.get(&place.key)).cloned().unwrap_or_else(|| slack_topic(place));
        let others = known.and_then(|g| g.units.get(&unit)).map_or(&[][..], Vec::as_slice);
        let free = |path: &String| !others.iter().any(|(_, other)| other.eq_ignore_ascii_case(path));
        let path = candidates(&topic, &place.key).map(|topic| format!("slack/{unit}_{topic}.json")).find(free);
        // All 64 digits of the hash taken cannot happen; the vendor's id would then do as well.
        let path = path.unwrap_or_else(|| format!("slack/{unit}_{}.json", slug(place_id(place))));
        self.note(customer, &place.key, &unit, &path);
        path
    }
}

/// The topic, then the topic with `_` and 4 and more characters of the hash of the place's key.
fn candidates<'a>(topic: &'a str, key: &str) -> impl Iterator<Item = String> + use<'a> {
    let hash: String = Sha256::digest(key.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let longer = (4..=hash.len().min(32)).map(move |n| {
        let tail = hash.get(..n).unwrap_or_default();
        format!("{}_{tail}", cut(topic, LONGEST - 1 - n))
    });
    std::iter::once(topic.to_owned()).chain(longer)
}
