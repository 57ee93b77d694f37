use serde::Serialize;

use crate::{
    commands::{Cx, documents::Problem},
    compose::Home,
    errors::{Exit, Result},
    output::{Style, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    customers: Vec<Entry<'a>>,
    problems: Vec<Problem<'a>>,
    warnings: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    name: &'a str,
    aliases: &'a [String],
    stage: Option<&'a str>,
    owner: Option<&'a str>,
    archived: bool,
}

/// Lists customers; unreadable profiles beside the good ones.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let customers = home.readable();
    let entries: Vec<Entry<'_>> = customers
        .iter()
        .map(|(id, p)| Entry {
            id: id.as_str(),
            name: &p.name,
            aliases: &p.aliases,
            stage: p.stage.as_deref(),
            owner: p.owner.as_deref(),
            archived: p.archived,
        })
        .collect();
    let p = cx.printer;
    if entries.is_empty() && home.customers.is_empty() {
        p.say("No customers yet");
        p.note("next: sales customer add \"ACME Inc\" --alias acme-corp --domain acme.dev --channel acme-poc");
    }
    let width = entries.iter().map(|e| e.id.len()).max().unwrap_or(0);
    for e in &entries {
        let rest: Vec<&str> = [e.stage, e.owner, e.archived.then_some("archived")].into_iter().flatten().collect();
        let rest = if rest.is_empty() { String::new() } else { p.out_style(Style::Faint, format_args!("  {}", line(&rest.join(", ")))) };
        p.say(format_args!("{:width$}  {}{rest}", e.id, line(e.name)));
    }
    let problems = home.print_problems(p);
    let workspace = home.workspace.root().display().to_string();
    let warnings = home.warnings();
    p.document(&Document {
        kind: "customer_list",
        workspace,
        customers: entries,
        problems: problems.iter().map(Into::into).collect(),
        warnings: warnings.iter().map(Into::into).collect(),
    });
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Partly })
}
