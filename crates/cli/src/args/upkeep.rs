use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::run::{Integration, integration};

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

/// Check the ledger, the files against it, or a sample of it against its sources
///
/// Looks at every stored item, record, search row and audit entry, and compares each file with what the ledger would write. With
/// `--against-source` it asks the vendors again instead: for a sample of records of each source, and for what was said around them. Changes
/// nothing. Ends with exit code 1 when something is wrong or differs, with 3 when all that could be asked is the same and some could not.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales verify\n  \
    sales verify --against-source\n  \
    sales verify --against-source --source slack --customer acme-corp --sample 100")]
pub(crate) struct Verify {
    /// Ask the vendors for a sample of records again, and compare
    #[arg(long)]
    pub(crate) against_source: bool,

    /// Which source to ask: `slack`, `gong`, `granola`, `email`, or `all` that are connected
    #[arg(short, long, value_name = "all|SOURCE", default_value = "all", value_parser = integration, requires = "against_source")]
    pub(crate) source: Integration,

    /// Only what belongs to this customer (id, name or alias)
    #[arg(short, long, value_name = "CUSTOMER", requires = "against_source")]
    pub(crate) customer: Option<String>,

    /// Records of each source in the sample; each costs a request or a few
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000), requires = "against_source")]
    pub(crate) sample: u32,

    /// Another number, another sample; the same one gives the same sample again
    #[arg(long, value_name = "N", default_value_t = 1, requires = "against_source")]
    pub(crate) seed: u64,
}
