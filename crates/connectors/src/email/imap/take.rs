//! Mails fetched: headers first, then the bodies of those that are wanted and not there yet.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use sales_mail::mime;
use sales_model::{Mail, RawItem};

use super::{
    around,
    conn::Room,
    dates,
    fault::Fault,
    labels,
    proto::{Command, Fetched, Response, Status},
    step::Step,
    uids::UidSet,
};
use crate::{Held, ItemFailure};

/// Bodies of one step.
const BODIES: usize = 100;
/// Bytes of bodies of one step, unless the first is larger.
const BYTES: u64 = 8 << 20;
/// Headers of one step in which a single body is read.
const CAREFUL: u64 = 10;
/// Headers of one step in which few bodies are wanted.
const HEADERS: u64 = 500;
/// Of the fields of a header, so many bytes are read: a mail to ten thousand people has more.
const FIELDS: usize = 64 << 10;
/// Of a whole header.
const HEADER: usize = 1 << 20;
/// Longest set of UIDs in a command.
pub(crate) const SET: usize = 4_000;

/// Which mails of a queue are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    /// All: each is new, or belongs to a thread that is wanted.
    All,
    /// Those whose header names a customer; a server's search finds parts of addresses too.
    Named,
    /// The same, and those that the ledger knows.
    NamedOrKnown,
    /// All, and whole: of each the ledger has a header at most, and wants more.
    Whole,
}

/// What came of a queue.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// Mails that are dealt with.
    pub(crate) done: UidSet,
    /// Those of them that are held.
    pub(crate) mine: UidSet,
}

/// A mail's header and what the server says of it.
struct Head {
    fetched: Fetched,
    mail: Mail,
    /// Its record, if its header tells.
    native: Option<String>,
    labels: BTreeSet<String>,
    /// The header is longer than what was read of it.
    cut: bool,
}

/// Items that every FETCH asks for; Gmail's own where there are some.
pub(crate) fn basic(gmail: bool) -> &'static str {
    if gmail { "UID FLAGS X-GM-THRID X-GM-LABELS" } else { "UID FLAGS" }
}

/// Reads what these UIDs have of `items`; what a server says of others, or in several responses, is left out or put together.
pub(crate) async fn fetch(step: &mut Step<'_>, uids: &UidSet, items: &str, room: Room) -> Result<BTreeMap<u32, Fetched>, Fault> {
    let mut all: BTreeMap<u32, Fetched> = BTreeMap::new();
    let command = Command::new("UID FETCH").words(&format!("{} ({items})", uids.wire(SET)));
    let mut on = |r: Response| {
        let Response::Fetch(f) = r else { return };
        let Some(uid) = f.uid.filter(|uid| uids.contains(*uid)) else { return };
        let known = all.entry(uid).or_default();
        known.uid = Some(uid);
        known.flags = f.flags.or(known.flags.take());
        known.labels = f.labels.or(known.labels.take());
        known.size = f.size.or(known.size);
        known.thread = f.thread.or(known.thread);
        known.received = f.received.or(known.received.take());
        known.sections.extend(f.sections);
    };
    step.conn.ok(command, room, &mut on).await?;
    Ok(all)
}

/// Room for answers with so many pieces of headers.
pub(crate) fn room(mails: u64, each: usize) -> Room {
    let bytes = usize::try_from(mails).unwrap_or(usize::MAX).saturating_mul(each).clamp(4 << 20, super::conn::ANSWER);
    Room { bytes, literal: FIELDS + 1024 }
}

async fn heads(step: &mut Step<'_>, chunk: &UidSet) -> Result<BTreeMap<u32, Head>, Fault> {
    let items = format!(
        "{} INTERNALDATE RFC822.SIZE \
         BODY.PEEK[HEADER.FIELDS (FROM SENDER TO CC BCC REPLY-TO MESSAGE-ID REFERENCES IN-REPLY-TO DATE SUBJECT)]<0.{FIELDS}>",
        basic(step.conn.is_gmail())
    );
    let fetched = fetch(step, chunk, &items, room(chunk.len(), FIELDS)).await?;
    let head = |(uid, fetched): (u32, Fetched)| {
        let header = fetched.header().cloned().unwrap_or_default();
        let mail = mime::read_header(&header);
        let native = native_of(&mail, &header);
        let labels = labels::labels(&fetched)?;
        Some((uid, Head { mail, native, labels, cut: header.len() >= FIELDS, fetched }))
    };
    Ok(fetched.into_iter().filter_map(head).collect())
}

/// The record of a mail by its header; `None` where only the whole mail tells.
pub(crate) fn native_of(mail: &Mail, header: &[u8]) -> Option<String> {
    Some(mime::native(mail, header)).filter(|n| !n.is_empty() && !n.starts_with("sha256-"))
}

/// Takes the next mails of a queue.
pub(crate) async fn take(step: &mut Step<'_>, queue: &UidSet, how: How) -> Result<Taken, Fault> {
    let careful = step.state.careful > 0;
    let mut chunk = queue.take(match how {
        _ if careful => CAREFUL,
        How::All | How::Whole => BODIES as u64,
        How::Named | How::NamedOrKnown => HEADERS,
    });
    chunk = chunk.take(around::bound(&step.state, chunk.len()));
    let heads = loop {
        match heads(step, &chunk).await {
            // One of them cannot be read; which, halves of halves tell.
            Err(e) if e.is_refusal() && chunk.len() > 1 => chunk = chunk.take(chunk.len() / 2),
            Err(e) if e.is_refusal() => {
                let item = format!("mail {chunk} in {}", step.folder.name);
                step.failures.push(ItemFailure::new(item, "the server refuses to give its header"));
                return Ok(Taken { done: chunk, mine: UidSet::default() });
            }
            other => break other?,
        }
    };
    let known = known(step, &heads).await;
    let most = step.cx.settings.email.max_message_bytes.max(1);

    let (mut taken, mut want, mut bytes) = (Taken::default(), Vec::new(), 0_u64);
    let mut large = Vec::new();
    for uid in chunk.iter() {
        // Gone meanwhile, or a draft.
        let Some(head) = heads.get(&uid) else {
            taken.done.insert(uid);
            continue;
        };
        let wanted = &step.request.known.wanted;
        let named = head.cut || head.mail.people().iter().any(|a| wanted.concerns(&a.email));
        let held = head.native.as_ref().and_then(|n| known.get(n)).copied();
        let mine = match how {
            How::All | How::Whole => true,
            How::Named => named,
            How::NamedOrKnown => named || held.is_some(),
        };
        if !mine {
            taken.done.insert(uid);
            continue;
        }
        // Known whole; or known by its header, and nothing more is wanted of it.
        let enough = match how {
            // Of one that is too large there is no more to have than the header.
            How::Whole => held == Some(true) || (held == Some(false) && head.fetched.size.is_some_and(|size| size > most)),
            _ => held == Some(true) || (held == Some(false) && !named),
        };
        if let (true, Some(native)) = (enough && !step.again(), &head.native) {
            hold(step, uid, head, native);
            taken.done.insert(uid);
            taken.mine.insert(uid);
            continue;
        }
        let size = head.fetched.size.unwrap_or(0);
        if size > most {
            if large.len() >= 8 {
                break;
            }
            large.push(uid);
            continue;
        }
        let full = want.len() >= if careful { 1 } else { BODIES } || (!want.is_empty() && bytes + size > BYTES);
        if full {
            break;
        }
        bytes += size;
        want.push(uid);
    }
    for uid in large {
        if let Some(head) = heads.get(&uid) {
            header_only(step, uid, head).await?;
        }
        taken.done.insert(uid);
        taken.mine.insert(uid);
    }
    if !want.is_empty() {
        let want: UidSet = want.into_iter().collect();
        let got = if careful { one(step, &want, &heads, most).await? } else { bodies(step, &want, &heads, bytes, most).await? };
        taken.mine = taken.mine.union(&got.mine);
        taken.done = taken.done.union(&got.done);
    }
    around::went_well(&mut step.state);
    Ok(taken)
}

/// What the ledger holds of these mails.
async fn known(step: &Step<'_>, heads: &BTreeMap<u32, Head>) -> BTreeMap<String, bool> {
    let natives: Vec<String> = heads.values().filter_map(|h| h.native.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    if natives.is_empty() { BTreeMap::new() } else { step.request.known.holdings.held(&natives).await }
}

fn hold(step: &mut Step<'_>, uid: u32, head: &Head, native: &str) {
    step.state.hold(uid, native, &head.labels);
    step.held.push(Held {
        item: uid.to_string(),
        native: native.to_owned(),
        labels: labels::with_folder(&head.labels, step.folder),
        thread: head.fetched.thread.map(|t| format!("{t:x}")).unwrap_or_default(),
    });
}

fn raw(step: &Step<'_>, head: &Head, kind: &'static str, body: Bytes) -> RawItem {
    RawItem {
        account: step.cx.account.clone(),
        kind,
        place: Some("mail".into()),
        at: head.fetched.received.as_deref().and_then(dates::received),
        body,
        fetched_at: step.cx.timer.now(),
        route: step.cx.route,
        partial: kind == "header",
    }
}

/// Takes a body that came.
fn came(step: &mut Step<'_>, uid: u32, head: &Head, body: Bytes) {
    let native = mime::native(&mime::read_header(&body), &body);
    let item = raw(step, head, "message", body);
    step.items.push(item);
    hold(step, uid, head, &native);
}

fn failed(step: &mut Step<'_>, uid: u32, head: &Head, reason: &str) {
    let item = format!("mail {uid} in {}", step.folder.name);
    step.failures.push(ItemFailure { item, reason: reason.to_owned(), native: head.native.clone() });
}

/// The bodies of mails, in one command. What came before the connection broke is kept.
async fn bodies(step: &mut Step<'_>, want: &UidSet, heads: &BTreeMap<u32, Head>, bytes: u64, most: u64) -> Result<Taken, Fault> {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    // Some servers' sizes are estimates.
    let room = Room { bytes: number(bytes + bytes / 4 + (1 << 20) + want.len() * 1024), literal: number(most) };
    let command = Command::new("UID FETCH").words(&format!("{want} (UID BODY.PEEK[])"));
    let mut got: BTreeMap<u32, Option<Bytes>> = BTreeMap::new();
    let mut on = |r: Response| {
        if let Response::Fetch(f) = r
            && let Some(uid) = f.uid.filter(|uid| want.contains(*uid))
            && let Some(body) = f.whole()
        {
            got.insert(uid, body.clone());
        }
    };
    let answer = step.conn.run(std::slice::from_ref(&command), room, &mut on).await.map(|mut a| a.pop());
    let mut taken = Taken::default();
    for (uid, body) in got {
        let Some(head) = heads.get(&uid) else { continue };
        match body {
            Some(body) => {
                came(step, uid, head, body);
                taken.mine.insert(uid);
            }
            None => failed(step, uid, head, "the server gives nothing of it"),
        }
        taken.done.insert(uid);
    }
    match answer {
        Ok(Some(answer)) if answer.status == Status::Ok => {
            // What did not come was deleted meanwhile.
            taken.done = taken.done.union(want);
        }
        Ok(Some(answer)) => {
            let refused = Fault::Refused { command: "UID FETCH", answer };
            if !refused.is_refusal() {
                return if taken.done.is_empty() { Err(refused) } else { Ok(taken) };
            }
            step.state.careful = left(want, &taken);
        }
        Ok(None) => return Err(Fault::Protocol("a command has no answer")),
        Err(e) if e.is_too_large() => {
            step.state.careful = left(want, &taken);
            step.broken = true;
        }
        Err(_) if !taken.done.is_empty() => step.broken = true,
        Err(e) => return Err(e),
    }
    Ok(taken)
}

fn left(want: &UidSet, taken: &Taken) -> u32 {
    u32::try_from(want.minus(&taken.done).len()).unwrap_or(u32::MAX)
}

/// One mail by itself, no more of it than is accepted. What cannot be had that way is passed over.
async fn one(step: &mut Step<'_>, want: &UidSet, heads: &BTreeMap<u32, Head>, most: u64) -> Result<Taken, Fault> {
    let most = usize::try_from(most).unwrap_or(usize::MAX - 1).min(u32::MAX as usize - 1);
    let room = Room { bytes: most.saturating_add(1 << 20), literal: most + 1 };
    let items = format!("UID BODY.PEEK[]<0.{}>", most + 1);
    let got = fetch(step, want, &items, room).await;
    step.state.careful = step.state.careful.saturating_sub(1);
    let taken = Taken { done: want.clone(), mine: want.clone() };
    let Some((uid, head)) = want.first().and_then(|uid| Some((uid, heads.get(&uid)?))) else { return Ok(taken) };
    match got {
        Ok(mut got) => match got.remove(&uid).and_then(|f| f.whole().cloned()) {
            Some(Some(body)) if body.len() <= most => came(step, uid, head, body),
            Some(Some(body)) => as_header(step, uid, head, body),
            Some(None) => failed(step, uid, head, "the server gives nothing of it"),
            // Deleted meanwhile.
            None => return Ok(Taken { done: want.clone(), mine: UidSet::default() }),
        },
        Err(e) if e.is_refusal() => failed(step, uid, head, "the server refuses to give it"),
        Err(e) if e.is_too_large() => {
            failed(step, uid, head, "the server sends more than it was asked for");
            step.broken = true;
        }
        Err(e) => return Err(e),
    }
    Ok(Taken { mine: want.and(&step.state.held), ..taken })
}

/// The header of a mail that is too large.
async fn header_only(step: &mut Step<'_>, uid: u32, head: &Head) -> Result<(), Fault> {
    let room = Room { bytes: 4 << 20, literal: HEADER };
    let items = format!("UID BODY.PEEK[HEADER]<0.{HEADER}>");
    let got = fetch(step, &UidSet::range(uid, uid), &items, room).await?;
    if let Some(header) = got.get(&uid).and_then(|f| f.header()) {
        as_header(step, uid, head, header.clone());
    }
    Ok(())
}

/// Takes the header at the beginning of some bytes.
fn as_header(step: &mut Step<'_>, uid: u32, head: &Head, bytes: Bytes) {
    let header = header_of(&bytes);
    let native = mime::native(&mime::read_header(&header), &header);
    let item = raw(step, head, "header", header);
    step.items.push(item);
    hold(step, uid, head, &native);
}

/// A header up to and with its empty line, which is added where it is cut off.
fn header_of(bytes: &Bytes) -> Bytes {
    let mut at = 0;
    while let Some(end) = bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\n')) {
        let line = bytes.get(at..at + end).unwrap_or_default();
        at += end + 1;
        if line.is_empty() || line == b"\r" {
            return bytes.slice(..at);
        }
    }
    let whole = bytes.get(..at.min(HEADER)).unwrap_or_default();
    [whole, b"\r\n"].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_with_an_empty_line() {
        for (bytes, header) in [
            ("A: b\r\n\r\nbody\r\n\r\n", "A: b\r\n\r\n"),
            ("A: b\n\nbody", "A: b\n\n"),
            ("A: b\r\nC: cut o", "A: b\r\n\r\n"),
            ("", "\r\n"),
            ("\r\nbody", "\r\n"),
        ] {
            assert_eq!(header_of(&Bytes::from_static(bytes.as_bytes())), header, "{bytes:?}");
        }
    }
}
