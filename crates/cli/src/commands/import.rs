use std::{
    collections::HashMap,
    fs::File,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use jiff::Timestamp;
use sales_connectors::{CallWords, Connector, Import, ImportBatch, ImportRequest, ImportSummary, captions, registry};
use sales_engine::{App, EngineError, ImportReport, ImportSource};
use sales_model::{AccountKey, RawItem, RecordId, Source};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{Cx, documents::Problem, summary};
use crate::{
    args::Import as Arguments,
    clock,
    compose::{DiskFolder, Home, block_on, connected_sources, open, stop_on_signal},
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

/// Reads exported files and folders. One that cannot be read does not stop the others.
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
    let call = words(a, home)?;
    let request = ImportRequest { call, ..ImportRequest::new(account(Source::SLACK), timer.now(), home.settings.clone()) };
    let mut connected = connected_sources(home);
    // What an import brings makes its source a connected one, whether a key is there or not.
    for path in &a.files {
        connected.extend(source(path, &request).ok().map(|s| s.account.source));
    }
    block_on(async {
        let opened = open(home, timer.clone(), watch.clone(), &connected).await?;
        let stop = stop_on_signal(cx.printer);
        let mut results: Results<'_> = Vec::new();
        // Of a dry run: what the files before would have brought.
        let mut seen = HashMap::new();
        for path in &a.files {
            let done = match source(path, &request) {
                Ok(source) if a.dry_run => look(&opened.app, source, &mut seen, &stop).await,
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

/// What the options say of a call.
fn words(a: &Arguments, home: &Home) -> Result<CallWords> {
    if a.files.len() > 1 && (a.date.is_some() || a.title.is_some()) {
        let why = "several files are several calls, and none but one has this title or began at this time";
        return Err(Failure::usage("`--date` and `--title` are for one file", why, "import one file at a time"));
    }
    let mut customers = Vec::new();
    for name in &a.customers {
        let id = home.customer(name)?.0.clone();
        if !customers.contains(&id) {
            customers.push(id);
        }
    }
    let bad = || "write a day, or a day and a time: `--date 2024-04-05`, `--date 2024-04-05T15:00`, `--date 2024-04-05T15:00+02:00`";
    let date = |text: &String| {
        captions::given(text)
            .ok_or_else(|| Failure::usage(format!("`--date {text}` cannot be used"), "it is no date that is understood", bad()))
    };
    let began = a.date.as_ref().map(date).transpose()?;
    let title = a.title.as_ref().map(|t| t.split_whitespace().collect::<Vec<_>>().join(" "));
    if title.as_ref().is_some_and(String::is_empty) {
        return Err(Failure::usage("`--title` cannot be used", "it is empty", "give the call's title, or leave the option out"));
    }
    Ok(CallWords { customers, began, title })
}

fn account(source: Source) -> AccountKey {
    AccountKey { source, name: "default".into() }
}

/// Says what an import would bring: read to the end and understood as an import does it, so that both say the same.
async fn look(app: &App, source: ImportSource, seen: &mut HashMap<RecordId, Timestamp>, stop: &CancellationToken) -> Result<ImportReport> {
    let lost = |e: tokio::task::JoinError| Failure::from(EngineError::Worker(e.to_string()));
    let ImportSource { connector, mut file, account, .. } = source;
    let mut report = ImportReport { dry_run: true, ..ImportReport::default() };
    let mut unreadable = 0;
    while !stop.is_cancelled() {
        let (batch, back) = tokio::task::spawn_blocking(move || (file.next_batch(), file)).await.map_err(lost)?;
        file = back;
        let Some(mut batch) = batch else { break };
        let items = std::mem::take(&mut batch.items);
        let mut understood = understand(connector.clone(), items).await.map_err(lost)?;
        seen.extend(understood.began.drain(..));
        let batch = app.with_parts(batch, seen).await?;
        report.unreadable.extend(batch.failures.into_iter().map(|f| (f.item, f.reason)));
        let parts = understand(connector.clone(), batch.items).await.map_err(lost)?;
        for part in [understood, parts] {
            unreadable += part.unreadable;
            report.unreadable.extend(part.failures);
        }
    }
    report.written.stopped = stop.is_cancelled();
    let summary = tokio::task::spawn_blocking(move || file.summary()).await.map_err(lost)?;
    describe(&mut report, summary);
    if unreadable > 0 {
        report.contents.push((format!("of these {} unreadable", records_of(&account.source)), unreadable));
    }
    Ok(report)
}

/// What items of a dry run mean.
#[derive(Default)]
struct Understood {
    /// When conversations began that parts in other files may belong to.
    began: Vec<(RecordId, Timestamp)>,
    failures: Vec<(String, String)>,
    /// How many of them are records.
    unreadable: u64,
}

async fn understand(connector: Arc<dyn Connector>, items: Vec<RawItem>) -> std::result::Result<Understood, tokio::task::JoinError> {
    tokio::task::spawn_blocking(move || {
        let mut out = Understood::default();
        for item in &items {
            match connector.process(item) {
                Ok(mapped) => {
                    let whole = mapped.records.iter().filter(|r| r.is_first() && r.detail.is_some());
                    out.began.extend(whole.map(|r| (r.id(), r.at)));
                }
                Err(f) => {
                    out.unreadable += u64::from(item.place.is_some());
                    out.failures.push((f.item, f.reason));
                }
            }
        }
        out
    })
    .await
}

/// Imports, and says of the file what a dry run says.
pub(super) async fn bring(app: &App, source: ImportSource, stop: CancellationToken) -> Result<ImportReport> {
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

    fn told(&self) -> bool {
        self.file.told()
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

fn source(path: &Path, request: &ImportRequest) -> Result<ImportSource> {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let request = ImportRequest { file: name.clone(), ..request.clone() };
    let what = || format!("cannot import `{}`", path.display());
    let opened = match path.is_dir() {
        true => registry::open_import_folder(Box::new(DiskFolder(path.to_owned())), &request),
        false => {
            let file = File::open(path).map_err(|e| io_failure("cannot import", path, &e))?;
            registry::open_import(Box::new(file), &request)
        }
    };
    let mut file = opened.map_err(|e| Failure { what: what(), ..Failure::from(e) })?;
    if !file.told() && !request.call.is_empty() {
        let format = file.summary().format;
        let why = format!(
            "`--customer`, `--date` and `--title` are for transcripts, which do not say whose they are; this is a file that does ({format})"
        );
        return Err(Failure::usage(what(), why, "leave these options out"));
    }
    let source = file.source();
    let Some(connector) = registry::connector(&source) else {
        return Err(Failure::new(what(), format!("this version does not read {source}"), "update `sales`"));
    };
    Ok(ImportSource { connector, account: account(source), file, name })
}

/// What a source's records are called.
fn records_of(source: &Source) -> &'static str {
    match source.as_str() {
        "slack" => "messages",
        "gong" => "calls",
        "granola" => "notes",
        "email" => "mails",
        _ => "records",
    }
}

/// What the records of a format are called.
fn noun(format: &str) -> &'static str {
    match format.split_whitespace().next() {
        Some("Slack" | "Mail") => "messages",
        Some("Granola") => "notes",
        _ => "calls",
    }
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
        p.say(format_args!("  {}: {}", noun(&report.format), summary::changes(&report.records)));
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
