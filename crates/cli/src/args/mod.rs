//! What may be typed. Doc comments are the help texts.

mod attachment;
mod auth;
mod backup;
mod customer;
mod export;
mod find;
mod global;
mod import;
mod integration;
mod person;
mod privacy;
mod run;
mod simulate;
mod upkeep;

use clap::{Parser, Subcommand};

pub(crate) use attachment::Attachment;
pub(crate) use auth::{Auth, Login, Logout, Status};
pub(crate) use backup::{Backup, Restore};
pub(crate) use customer::{
    Customer, CustomerAdd, CustomerEdit, CustomerForget, CustomerMerge, CustomerName, CustomerRename, CustomerSplit, CustomerUndo, KnownBy,
    ProfileFields, Sure,
};
pub(crate) use export::Export;
pub(crate) use find::{Context, Decide, Explain, Match, Search, Size, Teach};
pub(crate) use global::Globals;
pub(crate) use import::Import;
pub(crate) use integration::{Doctor, IntegrationCommand, IntegrationShow};
pub(crate) use person::{Person, PersonForget, PersonList, PersonMerge, PersonSplit, PersonUndo, PersonWho, SideName};
pub(crate) use privacy::{Evaluate, Redact, Task};
pub(crate) use run::{Integration, Run, Sync};
pub(crate) use simulate::{Generate, Simulate};
pub(crate) use upkeep::{Files, Init, Verify};

/// Everything that was said with a customer, in plain files with a cited summary
///
/// `sales` pulls what was said with your customers in Slack, works out which customer it belongs to, keeps it in a local ledger, shows
/// it as readable files per customer, and keeps a summary of each customer in which every line is linked to what was said.
#[derive(Debug, Parser)]
#[command(
    name = "sales",
    version,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "First steps:\n  \
        sales run --integration slack --customer acme-corp --test   try it on sample data\n  \
        sales init my-workspace                                     make a workspace of your own\n\n\
        Exit codes:\n  \
        0 ok, 1 failed, 2 wrong usage, 3 partly done (what was read is saved), 4 authentication"
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// One command.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(Init),
    Run(Run),
    Sync(Sync),
    Context(Context),
    #[command(subcommand)]
    Customer(Box<Customer>),
    #[command(subcommand)]
    Person(Person),
    #[command(subcommand)]
    Match(Match),
    Import(Import),
    Search(Search),
    Attachment(Attachment),
    Simulate(Simulate),
    #[command(subcommand)]
    Auth(Auth),
    #[command(subcommand)]
    Integration(IntegrationCommand),
    Doctor(Doctor),
    #[command(subcommand)]
    Files(Files),
    Redact(Redact),
    Evaluate(Evaluate),
    Export(Export),
    Backup(Backup),
    Restore(Restore),
    /// Show what the next sync erases because it is too old
    ///
    /// `[retention]` in `workspace.toml` says how long messages, calls, notes and mails are kept, and the text of what was deleted at its
    /// vendor. Each sync carries it out at its end. This shows the rules and what would fall now, and changes nothing.
    Retention,
    Verify(Verify),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
