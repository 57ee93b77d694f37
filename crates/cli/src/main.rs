//! `sales`: the command line.
//!
//! | file | what |
//! | --- | --- |
//! | `args/` | what may be typed; its doc comments are the help texts |
//! | `commands/` | one file per command |
//! | `compose/` | the composition root: makes the real clock, disk, ledger and clients, and hands them to the rooms |
//! | `config/` | environment, `.env` and credentials; nothing else reads the environment |
//! | `output/` | printing: results, progress, logs, terminal safety |
//! | `errors.rs` | every error as what failed, why and what to type next; exit codes |
//! | `clock.rs`, `owner.rs`, `failpoints.rs` | time, who this process is, where tests end it |
//!
//! Nothing starts before a command needs it: no threads, no TLS, no database for `--help`.

mod args;
mod clock;
mod commands;
mod compose;
mod config;
mod errors;
mod failpoints;
mod output;
mod owner;

use std::{
    ffi::{OsStr, OsString},
    process::ExitCode,
};

use clap::{Parser, error::ErrorKind};

use crate::{
    args::Cli,
    config::Variables,
    errors::{Exit, Failure},
    output::{Printer, log_to},
};

/// Its settings stand in `.cargo/config.toml`.
#[cfg(unix)]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let variables = Variables::of_process();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let no_colour = variables.get("NO_COLOR").is_some() || variables.get("TERM") == Some("dumb");
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(e) => return refuse(&e, arguments.iter().any(|a| a == OsStr::new("--json")), no_colour),
    };
    let printer = Printer::new(cli.globals.json, cli.globals.quiet, no_colour);
    let done = log_to(&printer, variables.get("SALES_LOG"), cli.globals.verbose, cli.globals.debug)
        .map_err(|why| Failure::usage("`SALES_LOG` cannot be used", why, "set it as in `SALES_LOG=sales_transport=debug`"))
        .and_then(|()| commands::run(cli, &printer, variables));
    let exit = done.unwrap_or_else(|failure| {
        failure.print(&printer);
        failure.exit
    });
    match printer.finish() {
        Ok(()) => exit.into(),
        Err(e) => {
            Failure::new("the result could not be printed", e, "check where standard output goes")
                .print(&Printer::new(false, false, no_colour));
            Exit::Failed.into()
        }
    }
}

/// Help and version, and arguments that mean nothing.
fn refuse(e: &clap::Error, json: bool, no_colour: bool) -> ExitCode {
    let asked = matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    if asked || !json {
        // Nothing can be done when the help cannot be printed (its reader went away).
        let _ = e.print();
        return if asked { Exit::Done.into() } else { Exit::Usage.into() };
    }
    let text = e.render().to_string();
    // What is wrong, then what it allows; then come usage and the way to the help, which `next` says.
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let what = lines.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let why: Vec<&str> = lines.take_while(|l| !l.starts_with("Usage:") && !l.starts_with("For more information")).collect();
    let failure = Failure::usage(what, why.join("; "), "sales --help");
    let printer = Printer::new(true, false, no_colour);
    failure.print(&printer);
    failure.exit.into()
}
