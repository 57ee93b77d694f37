//! What a page of mail needs before it is worked out: conversations, messages that share an id, and whom it concerns. Bodies of what
//! concerns no customer are dropped here, before anything is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sales_connectors::Connector;
use sales_ledger::Joins;
use sales_mail::{mime, thread};
use sales_model::{ContentHash, Detail, Mail, Place, RawItem, RecordId, RecordState, Scope};

use super::page::Opened;
use crate::{
    App,
    error::Result,
    units::{MAIL, mail_thread},
};

/// One mail of the page.
struct Letter {
    /// Position among the items.
    at: usize,
    native: String,
    keys: Vec<String>,
    wanted: bool,
    header_only: bool,
}

/// Settles a page of mail; other pages pass.
pub(crate) async fn settle(app: &App, mut opened: Opened, connector: &dyn Connector) -> Result<Opened> {
    if !opened.mapped.iter().flatten().any(|m| m.records.iter().any(|r| mail_of(r.detail.as_deref()).is_some())) {
        return Ok(opened);
    }
    apart(app, &mut opened).await?;
    let mut letters = letters(app, &mut opened);
    by_conversation(app, &mut letters).await?;
    for letter in letters.iter().filter(|l| !l.wanted && !l.header_only) {
        shorten(&mut opened, letter, connector);
    }
    if !app.directory.read().places.contains_key(MAIL)
        && let Some(mapped) = opened.mapped.iter_mut().flatten().next()
    {
        mapped.places.push(Place { key: MAIL.to_owned(), name: "mail".to_owned(), member: true, ..Place::default() });
    }
    Ok(opened)
}

fn mail_of(detail: Option<&Detail>) -> Option<&Mail> {
    match detail {
        Some(Detail::Mail(mail)) => Some(mail),
        _ => None,
    }
}

/// Gives a mail that bears the id of another one an id of its own: some programs give an id twice, and a copy that a list or a mailbox made
/// names the same author and the same time.
async fn apart(app: &App, opened: &mut Opened) -> Result<()> {
    let mut natives: BTreeMap<String, String> = BTreeMap::new();
    let all: Vec<String> = opened.mapped.iter().flatten().flat_map(|m| m.records.iter().map(|r| r.native.clone())).collect();
    let known = app.ports.store.live(MAIL, &all).await?;
    for native in known.iter().filter(|(_, whole)| **whole).map(|(native, _)| native) {
        let stored = app.ports.store.record(&RecordId::new(MAIL, native)).await?;
        if let Some(mail) = stored.first().filter(|s| s.record.state == RecordState::Live).and_then(|s| mail_of(s.record.detail.as_deref()))
        {
            natives.insert(native.clone(), print(mail));
        }
    }
    let mut renamed = Vec::new();
    for record in opened.mapped.iter_mut().flatten().flat_map(|m| m.records.iter_mut()) {
        let Some(mail) = mail_of(record.detail.as_deref()) else { continue };
        let print = print(mail);
        match natives.get(&record.native) {
            Some(other) if *other != print => {
                let hash = format!("{:?}", ContentHash::of(print.as_bytes()));
                let own = format!("{}~{}", record.native, hash.get(..8).unwrap_or_default());
                renamed.push((record.native.clone(), own.clone()));
                record.native.clone_from(&own);
                record.thread = own;
            }
            Some(_) => {}
            None => _ = natives.insert(record.native.clone(), print),
        }
    }
    // A page that holds both says of each which copy it is in the same order.
    for (native, own) in renamed {
        if let Some(held) = opened.batch.held.iter_mut().rev().find(|h| h.native == native) {
            held.native = own;
        }
    }
    Ok(())
}

/// What a mail has in common with its copies.
fn print(mail: &Mail) -> String {
    format!("{} {:?}", mail.from.as_ref().map_or("", |f| f.email.as_str()), mail.sent)
}

fn letters(app: &App, opened: &mut Opened) -> Vec<Letter> {
    let rules = app.directory.rules();
    let threads: HashMap<String, String> =
        opened.batch.held.iter().filter(|h| !h.thread.is_empty()).map(|h| (h.native.clone(), h.thread.clone())).collect();
    let mut letters = Vec::new();
    for (at, mapped) in opened.mapped.iter_mut().enumerate() {
        let Some(record) = mapped.as_mut().ok().and_then(|m| m.records.first_mut()) else { continue };
        let native = record.native.clone();
        let Some(Detail::Mail(mail)) = record.detail.as_deref_mut() else { continue };
        if let Some(thread) = threads.get(&native).filter(|_| mail.vendor_thread.is_empty()) {
            mail.vendor_thread.clone_from(thread);
        }
        let links = match native.strip_prefix(&mail.message_id) {
            // Answers to the id are answers to the one that had it first.
            Some(own) if own.starts_with('~') => thread::links(&Mail { message_id: native.clone(), ..mail.clone() }, &native),
            _ => thread::links(mail, &native),
        };
        let keys: Vec<String> = links.own.iter().chain(&links.joins).cloned().collect();
        opened.joins.insert(
            native.clone(),
            Joins {
                keys: keys.clone(),
                root: mail_thread(&links.root),
                subject: thread::subject_key(&mail.subject),
                orphan: links.subject.is_some(),
            },
        );
        let scope = Scope::Thread { place: MAIL.to_owned(), thread: native.clone() };
        let (owners, doubt) = rules.conversation(&scope, std::slice::from_ref(&native), &mail.signs());
        letters.push(Letter { at, native, keys, wanted: !owners.is_empty() || doubt.is_some(), header_only: mail.header_only });
    }
    letters
}

/// Who concerns a customer makes the rest of the conversation concern them too: in this page, and in the ledger.
async fn by_conversation(app: &App, letters: &mut [Letter]) -> Result<()> {
    let open: Vec<usize> = letters.iter().enumerate().filter(|(_, l)| !l.wanted).map(|(n, _)| n).collect();
    if open.is_empty() {
        return Ok(());
    }
    let lists: Vec<Vec<String>> = open.iter().filter_map(|n| letters.get(*n)).map(|l| l.keys.clone()).collect();
    let names = app.ports.store.conversations(MAIL, &lists).await?;
    {
        let known = app.directory.read();
        let threads = known.threads.get(MAIL);
        for (n, names) in open.iter().zip(names) {
            if let Some(letter) = letters.get_mut(*n) {
                letter.wanted = names.iter().any(|name| threads.is_some_and(|t| t.of(name).next().is_some()));
            }
        }
    }
    let mut concerned: BTreeSet<String> = letters.iter().filter(|l| l.wanted).flat_map(|l| l.keys.iter().cloned()).collect();
    loop {
        let mut more = false;
        for letter in letters.iter_mut().filter(|l| !l.wanted) {
            if letter.keys.iter().any(|k| concerned.contains(k)) {
                letter.wanted = true;
                concerned.extend(letter.keys.iter().cloned());
                more = true;
            }
        }
        if !more {
            return Ok(());
        }
    }
}

/// Leaves of a mail only its header.
fn shorten(opened: &mut Opened, letter: &Letter, connector: &dyn Connector) {
    let (Some(item), Some(slot)) = (opened.batch.items.get_mut(letter.at), opened.mapped.get_mut(letter.at)) else { return };
    let header = RawItem { kind: "header", body: item.body.slice(..mime::header(&item.body).len()), partial: true, ..item.clone() };
    if let Ok(mut mapped) = connector.process(&header) {
        if let Some(record) = mapped.records.first_mut() {
            // Where it has no Message-ID, its id is the hash of the whole.
            record.native.clone_from(&letter.native);
            record.thread.clone_from(&letter.native);
        }
        // Who writes to nobody's customer is nobody we know.
        mapped.people.clear();
        *item = header;
        *slot = Ok(mapped);
    }
}
