use std::collections::HashMap;

use jiff::civil::Date;
use sales_model::{CustomerId, Place};
use sha2::{Digest, Sha256};

use super::{LONGEST, cut, slug};
use crate::slack::slack_topic;

/// Gives each file its path, which it keeps; only what is named by its beginning follows it ([`Paths::give_current`]).
///
/// It is filled with all paths given so far (the ledger's path table) and with the places of each customer; what it gives then depends
/// on nothing but these and the order of asking. Ask in order of date, then place, then unit, to get the same paths on every machine.
#[derive(Debug, Default)]
pub struct Paths {
    customers: HashMap<CustomerId, Given>,
}

#[derive(Debug, Default)]
struct Given {
    /// Per Slack channel: the topic of new files.
    topics: HashMap<String, String>,
    /// Per unit: place and path.
    units: HashMap<String, Vec<(String, String)>>,
    /// Paths of units that have no file now, by place and unit.
    past: HashMap<(String, String), String>,
    /// How many units have a path, which is in lower case here: some file systems don't tell cases apart.
    taken: HashMap<String, u32>,
}

/// A file that needs a path.
#[derive(Debug, Clone, Copy)]
pub struct NewPath<'a> {
    /// Key of the place of its records: `slack:C0123ABCD`.
    pub place: &'a str,
    /// What of the place it shows: a channel's day (`2024-03-15`), the id of a call or note.
    pub unit: &'a str,
    /// The source's folder: `gong`.
    pub folder: &'a str,
    /// `json`, `md`.
    pub extension: &'a str,
    /// The day in its name, in the workspace's time zone.
    pub date: Date,
    /// What it is about: a call's title. It is made a slug.
    pub topic: &'a str,
    /// The id of what it shows (`gong:7782342274025937895`): its hash is in the name where another file has that name.
    pub id: &'a str,
}

impl NewPath<'_> {
    fn full(&self, topic: &str) -> String {
        format!("{}/{}_{topic}.{}", self.folder, self.date, self.extension)
    }
}

impl Given {
    fn note(&mut self, place: &str, unit: &str, path: &str) {
        let units = self.units.entry(unit.to_owned()).or_default();
        let earlier = match units.iter_mut().find(|(p, _)| p == place) {
            Some((_, known)) => Some(std::mem::replace(known, path.to_owned())),
            None => {
                units.push((place.to_owned(), path.to_owned()));
                None
            }
        };
        if let Some(earlier) = earlier {
            self.free(&earlier);
        }
        *self.taken.entry(path.to_lowercase()).or_default() += 1;
    }

    fn free(&mut self, path: &str) {
        let path = path.to_lowercase();
        if let Some(count) = self.taken.get_mut(&path) {
            *count -= 1;
            if *count == 0 {
                self.taken.remove(&path);
            }
        }
    }

    fn release(&mut self, place: &str, unit: &str) {
        let Some(units) = self.units.get_mut(unit) else { return };
        let Some(at) = units.iter().position(|(p, _)| p == place) else { return };
        let (_, path) = units.swap_remove(at);
        if units.is_empty() {
            self.units.remove(unit);
        }
        self.free(&path);
        self.past.insert((place.to_owned(), unit.to_owned()), path);
    }

    /// Forgets the path that a unit had unless it is still right.
    fn forget_past(&mut self, place: &str, unit: &str, right: impl Fn(&str) -> bool) {
        let key = (place.to_owned(), unit.to_owned());
        if self.past.get(&key).is_some_and(|path| !right(path)) {
            self.past.remove(&key);
        }
    }

    /// The path that a unit had, if nobody took it.
    fn recalled(&mut self, place: &str, unit: &str) -> Option<String> {
        let path = self.past.remove(&(place.to_owned(), unit.to_owned()))?;
        (!self.taken.contains_key(&path.to_lowercase())).then_some(path)
    }
}

impl Paths {
    /// With nothing given yet.
    pub fn new() -> Self {
        Paths::default()
    }

    /// Notes a path that was given earlier. `unit` is as in [`NewPath::unit`], `path` is relative to the customer's folder.
    pub fn note(&mut self, customer: &CustomerId, place: &str, unit: &str, path: &str) {
        self.customers.entry(customer.clone()).or_default().note(place, unit, path);
    }

    /// Notes a path of a unit that has no file now: it is given again, unless another file has it then.
    pub fn recall(&mut self, customer: &CustomerId, place: &str, unit: &str, path: &str) {
        let given = self.customers.entry(customer.clone()).or_default();
        given.past.insert((place.to_owned(), unit.to_owned()), path.to_owned());
    }

    /// Takes a unit's path back: its file goes, and another unit may have the name. (Two conversations that turn out to be one have one file,
    /// under the name that it had.)
    pub fn release(&mut self, customer: &CustomerId, place: &str, unit: &str) {
        if let Some(given) = self.customers.get_mut(customer) {
            given.release(place, unit);
        }
    }

    /// Tells all Slack channels of a customer, replacing what was told before: two of them with the same topic both use their names.
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

    /// The path given to that unit of a place, if there is one.
    pub fn given(&self, customer: &CustomerId, place: &str, unit: &str) -> Option<&str> {
        let given = self.customers.get(customer)?.units.get(unit)?;
        given.iter().find(|(p, _)| p == place).map(|(_, path)| path.as_str())
    }

    /// The path of a file, relative to the customer's folder: `gong/2024-04-05_poc_results_review.json`. The one given earlier, also
    /// to a file that was gone since, else a new one that no other file of the customer has. It is noted.
    pub fn give(&mut self, customer: &CustomerId, new: &NewPath<'_>) -> String {
        if let Some(path) = self.given(customer, new.place, new.unit) {
            return path.to_owned();
        }
        let given = self.customers.entry(customer.clone()).or_default();
        if let Some(path) = given.recalled(new.place, new.unit) {
            given.note(new.place, new.unit, &path);
            return path;
        }
        let free = |path: &String| !given.taken.contains_key(&path.to_lowercase());
        let path = candidates(&slug(new.topic), new.id).map(|topic| new.full(&topic)).find(free);
        // All digits of the hash taken cannot happen; the vendor's id would then do as well.
        let path = path.unwrap_or_else(|| new.full(&slug(new.id)));
        given.note(new.place, new.unit, &path);
        path
    }

    /// The same of a file that is named by what it begins with, which may come last: the path given earlier as long as its name is that of
    /// `new`, else a new one.
    pub fn give_current(&mut self, customer: &CustomerId, new: &NewPath<'_>) -> String {
        let named_so = |path: &str| candidates(&slug(new.topic), new.id).any(|topic| new.full(&topic) == path);
        if self.given(customer, new.place, new.unit).is_some_and(|path| !named_so(path)) {
            self.release(customer, new.place, new.unit);
        }
        if let Some(given) = self.customers.get_mut(customer) {
            given.forget_past(new.place, new.unit, named_so);
        }
        self.give(customer, new)
    }

    /// The path of a Slack channel's day: `slack/2024-03-15_poc_planning.json`.
    pub fn give_slack(&mut self, customer: &CustomerId, place: &Place, date: Date) -> String {
        let unit = date.to_string();
        if let Some(path) = self.given(customer, &place.key, &unit) {
            return path.to_owned();
        }
        let topic = self.customers.get(customer).and_then(|g| g.topics.get(&place.key)).cloned();
        let topic = topic.unwrap_or_else(|| slack_topic(place));
        let (folder, extension) = ("slack", "json");
        self.give(customer, &NewPath { place: &place.key, unit: &unit, folder, extension, date, topic: &topic, id: &place.key })
    }
}

/// The topic, then the topic with `_` and 4 and more characters of the id's hash.
fn candidates<'a>(topic: &'a str, id: &str) -> impl Iterator<Item = String> + use<'a> {
    let hash: String = Sha256::digest(id.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    let longer = (4..=hash.len().min(32)).map(move |n| {
        let tail = hash.get(..n).unwrap_or_default();
        format!("{}_{tail}", cut(topic, LONGEST - 1 - n))
    });
    std::iter::once(topic.to_owned()).chain(longer)
}
