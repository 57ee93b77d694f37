//! IMAP, for reading only: folders are opened by EXAMINE, bodies read by BODY.PEEK, and no command changes anything at the server.
//!
//! # The client
//!
//! It is our own, over the stream of `sales_transport`. Of what there was to choose from, `async-imap` 0.12 buffers a response whole before
//! its size is looked at and has no words for QRESYNC, VANISHED or Gmail's attributes; `imap-codec` 2.0 (alpha) parses strictly, so that one
//! odd line of one server (8-bit bytes in quotes, an unknown response) ends the connection. Ours reads any line, refuses a literal by its
//! announced length, bounds depth, number and sum of everything, and passes over what it does not understand; it writes ten commands.
//! `proto` has no connection in it, so all of it is fuzzed.
//!
//! # The way of a mail
//!
//! The stream `folders` lists the folders with their UIDVALIDITY; each folder and UIDVALIDITY is a stream of its own (partition
//! `<UIDVALIDITY>/<name>`). `compare` looks what changed, `load` finds what was there before, `threads` the rest of its threads, `take` fetches.
//! A mail that the ledger holds already ([`crate::Holdings`]) is only noted as a further copy.

mod account;
mod around;
mod choose;
mod compare;
mod conn;
mod count;
mod dates;
mod fault;
mod find;
mod folders;
#[cfg(all(test, not(feature = "fuzzing")))]
mod fuzzing;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod labels;
mod load;
mod login;
mod pool;
mod proto;
mod state;
mod step;
mod take;
mod threads;
mod uids;
mod utf7;

use std::collections::BTreeSet;

use jiff::Timestamp;
use sales_model::{Checkpoint, StreamKey};

pub(crate) use account::{PASSWORD, TOKEN, URL};
pub(crate) use folders::LIST;

use self::{choose::Folder, conn::Conn, fault::Fault, folders::Catalogue, state::State, step::Step, uids::UidSet};
use crate::{Batch, ConnectorError, Cx, FetchRequest, Identity, Known, MailCount, Plan, PlannedStream, ScopeState, Standing, Wanted};

/// Name of the streams that bring mails, one for each folder.
pub(crate) const FOLDER: &str = "folder";
/// Equal ranks run side by side: folders that are new here. What is gone is told of when all else is read, since a mail may have been moved.
const READ: u32 = 10;
const GONE: u32 = u32::MAX;

/// Logs in.
///
/// # Errors
/// The server cannot be reached or trusted, or does not take the credential.
pub(crate) async fn authenticate(cx: &Cx) -> Result<Identity, ConnectorError> {
    let lease = connect(cx, None).await?;
    lease.keep(cx);
    let account = account::read(&cx.credentials)?;
    let (host, user) = (account.target.host, account.user);
    let kind = match account.proof {
        account::Proof::Password(_) => "password",
        account::Proof::Token(_) => "access token",
    };
    let mail = if user.contains('@') { user.to_lowercase() } else { format!("{}@{host}", user.to_lowercase()) };
    Ok(Identity {
        team: format!("imap:{host}"),
        enterprise: String::new(),
        team_name: host,
        user: format!("mail:{mail}"),
        user_name: user,
        own_bots: Vec::new(),
        kind: kind.into(),
        url: String::new(),
        scopes: vec![scope("IMAP", "reading mail", true, true)],
        stands: None,
    })
}

fn scope(name: &str, feature: &str, required: bool, granted: bool) -> ScopeState {
    ScopeState { name: name.into(), feature: feature.into(), required, granted: Some(granted) }
}

/// What the server can do beyond the least: none of it is needed.
///
/// # Errors
/// As [`authenticate`].
pub(crate) async fn probe(cx: &Cx, me: &Identity) -> Result<Vec<ScopeState>, ConnectorError> {
    let mut lease = connect(cx, None).await?;
    let mut scopes = me.scopes.clone();
    if let Ok(conn) = lease.conn() {
        // What a server cannot, nobody can give to a credential: only what there is is told.
        let all = [
            (conn.is_gmail(), "X-GM-EXT-1", "Gmail's labels, threads and search"),
            (conn.qresync, "QRESYNC", "what changed and what is gone is told at once"),
            (conn.can("CONDSTORE"), "CONDSTORE", "a folder without changes costs one request"),
        ];
        scopes.extend(all.into_iter().filter(|(can, ..)| *can).map(|(_, name, feature)| scope(name, feature, false, true)));
    }
    lease.keep(cx);
    Ok(scopes)
}

/// Counts mails; see [`count`].
///
/// # Errors
/// As [`authenticate`].
pub(crate) async fn count(cx: &Cx, since: Timestamp, wanted: &Wanted) -> Result<MailCount, ConnectorError> {
    let mut lease = connect(cx, None).await?;
    let terms: Vec<String> = wanted.terms().into_iter().collect();
    let conn = lease.conn().map_err(|e| e.told("the mail server", &cx.credentials))?;
    let found = Box::pin(count::count(cx, conn, &terms, since)).await.map_err(|e| e.told("the mail server", &cx.credentials))?;
    lease.keep(cx);
    Ok(found)
}

async fn connect(cx: &Cx, mailbox: Option<&[u8]>) -> Result<pool::Lease, ConnectorError> {
    match pool::take(cx, mailbox, false).await {
        Err(e) if e.is_torn() => pool::take(cx, mailbox, true).await,
        other => other,
    }
    .map_err(|e| e.told("the mail server", &cx.credentials))
}

/// The stream that lists the folders; for `Connector::catalogue`.
pub(crate) fn catalogue(cx: &Cx) -> Vec<PlannedStream> {
    vec![PlannedStream { key: key(cx, LIST, String::new()), rank: 0, requests: Some(2), share: None }]
}

/// The folders as the catalogue has them, each a stream; then those that are no more.
pub(crate) fn streams(cx: &Cx, _me: &Identity, plan: &Plan, known: &Known) -> Vec<PlannedStream> {
    let catalogue = Catalogue::of(cx, known);
    let planned = |partition: String, rank| PlannedStream { key: key(cx, FOLDER, partition), rank, requests: None, share: None };
    let mut out: Vec<PlannedStream> = catalogue.folders.iter().map(|f| planned(f.partition(), READ)).collect();
    // Nothing is concluded from an old list, nor before everything that is there was read: a folder may have got another name.
    let loaded = |p: &PlannedStream| known.checkpoints.get(&p.key).is_some_and(|c| State::read(Some(c)).is_loaded());
    // Folders that were read before tell what is gone from them: one after the other, so that a mail that was moved is not struck out by the one
    // folder while the other only notes that it is here already.
    let mut turn = READ;
    for stream in out.iter_mut().filter(|p| loaded(p)) {
        turn = turn.saturating_add(1);
        stream.rank = turn;
    }
    if catalogue.run == Some(plan.now) && out.iter().all(loaded) {
        out.extend(stale(cx, &catalogue, known).into_iter().map(|p| planned(p, GONE)));
    }
    out
}

/// Partitions that the ledger knows and the account has no more.
fn stale(cx: &Cx, catalogue: &Catalogue, known: &Known) -> Vec<String> {
    let current: BTreeSet<String> = catalogue.folders.iter().map(Folder::partition).collect();
    let ours = known.checkpoints.iter().filter(|(k, _)| k.account == cx.account && k.stream == FOLDER && !current.contains(&k.partition));
    let sure = ours.filter(|(k, _)| choose::parts(&k.partition).is_none_or(|(_, name)| !catalogue.unsure.iter().any(|u| u == name)));
    sure.filter(|(_, c)| !State::read(Some(c)).gone).map(|(k, _)| k.partition.clone()).collect()
}

fn key(cx: &Cx, stream: &str, partition: String) -> StreamKey {
    StreamKey { account: cx.account.clone(), stream: stream.into(), partition }
}

/// What was searched for; nothing comes from a folder that is no more.
pub(crate) fn standing(checkpoint: &Checkpoint) -> Standing {
    let State { gone, terms, since, .. } = State::read(Some(checkpoint));
    let searched = terms.into_iter().filter_map(|term| Some((term, since?))).collect();
    Standing { closed: gone, searched: Some(searched) }
}

/// One bounded step of a stream: at most 100 bodies or 8 MiB (or one larger mail).
///
/// # Errors
/// In words, with what the engine may do about it. A connection that breaks is made anew once; what came before it broke is kept.
pub(crate) async fn fetch(cx: &Cx, _me: &Identity, request: FetchRequest<'_>) -> Result<Batch, ConnectorError> {
    let catalogue = Catalogue::of(cx, request.known);
    let folder = catalogue.folders.iter().find(|f| f.partition() == request.key.partition);
    if request.key.stream == FOLDER && folder.is_none() {
        return Ok(gone(request.key, request.from));
    }
    let what = folder.map_or_else(|| "the list of folders".to_owned(), |f| format!("folder {}", f.name));
    let mut fresh = false;
    loop {
        let fault = match pool::take(cx, folder.map(Folder::wire), fresh).await {
            Err(fault) => fault,
            Ok(mut lease) => match Box::pin(attempt(cx, &mut lease, folder, &request)).await {
                Ok((batch, broken)) => {
                    if !broken {
                        lease.keep(cx);
                    }
                    return Ok(batch);
                }
                Err(fault) => {
                    if fault.is_refusal() {
                        lease.keep(cx);
                    }
                    fault
                }
            },
        };
        if let Some(batch) = folder.filter(|_| fresh).and_then(|folder| around::what_it_hangs_up_at(folder, &request, &fault)) {
            return Ok(batch);
        }
        if fresh || !fault.is_torn() {
            return Err(fault.told(&what, &cx.credentials));
        }
        fresh = true;
    }
}

async fn attempt(cx: &Cx, lease: &mut pool::Lease, folder: Option<&Folder>, request: &FetchRequest<'_>) -> Result<(Batch, bool), Fault> {
    let conn: &mut Conn = lease.conn()?;
    let Some(folder) = folder else {
        return folders::fetch(cx, conn, request).await.map(|batch| (batch, false));
    };
    let state = State::read(request.from);
    let (items, held, failures, dropped) = (Vec::new(), Vec::new(), Vec::new(), UidSet::default());
    let mut step = Step { cx, conn, folder, request, state, items, held, dropped, failures, broken: false };
    step.run().await?;
    let broken = step.broken;
    Ok((step.batch(request.key), broken))
}

/// A folder that is no more: all that it held is dropped.
fn gone(key: &StreamKey, from: Option<&Checkpoint>) -> Batch {
    let mut state = State::read(None);
    state.gone = true;
    let mut batch = Batch::empty(state.checkpoint(), false);
    if from.is_some() {
        batch.retired.push(key.partition.clone());
    }
    batch
}
