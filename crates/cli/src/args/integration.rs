use clap::{Args, Subcommand};

/// What can be read: sources, what they need, what they have
#[derive(Debug, Subcommand)]
pub(crate) enum IntegrationCommand {
    /// List the sources and whether they are connected
    List,
    /// Show what one can do, needs and has
    Show(IntegrationShow),
}

/// Shows one source: what it can do, the variables and permissions that it needs, and what is there. Asks no vendor: permissions are
/// as of the last sync. `sales doctor` tries them.
#[derive(Debug, Args)]
pub(crate) struct IntegrationShow {
    /// `slack`, `gong`, `granola` or `email`
    #[arg(value_name = "SOURCE")]
    pub(crate) source: String,
}

/// Check credentials, permissions, clock, disk and ledger
///
/// Signs in to each account, tries each permission with the cheapest request there is, and says what a missing one would give and how to
/// get it. Reads no customer's data and changes nothing. Ends with exit code 4 when a credential or a needed permission is missing, 1 when
/// something else is wrong.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Only this source: `slack`, `gong`, `granola`, `email`, or `all` that are connected
    #[arg(short, long, value_name = "all|SOURCE", default_value = "all", value_parser = super::run::integration)]
    pub(crate) source: super::Integration,
}
