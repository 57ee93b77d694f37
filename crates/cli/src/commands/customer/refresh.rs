use std::sync::Arc;

use sales_engine::{Silent, SyncReport};
use sales_model::{CustomerId, Profile};

use crate::{
    clock,
    commands::Cx,
    compose::{Home, block_on, connected_sources, open},
    errors::Result,
};

/// What a command does to a customer.
pub(super) struct Change<'a> {
    /// Its word in the audit log.
    pub(super) action: &'a str,
    /// To whom.
    pub(super) customer: &'a CustomerId,
    /// What the user says that the customer is known by: of what was forgotten before, this may come again.
    pub(super) wanted: (Option<&'a CustomerId>, Profile),
}

/// Brings what was already pulled in line with changed profiles; nothing to do where nothing was pulled yet.
pub(super) fn refresh(cx: &Cx<'_>, home: &Home, change: Change<'_>) -> Result<Option<SyncReport>> {
    if !home.workspace.ledger_path().exists() {
        return Ok(None);
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    // One after the other from here on, and with the profiles read anew: of two edits at once, the one that comes last knows both.
    let turn = home.workspace.lock_refresh(&*home.disk)?;
    let home = Home::at(home.workspace.clone(), home.variables.clone())?;
    let connected = connected_sources(&home);
    let Change { action, customer, wanted } = change;
    let (report, lifted) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        drop(turn);
        let lifted = opened.app.remember_customer(wanted.0, &wanted.1).await?;
        let report = opened.app.refresh().await?;
        opened.app.audit(action, serde_json::json!({ "customer": customer.as_str() })).await?;
        Ok((report, lifted))
    })?;
    if lifted {
        cx.printer.complain(format_args!(
            "{customer} was forgotten before; from now on what is theirs is taken in again. `sales sync --full` reads what there was, within \
             `history`, and exports can be imported again"
        ));
    }
    Ok(Some(report))
}
