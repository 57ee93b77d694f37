use std::sync::Arc;

use sales_engine::{Silent, SyncReport};
use sales_model::{CustomerId, Profile};

use crate::{
    clock,
    commands::{Cx, summary},
    compose::{Home, block_on, connected_sources, open},
    errors::Result,
};

/// What a command does to a customer.
pub(in crate::commands) struct Change<'a> {
    /// Its word in the audit log.
    pub(in crate::commands) action: &'a str,
    /// To whom, in words; nothing for what concerns no customer by name.
    pub(in crate::commands) customers: &'a str,
    /// What the user says that customers are known by: of what was forgotten before, this may come again.
    pub(in crate::commands) wanted: Vec<(Option<CustomerId>, Profile)>,
}

/// Brings what was already pulled in line with changed profiles; nothing to do where nothing was pulled yet.
pub(in crate::commands) fn refresh(cx: &Cx<'_>, home: &Home, change: Change<'_>) -> Result<Option<SyncReport>> {
    if !home.workspace.ledger_path().exists() {
        return Ok(None);
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    // One after the other from here on, and with the profiles read anew: of two edits at once, the one that comes last knows both.
    let turn = home.workspace.lock_refresh(&*home.disk)?;
    let home = Home::at(home.workspace.clone(), home.variables.clone())?;
    let connected = connected_sources(&home);
    let Change { action, customers, wanted } = change;
    let (report, lifted) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        drop(turn);
        let mut lifted = false;
        for (customer, profile) in &wanted {
            lifted |= opened.app.remember_customer(customer.as_ref(), profile).await?;
        }
        let report = opened.app.refresh().await?;
        let about = if customers.is_empty() { serde_json::json!({}) } else { serde_json::json!({ "customer": customers }) };
        opened.app.audit(action, about).await?;
        Ok((report, lifted))
    })?;
    summary::edited(cx.printer, &report.edited);
    if lifted {
        cx.printer.complain(format_args!(
            "{customers} was forgotten before; from now on what is theirs is taken in again. `sales sync --full` reads what there was, within \
             `history`, and exports can be imported again"
        ));
    }
    Ok(Some(report))
}
