//! One file per command: each takes its arguments, calls the use case, and prints.

mod asked;
mod attachment;
mod auth;
mod backup;
mod context;
mod customer;
mod decide;
mod doctor;
mod documents;
mod evaluate;
mod export;
mod filed;
mod files;
mod forget;
mod import;
mod init;
mod integration;
mod person;
mod recheck;
mod redact;
mod retention;
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
            Customer::Rename(a) => customer::regroup::rename(&cx, a),
            Customer::Merge(a) => customer::regroup::merge(&cx, &a),
            Customer::Split(a) => customer::regroup::split(&cx, a),
            Customer::Undo(a) => customer::undo::run(&cx, &a),
            Customer::Changes => customer::changes::run(&cx),
            Customer::Forget(a) => customer::forget::run(&cx, &a),
        },
        Command::Person(a) => match a {
            Person::List(a) => person::list::run(&cx, &a),
            Person::Show(a) => person::show::run(&cx, &a),
            Person::Merge(a) => person::link::merge(&cx, &a),
            Person::Split(a) => person::link::split(&cx, &a),
            Person::Undo(a) => person::undo::run(&cx, &a),
            Person::Forget(a) => person::forget::run(&cx, &a),
        },
        Command::Match(Match::List) => decide::review::run(&cx),
        Command::Match(Match::Explain(a)) => decide::explain::run(&cx, &a),
        Command::Match(Match::Preview(a)) => decide::change(&cx, &a, false),
        Command::Match(Match::Apply(a)) => decide::change(&cx, &a, true),
        Command::Match(Match::Undo(a)) => customer::undo::run(&cx, &a),
        Command::Import(a) => import::run(&cx, &a),
        Command::Search(a) => search::run(&cx, &a),
        Command::Attachment(a) => attachment::run(&cx, &a),
        Command::Simulate(a) => simulate::run(&cx, &a),
        Command::Auth(a) => auth::run(&cx, &a),
        Command::Integration(a) => integration::run(&cx, &a),
        Command::Doctor(a) => doctor::run(&cx, &a),
        Command::Files(Files::Rebuild) => files::run(&cx),
        Command::Redact(a) => redact::run(&cx, &a),
        Command::Evaluate(a) => evaluate::run(&cx, &a),
        Command::Export(a) => export::run(&cx, &a),
        Command::Backup(a) => backup::backup(&cx, &a),
        Command::Restore(a) => backup::restore(&cx, &a),
        Command::Retention => retention::run(&cx),
        Command::Verify(a) if a.against_source => recheck::run(&cx, &a),
        Command::Verify(_) => verify::run(&cx),
    }
}
