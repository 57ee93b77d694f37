//! Companies that nobody has added yet, by the mail domains of people in conversations that belong to nobody.

use std::collections::{BTreeMap, BTreeSet};

use sales_files::domain::{is_provider, registered_name, registrable};
use serde::Serialize;

use super::{by_conversation, conversations::merged};
use crate::{App, error::Result, units::MAIL};

/// Fewest records that are worth a question.
const LEAST: u64 = 2;
/// Most suggestions.
const MOST: usize = 20;

/// A company that may be a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The mail domain, as it is registered.
    pub domain: String,
    /// Records in which somebody of it takes part and that belong to nobody.
    pub records: u64,
    /// A name for it, made from the domain.
    pub name: String,
}

/// Suggestions, those with most records first.
pub(crate) async fn suggestions(app: &App) -> Result<Vec<Suggestion>> {
    let rules = app.directory.rules();
    let places: Vec<String> = app.directory.read().places.keys().filter(|key| by_conversation(key)).cloned().collect();
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for place in places {
        let conversations = merged(app.ports.store.signs(&place).await?);
        let known = app.directory.read();
        let owned = |thread: &str| known.threads.get(&place).is_some_and(|threads| threads.of(thread).next().is_some());
        // What programs and mailings send has no title here.
        let told = |titles: &[String]| place != MAIL || !titles.is_empty();
        for conversation in conversations.iter().filter(|c| told(&c.signs.titles) && !owned(&c.thread)) {
            let strangers = conversation.signs.addresses.iter().filter(|email| rules.is_stranger(email));
            let domains = strangers.filter_map(|email| email.rsplit_once('@')).map(|(_, domain)| domain);
            let companies: BTreeSet<&str> = domains.filter(|d| !is_provider(d)).filter_map(registrable).collect();
            for domain in companies {
                *found.entry(domain.to_owned()).or_default() += conversation.natives.len() as u64;
            }
        }
    }
    let mut all: Vec<Suggestion> = found
        .into_iter()
        .filter(|(_, records)| *records >= LEAST)
        .map(|(domain, records)| Suggestion { name: name(&domain), domain, records })
        .collect();
    all.sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.domain.cmp(&b.domain)));
    all.truncate(MOST);
    Ok(all)
}

/// `Acme` of `acme.dev`.
fn name(domain: &str) -> String {
    let mut letters = registered_name(domain).unwrap_or(domain).chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
