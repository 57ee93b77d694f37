use std::{collections::BTreeMap, fmt};

use sales_model::{CustomerId, Profile};

use crate::{FileError, Workspace, error::harmless, names::words};

/// How alike two names must be to be offered, from 0 to 1.
const ALIKE: f64 = 0.75;

/// How many customers are offered.
const OFFERED: usize = 3;

/// A name that reaches no customer, or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What was typed.
    pub name: String,
    /// The closest ids, best first; or those that share the name.
    pub closest: Vec<CustomerId>,
    /// Several customers have this very name or alias.
    pub ambiguous: bool,
    /// Customers whose profiles could not be read: one of them may have the name.
    pub unreadable: Vec<CustomerId>,
}

impl std::error::Error for Unknown {}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = harmless(&self.name);
        let joined = |ids: &[CustomerId]| ids.iter().map(CustomerId::as_str).collect::<Vec<_>>().join(", ");
        let ids = joined(&self.closest);
        match (self.ambiguous, self.closest.is_empty()) {
            (true, _) => write!(f, "\"{name}\" means several customers: {ids}"),
            (false, true) => write!(f, "there is no customer \"{name}\""),
            (false, false) => write!(f, "there is no customer \"{name}\"; the closest: {ids}"),
        }?;
        match self.unreadable.as_slice() {
            [] => Ok(()),
            some => write!(f, "; not all profiles could be read, it may be {}", joined(some)),
        }
    }
}

impl Unknown {
    /// The command to type next.
    pub fn next(&self) -> String {
        if let Some(id) = self.unreadable.first() {
            return format!("sales customer show {id} says what is wrong with that profile.");
        }
        match (self.ambiguous, self.closest.first()) {
            (true, _) => "Use the id, or take the name out of all profiles but one.".to_owned(),
            (false, Some(id)) => format!("Did you mean {id}? sales customer list shows all."),
            (false, None) => "sales customer list shows all; sales customer add NAME adds one.".to_owned(),
        }
    }
}

impl Workspace {
    /// The customer that a name reaches; see [`resolve`].
    ///
    /// # Errors
    /// None, or several.
    pub fn resolve(&self, name: &str, customers: &[(CustomerId, Result<Profile, FileError>)]) -> Result<CustomerId, Unknown> {
        resolve(name, customers)
    }
}

/// The customer whose id, name or alias this is; case, spaces and signs between words don't matter. An id comes before a name.
///
/// # Errors
/// No customer has that name, or several have: a near miss is never taken, only offered.
pub fn resolve(name: &str, customers: &[(CustomerId, Result<Profile, FileError>)]) -> Result<CustomerId, Unknown> {
    let wanted = folded(name);
    if let Some((id, _)) = customers.iter().find(|(id, _)| id.as_str() == name || id.as_str() == wanted) {
        return Ok(id.clone());
    }
    let mut owners: Vec<&CustomerId> = Vec::new();
    if !wanted.is_empty() {
        owners.extend(customers.iter().filter(|(_, profile)| names(profile).any(|n| folded(n) == wanted)).map(|(id, _)| id));
    }
    if let [only] = owners.as_slice() {
        return Ok((*only).clone());
    }
    let ambiguous = !owners.is_empty();
    let closest = if ambiguous { owners.into_iter().cloned().collect() } else { closest(&wanted, customers) };
    // Two that have the name are enough; whether a third one has is not asked.
    let unreadable = customers.iter().filter(|(_, p)| p.is_err() && !ambiguous).map(|(id, _)| id.clone()).collect();
    Err(Unknown { name: name.chars().take(80).collect(), closest, ambiguous, unreadable })
}

/// Names and aliases that several customers have, each as the first of them writes it: they reach none of them. An id comes before them
/// and counts as one.
pub fn shared_names(customers: &[(CustomerId, Result<Profile, FileError>)]) -> Vec<(String, Vec<CustomerId>)> {
    let mut owners: BTreeMap<String, (String, Vec<CustomerId>)> = BTreeMap::new();
    for (id, profile) in customers {
        for name in std::iter::once(id.as_str()).chain(names(profile)) {
            let (_, ids) = owners.entry(folded(name)).or_insert_with(|| (name.to_owned(), Vec::new()));
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
    }
    owners.into_values().filter(|(_, ids)| ids.len() > 1).collect()
}

fn names(profile: &Result<Profile, FileError>) -> impl Iterator<Item = &str> {
    profile.iter().flat_map(|p| std::iter::once(p.name.as_str()).chain(p.aliases.iter().map(String::as_str)))
}

/// A name in the form that is compared; a name without any letter or digit (an emoji) stands for itself.
pub(super) fn folded(name: &str) -> String {
    let joined = words(name, usize::MAX).join("_");
    if joined.is_empty() { name.trim().to_lowercase() } else { joined }
}

fn closest(wanted: &str, customers: &[(CustomerId, Result<Profile, FileError>)]) -> Vec<CustomerId> {
    let mut scored: Vec<(f64, &CustomerId)> = customers
        .iter()
        .map(|(id, profile)| {
            let best = std::iter::once(id.as_str().to_owned()).chain(names(profile).map(folded));
            (best.map(|n| likeness(wanted, &n)).fold(0.0, f64::max), id)
        })
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(OFFERED).map(|(_, id)| id.clone()).collect()
}

fn likeness(wanted: &str, name: &str) -> f64 {
    let whole_words = |short: &str, long: &str| short.len() >= 3 && long.split('_').any(|w| w == short);
    if whole_words(wanted, name) || whole_words(name, wanted) {
        return 0.95;
    }
    // Slips of the finger: the share of characters that stay. Names alike at the beginning are what people half remember.
    let slips = strsim::normalized_damerau_levenshtein(wanted, name);
    let beginning = if wanted.len() >= 3 && name.starts_with(wanted) { 0.9 } else { 0.0 };
    slips.max(beginning)
}
