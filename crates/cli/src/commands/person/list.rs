use sales_engine::{Namesakes, PersonView};
use sales_files::resolve;
use sales_model::{CustomerId, Side};
use serde::Serialize;

use super::{opened, side, who::Everybody};
use crate::{
    args::{PersonList, SideName},
    commands::{Cx, customer::quoted},
    compose::{Home, block_on},
    errors::{Exit, Result},
    output::{Printer, Style, count, line},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    people: &'a [PersonView],
    doubtful: &'a [Doubtful],
}

#[derive(Serialize)]
struct Doubtful {
    #[serde(flatten)]
    of: Namesakes,
    /// The command that says that they are one.
    command: String,
}

/// Lists people.
pub(crate) fn run(cx: &Cx<'_>, a: &PersonList) -> Result<Exit> {
    let home = Home::find(cx)?;
    let customer = a.customer.as_deref().map(|name| resolve(name, &home.customers)).transpose()?;
    let all = block_on(async { Ok(Everybody::load(&opened(&home).await?.app, &[]).await?.people) })?;
    let mut doubtful: Vec<Doubtful> = Namesakes::of(&all).into_iter().map(doubt).collect();
    doubtful.retain(|d| customer.as_ref().is_none_or(|c| *c == d.of.customer));
    let asked = |p: &PersonView| doubtful.iter().any(|d| d.of.who.contains(&p.id));
    let wanted = |p: &PersonView| concerns(p, customer.as_ref()) && a.side.is_none_or(|s| stands(p, customer.as_ref(), s));
    let people: Vec<PersonView> = all.into_iter().filter(|p| wanted(p) && (!a.doubtful || asked(p))).collect();
    let p = cx.printer;
    if a.doubtful {
        if doubtful.is_empty() {
            p.say("Nobody may be one with somebody: no full name stands in two sources of a customer");
        }
        doubtful.iter().for_each(|d| ask(p, d));
    } else {
        people.iter().for_each(|person| show(p, person, customer.as_ref()));
        p.note(count(people.len() as u64, "person").replace("persons", "people"));
        if !doubtful.is_empty() {
            p.note(format_args!(
                "{} in two sources may be one person's: sales person list --doubtful",
                count(doubtful.len() as u64, "name")
            ));
        }
    }
    p.document(&Document { kind: "person_list", people: &people, doubtful: &doubtful });
    Ok(Exit::Done)
}

/// Whether somebody takes part in a customer's records, or stands in its profile.
fn concerns(p: &PersonView, customer: Option<&CustomerId>) -> bool {
    customer.is_none_or(|c| p.parts.iter().any(|part| part.customer == *c) || p.contact_of.contains(c))
}

/// Whether somebody stands on a side: at that customer, or at any.
fn stands(p: &PersonView, customer: Option<&CustomerId>, wanted: SideName) -> bool {
    let wanted = match wanted {
        SideName::Ours => Side::Ours,
        SideName::Theirs => Side::Theirs,
        SideName::Other => Side::Other,
    };
    let mut sides = p.parts.iter().filter(|part| customer.is_none_or(|c| part.customer == *c)).map(|part| part.side).peekable();
    if sides.peek().is_some() {
        return sides.any(|side| side == wanted);
    }
    let contact = p.contact_of.iter().any(|c| customer.is_none_or(|own| own == c));
    wanted == if contact && p.side != Side::Ours { Side::Theirs } else { p.side }
}

fn show(p: &Printer, person: &PersonView, customer: Option<&CustomerId>) {
    let name = if person.name.is_empty() { String::new() } else { format!("{} ", p.out_style(Style::Heading, line(&person.name))) };
    let more = match person.identities.len() {
        1 => String::new(),
        n => format!(" and {} more", n - 1),
    };
    let shared = if person.shared { ", several people's address" } else { "" };
    let parts: Vec<String> = person
        .parts
        .iter()
        .filter(|part| customer.is_none_or(|c| part.customer == *c))
        .map(|part| format!("{} at {}, last on {}", side(part.side), part.customer, part.last.strftime("%Y-%m-%d")))
        .collect();
    let parts = if parts.is_empty() { side(person.side).to_owned() } else { parts.join("; ") };
    p.say(format_args!("{name}<{}>{more}{shared}: {parts}", line(person.id.as_str())));
}

fn doubt(of: Namesakes) -> Doubtful {
    let who: Vec<String> = of.who.iter().map(|id| quoted(id.as_str())).collect();
    Doubtful { command: format!("sales person merge {} --reason TEXT", who.join(" ")), of }
}

fn ask(p: &Printer, d: &Doubtful) {
    let who: Vec<&str> = d.of.who.iter().map(|id| id.as_str()).collect();
    p.say(format_args!("{} at {}: {}", p.out_style(Style::Heading, line(&d.of.name)), d.of.customer, line(&who.join(", "))));
    p.say(format_args!("  if they are one: {}", line(&d.command)));
}
