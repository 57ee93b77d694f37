//! `sales retention`: the rules of `[retention]`, and what the next sync would erase by them.

use std::{collections::BTreeMap, sync::Arc};

use sales_engine::Silent;
use sales_model::RetentionSettings;
use serde::Serialize;

use super::Cx;
use crate::{
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::grouped,
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    rules: &'a RetentionSettings,
    overdue: BTreeMap<&'static str, u64>,
}

/// Shows what would be erased; changes nothing.
pub(crate) fn run(cx: &Cx<'_>) -> Result<Exit> {
    let home = Home::find(cx)?;
    let rules = &home.settings.retention;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let overdue = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        Ok(opened.app.overdue().await?.counts)
    })?;
    let p = cx.printer;
    let all =
        [("slack", rules.slack), ("gong", rules.gong), ("granola", rules.granola), ("email", rules.email), ("deleted", rules.deleted)];
    for (name, keep) in all {
        p.say(format_args!("{name:8} {}", if keep.0.is_some() { format!("erased after {keep}") } else { "never erased".to_owned() }));
    }
    for (what, n) in &overdue {
        p.say(format_args!("  {:>9}  {what}", grouped(*n)));
    }
    p.note(if overdue.is_empty() { "nothing is too old" } else { "the next sync erases that; nothing was changed now" });
    p.document(&Document { kind: "retention", rules, overdue });
    Ok(Exit::Done)
}
