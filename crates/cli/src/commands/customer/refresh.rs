use std::sync::Arc;

use sales_engine::{Silent, SyncReport};

use crate::{
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::Result,
};

/// Brings what was already pulled in line with changed profiles; nothing to do where nothing was pulled yet.
pub(in crate::commands) fn refresh(home: &Home, action: &str, customer: &str) -> Result<Option<SyncReport>> {
    if !home.workspace.ledger_path().exists() {
        return Ok(None);
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    // One after the other from here on, and with the profiles read anew: of two edits at once, the one that comes last knows both.
    let turn = home.workspace.lock_refresh(&*home.disk)?;
    let home = Home::at(home.workspace.clone(), home.variables.clone())?;
    let connected = connected_sources(&home);
    block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        drop(turn);
        let report = opened.app.refresh().await?;
        opened.app.audit(action, serde_json::json!({ "customer": customer })).await?;
        Ok(Some(report))
    })
}
