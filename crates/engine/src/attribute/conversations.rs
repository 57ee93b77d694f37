//! Whose conversations are that consist of several records with signs of their own: mail.

use std::sync::Arc;

use sales_ledger::{Lease, PageCommit};
use sales_model::{Scope, Signs};

use super::meetings::Judge;
use crate::{App, error::Result};

/// One entry per conversation: what all its records tell. `signs` is sorted by conversation.
pub(super) fn merged(signs: Vec<(String, Signs)>) -> Vec<(String, Signs)> {
    let mut out: Vec<(String, Signs)> = Vec::with_capacity(signs.len());
    for (thread, signs) in signs {
        match out.last_mut() {
            Some((last, all)) if *last == thread => all.absorb(signs),
            _ => out.push((thread, signs)),
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
    let judge = Judge::new(app);
    let mut commit = PageCommit { at: Some(app.ports.timer.now()), ..PageCommit::default() };
    for group in found.chunk_by(|a, b| a.0 == b.0) {
        let Some((place, _)) = group.first() else { continue };
        let threads: Vec<String> = group.iter().map(|(_, thread)| thread.clone()).collect();
        commit.decided.extend(threads.iter().map(|t| Scope::Thread { place: place.to_string(), thread: t.clone() }));
        for (thread, signs) in merged(app.ports.store.signs_of(place, &threads).await?) {
            let (owners, doubt) = judge.decide(&Scope::Thread { place: place.to_string(), thread }, &signs);
            commit.attribution.extend(owners);
            commit.doubts.extend(doubt);
        }
    }
    app.directory.decided_threads(&commit.decided, &commit.attribution);
    app.ports.store.commit(lease, commit).await?;
    Ok(())
}
