use std::path::PathBuf;

use clap::{ArgAction, Args};

/// Options of every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Globals {
    /// The workspace's folder [default: this folder or one above it that has a `workspace.toml`, else `SALES_WORKSPACE`]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) workspace: Option<PathBuf>,

    /// Print one JSON document instead of text (schemas in `docs/schemas`)
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Log more on standard error; twice for more still
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Log each request: method, path, status, time, budget, attempt; never secrets or contents
    #[arg(long, global = true)]
    pub(crate) debug: bool,

    /// No progress and no remarks, only results and errors
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
}
