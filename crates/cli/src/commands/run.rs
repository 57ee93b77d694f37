use std::{path::Path, sync::Arc, time::Instant};

use jiff::SignedDuration;
use sales_connectors::Mode;
use sales_files::Disk;
use sales_model::CustomerId;

use super::{
    Cx,
    documents::Synced,
    summary,
    sync::{Pull, Shown, made, pull, request},
};
use crate::{
    args::Run,
    clock,
    compose::{Home, Sample, block_on, open, stop_on_signal},
    errors::{Exit, Failure, Result},
    output::{Style, Watch, count, line},
};

/// That many of a customer's files are listed.
const LISTED: usize = 6;

/// Runs the pipeline, on sample data or live.
pub(crate) fn run(cx: &Cx<'_>, a: &Run) -> Result<Exit> {
    let mode = if a.full { Mode::Full } else { Mode::Default };
    let wanted = Pull { integration: a.integration.clone(), customer: a.customer(), mode, since: None, show: true };
    if a.test {
        return sample(cx, &wanted, a.keep.as_deref());
    }
    // The older form had no `--live`: it always was.
    if a.live || a.positional.is_some() {
        return pull(cx, &wanted);
    }
    Err(Failure::usage(
        "choose what to run on",
        "neither `--test` (sample data, no account needed) nor `--live` (your accounts and workspace) was given",
        "sales run --integration slack --customer acme-corp --test",
    ))
}

/// The same pipeline on sample data: only the vendor's address, the clock and the workspace differ.
fn sample(cx: &Cx<'_>, wanted: &Pull<'_>, keep: Option<&Path>) -> Result<Exit> {
    let timer = clock::sample_timer(cx.variables.get("SALES_TEST_NOW"));
    let sample = Sample::make(keep, &cx.variables)?;
    let home = &sample.home;
    let customer = wanted.customer.map(|c| home.customer(c)).transpose()?.map(|(id, _)| id.clone());
    let watch = Arc::new(Watch::new(cx.printer));
    let began = Instant::now();
    let (report, context) = block_on(async {
        let (accounts, vendor) = sample.start(&timer, &wanted.integration).await?;
        let connected: Vec<_> = accounts.iter().map(|a| a.cx.account.source.clone()).collect();
        let opened = open(home, timer.clone(), watch.clone(), &connected).await?;
        let stop = stop_on_signal(cx.printer);
        let report = opened.app.sync(&accounts, &request(wanted, customer.clone()), stop).await;
        watch.end();
        vendor.stop().await;
        let mut report = report?;
        opened.app.audit("sync", summary::audit(&report)).await?;
        let context = match &customer {
            Some(id) => Some(made(&opened.app, id, &mut report).await?),
            None => None,
        };
        Ok((report, context))
    })?;
    let took = SignedDuration::try_from(began.elapsed()).unwrap_or_default();
    let p = cx.printer;
    let root = home.workspace.root().display().to_string();
    p.say(format_args!("Sample data, simulated vendors; workspace: {}", line(&root)));
    let result = Shown { customer: customer.as_ref(), report: &report, context: context.as_deref(), took };
    result.print(cx, &wanted.integration);
    if let Some(id) = &customer {
        list(cx, home, id);
    }
    result.print_context(cx);
    if customer.is_none() {
        p.say(format_args!("\nRead one: sales --workspace {} context acme-corp", line(&root)));
    }
    p.document(&Synced {
        kind: "sync",
        workspace: root,
        customer: customer.as_ref().map(CustomerId::as_str),
        report: &report,
        problems: Vec::new(),
        emails: &[],
        context: result.document(),
    });
    Ok(summary::exit(&report, &[]))
}

/// The customer's files, shortened.
fn list(cx: &Cx<'_>, home: &Home, id: &CustomerId) {
    let p = cx.printer;
    let dir = home.workspace.customer_dir(id);
    let mut files: Vec<String> = Vec::new();
    for folder in ["", "slack", "gong", "granola", "email"] {
        let names = home.disk.list(&dir.join(folder)).unwrap_or_default();
        let names = names.iter().filter(|e| e.kind == sales_files::Kind::File).map(|e| e.name.to_string_lossy());
        files.extend(names.map(|n| if folder.is_empty() { n.into_owned() } else { format!("{folder}/{n}") }));
    }
    p.say(p.out_style(Style::Heading, format_args!("Files of {id}")));
    for file in files.iter().take(LISTED) {
        p.say(format_args!("  {}", line(file)));
    }
    if files.len() > LISTED {
        p.say(format_args!("  ... and {}", count((files.len() - LISTED) as u64, "more file")));
    }
}
