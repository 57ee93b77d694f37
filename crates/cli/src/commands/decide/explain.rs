use std::sync::Arc;

use jiff::tz::TimeZone;
use sales_engine::{Explanation, Silent};
use serde::Serialize;

use super::sentences::{heading, sentences};
use crate::{
    args::Explain,
    clock,
    commands::{Cx, asked::Asked},
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
    // `Home` has read the settings: the zone is one.
    let zone = TimeZone::get(&home.settings.timezone).unwrap_or(TimeZone::UTC);
    p.say(format_args!("{} ({})", p.out_style(Style::Heading, line(&heading(&e, &zone))), line(&e.record.0)));
    sentences(&e).iter().for_each(|sentence| p.say(format_args!("  {}", line(sentence))));
    p.document(&Document { kind: "match_explain", explanation: &e });
    Ok(Exit::Done)
}
