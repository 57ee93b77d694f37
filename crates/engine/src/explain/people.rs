//! Who takes part in a conversation, and to whom they count.

use std::collections::BTreeMap;

use sales_model::{CustomerId, Detail, Participant, Record, RecordState, Rule};
use serde::Serialize;

use crate::{App, attribute::Rulebook, error::Result, units::by_day, units::one_range};

/// Somebody who takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakesPart {
    /// Name and address: `Lisa Thompson <lisa.thompson@acme.dev>`, or whichever of them is known.
    pub name: String,
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// In this very record; else elsewhere in its conversation.
    pub here: bool,
    /// One of us.
    pub ours: bool,
    /// From a company that `workspace.toml` lists under `partners`.
    pub partner: bool,
    /// Customers they count to.
    pub counts: Vec<Counted>,
}

/// Why somebody counts to a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The customer.
    pub customer: CustomerId,
    /// `address` or `domain`.
    pub rule: Rule,
    /// The domain of the profile, where that is the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// Name and address as people write them.
pub(super) fn shown(name: &str, email: Option<&str>) -> String {
    match (name.trim(), email.filter(|e| !e.is_empty())) {
        ("", email) => email.unwrap_or_default().to_owned(),
        (name, Some(email)) if name != email => format!("{name} <{email}>"),
        (name, _) => name.to_owned(),
    }
}

/// Everybody who takes part in a record's conversation.
pub(super) async fn of(app: &App, rules: &Rulebook, record: &Record) -> Result<Vec<TakesPart>> {
    let found = if by_day(&record.place) { authors(app, record).await? } else { participants(app, record).await? };
    // By address, else by name; each once.
    let mut all: BTreeMap<String, TakesPart> = BTreeMap::new();
    for (name, email, here) in found {
        let key = email.clone().unwrap_or_else(|| name.clone());
        let known = all.entry(key).or_insert_with(|| rules.taking_part(&name, email));
        known.here |= here;
    }
    Ok(all.into_values().filter(|p| !p.name.is_empty()).collect())
}

type Found = (String, Option<String>, bool);

async fn authors(app: &App, record: &Record) -> Result<Vec<Found>> {
    let authors = app.ports.store.authors(&record.place, std::slice::from_ref(&record.thread)).await?;
    let known = app.directory.read();
    let people = authors.iter().flat_map(|(_, keys)| keys).filter_map(|key| known.people.get(key)).filter(|p| !p.bot);
    Ok(people.map(|p| (p.name.clone(), p.email.clone(), record.author.as_ref() == Some(&p.key))).collect())
}

async fn participants(app: &App, record: &Record) -> Result<Vec<Found>> {
    let read = app.ports.store.read(&[one_range(&record.place, &record.thread)]).await?;
    let mut out = Vec::new();
    for other in read.into_iter().flatten().map(|s| s.record).filter(|r| r.state == RecordState::Live) {
        let here = other.native == record.native;
        let person = |p: &Participant| (p.name.clone(), p.email.clone(), here);
        match other.detail.as_deref() {
            Some(Detail::Mail(mail)) => {
                // An author who may be somebody else is no sign.
                let told = mail.people().into_iter().filter(|a| !mail.suspect || mail.from.as_ref() != Some(a));
                out.extend(told.map(|a| (a.name.clone(), Some(a.email.clone()), here)));
            }
            Some(Detail::Call(call)) => out.extend(call.participants.iter().map(person)),
            Some(Detail::Note(note)) => {
                out.extend(note.attendees.iter().chain([&note.owner]).map(person));
                let invited = note.event.iter().flat_map(|e| e.invitees.iter().chain(&e.organiser));
                out.extend(invited.map(|email| (String::new(), Some(email.clone()), here)));
            }
            Some(Detail::Transcript(_)) | None => {}
        }
    }
    // Those with a name first: it is what they are called.
    out.sort_by_key(|(name, ..)| name.is_empty());
    Ok(out)
}

impl Rulebook {
    fn taking_part(&self, name: &str, email: Option<String>) -> TakesPart {
        let address = email.as_deref().unwrap_or_default();
        TakesPart {
            name: shown(name, email.as_deref()),
            here: false,
            ours: self.is_ours(address),
            partner: self.is_partner(address),
            counts: self.counted(address).into_iter().map(|(customer, rule, domain)| Counted { customer, rule, domain }).collect(),
            email,
        }
    }
}
