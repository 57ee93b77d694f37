//! What changed since the last run: new mails, labels, mails that are gone.

use std::collections::BTreeMap;

use super::{
    around,
    conn::{Room, Selected},
    fault::Fault,
    labels,
    proto::{Command, Fetched, Response},
    state::State,
    step::{Step, replaced},
    take,
    uids::UidSet,
};
use crate::Held;
use sales_mail::mime;

/// Mails whose labels are read in one step.
const RELABEL: u64 = 500;

/// Opens the folder and looks what is different. With QRESYNC the server says it while it opens the folder; with CONDSTORE it is asked for
/// the flags that changed, and not even that where its counter stands still; else all flags are compared.
pub(crate) async fn changes(step: &mut Step<'_>) -> Result<(), Fault> {
    let first = step.state.run.is_none();
    let since = (!first && step.state.modseq > 0).then_some((step.folder.validity, step.state.modseq));
    let (mut vanished, mut changed) = (UidSet::default(), BTreeMap::new());
    let quick = step.conn.qresync && since.is_some();
    let now = {
        let held = &step.state.held;
        let mut on = |r: Response| match r {
            Response::Vanished { uids, .. } => vanished = vanished.union(&uids.and(held)),
            Response::Fetch(f) => note(held, &mut changed, f),
            _ => {}
        };
        step.conn.examine(step.folder.wire(), since.filter(|_| quick), &mut on).await?
    };
    step.check(now.validity)?;
    if first {
        begin(step, &now).await?;
    } else {
        // Without a counter now (it was lost, or went back) nothing that the server said counts.
        let counts = now.modseq.is_some_and(|m| m >= step.state.modseq) && step.state.modseq > 0;
        let gone = if quick && counts { vanished } else { gone(step, &now).await? };
        drop_all(step, &gone);
        let told = quick && counts;
        if !(told || step.state.held.is_empty()) {
            let only = counts.then_some(step.state.modseq);
            if only.is_none() || now.modseq != Some(step.state.modseq) {
                changed = flags(step, only).await?;
            }
        }
        relabelled(&mut step.state, &changed);
        fresh(step, &now).await?;
    }
    step.state.lack = lacking(step);
    step.state.retry = step.state.bad.clone();
    (step.state.narrow, step.state.row) = (0, 0);
    step.state.modseq = now.modseq.unwrap_or_default();
    step.state.run = Some(step.request.plan.now);
    let instead = first && !replaced(step.request.key, step.folder, step.request.known.checkpoints.iter()).is_empty();
    step.state.plan(&step.request.known.wanted, step.request.plan, instead);
    Ok(())
}

/// Mails held that the ledger wants whole.
fn lacking(step: &Step<'_>) -> UidSet {
    let items = step.request.known.lacking.get(step.request.key);
    let uids: UidSet = items.into_iter().flatten().filter_map(|item| item.parse().ok()).collect();
    uids.and(&step.state.held)
}

/// Keeps what a response says of a mail's labels.
fn note(held: &UidSet, changed: &mut BTreeMap<u32, Fetched>, f: Fetched) {
    if let Some(uid) = f.uid.filter(|uid| held.contains(*uid)) {
        let known = changed.entry(uid).or_default();
        known.flags = f.flags.or(known.flags.take());
        known.labels = f.labels.or(known.labels.take());
    }
}

/// A folder that was never read: everything in it now is for the load.
async fn begin(step: &mut Step<'_>, now: &Selected) -> Result<(), Fault> {
    step.state.last = match now.next {
        Some(next) => next.saturating_sub(1),
        None => existing(step).await?.last().unwrap_or_default(),
    };
    step.state.seen = (now.exists, now.next.unwrap_or_default());
    Ok(())
}

/// Mails held that are no more.
async fn gone(step: &mut Step<'_>, now: &Selected) -> Result<UidSet, Fault> {
    // As many mails, and none came: none went.
    let seen = (now.exists, now.next.unwrap_or_default());
    if step.state.held.is_empty() || (seen == step.state.seen && now.next.is_some()) {
        step.state.seen = seen;
        return Ok(UidSet::default());
    }
    let there = existing(step).await?;
    // What the server itself counts differently says nothing.
    let counted = step.conn.selected.as_ref().map_or(now.exists, |s| s.exists);
    if there.len() < u64::from(now.exists.min(counted)) {
        return Ok(UidSet::default());
    }
    step.state.seen = seen;
    Ok(step.state.held.minus(&there))
}

/// All mails of the folder.
pub(crate) async fn existing(step: &mut Step<'_>) -> Result<UidSet, Fault> {
    let command = step.conn.searching().words("ALL");
    match step.conn.search(&[command]).await {
        Err(e) if e.is_refusal() => {
            let mut all = UidSet::default();
            let command = Command::new("UID FETCH").words("1:* (UID)");
            let mut on = |r: Response| {
                if let Response::Fetch(Fetched { uid: Some(uid), .. }) = r {
                    all.insert(uid);
                }
            };
            step.conn.ok(command, Room::SMALL, &mut on).await?;
            Ok(all)
        }
        other => other,
    }
}

/// Mails that are gone drop their copies.
fn drop_all(step: &mut Step<'_>, gone: &UidSet) {
    let gone = gone.and(&step.state.held);
    if !gone.is_empty() {
        step.state.drop(&gone);
        step.dropped = step.dropped.union(&gone);
    }
}

/// Labels of mails held, of all or of those that changed since the counter.
async fn flags(step: &mut Step<'_>, since: Option<u64>) -> Result<BTreeMap<u32, Fetched>, Fault> {
    let items = if step.conn.is_gmail() { "UID FLAGS X-GM-LABELS" } else { "UID FLAGS" };
    let since = since.map(|m| format!(" (CHANGEDSINCE {m})")).unwrap_or_default();
    let command = Command::new("UID FETCH").words(&format!("{} ({items}){since}", step.state.held.wire(take::SET)));
    let mut changed = BTreeMap::new();
    let held = &step.state.held;
    step.conn
        .ok(command, Room::SMALL, &mut |r| {
            if let Response::Fetch(f) = r {
                note(held, &mut changed, f)
            }
        })
        .await?;
    Ok(changed)
}

/// Notes which mails have other labels now.
fn relabelled(state: &mut State, changed: &BTreeMap<u32, Fetched>) {
    let differs = |(uid, f): &(&u32, &Fetched)| f.flags.is_some() && labels::labels(f).is_some_and(|l| !state.has_labels(**uid, &l));
    let uids: UidSet = changed.iter().filter(differs).map(|(uid, _)| *uid).collect();
    state.relabel = state.relabel.union(&uids);
}

/// New mails. `n:*` means the last mail too where there is none from `n` on (RFC 9051, `seq-range`).
async fn fresh(step: &mut Step<'_>, now: &Selected) -> Result<(), Fault> {
    let last = step.state.last;
    if last == u32::MAX || now.next.is_some_and(|next| next <= last.saturating_add(1)) {
        return Ok(());
    }
    let command = step.conn.searching().words(&format!("UID {}:*", last + 1));
    let found = match step.conn.search(&[command]).await {
        Err(e) if e.is_refusal() => existing(step).await?,
        other => other?,
    };
    let found = found.and(&UidSet::range(last + 1, u32::MAX));
    step.state.new = step.state.new.union(&found);
    step.state.last = last.max(found.last().unwrap_or_default()).max(now.next.map_or(0, |n| n - 1));
    Ok(())
}

/// Tells the labels of mails held that changed, with the records they are of.
pub(crate) async fn relabel(step: &mut Step<'_>) -> Result<(), Fault> {
    let chunk = step.state.relabel.take(around::bound(&step.state, RELABEL));
    let items = format!("{} BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.16384>", take::basic(step.conn.is_gmail()));
    let got = take::fetch(step, &chunk, &items, take::room(chunk.len(), 17 << 10)).await?;
    for (uid, f) in got {
        let header = f.header().cloned().unwrap_or_default();
        let native = step.state.odd(uid).map(str::to_owned).or_else(|| take::native_of(&mime::read_header(&header), &header));
        let Some(labels) = labels::labels(&f) else { continue };
        match native {
            Some(native) => {
                step.state.label(uid, &labels);
                let (labels, thread) = (labels::with_folder(&labels, step.folder), f.thread.map(|t| format!("{t:x}")).unwrap_or_default());
                step.held.push(Held { item: uid.to_string(), native, labels, thread });
            }
            // Only the whole mail tells which record it is.
            None => step.state.new.insert(uid),
        }
    }
    step.state.relabel = step.state.relabel.minus(&chunk);
    around::went_well(&mut step.state);
    Ok(())
}
