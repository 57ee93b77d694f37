use std::{collections::BTreeMap, sync::Arc};

use sales_engine::Silent;
use sales_model::{Candidate, Doubt, Scope};
use serde::Serialize;

use crate::{
    clock,
    commands::Cx,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::{Style, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    review: Vec<Entry<'a>>,
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
    candidates: &'a [Candidate],
    decide: &'a str,
}

/// Lists what could not be assigned safely.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let (doubts, names) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        let names: BTreeMap<String, String> = opened.store.places().await?.into_iter().map(|p| (p.key, format!("#{}", p.name))).collect();
        Ok((opened.store.doubts().await?, names))
    })?;
    let entries: Vec<Entry<'_>> = doubts.iter().map(|d| entry(d, &names)).collect();
    let p = cx.printer;
    if entries.is_empty() {
        p.say("Nothing waits for a decision");
    }
    for e in &entries {
        let thread = e.thread.map(|t| format!(", conversation {t}")).unwrap_or_default();
        p.say(format_args!("{} ({}{})", p.out_style(Style::Heading, line(e.name)), line(e.place), line(&thread)));
        for c in e.candidates {
            p.say(format_args!("  {}: {}", c.customer, line(&c.reason)));
        }
        p.say(format_args!("  decide: {}", line(e.decide)));
    }
    p.document(&Document { kind: "match_list", review: entries });
    Ok(Exit::Done)
}

fn entry<'a>(doubt: &'a Doubt, names: &'a BTreeMap<String, String>) -> Entry<'a> {
    let (place, thread) = match &doubt.scope {
        Scope::Place { place } => (place, None),
        Scope::Thread { place, thread } => (place, Some(thread.as_str())),
    };
    let name = names.get(place).map_or(place.as_str(), String::as_str);
    Entry { place, name, thread, candidates: &doubt.candidates, decide: &doubt.decide }
}
