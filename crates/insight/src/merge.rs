//! One list of facts for a customer.

use std::collections::HashMap;

use sales_model::{Evidence, Finding, FindingKind, Status};

use crate::words;

/// Facts are compared with at most this many earlier ones of their kind and type, the newest: a bound on the work, not on the result's size.
const WINDOW: usize = 256;

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
    let mut buckets: HashMap<(FindingKind, Option<String>), Vec<usize>> = HashMap::new();
    for finding in findings {
        let about = words::content(&finding.value);
        let bucket = (finding.kind, finding.detail.r#type.clone());
        let twin = by_id.get(&finding.id).copied().or_else(|| {
            let earlier = buckets.get(&bucket)?;
            earlier
                .iter()
                .rev()
                .take(WINDOW)
                .copied()
                .find(|n| out.get(*n).is_some_and(|(other, words_of)| same(other, words_of, &finding, &about)))
        });
        match twin.and_then(|n| out.get_mut(n)) {
            Some((other, _)) => {
                by_id.entry(finding.id.clone()).or_insert_with(|| twin.unwrap_or_default());
                join(other, finding);
            }
            None => {
                by_id.insert(finding.id.clone(), out.len());
                buckets.entry(bucket).or_default().push(out.len());
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

fn newest(f: &Finding) -> Option<&Evidence> {
    f.evidence.last()
}

fn tidy(evidence: &mut Vec<Evidence>) {
    evidence.sort_by(|a, b| (a.at, &a.record, a.range, a).cmp(&(b.at, &b.record, b.range, b)));
    evidence.dedup_by(|a, b| a.record == b.record && a.range == b.range);
}

/// Whether two findings of one kind and type say the same in other words.
fn same(a: &Finding, words_a: &[String], b: &Finding, words_b: &[String]) -> bool {
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

/// `new` was said after what `old` began with.
fn join(old: &mut Finding, new: Finding) {
    let newer = newest(&new).map(|e| e.at) >= newest(old).map(|e| e.at);
    if newer {
        if new.detail.due.is_some() {
            old.detail.due = new.detail.due;
            old.detail.due_inferred = new.detail.due_inferred;
        }
        old.detail.status = new.detail.status.or(old.detail.status);
    }
    old.detail.owner = old.detail.owner.take().or(new.detail.owner);
    old.detail.owner_side = old.detail.owner_side.or(new.detail.owner_side);
    old.detail.severity = old.detail.severity.max(new.detail.severity);
    if new.confidence > old.confidence {
        old.confidence = new.confidence;
        old.rule = new.rule;
    }
    old.evidence.extend(new.evidence);
    tidy(&mut old.evidence);
}

/// Reports that something is done or off close the newest earlier open item that they clearly speak of.
fn close(all: Vec<(Finding, Vec<String>)>) -> Vec<Finding> {
    let mut kept: Vec<(Finding, Vec<String>)> = Vec::with_capacity(all.len());
    let mut open: Vec<usize> = Vec::new();
    for (finding, about) in all {
        let ends = finding.kind == FindingKind::ActionItem && matches!(finding.detail.status, Some(Status::Done | Status::Cancelled));
        let target = open
            .iter()
            .rev()
            .take(WINDOW)
            .copied()
            .find(|n| ends && kept.get(*n).is_some_and(|(item, words_of)| closes(&finding, &about, item, words_of)));
        if let Some((item, _)) = target.and_then(|n| kept.get_mut(n)) {
            item.detail.status = finding.detail.status;
            item.evidence.extend(finding.evidence);
            tidy(&mut item.evidence);
            open.retain(|n| Some(*n) != target);
            continue;
        }
        if finding.kind == FindingKind::ActionItem && finding.detail.status == Some(Status::Open) {
            open.push(kept.len());
        }
        kept.push((finding, about));
    }
    kept.into_iter().map(|k| k.0).collect()
}

fn closes(end: &Finding, words_end: &[String], item: &Finding, words_item: &[String]) -> bool {
    let later = end.evidence.first().map(|e| e.at) > newest(item).map(|e| e.at);
    let cancelled = end.detail.status == Some(Status::Cancelled);
    let side =
        cancelled || end.detail.owner_side.is_none() || item.detail.owner_side.is_none() || end.detail.owner_side == item.detail.owner_side;
    let both = words::shared(words_end, words_item);
    later && side && both >= 2 && words::contained(words_end, words_item) >= 0.6
}
