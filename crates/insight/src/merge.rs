//! One list of facts for a customer.

use std::{
    cmp::{Ordering, Reverse},
    collections::{HashMap, VecDeque},
    mem,
    sync::Arc,
};

use jiff::SignedDuration;
use sales_model::{Evidence, Finding, FindingKind, Source, Status};

use crate::{apart, lexicon::tasks, report, words};

/// Facts are compared with at most this many earlier ones of their kind and type, the newest: a bound on the work, not on the result's size.
const WINDOW: usize = 256;

/// How long after its meeting a note's tick may speak of what was said there.
const TICKED: SignedDuration = SignedDuration::from_hours(24);

/// What a fact is about: its content words, by number.
type About = Box<[u32]>;

/// Numbers of content words: each word is held once, however many facts name it.
#[derive(Default)]
struct Numbers(HashMap<String, u32>);

impl Numbers {
    fn of(&mut self, words: Vec<String>) -> About {
        let number = |word: String| {
            let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
            *self.0.entry(word).or_insert(next)
        };
        words.into_iter().map(number).collect()
    }

    /// Of those words that some fact names.
    fn known(&self, words: &[String]) -> Vec<u32> {
        words.iter().filter_map(|w| self.0.get(w)).copied().collect()
    }
}

/// What is known of an id.
#[derive(Default)]
struct Known {
    /// The fact that what has this id is a part of.
    fact: Option<u32>,
    /// How many facts had it of themselves.
    seen: u32,
}

/// One list for a customer: the same fact said twice is one finding with both pieces of evidence, later closing and cancelling is
/// applied, and the list is sorted.
///
/// The result does not depend on the order of `findings`. Newer evidence wins where two disagree (due date, status). All of it happens within
/// the one list: a second one of a large customer's would be too much to hold.
pub fn merge(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|f| !f.evidence.is_empty());
    for f in &mut findings {
        tidy(&mut f.evidence);
    }
    // Two of which neither comes first are equal.
    findings.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    let mut numbers = Numbers::default();
    // Of each fact. The facts stand first in the list, then what was joined to them, then what is still to be looked at.
    let mut about: Vec<About> = Vec::new();
    let mut ids: HashMap<Arc<str>, Known> = HashMap::new();
    let mut recent: HashMap<(FindingKind, Option<Arc<str>>), VecDeque<usize>> = HashMap::new();
    for n in 0..findings.len() {
        let (facts, rest) = findings.split_at_mut(n);
        let Some(finding) = rest.first_mut() else { break };
        let words = numbers.of(words::about(finding));
        let bucket = (finding.kind, finding.detail.r#type.clone());
        // What only reports has no twin: each stands for its own moment.
        let twin = if is_report(finding) {
            None
        } else {
            let known = ids.get(&finding.id).and_then(|known| usize::try_from(known.fact?).ok());
            let alike = known.filter(|at| facts.get(*at).is_some_and(|other| !distinct(other, finding)));
            let says = |at: &usize| facts.get(*at).zip(about.get(*at)).is_some_and(|(other, of)| same(other, of, finding, &words));
            alike.or_else(|| recent.get(&bucket)?.iter().rev().copied().find(says))
        };
        match twin.and_then(|at| Some((at, facts.get_mut(at)?))) {
            Some((at, other)) => {
                ids.entry(mem::take(&mut finding.id)).or_default().fact.get_or_insert(position(at));
                join(other, finding);
            }
            None => {
                let fact = about.len();
                if !is_report(finding) {
                    // Another fact of the same id, as "Send the deck" and "Prepare the deck" in one list: each keeps its own.
                    let seen = &mut ids.entry(finding.id.clone()).or_default().seen;
                    *seen += 1;
                    if *seen > 1 {
                        finding.id = format!("{}-{seen}", finding.id).into();
                    }
                    ids.entry(finding.id.clone()).or_default().fact = Some(position(fact));
                    newest_of(recent.entry(bucket).or_default(), fact);
                }
                about.push(words);
                findings.swap(fact, n);
            }
        }
    }
    findings.truncate(about.len());
    let mut kept = close(&mut findings, &about, &numbers);
    let place = |n: &usize| findings.get(*n).map(|f| (f.kind, Reverse(newest(f).map(|e| e.at)), &f.value, &f.id));
    kept.sort_by(|a, b| place(a).cmp(&place(b)));
    arrange(&mut findings, kept);
    findings
}

/// Positions are held in great number; nobody has four billion findings.
fn position(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Adds one to the newest.
fn newest_of(window: &mut VecDeque<usize>, fact: usize) {
    if window.len() == WINDOW {
        window.pop_front();
    }
    window.push_back(fact);
}

/// Puts the items at these positions first, in this order; the others go. No position stands there twice.
fn arrange<T>(items: &mut Vec<T>, mut order: Vec<usize>) {
    for n in 0..order.len() {
        let at = |n: usize| order.get(n).copied().unwrap_or(n);
        let mut from = at(n);
        // What stood at an earlier position was put where the item for it came from.
        while from < n {
            from = at(from);
        }
        items.swap(n, from);
        if let Some(slot) = order.get_mut(n) {
            *slot = from;
        }
    }
    items.truncate(order.len());
}

/// What findings are taken in order of: when first said, where, and everything else that tells two apart.
#[expect(clippy::type_complexity, reason = "a sorting key of one place")]
fn key(
    f: &Finding,
) -> (Option<(jiff::Timestamp, &str, (u32, u32))>, FindingKind, &str, &sales_model::FindingDetail, &str, u8, &str, &[Evidence]) {
    let first = f.evidence.first().map(|e| (e.at, &*e.record.0, e.range));
    (first, f.kind, &*f.id, &f.detail, &*f.value, f.confidence, &*f.rule, f.evidence.as_slice())
}

/// How much the form of what was said is to be trusted: what a vendor names in a field of its own, what stands in a note, mail, chat, speech.
pub(crate) fn trust(e: &Evidence) -> u8 {
    match (e.speaker.is_empty(), &e.source) {
        (true, s) if *s == Source::GONG => 5,
        (true, _) => 4,
        _ if e.anchor.starts_with("t=") => 1,
        (_, s) if *s == Source::EMAIL => 3,
        _ => 2,
    }
}

/// The evidence to show for a fact that was said in several places: the most trusted, of equals the newest.
pub(crate) fn main(f: &Finding) -> Option<&Evidence> {
    f.evidence.iter().max_by_key(|e| (trust(e), e.at))
}

fn newest(f: &Finding) -> Option<&Evidence> {
    f.evidence.last()
}

fn tidy(evidence: &mut Vec<Evidence>) {
    evidence.sort_by(in_order);
    evidence.dedup_by(|a, b| is_same(a, b));
}

fn in_order(a: &Evidence, b: &Evidence) -> Ordering {
    (a.at, &a.record, a.range, a).cmp(&(b.at, &b.record, b.range, b))
}

/// The ranges of a call count within a turn, those of a note within a line.
fn is_same(a: &Evidence, b: &Evidence) -> bool {
    a.record == b.record && a.range == b.range && a.anchor == b.anchor && a.quote == b.quote
}

/// Adds tidy evidence to tidy evidence: what is said all the time has very much of it, and mostly each piece comes after all others.
fn add(all: &mut Vec<Evidence>, more: &mut Vec<Evidence>) {
    let after = |(a, b): (&Evidence, &Evidence)| in_order(a, b).is_lt() && !is_same(a, b);
    let is_tidy = all.last().zip(more.first()).is_some_and(after);
    all.append(more);
    if !is_tidy {
        tidy(all);
    }
}

/// Whether two findings of one kind can't be one, however alike their words: two lines of one list, or a name, number or letter in which
/// they differ.
fn distinct(a: &Finding, b: &Finding) -> bool {
    match a.kind {
        FindingKind::ActionItem => two_of_a_list(a, b) || apart::clash(&a.value, "", &b.value, ""),
        FindingKind::Decision | FindingKind::NextStep => apart::clash(&a.value, "", &b.value, ""),
        FindingKind::Topic | FindingKind::Competitor | FindingKind::BuyingSignal | FindingKind::Risk => false,
    }
}

/// Whether two findings are items that one record holds as such, in different words.
fn two_of_a_list(a: &Finding, b: &Finding) -> bool {
    let lists = tasks::held(&a.rule) && tasks::held(&b.rule);
    let together = || a.evidence.iter().any(|x| b.evidence.iter().any(|y| x.record == y.record));
    lists && together() && !apart::same_words(&a.value, &b.value)
}

/// Whether two findings of one kind and type say the same in other words.
fn same(a: &Finding, words_a: &[u32], b: &Finding, words_b: &[u32]) -> bool {
    let alike = match a.kind {
        FindingKind::Topic | FindingKind::Competitor => a.value.eq_ignore_ascii_case(&b.value),
        FindingKind::ActionItem => {
            let owner = a.detail.owner == b.detail.owner || a.detail.owner.is_none() || b.detail.owner.is_none();
            let side = a.detail.owner_side == b.detail.owner_side || a.detail.owner_side.is_none() || b.detail.owner_side.is_none();
            let open = a.detail.status == b.detail.status;
            owner && side && open && words::shared(words_a, words_b) >= 2 && words::alike(words_a, words_b) >= 0.6
        }
        FindingKind::NextStep => a.detail.due == b.detail.due && words::alike(words_a, words_b) >= 0.6,
        FindingKind::Decision | FindingKind::BuyingSignal | FindingKind::Risk => {
            words::shared(words_a, words_b) >= 2 && words::alike(words_a, words_b) >= 0.7
        }
    };
    // The longer look comes last.
    alike && !distinct(a, b)
}

/// Whether a note's tick still holds for what was said then: it bears the time of its meeting, and was made after it.
fn outlasts(tick: &Finding, said: Option<&Evidence>) -> bool {
    let at = newest(tick).map(|e| e.at);
    tasks::held(&tick.rule) && at.zip(said).is_some_and(|(tick, said)| said.at.duration_since(tick) <= TICKED)
}

/// `new` was said after what `old` began with; nothing of it is needed afterwards.
fn join(old: &mut Finding, new: &mut Finding) {
    let newer = newest(new).map(|e| e.at) >= newest(old).map(|e| e.at);
    if newer {
        if new.detail.due.is_some() {
            old.detail.due = new.detail.due;
            old.detail.due_inferred = new.detail.due_inferred;
        }
        let ticked = old.detail.status == Some(Status::Done) && outlasts(old, newest(new));
        old.detail.status = new.detail.status.filter(|_| !ticked).or(old.detail.status);
    }
    if old.detail.due.is_none() && new.detail.due.is_some() {
        old.detail.due = new.detail.due;
        old.detail.due_inferred = new.detail.due_inferred;
    }
    let (a, b) = (main(old).map_or(0, trust), main(new).map_or(0, trust));
    // The words of the more trusted one; the id stays that of what was said first.
    if b > a {
        old.value = mem::take(&mut new.value);
    }
    old.detail.owner = old.detail.owner.take().or_else(|| new.detail.owner.take());
    old.detail.owner_side = old.detail.owner_side.or(new.detail.owner_side);
    old.detail.severity = old.detail.severity.max(new.detail.severity);
    // Asked by one and promised by the other: a promise.
    let promised = (tasks::promised(&new.rule), tasks::promised(&old.rule));
    if promised == (true, false) || promised.0 == promised.1 && (b > a || b == a && new.confidence > old.confidence) {
        old.rule = mem::take(&mut new.rule);
    }
    old.confidence = old.confidence.max(new.confidence);
    add(&mut old.evidence, &mut new.evidence);
}

/// Reports that something is done or off close the earlier open items that they speak of; those that close nothing and are no facts by
/// themselves are dropped. Gives the facts that stay.
fn close(facts: &mut [Finding], about: &[About], numbers: &Numbers) -> Vec<usize> {
    let mut order: Vec<usize> = (0..facts.len()).collect();
    // A note's ticks come after its meeting, whose time it bears.
    order.sort_by_key(|n| {
        let f = facts.get(*n)?;
        let ticked = tasks::held(&f.rule) && f.detail.status == Some(Status::Done);
        newest(f).map(|e| if ticked { e.at.checked_add(TICKED).unwrap_or(e.at) } else { e.at })
    });
    let words_of = |n: usize| about.get(n).map(|words| &**words).unwrap_or_default();
    let mut kept = Vec::with_capacity(facts.len());
    // Open items by their words.
    let mut open: HashMap<u32, VecDeque<usize>> = HashMap::new();
    for n in order {
        let Some(finding) = facts.get(n) else { continue };
        let is_item = finding.kind == FindingKind::ActionItem;
        let is_open = finding.detail.status == Some(Status::Open);
        if is_item && is_open {
            words_of(n).iter().for_each(|word| newest_of(open.entry(*word).or_default(), n));
        }
        if !is_item || is_open {
            kept.push(n);
            continue;
        }
        let said = finding.evidence.last().map(|e| numbers.known(&words::content(&e.quote))).unwrap_or_default();
        let mut near: Vec<usize> = words_of(n).iter().chain(&said).filter_map(|w| open.get(w)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        let mut stays = !is_report(finding);
        for at in near {
            let Ok([finding, item]) = facts.get_disjoint_mut([n, at]) else { continue };
            if item.detail.status == Some(Status::Open) && closes(finding, words_of(n), &said, item, words_of(at)) {
                item.detail.status = finding.detail.status;
                item.evidence.extend(finding.evidence.last().cloned());
                tidy(&mut item.evidence);
                stays = false;
            }
        }
        if stays {
            kept.push(n);
        }
    }
    kept
}

fn is_report(f: &Finding) -> bool {
    f.rule.starts_with("action.report")
}

/// Whether a report ends an item: said later, from the same side, and about the same thing. Of the owner one word for it is enough, if it is
/// all that the report or the task names; of others two are needed.
fn closes(end: &Finding, words_end: &[u32], said: &[u32], item: &Finding, words_item: &[u32]) -> bool {
    let times = (end.evidence.last().map(|e| e.at), newest(item).map(|e| e.at));
    let later = times.0 > times.1 || outlasts(end, newest(item));
    let cancelled = end.detail.status == Some(Status::Cancelled);
    let side =
        cancelled || end.detail.owner_side.is_none() || item.detail.owner_side.is_none() || end.detail.owner_side == item.detail.owner_side;
    if !later || !side || !named(end, words_end, said, item, words_item) {
        return false;
    }
    // A pronoun that answers the item's own words: the conversation has decided.
    let root = if let [root, .., _] = end.evidence.as_slice() { Some(root) } else { None };
    let answers = root.is_some_and(|root| is_report(end) && item.evidence.iter().any(|e| e.record == root.record));
    // The longer look comes last.
    let quotes = |f: &Finding| f.evidence.iter().map(|e| &*e.quote).collect::<Vec<_>>().join(" ");
    !answers && !two_of_a_list(end, item) && !apart::clash(&end.value, &quotes(end), &item.value, &quotes(item))
}

fn named(end: &Finding, words_end: &[u32], said: &[u32], item: &Finding, words_item: &[u32]) -> bool {
    let cancelled = end.detail.status == Some(Status::Cancelled);
    let both = words::shared(words_end, words_item);
    let part = words::contained(words_end, words_item);
    if both >= 2 && part >= 0.6 {
        return true;
    }
    let speaker = end.evidence.last().map(|e| &*e.speaker).unwrap_or_default();
    let own = item.detail.owner.as_deref().is_some_and(|o| words::same_person(o, speaker));
    if own {
        // "talked to Petra" for "Talk to Petra in legal"; "RCA attached" for "Send the RCA".
        let kind = report::same_kind(&end.value, &item.value) || handed(&end.value, &item.value);
        return both >= 2 || both == 1 && (part >= 1.0 || kind);
    }
    let whole = words::shared(said, words_item);
    !cancelled && whole >= 2 && whole * 5 >= words_item.len() * 2
}

/// Whether two texts hand over or write one thing: "sent the offer to them this morning" for "Send the offer for 70 seats". The word behind
/// the verb is the thing.
fn handed(a: &str, b: &str) -> bool {
    const VERBS: &[&[&str]] = &[
        &["send", "sent", "resend", "resent", "share", "shared", "forward", "forwarded", "mail", "mailed", "email", "emailed"],
        &["write", "wrote", "written", "draft", "drafted"],
    ];
    let parts = |t: &str| {
        let (verb, rest) = t.trim().split_once(' ')?;
        let family = VERBS.iter().position(|f| f.contains(&verb.to_lowercase().as_str()))?;
        Some((family, words::content(rest).into_iter().next()?))
    };
    parts(a).is_some_and(|a| parts(b).is_some_and(|b| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_positions_in_an_order() {
        for (order, expected) in [
            (vec![], ""),
            (vec![0, 1, 2, 3], "abcd"),
            (vec![3, 2, 1, 0], "dcba"),
            (vec![1, 2, 3, 0], "bcda"),
            (vec![3, 0], "da"),
            (vec![2, 0, 3], "cad"),
        ] {
            let mut items: Vec<char> = "abcd".chars().collect();
            arrange(&mut items, order);
            assert_eq!(items.into_iter().collect::<String>(), expected);
        }
    }
}
