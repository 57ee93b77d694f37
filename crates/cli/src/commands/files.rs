use std::sync::Arc;

use sales_engine::RebuildReport;
use serde::Serialize;

use super::{Cx, documents::Problem};
use crate::{
    clock,
    compose::{Home, block_on, is_connected, open},
    errors::{Exit, Result},
    output::{Watch, count},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    #[serde(flatten)]
    report: &'a RebuildReport,
    problems: Vec<Problem<'a>>,
}

/// Makes every file again from the ledger.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let problems = home.print_problems(cx.printer);
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = is_connected(&home)?;
    let watch = Arc::new(Watch::new(cx.printer));
    let report = block_on(async {
        let opened = open(&home, timer, watch.clone(), connected).await?;
        let report = opened.app.rebuild().await;
        watch.end();
        let report = report?;
        let detail = serde_json::json!({ "written": report.written, "removed": report.removed });
        opened.app.audit("files.rebuild", detail).await?;
        Ok(report)
    })?;
    let p = cx.printer;
    match (report.written, report.removed) {
        (0, 0) => p.say(format_args!("All files of {} were right", count(report.customers, "customer"))),
        (written, removed) => {
            p.say(format_args!(
                "{} written, {} removed; contexts of {} made again",
                count(written, "file"),
                count(removed, "file"),
                count(report.customers, "customer")
            ));
        }
    }
    let workspace = home.workspace.root().display().to_string();
    p.document(&Document { kind: "files_rebuild", workspace, report: &report, problems: problems.iter().map(Into::into).collect() });
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Partly })
}
