use std::sync::Arc;

use sales_engine::{Explanation, Silent};
use sales_model::{RecordState, Scope};
use serde::Serialize;

use super::{Cx, asked::Asked};
use crate::{
    args::Explain,
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
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
    let asked = Asked::read(&a.record, "cannot be explained", "sales match explain slack:C0123ABCD:1710493200.000100")?;
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let found = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        match asked.find(&*opened.store).await? {
            Some(id) => Ok(opened.app.explain(&id).await?),
            None => Ok(None),
        }
    })?;
    let Some(e) = found else {
        return Err(asked.unknown(format!("`{}` cannot be explained", a.record.trim())));
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
