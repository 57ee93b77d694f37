//! The order of arrival changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sales_mail::thread::{group, links};

use crate::*;

const SUBJECTS: &[&str] =
    &["Plan for the pilot", "Re: Plan for the pilot", "Fwd: Plan for the pilot", "Lunch in Vienna", "Re: Lunch in Vienna", "Re: Hello", ""];

/// Messages that refer to each other, to themselves, to what is missing, in threads of Gmail's and outside.
fn messages() -> impl Strategy<Value = Vec<Sent>> {
    let one = (0..12_u8, prop::collection::vec(0..16_u8, 0..4), 0..SUBJECTS.len(), 0..30_i64, 0..4_u8, any::<bool>(), 0..8_u8);
    prop::collection::vec(one, 0..14).prop_map(|all| {
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        for (id, references, subject, day, people, quoted, thread) in all {
            if !seen.insert(id) {
                continue;
            }
            let references: Vec<String> = references.iter().map(|r| format!("m{r}")).collect();
            let references: Vec<&str> = references.iter().map(String::as_str).collect();
            let sent = mail(&format!("m{id}"), day, SUBJECTS[subject], &references);
            let sent = match people {
                0 => between(sent, SARAH, &[JO]),
                1 => between(sent, JO, &[SARAH]),
                2 => between(sent, HARUKA, &[JO]),
                _ => between(sent, JO, &[SARAH, ALEX]),
            };
            let sent = if quoted { sent } else { fresh(sent) };
            out.push(if thread < 2 { gmail(sent, &format!("18e{thread}")) } else { sent });
        }
        out
    })
}

fn natives(messages: &[Sent]) -> Vec<Vec<String>> {
    group(messages).iter().map(|g| g.iter().map(|at| messages[*at].0.clone()).collect()).collect()
}

/// The ledger's way: one message after the other; a key belongs to a conversation; conversations merge, and the smallest name wins.
fn one_by_one(messages: &[Sent]) -> BTreeMap<String, BTreeSet<String>> {
    let mut conversations: Vec<(String, BTreeSet<String>, BTreeSet<String>)> = Vec::new();
    for (native, mail, _) in messages {
        let found = links(mail, native);
        let keys: BTreeSet<String> = found.own.into_iter().chain(found.joins).collect();
        let (same, other): (Vec<_>, Vec<_>) = conversations.into_iter().partition(|(_, known, _)| !known.is_disjoint(&keys));
        let mut whole = (found.root, keys, BTreeSet::from([native.clone()]));
        for (name, keys, members) in same {
            whole.0 = whole.0.min(name);
            whole.1.extend(keys);
            whole.2.extend(members);
        }
        conversations = other;
        conversations.push(whole);
    }
    let count = conversations.len();
    let named: BTreeMap<String, BTreeSet<String>> = conversations.into_iter().map(|(name, _, members)| (name, members)).collect();
    assert_eq!(named.len(), count, "no two conversations have one name");
    named
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn groups_do_not_depend_on_order((messages, shuffled) in messages().prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle()))) {
        prop_assert_eq!(natives(&messages), natives(&shuffled));
        names_are_apart(&messages);
    }

    #[test]
    fn names_do_not_depend_on_order((messages, shuffled) in messages().prop_flat_map(|m| (Just(m.clone()), Just(m).prop_shuffle()))) {
        prop_assert_eq!(one_by_one(&messages), one_by_one(&shuffled));
    }

    /// What keys hold together stays together; the subject only adds.
    #[test]
    fn keys_are_the_floor(messages in messages()) {
        let groups = natives(&messages);
        for members in one_by_one(&messages).values() {
            prop_assert!(groups.iter().any(|g| members.iter().all(|m| g.contains(m))), "{:?} {:?}", members, groups);
        }
    }

    /// A message more never takes a conversation of keys apart.
    #[test]
    fn more_only_joins(messages in messages()) {
        let Some((_, fewer)) = messages.split_last() else { return Ok(()) };
        let all = one_by_one(&messages);
        for members in one_by_one(fewer).values() {
            prop_assert!(all.values().any(|m| m.is_superset(members)), "{:?} {:?}", members, all);
        }
    }
}

#[test]
fn a_long_thread_and_many_of_one_subject() {
    let mut all = Vec::new();
    for n in 0..3_000_i64 {
        let references: Vec<String> = ((n - 5).max(0)..n).map(|r| format!("m{r}")).collect();
        let references: Vec<&str> = references.iter().map(String::as_str).collect();
        all.push(mail(&format!("m{n}"), n / 10, "Re: Plan for the pilot", &references));
    }
    assert_eq!(group(&all).len(), 1);
    // Without references, a message a minute: each joins the one before.
    let flood: Vec<Sent> = (0..3_000).map(|n| mail(&format!("m{n}"), n / 100, "Re: Plan for the pilot", &[])).collect();
    assert_eq!(group(&flood).len(), 1);
}
