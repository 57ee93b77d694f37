//! What a single decision can teach: by what the people and links of one conversation would be known in others.

use std::collections::BTreeSet;

use sales_files::domain::{is_provider, registrable};
use sales_model::RecordId;

use super::by_conversation;
use crate::{App, error::Result};

/// Signs of a conversation that are nobody's yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The conversation, by the id under which a profile lists it.
    pub conversation: Option<RecordId>,
    /// The vendor's id of its place, where places belong to somebody (a Slack channel).
    pub channel: Option<String>,
    /// Domains of strangers who took part; not those of mail providers.
    pub domains: BTreeSet<String>,
    /// Addresses of strangers who took part.
    pub addresses: BTreeSet<String>,
    /// Linked CRM accounts.
    pub accounts: BTreeSet<String>,
}

/// Reads the signs of the conversation that a record is in; `None` for one that the ledger does not hold. A place's key reads the place.
pub(crate) async fn lesson(app: &App, id: &RecordId) -> Result<Option<Lesson>> {
    let store = &app.ports.store;
    if app.directory.read().places.contains_key(&*id.0) && !by_conversation(&id.0) {
        let channel = id.parts().map(|(_, native)| native.to_owned());
        return Ok(Some(Lesson { channel, ..Lesson::default() }));
    }
    let Some(stored) = store.record(id).await?.into_iter().next() else { return Ok(None) };
    let (place, thread) = (stored.record.place.clone(), stored.record.thread.clone());
    let mut lesson = Lesson::default();
    let mut emails = BTreeSet::new();
    if by_conversation(&place) {
        lesson.conversation = Some(stored.record.shown_id());
        for record in store.signs_of(&place, &[thread]).await? {
            emails.extend(record.signs.addresses);
            lesson.accounts.extend(record.signs.accounts);
        }
    } else {
        lesson.conversation = Some(RecordId::new(&place, &thread));
        lesson.channel = RecordId(place.to_string().into()).parts().map(|(_, native)| native.to_owned());
        let authors = store.authors(&place, &[thread]).await?;
        let known = app.directory.read();
        emails.extend(authors.iter().flat_map(|(_, who)| who).filter_map(|key| known.people.get(key)?.email.clone()));
    }
    let rules = app.directory.rules();
    for email in emails.into_iter().filter(|email| rules.is_stranger(email)) {
        let domain = email.rsplit_once('@').map(|(_, d)| d).filter(|d| !is_provider(d));
        lesson.domains.extend(domain.and_then(registrable).map(str::to_owned));
        lesson.addresses.insert(email);
    }
    lesson.accounts.retain(|account| rules.accounts.of(account).is_empty());
    Ok(Some(lesson))
}

impl App {
    /// Customers who have the whole place of a record, or of a place's key.
    pub fn owners_of_place(&self, id: &RecordId) -> Vec<sales_model::CustomerId> {
        let known = self.directory.read();
        let place = if known.places.contains_key(&*id.0) { Some(&*id.0) } else { id.parts().map(|(place, _)| place) };
        place.and_then(|place| known.owners.get(place)).cloned().unwrap_or_default()
    }
}
