//! One file per command: each takes its arguments, calls the use case, and prints.

mod asked;
mod attachment;
mod auth;
mod backup;
mod context;
mod customer;
mod doctor;
mod documents;
mod explain;
mod export;
mod files;
mod forget;
mod import;
mod init;
mod integration;
mod person;
mod retention;
mod review;
mod run;
mod search;
mod simulate;
mod summary;
mod sync;
mod verify;
mod ways;

use crate::{
    args::{Cli, Command, Customer, Files, Globals, Match, Person},
    config::Variables,
    errors::{Exit, Result},
    output::Printer,
};

/// What every command is given.
pub(crate) struct Cx<'a> {
    /// Options of every command.
    pub(crate) globals: Globals,
    /// Prints.
    pub(crate) printer: &'a Printer,
    /// The environment.
    pub(crate) variables: Variables,
}

/// Runs a command.
pub(crate) fn run(cli: Cli, printer: &Printer, variables: Variables) -> Result<Exit> {
    let cx = Cx { globals: cli.globals, printer, variables };
    match cli.command {
        Command::Init(a) => init::run(&cx, &a),
        Command::Run(a) => run::run(&cx, &a),
        Command::Sync(a) => sync::run(&cx, &a),
        Command::Context(a) => context::run(&cx, &a),
        Command::Customer(a) => match *a {
            Customer::Add(a) => customer::add::run(&cx, a),
            Customer::List => customer::list::run(&cx),
            Customer::Show(a) => customer::show::run(&cx, &a),
            Customer::Edit(a) => customer::edit::run(&cx, a),
            Customer::Forget(a) => customer::forget::run(&cx, &a),
        },
        Command::Person(Person::Forget(a)) => person::run(&cx, &a),
        Command::Match(Match::List) => review::run(&cx),
        Command::Match(Match::Explain(a)) => explain::run(&cx, &a),
        Command::Import(a) => import::run(&cx, &a),
        Command::Search(a) => search::run(&cx, &a),
        Command::Attachment(a) => attachment::run(&cx, &a),
        Command::Simulate(a) => simulate::run(&cx, &a),
        Command::Auth(a) => auth::run(&cx, &a),
        Command::Integration(a) => integration::run(&cx, &a),
        Command::Doctor(a) => doctor::run(&cx, &a),
        Command::Files(Files::Rebuild) => files::run(&cx),
        Command::Export(a) => export::run(&cx, &a),
        Command::Backup(a) => backup::backup(&cx, &a),
        Command::Restore(a) => backup::restore(&cx, &a),
        Command::Retention => retention::run(&cx),
        Command::Verify => verify::run(&cx),
    }
}
