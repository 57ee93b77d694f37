use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Make a workspace
///
/// Writes `workspace.toml` with every setting explained and at its default, the folders, and a `.gitignore` that keeps secrets and
/// machine state out of version control. Asks nothing: company and mail domain are guessed from your Git settings unless given.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales init\n  \
    sales init my-workspace --company YourCompany --own-domain yourcompany.com")]
pub(crate) struct Init {
    /// The folder, made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) dir: PathBuf,

    /// Our company's name
    #[arg(long, value_name = "NAME")]
    pub(crate) company: Option<String>,

    /// A mail domain of ours (may be repeated)
    #[arg(long = "own-domain", value_name = "DOMAIN")]
    pub(crate) own_domains: Vec<String>,
}

/// Maintain the files that the program writes
#[derive(Debug, Subcommand)]
pub(crate) enum Files {
    /// Make every file again from the ledger
    ///
    /// Writes what is missing or different, byte for byte as before. What you edited in such a file is kept beside it as `.local`, and so
    /// are files of the program that no longer belong. Your own files and notes stay untouched.
    Rebuild,
}
