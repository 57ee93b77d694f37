use std::sync::Arc;

use sales_connectors::{Grain, Link, pasted_link, registry::connectors};
use sales_engine::{Explanation, Silent};
use sales_model::{RecordId, RecordState, Scope};
use serde::Serialize;

use super::Cx;
use crate::{
    args::Explain,
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Failure, Result},
    output::{Style, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    #[serde(flatten)]
    explanation: &'a Explanation,
}

/// Explains where a record belongs.
pub(crate) fn run(cx: &Cx<'_>, a: &Explain) -> Result<Exit> {
    let asked = asked(&a.record)?;
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let found = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        let record = match &asked {
            Asked::Record(id) => Some(id.clone()),
            Asked::Page { place, page, .. } => opened.store.page(place, page).await?,
        };
        match record {
            Some(id) => Ok(opened.app.explain(&id).await?),
            None => Ok(None),
        }
    })?;
    let Some(e) = found else {
        let next = match asked {
            Asked::Record(_) => "find it with `sales search`, or read it first with `sales sync`",
            Asked::Page { hint, .. } => hint,
        };
        return Err(Failure::new(format!("`{}` cannot be explained", a.record.trim()), "the ledger holds no such record", next));
    };
    let p = cx.printer;
    p.say(format_args!("{} in {}", p.out_style(Style::Heading, line(&e.record.0)), line(&e.place)));
    for a in &e.attributions {
        let reach = match a.scope {
            Scope::Place { .. } => "the whole place",
            Scope::Thread { .. } => "this conversation",
        };
        p.say(format_args!("  belongs to {}: {} ({}; {reach})", a.customer, line(&a.reason), a.rule));
    }
    for d in &e.doubts {
        p.say("  waits for your decision");
        for c in &d.candidates {
            p.say(format_args!("    {}: {}", c.customer, line(&c.reason)));
        }
        p.say(format_args!("    decide: {}", line(&d.decide)));
    }
    if e.state == RecordState::Deleted {
        p.say("  was deleted at its source: it stands in no file, and is decided again only if it comes back");
    } else if e.attributions.is_empty() && e.doubts.is_empty() {
        p.say("  belongs to no customer: nothing points to one");
    }
    for file in &e.files {
        p.say(format_args!("  in {}", line(file)));
    }
    p.document(&Document { kind: "match_explain", explanation: &e });
    Ok(Exit::Done)
}

/// What is asked about.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Record(RecordId),
    /// A page that does not name its record.
    Page {
        place: String,
        page: String,
        hint: &'static str,
    },
}

/// A record's id as typed, or what a link leads to.
fn asked(text: &str) -> Result<Asked> {
    let text = text.trim();
    if text.contains("://") {
        let link = pasted_link(text).and_then(|u| connectors().iter().find_map(|c| c.recognise(&u)));
        return match link {
            Some(Link::Record { id, .. }) => Ok(Asked::Record(id)),
            Some(Link::Page { place, page, hint }) => Ok(Asked::Page { place, page, hint }),
            Some(_) => Err(Failure::usage(
                "the link cannot be explained",
                "it leads to a place or a file, not to a message",
                "copy the link of a message in it",
            )),
            None => Err(Failure::usage(
                "the link cannot be explained",
                "it is not a link to a Slack message, a Gong call or a Granola note",
                "copy the link in the program that shows it",
            )),
        };
    }
    let id = RecordId(text.to_owned());
    match id.parts() {
        Some((place, native)) if !native.is_empty() && (place.contains(':') || by_conversation(place)) => Ok(Asked::Record(id)),
        _ => Err(Failure::usage(
            format!("`{text}` is not a record"),
            "a record's id has the form `slack:<channel>:<ts>`, `gong:<call>` or `granola:<note>`",
            "sales match explain slack:C0123ABCD:1710493200.000100",
        )),
    }
}

/// Whether a place holds calls or notes, whose ids name no other.
fn by_conversation(place: &str) -> bool {
    connectors().iter().map(|c| c.descriptor()).any(|d| d.grain == Grain::Conversation && d.source.as_str() == place)
}

#[cfg(test)]
mod tests {
    use sales_model::RecordId;

    use super::{Asked, asked};

    #[test]
    fn ids_are_taken_as_they_are() {
        for id in ["slack:C0123ABCD:1710493200.000100", "gong:1234567890", "granola:not_1d3tmYTlCICgjy"] {
            assert_eq!(asked(&format!(" {id} ")).ok(), Some(Asked::Record(RecordId(id.into()))));
        }
        for bad in ["", "slack", "slack:C0123ABCD", "C1:", "https://example.com/x"] {
            assert!(asked(bad).is_err(), "{bad}");
        }
    }
}
