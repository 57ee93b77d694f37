//! `sales person forget`.

use std::sync::Arc;

use sales_engine::{Silent, Somebody};
use sales_files::Edit;

use crate::{
    args::PersonForget,
    clock,
    commands::{
        Cx,
        forget::{ask, tell},
    },
    compose::{Home, Opened, block_on, connected_sources, open},
    errors::{Exit, Failure, Result},
};

/// Forgets a person.
pub(crate) fn run(cx: &Cx<'_>, a: &PersonForget) -> Result<Exit> {
    let home = Home::find(cx)?;
    let who = block_on(async { meant(&opened(&home).await?, &a.who, true).await })?;
    let label = who.label();
    let words: Vec<String> = a.who.iter().map(|w| format!("\"{w}\"")).collect();
    let sign = a.who.first().map_or("", String::as_str);
    ask(cx, a.sure, &label, sign, &format!("sales person forget {}", words.join(" ")))?;
    if !a.sure.dry_run {
        leave_profiles(&home, &who)?;
    }
    // Nobody changes profiles meanwhile.
    let _turn = home.workspace.lock_refresh(&*home.disk)?;
    let home = Home::at(home.workspace.clone(), home.variables.clone())?;
    let (report, own) = block_on(async { Ok(opened(&home).await?.app.forget_person(&who, a.sure.dry_run).await?) })?;
    tell(cx, "person_forget", &label, &report, &own);
    Ok(Exit::Done)
}

async fn opened(home: &Home) -> Result<Opened> {
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    open(home, timer, Arc::new(Silent), &connected_sources(home)).await
}

/// The one person whom all the words mean; with `again` a name that was forgotten before counts, too.
pub(in crate::commands) async fn meant(opened: &Opened, words: &[String], again: bool) -> Result<Somebody> {
    let mut who = Somebody::default();
    for word in words {
        let mut found = opened.app.find_people(word);
        match (found.pop(), found.is_empty()) {
            (Some(one), true) => who.absorb(one),
            (Some(last), false) => {
                found.push(last);
                let labels: Vec<String> = found.iter().map(Somebody::label).collect();
                let signs: Vec<&str> = found.iter().filter_map(|s| Some(s.addresses.first().or(s.keys.first())?.as_str())).collect();
                return Err(Failure::usage(
                    format!("`{word}` may be several people"),
                    labels.join("; "),
                    format!("name one by address or id: sales person forget {}; or all, if they are the same", signs.join(" | ")),
                ));
            }
            (None, _) => {
                if let Some(forgotten) = opened.app.find_forgotten(word).await?.filter(|_| again) {
                    who.absorb(forgotten);
                    continue;
                }
                return Err(Failure::new(
                    format!("nobody is known as `{word}`"),
                    "no source and no profile names them so",
                    "give the mail address, or the id at the source, such as `slack:U0123`",
                ));
            }
        }
    }
    Ok(who)
}

/// Takes them out of the profiles' contacts and owners.
fn leave_profiles(home: &Home, who: &Somebody) -> Result<()> {
    let is_them = |address: &Option<String>| address.as_ref().is_some_and(|a| who.addresses.contains(&a.to_lowercase()));
    for (id, profile) in home.readable() {
        let contacts = profile.contacts.iter().filter(|c| is_them(&c.email)).filter_map(|c| c.email.clone()).map(Edit::RemoveContact);
        let owner = is_them(&profile.owner).then(|| Edit::Remove { key: "owner".into(), value: None });
        let edits: Vec<Edit> = contacts.chain(owner).collect();
        if !edits.is_empty() {
            home.workspace.edit_profile(&*home.disk, &id, &edits)?;
        }
    }
    Ok(())
}
