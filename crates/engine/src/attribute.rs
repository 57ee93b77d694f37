//! Which customer a place or a conversation belongs to.
//!
//! The order of trust is fixed (decisions.md, "Data model"): explicit, exact address, mail domain, shared team, channel pattern, alias
//! with a second reason. The first rule that speaks decides; when it speaks for several customers nobody gets the place and it goes to
//! the review list, except for the user's own explicit words, which may name one place for several customers. A whole place goes by a
//! rule below the mail domain only if no address or domain of those who speak there says otherwise.
//!
//! What decides is made ready once, in a [`Rulebook`]; deciding is a pure function of it and of what is known of the records.

mod audience;
#[cfg(test)]
#[path = "attribute/cases_tests.rs"]
mod cases;
mod conversations;
mod lesson;
mod meetings;
mod orphans;
mod page;
mod places;
mod preview;
mod rulebook;
mod suggest;
mod threads;

use std::collections::{BTreeMap, BTreeSet};

use sales_connectors::Grain;
use sales_model::{Attribution, ContentHash, Doubt, Scope};

use crate::{App, error::Result};
use conversations::Conversation;
use places::{Decision, PlaceEvidence};
use rulebook::{Earlier, Teams};
use threads::threads;

pub use audience::Audience;
pub(crate) use audience::{as_shown, mail_of, name_of, shown_of_unit};
pub(crate) use conversations::attribute_conversations;
pub use lesson::Lesson;
pub(crate) use lesson::lesson;
pub use meetings::Decided;
pub(crate) use orphans::bring_home;
pub(crate) use page::attribute as attribute_page;
pub(crate) use preview::preview;
pub use preview::{Move, Preview};
pub use rulebook::Rulebook;
pub(crate) use rulebook::unseen;
pub use suggest::Suggestion;
pub(crate) use suggest::suggestions;

/// Attribution of whole places, and of the conversations in those that belong to nobody.
pub(crate) struct Attributor<'a> {
    app: &'a App,
}

/// Whether what stands in a place is decided by each conversation's own signs.
fn by_conversation(place: &str) -> bool {
    crate::units::source_of(place)
        .and_then(|s| sales_connectors::registry::connector(&s))
        .is_some_and(|c| c.descriptor().grain == Grain::Conversation)
}

/// Version of the rules: when they change, everything is decided again, and files are made again.
pub(crate) const RULES: u32 = 3;

/// What the rules need to know of all places and people together.
struct Shared {
    earlier: Earlier,
    teams: Teams,
}

impl Shared {
    fn of(app: &App, rules: &Rulebook) -> Self {
        let known = app.directory.read();
        Shared { earlier: Earlier::of(known.places.values()), teams: Teams::of(&rules.people, known.people.values()) }
    }
}

type Authors = BTreeMap<String, BTreeSet<String>>;

impl<'a> Attributor<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Attributor { app }
    }

    /// Does the work only if profiles, settings, people, places or records changed since it was done last: by this run, or by one that
    /// ended before it came to this.
    pub(crate) async fn if_changed(&self) -> Result<()> {
        let _busy = self.app.ports.timer.busy();
        if self.is_current().await? {
            return Ok(());
        }
        // Perhaps only because the user, or another process, changed what this one read at its start.
        self.app.directory.catch_up(&self.app.ports).await?;
        if self.is_current().await? {
            self.app.directory.set_owners(self.app.ports.store.attributions().await?);
            return Ok(());
        }
        self.all().await
    }

    async fn is_current(&self) -> Result<bool> {
        Ok(self.app.ports.store.get("attribution_inputs").await?.as_deref() == Some(self.inputs().await?.as_str()))
    }

    /// Brings the owners of all places in line with the profiles, people and places known now.
    ///
    /// What is given to the ledger is the whole decision: what is not named is taken back. Another process may commit a page between the
    /// look at who spoke and that write, and the conversations it decided are taken back with the rest. They are not lost: the page added
    /// a version of a record or a person, so the hash that is kept here, made before the look, is not what the inputs are then. That
    /// process decides everything again when its run ends; if it dies, whoever opens the workspace next does. Only then do files differ
    /// from it, and each decision marks the units it changes.
    pub(crate) async fn all(&self) -> Result<()> {
        let _busy = self.app.ports.timer.busy();
        let store = &self.app.ports.store;
        // Before anything is looked at, see above.
        let inputs = self.inputs().await?;
        let keys: Vec<String> = self.app.directory.read().places.keys().cloned().collect();
        let (attributions, doubts) = self.decide_all(&self.app.directory.rules(), &keys).await?;
        store.attribute(&keys, &attributions, &doubts).await?;
        store.set("attribution_inputs", &inputs).await?;
        self.app.directory.set_owners(store.attributions().await?);
        Ok(())
    }

    /// Decides everything that stands in these places by some rules, and changes nothing.
    pub(crate) async fn decide_all(&self, rules: &Rulebook, keys: &[String]) -> Result<(Vec<Attribution>, Vec<Doubt>)> {
        let store = &self.app.ports.store;
        let (mut attributions, mut doubts) = (Vec::new(), Vec::new());
        let shared = Shared::of(self.app, rules);
        // One place at a time: who spoke in every conversation of all of them may be too much to hold at once.
        for key in keys {
            if by_conversation(key) {
                for Conversation { thread, natives, signs } in conversations::merged(store.signs(key).await?) {
                    let (owners, doubt) = rules.conversation(&Scope::Thread { place: key.clone(), thread }, &natives, &signs);
                    attributions.extend(owners);
                    doubts.extend(doubt);
                }
                continue;
            }
            let authors = if self.is_explicit(rules, &shared, key) { None } else { Some(self.authors(key).await?) };
            let (more, doubtful) = self.decide(rules, &shared, key, authors.as_ref());
            attributions.extend(more);
            doubts.extend(doubtful);
        }
        Ok((attributions, doubts))
    }

    /// Decides one place again, with what a page adds to those who spoke there before.
    async fn again(&self, key: &str, more: Authors) -> Result<(Vec<Attribution>, Vec<Doubt>)> {
        let mut authors = self.authors(key).await?;
        for (thread, who) in more {
            authors.entry(thread).or_default().extend(who);
        }
        let rules = self.app.directory.rules();
        Ok(self.decide(&rules, &Shared::of(self.app, &rules), key, Some(&authors)))
    }

    async fn authors(&self, key: &str) -> Result<Authors> {
        let authors = self.app.ports.store.authors(key, &[]).await?;
        Ok(authors.into_iter().map(|(thread, who)| (thread, who.into_iter().collect())).collect())
    }

    fn is_explicit(&self, rules: &Rulebook, shared: &Shared, key: &str) -> bool {
        let known = self.app.directory.read();
        known.places.get(key).is_some_and(|place| !rules.channels.owners(place, &shared.earlier).is_empty())
    }

    fn decide(&self, rules: &Rulebook, shared: &Shared, key: &str, authors: Option<&Authors>) -> (Vec<Attribution>, Vec<Doubt>) {
        let known = self.app.directory.read();
        let Some(place) = known.places.get(key) else { return Default::default() };
        let speakers: BTreeSet<&String> = authors.into_iter().flat_map(BTreeMap::values).flatten().collect();
        let people: Vec<_> = speakers.into_iter().filter_map(|k| known.people.get(k)).collect();
        let evidence = PlaceEvidence { place, people: &people, earlier: &shared.earlier, teams: &shared.teams };
        match places::place(&evidence, rules) {
            Decision::Owners(mut owners) => {
                owners.extend(threads::named(key, rules));
                (owners, Vec::new())
            }
            Decision::Doubt(doubt) => {
                let (more, mut doubts) = authors.map(|authors| threads(key, authors, &known, rules)).unwrap_or_default();
                doubts.insert(0, doubt);
                (more, doubts)
            }
        }
    }

    /// A hash of everything the rules look at; who spoke where is in it by the number of versions of records.
    async fn inputs(&self) -> Result<String> {
        let counts = self.app.ports.store.counts().await?;
        let known = self.app.directory.read();
        let people: BTreeMap<_, _> = known.people.iter().collect();
        let settings = &self.app.ports.settings;
        let all = serde_json::json!([
            &*self.app.directory.customers(),
            people,
            known.places,
            known.teams,
            settings.slack.channel_patterns,
            settings.own_domains,
            settings.partners,
            *self.app.directory.links(),
            RULES,
            counts.versions,
            counts.records
        ]);
        Ok(format!("{:?}", ContentHash::of(all.to_string().as_bytes())))
    }
}
