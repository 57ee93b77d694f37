use std::sync::Arc;

use sales_engine::{FILE_CHECKS, Silent};
use serde::Serialize;

use super::Cx;
use crate::{
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::{Style, count, grouped, line},
};

/// At most that many problems of one check are shown; `--json` has them all.
const SHOWN: usize = 10;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    ok: bool,
    checks: Vec<Checked<'a>>,
    /// Copies of edited files.
    copies: &'a [String],
}

#[derive(Serialize)]
struct Checked<'a> {
    name: &'a str,
    checked: u64,
    problems: &'a [String],
}

/// Checks the ledger, and the files against it.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let (checks, copies) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        Ok((opened.app.verify().await?, opened.app.copies().await?))
    })?;
    let p = cx.printer;
    let width = checks.iter().map(|c| c.name.len()).max().unwrap_or(0);
    for check in &checks {
        let verdict = match check.problems.len() {
            0 => "ok".to_owned(),
            n => p.out_style(Style::Error, count(n as u64, "problem")),
        };
        p.say(format_args!("{:width$}  {verdict}, {} checked", check.name, grouped(check.checked)));
        for problem in check.problems.iter().take(SHOWN) {
            p.say(format_args!("  {}", line(problem)));
        }
        if check.problems.len() > SHOWN {
            p.say(format_args!("  ... and {} more; `--json` lists them all", grouped((check.problems.len() - SHOWN) as u64)));
        }
    }
    for copy in copies.iter().take(SHOWN) {
        p.note(format_args!("kept aside: {}", line(copy)));
    }
    if copies.len() > SHOWN {
        p.note(format_args!("... and {} more; `--json` lists them all", grouped((copies.len() - SHOWN) as u64)));
    }
    let ok = checks.iter().all(|c| c.problems.is_empty());
    // A rebuild makes files again from what the ledger says: after damage to the ledger it would spread it.
    let files_only = checks.iter().filter(|c| !c.problems.is_empty()).all(|c| FILE_CHECKS.contains(&c.name));
    match (ok, files_only) {
        (true, _) => {}
        (false, true) => p.note("next: sales files rebuild makes wrong or missing files again from the ledger"),
        (false, false) => {
            p.note("next: make a workspace of a backup with `sales restore FILE DIR`, or type `sales sync --full` to read everything within `history` again");
        }
    }
    let checks = checks.iter().map(|c| Checked { name: c.name, checked: c.checked, problems: &c.problems }).collect();
    p.document(&Document { kind: "verify", workspace: home.workspace.root().display().to_string(), ok, checks, copies: &copies });
    Ok(if ok { Exit::Done } else { Exit::Failed })
}
