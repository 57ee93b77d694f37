use std::{sync::Arc, time::Instant};

use jiff::SignedDuration;
use sales_connectors::{Connector, Mode, registry};
use sales_engine::{App, Event, Progress, SyncReport, SyncRequest};
use sales_model::{CustomerId, Span};

use super::{Cx, documents::Synced, filed, summary};
use crate::{
    args::{self, Integration},
    clock,
    compose::{Accounts, Home, block_on, connected_sources, open, stop_on_signal},
    errors::{Exit, Result},
    output::{Watch, block},
};

/// Streams of one kind that are read side by side: enough to keep a connection busy, few enough to hold few pages in memory.
pub(super) const SIDE_BY_SIDE: usize = 4;

/// What a pull is asked for.
pub(super) struct Pull<'a> {
    pub(super) integration: Integration,
    pub(super) customer: Option<&'a str>,
    pub(super) mode: Mode,
    pub(super) since: Option<Span>,
    /// Print the customer's context afterwards.
    pub(super) show: bool,
}

/// Pulls what is new.
pub(crate) fn run(cx: &Cx<'_>, a: &args::Sync) -> Result<Exit> {
    let mode = match (a.full, a.audit) {
        (true, _) => Mode::Full,
        (false, true) => Mode::Audit,
        _ => Mode::Default,
    };
    pull(cx, &Pull { integration: a.source.clone(), customer: a.customer.as_deref(), mode, since: a.since, show: false })
}

/// Pulls the workspace's accounts and prints what came.
pub(super) fn pull(cx: &Cx<'_>, pull: &Pull<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let customer = pull.customer.map(|c| home.customer(c)).transpose()?.map(|(id, _)| id.clone());
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let mut accounts = Accounts::live(&home, &timer, &pull.integration)?;
    let connected = connected_sources(&home);
    accounts.required()?;
    let mut problems = home.print_problems(cx.printer);
    for unusable in std::mem::take(&mut accounts.problems) {
        unusable.failure.print_words(cx.printer);
        problems.push(unusable.failure);
    }
    let watch = Arc::new(Watch::new(cx.printer).under_limits(accounts.connected.iter().any(|a| !a.cx.unlimited)));
    for account in &mut accounts.connected {
        let watch = watch.clone();
        account.cx.notices = Some(Arc::new(move |text: &str| watch.event(Event::Notice(text))));
    }
    let began = Instant::now();
    let now = timer.now();
    let (report, context, filed) = block_on(async {
        let opened = open(&home, timer, watch.clone(), &connected).await?;
        let stop = stop_on_signal(cx.printer);
        let filed = filed::read(&home, &opened, now, &stop).await?;
        let request = request(pull, customer.clone());
        let report = opened.app.sync(&accounts.connected, &request, stop).await;
        watch.end();
        let mut report = report?;
        opened.app.audit("sync", summary::audit(&report)).await?;
        let context = match (&customer, pull.show && !summary::nothing_read(&report)) {
            (Some(id), true) => Some(made(&opened.app, id, &mut report).await?),
            _ => None,
        };
        Ok((report, context, filed))
    })?;
    filed::print(cx.printer, &filed);
    let result = Shown {
        customer: customer.as_ref(),
        report: &report,
        context: context.as_deref(),
        took: SignedDuration::try_from(began.elapsed()).unwrap_or_default(),
    };
    result.print(cx, &pull.integration);
    result.print_context(cx);
    cx.printer.document(&Synced {
        kind: "sync",
        workspace: home.workspace.root().display().to_string(),
        customer: customer.as_ref().map(CustomerId::as_str),
        report: &report,
        problems: problems.iter().map(Into::into).collect(),
        emails: &filed,
        context: result.document(),
    });
    Ok(match summary::exit(&report, &problems) {
        Exit::Done if !filed::whole(&filed) => Exit::Partly,
        exit => exit,
    })
}

/// A customer's context; what was kept aside for it is told with the run.
pub(super) async fn made(app: &App, customer: &CustomerId, report: &mut SyncReport) -> Result<String> {
    let (text, edited) = app.context(customer).await?;
    report.edited.extend(edited);
    Ok(text)
}

/// The request to the engine.
pub(super) fn request(pull: &Pull<'_>, customer: Option<CustomerId>) -> SyncRequest {
    SyncRequest { mode: pull.mode, since: pull.since, customer, concurrency: SIDE_BY_SIDE }
}

/// What a pull shows.
pub(super) struct Shown<'a> {
    pub(super) customer: Option<&'a CustomerId>,
    pub(super) report: &'a SyncReport,
    pub(super) context: Option<&'a str>,
    pub(super) took: SignedDuration,
}

impl Shown<'_> {
    /// Prints what came.
    pub(super) fn print(&self, cx: &Cx<'_>, integration: &Integration) {
        summary::print(cx.printer, self.report, self.took);
        if *integration == Integration::All {
            let read = |c: &Arc<dyn Connector>| self.report.accounts.iter().any(|a| a.source == c.descriptor().source);
            let connectors = registry::connectors();
            let missing: Vec<&str> = connectors.iter().filter(|c| !read(c)).map(|c| c.descriptor().source.as_str()).collect();
            if !missing.is_empty() {
                cx.printer.note(format_args!("not connected: {} (`sales integration list` tells what they need)", missing.join(", ")));
            }
        }
    }

    /// Prints the customer's context.
    pub(super) fn print_context(&self, cx: &Cx<'_>) {
        if let Some(text) = self.context {
            cx.printer.say_block(&format!("\n{}", block(text)));
        }
    }

    /// The context's part of the document.
    pub(super) fn document(&self) -> Option<super::documents::Context<'_>> {
        let (id, text) = (self.customer?, self.context?);
        Some(super::documents::Context { customer: id.as_str(), path: summary::context_path(id), size: "compact", text })
    }
}
