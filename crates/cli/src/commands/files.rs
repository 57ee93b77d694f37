use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use sales_engine::RebuildReport;
use sales_files::Disk;
use sales_ledger::Store;
use serde::Serialize;

use super::{Cx, documents::Problem, summary::edited};
use crate::{
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::{Style, Watch, count, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    #[serde(flatten)]
    report: &'a RebuildReport,
    /// Files that somebody else put there.
    kept: Vec<String>,
    problems: Vec<Problem<'a>>,
}

/// Makes every file again from the ledger.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let problems = home.print_problems(cx.printer);
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let watch = Arc::new(Watch::new(cx.printer));
    let (report, kept) = block_on(async {
        let opened = open(&home, timer, watch.clone(), &connected).await?;
        let report = opened.app.rebuild().await;
        watch.end();
        let report = report?;
        let detail = serde_json::json!({ "written": report.written, "removed": report.removed });
        opened.app.audit("files.rebuild", detail).await?;
        let kept = foreign(&home, &*opened.store).await?;
        Ok((report, kept))
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
    edited(p, &report.edited);
    for path in &kept {
        let warning = p.err_style(Style::Warning, "warning:");
        p.complain(format_args!("{warning} {} was not written by this program; it was left alone, and nothing reads it there", line(path)));
    }
    let workspace = home.workspace.root().display().to_string();
    p.document(&Document { kind: "files_rebuild", workspace, report: &report, kept, problems: problems.iter().map(Into::into).collect() });
    Ok(if problems.is_empty() { Exit::Done } else { Exit::Partly })
}

/// Files in the source folders that are none of the ledger's: a rebuild removed those of the program's own shape.
async fn foreign(home: &Home, store: &dyn Store) -> Result<Vec<String>> {
    let entries = store.files(None).await?;
    let known: BTreeSet<PathBuf> = entries.iter().map(|e| home.workspace.customer_dir(&e.customer).join(&e.path)).collect();
    let mut out = Vec::new();
    for (id, _) in &home.customers {
        let dir = home.workspace.customer_dir(id).join("slack");
        // A folder that cannot be listed was told by the rebuild itself.
        let listed = home.disk.list(&dir).unwrap_or_default();
        let files = listed.into_iter().map(|e| dir.join(e.name)).filter(|p| p.extension().is_some_and(|x| x == "json"));
        out.extend(files.filter(|p| !known.contains(p)).map(|p| home.workspace.shown(&p).into_owned()));
    }
    out.sort();
    Ok(out)
}
