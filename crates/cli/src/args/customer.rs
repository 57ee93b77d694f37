use std::path::PathBuf;

use clap::{Args, Subcommand};
use sales_files::ChangeId;
use sales_model::CustomerId;

/// Add, list, show, edit and forget customers; rename, merge and split them
#[derive(Debug, Subcommand)]
pub(crate) enum Customer {
    Add(CustomerAdd),
    /// List all customers
    List,
    Show(CustomerName),
    Edit(CustomerEdit),
    Rename(CustomerRename),
    Merge(CustomerMerge),
    Split(CustomerSplit),
    Undo(CustomerUndo),
    /// List changes of customers, newest first
    ///
    /// Each of them can be taken back by its number, unless one of its files was changed since: sales customer undo NUMBER.
    Changes,
    Forget(CustomerForget),
}

/// Forget a customer: erase everything that belongs to it alone
///
/// Takes it out of the ledger (messages, mails, calls, notes with all versions and raw data, search, findings, history of jobs), removes
/// its whole folder with profile, notes and context, and rewrites the ledger's file so that no byte of it stays. What belongs to other
/// customers too stays theirs. The next sync or import brings nothing of it back; adding the customer again lifts that. Nothing at the
/// vendors changes, and earlier backups are your own to delete: see docs/privacy.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer forget acme-corp --dry-run   show what would fall\n  \
    sales customer forget acme-corp             asks for the id before it begins\n  \
    sales customer forget acme_inc --yes        asks nothing")]
pub(crate) struct CustomerForget {
    /// The customer's id, name or alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,

    #[command(flatten)]
    pub(crate) sure: Sure,
}

/// How sure somebody is who erases.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Sure {
    /// Show what would fall, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Do not ask
    #[arg(long, short = 'y', conflicts_with = "dry_run")]
    pub(crate) yes: bool,
}

/// Add a customer, or all of a table
///
/// Writes `customers/profiles/<id>/profile.toml`. What was already pulled and belongs to the customer is put into its folder at once.
///
/// With `--from` customers come out of a CSV file, as a CRM exports it or as you write it (docs/customers.md has the columns). Those that are
/// there already are completed, and nothing that you wrote is changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer add \"ACME Inc\" --alias acme-corp --domain acme.dev --channel yourcompany-acme-poc\n  \
    sales customer add Globex --domain globex.example --channel 'ext-globex-*'\n  \
    sales customer add --from accounts.csv --dry-run")]
pub(crate) struct CustomerAdd {
    /// The company's name
    #[arg(value_name = "NAME", required_unless_present = "from", conflicts_with = "from")]
    pub(crate) name: Option<String>,

    /// Take customers from a table with a header: CSV with `,`, `;` or tabs; `-` reads it from standard input
    #[arg(long, value_name = "FILE", conflicts_with = "id")]
    pub(crate) from: Option<PathBuf>,

    /// Show what the table would do, and do nothing
    #[arg(long, requires = "from")]
    pub(crate) dry_run: bool,

    /// The customer's id, also the name of its folder [default: made from the name, `ACME Inc` gives `acme_inc`]
    #[arg(long, value_name = "ID")]
    pub(crate) id: Option<CustomerId>,

    #[command(flatten)]
    pub(crate) fields: ProfileFields,
}

/// Show a customer's profile, and how much of each source there is
///
/// For each source: how much, from when to when, and how old the last successful sync is; below that what is missing: days that nobody could
/// read, what is still to come, what could not be read, and what the account may not see. docs/coverage.md explains the words.
#[derive(Debug, Args)]
pub(crate) struct CustomerName {
    /// The customer's id, name or alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,
}

/// Change a customer's profile; comments in the file survive
///
/// Lists grow by what is given; `--remove` takes something out again. Without an option the profile opens in `VISUAL` or `EDITOR`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer edit acme-corp --stage negotiation --amount 600000\n  \
    sales customer edit acme-corp --channel acme-internal --remove domains=acme.example\n  \
    sales customer edit acme-corp --remove owner")]
pub(crate) struct CustomerEdit {
    /// The customer's id, name or alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,

    /// The company's name
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,

    #[command(flatten)]
    pub(crate) fields: ProfileFields,

    /// Take a key out, or one value of a list: `owner`, `aliases=acme`, `contacts=jo@acme.dev`
    #[arg(long, value_name = "KEY[=VALUE]")]
    pub(crate) remove: Vec<String>,
}

/// By what a customer is known.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct KnownBy {
    /// Another name that reaches this customer (may be repeated)
    #[arg(long = "alias", value_name = "NAME")]
    pub(crate) aliases: Vec<String>,

    /// A mail and web domain of theirs (may be repeated)
    #[arg(long = "domain", value_name = "DOMAIN")]
    pub(crate) domains: Vec<String>,

    /// A Slack channel that belongs to them: name, id or pattern with `*` (may be repeated)
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub(crate) channels: Vec<String>,

    /// Id of their account in the CRM that Gong is connected to (may be repeated)
    #[arg(long = "crm-account", value_name = "ID")]
    pub(crate) crm_accounts: Vec<String>,

    /// A phrase that means somebody else (may be repeated)
    #[arg(long, value_name = "PHRASE")]
    pub(crate) exclude: Vec<String>,

    /// One of their people (may be repeated)
    #[arg(long = "contact", value_name = "NAME <ADDRESS>, TITLE")]
    pub(crate) contacts: Vec<String>,
}

/// Fields of a profile that can be given on the command line.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Profile")]
pub(crate) struct ProfileFields {
    #[command(flatten)]
    pub(crate) known: KnownBy,

    /// A competitor in this deal (may be repeated)
    #[arg(long = "competitor", value_name = "NAME")]
    pub(crate) competitors: Vec<String>,

    /// Mail address of the owner on our side
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) owner: Option<String>,

    /// The deal's stage, one of those in `workspace.toml`
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<String>,

    /// The deal's amount
    #[arg(long, value_name = "NUMBER")]
    pub(crate) amount: Option<f64>,

    /// Currency of the amount, as in `USD`
    #[arg(long, value_name = "CODE")]
    pub(crate) currency: Option<String>,

    /// When the deal should close, as in `2024-06-30`
    #[arg(long, value_name = "DATE")]
    pub(crate) close_date: Option<jiff::civil::Date>,

    /// The next step
    #[arg(long, value_name = "TEXT")]
    pub(crate) next_step: Option<String>,
}

/// Give a customer another name, and another id
///
/// The old name stays as an alias. With `--id` everything in the customer's folder moves to the new one: files made from records are made
/// again there, and a person's notes and own blocks move. The old id stays as an alias, too.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer rename acme-corp \"ACME Group\"\n  \
    sales customer rename acme-corp \"ACME Group\" --id acme_group --dry-run")]
pub(crate) struct CustomerRename {
    /// The customer's id, name or alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,

    /// The new name
    #[arg(value_name = "NEW-NAME")]
    pub(crate) name: String,

    /// The new id, also the name of the folder [default: the id stays]
    #[arg(long, value_name = "NEW-ID")]
    pub(crate) id: Option<CustomerId>,

    /// Do not keep the old name and id as aliases
    #[arg(long)]
    pub(crate) no_alias: bool,

    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// Make one customer a part of another
///
/// Their profiles are united: lists grow, single values of INTO win, and what is lost by that is told. FROM's records, notes and own blocks
/// go to INTO, and FROM's folder goes. FROM's id and names reach INTO from then on.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer merge acme-bricks acme-corp --dry-run\n  \
    sales customer merge acme-bricks acme-corp")]
pub(crate) struct CustomerMerge {
    /// The customer that goes: id, name or alias
    #[arg(value_name = "FROM")]
    pub(crate) from: String,

    /// The customer that it becomes a part of
    #[arg(value_name = "INTO")]
    pub(crate) into: String,

    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// Make a customer of its own of a part of another
///
/// What is named here moves from CUSTOMER's profile to that of the new one, and the records that belong there by it follow. Notes stay.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer split acme-corp \"ACME Bricks\" --domain bricks.example --channel acme-bricks\n  \
    sales customer split acme-corp \"ACME Bricks\" --contact ann@bricks.example --dry-run")]
pub(crate) struct CustomerSplit {
    /// The customer's id, name or alias
    #[arg(value_name = "CUSTOMER")]
    pub(crate) customer: String,

    /// The new customer's name
    #[arg(value_name = "NEW-NAME")]
    pub(crate) name: String,

    /// The new customer's id [default: made from the name]
    #[arg(long, value_name = "NEW-ID")]
    pub(crate) id: Option<CustomerId>,

    /// An alias that moves (may be repeated)
    #[arg(long = "alias", value_name = "NAME")]
    pub(crate) aliases: Vec<String>,

    /// A domain that moves (may be repeated)
    #[arg(long = "domain", value_name = "DOMAIN")]
    pub(crate) domains: Vec<String>,

    /// A Slack channel that moves, as it stands in the profile (may be repeated)
    #[arg(long = "channel", value_name = "CHANNEL")]
    pub(crate) channels: Vec<String>,

    /// A Slack team that moves, by its id (may be repeated)
    #[arg(long = "team", value_name = "ID")]
    pub(crate) teams: Vec<String>,

    /// A CRM account that moves, by its id (may be repeated)
    #[arg(long = "crm-account", value_name = "ID")]
    pub(crate) crm_accounts: Vec<String>,

    /// One of their people who moves, by address or name (may be repeated)
    #[arg(long = "contact", value_name = "ADDRESS")]
    pub(crate) contacts: Vec<String>,

    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// Take a change of customers back
///
/// Profiles, notes and own blocks are again as they were, byte for byte, and files made from records follow. A file that was changed since
/// is never touched: then nothing is taken back, and the file is named. What was taken back can be done again, by undoing the undo.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales customer undo        takes the newest change back\n  \
    sales customer undo 12     takes this one back: sales customer changes lists them")]
pub(crate) struct CustomerUndo {
    /// The change's number [default: the newest one that was not taken back]
    #[arg(value_name = "CHANGE")]
    pub(crate) change: Option<ChangeId>,

    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// Say what a command would do.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct DryRun {
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}
