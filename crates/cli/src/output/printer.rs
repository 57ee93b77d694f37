use std::{
    fmt,
    io::{self, IsTerminal, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use indicatif::ProgressBar;
use serde::Serialize;

use super::safe::escaped;

/// How a word stands out. Meaning never rests on it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// A heading.
    Heading,
    /// Something went wrong.
    Error,
    /// Something to look at.
    Warning,
    /// Less important.
    Faint,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Style::Heading => "1",
            Style::Error => "1;31",
            Style::Warning => "1;33",
            Style::Faint => "2",
        }
    }
}

/// Prints. Cheap to clone; clones share one state.
///
/// Whoever passes text from outside passes it through [`super::line`] or [`super::block`] first.
#[derive(Clone)]
pub(crate) struct Printer {
    /// One JSON document instead of text.
    pub(crate) json: bool,
    /// No progress, no remarks.
    pub(crate) quiet: bool,
    colour_out: bool,
    colour_err: bool,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The reader of standard output went away: nothing more needs printing.
    gone: AtomicBool,
    /// Standard output could not be written (disk full).
    failed: Mutex<Option<io::Error>>,
    /// The bar that stands on the terminal now.
    bar: Mutex<Option<ProgressBar>>,
}

impl Printer {
    /// `no_colour`: the user set `NO_COLOR`, or the terminal is dumb.
    pub(crate) fn new(json: bool, quiet: bool, no_colour: bool) -> Self {
        Printer {
            json,
            quiet,
            colour_out: !no_colour && !json && io::stdout().is_terminal(),
            colour_err: !no_colour && io::stderr().is_terminal(),
            shared: Arc::default(),
        }
    }

    /// The same printer without remarks.
    pub(crate) fn silent(&self) -> Self {
        Printer { quiet: true, ..self.clone() }
    }

    /// A line of the result. Nothing with `--json`.
    pub(crate) fn say(&self, text: impl fmt::Display) {
        if !self.json {
            self.out(format_args!("{text}\n"));
        }
    }

    /// Text that ends in its own line break. Nothing with `--json`.
    pub(crate) fn say_block(&self, text: &str) {
        if !self.json {
            self.out(format_args!("{text}"));
        }
    }

    /// Bytes of the result as they are, for another program to read.
    pub(crate) fn bytes(&self, bytes: &[u8]) {
        if let Err(e) = io::stdout().lock().write_all(bytes) {
            self.broke(e);
        }
    }

    /// Whether somebody reads standard output on a terminal, which obeys what it is sent.
    pub(crate) fn on_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// The result as a document. Nothing without `--json`.
    pub(crate) fn document(&self, document: &impl Serialize) {
        if !self.json {
            return;
        }
        match serde_json::to_string_pretty(document) {
            Ok(text) => self.out(format_args!("{}\n", escaped(&text))),
            Err(e) => self.broke(io::Error::other(e)),
        }
    }

    /// A remark on standard error; nothing when quiet.
    pub(crate) fn note(&self, text: impl fmt::Display) {
        if !self.quiet {
            self.complain(text);
        }
    }

    /// A line on standard error, quiet or not.
    pub(crate) fn complain(&self, text: impl fmt::Display) {
        self.err(format_args!("{text}\n"));
    }

    /// A piece of text in a style, for standard output.
    pub(crate) fn out_style(&self, style: Style, text: impl fmt::Display) -> String {
        paint(self.colour_out, style, text)
    }

    /// A piece of text in a style, for standard error.
    pub(crate) fn err_style(&self, style: Style, text: impl fmt::Display) -> String {
        paint(self.colour_err, style, text)
    }

    /// Shows a bar below everything else.
    pub(crate) fn show_bar(&self, bar: &ProgressBar) {
        let mut slot = self.shared.bar.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_none() {
            *slot = Some(bar.clone());
        }
    }

    /// Takes the bar away.
    pub(crate) fn clear_bar(&self) {
        let bar = self.shared.bar.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }

    /// Raw bytes to standard error above the bar (log lines); failures are ignored: there is nowhere to tell them.
    pub(crate) fn err(&self, text: fmt::Arguments<'_>) {
        let bar = self.shared.bar.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let write = || {
            let _ = io::stderr().lock().write_fmt(text);
        };
        match bar {
            Some(b) => b.suspend(write),
            None => write(),
        }
    }

    /// Flushes; the error, if standard output could not be written for another reason than its reader having gone.
    pub(crate) fn finish(&self) -> io::Result<()> {
        if !self.shared.gone.load(Ordering::Relaxed)
            && let Err(e) = io::stdout().lock().flush()
        {
            self.broke(e);
        }
        match self.shared.failed.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(e) => Err(e),
            None => Ok(()),
        }
    }

    fn out(&self, text: fmt::Arguments<'_>) {
        if self.shared.gone.load(Ordering::Relaxed) {
            return;
        }
        let bar = self.shared.bar.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let write = || io::stdout().lock().write_fmt(text);
        let written = match bar {
            Some(b) => b.suspend(write),
            None => write(),
        };
        if let Err(e) = written {
            self.broke(e);
        }
    }

    /// `sales ... | head` closes the pipe when it has enough: that is no error, and stops nothing but printing.
    fn broke(&self, e: io::Error) {
        self.shared.gone.store(true, Ordering::Relaxed);
        if e.kind() != io::ErrorKind::BrokenPipe {
            *self.shared.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(e);
        }
    }
}

fn paint(colour: bool, style: Style, text: impl fmt::Display) -> String {
    if colour { format!("\x1b[{}m{text}\x1b[0m", style.code()) } else { text.to_string() }
}
