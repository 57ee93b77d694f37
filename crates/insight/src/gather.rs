//! A customer's findings on their way to one list.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
};

use sales_model::{Evidence, Finding, FindingDetail, FindingKind};

/// Findings as they are read, in any order. A customer may have hundreds of thousands: what is said all the time ("pricing") is held once, with
/// all its evidence, and no list has room for many more than it holds.
#[derive(Debug, Default)]
pub struct Gathered {
    findings: Vec<Finding>,
    /// Of what may be held once: where it stands, by a hash of all but its evidence.
    once: HashMap<u64, usize>,
    hasher: RandomState,
}

impl Gathered {
    /// Takes one in. What [`merge`](crate::merge) makes of all of them does not depend on which were held once.
    pub fn add(&mut self, mut finding: Finding) {
        if !may_be_one(finding.kind) {
            return push(&mut self.findings, finding);
        }
        let hash = self.hasher.hash_one(head(&finding));
        let known = self.once.get(&hash).and_then(|at| self.findings.get_mut(*at));
        match known.filter(|known| head(known) == head(&finding)) {
            Some(known) => finding.evidence.drain(..).for_each(|e: Evidence| push(&mut known.evidence, e)),
            None => {
                self.once.insert(hash, self.findings.len());
                push(&mut self.findings, finding);
            }
        }
    }

    /// For what is known only when all are there.
    pub fn each(&mut self, change: impl FnMut(&mut Finding)) {
        self.findings.iter_mut().for_each(change);
    }

    /// All of them.
    pub fn into_list(self) -> Vec<Finding> {
        self.findings
    }
}

/// Kinds of which two with one id are always one fact.
fn may_be_one(kind: FindingKind) -> bool {
    match kind {
        FindingKind::Topic | FindingKind::Competitor | FindingKind::BuyingSignal | FindingKind::Risk => true,
        FindingKind::ActionItem | FindingKind::Decision | FindingKind::NextStep => false,
    }
}

/// All but the evidence.
fn head(f: &Finding) -> (FindingKind, &str, &FindingDetail, u8, &str) {
    (f.kind, &f.value, &f.detail, f.confidence, &f.rule)
}

/// Adds one, with room for a few more at the most: doubling leaves up to half of a long list empty.
fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len() / 8 + 1);
    }
    list.push(item);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use sales_model::{RecordId, Side, Source};

    use super::*;
    use crate::{merge, words};

    fn finding(kind: FindingKind, value: &str, r#type: Option<&str>, rule: &str, confidence: u8, second: i64) -> Finding {
        let detail = FindingDetail { r#type: r#type.map(Into::into), ..FindingDetail::default() };
        Finding {
            id: words::id(kind, value, &detail, "").into(),
            kind,
            value: value.into(),
            detail,
            confidence,
            rule: rule.into(),
            evidence: vec![Evidence {
                record: RecordId::new("slack:C1", &second.to_string()),
                source: Source::SLACK,
                path: Arc::default(),
                anchor: "a".into(),
                at: Timestamp::from_second(second).expect("a time"),
                speaker: "Jo".into(),
                side: Side::Theirs,
                range: (0, 7),
                quote: format!("{value} it is").into(),
            }],
        }
    }

    /// Topics under two spellings, signals of two types, rules and degrees of trust, and kinds of which none may be held once.
    fn many() -> Vec<Finding> {
        use FindingKind::{ActionItem, BuyingSignal, Competitor, NextStep, Risk, Topic};
        (0..120)
            .map(|n| match n % 8 {
                0 => finding(Topic, "pricing", None, "topic/1", 80, n / 3),
                1 => finding(Topic, "Pricing", None, "topic/1", 80, n),
                2 => finding(Topic, "pricing", None, "topic/2", 70, 200 - n),
                3 => finding(Competitor, "Vercel", Some(if n % 3 == 0 { "left" } else { "using_now" }), "competitor/1", 80, n),
                4 => finding(BuyingSignal, "The budget for the pilot is approved", Some("budget"), "signal/1", 60 + (n % 5) as u8, n),
                5 => finding(Risk, "The review of the contract is late", Some("timing"), "risk/1", 80, 300 - n),
                6 => finding(ActionItem, "Send the deck", None, "action.promise/1", 90, n),
                _ => finding(NextStep, "Meet on Thursday", None, "next/1", 90, n),
            })
            .collect()
    }

    #[test]
    fn holding_some_once_changes_nothing_in_any_order() {
        let mut all = many();
        let expected = merge(all.clone());
        for turn in 0..40 {
            let at = turn * 3 % all.len();
            all.rotate_left(at);
            let half = all.len() / 2;
            all.swap(at, half);
            let mut gathered = Gathered::default();
            all.iter().cloned().for_each(|f| gathered.add(f));
            let list = gathered.into_list();
            assert!(list.len() < all.len() * 2 / 3, "{} of {}", list.len(), all.len());
            assert_eq!(merge(list), expected);
        }
    }
}
