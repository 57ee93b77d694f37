//! Customers' names as they stand in channel names, titles and folders.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sales_model::{CustomerId, Profile};

use super::weak::{self, Weak};

/// A name of a customer.
pub(super) struct Alias {
    pub(super) customer: usize,
    pub(super) words: Vec<String>,
    /// Its words with dashes, as channel names spell it.
    pub(super) dashed: String,
    pub(super) weak: Option<Weak>,
}

/// Names of all customers, and phrases that mean somebody else.
pub(in crate::attribute) struct Names {
    aliases: Vec<Alias>,
    /// Aliases by their first word.
    first: HashMap<String, Vec<usize>>,
    /// Aliases by their dashed form.
    dashed: HashMap<String, Vec<usize>>,
    excluded: Vec<Vec<Vec<String>>>,
}

/// A customer's name in a text.
#[derive(Debug, Clone, Copy)]
pub(in crate::attribute) struct Hit<'a> {
    pub(in crate::attribute) customer: usize,
    pub(in crate::attribute) alias: &'a str,
    /// Why the name alone says less than others do.
    pub(in crate::attribute) weak: Option<Weak>,
    /// It is written with a capital letter.
    pub(in crate::attribute) capital: bool,
    start: usize,
    len: usize,
}

impl Hit<'_> {
    /// Whether a company is meant: a common word without a capital letter is just a word.
    pub(in crate::attribute) fn means_company(&self) -> bool {
        self.weak != Some(Weak::Common) || self.capital
    }
}

impl Names {
    pub(super) fn new(customers: &[(CustomerId, Profile)]) -> Self {
        let mut aliases: Vec<Alias> = Vec::new();
        for (customer, (id, profile)) in customers.iter().enumerate() {
            let own = own_names(id, profile).into_iter();
            aliases.extend(own.map(|dashed| Alias { customer, words: words(&dashed), dashed, weak: None }));
        }
        weak::mark(&mut aliases);
        let (mut first, mut dashed): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = (HashMap::new(), HashMap::new());
        for (n, alias) in aliases.iter().enumerate() {
            if let Some(word) = alias.words.first() {
                first.entry(word.clone()).or_default().push(n);
            }
            dashed.entry(alias.dashed.clone()).or_default().push(n);
        }
        let excluded = customers.iter().map(|(_, p)| p.exclude.iter().map(|phrase| words(phrase)).collect()).collect();
        Names { aliases, first, dashed, excluded }
    }

    /// Customers whose names stand in a text as words of their own, each once with its most telling name. A name inside a longer one that
    /// stands there as well is none: in `acme-labs-poc` only `acme-labs` is meant.
    pub(in crate::attribute) fn hits(&self, text: &str) -> Vec<Hit<'_>> {
        let told: Vec<(String, bool)> = split(text).map(|w| (w.to_lowercase(), w.chars().next().is_some_and(char::is_uppercase))).collect();
        let mut hits: Vec<Hit<'_>> = Vec::new();
        for (start, (word, capital)) in told.iter().enumerate() {
            let named = self.first.get(word).into_iter().flatten().filter_map(|n| self.aliases.get(*n));
            let stands = |alias: &&Alias| {
                let here = told.get(start..start + alias.words.len());
                here.is_some_and(|here| here.iter().map(|(w, _)| w).eq(alias.words.iter()))
            };
            hits.extend(named.filter(stands).map(|alias| Hit {
                customer: alias.customer,
                alias: &alias.dashed,
                weak: alias.weak,
                capital: *capital,
                start,
                len: alias.words.len(),
            }));
        }
        let spans: Vec<(usize, usize)> = hits.iter().map(|h| (h.start, h.len)).collect();
        hits.retain(|h| !spans.iter().any(|(start, len)| *len > h.len && *start <= h.start && h.start + h.len <= start + len));
        let mut best: BTreeMap<usize, Hit<'_>> = BTreeMap::new();
        for hit in hits {
            let rank = |h: &Hit<'_>| (h.weak.is_none(), h.len, h.capital);
            match best.get(&hit.customer) {
                Some(known) if rank(known) >= rank(&hit) => {}
                _ => _ = best.insert(hit.customer, hit),
            }
        }
        best.into_values().collect()
    }

    /// Customers that one of the texts names, each once with its most telling name.
    pub(in crate::attribute) fn hits_in<'a>(&self, texts: impl Iterator<Item = &'a str>) -> BTreeMap<usize, Hit<'_>> {
        let mut all: BTreeMap<usize, Hit<'_>> = BTreeMap::new();
        for hit in texts.flat_map(|text| self.hits(text)) {
            match all.get(&hit.customer) {
                Some(known) if known.weak.is_none() || hit.weak.is_some() => {}
                _ => _ = all.insert(hit.customer, hit),
            }
        }
        all
    }

    /// Customers that are called exactly so, and why the name says little.
    pub(super) fn called(&self, dashed: &str) -> impl Iterator<Item = (usize, Option<Weak>)> {
        self.dashed.get(dashed).into_iter().flatten().filter_map(|n| self.aliases.get(*n)).map(|a| (a.customer, a.weak))
    }

    /// All names as channels spell them, with their customers.
    pub(super) fn all(&self) -> impl Iterator<Item = &Alias> {
        self.aliases.iter()
    }

    /// Whether a phrase that means somebody else stands in a text.
    pub(in crate::attribute) fn excludes(&self, customer: usize, text: &str) -> bool {
        self.exclusion(customer, text).is_some()
    }

    /// The phrase that means somebody else and stands in a text.
    pub(in crate::attribute) fn exclusion(&self, customer: usize, text: &str) -> Option<String> {
        let phrases = self.excluded.get(customer).filter(|phrases| !phrases.is_empty())?;
        let told = words(text);
        let stands = |phrase: &&Vec<String>| !phrase.is_empty() && told.windows(phrase.len()).any(|w| w == phrase.as_slice());
        phrases.iter().find(stands).map(|phrase| phrase.join(" "))
    }
}

/// What reaches a customer in a text: id, name and aliases, also without the legal form.
fn own_names(customer: &CustomerId, profile: &Profile) -> BTreeSet<String> {
    let dashed = |name: &str| words(name).join("-");
    let mut out: BTreeSet<String> =
        profile.aliases.iter().map(String::as_str).chain([profile.name.as_str(), customer.as_str()]).map(dashed).collect();
    let short: Vec<String> = out.iter().filter_map(|n| strip_form(n)).collect();
    out.extend(short);
    out.retain(|n| n.chars().count() >= 2);
    out
}

/// A company name without its legal form: `acme-inc` to `acme`.
fn strip_form(name: &str) -> Option<String> {
    const FORMS: [&str; 24] = [
        "ab",
        "ag",
        "as",
        "asa",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "limited",
        "llc",
        "ltd",
        "nv",
        "oy",
        "plc",
        "sa",
        "sarl",
        "se",
        "spa",
        "srl",
    ];
    let (head, tail) = name.rsplit_once('-')?;
    FORMS.contains(&tail).then(|| head.to_owned())
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty())
}

pub(super) fn words(text: &str) -> Vec<String> {
    split(text).map(str::to_lowercase).collect()
}

#[cfg(test)]
#[path = "names_tests.rs"]
mod tests;
