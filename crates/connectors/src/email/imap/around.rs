//! Around what a server hangs up at: Dovecot ends the connection where a mail's file cannot be read (`BYE FETCH failed: Internal error`), and
//! would at each try. So fewer mails are asked for together, until it is known which one it is; that one is told, and tried again in each run.

use super::{
    choose::Folder,
    fault::Fault,
    state::{Phase, State},
    uids::UidSet,
};
use crate::{Batch, FetchRequest, ItemFailure};

/// Mails asked for together at first, then half as many.
const FIRST: u32 = 64;
/// So many in a row, and it is not the mails.
const ROW: u32 = 3;

/// How many mails may be asked for together.
pub(crate) fn bound(state: &State, usual: u64) -> u64 {
    if state.narrow == 0 { usual } else { usual.min(state.narrow.into()) }
}

/// Some came.
pub(crate) fn went_well(state: &mut State) {
    state.row = 0;
    state.narrow = if state.narrow > FIRST / 2 { 0 } else { state.narrow * 2 };
}

/// The next step after the server hung up twice at the same place, over two connections; `None` if that has nothing to do with a mail.
pub(crate) fn what_it_hangs_up_at(folder: &Folder, request: &FetchRequest<'_>, fault: &Fault) -> Option<Batch> {
    let mut state = State::read(request.from);
    if !fault.is_bye() || state.run != Some(request.plan.now) || state.row >= ROW {
        return None;
    }
    let mut failures = Vec::new();
    match next(&state) {
        Some(uid) if state.narrow == 1 || trying(&state) => {
            let item = format!("mail {uid} in {}", folder.name);
            failures.push(ItemFailure::new(item, "the server hangs up when it is asked for it; it is asked again in each sync"));
            pass_over(&mut state, uid);
        }
        Some(_) => state.narrow = if state.narrow == 0 { FIRST } else { state.narrow / 2 },
        None => {
            let load = state.load.as_ref().filter(|l| l.phase == Phase::Threads)?;
            let item = format!("threads of {} mails in {}", load.mine.len(), folder.name);
            failures.push(ItemFailure::new(item, "the server hangs up when it is asked for the rest of them"));
            state.loaded();
        }
    }
    let more = state.has_work();
    let mut batch = Batch::empty(state.checkpoint(), more);
    batch.failures = failures;
    Some(batch)
}

/// The step is one that tries a mail again.
fn trying(state: &State) -> bool {
    let others = [&state.relabel, &state.new, &state.lack].into_iter().any(|queue| !queue.is_empty());
    !others && state.load.is_none()
}

/// The first mail that was asked for; `None` where it was none in particular.
fn next(state: &State) -> Option<u32> {
    let load = state.load.as_ref().filter(|l| matches!(l.phase, Phase::Read | Phase::Rest)).map(|l| &l.todo);
    let busy = [&state.relabel, &state.new, &state.lack].into_iter().find(|queue| !queue.is_empty());
    match (busy, &state.load) {
        (Some(queue), _) => queue.first(),
        (None, Some(_)) => load?.first(),
        (None, None) => state.retry.first(),
    }
}

fn pass_over(state: &mut State, uid: u32) {
    let one = UidSet::range(uid, uid);
    for queue in [&mut state.relabel, &mut state.new, &mut state.lack, &mut state.retry] {
        *queue = queue.minus(&one);
    }
    if let Some(load) = &mut state.load {
        load.todo = load.todo.minus(&one);
    }
    state.bad.insert(uid);
    state.row += 1;
    state.narrow = 0;
    if state.row >= ROW {
        state.retry = UidSet::default();
    }
}
