use clap::{Args, Subcommand, ValueEnum};

use super::{CustomerUndo, KnownBy};

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
    Preview(Decide),
    Apply(Decide),
    Undo(CustomerUndo),
}

/// See what a decision or a changed profile would move, over the whole history
///
/// Nothing is changed. Give a customer and what its profile is to have (`--domain`, `--alias`, `--exclude`, ...), or a record and whose it is
/// (`--to`). `sales match apply` with the same words does it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales match preview acme-corp --domain acme.co.uk\n  \
    sales match preview acme-corp --remove aliases=acme\n  \
    sales match apply gong:7782342274025937895 --to acme-corp\n  \
    sales match apply slack:C0123ABCD:1710493200.000100 --to acme-corp --teach domain\n  \
    sales match apply mail:4711@acme.dev --not acme-corp")]
pub(crate) struct Decide {
    /// A customer (id, name or alias); with --to or --not a record's id, a Slack channel's (`slack:C0123ABCD`), or a link
    #[arg(value_name = "WHAT")]
    pub(crate) what: String,

    /// The record's conversation, or the channel, belongs to this customer
    #[arg(long, value_name = "CUSTOMER", conflicts_with = "not")]
    pub(crate) to: Option<String>,

    /// It does not belong to this customer
    #[arg(long, value_name = "CUSTOMER")]
    pub(crate) not: Option<String>,

    /// Others like it belong to the customer of --to as well: by the mail domains of its strangers, by their addresses, by the CRM account
    /// that it is linked to, or by its channel
    #[arg(long, value_enum, value_name = "BY", requires = "to")]
    pub(crate) teach: Option<Teach>,

    #[command(flatten)]
    pub(crate) known: KnownBy,

    /// Take a key out of the profile, or one value of a list: `aliases=acme`
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) remove: Vec<String>,

    /// Show all conversations that move [default: the first 20]
    #[arg(long)]
    pub(crate) all: bool,

    /// Do not ask mailboxes how many older mails a new domain or address would bring
    #[arg(long)]
    pub(crate) offline: bool,
}

/// By what others like a record are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Teach {
    /// Mail domains of strangers who took part
    Domain,
    /// Their exact addresses
    Contact,
    /// The CRM account that it is linked to
    Account,
    /// The Slack channel
    Channel,
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
