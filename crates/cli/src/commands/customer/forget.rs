use std::sync::Arc;

use sales_engine::Silent;
use sales_ledger::Subject;
use sales_model::CustomerId;

use crate::{
    args::CustomerForget,
    clock,
    commands::{
        Cx,
        forget::{ask, tell},
    },
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
};

/// Forgets a customer.
pub(crate) fn run(cx: &Cx<'_>, a: &CustomerForget) -> Result<Exit> {
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let id = match sales_files::resolve(&a.customer, &home.customers) {
        Ok(id) => id,
        // Its folder is gone already: an earlier command was interrupted.
        Err(unknown) => match begun(&home, &a.customer)? {
            Some(id) => id,
            None => return Err(unknown.into()),
        },
    };
    ask(cx, a.sure, &format!("`{id}`"), id.as_str(), &format!("sales customer forget {id}"))?;
    // Nobody changes profiles meanwhile.
    let _turn = home.workspace.lock_refresh(&*home.disk)?;
    let report = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        Ok(opened.app.forget_customer(&id, a.sure.dry_run).await?)
    })?;
    tell(cx, "customer_forget", &format!("`{id}`"), &report, &[]);
    Ok(Exit::Done)
}

/// The customer of that id if its forgetting began and is not over.
fn begun(home: &Home, name: &str) -> Result<Option<CustomerId>> {
    let Ok(id) = name.parse::<CustomerId>() else { return Ok(None) };
    if !home.workspace.ledger_path().exists() {
        return Ok(None);
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let open = block_on(async {
        let opened = open(home, timer, Arc::new(Silent), &[]).await?;
        Ok(opened.store.suppressions().await?.is_open(Subject::Customer, id.as_str()))
    })?;
    Ok(open.then_some(id))
}
