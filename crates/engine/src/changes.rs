//! The ledger follows the journal of changes: before records come to other customers by changed profiles, it learns whose paths they keep.

use sales_files::Change;

use crate::{Ports, error::Result, project::files_error};

/// Note of the last change that was followed.
pub(crate) const FOLLOWED: &str = "changes";

/// Takes in what the journal has that the ledger does not know of. Each change is followed once. One that is just being made is
/// followed too, and again when it was made; it does no harm if it comes to nothing: paths are only remembered, and contexts are made again
/// from what there is.
pub(crate) async fn follow(ports: &Ports) -> Result<()> {
    let known: Option<u64> = ports.store.get(FOLLOWED).await?.and_then(|text| text.parse().ok());
    let (disk, workspace) = (ports.disk.clone(), ports.workspace.clone());
    let read = move || -> std::result::Result<(Vec<Change>, Option<u64>), sales_files::FileError> {
        let new: Vec<_> = workspace.change_ids(&*disk)?.into_iter().filter(|id| known.is_none_or(|k| id.number() > k)).collect();
        // An unreadable one is told by `sales customer changes`; what it did to profiles is seen without it.
        let mut changes: Vec<Change> = new.into_iter().filter_map(|id| workspace.read_change_of(&*disk, id).ok().flatten()).collect();
        let last = changes.last().map(|c| c.id.number());
        changes.extend(workspace.pending_change(&*disk).ok().flatten());
        Ok((changes, last))
    };
    let (changes, last) = tokio::task::spawn_blocking(read).await?.map_err(|e| files_error(&e.path, &e.reason, &e.next))?;
    if changes.is_empty() {
        return Ok(());
    }
    let carries: Vec<_> = changes.iter().flat_map(|c| c.plan.carries.iter().cloned()).collect();
    let mut notes: Vec<_> = last.map(|last| (FOLLOWED.to_owned(), last.to_string())).into_iter().collect();
    for change in &changes {
        notes.extend(change.customers().into_iter().map(|customer| (format!("summary/{customer}"), String::new())));
    }
    Ok(ports.store.carry_paths(&carries, &notes).await?)
}
