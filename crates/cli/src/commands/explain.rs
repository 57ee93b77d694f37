use std::sync::Arc;

use sales_connectors::{Link, registry::connectors};
use sales_engine::{Explanation, Silent};
use sales_model::{RecordId, Scope};
use serde::Serialize;
use url::Url;

use super::Cx;
use crate::{
    args::Explain,
    clock,
    compose::{Home, block_on, is_connected, open},
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
    let record = record(&a.record)?;
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = is_connected(&home)?;
    let found = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), connected).await?;
        Ok(opened.app.explain(&record).await?)
    })?;
    let Some(e) = found else {
        let why = "the ledger holds no such record";
        return Err(Failure::new(
            format!("`{record}` cannot be explained"),
            why,
            "find it with `sales search`, or read it first with `sales sync`",
        ));
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
    if e.attributions.is_empty() && e.doubts.is_empty() {
        p.say("  belongs to no customer: nothing points to one");
    }
    for file in &e.files {
        p.say(format_args!("  in {}", line(file)));
    }
    p.document(&Document { kind: "match_explain", explanation: &e });
    Ok(Exit::Done)
}

/// A record's id as typed, or the one that a link leads to.
fn record(text: &str) -> Result<RecordId> {
    let text = text.trim();
    if text.contains("://") {
        let link = Url::parse(text).ok().and_then(|u| connectors().iter().find_map(|c| c.recognise(&u)));
        return match link {
            Some(Link::Record { id, .. }) => Ok(id),
            Some(_) => Err(Failure::usage(
                "the link cannot be explained",
                "it leads to a place or a file, not to a message",
                "copy the link of a message in it",
            )),
            None => Err(Failure::usage(
                "the link cannot be explained",
                "it is not a link to a Slack message",
                "copy the message's link in Slack",
            )),
        };
    }
    let id = RecordId(text.to_owned());
    match id.parts() {
        Some((place, native)) if place.contains(':') && !native.is_empty() => Ok(id),
        _ => Err(Failure::usage(
            format!("`{text}` is not a record"),
            "a record's id has the form `slack:<channel>:<ts>`",
            "sales match explain slack:C0123ABCD:1710493200.000100",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::record;

    #[test]
    fn ids_are_taken_as_they_are() {
        assert_eq!(record(" slack:C0123ABCD:1710493200.000100 ").map(|r| r.0).ok().as_deref(), Some("slack:C0123ABCD:1710493200.000100"));
        for bad in ["", "slack", "slack:C0123ABCD", "C1:", "https://example.com/x"] {
            assert!(record(bad).is_err(), "{bad}");
        }
    }
}
