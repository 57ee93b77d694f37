//! Which records are asked for again: those whose ids, hashed with the seed, come first.

use std::collections::BTreeMap;

use sales_ledger::Listed;
use sales_model::{AccountKey, ContentHash, RecordId, Source, StreamKey};

use super::{RecheckRequest, Unasked};
use crate::{Account, App, error::Result, units::source_of};

/// Records listed at once.
const PAGE: usize = 2_000;

/// A record of the sample.
pub(super) struct Chosen {
    pub(super) source: Source,
    pub(super) listed: Listed,
    /// Its copies at the source, where it stands in copies.
    pub(super) copies: Vec<(StreamKey, String)>,
}

impl Chosen {
    pub(super) fn id(&self) -> RecordId {
        RecordId::new(&self.listed.place, &self.listed.native)
    }

    pub(super) fn unasked(&self, why: String) -> Unasked {
        Unasked { record: self.id(), why }
    }

    /// Whether it is asked of an account: one that holds a copy of it, else the one that brought it, or any of its source if that is not
    /// at hand.
    pub(super) fn is_of(&self, account: &AccountKey, all: &[Account]) -> bool {
        if self.source != account.source {
            return false;
        }
        if self.source == Source::EMAIL {
            return self.copies.iter().any(|(key, _)| key.account == *account);
        }
        let by = self.listed.stream.as_ref().map(|key| &key.account);
        by == Some(account) || !all.iter().any(|a| Some(&a.cx.account) == by)
    }
}

/// At most so many records of each source, in the order of their hashes.
pub(super) async fn sample(app: &App, request: &RecheckRequest) -> Result<BTreeMap<Source, Vec<Listed>>> {
    let mut chosen: BTreeMap<Source, BTreeMap<String, Listed>> = BTreeMap::new();
    let mut after = 0;
    loop {
        let page = app.ports.store.listed(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        let known = app.directory.read();
        for listed in page {
            let Some(source) = source_of(&listed.place) else { continue };
            let part = listed.native.strip_prefix(listed.thread.as_str()).is_some_and(|rest| rest.starts_with('/'));
            if part || request.source.as_ref().is_some_and(|s| *s != source) {
                continue;
            }
            if let Some(customer) = &request.customer {
                let whole = known.owners.get(&listed.place).is_some_and(|owners| owners.contains(customer));
                let thread = || known.threads.get(&listed.place).is_some_and(|t| t.of(&listed.thread).any(|c| c == customer));
                if !whole && !thread() {
                    continue;
                }
            }
            let name = format!("{} {}:{}", request.seed, listed.place, listed.native);
            let hash = format!("{:?}", ContentHash::of(name.as_bytes()));
            let all = chosen.entry(source).or_default();
            if all.len() < request.sample || all.last_key_value().is_some_and(|(last, _)| hash < *last) {
                all.insert(hash, listed);
            }
            if all.len() > request.sample {
                all.pop_last();
            }
        }
    }
    Ok(chosen.into_iter().map(|(source, all)| (source, all.into_values().collect())).collect())
}

/// A record with its copies.
pub(super) async fn with_copies(app: &App, listed: Listed) -> Result<Chosen> {
    let source = source_of(&listed.place).unwrap_or(Source::SLACK);
    let copies = if source == Source::EMAIL { app.ports.store.held(&listed.place, &listed.native).await? } else { Vec::new() };
    Ok(Chosen { source, listed, copies })
}
