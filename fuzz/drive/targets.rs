//! All targets.

use std::path::Path;

#[path = "../fuzz_targets/blocks.rs"]
mod blocks;
#[path = "../fuzz_targets/calendar.rs"]
mod calendar;
#[path = "../fuzz_targets/calls.rs"]
mod calls;
#[path = "../fuzz_targets/captions.rs"]
mod captions;
#[path = "../fuzz_targets/env_file.rs"]
mod env_file;
#[path = "../fuzz_targets/export.rs"]
mod export;
#[path = "../fuzz_targets/html.rs"]
mod html;
#[path = "../fuzz_targets/imap.rs"]
mod imap;
#[path = "../fuzz_targets/import.rs"]
mod import;
#[path = "../fuzz_targets/links.rs"]
mod links;
#[path = "../fuzz_targets/mailbox.rs"]
mod mailbox;
#[path = "../fuzz_targets/mime.rs"]
mod mime;
#[path = "../fuzz_targets/mrkdwn.rs"]
mod mrkdwn;
#[path = "../fuzz_targets/note_file.rs"]
mod note_file;
#[path = "../fuzz_targets/notes.rs"]
mod notes;
#[path = "../fuzz_targets/page.rs"]
mod page;
#[path = "../fuzz_targets/people_files.rs"]
mod people_files;
#[path = "../fuzz_targets/process.rs"]
mod process;
#[path = "../fuzz_targets/quoting.rs"]
mod quoting;
#[path = "../fuzz_targets/redact.rs"]
mod redact;
#[path = "../fuzz_targets/retry_after.rs"]
mod retry_after;
#[path = "../fuzz_targets/table.rs"]
mod table;
#[path = "../fuzz_targets/threading.rs"]
mod threading;

/// A target's function.
pub(crate) type Run = fn(&[u8]);

/// Names and functions.
pub(crate) const ALL: &[(&str, Run)] = &[
    ("blocks", blocks::run),
    ("calendar", calendar::run),
    ("calls", calls::run),
    ("captions", captions::run),
    ("env_file", env_file::run),
    ("export", export::run),
    ("html", html::run),
    ("imap", imap::run),
    ("import", import::run),
    ("links", links::run),
    ("mailbox", mailbox::run),
    ("mime", mime::run),
    ("mrkdwn", mrkdwn::run),
    ("note_file", note_file::run),
    ("notes", notes::run),
    ("page", page::run),
    ("people_files", people_files::run),
    ("process", process::run),
    ("quoting", quoting::run),
    ("redact", redact::run),
    ("retry_after", retry_after::run),
    ("table", table::run),
    ("threading", threading::run),
];

/// The target of a name.
pub(crate) fn named(name: &str) -> Option<Run> {
    ALL.iter().find(|(n, _)| *n == name).map(|(_, run)| *run)
}

/// Files of `fuzz_targets` that the list above lacks.
pub(crate) fn missing() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz_targets");
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = files.filter_map(|f| f.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned));
    names.filter(|n| named(n).is_none()).collect()
}
