//! The program's own files: what somebody edited is kept aside before they are written over, and what a dead process wrote is told from an
//! edit.

use std::{collections::BTreeSet, path::PathBuf};

use sales_files::{Content, Own, OwnFile, Put};
use sales_ledger::{Announced, FileEntry, Projected};
use sales_model::{ContentHash, CustomerId};

use super::{disk_error, files_error};
use crate::{App, Event, KeptCopy, Ports, SyncReport, error::Result};

/// A file that is to be written or, without content, to go; `own`: hashes of what is the program's there.
pub(super) fn file<'a>(path: PathBuf, content: Option<&'a [u8]>, own: &'a [ContentHash]) -> OwnFile<'a> {
    OwnFile { path, content: content.map(Content::Whole), own: Own::Hashes(own) }
}

/// Writes and removes files, and notes in the report what was kept aside. `false` if one of them was left alone, as it is not what was seen.
pub(crate) fn put(ports: &Ports, files: &[OwnFile<'_>], report: &mut SyncReport) -> Result<bool> {
    let mut done = Vec::new();
    let result = ports.disk.write_own(files, &mut done);
    let shown = |path| ports.workspace.shown(path).into_owned();
    let mut kept = Vec::new();
    for (file, put) in files.iter().zip(&done) {
        if let Put::KeptAside(copy) = put {
            kept.push(KeptCopy { file: shown(&file.path), copy: shown(copy) });
        }
    }
    if let Err(e) = result {
        // The report goes with the error.
        for KeptCopy { file, copy } in kept {
            ports.progress.event(Event::Notice(&format!("{file} was not as the program wrote it: what stood there is kept as {copy}")));
        }
        return Err(disk_error(&e));
    }
    report.edited.append(&mut kept);
    Ok(!done.contains(&Put::Changed))
}

/// Takes in what a process that died or failed announced: what stands in a file is what was written there last, and a file that no unit has
/// goes. To be done while nobody else writes files, and before anything is announced.
pub(crate) async fn settle(app: &App) -> Result<()> {
    let store = &app.ports.store;
    let left = store.announced().await?;
    if left.is_empty() {
        return Ok(());
    }
    let known: BTreeSet<(CustomerId, String)> = store.files(None).await?.into_iter().map(|f| (f.customer, f.path)).collect();
    let ports = app.ports.clone();
    let work = move || {
        let mut found: Vec<Announced> = Vec::new();
        for file in left {
            let path = ports.workspace.customer_dir(&file.customer).join(&file.path);
            let there = ports.disk.hash(&path).map_err(|e| files_error(&path, &e.to_string(), "check the file's permissions"))?;
            if there.is_none() || there != file.hash {
                continue;
            }
            if known.contains(&(file.customer.clone(), file.path.clone())) {
                found.push(file);
            } else {
                let own: Vec<ContentHash> = there.into_iter().collect();
                put(&ports, &[self::file(path, None, &own)], &mut SyncReport::default())?;
            }
        }
        Ok::<_, crate::EngineError>(found)
    };
    let found = tokio::task::spawn_blocking(work).await??;
    Ok(store.settle(found).await?)
}

/// Moves aside what somebody edited in a customer's files of records; they are made again unless they are to go.
pub(crate) async fn keep_edits(app: &App, customer: &CustomerId, report: &mut SyncReport) -> Result<()> {
    let store = &app.ports.store;
    let entries = store.files(Some(customer)).await?;
    let ports = app.ports.clone();
    let work = move || {
        let mut report = SyncReport::default();
        let mut edited = Vec::new();
        for entry in entries.into_iter().filter(|entry| entry.hash.is_some()) {
            let path = ports.workspace.customer_dir(&entry.customer).join(&entry.path);
            let unread = |e: std::io::Error| files_error(&path, &e.to_string(), "check the file's permissions");
            if ports.disk.kind(&path).map_err(unread)?.is_some() && ports.disk.hash(&path).map_err(unread)? != entry.hash {
                put(&ports, &[file(path, None, &[])], &mut report)?;
                edited.push(FileEntry { hash: None, ..entry });
            }
        }
        Ok::<_, crate::EngineError>((edited, report))
    };
    let (edited, part) = tokio::task::spawn_blocking(work).await??;
    report.join(&part);
    if !edited.is_empty() {
        let places: BTreeSet<String> = edited.iter().map(|entry| entry.place.clone()).collect();
        store.projected(Projected { files: edited, ..Projected::default() }).await?;
        store.touch(Some(&places.into_iter().collect::<Vec<_>>()), &[]).await?;
    }
    Ok(())
}
