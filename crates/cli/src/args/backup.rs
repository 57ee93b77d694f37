use std::path::PathBuf;

use clap::Args;

/// Put the whole workspace into one file
///
/// Takes the ledger as of one moment, with the customers' folders (profiles, notes, your own files and blocks) and `workspace.toml`.
/// A sync may go on meanwhile. Credentials (`.env`, tokens of sign-ins) stay out unless asked for: a backup is copied around. Every file
/// stands in a manifest with its hash. `sales restore` makes a workspace of it again.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales backup\n  \
    sales backup --out /mnt/backups/sales-monday.zip")]
pub(crate) struct Backup {
    /// The file, which must not be there yet [default: sales-backup-TIME.zip in the current folder]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// Put credentials in, too: whoever has the file can read your accounts then
    #[arg(long)]
    pub(crate) with_secrets: bool,
}

/// Make a workspace of a backup
///
/// Checks every file against the backup's manifest before the folder gets its name. Never writes over a workspace: the folder must not be
/// there yet, or be empty. The next sync goes on from where the backup was made.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales restore sales-backup-20240408-090000.zip restored\n  \
    sales --workspace restored verify")]
pub(crate) struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// The folder to make
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}
