//! Mails that an older workspace filed in `emails/` of a customer: brought by each sync that finds them new or changed.

use jiff::Timestamp;
use sales_engine::{ImportReport, ImportSource, SyncReport};
use sales_ledger::Committed;
use sales_model::{AccountKey, Source};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::{import::bring, summary};
use crate::{
    compose::{DEFAULT, Filed, Home, Opened, filed_folders, open_filed},
    errors::{Failure, Result},
    output::{Printer, Style, count, line},
};

/// At most that many unreadable mails are shown; `--json` has them all.
const SHOWN: usize = 8;

/// What came of one folder.
#[derive(Serialize)]
pub(crate) struct Brought {
    /// The folder, from the workspace's root.
    folder: String,
    /// The customer's id.
    customer: String,
    /// What changed in the ledger.
    records: Committed,
    /// What was left out, and why.
    notes: Vec<String>,
    /// Mails that could not be read: (mail, reason).
    unreadable: Vec<(String, String)>,
    #[serde(skip)]
    written: SyncReport,
}

/// Brings what is new or changed since it was last read.
pub(super) async fn read(home: &Home, opened: &Opened, now: Timestamp, stop: &CancellationToken) -> Result<Vec<Brought>> {
    let mut all = Vec::new();
    for filed in filed_folders(home) {
        let (name, state) = (format!("emails/{}", filed.customer), format!("{:?}", filed.state));
        if stop.is_cancelled() || opened.store.get(&name).await?.as_deref() == Some(state.as_str()) {
            continue;
        }
        let folder = home.workspace.shown(&filed.dir).into_owned();
        let report =
            folder_of(home, opened, &filed, now, stop).await.map_err(|e| Failure { what: format!("cannot read {folder}"), ..e })?;
        if report.written.stopped {
            continue;
        }
        opened.store.set(&name, &state).await?;
        let ImportReport { records, notes, unreadable, written, .. } = report;
        all.push(Brought { folder, customer: filed.customer.to_string(), records, notes, unreadable, written });
    }
    Ok(all)
}

async fn folder_of(home: &Home, opened: &Opened, filed: &Filed, now: Timestamp, stop: &CancellationToken) -> Result<ImportReport> {
    let file = match open_filed(&filed.dir, &home.settings, now) {
        Ok(file) => file,
        // What is no mail is left alone, and said once.
        Err(e) => return Ok(ImportReport { notes: vec![format!("nothing of it was read: {}", e.why)], ..ImportReport::default() }),
    };
    let Some(connector) = sales_connectors::registry::connector(&Source::EMAIL) else { return Ok(ImportReport::default()) };
    let account = AccountKey { source: Source::EMAIL, name: DEFAULT.to_owned() };
    bring(&opened.app, ImportSource { connector, account, name: format!("{}/emails", filed.customer), file }, stop.clone()).await
}

/// Whether everything could be read.
pub(super) fn whole(all: &[Brought]) -> bool {
    all.iter().all(|b| b.unreadable.is_empty())
}

/// Prints what came.
pub(super) fn print(p: &Printer, all: &[Brought]) {
    for b in all {
        p.say(p.out_style(Style::Heading, format_args!("{} (mail of an older workspace)", line(&b.folder))));
        let files = if b.written.files > 0 { format!("; {} written", count(b.written.files, "file")) } else { String::new() };
        p.say(format_args!("  mails: {}{files}", summary::changes(&b.records)));
        for note in &b.notes {
            p.note(format_args!("  {}", line(note)));
        }
        for (mail, reason) in b.unreadable.iter().take(SHOWN) {
            p.complain(format_args!("{} {} could not be read: {}", p.err_style(Style::Warning, "warning:"), line(mail), line(reason)));
        }
        if b.unreadable.len() > SHOWN {
            p.complain(format_args!("... and {} more; `--json` lists them all", count((b.unreadable.len() - SHOWN) as u64, "mail")));
        }
        summary::edited(p, &b.written.edited);
    }
}
