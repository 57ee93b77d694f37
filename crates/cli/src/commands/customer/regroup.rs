use sales_files::{Rename, Split, resolve};

use super::made::make;
use crate::{
    args::{CustomerMerge, CustomerRename, CustomerSplit},
    commands::Cx,
    compose::Home,
    errors::{Exit, Result},
};

/// Gives a customer another name.
pub(crate) fn rename(cx: &Cx<'_>, a: CustomerRename) -> Result<Exit> {
    let home = Home::find(cx)?;
    let customer = resolve(&a.customer, &home.customers)?;
    let command = format!("customer rename {customer} {}{}", quoted(&a.name), option("--id", a.id.as_ref().map(|id| id.as_str())));
    let rename = Rename { customer, name: a.name, id: a.id, keep: !a.no_alias };
    make(cx, home, "customer_rename", a.dry.dry_run, &|home| home.workspace.plan_rename(&*home.disk, &command, &rename))
}

/// Makes one customer a part of another.
pub(crate) fn merge(cx: &Cx<'_>, a: &CustomerMerge) -> Result<Exit> {
    let home = Home::find(cx)?;
    let (from, into) = (resolve(&a.from, &home.customers)?, resolve(&a.into, &home.customers)?);
    let command = format!("customer merge {from} {into}");
    make(cx, home, "customer_merge", a.dry.dry_run, &|home| home.workspace.plan_merge(&*home.disk, &command, &from, &into))
}

/// Makes a customer of a part of another.
pub(crate) fn split(cx: &Cx<'_>, a: CustomerSplit) -> Result<Exit> {
    let home = Home::find(cx)?;
    let from = resolve(&a.customer, &home.customers)?;
    let lists = [
        ("aliases", "--alias", a.aliases),
        ("domains", "--domain", a.domains),
        ("slack.channels", "--channel", a.channels),
        ("slack.team_ids", "--team", a.teams),
        ("gong.crm_account_ids", "--crm-account", a.crm_accounts),
    ];
    let mut command = format!("customer split {from} {}", quoted(&a.name));
    let mut elements = Vec::new();
    for (key, name, values) in lists {
        for value in values {
            command.push_str(&option(name, Some(&value)));
            elements.push((key.to_owned(), value));
        }
    }
    for contact in &a.contacts {
        command.push_str(&option("--contact", Some(contact)));
    }
    let split = Split { from, name: a.name, id: a.id, elements, contacts: a.contacts };
    make(cx, home, "customer_split", a.dry.dry_run, &|home| home.workspace.plan_split(&*home.disk, &command, &split))
}

pub(in crate::commands) fn option(name: &str, value: Option<&str>) -> String {
    value.map(|v| format!(" {name} {}", quoted(v))).unwrap_or_default()
}

/// A word as it is typed in a shell.
pub(in crate::commands) fn quoted(word: &str) -> String {
    let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.@:/".contains(&b));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
