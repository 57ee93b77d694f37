//! Replies that name no ancestor: once a run has brought everything, each joins the nearest conversation of its subject and people.

use std::collections::{BTreeMap, BTreeSet};

use sales_ledger::Orphan;
use sales_mail::thread::{GAP, links, subject_key};
use sales_model::{Detail, RecordId};

use crate::{App, error::Result, units::MAIL};

/// Brings orphans home. What is decided of conversations has to be decided again afterwards.
pub(crate) async fn bring_home(app: &App) -> Result<()> {
    let store = &app.ports.store;
    // Who comes home brings people with whom others fit: until nobody does, so that it makes no difference how often it is asked.
    let mut last = Vec::new();
    loop {
        let mut home = Vec::new();
        for orphan in store.orphans(MAIL, GAP).await? {
            if let Some(thread) = conversation(app, &orphan).await? {
                home.push((orphan.native, thread));
            }
        }
        if home.is_empty() || home == last {
            return Ok(());
        }
        store.unite(MAIL, &home).await?;
        last = home;
    }
}

/// The conversation that is nearest in time of those whose people and subject fit; of equally near ones the one with the least name.
async fn conversation(app: &App, orphan: &Orphan) -> Result<Option<String>> {
    let store = &app.ports.store;
    let stored = store.record(&RecordId::new(MAIL, &orphan.native)).await?;
    let Some(Detail::Mail(mail)) = stored.first().and_then(|s| s.record.detail.as_deref()) else { return Ok(None) };
    let Some(key) = links(mail, &orphan.native).subject else { return Ok(None) };
    let base = subject_key(&mail.subject);
    // Who asks first is answered: a conversation joins none that began after it.
    let earlier: BTreeSet<&String> = orphan.like.iter().filter(|(_, at)| *at <= orphan.at).map(|(thread, _)| thread).collect();
    let mut gaps = BTreeMap::new();
    for (thread, at) in orphan.like.iter().filter(|(thread, _)| earlier.contains(thread)) {
        let gap = at.duration_since(orphan.at).abs();
        gaps.entry(thread).and_modify(|least: &mut jiff::SignedDuration| *least = gap.min(*least)).or_insert(gap);
    }
    let mut best = None;
    for (thread, gap) in gaps {
        let signs = store.signs_of(MAIL, std::slice::from_ref(thread)).await?;
        let has = |address: &str| signs.iter().any(|s| s.signs.addresses.iter().any(|a| a == address));
        if key.fits(&base, has, gap) && best.as_ref().is_none_or(|(least, _)| gap < *least) {
            best = Some((gap, thread.clone()));
        }
    }
    Ok(best.map(|(_, thread)| thread))
}
