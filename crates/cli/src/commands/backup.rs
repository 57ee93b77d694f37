//! `sales backup` and `sales restore`.

use std::{path::Path, sync::Arc};

use sales_engine::Silent;
use sales_files::{BackupError, Manifest};
use serde::Serialize;

use super::Cx;
use crate::{
    args::{Backup, Restore},
    clock,
    compose::{Home, block_on, connected_sources, open},
    errors::{Exit, Failure, Result, io_failure},
    output::{count, grouped, line},
};

#[derive(Serialize)]
struct Document {
    kind: &'static str,
    /// The backup.
    file: String,
    /// The workspace, where one was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<String>,
    made: String,
    secrets: bool,
    files: u64,
    bytes: u64,
}

impl Document {
    fn of(kind: &'static str, file: &Path, workspace: Option<&Path>, manifest: &Manifest) -> Self {
        Document {
            kind,
            file: file.display().to_string(),
            workspace: workspace.map(|w| w.display().to_string()),
            made: manifest.made.clone(),
            secrets: manifest.secrets,
            files: manifest.files.len() as u64,
            bytes: manifest.files.iter().map(|f| f.size).sum(),
        }
    }
}

/// Writes a backup.
pub(crate) fn backup(cx: &Cx<'_>, a: &Backup) -> Result<Exit> {
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let here = std::env::current_dir().map_err(|e| io_failure("cannot use the current folder", Path::new("."), &e))?;
    let stamp = timer.now().strftime("%Y%m%d-%H%M%S");
    let out = here.join(a.out.clone().unwrap_or_else(|| format!("sales-backup-{stamp}.zip").into()));
    let connected = connected_sources(&home);
    let manifest = block_on(async {
        let opened = open(&home, timer, Arc::new(Silent), &connected).await?;
        Ok(opened.app.backup(&out, a.with_secrets, env!("CARGO_PKG_VERSION")).await?)
    })?;
    let document = Document::of("backup", &out, None, &manifest);
    let p = cx.printer;
    p.say(format_args!("Wrote {}", line(&out.display().to_string())));
    p.say(format_args!("  {}, {} bytes before packing", count(document.files, "file"), grouped(document.bytes)));
    if manifest.secrets {
        p.complain("it holds credentials: keep it where nobody else can read it");
    } else {
        p.note("credentials are not in it: keep `.env` elsewhere, or sign in again after a restore");
    }
    p.document(&document);
    Ok(Exit::Done)
}

/// Makes a workspace of a backup.
pub(crate) fn restore(cx: &Cx<'_>, a: &Restore) -> Result<Exit> {
    let manifest = sales_files::restore(&a.file, &a.dir).map_err(|e| {
        let next = match &e {
            BackupError::Exists(_) => "name a folder that is not there yet: sales restore FILE DIR",
            BackupError::NotOne { .. } => "take another backup: nothing was restored from this one",
            BackupError::Io { .. } => "check that the file is there, the disk's room, and the permissions",
        };
        Failure::new("nothing was restored", e, next)
    })?;
    let document = Document::of("restore", &a.file, Some(&a.dir), &manifest);
    let p = cx.printer;
    p.say(format_args!("Restored {}, as it was on {}", line(&a.dir.display().to_string()), manifest.made));
    p.say(format_args!("  {}, all as in the manifest", count(document.files, "file")));
    if !manifest.secrets {
        p.note("credentials are not in it: put `.env` there, or sign in again with `sales auth login`");
    }
    p.note(format_args!("next: sales --workspace {} verify", line(&a.dir.display().to_string())));
    p.document(&document);
    Ok(Exit::Done)
}
