//! The ledger follows the journal of changes: before records come to other customers by changed profiles, it learns whose paths they keep.

use std::{collections::BTreeMap, sync::Arc};

use sales_files::{Change, FileChange};
use sales_ledger::Store;
use sales_model::{CustomerId, Profile};

use crate::{
    Ports,
    error::Result,
    project::{Digest, files_error},
};

/// Note of the last change that was followed.
pub(crate) const FOLLOWED: &str = "changes";

/// Note of who became whom.
const HEIRS: &str = "heirs";

/// Customers that are no more, and what they became: what a person said of the one (a call imported for it) holds for the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Heirs(Arc<BTreeMap<CustomerId, CustomerId>>);

impl Heirs {
    /// Who a customer is now.
    pub(crate) fn of<'a>(&'a self, customer: &'a CustomerId, customers: &[(CustomerId, Profile)]) -> &'a CustomerId {
        let lives = |id: &CustomerId| customers.iter().any(|(known, _)| known == id);
        let mut now = customer;
        // A circle, from a change that was taken back, has a customer in it that lives; each is asked once at most.
        for _ in 0..=self.0.len() {
            match self.0.get(now) {
                Some(heir) if !lives(now) => now = heir,
                _ => return now,
            }
        }
        customer
    }
}

/// Takes in what the journal has that the ledger does not know of. Each change is followed once. One that is just being made is
/// followed too, and again when it was made; it does no harm if it comes to nothing: paths are only remembered, and contexts are made again
/// from what there is.
pub(crate) async fn follow(ports: &Ports) -> Result<Heirs> {
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
    let noted = ports.store.get(HEIRS).await?;
    let mut heirs: BTreeMap<CustomerId, CustomerId> = noted.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    if changes.is_empty() {
        return Ok(Heirs(Arc::new(heirs)));
    }
    let carries: Vec<_> = changes.iter().flat_map(|c| c.plan.carries.iter().cloned()).collect();
    let mut notes: Vec<_> = last.map(|last| (FOLLOWED.to_owned(), last.to_string())).into_iter().collect();
    for change in &changes {
        let goes = |id: &CustomerId| {
            change.plan.files.iter().any(|f| matches!(f, FileChange::Profile { customer, after: None, .. } if customer == id))
        };
        heirs.extend(change.plan.carries.iter().filter(|(from, _)| goes(from)).cloned());
        notes.extend(change.customers().into_iter().map(|customer| (format!("summary/{customer}"), String::new())));
    }
    notes.push((HEIRS.to_owned(), serde_json::to_string(&heirs).unwrap_or_default()));
    ports.store.carry_paths(&carries, &notes).await?;
    Ok(Heirs(Arc::new(heirs)))
}

/// Units that are read at once.
const UNITS: usize = 256;

/// How many records each of these customers has, as its files count them.
pub async fn record_counts(store: &Arc<dyn Store>, customers: &[CustomerId]) -> Result<BTreeMap<CustomerId, u64>> {
    let mut out = BTreeMap::new();
    for customer in customers {
        let (mut records, mut after) = (0, (String::new(), String::new()));
        loop {
            let units = store.findings(customer, (&after.0, &after.1), UNITS).await?;
            let Some(last) = units.last() else { break };
            after = (last.place.clone(), last.unit.clone());
            records += units.iter().filter_map(|u| serde_json::from_str::<Digest>(&u.digest).ok()).map(|d| d.records).sum::<u64>();
        }
        out.insert(customer.clone(), records);
    }
    Ok(out)
}
