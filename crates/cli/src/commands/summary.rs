//! Prints what a run brought.

use sales_engine::{AccountReport, FailedStream, KeptCopy, SyncReport};
use sales_ledger::Committed;
use sales_model::{CustomerId, Source};

use crate::{
    errors::{Exit, Failure},
    output::{Printer, Style, count, duration, grouped, line},
};

/// At most that many of a long list are shown; `--json` has them all.
const SHOWN: usize = 8;

/// The exit code of a run: nothing could be read (for want of permission, or for other reasons), something failed, or all was done.
pub(crate) fn exit(report: &SyncReport, problems: &[Failure]) -> Exit {
    if nothing_read(report) {
        let auth = report.accounts.iter().flat_map(|a| &a.failed).all(|f| f.auth);
        if auth { Exit::Auth } else { Exit::Failed }
    } else if report.partly() || report.stopped || !problems.is_empty() {
        Exit::Partly
    } else {
        Exit::Done
    }
}

/// Whether streams failed everywhere and nothing was read. A token without the scopes for messages still reads lists of people: that does
/// not count.
pub(crate) fn nothing_read(report: &SyncReport) -> bool {
    let nothing = |a: &AccountReport| {
        let c = &a.records;
        let lists_only = !a.missing_scopes.is_empty() && a.failed.iter().all(|f| f.auth);
        !a.failed.is_empty() && c.new + c.changed + c.unchanged + c.gone == 0 && (a.finished == 0 || lists_only)
    };
    !report.accounts.is_empty() && report.accounts.iter().all(nothing)
}

/// A customer's context, from the workspace's root.
pub(crate) fn context_path(id: &CustomerId) -> String {
    format!("customers/profiles/{id}/context_summary.md")
}

/// What the audit log notes of a run.
pub(crate) fn audit(report: &SyncReport) -> serde_json::Value {
    let account =
        |a: &AccountReport| serde_json::json!({ "source": a.source, "account": a.account, "records": a.records, "requests": a.requests });
    serde_json::json!({ "accounts": report.accounts.iter().map(account).collect::<Vec<_>>(), "files": report.files, "stopped": report.stopped })
}

/// `412 new, 3 changed, 1 gone`; what is none is left out.
pub(crate) fn changes(c: &Committed) -> String {
    let transcripts = if c.parts == 1 { "transcript" } else { "transcripts" };
    let parts = [(c.new, "new"), (c.changed, "changed"), (c.gone, "gone"), (c.parts, transcripts)];
    let parts: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{} {word}", grouped(*n))).collect();
    match c.unchanged {
        _ if !parts.is_empty() => parts.join(", "),
        0 => "nothing new".into(),
        n => format!("nothing new, {} as before", grouped(n)),
    }
}

/// What a source's records are called.
fn noun(source: &Source) -> &'static str {
    match source.as_str() {
        "slack" => "messages",
        "gong" => "calls",
        "granola" => "notes",
        "email" => "mails",
        _ => "records",
    }
}

/// Prints accounts, failures, customers and the review list.
pub(crate) fn print(p: &Printer, report: &SyncReport, took: jiff::SignedDuration) {
    for account in &report.accounts {
        print_account(p, account, took);
    }
    let changed: Vec<_> = report.customers.iter().filter(|c| c.files > 0).collect();
    if !changed.is_empty() {
        p.say(p.out_style(Style::Heading, "Customers"));
        let width = changed.iter().map(|c| c.customer.as_str().len()).max().unwrap_or(0);
        for c in changed {
            p.say(format_args!("  {:width$}  {} written, {}", c.customer.as_str(), count(c.files, "file"), line(&c.context)));
        }
    } else if report.accounts.iter().any(|a| a.finished > 0) {
        p.say("No customer's files changed");
    }
    if report.expired > 0 {
        p.say(format_args!("{} older than `[retention]` in workspace.toml says: erased", count(report.expired, "record")));
    }
    if report.expired_copies > 0 {
        p.say(format_args!("{} of edited files, older than that: erased", count(report.expired_copies, "copy")));
    }
    edited(p, &report.edited);
    if report.review > 0 {
        let what = if report.review == 1 {
            "1 place or conversation waits".to_owned()
        } else {
            format!("{} places or conversations wait", grouped(report.review))
        };
        p.note(format_args!("{what} for your decision: sales match list"));
    }
    if report.stopped {
        p.note("stopped before everything was read; the next `sales sync` goes on from there");
    }
}

/// Tells of files that somebody had edited.
pub(super) fn edited(p: &Printer, edited: &[KeptCopy]) {
    for KeptCopy { file, copy } in edited {
        let warning = p.err_style(Style::Warning, "warning:");
        p.complain(format_args!("{warning} {} was not as the program wrote it: what stood there is kept as {}", line(file), line(copy)));
    }
}

fn print_account(p: &Printer, a: &AccountReport, took: jiff::SignedDuration) {
    let who = a.identity.as_deref().map(|i| format!(": {}", line(i))).unwrap_or_default();
    let name = if a.account == "default" { a.source.to_string() } else { format!("{} {}", a.source, line(&a.account)) };
    p.say(p.out_style(Style::Heading, format_args!("{name}{who}")));
    let throttled = if a.throttled > 0 { format!(", {} told to wait", grouped(a.throttled)) } else { String::new() };
    let paused = if a.paused > 0 { format!(", {} left for later", grouped(a.paused)) } else { String::new() };
    let streams = format!("{} read{paused}", count(a.finished, "stream"));
    p.say(format_args!("  {}: {}", noun(&a.source), changes(&a.records)));
    p.say(format_args!("  {streams}; {}{throttled} in {}", count(a.requests, "request"), duration(took)));
    for scope in &a.missing_scopes {
        p.complain(format_args!("{} missing permission {}", p.err_style(Style::Warning, "warning:"), line(scope)));
    }
    for f in a.failed.iter().take(SHOWN) {
        print_failed(p, f);
    }
    more(p, a.failed.len(), "failed stream");
    for b in a.busy.iter().take(SHOWN) {
        p.note(format_args!("{} is being read by process {}; skipped", line(&b.stream), b.pid));
    }
    more(p, a.busy.len(), "busy stream");
    for (item, reason) in a.unreadable.iter().take(SHOWN) {
        p.complain(format_args!("{} {} could not be read: {}", p.err_style(Style::Warning, "warning:"), line(item), line(reason)));
    }
    more(p, a.unreadable.len(), "unreadable item");
    for gap in a.gaps.iter().take(SHOWN) {
        p.note(format_args!("{} {}", p.err_style(Style::Warning, "not seen:"), line(&gap.text)));
    }
    more(p, a.gaps.len(), "gap");
}

fn print_failed(p: &Printer, f: &FailedStream) {
    Failure::new(f.what.clone(), &f.why, f.hint.clone()).print_words(p);
}

fn more(p: &Printer, n: usize, word: &str) {
    if n > SHOWN {
        p.complain(format_args!("... and {} more; `--json` lists them all", count((n - SHOWN) as u64, word)));
    }
}
