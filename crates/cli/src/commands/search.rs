use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::tz::TimeZone;
use sales_connectors::registry::connector;
use sales_engine::{Audience, Silent};
use sales_ledger::{Hit, Store};
use sales_model::{Attribution, CustomerId, Detail, Person, Place, Record, RefKind, Scope, Source};
use serde::Serialize;

use super::Cx;
use crate::{
    args::Search,
    clock,
    compose::{Home, Opened, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::{Style, count, line},
};

mod meeting;

/// Characters of a message that are shown.
const SHOWN: usize = 240;
/// Where a customer owns single conversations of a place, so many more hits are asked for before the others are left out.
const WIDER: usize = 10;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    query: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<&'a str>,
    hits: Vec<Found>,
}

#[derive(Serialize)]
pub(super) struct Found {
    record: String,
    time: String,
    place: String,
    author: Option<String>,
    text: String,
    url: String,
    customers: Vec<CustomerId>,
}

/// Finds messages, calls and notes by their words.
pub(crate) fn run(cx: &Cx<'_>, a: &Search) -> Result<Exit> {
    let home = Home::find(cx)?;
    let query = a.query.join(" ");
    let customer = a.customer.as_deref().map(|c| home.customer(c)).transpose()?.map(|(id, _)| id.clone());
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    // `Home` has read the settings: the zone is one.
    let zone = TimeZone::get(&home.settings.timezone).unwrap_or(TimeZone::UTC);
    let hits = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        let known = Known::load(&*opened.store, zone).await?;
        known.search(&opened, &query, customer.as_ref(), a.limit as usize).await
    })?;
    let p = cx.printer;
    if hits.is_empty() {
        p.say("Nothing found");
    }
    for hit in &hits {
        let author = hit.author.as_deref().unwrap_or("somebody");
        let owners = hit.customers.iter().map(CustomerId::as_str).collect::<Vec<_>>().join(", ");
        let owners = if owners.is_empty() { String::new() } else { format!("  [{owners}]") };
        p.say(format_args!(
            "{}{owners}",
            p.out_style(Style::Heading, format_args!("{}  {}  {}", line(&hit.time), line(&hit.place), line(author)))
        ));
        p.say(format_args!("  {}", line(&shortened(&hit.text))));
        p.say(format_args!("  {}", p.out_style(Style::Faint, line(if hit.url.is_empty() { &hit.record } else { &hit.url }))));
    }
    if hits.len() == a.limit as usize {
        p.note(format_args!("the best {}; `--limit` shows more", count(hits.len() as u64, "hit")));
    }
    p.document(&Document { kind: "search", query: &query, customer: customer.as_ref().map(CustomerId::as_str), hits });
    Ok(Exit::Done)
}

/// Whole words of the beginning.
fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= SHOWN {
        return text;
    }
    let cut: String = text.chars().take(SHOWN).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(w, _)| w);
    format!("{whole} …")
}

/// Names and owners, for showing hits.
struct Known {
    people: BTreeMap<String, Person>,
    places: BTreeMap<String, Place>,
    attributions: Vec<Attribution>,
    zone: TimeZone,
}

impl Known {
    async fn load(store: &dyn Store, zone: TimeZone) -> Result<Known> {
        Ok(Known {
            people: store.people().await?.into_iter().map(|p| (p.key.clone(), p)).collect(),
            places: store.places().await?.into_iter().map(|p| (p.key.clone(), p)).collect(),
            attributions: store.attributions().await?,
            zone,
        })
    }

    async fn search(&self, opened: &Opened, query: &str, customer: Option<&CustomerId>, limit: usize) -> Result<Vec<Found>> {
        let store = &*opened.store;
        let Some(id) = customer else {
            return self.all(opened, query, store.search(query, None, limit).await?).await;
        };
        let own = self.attributions.iter().filter(|a| a.customer == *id);
        let partly = own.clone().any(|a| matches!(a.scope, Scope::Thread { .. }));
        let places: BTreeSet<&str> = own
            .map(|a| match &a.scope {
                Scope::Place { place } | Scope::Thread { place, .. } => place.as_str(),
            })
            .collect();
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let places: Vec<String> = places.into_iter().map(str::to_owned).collect();
        let asked = if partly { limit.saturating_mul(WIDER) } else { limit };
        let hits = store.search(query, Some(&places), asked).await?;
        let found = self.all(opened, query, hits).await?;
        Ok(found.into_iter().filter(|f| f.customers.contains(id)).take(limit).collect())
    }

    async fn all(&self, opened: &Opened, query: &str, hits: Vec<Hit>) -> Result<Vec<Found>> {
        let store = &*opened.store;
        let mut audience = Audience::new(&opened.app);
        let mut out: Vec<Found> = Vec::new();
        for hit in hits {
            let mut found = self.found(&hit, audience.of(&hit.record).await?);
            if hit.record.detail.is_some() {
                let first = match hit.record.is_part() {
                    true => store.record(&hit.record.shown_id()).await?.into_iter().next().map(|s| s.record),
                    false => Some(hit.record.clone()),
                };
                meeting::describe(&mut found, &hit.record, first.as_ref(), query);
            }
            // A call and its transcript are one.
            if out.iter().all(|other| other.record != found.record) {
                out.push(found);
            }
        }
        Ok(out)
    }

    fn found(&self, hit: &Hit, customers: BTreeSet<CustomerId>) -> Found {
        let r = &hit.record;
        let place = self.places.get(&*r.place);
        let name = |key: &str| self.people.get(key).map(|p| p.name.clone());
        let text = r.text.render(|kind, key| match kind {
            RefKind::Person => name(key),
            RefKind::Place => self.places.get(key).map(|p| p.name.clone()),
        });
        Found {
            record: r.shown_id().0.to_string(),
            time: self.zone.to_datetime(r.at).strftime("%Y-%m-%d %H:%M").to_string(),
            place: place.map_or_else(|| r.place.to_string(), |p| format!("#{}", p.name)),
            author: r.author.as_deref().and_then(name).or_else(|| r.author_name.clone()),
            text,
            url: place.and_then(|p| permalink(p, r)).unwrap_or_default(),
            customers: customers.into_iter().collect(),
        }
    }
}

/// The page where people read a record, by the connector of its source.
fn permalink(place: &Place, record: &Record) -> Option<String> {
    if let Some(Detail::Mail(mail)) = record.detail.as_deref() {
        return Some(connector(&Source::EMAIL)?.permalink(place, &record.native, &mail.vendor_thread));
    }
    let source = place.key.split_once(':')?.0.parse().ok()?;
    Some(connector(&source)?.permalink(place, &record.native, &record.thread))
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_messages_end_at_a_word() {
        assert_eq!(shortened("a\n b"), "a b");
        let long = "wörter ".repeat(60);
        let short = shortened(&long);
        assert!(short.ends_with("wörter …") && short.chars().count() <= 242, "{short}");
        assert_eq!(shortened(&"ö".repeat(300)).chars().count(), 242);
    }
}
