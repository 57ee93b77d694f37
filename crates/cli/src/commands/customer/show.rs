use std::sync::Arc;

use jiff::tz::TimeZone;
use sales_engine::{SourceCoverage, SuggestedTitle, suggested_titles};
use sales_ledger::{OpenOptions, SqliteStore, Store};
use sales_model::{CustomerId, Profile};
use serde::Serialize;

use super::coverage;
use crate::{
    args::CustomerName,
    commands::{Cx, summary},
    compose::{Home, block_on},
    errors::{Exit, Result},
    output::{Style, line},
};

/// The document of `sales customer show|add|edit`.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    pub(super) kind: &'static str,
    pub(super) customer: Reach<'a>,
}

/// A customer and where it stands.
#[derive(Serialize)]
pub(super) struct Reach<'a> {
    id: &'a str,
    /// The profile's file, from the workspace's root.
    path: String,
    /// The context, if it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    profile: &'a Profile,
    /// Titles that its people sign their mails with and the profile lacks. They are shown and never written into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggested_titles: Vec<SuggestedTitle>,
    /// How much of each source there is, and what is missing; empty before the first sync.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    coverage: Vec<SourceCoverage>,
}

/// Shows a customer.
pub(crate) fn run(cx: &Cx<'_>, a: &CustomerName) -> Result<Exit> {
    let home = Home::find(cx)?;
    let (id, profile) = home.customer(&a.customer)?;
    let mut reach = reach(&home, id, profile);
    let told = suggestions(&home, id, profile).and_then(|found| Ok((found, coverage::load(&home, id)?)));
    match told {
        Ok((titles, coverage)) => (reach.suggested_titles, reach.coverage) = (titles, coverage),
        // What the profile says is shown whatever the ledger's state.
        Err(failure) => failure.print_warning(cx.printer),
    }
    print(cx, &reach);
    let zone = TimeZone::get(&home.settings.timezone).unwrap_or(TimeZone::UTC);
    coverage::print(cx.printer, &zone, &reach.coverage);
    print_warnings(cx, &home, id)?;
    cx.printer.document(&Document { kind: "customer_show", customer: reach });
    Ok(Exit::Done)
}

/// What people of the customer sign with. Makes no ledger where there is none.
fn suggestions(home: &Home, id: &CustomerId, profile: &Profile) -> Result<Vec<SuggestedTitle>> {
    let path = home.workspace.ledger_path();
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path, OpenOptions::default())?);
    block_on(async { Ok(suggested_titles(&store, id, profile).await?) })
}

/// Where a customer stands.
pub(super) fn reach<'a>(home: &Home, id: &'a CustomerId, profile: &'a Profile) -> Reach<'a> {
    let path = home.workspace.profile_path(id);
    let context = summary::context_path(id);
    let context = home.workspace.root().join(&context).is_file().then_some(context);
    let path = home.workspace.shown(&path).into_owned();
    Reach { id: id.as_str(), path, context, profile, suggested_titles: Vec::new(), coverage: Vec::new() }
}

/// Keys that nobody reads, an unknown stage: likely slips of the pen.
pub(super) fn print_warnings(cx: &Cx<'_>, home: &Home, id: &CustomerId) -> Result<()> {
    for warning in home.workspace.profile_warnings(&*home.disk, id, &home.settings)? {
        let p = cx.printer;
        p.complain(format_args!("{} {}", p.err_style(Style::Warning, "warning:"), line(&warning.to_string())));
    }
    Ok(())
}

fn print(cx: &Cx<'_>, reach: &Reach<'_>) {
    let p = cx.printer;
    let f = reach.profile;
    p.say(format_args!("{} ({})", p.out_style(Style::Heading, line(&f.name)), reach.id));
    let field = |name: &str, value: &str| {
        if !value.is_empty() {
            p.say(format_args!("  {name:<12} {}", line(value)));
        }
    };
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    field("aliases", &f.aliases.join(", "));
    field("domains", &f.domains.join(", "));
    field("channels", &f.slack.channels.join(", "));
    field("Slack teams", &f.slack.team_ids.join(", "));
    field("exclude", &f.exclude.join(", "));
    field("owner", &text(&f.owner));
    field("stage", &text(&f.stage));
    let amount = f.amount.map(|a| format!("{a} {}", text(&f.currency)));
    field("amount", amount.as_deref().unwrap_or_default().trim());
    field("close date", &text(&f.close_date));
    field("next step", &text(&f.next_step));
    field("competitors", &f.competitors.join(", "));
    for c in &f.contacts {
        let parts = [Some(c.name.as_str()), c.email.as_deref(), c.title.as_deref(), c.role.as_deref()];
        field("contact", &parts.into_iter().flatten().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(", "));
    }
    for s in &reach.suggested_titles {
        let day = s.at.strftime("%Y-%m-%d");
        field("suggestion", &format!("{} ({}) signs as {}, last on {day}", s.name, s.email, s.title));
    }
    if f.archived {
        field("archived", "yes");
    }
    field("profile", &reach.path);
    field("context", reach.context.as_deref().unwrap_or("not made yet: sales sync"));
}
