//! Turns every error into what failed, why, and the next thing to type; and into the exit code.

use std::{fmt, path::Path, process::ExitCode};

use sales_connectors::ConnectorError;
use sales_engine::EngineError;
use sales_files::{DiskError, FileError, InitError, Unknown, WorkspaceError};
use sales_ledger::StoreError;
use sales_model::CustomerId;
use sales_transport::PortError;
use serde::Serialize;

use crate::output::{Printer, Style, line};

/// Shorthand.
pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done.
    Done,
    /// It failed.
    Failed,
    /// It was asked for in a wrong way.
    Usage,
    /// Some of it was done, and is saved.
    Partly,
    /// Authentication or permission.
    Auth,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Partly => 3,
            Exit::Auth => 4,
        })
    }
}

/// An error in words.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code's meaning.
    pub(crate) exit: Exit,
    /// What failed, with its name.
    pub(crate) what: String,
    /// Why.
    pub(crate) why: String,
    /// The next thing to do or type.
    pub(crate) next: String,
}

/// The document of an error.
#[derive(Serialize)]
struct Document<'a> {
    error: Words<'a>,
}

#[derive(Serialize)]
struct Words<'a> {
    what: &'a str,
    why: &'a str,
    next: &'a str,
}

impl Failure {
    /// Something failed.
    pub(crate) fn new(what: impl Into<String>, why: impl fmt::Display, next: impl Into<String>) -> Self {
        Failure { exit: Exit::Failed, what: what.into(), why: why.to_string(), next: next.into() }
    }

    /// It was asked for in a wrong way.
    pub(crate) fn usage(what: impl Into<String>, why: impl fmt::Display, next: impl Into<String>) -> Self {
        Failure { exit: Exit::Usage, ..Failure::new(what, why, next) }
    }

    /// Authentication or permission.
    pub(crate) fn auth(what: impl Into<String>, why: impl fmt::Display, next: impl Into<String>) -> Self {
        Failure { exit: Exit::Auth, ..Failure::new(what, why, next) }
    }

    /// Prints it: as a document on standard output with `--json`, else in words on standard error.
    pub(crate) fn print(&self, to: &Printer) {
        if to.json {
            to.document(&Document { error: Words { what: &self.what, why: &self.why, next: &self.next } });
        } else {
            self.print_words(to);
        }
    }

    /// Prints it as something that stops nothing.
    pub(crate) fn print_warning(&self, to: &Printer) {
        to.complain(format_args!("{} {}: {}", to.err_style(Style::Warning, "warning:"), line(&self.what), line(open_ended(&self.why))));
        to.complain(format_args!("  next: {}", line(open_ended(&self.next))));
    }

    /// Prints it in words on standard error, beside a result.
    pub(crate) fn print_words(&self, to: &Printer) {
        to.complain(format_args!("{} {}", to.err_style(Style::Error, "error:"), line(&self.what)));
        if !self.why.is_empty() {
            to.complain(format_args!("  why:  {}", line(open_ended(&self.why))));
        }
        if !self.next.is_empty() {
            to.complain(format_args!("  next: {}", line(open_ended(&self.next))));
        }
    }
}

/// One-line messages have no full stop (three dots stay).
fn open_ended(text: &str) -> &str {
    match text.strip_suffix('.') {
        Some(t) if !t.ends_with('.') => t,
        _ => text,
    }
}

/// A sentence of a room below as it stands after `next:`.
pub(crate) fn small(text: String) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => text,
    }
}

/// A system error in words.
fn reason(e: &std::io::Error) -> String {
    use std::io::ErrorKind as K;
    match e.kind() {
        K::NotFound => "there is no such file".into(),
        K::PermissionDenied => "permission denied".into(),
        K::StorageFull | K::QuotaExceeded => "the disk is full".into(),
        K::ReadOnlyFilesystem => "the disk is read-only".into(),
        K::IsADirectory => "it is a folder, not a file".into(),
        K::NotADirectory => "a part of its path is a file, not a folder".into(),
        _ => e.to_string(),
    }
}

/// A file the user named or wrote could not be read or written.
pub(crate) fn io_failure(what: &str, path: &Path, e: &std::io::Error) -> Failure {
    use std::io::ErrorKind as K;
    let next = match e.kind() {
        K::NotFound => "check the path".to_owned(),
        K::StorageFull | K::QuotaExceeded => "make room and run the command again".to_owned(),
        K::ReadOnlyFilesystem => "use a workspace on a disk that can be written".to_owned(),
        _ => format!("look at it: ls -ld {}", path.display()),
    };
    Failure::new(format!("{what} `{}`", path.display()), reason(e), next)
}

impl From<DiskError> for Failure {
    fn from(e: DiskError) -> Self {
        let what = format!("cannot {} `{}`", e.doing, e.path.display());
        let next = small(e.next());
        Failure::new(what, reason(&e.source), next)
    }
}

impl From<FileError> for Failure {
    fn from(e: FileError) -> Self {
        let place = e.line.map(|n| format!(", line {n}")).unwrap_or_default();
        Failure::new(format!("`{}`{place} cannot be used", e.path.display()), e.reason, small(e.next))
    }
}

impl From<WorkspaceError> for Failure {
    fn from(e: WorkspaceError) -> Self {
        let next = e.next();
        match e {
            WorkspaceError::None { start } => {
                let why =
                    format!("neither `{}` nor a folder above it holds a `workspace.toml`, and SALES_WORKSPACE is not set", start.display());
                Failure::new("there is no workspace here", why, next)
            }
            WorkspaceError::NotOne { dir, from, why } => {
                Failure::new(format!("`{}` ({from}) is not a workspace", dir.display()), why, next)
            }
        }
    }
}

impl From<InitError> for Failure {
    fn from(e: InitError) -> Self {
        match e {
            InitError::Exists(ref dir) => {
                Failure::new(format!("`{}` is a workspace already", dir.display()), "it was left as it is", e.next())
            }
            InitError::Disk(e) => e.into(),
        }
    }
}

impl From<Unknown> for Failure {
    fn from(e: Unknown) -> Self {
        let quoted = |ids: &[CustomerId]| ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>();
        let ids = quoted(&e.closest);
        if let (true, Some(first)) = (e.ambiguous, e.closest.first()) {
            let why = format!("{} have that name or alias", ids.join(" and "));
            let next = format!("use the id, as in `sales customer show {first}`, or take the name out of all profiles but one");
            return Failure::new(format!("`{}` means several customers", e.name), why, next);
        }
        if let Some(first) = e.unreadable.first() {
            let why = format!(
                "no readable profile has that id, name or alias; it may be {}, whose profile cannot be read",
                quoted(&e.unreadable).join(" or ")
            );
            return Failure::new(
                format!("`{}` was not found", e.name),
                why,
                format!("sales customer show {first} says what is wrong there"),
            );
        }
        let add = format!("sales customer add \"{}\"", e.name.replace('"', "'"));
        let (why, next) = match (ids.as_slice(), e.closest.first()) {
            ([], _) | (_, None) => ("no profile has that id, name or alias".to_owned(), format!("sales customer list, or {add}")),
            ([one], _) => (format!("no profile has that id, name or alias; the closest is {one}"), format!("try {one}, or {add}")),
            (many, Some(first)) => {
                (format!("no profile has that id, name or alias; the closest are {}", many.join(", ")), format!("try `{first}`, or {add}"))
            }
        };
        Failure::new(format!("there is no customer `{}`", e.name), why, next)
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        let again = "run the command again; what was saved stays";
        match e {
            StoreError::Full { what } => Failure::new(what, "the disk is full", format!("make room, then {again}")),
            StoreError::ReadOnly { what } => Failure::new(
                what,
                "the ledger's folder cannot be written",
                "make the workspace's `.sales` folder writable, or use a workspace elsewhere",
            ),
            StoreError::TooNew { path, found, known } => Failure::new(
                format!("the ledger `{path}` cannot be used"),
                format!("it has schema {found}, this version knows up to {known}"),
                "use the newer version of `sales` that wrote it",
            ),
            StoreError::Locked(why) => {
                Failure::new("the ledger is locked", why, "wait until the other process is done, then run the command again")
            }
            // Not `sales verify`: it needs a ledger that can be opened, and would only say this again.
            StoreError::Damaged(why) => Failure::new(
                "the ledger is damaged",
                why,
                "put `.sales/ledger.db` back from a backup; or move it aside, and `sales sync --full` reads everything within `history` into a new one",
            ),
            StoreError::Fenced(key) => Failure::new(
                format!("the stream {key} was taken over"),
                "another process holds it now; nothing was written twice",
                "sales sync",
            ),
            StoreError::Other { what, why } => Failure::new(what, why, "sales verify"),
        }
    }
}

impl From<ConnectorError> for Failure {
    fn from(e: ConnectorError) -> Self {
        Failure { exit: if e.auth { Exit::Auth } else { Exit::Failed }, what: e.what, why: e.why, next: e.hint }
    }
}

impl From<PortError> for Failure {
    fn from(e: PortError) -> Self {
        Failure::new(e.what.clone(), &e.source, "check that the workspace's `.sales` folder can be written")
    }
}

impl From<EngineError> for Failure {
    fn from(e: EngineError) -> Self {
        match e {
            EngineError::Store(e) => e.into(),
            EngineError::Connector(e) => e.into(),
            EngineError::Files { what, why, hint } => Failure::new(what, why, small(hint)),
            EngineError::Setting { what, why } => {
                Failure::new(format!("the setting `{what}` cannot be used"), why, format!("correct `{what}` in `workspace.toml`"))
            }
            e @ EngineError::Worker(_) => {
                Failure::new("the work stopped early", e, "run the command again with `--debug`; what was saved stays")
            }
        }
    }
}
