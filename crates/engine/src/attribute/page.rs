//! What a page of records decides before it is committed.

use std::collections::{BTreeMap, BTreeSet};

use sales_ledger::PageCommit;
use sales_model::{Attribution, Doubt, Person, Scope};

use super::{Attributor, Authors, threads};
use crate::{App, directory::Known, error::Result};

/// Who speaks in a place, and in which of its conversations.
#[derive(Default)]
struct Voices {
    who: BTreeSet<String>,
    authors: Authors,
}

/// Decides the conversations of a page that stand in places without an owner, by everybody who ever took part in them; and decides a place
/// again that a team, a pattern or an alias gave away, once somebody of another customer speaks there. That is in the page's own commit,
/// so no file shows such a record in the owner's folder, however long the run goes on.
pub(crate) async fn attribute(app: &App, commit: &mut PageCommit) -> Result<()> {
    let (decided, attributions, doubts) = meetings(app, commit);
    app.directory.decided_threads(&decided, &attributions);
    commit.decided = decided;
    commit.attribution = attributions;
    commit.doubts = doubts;
    let mut seen: BTreeMap<String, Voices> = BTreeMap::new();
    {
        let known = app.directory.read();
        for record in commit.records.iter().filter(|r| r.joins.is_none()).map(|r| &r.record).filter(|r| !settled(&known, &r.place)) {
            if let Some(author) = &record.author {
                let voices = seen.entry(record.place.to_string()).or_default();
                voices.who.insert(author.clone());
                voices.authors.entry(record.thread.clone()).or_default().insert(author.clone());
            }
        }
    }
    // Somebody who spoke before this page, and whose address it brings.
    for (person, places) in app.directory.introduced(&commit.people) {
        for place in places {
            seen.entry(place).or_default().who.insert(person.clone());
        }
    }
    for (place, voices) in seen {
        let owner = app.directory.read().lent.get(&place).cloned();
        let (attributions, doubts) = match owner {
            None => conversations(app, &place, voices.authors).await?,
            Some(_) if !contradicted(app, &place, &voices.who) => continue,
            Some(_) => {
                let decided = Attributor::new(app).again(&place, voices.authors).await?;
                app.directory.decided(&place, &decided.0);
                decided
            }
        };
        app.directory.learn_threads(&attributions);
        commit.attribution.extend(attributions);
        commit.doubts.extend(doubts);
    }
    Ok(())
}

/// Decides the calls and notes of a page, each by what it says of itself.
fn meetings(app: &App, commit: &PageCommit) -> (Vec<Scope>, Vec<Attribution>, Vec<Doubt>) {
    // Those that find their conversation only in the ledger are decided there.
    let own = commit.records.iter().filter(|r| r.joins.is_none());
    let signs: Vec<_> = own.filter_map(|r| Some((&r.record, r.record.detail.as_ref()?.signs()?))).collect();
    let (mut decided, mut attributions, mut doubts) = (Vec::new(), Vec::new(), Vec::new());
    if signs.is_empty() {
        return (decided, attributions, doubts);
    }
    let rules = app.directory.rules();
    for (record, signs) in signs {
        let scope = Scope::Thread { place: record.place.to_string(), thread: record.thread.clone() };
        let (owners, doubt) = rules.conversation(&scope, std::slice::from_ref(&record.native), &signs);
        attributions.extend(owners);
        doubts.extend(doubt);
        decided.push(scope);
    }
    (decided, attributions, doubts)
}

/// Whether nothing that people say in a place changes whose it is.
fn settled(known: &Known, place: &str) -> bool {
    known.owners.contains_key(place) && !known.lent.contains_key(place)
}

/// Whether somebody of another customer than the owner is among those who speak in a place. Those of whom nothing is known yet are noted:
/// they are asked about when their address comes.
fn contradicted(app: &App, place: &str, who: &BTreeSet<String>) -> bool {
    let strangers: Vec<&String> = {
        let known = app.directory.read();
        let Some(owner) = known.lent.get(place) else { return false };
        let people: Vec<&Person> = who.iter().filter_map(|w| known.people.get(w)).collect();
        let rules = app.directory.rules();
        if rules.position(owner).is_some_and(|owner| !rules.people.others(owner, &people).is_empty()) {
            return true;
        }
        who.iter().filter(|w| known.people.get(*w).is_none_or(|p| p.unknown)).collect()
    };
    app.directory.strangers(place, strangers);
    false
}

/// Decides conversations in a place without an owner.
async fn conversations(app: &App, place: &str, mut authors: Authors) -> Result<(Vec<Attribution>, Vec<Doubt>)> {
    // Most conversations in such places are among ourselves: only those that somebody's customer takes part in cost a look back.
    let concerned: Vec<String> = {
        let known = app.directory.read();
        let (now, doubts) = threads(place, &authors, &known, &app.directory.rules());
        let before = known.threads.get(place);
        authors
            .keys()
            .filter(|t| {
                before.is_some_and(|b| b.of(t).next().is_some())
                    || now.iter().any(|a| is_thread(&a.scope, t))
                    || doubts.iter().any(|d| is_thread(&d.scope, t))
            })
            .cloned()
            .collect()
    };
    if concerned.is_empty() {
        return Ok(Default::default());
    }
    for (thread, earlier) in app.ports.store.authors(place, &concerned).await? {
        authors.entry(thread).or_default().extend(earlier);
    }
    authors.retain(|thread, _| concerned.contains(thread));
    Ok(threads(place, &authors, &app.directory.read(), &app.directory.rules()))
}

fn is_thread(scope: &Scope, wanted: &str) -> bool {
    matches!(scope, Scope::Thread { thread, .. } if thread == wanted)
}

#[cfg(test)]
#[path = "page_tests.rs"]
mod tests;
