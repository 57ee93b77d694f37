//! A change of who is whom, shown before and after it is made.

use std::path::Path;

use sales_engine::{PersonView, Preview};
use sales_files::{ChangeError, ChangeId, FileChange, LinkEdit, Plan, parse_links};
use sales_model::{Identity, Links};
use serde::Serialize;

use super::{opened, show::show, who::Everybody};
use crate::{
    clock,
    commands::{
        Cx,
        customer::{Change as Refresh, refresh},
        decide::moves,
    },
    compose::{Home, block_on},
    errors::{Exit, Failure, Result},
    output::count,
};

/// What is asked for.
pub(super) struct Ask {
    pub(super) kind: &'static str,
    /// In words that follow on "sales".
    pub(super) command: String,
    pub(super) edits: Vec<LinkEdit>,
    pub(super) dry_run: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    dry_run: bool,
    /// The words that do it.
    command: &'a str,
    /// The change's number; none in a dry run, or where there was nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<ChangeId>,
    /// Who is other than they were, as they are then.
    people: &'a [PersonView],
    #[serde(flatten)]
    preview: &'a Preview,
    #[serde(skip_serializing_if = "Option::is_none")]
    undo: Option<String>,
}

/// Says what to do from the file as it is.
pub(super) type Planner<'a> = &'a dyn Fn(&Home) -> std::result::Result<Plan, ChangeError>;

/// Makes a change of the user's words, or shows it.
pub(super) fn make(cx: &Cx<'_>, home: Home, ask: Ask) -> Result<Exit> {
    let Ask { kind, command, edits, dry_run } = ask;
    carry_out(cx, home, kind, dry_run, &|home: &Home| home.workspace.plan_links(&*home.disk, &command, &edits))
}

/// Makes a planned change, or shows it, and brings what was pulled in line with it.
pub(super) fn carry_out(cx: &Cx<'_>, home: Home, kind: &'static str, dry_run: bool, planner: Planner<'_>) -> Result<Exit> {
    let p = cx.printer;
    let plan = planner(&home)?;
    let command = format!("sales {}", plan.command);
    if plan.files.is_empty() {
        p.say("Nothing to change: it is so already");
        p.document(&Document { kind, dry_run, command: &command, change: None, people: &[], preview: &Preview::default(), undo: None });
        return Ok(Exit::Done);
    }
    let links = links_after(&home, &plan)?;
    let (before, after, preview) = block_on(async {
        let app = opened(&home).await?.app;
        let everybody = app.people().await?;
        Ok((everybody.joined(&app.links()), everybody.joined(&links), app.preview_links(&links).await?))
    })?;
    if dry_run {
        let people = changed(&before, after);
        people.iter().for_each(|person| show(p, person));
        moves::show(p, &preview, false, None);
        p.say("Nothing was changed: type it without --dry-run to do it");
        p.document(&Document { kind, dry_run, command: &command, change: None, people: &people, preview: &preview, undo: None });
        return Ok(Exit::Done);
    }
    let now = clock::timer(home.variables.get("SALES_TEST_NOW")).now();
    let change = home.workspace.make_change(&*home.disk, now, &|| planner(&home))?;
    let undo = format!("sales person undo {}", change.id);
    // The change stands, whatever becomes of the files that follow from it.
    let action = kind.replace('_', ".");
    let report = refresh(cx, &home, Refresh { action: &action, customers: "", wanted: Vec::new() }).map_err(|f| Failure {
        next: format!("{}; then sales sync makes the files that follow from the change (to take it back: {undo})", f.next),
        ..f
    })?;
    let home = Home::at(home.workspace, home.variables)?;
    let people = changed(&before, block_on(async { Ok(Everybody::load(&opened(&home).await?.app, &[]).await?.people) })?);
    people.iter().for_each(|person| show(p, person));
    moves::show(p, &preview, true, None);
    p.say(format_args!("Wrote {}. Take it back with: {undo}", count(report.map_or(0, |report| report.files), "file")));
    p.document(&Document {
        kind,
        dry_run,
        command: &command,
        change: Some(change.id),
        people: &people,
        preview: &preview,
        undo: Some(undo),
    });
    Ok(Exit::Done)
}

/// Who is whom when a plan is carried out.
fn links_after(home: &Home, plan: &Plan) -> Result<Links> {
    let text = plan.files.iter().find_map(|file| if let FileChange::People { after, .. } = file { after.as_deref() } else { None });
    Ok(parse_links(Path::new("people.toml"), text.unwrap_or_default().trim_start_matches('\u{feff}'))
        .map_err(|e| sales_files::FileError { path: home.workspace.people_path(), ..e })?)
}

/// Those who are others than before: known by more, by less, or for other reasons.
fn changed(before: &[PersonView], after: Vec<PersonView>) -> Vec<PersonView> {
    let ids = |p: &PersonView| p.identities.iter().map(|i| i.id.clone()).collect::<Vec<Identity>>();
    after.into_iter().filter(|p| !before.iter().any(|old| ids(old) == ids(p) && old.joins == p.joins && old.apart == p.apart)).collect()
}
