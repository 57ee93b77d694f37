use std::{
    fs::File,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use sales_connectors::{Import, ImportBatch, ImportRequest, ImportSummary, registry};
use sales_engine::{App, EngineError, ImportReport, ImportSource};
use sales_model::{AccountKey, Source};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{Cx, documents::Problem, summary};
use crate::{
    args::Import as Arguments,
    clock,
    compose::{Home, block_on, connected_sources, open, stop_on_signal},
    errors::{Exit, Failure, Result, io_failure},
    output::{Style, Watch, grouped, line},
};

/// At most that many unreadable items are shown; `--json` has them all.
const SHOWN: usize = 8;

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    files: Vec<Imported<'a>>,
}

#[derive(Serialize)]
struct Imported<'a> {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a ImportReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem<'a>>,
}

/// Reads exported files. One that cannot be read does not stop the others.
pub(crate) fn run(cx: &Cx<'_>, a: &Arguments) -> Result<Exit> {
    let home = Home::find(cx)?;
    let problems = home.print_problems(cx.printer);
    let mut results = read(cx, a, &home)?;
    if let Some((_, Err(only))) = results.pop_if(|(_, r)| a.files.len() == 1 && r.is_err()) {
        return Err(only);
    }
    for (path, done) in &results {
        match done {
            Ok(report) => print(cx, path, report),
            Err(e) => e.print_words(cx.printer),
        }
    }
    let files = results.iter().map(|(path, done)| Imported {
        file: path.display().to_string(),
        report: done.as_ref().ok(),
        error: done.as_ref().err().map(Into::into),
    });
    let workspace = home.workspace.root().display().to_string();
    cx.printer.document(&Document { kind: "import", workspace, files: files.collect() });
    let whole = |r: &std::result::Result<ImportReport, Failure>| r.as_ref().is_ok_and(|r| r.unreadable.is_empty() && !r.written.stopped);
    Ok(match results.iter().all(|(_, r)| r.is_err()) {
        true => Exit::Failed,
        false if results.len() == a.files.len() && results.iter().all(|(_, r)| whole(r)) && problems.is_empty() => Exit::Done,
        false => Exit::Partly,
    })
}

type Results<'a> = Vec<(&'a Path, std::result::Result<ImportReport, Failure>)>;

fn read<'a>(cx: &Cx<'_>, a: &'a Arguments, home: &Home) -> Result<Results<'a>> {
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let watch = Arc::new(Watch::new(cx.printer));
    let mut connected = connected_sources(home)?;
    // What an import brings makes its source a connected one, whether a key is there or not.
    for path in &a.files {
        let request = ImportRequest { account: account(), now: timer.now(), settings: home.settings.clone() };
        connected.extend(source(path, request).ok().map(|s| s.account.source));
    }
    block_on(async {
        let opened = open(home, timer.clone(), watch.clone(), &connected).await?;
        let stop = stop_on_signal(cx.printer);
        let mut results: Results<'_> = Vec::new();
        for path in &a.files {
            let request = ImportRequest { account: account(), now: timer.now(), settings: home.settings.clone() };
            let done = match source(path, request) {
                Ok(source) if a.dry_run => look(source, stop.clone()).await,
                Ok(source) => bring(&opened.app, source, stop.clone()).await,
                Err(e) => Err(e),
            };
            if let (Ok(report), false) = (&done, a.dry_run) {
                let detail = serde_json::json!({ "new": report.records.new, "changed": report.records.changed });
                opened.app.audit("import", detail).await?;
            }
            results.push((path, done));
            if stop.is_cancelled() {
                break;
            }
        }
        watch.end();
        Ok(results)
    })
}

fn account() -> AccountKey {
    AccountKey { source: Source::SLACK, name: "default".into() }
}

/// Says what an import would bring: read to the end and understood as an import does it, so that both say the same.
async fn look(source: ImportSource, stop: CancellationToken) -> Result<ImportReport> {
    let work = move || {
        let ImportSource { connector, mut file, .. } = source;
        let mut report = ImportReport { dry_run: true, ..ImportReport::default() };
        let mut messages = 0;
        while let Some(batch) = (!stop.is_cancelled()).then(|| file.next_batch()).flatten() {
            report.unreadable.extend(batch.failures.into_iter().map(|f| (f.item, f.reason)));
            for item in &batch.items {
                if let Err(f) = connector.process(item) {
                    messages += u64::from(item.place.is_some());
                    report.unreadable.push((f.item, f.reason));
                }
            }
        }
        report.written.stopped = stop.is_cancelled();
        describe(&mut report, file.summary());
        if messages > 0 {
            report.contents.push(("of these messages unreadable".to_owned(), messages));
        }
        report
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| EngineError::Worker(e.to_string()).into())
}

/// Imports, and says of the file what a dry run says.
async fn bring(app: &App, source: ImportSource, stop: CancellationToken) -> Result<ImportReport> {
    let told = Arc::new(Mutex::new(None));
    let file = Told { file: source.file, told: told.clone() };
    let mut report = app.import(ImportSource { file: Box::new(file), ..source }, stop).await?;
    if let Some(summary) = told.lock().unwrap_or_else(PoisonError::into_inner).take() {
        describe(&mut report, summary);
    }
    Ok(report)
}

fn describe(report: &mut ImportReport, summary: ImportSummary) {
    (report.format, report.contents, report.notes) = (summary.format, summary.contents, summary.notes);
}

/// A file that tells what was in it once it is read.
struct Told {
    file: Box<dyn Import>,
    told: Arc<Mutex<Option<ImportSummary>>>,
}

impl Import for Told {
    fn source(&self) -> Source {
        self.file.source()
    }

    fn summary(&mut self) -> ImportSummary {
        self.file.summary()
    }

    fn next_batch(&mut self) -> Option<ImportBatch> {
        let batch = self.file.next_batch();
        if batch.is_none() {
            *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.file.summary());
        }
        batch
    }
}

fn source(path: &Path, request: ImportRequest) -> Result<ImportSource> {
    let file = File::open(path).map_err(|e| io_failure("cannot import", path, &e))?;
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let file = registry::open_import(Box::new(file), &request).map_err(Failure::from);
    let file = file.map_err(|e| Failure { what: format!("cannot import `{}`", path.display()), ..e })?;
    let source = file.source();
    let Some(connector) = registry::connector(&source) else {
        return Err(Failure::new(
            format!("cannot import `{}`", path.display()),
            format!("this version does not read {source}"),
            "update `sales`",
        ));
    };
    Ok(ImportSource { connector, account: AccountKey { source, name: request.account.name }, file, name })
}

fn print(cx: &Cx<'_>, path: &Path, report: &ImportReport) {
    let p = cx.printer;
    let name = path.display().to_string();
    p.say(p.out_style(Style::Heading, format_args!("{}: {}", line(&name), line(&report.format))));
    for (what, n) in report.contents.iter().filter(|_| report.dry_run) {
        p.say(format_args!("  {}: {}", line(what), grouped(*n)));
    }
    for note in &report.notes {
        p.note(format_args!("  {}", line(note)));
    }
    if report.dry_run {
        p.say("  nothing was written (`--dry-run`)");
    } else {
        p.say(format_args!("  records: {}", summary::changes(&report.records)));
    }
    for (item, reason) in report.unreadable.iter().take(SHOWN) {
        p.complain(format_args!("{} {} could not be read: {}", p.err_style(Style::Warning, "warning:"), line(item), line(reason)));
    }
    if report.unreadable.len() > SHOWN {
        p.complain(format_args!("... and {} more; `--json` lists them all", grouped((report.unreadable.len() - SHOWN) as u64)));
    }
    if !report.dry_run {
        summary::print(p, &report.written, jiff::SignedDuration::ZERO);
    }
}
