use std::{collections::BTreeMap, sync::Arc};

use sales_connectors::{Grain, registry::connector};
use sales_engine::{Silent, Suggestion};
use sales_model::{Candidate, Doubt, Scope};
use serde::Serialize;

use crate::{
    clock,
    commands::{Cx, customer::quoted},
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::{Printer, Style, count, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    review: &'a [Entry<'a>],
    suggestions: &'a [Suggestion],
}

#[derive(Serialize)]
struct Entry<'a> {
    /// `slack:C0123`.
    place: &'a str,
    /// Its name: `#acme-bricks-event`.
    name: &'a str,
    /// The conversation's first record, if only that one is doubtful.
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<&'a str>,
    /// What the conversation is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    candidates: &'a [Candidate],
    decide: &'a str,
}

/// By place and conversation: what it is called.
type Titles = BTreeMap<(String, String), String>;

/// Lists what could not be assigned safely, and companies that may be customers.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let (doubts, names, titles, suggestions) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        let places = opened.store.places().await?.into_iter();
        let names: BTreeMap<String, String> = places.map(|p| (p.key.clone(), format!("{}{}", sign(&p.key), p.name))).collect();
        let doubts = opened.store.doubts().await?;
        let mut titles = Titles::new();
        for doubt in &doubts {
            let Scope::Thread { place, thread } = &doubt.scope else { continue };
            let signs = opened.store.signs_of(place, std::slice::from_ref(thread)).await?;
            if let Some(title) = signs.into_iter().find_map(|s| s.signs.titles.into_iter().next()) {
                titles.insert((place.clone(), thread.clone()), title);
            }
        }
        Ok((doubts, names, titles, opened.app.suggestions().await?))
    })?;
    let entries: Vec<Entry<'_>> = doubts.iter().map(|d| entry(d, &names, &titles)).collect();
    let p = cx.printer;
    if entries.is_empty() {
        p.say("Nothing waits for a decision");
    }
    // What somebody may be meant by comes first.
    let (pointing, open): (Vec<&Entry<'_>>, Vec<&Entry<'_>>) = entries.iter().partition(|e| !e.candidates.is_empty());
    pointing.into_iter().chain(open).for_each(|e| show(p, e));
    for s in &suggestions {
        let add = format!("sales customer add {} --domain {}", quoted(&s.name), s.domain);
        p.say(format_args!("{} from {} belong to nobody: {}", count(s.records, "record"), line(&s.domain), line(&add)));
    }
    p.document(&Document { kind: "match_list", review: &entries, suggestions: &suggestions });
    Ok(Exit::Done)
}

/// What stands before a place's name: places that belong to somebody as a whole are channels.
fn sign(place: &str) -> &'static str {
    let source = place.split(':').next().and_then(|source| source.parse().ok());
    let grain = source.and_then(|source| connector(&source)).map(|c| c.descriptor().grain);
    if grain == Some(Grain::Place) { "#" } else { "" }
}

fn show(p: &Printer, e: &Entry<'_>) {
    let what = match (e.title, e.thread) {
        (Some(title), _) => format!(", \"{title}\""),
        (None, Some(thread)) => format!(", conversation {thread}"),
        (None, None) => String::new(),
    };
    p.say(format_args!("{} ({}{})", p.out_style(Style::Heading, line(e.name)), line(e.place), line(&what)));
    for c in e.candidates {
        p.say(format_args!("  {}: {}", c.customer, line(&c.reason)));
    }
    p.say(format_args!("  decide: {}", line(e.decide)));
}

fn entry<'a>(doubt: &'a Doubt, names: &'a BTreeMap<String, String>, titles: &'a Titles) -> Entry<'a> {
    let (place, thread, title) = match &doubt.scope {
        Scope::Place { place } => (place, None, None),
        Scope::Thread { place, thread } => (place, Some(thread.as_str()), titles.get(&(place.clone(), thread.clone()))),
    };
    let name = names.get(place).map_or(place.as_str(), String::as_str);
    Entry { place, name, thread, title: title.map(String::as_str), candidates: &doubt.candidates, decide: &doubt.decide }
}
