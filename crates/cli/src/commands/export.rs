//! `sales export`.

use std::{path::Path, sync::Arc};

use sales_engine::Silent;
use serde::Serialize;

use super::{Cx, person::forget::meant};
use crate::{
    args::Export,
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Failure, Result, io_failure},
    output::{count, line},
};

#[derive(Serialize)]
struct Document {
    kind: &'static str,
    out: String,
    records: u64,
    files: u64,
}

/// Writes an export.
pub(crate) fn run(cx: &Cx<'_>, a: &Export) -> Result<Exit> {
    let home = Home::find(cx)?;
    let customer = a.customer.as_deref().map(|name| sales_files::resolve(name, &home.customers)).transpose()?;
    let here = std::env::current_dir().map_err(|e| io_failure("cannot use the current folder", Path::new("."), &e))?;
    let name = customer.as_ref().map_or("person", |id| id.as_str());
    let out = here.join(a.out.clone().unwrap_or_else(|| format!("export-{name}.zip").into()));
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(&home);
    let (entries, records) = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        Ok(match &customer {
            Some(id) => opened.app.export_customer(id, a.raw).await?,
            None => opened.app.export_person(&meant(&opened, &a.person, false).await?, a.raw).await?,
        })
    })?;
    sales_files::write_export(&out, &entries)
        .map_err(|e| Failure::new("nothing was exported", e, "name another file or folder with --out, or make room"))?;
    let document = Document { kind: "export", out: out.display().to_string(), records, files: entries.len() as u64 };
    let p = cx.printer;
    p.say(format_args!("Wrote {}", line(&document.out)));
    p.say(format_args!("  {} in {}", count(records, "record"), count(document.files, "file")));
    p.document(&document);
    Ok(Exit::Done)
}
