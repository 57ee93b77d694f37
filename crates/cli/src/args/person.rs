use clap::{Args, Subcommand, ValueEnum};
use sales_files::ChangeId;

use super::{Sure, customer::DryRun};

/// List and show people, say who is whom, and forget people
#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    List(PersonList),
    Show(PersonWho),
    Merge(PersonMerge),
    Split(PersonSplit),
    Undo(PersonUndo),
    Forget(PersonForget),
}

/// List people: one line for each, whatever the sources that know them
///
/// Somebody is one person by evidence: the same mail address, the address of a Slack or Gong account, or your word (sales person merge). The same
/// name alone never makes two one; --doubtful lists those who may be one, each with the command that says so. See docs/people.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales person list --customer acme-corp\n  \
    sales person list --customer acme-corp --side theirs\n  \
    sales person list --doubtful")]
pub(crate) struct PersonList {
    /// Only who takes part in this customer's records, or stands in its profile (id, name or alias)
    #[arg(short, long, value_name = "CUSTOMER")]
    pub(crate) customer: Option<String>,

    /// Only who stands on this side
    #[arg(long, value_enum, value_name = "SIDE")]
    pub(crate) side: Option<SideName>,

    /// Only those who may be one with somebody: the same full name at the same customer in two sources
    #[arg(long)]
    pub(crate) doubtful: bool,
}

/// On which side somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideName {
    /// Our own company
    Ours,
    /// The customer
    Theirs,
    /// A partner, or somebody whose company is not known
    Other,
}

/// Show what somebody is known by, and why that is one person
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales person show michael.chen@acme.dev\n  \
    sales person show \"Michael Chen\"\n  \
    sales person show \"gong:7782342274025937895#Michael Chen\"")]
pub(crate) struct PersonWho {
    /// Mail address, id at a source (`U0123`, `slack:U0123`), full name, or a name in one record (`gong:7782342274025937895#Jo Miller`)
    #[arg(value_name = "WHO")]
    pub(crate) who: String,
}

/// Say that two or more are one person
///
/// Their words stand under one name in contexts, and count for the side and the customer that any of their addresses tells: a colleague who
/// writes from a private address is ours, a guest without an address is the contact that you say they are. What moves by that is shown. Your word
/// is kept in customers/people.toml, which you may edit, and can be taken back: sales person undo.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales person merge michael.chen@acme.dev mc@home.example --reason \"he told me\" --dry-run\n  \
    sales person merge slack:U07MICHAELC \"gong:7782342274025937895#Mike\" --reason \"his voice\"")]
pub(crate) struct PersonMerge {
    /// One of them: as in sales person show
    #[arg(value_name = "WHO")]
    pub(crate) who: String,

    /// The others
    #[arg(value_name = "OTHER", required = true)]
    pub(crate) others: Vec<String>,

    #[command(flatten)]
    pub(crate) word: Word,
}

/// The user's word on who is whom.
#[derive(Debug, Args)]
pub(crate) struct Word {
    /// How you know
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: String,

    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// Say that something that somebody is known by is not theirs
///
/// The address, id or name is a person of its own from now on, whatever the evidence says. Your word is kept in customers/people.toml, which you may
/// edit, and can be taken back: sales person undo.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales person split michael.chen@acme.dev slack:U07MICHAELC --reason \"his assistant's account\"")]
pub(crate) struct PersonSplit {
    /// Who: as in sales person show
    #[arg(value_name = "WHO")]
    pub(crate) who: String,

    /// What is not theirs: an address, id or name in a record that sales person show lists
    #[arg(value_name = "IDENTITY")]
    pub(crate) identity: String,

    #[command(flatten)]
    pub(crate) word: Word,
}

/// Take back what was said of who is whom
///
/// Files and contexts are byte for byte as they were before. sales customer changes lists all changes with their numbers.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales person undo\n  \
    sales person undo 12 --dry-run")]
pub(crate) struct PersonUndo {
    /// The change's number [default: the newest change of who is whom that stands]
    #[arg(value_name = "NUMBER")]
    pub(crate) change: Option<ChangeId>,

    #[command(flatten)]
    pub(crate) dry: DryRun,
}

/// Forget a person: erase what they wrote, and take their name and address out of the rest
///
/// Messages, mails and notes of theirs go with all versions and raw data. Where others name them (headers, attendees, speakers, quoted
/// mails, full names and addresses in texts, names of files) stands `[removed]` instead, in old versions too. They are taken out of
/// contacts in profiles; findings and contexts are made again. The next sync or import brings nothing of it back. A first name alone is
/// left where it stands, and so are files of your own, which are listed: see docs/privacy.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    sales person forget michael.chen@acme.dev --dry-run   show what would fall\n  \
    sales person forget \"Michael Chen\"                    asks before it begins\n  \
    sales person forget U07MICHAELC mc@home.example --yes one person by several signs")]
pub(crate) struct PersonForget {
    /// Mail address, id at a source (`U0123`, `slack:U0123`) or full name; several that mean the same person
    #[arg(value_name = "WHO", required = true)]
    pub(crate) who: Vec<String>,

    #[command(flatten)]
    pub(crate) sure: Sure,
}
