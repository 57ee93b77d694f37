//! To whom each mail of a conversation is shown.
//!
//! A conversation with people of two customers belongs to both, but one of its branches may concern a single one: an answer that left the
//! others out. Its words are nobody else's business. So of a conversation with several owners
//!
//! - a mail with people of some owners is shown to these alone;
//! - one with people of none (among ourselves, or with strangers) is shown to whom the mail is shown that it answers: it may quote that.
//!   Where nothing tells which one that is, to those who are shown everything that was written before it, which may be nobody;
//! - an owner without people in it has it by the user's word or a link, and is shown all of it;
//! - a mail that a profile lists is shown to that customer in any case.
//!
//! Everything else is shown to all owners: in a Slack channel everybody reads everything, and in a call everybody hears it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use sales_ledger::StoredRecord;
use sales_mail::thread::links;
use sales_model::{CustomerId, Detail, Mail, Record};

use super::Rulebook;
use crate::{
    App,
    directory::Threads,
    error::Result,
    units::{MAIL, mail_thread, one_range},
};

type Owners = BTreeSet<CustomerId>;

/// To whom each record of a unit of one place is shown, as far as conversations decide it.
pub(crate) fn shown_of_unit(rules: &Rulebook, threads: &Threads, place: &str, records: &[Arc<StoredRecord>]) -> Vec<Owners> {
    let owners = |record: &Record| threads.of(&record.thread).cloned().collect::<Owners>();
    match records.first() {
        // Its units are conversations.
        Some(first) if place == MAIL => shown_to(rules, &owners(&first.record), &records.iter().map(|r| &r.record).collect::<Vec<_>>()),
        _ => records.iter().map(|r| owners(&r.record)).collect(),
    }
}

/// To whom each mail of one conversation is shown. Pure; the order of the mails plays no part.
pub(super) fn shown_to(rules: &Rulebook, owners: &Owners, mails: &[&Record]) -> Vec<Owners> {
    if owners.len() < 2 {
        return vec![owners.clone(); mails.len()];
    }
    let letters: Vec<Letter<'_>> = mails.iter().map(|record| Letter::of(rules, owners, record)).collect();
    let mut order: Vec<usize> = (0..letters.len()).collect();
    order.sort_by_key(|n| mails.get(*n).map(|r| (r.at, r.native.as_str())));
    let present: Owners = letters.iter().flat_map(|l| l.people.iter().cloned()).collect();
    // Whoever is no customer any more keeps no more than others.
    let whole: Owners = owners.iter().filter(|o| !present.contains(*o) && rules.position(o).is_some()).cloned().collect();
    let direct = |l: &Letter<'_>| (!l.people.is_empty()).then(|| l.people.union(&whole).chain(&l.listed).cloned().collect::<Owners>());

    let mut shown: Vec<Option<Owners>> = letters.iter().map(direct).collect();
    let earlier = earlier(owners, &order, &shown);
    let parents = parents(&letters);
    for start in &order {
        let (mut path, mut at) = (Vec::new(), *start);
        let found = loop {
            if let Some(found) = shown.get(at).cloned().flatten() {
                break found;
            }
            path.push(at);
            match parents.get(at).copied().flatten().filter(|parent| !path.contains(parent)) {
                Some(parent) => at = parent,
                None => break earlier.get(at).cloned().unwrap_or_default(),
            }
        };
        for n in path {
            let listed = letters.get(n).map(|l| &l.listed).into_iter().flatten();
            let own = found.iter().chain(&whole).chain(listed).cloned().collect();
            if let Some(slot) = shown.get_mut(n) {
                *slot = Some(own);
            }
        }
    }
    shown.into_iter().map(Option::unwrap_or_default).collect()
}

/// A mail as far as this question goes.
struct Letter<'a> {
    record: &'a Record,
    mail: Option<&'a Mail>,
    /// Owners whose people it names.
    people: Owners,
    /// Owners whose profiles list it.
    listed: Owners,
}

impl<'a> Letter<'a> {
    fn of(rules: &Rulebook, owners: &Owners, record: &'a Record) -> Self {
        let own = |customers: &[usize]| customers.iter().filter_map(|n| rules.id(*n)).filter(|id| owners.contains(*id)).cloned().collect();
        let mail = mail_of(record);
        let addresses = mail.map(|m| m.signs().addresses).unwrap_or_default();
        let people = addresses.iter().filter_map(|email| rules.people.claim(email)).flat_map(|claim| own(claim.customers)).collect();
        Letter { record, mail, people, listed: own(rules.explicit.of(&record.place, &record.native)) }
    }
}

pub(crate) fn mail_of(record: &Record) -> Option<&Mail> {
    match record.detail.as_deref() {
        Some(Detail::Mail(mail)) => Some(mail),
        _ => None,
    }
}

/// Who is shown everything that was written before each mail.
fn earlier(owners: &Owners, order: &[usize], shown: &[Option<Owners>]) -> Vec<Owners> {
    let mut out = vec![Owners::new(); shown.len()];
    let mut all = owners.clone();
    for n in order {
        if let Some(slot) = out.get_mut(*n) {
            slot.clone_from(&all);
        }
        if let Some(some) = shown.get(*n).and_then(Option::as_ref) {
            all.retain(|owner| some.contains(owner));
        }
    }
    out
}

/// The mail that each one answers: of its ancestors the nearest that is there.
fn parents(letters: &[Letter<'_>]) -> Vec<Option<usize>> {
    let mut index: HashMap<&str, usize> = letters.iter().enumerate().map(|(n, l)| (l.record.native.as_str(), n)).collect();
    for (n, mail) in letters.iter().enumerate().filter_map(|(n, l)| Some((n, l.mail?))) {
        index.entry(&mail.message_id).or_insert(n);
    }
    let parent = |(n, l): (usize, &Letter<'_>)| {
        let ancestors = l.mail.into_iter().flat_map(|m| m.references.iter().rev());
        ancestors.filter_map(|id| index.get(id.trim()).copied()).find(|parent| *parent != n)
    };
    letters.iter().enumerate().map(parent).collect()
}

/// A mail as one of several owners of its conversation is shown it: without those of another owner who got it in secret.
pub(crate) fn as_shown<'m>(rules: &Rulebook, owners: &Owners, customer: &CustomerId, mail: &'m Mail) -> Cow<'m, Mail> {
    let secret = |email: &str| {
        let claim = rules.people.claim(email);
        let all: Vec<&CustomerId> = claim.iter().flat_map(|c| c.customers).filter_map(|n| rules.id(*n)).collect();
        !all.contains(&customer) && all.iter().any(|other| owners.contains(*other))
    };
    let mut shown = Cow::Borrowed(mail);
    if owners.len() > 1 && mail.bcc.iter().any(|a| secret(&a.email)) {
        shown.to_mut().bcc.retain(|a| !secret(&a.email));
    }
    shown
}

/// The name that a conversation would have if these mails were all of it.
pub(crate) fn name_of<'m>(mails: impl Iterator<Item = (&'m Record, &'m Mail)>) -> String {
    mails.map(|(record, mail)| links(mail, &record.native).root).min().map(|root| mail_thread(&root)).unwrap_or_default()
}

/// To whom records are shown, one after the other; a conversation is looked at once.
pub struct Audience<'a> {
    app: &'a App,
    seen: BTreeMap<String, HashMap<String, Owners>>,
}

impl<'a> Audience<'a> {
    /// By what is known now.
    pub fn new(app: &'a App) -> Self {
        Audience { app, seen: BTreeMap::new() }
    }

    /// Customers whose conversation or place it is.
    pub fn owners(&self, record: &Record) -> Owners {
        let known = self.app.directory.read();
        let whole = known.owners.get(&*record.place).into_iter().flatten();
        whole.chain(known.threads.get(&*record.place).into_iter().flat_map(|t| t.of(&record.thread))).cloned().collect()
    }

    /// Customers to whom it is shown.
    ///
    /// # Errors
    /// The ledger cannot be read.
    pub async fn of(&mut self, record: &Record) -> Result<Owners> {
        let owners = self.owners(record);
        if &*record.place != MAIL || owners.len() < 2 {
            return Ok(owners);
        }
        if !self.seen.contains_key(&record.thread) {
            let read = self.app.ports.store.read(&[one_range(&record.place, &record.thread)]).await?;
            let all: Vec<StoredRecord> = read.into_iter().flatten().collect();
            let mails: Vec<&Record> = all.iter().map(|s| &s.record).collect();
            let shown = shown_to(&self.app.directory.rules(), &owners, &mails);
            let shown = mails.iter().zip(shown).map(|(mail, to)| (mail.native.clone(), to)).collect();
            self.seen.insert(record.thread.clone(), shown);
        }
        // Of one that is gone nothing is shown.
        Ok(self.seen.get(&record.thread).and_then(|all| all.get(&record.native)).cloned().unwrap_or_default())
    }

    /// Makes a record what one of its customers is shown ([`as_shown`]); true if that is less.
    pub(crate) fn take_secrets(&self, record: &mut Record, customer: &CustomerId) -> bool {
        let owners = self.owners(record);
        let Some(Detail::Mail(mail)) = record.detail.as_deref_mut() else { return false };
        let shown = match as_shown(&self.app.directory.rules(), &owners, customer, mail) {
            Cow::Borrowed(_) => return false,
            Cow::Owned(shown) => shown,
        };
        *mail = shown;
        true
    }
}

#[cfg(test)]
#[path = "audience_tests.rs"]
mod tests;
