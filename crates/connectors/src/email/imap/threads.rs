//! The rest of the threads: mails among ourselves that answer a customer's, or that a customer's answers.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use bytes::Bytes;
use sales_mail::mime;
use sales_model::Mail;

use super::{
    fault::Fault,
    find, load,
    proto::{Command, Response},
    state::{Load, Phase},
    step::Step,
    take,
    uids::UidSet,
};

/// So many other mails are compared by reading their headers; where there are more, the server is asked for the threads' first mails.
const READ: u64 = 20_000;
/// Mails whose threads are looked for in one step, where the server is asked.
const ASKED: u32 = 400;
/// Of the ids that a mail refers to: more name the same thread again, or are made up.
const REFERENCES: usize = 50;
/// How often threads found let further ones be found.
const ROUNDS: usize = 10;
/// Headers in one command.
const HEADERS: u64 = 2_000;
const ITEMS: &str = "UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID REFERENCES IN-REPLY-TO)]<0.16384>";

/// Looks for mails that belong to the threads of those that the load found.
pub(crate) async fn find(step: &mut Step<'_>, mut load: Load) -> Result<(), Fault> {
    let found = if step.conn.is_gmail() {
        by_gmail(step, &mut load).await?
    } else {
        let others = load::dated(step, &load).await?;
        let others = others.and(&UidSet::range(1, step.state.last)).minus(&step.state.new).minus(&load.mine).minus(&step.state.bad);
        if others.len() <= READ {
            load.at = u32::MAX;
            by_headers(step, &load.mine.clone(), &others).await?
        } else {
            by_asking(step, &mut load).await?
        }
    };
    let found = found.and(&UidSet::range(1, step.state.last)).minus(&step.state.new).minus(&load.mine);
    let found = if load.again { found } else { found.minus(&step.state.held) };
    load.todo = load.todo.union(&found);
    if u64::from(load.at) >= load.mine.len() {
        load.at = 0;
        load.phase = Phase::Rest;
    }
    step.state.load = Some(load);
    load::finish(step);
    Ok(())
}

/// The next mails whose threads are looked for.
fn next(load: &mut Load) -> UidSet {
    let upto = load.mine.take(u64::from(load.at) + u64::from(ASKED));
    let chunk = upto.minus(&load.mine.take(u64::from(load.at)));
    load.at = load.at.saturating_add(ASKED);
    chunk
}

/// Gmail knows its threads.
async fn by_gmail(step: &mut Step<'_>, load: &mut Load) -> Result<UidSet, Fault> {
    let chunk = next(load);
    let got = take::fetch(step, &chunk, "UID X-GM-THRID", take::room(chunk.len(), 256)).await?;
    let mut threads: Vec<String> = got.values().filter_map(|f| f.thread).map(|t| format!("X-GM-THRID {t}")).collect();
    threads.sort();
    threads.dedup();
    ask(step, &threads).await
}

async fn ask(step: &mut Step<'_>, keys: &[String]) -> Result<UidSet, Fault> {
    let begin = step.conn.searching();
    let searches: Vec<Command> = keys.chunks(find::TERMS).map(|some| begin.clone().words(&find::any(some))).collect();
    let mut found = UidSet::default();
    for some in searches.chunks(5) {
        found = found.union(&step.conn.search(some).await?);
    }
    Ok(found)
}

/// Asks for what the first mail of each thread is, and what refers to it: every answer names it (RFC 5322, 3.6.4).
async fn by_asking(step: &mut Step<'_>, load: &mut Load) -> Result<UidSet, Fault> {
    let chunk = next(load);
    let mut roots = Vec::new();
    each(step, &chunk, |_, mail| roots.extend(mail.references.first().or(Some(&mail.message_id)).cloned())).await?;
    roots.sort();
    roots.dedup();
    let plain = |id: &&String| (3..=200).contains(&id.len()) && id.bytes().all(|b| matches!(b, b'!'..=b'~') && b != b'"' && b != b'\\');
    let keys: Vec<String> =
        roots.iter().filter(plain).flat_map(|id| [format!("HEADER REFERENCES \"{id}\""), format!("HEADER MESSAGE-ID \"{id}\"")]).collect();
    match ask(step, &keys).await {
        // It cannot search headers: what is among ourselves stays out.
        Err(e) if e.is_refusal() => Ok(UidSet::default()),
        other => other,
    }
}

/// Reads headers of mails, a part after the other.
async fn each(step: &mut Step<'_>, uids: &UidSet, mut on: impl FnMut(u32, Mail) + Send) -> Result<(), Fault> {
    let (mut rest, mut together) = (uids.clone(), HEADERS);
    while !rest.is_empty() {
        let chunk = rest.take(together);
        let command = Command::new("UID FETCH").words(&format!("{} ({ITEMS})", chunk.wire(take::SET)));
        let mut one = |r: Response| {
            if let Response::Fetch(f) = r
                && let (Some(uid), Some(header)) = (f.uid.filter(|uid| chunk.contains(*uid)), f.header())
            {
                on(uid, mime::read_header(&Bytes::clone(header)));
            }
        };
        match step.conn.ok(command, take::room(chunk.len(), 17 << 10), &mut one).await {
            // Of one that cannot be read nothing is known; the others are asked for without it.
            Err(e) if e.is_refusal() && chunk.len() > 1 => together = chunk.len() / 2,
            Err(e) if !e.is_refusal() => return Err(e),
            _ => {
                rest = rest.minus(&chunk);
                together = (together * 2).min(HEADERS);
            }
        }
    }
    Ok(())
}

/// Compares headers here: whoever shares an id with a thread belongs to it.
async fn by_headers(step: &mut Step<'_>, mine: &UidSet, others: &UidSet) -> Result<UidSet, Fault> {
    let mut ids: HashSet<u64> = HashSet::new();
    each(step, mine, |_, mail| ids.extend(named(&mail))).await?;
    let mut rest: Vec<(u32, Vec<u64>)> = Vec::new();
    each(step, others, |uid, mail| rest.push((uid, named(&mail)))).await?;
    let mut found = UidSet::default();
    for _ in 0..ROUNDS {
        let before = rest.len();
        rest.retain(|(uid, names)| {
            let related = names.iter().any(|n| ids.contains(n));
            if related {
                found.insert(*uid);
                ids.extend(names);
            }
            !related
        });
        if rest.len() == before {
            break;
        }
    }
    Ok(found)
}

/// The ids that a mail names: its own and those it refers to.
fn named(mail: &Mail) -> Vec<u64> {
    let n = mail.references.len();
    let references = mail.references.iter().enumerate().filter(|(i, _)| *i < REFERENCES / 2 || *i + REFERENCES / 2 >= n).map(|(_, r)| r);
    let own = Some(&mail.message_id).filter(|id| !id.is_empty());
    let hash = |id: &String| {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        hasher.finish()
    };
    own.into_iter().chain(references).map(hash).collect()
}
