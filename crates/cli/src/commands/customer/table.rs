//! `sales customer add --from FILE`.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
    path::Path,
};

use sales_files::{ChangeId, FileChange, TablePlan, Taken, Told};
use sales_model::CustomerId;
use serde::Serialize;

use super::{
    fields,
    refresh::{Change, refresh},
};
use crate::{
    args::CustomerAdd,
    clock,
    commands::Cx,
    compose::Home,
    errors::{Exit, Failure, Result, io_failure},
    output::{Style, count, line},
};

/// No table of customers is larger.
const LARGEST: u64 = 64 << 20;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    dry_run: bool,
    /// The change's number; none in a dry run, or where there was nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeId>,
    customers: &'a [Taken],
    problems: &'a [Told],
    warnings: &'a [Told],
    /// Headers that nobody reads.
    ignored: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<String>,
}

/// Takes customers from a table.
pub(super) fn run(cx: &Cx<'_>, home: Home, from: &Path, a: &CustomerAdd) -> Result<Exit> {
    if !fields::edits(&a.fields, &home.settings)?.is_empty() {
        return Err(Failure::usage(
            "no table was read",
            "options of a profile are for one customer",
            format!("sales customer add --from {}", from.display()),
        ));
    }
    let bytes = read(from)?;
    let command = format!("customer add --from {}", from.file_name().unwrap_or(from.as_os_str()).to_string_lossy());
    let plan = |home: &Home| home.workspace.plan_table(&*home.disk, &home.settings, &command, &bytes);
    let planned = plan(&home)?;
    let nothing = planned.plan.files.is_empty();
    let change = if a.dry_run || nothing {
        None
    } else {
        let now = clock::timer(home.variables.get("SALES_TEST_NOW")).now();
        Some(home.workspace.make_change(&*home.disk, now, &|| Ok(plan(&home)?.plan))?.id)
    };
    show(cx, &planned, a.dry_run, change);
    if change.is_some() {
        let home = Home::at(home.workspace, home.variables)?;
        let ids: BTreeSet<&CustomerId> = planned.plan.files.iter().flat_map(FileChange::customers).collect();
        let readable = home.customers.iter().filter(|(id, _)| ids.contains(id));
        let wanted = readable.filter_map(|(id, p)| Some((Some(id.clone()), p.as_ref().ok()?.clone()))).collect();
        refresh(cx, &home, Change { action: "customer.add", customers: &command, wanted })?;
    }
    let TablePlan { customers, problems, warnings, ignored, .. } = &planned;
    let undo = change.map(|id| format!("sales customer undo {id}"));
    cx.printer.document(&Document { kind: "customer_add_from", dry_run: a.dry_run, change, customers, problems, warnings, ignored, undo });
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Partly })
}

fn read(from: &Path) -> Result<Vec<u8>> {
    let failed = |e: &io::Error| io_failure("the table cannot be read", from, e);
    let source: Box<dyn Read> =
        if from == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(from).map_err(|e| failed(&e))?) };
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Failure::new("the table cannot be read", "it is larger than 64 MB", "take out the columns that are no use here"));
    }
    Ok(bytes)
}

fn show(cx: &Cx<'_>, planned: &TablePlan, dry_run: bool, change: Option<ChangeId>) {
    let p = cx.printer;
    let (mut new, mut completed) = (0, 0);
    for taken in &planned.customers {
        let keys = taken.keys.join(", ");
        match (taken.new, taken.keys.is_empty()) {
            (true, _) => {
                new += 1;
                p.say(format_args!("+ {}  {}  {}", taken.id, line(&taken.name), p.out_style(Style::Faint, line(&keys))));
            }
            (false, false) => {
                completed += 1;
                p.say(format_args!("~ {}  {}  {}", taken.id, line(&taken.name), p.out_style(Style::Faint, line(&keys))));
            }
            (false, true) => {}
        }
    }
    let same = planned.customers.len() as u64 - new - completed;
    let would = if dry_run { "would be " } else { "" };
    p.say(format_args!("{} {would}added, {completed} completed, {same} as they were", count(new, "customer")));
    for told in &planned.problems {
        p.complain(format_args!("{} line {}: {}", p.err_style(Style::Error, "error:"), told.line, line(&told.what)));
    }
    for told in &planned.warnings {
        p.complain(format_args!("{} line {}: {}", p.err_style(Style::Warning, "warning:"), told.line, line(&told.what)));
    }
    if !planned.ignored.is_empty() {
        p.note(format_args!("columns that nobody reads: {}", line(&planned.ignored.join(", "))));
    }
    if let Some(id) = change {
        p.say(format_args!("Take it back with: sales customer undo {id}"));
    }
}
