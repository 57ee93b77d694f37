//! Whose conversations are that consist of several records with signs of their own: mail.

use std::sync::Arc;

use sales_ledger::{Lease, PageCommit, RecordSigns};
use sales_model::{Scope, Signs};

use crate::{App, error::Result};

/// A conversation with what all its records tell.
pub(super) struct Conversation {
    pub(super) thread: String,
    /// Vendor ids of its records.
    pub(super) natives: Vec<String>,
    pub(super) signs: Signs,
}

/// One entry per conversation. `records` is sorted by conversation.
pub(super) fn merged(records: Vec<RecordSigns>) -> Vec<Conversation> {
    let mut out: Vec<Conversation> = Vec::with_capacity(records.len());
    for RecordSigns { thread, native, signs } in records {
        match out.last_mut() {
            Some(last) if last.thread == thread => {
                last.natives.push(native);
                last.signs.absorb(signs);
            }
            _ => out.push(Conversation { thread, natives: vec![native], signs }),
        }
    }
    out
}

/// Decides the conversations that a page's records turned out to be in. Their names are known only when the page is in the ledger. If the
/// process dies between the two, whoever opens the workspace next decides everything anew: the ledger has other versions then than the last
/// decision was made for.
pub(crate) async fn attribute_conversations(app: &App, lease: &Lease, found: &[(Arc<str>, String)]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let rules = app.directory.rules();
    let mut commit = PageCommit { at: Some(app.ports.timer.now()), ..PageCommit::default() };
    for group in found.chunk_by(|a, b| a.0 == b.0) {
        let Some((place, _)) = group.first() else { continue };
        let threads: Vec<String> = group.iter().map(|(_, thread)| thread.clone()).collect();
        commit.decided.extend(threads.iter().map(|t| Scope::Thread { place: place.to_string(), thread: t.clone() }));
        for Conversation { thread, natives, signs } in merged(app.ports.store.signs_of(place, &threads).await?) {
            let (owners, doubt) = rules.conversation(&Scope::Thread { place: place.to_string(), thread }, &natives, &signs);
            commit.attribution.extend(owners);
            commit.doubts.extend(doubt);
        }
    }
    app.directory.decided_threads(&commit.decided, &commit.attribution);
    app.ports.store.commit(lease, commit).await?;
    Ok(())
}
