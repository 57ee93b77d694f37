//! `sales verify --against-source`.

use std::sync::Arc;

use sales_engine::{RecheckRequest, SourceRecheck};
use sales_model::{RecordId, Source};
use serde::Serialize;

use super::Cx;
use crate::{
    args::{Integration, Verify},
    clock,
    compose::{Accounts, Home, block_on, connected_sources, open, stop_on_signal},
    errors::{Exit, Result},
    output::{Printer, Style, Watch, count, grouped, line},
};

/// At most that many records of a kind are shown; `--json` has them all.
const SHOWN: usize = 10;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    customer: Option<&'a str>,
    seed: u64,
    ok: bool,
    sources: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Told<'a> {
    source: &'a Source,
    #[serde(flatten)]
    found: &'a SourceRecheck,
}

/// Asks the vendors for a sample of records again.
pub(crate) fn run(cx: &Cx<'_>, a: &Verify) -> Result<Exit> {
    let home = Home::find(cx)?;
    let customer = a.customer.as_deref().map(|c| home.customer(c)).transpose()?.map(|(id, _)| id.clone());
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let mut accounts = Accounts::live(&home, &timer, &a.source)?;
    accounts.required()?;
    let problems = std::mem::take(&mut accounts.problems);
    problems.iter().for_each(|unusable| unusable.failure.print_words(cx.printer));
    let source = match &a.source {
        Integration::All => None,
        Integration::One(source) => Some(source.clone()),
    };
    let request = RecheckRequest { source, customer: customer.clone(), sample: a.sample as usize, seed: a.seed };
    let connected = connected_sources(&home);
    let watch = Arc::new(Watch::new(cx.printer).under_limits(accounts.connected.iter().any(|a| !a.cx.unlimited)));
    let report = block_on(async {
        let opened = open(&home, timer, watch.clone(), &connected).await?;
        let stop = stop_on_signal(cx.printer);
        let report = opened.app.recheck(&accounts.connected, &request, stop).await;
        watch.end();
        let report = report?;
        let told = |(source, found): (&Source, &SourceRecheck)| (source.to_string(), serde_json::json!([found.sampled, found.requests]));
        opened
            .app
            .audit("verify", serde_json::json!({ "against_source": report.iter().map(told).collect::<std::collections::BTreeMap<_, _>>() }))
            .await?;
        Ok(report)
    })?;
    let p = cx.printer;
    if report.is_empty() {
        p.say("Nothing is stored that could be compared");
    }
    report.iter().for_each(|(source, found)| print(p, source, found));
    let differs = report.values().any(SourceRecheck::differs);
    let unasked = report.values().any(|found| !found.unasked.is_empty());
    for (source, _) in report.iter().filter(|(_, found)| found.differs()) {
        p.note(format_args!("next: sales sync --full --source {source} reads everything within `history` again"));
    }
    let document = Document {
        kind: "verify_against_source",
        workspace: home.workspace.root().display().to_string(),
        customer: customer.as_ref().map(sales_model::CustomerId::as_str),
        seed: a.seed,
        ok: !differs && !unasked,
        sources: report.iter().map(|(source, found)| Told { source, found }).collect(),
    };
    p.document(&document);
    Ok(match (differs, unasked) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Partly,
        (false, false) => Exit::Done,
    })
}

fn print(p: &Printer, source: &Source, found: &SourceRecheck) {
    let sampled = count(found.sampled, "record");
    p.say(p.out_style(Style::Heading, format_args!("{source}: {sampled} in the sample, {}", count(found.requests, "request"))));
    let newer = if found.newer > 0 { format!("; {} newer than the last sync", grouped(found.newer)) } else { String::new() };
    p.say(format_args!("  {} the same{newer}", grouped(found.same)));
    let some = |what: &str, records: &[RecordId]| {
        if !records.is_empty() {
            p.say(format_args!("  {}", p.out_style(Style::Error, format_args!("{} {what}", grouped(records.len() as u64)))));
        }
        records.iter().take(SHOWN).for_each(|id| p.say(format_args!("    {}", line(&id.0))));
        more(p, records.len());
    };
    some("changed there", &found.changed);
    some("gone there", &found.gone);
    some("not stored here", &found.missing);
    if !found.unasked.is_empty() {
        let many = format!("{} could not be asked for", grouped(found.unasked.len() as u64));
        p.say(format_args!("  {}", p.out_style(Style::Warning, many)));
    }
    found.unasked.iter().take(SHOWN).for_each(|u| p.say(format_args!("    {}: {}", line(&u.record.0), line(&u.why))));
    more(p, found.unasked.len());
}

fn more(p: &Printer, n: usize) {
    if n > SHOWN {
        p.say(format_args!("    ... and {} more; `--json` lists them all", grouped((n - SHOWN) as u64)));
    }
}
