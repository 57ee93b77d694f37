use sales_files::{ChangeId, undone};
use sales_model::CustomerId;
use serde::Serialize;

use crate::{
    commands::{Cx, documents::Problem},
    compose::Home,
    errors::{Exit, Failure, Result},
    output::{Style, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    changes: Vec<Entry<'a>>,
    problems: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: ChangeId,
    at: jiff::Timestamp,
    command: &'a str,
    customers: Vec<&'a CustomerId>,
    /// The change that it took back.
    #[serde(skip_serializing_if = "Option::is_none")]
    undoes: Option<ChangeId>,
    /// It was taken back itself.
    undone: bool,
}

/// Lists changes of customers.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let (changes, problems) = home.workspace.changes(&*home.disk)?;
    let problems: Vec<Failure> = problems.into_iter().map(Failure::from).collect();
    let gone = undone(&changes);
    let p = cx.printer;
    if changes.is_empty() && problems.is_empty() {
        p.say("No changes yet");
    }
    let width = changes.first().map_or(0, |c| c.id.to_string().len());
    for change in &changes {
        let state = if gone.contains(&change.id) { p.out_style(Style::Faint, "  taken back") } else { String::new() };
        let at = change.at.strftime("%Y-%m-%d %H:%M");
        p.say(format_args!("{:>width$}  {at}  sales {}{state}", change.id.to_string(), line(&change.plan.command)));
    }
    problems.iter().for_each(|problem| problem.print_words(p));
    let entries = changes.iter().map(|c| Entry {
        id: c.id,
        at: c.at,
        command: &c.plan.command,
        customers: c.customers(),
        undoes: c.plan.undoes,
        undone: gone.contains(&c.id),
    });
    p.document(&Document { kind: "customer_changes", changes: entries.collect(), problems: problems.iter().map(Into::into).collect() });
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Partly })
}
