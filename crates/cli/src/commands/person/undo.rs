use sales_files::{ChangeError, FileChange, Plan, undone};

use super::made::carry_out;
use crate::{
    args::PersonUndo,
    commands::Cx,
    compose::Home,
    errors::{Exit, Failure, Result},
};

/// Takes back what was said of who is whom.
pub(crate) fn run(cx: &Cx<'_>, a: &PersonUndo) -> Result<Exit> {
    let home = Home::find(cx)?;
    let (changes, _) = home.workspace.changes(&*home.disk)?;
    let gone = undone(&changes);
    let about_people = |plan: &Plan| plan.files.iter().any(|file| matches!(file, FileChange::People { .. }));
    let id = match a.change {
        Some(id) => {
            if changes.iter().any(|c| c.id == id && !about_people(&c.plan)) {
                let why = "it is no change of who is whom";
                return Err(Failure::usage("nothing was changed", format!("{why}: {id}"), format!("sales customer undo {id}")));
            }
            id
        }
        None => {
            let stands = changes.iter().find(|c| c.plan.undoes.is_none() && !gone.contains(&c.id) && about_people(&c.plan));
            stands.map(|c| c.id).ok_or_else(|| {
                Failure::new("there is nothing to take back", "no change of who is whom stands", "sales customer changes lists all changes")
            })?
        }
    };
    let planner = |home: &Home| -> std::result::Result<Plan, ChangeError> {
        Ok(Plan { command: format!("person undo {id}"), ..home.workspace.plan_undo(&*home.disk, id)? })
    };
    carry_out(cx, home, "person_undo", a.dry.dry_run, &planner)
}
