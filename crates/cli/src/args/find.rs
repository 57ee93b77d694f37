use clap::{Args, Subcommand, ValueEnum};

/// Build and print a customer's context
///
/// Brings files and context up to date with the ledger, writes `context_summary.md`, and prints it. Every line that states a fact ends
/// with a link to what was said.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  sales context acme-corp")]
pub(crate) struct Context {
    /// The customer's id, name or alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,

    /// How much of it
    #[arg(long, value_enum, default_value_t = Size::Compact)]
    pub(crate) size: Size,
}

/// Sizes of a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Size {
    /// At most 5,000 tokens
    Compact,
}

/// What belongs to whom, and why
#[derive(Debug, Subcommand)]
pub(crate) enum Match {
    /// List what could not be assigned safely, with what speaks for whom and how to decide it
    List,
    Explain(Explain),
}

/// Explain which customers a record belongs to, and by which rule
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales match explain slack:C0123ABCD:1710493200.000100\n  \
    sales match explain https://yourcompany.slack.com/archives/C0123ABCD/p1710493200000100")]
pub(crate) struct Explain {
    /// The record's id, or a link to it
    #[arg(value_name = "RECORD")]
    pub(crate) record: String,
}

/// Find messages by their words
///
/// All words must be in the message; endings do not matter (`migrate` finds `migration`). Best matches come first.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales search \"security review\"\n  \
    sales search pricing --customer acme-corp")]
pub(crate) struct Search {
    /// The words to look for
    #[arg(value_name = "QUERY", required = true)]
    pub(crate) query: Vec<String>,

    /// Only what belongs to this customer (id, name or alias)
    #[arg(short, long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,

    /// At most this many results
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) limit: u32,
}
