use std::sync::Arc;

use sales_engine::{Preview, Silent};
use sales_files::{ChangeId, keep_telling_domains};
use sales_model::{CustomerId, Profile};
use serde::Serialize;

use super::{
    edits::edits,
    moves,
    older::{self, Asked},
};
use crate::{
    args::Decide,
    clock,
    commands::{
        Cx,
        customer::{Change as Refresh, refresh},
    },
    compose::{Home, block_on, connected_sources, open, profiles, tell_filed},
    errors::{Exit, Failure, Result},
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    /// The words that do it.
    command: &'a str,
    #[serde(flatten)]
    preview: &'a Preview,
    /// What mailboxes hold of those who would be new; in a preview only.
    #[serde(skip_serializing_if = "Option::is_none")]
    older: Option<&'a Asked>,
    /// The change's number; none in a preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<String>,
}

/// Shows what a decision or a changed profile would move, and with `apply` makes it so.
pub(crate) fn run(cx: &Cx<'_>, a: &Decide, apply: bool) -> Result<Exit> {
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let now = timer.now();
    let connected = connected_sources(&home);
    let (wish, preview, older) = block_on(async {
        let opened = open(&home, timer.clone(), Arc::new(Silent), &connected).await?;
        let wish = edits(&home, &opened, a).await?;
        let profiles = changed(&home, &wish.edits)?;
        let preview = opened.app.preview(profiles.clone()).await?;
        let older = if apply { None } else { older::ask(&home, &opened.app, &timer, &profiles, a.offline).await? };
        Ok((wish, preview, older))
    })?;
    let p = cx.printer;
    let words = format!("sales {}", wish.command);
    if home.workspace.plan_edits(&*home.disk, &wish.command, &wish.edits)?.files.is_empty() {
        p.say("Nothing to change: the profiles say so already");
        p.document(&Document { kind: kind(apply), command: &words, preview: &preview, older: older.as_ref(), change: None, undo: None });
        return Ok(Exit::Done);
    }
    wish.remarks.iter().for_each(|remark| p.note(format_args!("{remark}")));
    moves::show(p, &preview, apply, Some(a.all));
    older.iter().for_each(|older| older::show(p, older));
    if !apply {
        p.say(format_args!("Nothing was changed; to do it: {words}"));
        p.document(&Document {
            kind: "match_preview",
            command: &words,
            preview: &preview,
            older: older.as_ref(),
            change: None,
            undo: None,
        });
        return Ok(Exit::Done);
    }
    let change = home.workspace.change(&*home.disk, now, &wish.command, &wish.edits)?;
    let names = wish.edits.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join(" ");
    let undo = format!("sales match undo {}", change.id);
    p.say(format_args!("Take it back with: {undo}"));
    // The change stands, whatever becomes of the files that follow from it.
    let wanted = vec![(None, wish.said)];
    refresh(cx, &home, Refresh { action: "match.apply", customers: &names, wanted })
        .map_err(|f| Failure { next: format!("{}; then sales sync makes the files that follow from the change", f.next), ..f })?;
    p.document(&Document {
        kind: "match_apply",
        command: &words,
        preview: &preview,
        older: older.as_ref(),
        change: Some(change.id),
        undo: Some(undo),
    });
    Ok(Exit::Done)
}

fn kind(apply: bool) -> &'static str {
    if apply { "match_apply" } else { "match_preview" }
}

/// The profiles as the edits would make them.
fn changed(home: &Home, edits: &[(CustomerId, Vec<sales_files::Edit>)]) -> Result<Vec<(CustomerId, Profile)>> {
    let mut customers: Vec<(CustomerId, Profile)> = profiles(home)?;
    for (id, edits) in edits {
        let mut profile = home.workspace.edited_profile(&*home.disk, id, edits)?;
        keep_telling_domains(&mut profile, &home.settings);
        if let Some((_, old)) = customers.iter_mut().find(|(known, _)| known == id) {
            *old = profile;
        }
    }
    tell_filed(home, &mut customers);
    Ok(customers)
}
