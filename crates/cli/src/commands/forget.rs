//! What all commands that forget have in common: the question before, and what is told after.

use std::io::{self, BufRead as _, IsTerminal as _};

use sales_engine::ForgetReport;
use serde::Serialize;

use super::{Cx, summary::edited};
use crate::{
    args::Sure,
    errors::{Failure, Result},
    output::{Style, grouped, line},
};

/// The document of `sales customer forget` and `sales person forget`.
#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    #[serde(flatten)]
    report: &'a ForgetReport,
    /// Files of the user that still name whom it was about.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    own_files: &'a [String],
}

/// Asks for `word` unless the user is sure already.
pub(super) fn ask(cx: &Cx<'_>, sure: Sure, what: &str, word: &str, command: &str) -> Result<()> {
    if sure.yes || sure.dry_run {
        return Ok(());
    }
    let refuse = |why: &str| {
        Failure::usage(
            format!("{what} was not forgotten"),
            why,
            format!("{command} --dry-run (shows what would fall), then {command} --yes"),
        )
    };
    if cx.printer.json || !io::stdin().is_terminal() {
        return Err(refuse("it cannot be undone, and there is nobody to ask"));
    }
    cx.printer.complain(format_args!("Everything of {} is erased for good. Type {} to go on:", line(what), line(word)));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|e| refuse(&e.to_string()))?;
    if answer.trim() == word { Ok(()) } else { Err(refuse("what was typed is something else")) }
}

/// Tells what fell.
pub(super) fn tell(cx: &Cx<'_>, kind: &'static str, what: &str, report: &ForgetReport, own_files: &[String]) {
    let p = cx.printer;
    let verb = if report.dry_run { "Would forget" } else { "Forgot" };
    p.say(format_args!("{verb} {}", line(what)));
    let counts = report.ledger.iter().map(|(what, n)| (what.as_str(), *n)).chain([("files", report.files)]);
    for (what, n) in counts.filter(|(_, n)| *n > 0) {
        p.say(format_args!("  {:>9}  {what}", grouped(n)));
    }
    if report.shared > 0 {
        p.say(format_args!("  {} conversations and channels belong to other customers too, and stay theirs", grouped(report.shared)));
    }
    edited(p, &report.edited);
    for file in own_files {
        p.complain(format_args!("{} {} still names them: it is your own, edit it", p.err_style(Style::Warning, "warning:"), line(file)));
    }
    if report.dry_run {
        p.note("nothing was changed");
    } else {
        p.note("not erased: what the vendors hold, backups made before, copies of your own (docs/privacy.md)");
    }
    p.document(&Document { kind, report, own_files });
}
