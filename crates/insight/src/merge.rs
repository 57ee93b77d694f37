//! One list of facts for a customer.

use std::collections::HashMap;

use jiff::SignedDuration;
use sales_model::{Evidence, Finding, FindingKind, Source, Status};

use crate::{apart, lexicon::tasks, report, words};

/// Facts are compared with at most this many earlier ones of their kind and type, the newest: a bound on the work, not on the result's size.
const WINDOW: usize = 256;

/// How long after its meeting a note's tick may speak of what was said there.
const TICKED: SignedDuration = SignedDuration::from_hours(24);

/// One list for a customer: the same fact said twice is one finding with both pieces of evidence, later closing and cancelling is
/// applied, and the list is sorted.
///
/// The result does not depend on the order of `findings`. Newer evidence wins where two disagree (due date, status).
pub fn merge(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.retain(|f| !f.evidence.is_empty());
    for f in &mut findings {
        tidy(&mut f.evidence);
    }
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    let mut out: Vec<(Finding, Vec<String>)> = Vec::with_capacity(findings.len());
    let mut by_id: HashMap<String, usize> = HashMap::new();
    let mut taken: HashMap<String, usize> = HashMap::new();
    let mut buckets: HashMap<(FindingKind, Option<String>), Vec<usize>> = HashMap::new();
    for finding in findings {
        let about = words::about(&finding);
        let bucket = (finding.kind, finding.detail.r#type.clone());
        // What only reports has no twin: each stands for its own moment.
        let twin = if is_report(&finding) {
            None
        } else {
            let alike = by_id.get(&finding.id).copied().filter(|n| out.get(*n).is_some_and(|(other, _)| !distinct(other, &finding)));
            alike.or_else(|| {
                let earlier = buckets.get(&bucket)?;
                earlier
                    .iter()
                    .rev()
                    .take(WINDOW)
                    .copied()
                    .find(|n| out.get(*n).is_some_and(|(other, words_of)| same(other, words_of, &finding, &about)))
            })
        };
        match twin.and_then(|n| out.get_mut(n)) {
            Some((other, _)) => {
                by_id.entry(finding.id.clone()).or_insert_with(|| twin.unwrap_or_default());
                join(other, finding);
            }
            None => {
                let mut finding = finding;
                if !is_report(&finding) {
                    // Another fact of the same id, as "Send the deck" and "Prepare the deck" in one list: each keeps its own.
                    let seen = taken.entry(finding.id.clone()).or_default();
                    *seen += 1;
                    if *seen > 1 {
                        finding.id = format!("{}-{seen}", finding.id);
                    }
                    by_id.insert(finding.id.clone(), out.len());
                    buckets.entry(bucket).or_default().push(out.len());
                }
                out.push((finding, about));
            }
        }
    }
    let mut all = close(out);
    all.sort_by(|a, b| (a.kind, newest(b).map(|e| e.at), &a.value, &a.id).cmp(&(b.kind, newest(a).map(|e| e.at), &b.value, &b.id)));
    all
}

/// What findings are taken in order of: when first said, where, and everything else that tells two apart.
#[expect(clippy::type_complexity, reason = "a sorting key of one place")]
fn key(
    f: &Finding,
) -> (Option<(jiff::Timestamp, &str, (u32, u32))>, FindingKind, &str, &sales_model::FindingDetail, &str, u8, &str, &[Evidence]) {
    let first = f.evidence.first().map(|e| (e.at, e.record.0.as_str(), e.range));
    (first, f.kind, f.id.as_str(), &f.detail, f.value.as_str(), f.confidence, f.rule.as_str(), f.evidence.as_slice())
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
    evidence.sort_by(|a, b| (a.at, &a.record, a.range, a).cmp(&(b.at, &b.record, b.range, b)));
    // The ranges of a call count within a turn, those of a note within a line.
    evidence.dedup_by(|a, b| a.record == b.record && a.range == b.range && a.anchor == b.anchor && a.quote == b.quote);
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
fn same(a: &Finding, words_a: &[String], b: &Finding, words_b: &[String]) -> bool {
    if distinct(a, b) {
        return false;
    }
    match a.kind {
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
    }
}

/// Whether a note's tick still holds for what was said then: it bears the time of its meeting, and was made after it.
fn outlasts(tick: &Finding, said: Option<&Evidence>) -> bool {
    let at = newest(tick).map(|e| e.at);
    tasks::held(&tick.rule) && at.zip(said).is_some_and(|(tick, said)| said.at.duration_since(tick) <= TICKED)
}

/// `new` was said after what `old` began with.
fn join(old: &mut Finding, new: Finding) {
    let newer = newest(&new).map(|e| e.at) >= newest(old).map(|e| e.at);
    if newer {
        if new.detail.due.is_some() {
            old.detail.due = new.detail.due;
            old.detail.due_inferred = new.detail.due_inferred;
        }
        let ticked = old.detail.status == Some(Status::Done) && outlasts(old, newest(&new));
        old.detail.status = new.detail.status.filter(|_| !ticked).or(old.detail.status);
    }
    if old.detail.due.is_none() && new.detail.due.is_some() {
        old.detail.due = new.detail.due;
        old.detail.due_inferred = new.detail.due_inferred;
    }
    let (a, b) = (main(old).map_or(0, trust), main(&new).map_or(0, trust));
    // The words of the more trusted one; the id stays that of what was said first.
    if b > a {
        old.value = new.value;
    }
    old.detail.owner = old.detail.owner.take().or(new.detail.owner);
    old.detail.owner_side = old.detail.owner_side.or(new.detail.owner_side);
    old.detail.severity = old.detail.severity.max(new.detail.severity);
    // Asked by one and promised by the other: a promise.
    let promised = (tasks::promised(&new.rule), tasks::promised(&old.rule));
    if promised == (true, false) || promised.0 == promised.1 && (b > a || b == a && new.confidence > old.confidence) {
        old.rule = new.rule;
    }
    old.confidence = old.confidence.max(new.confidence);
    old.evidence.extend(new.evidence);
    tidy(&mut old.evidence);
}

/// Reports that something is done or off close the earlier open items that they speak of; those that close nothing and are no facts by
/// themselves are dropped.
fn close(mut all: Vec<(Finding, Vec<String>)>) -> Vec<Finding> {
    // A note's ticks come after its meeting, whose time it bears.
    all.sort_by_key(|(f, _)| {
        let ticked = tasks::held(&f.rule) && f.detail.status == Some(Status::Done);
        newest(f).map(|e| if ticked { e.at.checked_add(TICKED).unwrap_or(e.at) } else { e.at })
    });
    let mut kept: Vec<(Finding, Vec<String>)> = Vec::with_capacity(all.len());
    // Open items by their words.
    let mut open: HashMap<String, Vec<usize>> = HashMap::new();
    for (finding, about) in all {
        if finding.kind != FindingKind::ActionItem {
            kept.push((finding, about));
            continue;
        }
        if finding.detail.status == Some(Status::Open) {
            for word in &about {
                open.entry(word.clone()).or_default().push(kept.len());
            }
            kept.push((finding, about));
            continue;
        }
        let said = finding.evidence.last().map(|e| words::content(&e.quote)).unwrap_or_default();
        let mut near: Vec<usize> =
            about.iter().chain(&said).filter_map(|w| open.get(w)).flat_map(|n| n.iter().rev().take(WINDOW)).copied().collect();
        near.sort_unstable();
        near.dedup();
        let mut used = false;
        for n in near {
            let Some((item, words_of)) = kept.get_mut(n) else { continue };
            if item.detail.status == Some(Status::Open) && closes(&finding, &about, &said, item, words_of) {
                item.detail.status = finding.detail.status;
                item.evidence.extend(finding.evidence.last().cloned());
                tidy(&mut item.evidence);
                used = true;
            }
        }
        if !used && !is_report(&finding) {
            kept.push((finding, about));
        }
    }
    kept.into_iter().map(|k| k.0).collect()
}

fn is_report(f: &Finding) -> bool {
    f.rule.starts_with("action.report")
}

/// Whether a report ends an item: said later, from the same side, and about the same thing. Of the owner one word for it is enough, if it is
/// all that the report or the task names; of others two are needed.
fn closes(end: &Finding, words_end: &[String], said: &[String], item: &Finding, words_item: &[String]) -> bool {
    let quotes = |f: &Finding| f.evidence.iter().map(|e| e.quote.as_str()).collect::<Vec<_>>().join(" ");
    if two_of_a_list(end, item) || apart::clash(&end.value, &quotes(end), &item.value, &quotes(item)) {
        return false;
    }
    let times = (end.evidence.last().map(|e| e.at), newest(item).map(|e| e.at));
    let later = times.0 > times.1 || outlasts(end, newest(item));
    let cancelled = end.detail.status == Some(Status::Cancelled);
    let side =
        cancelled || end.detail.owner_side.is_none() || item.detail.owner_side.is_none() || end.detail.owner_side == item.detail.owner_side;
    // A pronoun that answers the item's own words: the conversation has decided.
    let [root, .., _] = end.evidence.as_slice() else { return later && side && named(end, words_end, said, item, words_item) };
    let answers = is_report(end) && item.evidence.iter().any(|e| e.record == root.record);
    later && side && !answers && named(end, words_end, said, item, words_item)
}

fn named(end: &Finding, words_end: &[String], said: &[String], item: &Finding, words_item: &[String]) -> bool {
    let cancelled = end.detail.status == Some(Status::Cancelled);
    let both = words::shared(words_end, words_item);
    let part = words::contained(words_end, words_item);
    if both >= 2 && part >= 0.6 {
        return true;
    }
    let speaker = end.evidence.last().map(|e| e.speaker.as_str()).unwrap_or_default();
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
