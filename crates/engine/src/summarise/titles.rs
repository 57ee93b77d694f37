//! Titles that people sign with, for those whom the profile gives none.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use sales_ledger::Store;
use sales_model::{CustomerId, Profile, RecordId, Side, TitleFrom};
use serde::Serialize;

use super::facts::UNITS;
use crate::{
    error::Result,
    project::{Digest, Signed},
};

/// A title for somebody of a customer: a suggestion, which only the user puts into a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SuggestedTitle {
    /// Whose.
    pub name: String,
    /// Their mail address.
    pub email: String,
    /// The title, as they write it.
    pub title: String,
    /// What it is taken from.
    pub from: TitleFrom,
    /// When they last signed so.
    pub at: Timestamp,
    /// The mail.
    pub record: RecordId,
}

/// What people of the customer sign with, where the profile has no title of theirs; by name. Reads what the ledger notes of files, so it is as
/// old as they are.
pub async fn suggested_titles(store: &Arc<dyn Store>, customer: &CustomerId, profile: &Profile) -> Result<Vec<SuggestedTitle>> {
    let mut newest: BTreeMap<String, Option<Box<Signed>>> = BTreeMap::new();
    let mut after = (String::new(), String::new());
    loop {
        let units = store.findings(customer, (&after.0, &after.1), UNITS).await?;
        let Some(last) = units.last() else { break };
        after = (last.place.clone(), last.unit.clone());
        // Most of them hold none.
        for unit in units.iter().filter(|unit| unit.digest.contains("\"signed\"")) {
            let Ok(digest) = serde_json::from_str::<Digest>(&unit.digest) else { continue };
            for (key, voice) in digest.people.into_iter().filter(|(_, voice)| voice.last.side == Side::Theirs) {
                let best = newest.entry(key).or_default();
                *best = Signed::newer(best.take(), voice.signed);
            }
        }
    }
    // A contact without an address is known by name.
    let known = |email: &str, name: &str| {
        profile.contacts.iter().filter(|c| c.title.as_deref().is_some_and(|t| !t.trim().is_empty())).any(|c| match c.email.as_deref() {
            Some(known) => known.trim().eq_ignore_ascii_case(email),
            None => c.name.trim().eq_ignore_ascii_case(name),
        })
    };
    let mut found: Vec<SuggestedTitle> = newest
        .into_iter()
        .filter_map(|(key, signed)| {
            let (signed, email) = (signed?, key.split_once(':')?.1.to_owned());
            let Signed { title, name, at, record } = *signed;
            (!known(&email, &name)).then_some(SuggestedTitle { name, email, title, from: TitleFrom::Signature, at, record })
        })
        .collect();
    found.sort_by(|a, b| (&a.name, &a.email).cmp(&(&b.name, &b.email)));
    Ok(found)
}
