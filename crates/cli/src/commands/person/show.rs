use sales_engine::{Join, PersonView, Why};
use sales_model::Told;
use serde::Serialize;

use super::{
    opened, side,
    who::{Everybody, meant},
};
use crate::{
    args::PersonWho,
    commands::Cx,
    compose::{Home, block_on},
    errors::{Exit, Failure, Result},
    output::{Printer, Style, count, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    person: &'a PersonView,
}

/// Shows somebody.
pub(crate) fn run(cx: &Cx<'_>, a: &PersonWho) -> Result<Exit> {
    let home = Home::find(cx)?;
    let everybody = block_on(async { Everybody::load(&opened(&home).await?.app, &[]).await })?;
    let Some(person) = meant(&everybody, &a.who, "show")?.person else {
        return Err(Failure::new(
            format!("nobody is known as `{}`", a.who.trim()),
            "nobody wrote from that address, and no profile has it",
            "sales person list shows everybody",
        ));
    };
    show(cx.printer, person);
    cx.printer.document(&Document { kind: "person_show", person });
    Ok(Exit::Done)
}

/// Shows a person whole.
pub(super) fn show(p: &Printer, person: &PersonView) {
    let name = if person.name.is_empty() { person.id.as_str() } else { &person.name };
    let shared = if person.shared { " (an address that several people have, or a job: it makes nobody one)" } else { "" };
    p.say(format_args!("{}{shared}", p.out_style(Style::Heading, line(name))));
    for identity in &person.identities {
        let sources: Vec<&str> = identity.sources.iter().map(|s| s.as_str()).collect();
        let as_whom = if identity.names.is_empty() { String::new() } else { format!(" as {}", identity.names.join(", ")) };
        let sources = if sources.is_empty() { String::new() } else { format!(" in {}", sources.join(", ")) };
        p.say(format_args!("  {}{}{sources}", line(identity.id.as_str()), line(&as_whom)));
    }
    for join in &person.joins {
        p.say(format_args!("  {} and {} are one: {}", line(join.a.as_str()), line(join.b.as_str()), line(&why(join))));
    }
    for apart in &person.apart {
        let from: Vec<&str> = apart.from.iter().map(|id| id.as_str()).collect();
        let words = format!("{} is not {}: {}", apart.who, from.join(", "), told(&apart.told));
        p.say(format_args!("  {}", line(&words)));
    }
    for customer in &person.contact_of {
        p.say(format_args!("  a contact in the profile of {customer}"));
    }
    for part in &person.parts {
        let counts = [(part.messages, "message"), (part.calls, "call"), (part.notes, "note"), (part.mails, "mail")];
        let counts: Vec<String> = counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| count(n, what)).collect();
        let last = part.last.strftime("%Y-%m-%d");
        p.say(format_args!(
            "  {} at {}: {}, the last on {last} ({})",
            side(part.side),
            part.customer,
            counts.join(", "),
            line(&part.record.0)
        ));
    }
    if person.parts.is_empty() {
        p.say(format_args!("  {}, in no customer's records", side(person.side)));
    }
}

fn why(join: &Join) -> String {
    match &join.why {
        Why::Address { address } => format!("the source gives the address {address}"),
        Why::Mailbox { mailbox } => format!("both are the mailbox {mailbox}"),
        Why::Told(by) => told(by),
    }
}

fn told(told: &Told) -> String {
    let who = told.by.as_deref().unwrap_or("you");
    let at = told.at.as_deref().map(|at| format!(" on {}", at.get(..10).unwrap_or(at))).unwrap_or_default();
    let reason = if told.reason.is_empty() { "without a reason" } else { &told.reason };
    format!("confirmed by {who}{at}: {reason}")
}
