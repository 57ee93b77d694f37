use std::{fmt, io};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use super::{Printer, block};

/// Sends log lines to standard error, through the printer so that they stand above a progress bar.
///
/// `filter` is the value of `SALES_LOG`; without it, `verbose` and `debug` decide. Nothing is set up when nobody asked for logs.
/// The rooms below keep secrets, contents and query values out of their log lines.
pub(crate) fn log_to(printer: &Printer, filter: Option<&str>, verbose: u8, debug: bool) -> Result<(), String> {
    let filter = match (filter.map(str::trim).filter(|f| !f.is_empty()), verbose, debug) {
        (Some(f), _, _) => EnvFilter::try_new(f).map_err(|e| e.to_string())?,
        (None, 0, false) => return Ok(()),
        (None, 1, false) => ours("info"),
        (None, _, false) => ours("debug"),
        (None, 0 | 1, true) => ours("info").add_directive(directive("sales_transport=debug")?),
        (None, _, true) => ours("trace"),
    };
    let writer = Lines(printer.clone());
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false).finish();
    tracing::subscriber::set_global_default(subscriber).map_err(|e| e.to_string())
}

/// Our own rooms at a level; others' crates only when they warn, because what they log is not under our rule about secrets.
fn ours(level: &str) -> EnvFilter {
    let rooms =
        ["sales", "sales_files", "sales_transport", "sales_connectors", "sales_insight", "sales_ledger", "sales_engine", "sales_simulator"];
    rooms.iter().filter_map(|r| directive(&format!("{r}={level}")).ok()).fold(EnvFilter::new("error"), EnvFilter::add_directive)
}

fn directive(text: &str) -> Result<tracing_subscriber::filter::Directive, String> {
    text.parse().map_err(|e: tracing_subscriber::filter::ParseError| e.to_string())
}

#[derive(Clone)]
struct Lines(Printer);

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.err(format_args!("{}", block(&String::from_utf8_lossy(bytes))));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Lines;

    fn make_writer(&'a self) -> Lines {
        self.clone()
    }
}
