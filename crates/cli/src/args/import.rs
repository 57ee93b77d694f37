use std::path::PathBuf;

use clap::Args;

/// Import exported files: a Slack export zip
///
/// Reads the standard export that a Slack admin can download, of any size, through the same steps as a sync. Importing a file twice
/// changes nothing.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales import export.zip --dry-run        say what it would bring\n  \
    sales import export.zip")]
pub(crate) struct Import {
    /// The files
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,

    /// Only say what the files would bring
    #[arg(long)]
    pub(crate) dry_run: bool,
}
