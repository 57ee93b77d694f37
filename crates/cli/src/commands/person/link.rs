use std::collections::BTreeSet;

use sales_files::LinkEdit;
use sales_model::{Apart, Identity, Same, Told};

use super::{
    made::{Ask, make},
    opened,
    who::{Everybody, Meant, meant},
};
use crate::{
    args::{PersonMerge, PersonSplit},
    clock,
    commands::{
        Cx,
        customer::{option, quoted},
    },
    compose::{Home, block_on},
    errors::{Exit, Failure, Result},
};

/// Says that people are one.
pub(crate) fn merge(cx: &Cx<'_>, a: &PersonMerge) -> Result<Exit> {
    let home = Home::find(cx)?;
    let told = told(cx, &home, &a.word.reason)?;
    let words: Vec<&str> = std::iter::once(&a.who).chain(&a.others).map(String::as_str).collect();
    let people = everybody(&home, &words)?;
    let mut all: Vec<Meant<'_>> = Vec::new();
    for word in words {
        all.push(meant(&people, word, "merge")?);
    }
    for unknown in all.iter().filter(|m| m.person.is_none() && m.named.guest().is_none()) {
        cx.printer.note(format_args!("nobody of a customer's wrote from {} yet, and no profile has it", unknown.named));
    }
    let who: BTreeSet<Identity> = all.iter().map(|m| m.named.clone()).collect();
    if who.len() < 2 {
        return Err(Failure::usage(
            "there is nobody to make one",
            "all words mean the same",
            "name two or more: sales person show WHO lists what they are known by",
        ));
    }
    let groups: BTreeSet<BTreeSet<Identity>> = all.iter().map(identities).collect();
    let words: Vec<String> = who.iter().map(|id| quoted(id.as_str())).collect();
    let command = format!("person merge {}{}", words.join(" "), option("--reason", Some(&told.reason)));
    let edits = match groups.len() {
        // They are one already, and evidence says so.
        1 => Vec::new(),
        _ => vec![LinkEdit::Same(Same { who: who.into_iter().collect(), told }, groups.into_iter().collect())],
    };
    make(cx, home, Ask { kind: "person_merge", command, edits, dry_run: a.word.dry.dry_run })
}

/// Says that something is not somebody's.
pub(crate) fn split(cx: &Cx<'_>, a: &PersonSplit) -> Result<Exit> {
    let home = Home::find(cx)?;
    let told = told(cx, &home, &a.word.reason)?;
    let people = everybody(&home, &[&a.who, &a.identity])?;
    let person = meant(&people, &a.who, "split")?;
    let named = meant(&people, &a.identity, "split")?.named;
    let own = identities(&person);
    if !own.contains(&named) {
        let all: Vec<&str> = own.iter().map(Identity::as_str).collect();
        return Err(Failure::usage(
            format!("`{}` cannot be taken from `{}`", a.identity.trim(), a.who.trim()),
            format!("they are known by {} only", all.join(", ")),
            format!("sales person show {}", quoted(person.named.as_str())),
        ));
    }
    let from: Vec<Identity> = own.into_iter().filter(|id| *id != named).collect();
    if from.is_empty() {
        return Err(Failure::usage(
            format!("`{}` cannot be split", a.who.trim()),
            "they are known by that alone",
            format!("sales person show {}", quoted(person.named.as_str())),
        ));
    }
    let command =
        format!("person split {} {}{}", quoted(person.named.as_str()), quoted(named.as_str()), option("--reason", Some(&told.reason)));
    let edits = vec![LinkEdit::Apart(Apart { who: named, from, told })];
    make(cx, home, Ask { kind: "person_split", command, edits, dry_run: a.word.dry.dry_run })
}

fn everybody(home: &Home, words: &[&str]) -> Result<Everybody> {
    block_on(async { Everybody::load(&opened(home).await?.app, words).await })
}

/// All that somebody is known by.
fn identities(m: &Meant<'_>) -> BTreeSet<Identity> {
    m.person.map_or_else(|| BTreeSet::from([m.named.clone()]), |p| p.identities.iter().map(|i| i.id.clone()).collect())
}

/// The user's word, with when and by whom.
fn told(cx: &Cx<'_>, home: &Home, reason: &str) -> Result<Told> {
    let reason = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if reason.is_empty() {
        return Err(Failure::usage("who is whom needs a reason", "`--reason` is empty", "say how you know: --reason \"she told me\""));
    }
    let at = clock::timer(home.variables.get("SALES_TEST_NOW")).now();
    let by = ["USER", "USERNAME"].iter().find_map(|name| cx.variables.get(name)).map(str::to_owned);
    Ok(Told { reason, by, at: Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()) })
}
