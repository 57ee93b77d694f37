//! Conversations of a list of messages: the reference that anything faster is compared with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use sales_model::Mail;

use super::{
    links::{Links, SubjectKey, links},
    subject::subject_key,
};

/// So many messages of the same subject are looked at, before and after; a list with more of them within a month is made by a program.
const NEIGHBOURS: usize = 200;

/// The conversations of messages (native, mail, instant), as places in the list: each in order of time, conversations in order of their first
/// message; messages of one instant in order of their natives. The order of the list does not matter.
pub fn group(messages: &[(String, Mail, Timestamp)]) -> Vec<Vec<usize>> {
    let all: Vec<Links> = messages.iter().map(|(native, mail, _)| links(mail, native)).collect();
    let mut sets = Sets::new(messages.len());
    let mut holders: HashMap<&str, usize> = HashMap::new();
    for (at, links) in all.iter().enumerate() {
        for key in links.own.iter().chain(&links.joins) {
            let first = *holders.entry(key).or_insert(at);
            sets.join(first, at);
        }
    }

    let by_keys = sets.lists(messages);
    for (orphan, target) in by_subject(messages, &all, &by_keys) {
        sets.join(orphan, target);
    }
    sets.lists(messages)
}

/// Which conversation (a message of it) joins which other one.
fn by_subject(messages: &[(String, Mail, Timestamp)], all: &[Links], conversations: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let present: BTreeSet<&str> = all.iter().flat_map(|l| &l.own).map(String::as_str).collect();
    let mut subjects: BTreeMap<String, Vec<Entry<'_>>> = BTreeMap::new();
    let mut people: Vec<BTreeSet<&str>> = Vec::new();
    for (conversation, members) in conversations.iter().enumerate() {
        let mut there = BTreeSet::new();
        for (native, mail, at) in members.iter().filter_map(|m| messages.get(*m)) {
            there.extend(mail.people().into_iter().map(|p| p.email.as_str()));
            subjects.entry(subject_key(&mail.subject)).or_default().push(Entry { at: *at, native, conversation });
        }
        people.push(there);
    }
    subjects.values_mut().for_each(|entries| entries.sort_unstable());

    let mut joins = Vec::new();
    for (conversation, members) in conversations.iter().enumerate() {
        // Its oldest message stands for it: if that one's ancestors are here, the conversation is whole.
        let Some((first, links, at)) = members.first().and_then(|m| Some((*m, all.get(*m)?, messages.get(*m)?.2))) else { continue };
        let Some(key) = links.subject.as_ref().filter(|_| !links.joins.iter().any(|k| present.contains(k.as_str()))) else { continue };
        let entries = subjects.get(&key.base).map(Vec::as_slice).unwrap_or_default();
        if let Some(target) = nearest(key, at, conversation, entries, &people)
            && let Some(message) = conversations.get(target).and_then(|c| c.first())
        {
            joins.push((first, *message));
        }
    }
    joins
}

/// A message with some subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry<'a> {
    at: Timestamp,
    native: &'a str,
    conversation: usize,
}

/// The earlier conversation with the nearest message that fits; conversations are numbered by their beginnings.
fn nearest(key: &SubjectKey, at: Timestamp, conversation: usize, entries: &[Entry<'_>], people: &[BTreeSet<&str>]) -> Option<usize> {
    let split = entries.partition_point(|e| e.at < at);
    let (before, after) = entries.split_at_checked(split)?;
    let near = before.iter().rev().take(NEIGHBOURS).chain(after.iter().take(NEIGHBOURS));
    let fitting = near.filter(|e| {
        let there = people.get(e.conversation);
        e.conversation < conversation && key.fits(&key.base, |p| there.is_some_and(|t| t.contains(p)), at.duration_since(e.at))
    });
    fitting.min_by_key(|e| (at.duration_since(e.at).abs(), **e)).map(|e| e.conversation)
}

/// Disjoint sets of messages.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(size: usize) -> Self {
        Self { parents: (0..size).collect() }
    }

    fn find(&mut self, mut at: usize) -> usize {
        loop {
            let Some(parent) = self.parents.get(at).copied().filter(|p| *p != at) else { return at };
            // Halving the way keeps it short.
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.parents.get_mut(at) {
                *slot = above;
            }
            at = above;
        }
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(slot) = self.parents.get_mut(high) {
            *slot = low;
        }
    }

    fn lists(&mut self, messages: &[(String, Mail, Timestamp)]) -> Vec<Vec<usize>> {
        let order = |at: &usize| messages.get(*at).map(|(native, _, when)| (*when, native.as_str(), *at));
        let mut sorted: Vec<usize> = (0..messages.len()).collect();
        sorted.sort_by_key(order);
        let mut lists: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in sorted {
            lists.entry(self.find(at)).or_default().push(at);
        }
        let mut lists: Vec<Vec<usize>> = lists.into_values().collect();
        lists.sort_by_key(|list| list.first().and_then(order));
        lists
    }
}
