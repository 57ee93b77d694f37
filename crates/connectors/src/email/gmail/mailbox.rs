//! The one stream of a mailbox: first the bodies that turned out to be wanted, then what happened since the last run, then customers' mails
//! that nobody searched for yet, at last what happened meanwhile. Where the mailbox stands as the last run left it, nothing is asked.
//!
//! Where the history begins is noted before anything is searched, so that nothing falls between the two. When Gmail has lost the history, the
//! customers' mails since the last reading are searched again, then all ids of the mailbox are listed (5 units for 500) to see which of the
//! mails that are held are gone; an audit does the latter too.

use sales_model::GapKind;

use super::{
    api::Api,
    errors::{self, Failure},
    history::{self, Step},
    load,
    mails::{self, Names},
    state::{Changes, Stage, State},
};
use crate::{Batch, ConnectorError, Cx, FetchRequest, Mode, Retry};

/// Name of the stream.
pub(crate) const STREAM: &str = "mailbox";

/// One step. `mailbox`: the address that the sign-in is for; `stands`: where its history stood when that was asked.
pub(crate) async fn fetch(cx: &Cx, mailbox: &str, stands: Option<u64>, request: &FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let mut state = State::read(request.from);
    if state.mailbox.is_empty() {
        mailbox.clone_into(&mut state.mailbox);
    } else if !state.mailbox.eq_ignore_ascii_case(mailbox) {
        return Err(another(cx, &state.mailbox, mailbox));
    }
    if state.run != Some(request.plan.now) {
        state.begin(request.plan);
    }
    let mut batch = Batch::empty(state.write(), true);
    loop {
        let at = state.stage;
        step(&Api { cx }, &mut state, stands, request, &mut batch).await.map_err(|f| f.told(&format!("Gmail mailbox {mailbox}")))?;
        // What brought nothing is not worth a page of its own; what was searched with many requests is.
        let light = at == Stage::Begin || (at == Stage::Changes && state.changes.is_none());
        if !light || state.stage == Stage::Done || !(batch.items.is_empty() && batch.held.is_empty() && batch.dropped.is_empty()) {
            break;
        }
    }
    // Where items came, each has its copy beside it.
    let large = batch.items.iter().zip(&batch.held).filter(|(item, _)| item.partial).map(|(_, held)| held.item.clone());
    state.too_large(large, cx.settings.email.max_message_bytes);
    batch.more = state.stage != Stage::Done;
    // The last page of a run says what the whole of it could not see.
    state.missed(std::mem::take(&mut batch.gaps));
    if !batch.more {
        if state.has_large() {
            state.missed(vec![mails::too_large(cx)]);
        }
        batch.gaps.clone_from(&state.gaps);
        batch.read.push(request.read_since_last_run());
        state.run = None;
    }
    batch.next = state.write();
    Ok(batch)
}

/// Somebody else signed in: what the ledger holds would be taken for deleted.
fn another(cx: &Cx, known: &str, now: &str) -> ConnectorError {
    ConnectorError {
        what: format!("Gmail account `{}`", cx.account.name),
        why: format!("it holds the mailbox {known}, and the sign-in is for {now}"),
        hint: format!(
            "sign in as {known} (sales auth login email); or give {now} an account of its own under `[[accounts]]` in workspace.toml"
        ),
        retry: Retry::StopAccount,
        auth: true,
    }
}

async fn step(api: &Api<'_>, state: &mut State, stands: Option<u64>, request: &FetchRequest<'_>, batch: &mut Batch) -> Result<(), Failure> {
    let plan = request.plan;
    match state.stage {
        Stage::Begin => {
            state.wanted_large(lacking(request));
            let owed = !owed(api.cx, state, request).is_empty();
            let as_it_was = stands.is_some() && stands == state.history;
            if plan.mode == Mode::Default
                && as_it_was
                && !owed
                && !state.is_busy()
                && state.next_load(&request.known.wanted, plan.since).is_none()
            {
                state.synced = Some(api.cx.timer.now());
                state.stage = Stage::Done;
                return Ok(());
            }
            let mut next = if state.rebuild.is_some() { Stage::Load } else { Stage::Changes };
            if state.history.is_none() && state.rebuild.is_none() {
                state.history = Some(baseline(api).await?);
                state.synced = Some(api.cx.timer.now());
                next = Stage::Load;
            }
            state.stage = if owed { Stage::Owed } else { next };
        }
        Stage::Owed => owe(api, state, request, batch).await?,
        Stage::Changes | Stage::Closing => changes(api, state, request, batch).await?,
        Stage::Load => searched(api, state, request, batch).await?,
        Stage::Present => {
            present(api, batch).await?;
            state.sweep = false;
            state.stage = Stage::Closing;
            if let Some(rebuild) = state.rebuild.take() {
                state.history = Some(rebuild.history);
                state.synced = Some(rebuild.began);
                state.rebuilt = Some(rebuild.began);
            }
            // An audit that looked has nothing left to do: what happened meanwhile is for the next run.
            if !state.loaded && plan.mode == Mode::Audit {
                state.stage = Stage::Done;
            }
        }
        Stage::Done => {}
    }
    Ok(())
}

/// Where the history stands now.
async fn baseline(api: &Api<'_>) -> Result<u64, Failure> {
    let profile = api.profile().await?;
    profile.history_id.ok_or(Failure::Shape { operation: super::budget::PROFILE, path: "historyId".into() })
}

/// Mails of which the ledger has only headers although they are somebody's.
fn lacking<'r>(request: &FetchRequest<'r>) -> &'r [String] {
    request.known.lacking.get(request.key).map(Vec::as_slice).unwrap_or_default()
}

/// Mails to fetch because only their headers are there, without those that were asked for in this run, and those that are too large.
fn owed(cx: &Cx, state: &State, request: &FetchRequest<'_>) -> Vec<String> {
    state.owed(lacking(request), cx.settings.email.max_message_bytes)
}

/// The next of them.
async fn owe(api: &Api<'_>, state: &mut State, request: &FetchRequest<'_>, batch: &mut Batch) -> Result<(), Failure> {
    let mut ids = owed(api.cx, state, request);
    ids.truncate(super::batch::MOST);
    let Some(last) = ids.last() else {
        state.stage = if state.rebuild.is_some() { Stage::Load } else { Stage::Changes };
        return Ok(());
    };
    let last = last.clone();
    let labels = Names::of(state).labels(api).await?;
    mails::whole(api, &labels, &ids, batch).await?;
    state.owe(last);
    Ok(())
}

async fn changes(api: &Api<'_>, state: &mut State, request: &FetchRequest<'_>, batch: &mut Batch) -> Result<(), Failure> {
    let Some(from) = state.history else {
        state.stage = Stage::Load;
        return Ok(());
    };
    let now = api.cx.timer.now();
    let mut under_way = state.changes.take().unwrap_or_else(|| Changes { began: Some(now), ..Changes::default() });
    let looked = history::step(api, &mut Names::of(state), request, from, &mut under_way, batch).await?;
    match looked {
        Step::On => state.changes = Some(under_way),
        Step::Complete(upto) => {
            state.history = Some(upto);
            state.synced = under_way.began.or(Some(now));
            state.stage = if state.stage == Stage::Closing { Stage::Done } else { Stage::Load };
        }
        Step::Lost if !state.may_rebuild(now) => return Err(lost_again(state)),
        Step::Lost => {
            batch.gaps.push(errors::gap(
                GapKind::OutOfReach,
                "Gmail did not keep the history of changes since the last sync: mails were compared instead, changed labels of older mails are \
                 not seen (`sales sync --source email --full` reads them)",
            ));
            state.rebuild(baseline(api).await?, &request.known.wanted, request.plan, now);
        }
    }
    Ok(())
}

/// Twice within an hour: to compare the mailbox again and again would use up the quota and find the same.
fn lost_again(state: &State) -> Failure {
    let when = state.rebuilt.map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string()).unwrap_or_default();
    Failure::Told(ConnectorError {
        what: "Gmail".into(),
        why: format!("Gmail has lost the history of changes again, after the mailbox was compared on {when}"),
        hint: "run the command again an hour after that; or read everything anew: sales sync --source email --full".into(),
        retry: Retry::Never,
        auth: false,
    })
}

async fn searched(api: &Api<'_>, state: &mut State, request: &FetchRequest<'_>, batch: &mut Batch) -> Result<(), Failure> {
    let Some(mut load) = state.load.take().or_else(|| state.next_load(&request.known.wanted, request.plan.since)) else {
        state.stage = match (state.sweep, state.loaded) {
            (true, _) => Stage::Present,
            (false, true) => Stage::Closing,
            (false, false) => Stage::Done,
        };
        return Ok(());
    };
    state.loaded = true;
    if load.queue.is_empty() && load.more {
        load::find(api, &mut load, &state.asked(lacking(request))).await?;
        tell(api.cx, &load);
    } else {
        let ids = load.take();
        let labels = Names::of(state).labels(api).await?;
        mails::whole(api, &labels, &ids, batch).await?;
    }
    if load.is_complete() {
        state.complete(load);
    } else {
        state.load = Some(load);
    }
    Ok(())
}

/// Says what was found, once per load.
fn tell(cx: &Cx, load: &load::Load) {
    if let (Some(notices), 1.., 0) = (&cx.notices, load.left, load.done) {
        notices(&super::estimate::found(cx, load.left));
    }
}

/// All ids there are. Where the list seems to be cut, nothing is concluded.
async fn present(api: &Api<'_>, batch: &mut Batch) -> Result<(), Failure> {
    let total = api.profile().await?.messages_total.unwrap_or(0);
    let all = load::everything(api).await?;
    // The total counts junk, bin and drafts too, which can be many.
    if (all.len() as u64).saturating_mul(10) < total {
        batch.gaps.push(errors::gap(
            GapKind::Failed,
            "Gmail: the list of all mails seems to be cut; nothing was taken for deleted because of it, and the next audit asks again",
        ));
        return Ok(());
    }
    batch.present = Some(all);
    Ok(())
}
