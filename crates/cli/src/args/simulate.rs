use clap::{Args, ValueEnum};

/// Serve the simulated vendors on this machine, for trying and testing
///
/// Serves the sample data through the vendors' own APIs, with their rate limits, until Ctrl-C. Prints the variables that point another
/// `sales` at it. The story is moved by whole weeks so that it ends in the last week.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales simulate\n  \
    sales simulate --port 8123 --scenario storm\n  \
    sales simulate --generate bench --no-limits")]
pub(crate) struct Simulate {
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,

    /// A fault scenario by name or as a TOML file (see `docs/scenarios.md`)
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) scenario: Option<String>,

    /// Keep the story's own dates
    #[arg(long)]
    pub(crate) original_dates: bool,

    /// No rate limits
    #[arg(long)]
    pub(crate) no_limits: bool,

    /// Serve generated data instead of the samples
    #[arg(long, value_enum)]
    pub(crate) generate: Option<Generate>,
}

/// Generated data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Generate {
    /// 200 Slack channels over two years, 200,000 messages; 2,000 calls, 3,000 notes
    Bench,
    /// 5,000 messages, 300 calls, 120 notes
    Crash,
}
