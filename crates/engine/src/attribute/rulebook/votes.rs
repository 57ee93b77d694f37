use std::collections::BTreeMap;

use sales_model::{Attribution, Candidate, Rule, Scope};

use super::Rulebook;

/// Customers that something speaks for, each with its strongest rule and the reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::attribute) struct Votes(BTreeMap<usize, (Rule, String)>);

impl Votes {
    /// Of several reasons for one customer that of the strongest rule stays; of one rule the first.
    pub(in crate::attribute) fn add(&mut self, customer: usize, rule: Rule, reason: impl FnOnce() -> String) {
        if self.0.get(&customer).is_none_or(|(known, _)| rule < *known) {
            self.0.insert(customer, (rule, reason()));
        }
    }

    pub(in crate::attribute) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::attribute) fn len(&self) -> usize {
        self.0.len()
    }

    pub(in crate::attribute) fn has(&self, customer: usize) -> bool {
        self.0.contains_key(&customer)
    }

    pub(in crate::attribute) fn customers(&self) -> impl Iterator<Item = usize> {
        self.0.keys().copied()
    }

    pub(in crate::attribute) fn retain(&mut self, mut keep: impl FnMut(usize) -> bool) {
        self.0.retain(|customer, _| keep(*customer));
    }

    /// The only customer, with rule and reason.
    pub(in crate::attribute) fn only(&self) -> Option<(usize, Rule, &str)> {
        let mut all = self.0.iter();
        all.next().filter(|_| self.len() == 1).map(|(customer, (rule, reason))| (*customer, *rule, reason.as_str()))
    }

    /// Takes in others; known ones keep the stronger rule.
    pub(in crate::attribute) fn absorb(&mut self, other: Votes) {
        for (customer, (rule, reason)) in other.0 {
            self.add(customer, rule, || reason);
        }
    }

    pub(in crate::attribute) fn attributions(self, scope: &Scope, rules: &Rulebook) -> Vec<Attribution> {
        let one =
            |(customer, (rule, reason))| Some(Attribution { scope: scope.clone(), customer: rules.id(customer)?.clone(), rule, reason });
        self.0.into_iter().filter_map(one).collect()
    }

    pub(in crate::attribute) fn candidates(self, rules: &Rulebook) -> Vec<Candidate> {
        let one = |(customer, (_, reason))| Some(Candidate { customer: rules.id(customer)?.clone(), reason });
        self.0.into_iter().filter_map(one).collect()
    }
}
