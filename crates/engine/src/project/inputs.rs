//! What files show beside records: names, profiles, settings, the rules of insight. The ledger remembers for which of them the files
//! were made; when they are others now, the units concerned are marked again, in the same transaction that notes the new ones. So a
//! process that is killed between a new name and its files loses nothing, and what a refresh writes is what a rebuild would write.

use std::collections::BTreeSet;

use sales_model::{ContentHash, CustomerId, Profile};
use serde_json::json;

use crate::{App, attribute::RULES, directory::Threads, error::Result, units::MAIL};

/// Note of everything that all customers' files share.
const SHARED: &str = "projected";
/// Note of whose people everybody is: in mail conversations of several customers, any profile may change to whom a mail is shown.
const PEOPLE: &str = "projected.people";

/// What the files have to be made from.
pub(crate) struct Inputs {
    /// Names of notes and their values now: what is shared, then each customer's profile.
    notes: Vec<(String, String)>,
}

impl Inputs {
    pub(crate) fn now(app: &App) -> Self {
        let settings = &app.ports.settings;
        let known = app.directory.read();
        // Job titles stand in contexts only, which look at them themselves.
        let mut people: Vec<_> =
            known.people.values().map(|p| (&p.key, &p.name, &p.email, (&p.team, &p.enterprise), [p.bot, p.guest, p.unknown])).collect();
        people.sort();
        let places: Vec<_> = known.places.values().map(|p| (&p.key, &p.name, &p.topic, p.shared, &p.url)).collect();
        let own = (&settings.company, &settings.own_domains, &settings.competitors, &settings.timezone);
        let shared = hash(&json!([sales_insight::RULES, RULES, own, known.teams, people, places, *app.directory.links()]));
        let mut notes = vec![(SHARED.to_owned(), shared)];
        let people = |profile: &Profile| json!([profile.domains, profile.contacts.iter().map(|c| &c.email).collect::<Vec<_>>()]);
        let people: Vec<_> = app.directory.customers().iter().map(|(id, profile)| (id.clone(), people(profile))).collect();
        notes.push((PEOPLE.to_owned(), hash(&json!(people))));
        notes.extend(app.directory.customers().iter().map(|(id, profile)| (note_of(id), hash(&json!(profile)))));
        Inputs { notes }
    }

    /// The shared part: contexts are made again when it is another.
    pub(crate) fn shared(&self) -> &str {
        self.notes.first().map_or("", |(_, value)| value)
    }

    /// Marks the units whose files were made from something else. True if there were any.
    pub(crate) async fn mark_outdated(&self, app: &App) -> Result<bool> {
        let store = &app.ports.store;
        let mut changed = Vec::new();
        for note in &self.notes {
            if store.get(&note.0).await?.as_deref() != Some(note.1.as_str()) {
                changed.push(note.clone());
            }
        }
        if changed.is_empty() {
            return Ok(false);
        }
        if changed.iter().any(|(name, _)| name == SHARED) {
            store.touch(None, &changed).await?;
            return Ok(true);
        }
        let customers = app.directory.customers();
        let concerned: Vec<&CustomerId> =
            customers.iter().map(|(id, _)| id).filter(|id| changed.iter().any(|(name, _)| *name == note_of(id))).collect();
        let mut places: BTreeSet<String> = BTreeSet::new();
        let shared = || app.directory.read().threads.get(MAIL).is_some_and(Threads::has_shared);
        if changed.iter().any(|(name, _)| name == PEOPLE) && shared() {
            places.insert(MAIL.to_owned());
        }
        for customer in concerned {
            places.extend(store.files(Some(customer)).await?.into_iter().map(|f| f.place));
            let known = app.directory.read();
            places.extend(known.places.keys().filter(|p| known.belongs(p, customer)).cloned());
        }
        store.touch(Some(&places.into_iter().collect::<Vec<_>>()), &changed).await?;
        Ok(true)
    }
}

fn note_of(customer: &CustomerId) -> String {
    format!("{SHARED}/{customer}")
}

fn hash(value: &serde_json::Value) -> String {
    format!("{:?}", ContentHash::of(value.to_string().as_bytes()))
}
