use sales_files::{ChangeError, Regrouping, undone};

use super::made::{half_done, make};
use crate::{
    args::CustomerUndo,
    commands::Cx,
    compose::Home,
    errors::{Exit, Failure, Result},
    output::line,
};

/// Takes a change back.
pub(crate) fn run(cx: &Cx<'_>, a: &CustomerUndo) -> Result<Exit> {
    let home = Home::find(cx)?;
    let (workspace, disk) = (&home.workspace, &*home.disk);
    if let Some(pending) = workspace.pending_change(disk)?.filter(|p| a.change.is_none_or(|id| id == p.id)) {
        // It could not be finished.
        if !a.dry.dry_run {
            workspace.undo(disk, pending.at, pending.id)?;
        }
        let would = if a.dry.dry_run { "Would take" } else { "Took" };
        cx.printer.say(format_args!("{would} back what was done of: sales {}", line(&pending.plan.command)));
        return Ok(half_done(cx, &home, a.dry.dry_run, pending.plan));
    }
    let id = match a.change {
        Some(id) => id,
        None => {
            let (changes, _) = workspace.changes(disk)?;
            let gone = undone(&changes);
            let newest = changes.iter().find(|c| c.plan.undoes.is_none() && !gone.contains(&c.id)).map(|c| c.id);
            newest.ok_or_else(|| Failure::new("there is nothing to take back", "no change stands", "sales customer changes"))?
        }
    };
    let planner = |home: &Home| -> std::result::Result<Regrouping, ChangeError> {
        Ok(Regrouping { plan: home.workspace.plan_undo(&*home.disk, id)?, lost: Vec::new() })
    };
    make(cx, home, "customer_undo", a.dry.dry_run, &planner)
}
