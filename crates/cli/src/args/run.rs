use std::path::PathBuf;

use clap::Args;
use sales_connectors::registry::connectors;
use sales_model::{Source, Span};

/// Which sources to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Integration {
    /// Every source that is connected.
    All,
    /// One alone.
    One(Source),
}

impl Integration {
    /// Whether a source is to be read.
    pub(crate) fn includes(&self, source: &Source) -> bool {
        match self {
            Integration::All => true,
            Integration::One(one) => one == source,
        }
    }
}

/// Reads the name of a source, and tells apart a wrong name from one that this version has not got.
pub(super) fn integration(name: &str) -> Result<Integration, String> {
    let name = name.to_ascii_lowercase();
    if name == "all" {
        return Ok(Integration::All);
    }
    let connectors = connectors();
    let known: Vec<&Source> = connectors.iter().map(|c| &c.descriptor().source).collect();
    if let Some(source) = known.iter().find(|s| s.as_str() == name) {
        return Ok(Integration::One((*source).clone()));
    }
    let names = known.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(", ");
    Err(format!("this version reads {names}; `all` reads whatever is connected"))
}

/// Pull, attribute, write files and summarise, on sample data or live
///
/// With `--test` it runs on sample data: the vendor is simulated on this machine, no account is needed, and everything lands in a
/// throw-away workspace whose path is printed. With `--live` it runs against the real vendor, into your workspace.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales run --integration slack --customer acme-corp --test\n  \
    sales run --integration all --customer acme-corp --test --keep ./demo\n  \
    sales run --integration slack --customer acme-corp --live\n  \
    sales run acme-corp -i slack -f          older form: live, reading everything again")]
pub(crate) struct Run {
    /// The customer's id, name or alias (older form; `--live` is understood)
    #[arg(value_name = "CUSTOMER", conflicts_with = "customer")]
    pub(crate) positional: Option<String>,

    /// Which source to read: `slack`, `gong`, `granola`, `email`, or `all` that are connected
    #[arg(short, long, value_name = "all|SOURCE", default_value = "all", value_parser = integration)]
    pub(crate) integration: Integration,

    /// The customer's id, name or alias [default: all customers]
    #[arg(short, long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,

    /// Run on sample data with a simulated vendor; needs no account and ignores real ones
    #[arg(long, conflicts_with = "live")]
    pub(crate) test: bool,

    /// Run against the real vendor, into the workspace
    #[arg(long)]
    pub(crate) live: bool,

    /// With `--test`: put the throw-away workspace there
    #[arg(long, value_name = "DIR", requires = "test")]
    pub(crate) keep: Option<PathBuf>,

    /// Read everything within `history` again, not only what is new
    #[arg(short, long)]
    pub(crate) full: bool,
}

impl Run {
    /// The customer asked for, in either form.
    pub(crate) fn customer(&self) -> Option<&str> {
        self.positional.as_deref().or(self.customer.as_deref())
    }
}

/// Pull what is new from every account, for all customers
///
/// Reads what is new and what changed late: edits, deletions and replies to conversations of the last 30 days (`look_back` in
/// `workspace.toml`). Interrupted runs go on where they stopped.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales sync\n  \
    sales sync --customer acme-corp\n  \
    sales sync --since 90d --full\n  \
    sales sync --audit                       the daily wide pass, now: finds edits and replies up to 90 days back")]
pub(crate) struct Sync {
    /// Which source to read: `slack`, `gong`, `granola`, `email`, or `all` that are connected
    #[arg(short, long, value_name = "all|SOURCE", default_value = "all", value_parser = integration)]
    pub(crate) source: Integration,

    /// Only what belongs to this customer (id, name or alias)
    #[arg(short, long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,

    /// Nothing older than this, as in `12h`, `90d`, `6w` or `2y` [default: `history` in `workspace.toml`]
    #[arg(long, value_name = "SPAN")]
    pub(crate) since: Option<Span>,

    /// Read everything within `history` again, not only what is new
    #[arg(short, long, conflicts_with = "audit")]
    pub(crate) full: bool,

    /// Make the daily wide pass now
    #[arg(long)]
    pub(crate) audit: bool,
}
