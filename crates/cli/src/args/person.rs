use clap::{Args, Subcommand};

use super::Sure;

/// Forget people
#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    Forget(PersonForget),
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
