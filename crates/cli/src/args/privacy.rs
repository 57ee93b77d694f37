use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Mask personal data and secrets in a text, before it is shared
///
/// Mail addresses, telephone, card, bank and social security numbers, IP addresses, passwords and tokens become masks such as
/// `[EMAIL_1]`; with `--names`, people, companies and addresses too. The same value has the same mask. With `--customer` or `--map` the
/// masks can be turned back on this machine: what stands behind them is kept in a file that only you can read.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales redact report.md --names --customer acme-corp\n  \
    sales redact answer.md --restore --customer acme-corp\n  \
    sales redact - --map masks.json")]
pub(crate) struct Redact {
    /// The text; `-` reads standard input
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) file: PathBuf,

    /// Whose text it is (id, name or alias): all texts of a customer share their masks
    #[arg(short, long, value_name = "CUSTOMER", conflicts_with = "map")]
    pub(crate) customer: Option<String>,

    /// Mask people, companies, places and postal addresses too; with `--customer`, whoever the workspace knows
    #[arg(long, conflicts_with = "restore")]
    pub(crate) names: bool,

    /// Keep what stands behind the masks in this file, and use what is in it
    #[arg(long, value_name = "FILE")]
    pub(crate) map: Option<PathBuf>,

    /// Put the values back in place of the masks
    #[arg(long)]
    pub(crate) restore: bool,
}

/// Print what the program finds in a labelled file, to measure it
///
/// Reads JSON Lines and prints one JSON line for each, with the same id. `docs/redaction.md` has the figures and how to repeat them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales evaluate pii texts.jsonl\n  \
    sales evaluate pii texts.jsonl --people names.txt")]
pub(crate) struct Evaluate {
    /// What to measure
    #[arg(value_enum, value_name = "TASK")]
    pub(crate) task: Task,

    /// The file: a line is an object with `id` and `text`, for `pii` also `names` (people who are known for that text)
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,

    /// People who are known for all texts, one name a line
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Task {
    /// Personal data: `{"id", "entities": [[start, end, type]]}` in code points
    Pii,
}
