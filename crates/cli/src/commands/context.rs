use std::sync::Arc;

use sales_engine::{KeptCopy, Silent};
use serde::Serialize;

use super::{Cx, documents, summary};
use crate::{
    args::{Context, Size},
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Result},
    output::block,
};

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    #[serde(flatten)]
    context: documents::Context<'a>,
    /// Edited files whose version was kept aside.
    #[serde(skip_serializing_if = "<[KeptCopy]>::is_empty")]
    edited: &'a [KeptCopy],
}

/// Makes and prints a customer's context.
pub(crate) fn run(cx: &Cx<'_>, a: &Context) -> Result<Exit> {
    let Size::Compact = a.size;
    let home = Home::find(cx)?;
    let id = home.customer(&a.customer)?.0.clone();
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let (text, edited) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        Ok(opened.app.context(&id).await?)
    })?;
    summary::edited(cx.printer, &edited);
    cx.printer.say_block(&block(&text));
    let context = documents::Context { customer: id.as_str(), path: summary::context_path(&id), size: "compact", text: &text };
    cx.printer.document(&Document { kind: "context", context, edited: &edited });
    Ok(Exit::Done)
}
