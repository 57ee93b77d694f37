//! Budgets of one process, forgotten at its end.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::window::{Decision, Gauge, decide, micros};
use crate::{Budget, BudgetKey, BudgetRule, BudgetState, Grant, PortError, Window};

/// Budgets in memory, for tests and for `--test`; the same rule as [`crate::SqliteBudget`].
#[derive(Default)]
pub struct MemoryBudget(Mutex<HashMap<BudgetKey, Entry>>);

#[derive(Default)]
struct Entry {
    gauge: Gauge,
    /// Send times, oldest first.
    sends: VecDeque<i64>,
}

impl Entry {
    /// Takes note of the caller's clock and returns the budget's own time.
    fn tick(&mut self, clock: i64) -> i64 {
        let (now, back) = self.gauge.tick(clock);
        if back > 0 {
            self.sends.iter_mut().for_each(|at| *at = at.saturating_sub(back));
        }
        now
    }
}

impl MemoryBudget {
    /// Budgets of which nothing was used.
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BudgetKey, Entry>> {
        // Nothing below panics half way through a change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Budget for MemoryBudget {
    fn take(&self, rule: &BudgetRule, now: Timestamp) -> Result<Grant, PortError> {
        let mut entries = self.lock();
        if rule.windows.is_empty() && !entries.contains_key(&rule.key) {
            return Ok(Grant::Now);
        }
        let clock = micros(now);
        let entry = entries.entry(rule.key.clone()).or_default();
        let now = entry.tick(clock);
        entry.gauge.learn(&rule.windows);
        let sends = &entry.sends;
        let nth_newest = |n: u32| Ok::<_, Infallible>(sends.len().checked_sub(n as usize).and_then(|at| sends.get(at)).copied());
        let Ok(decision) = decide(&entry.gauge, rule, now, nth_newest);
        if let (Decision::Charge(at), false) = (decision, rule.windows.is_empty()) {
            let horizon = entry.gauge.horizon(now);
            while entry.sends.front().is_some_and(|&oldest| oldest < horizon) {
                entry.sends.pop_front();
            }
            entry.sends.extend(std::iter::repeat_n(at, rule.charged()));
        }
        Ok(decision.grant(clock, now))
    }

    fn penalize(&self, key: &BudgetKey, now: Timestamp, until: Timestamp) -> Result<(), PortError> {
        let mut entries = self.lock();
        let entry = entries.entry(key.clone()).or_default();
        let clock = micros(now);
        let now = entry.tick(clock);
        entry.gauge.penalize(now, now.saturating_add(micros(until).saturating_sub(clock)));
        Ok(())
    }

    fn lower(&self, key: &BudgetKey, limit: Option<Window>) -> Result<(), PortError> {
        self.lock().entry(key.clone()).or_default().gauge.lowered = limit;
        Ok(())
    }

    fn state(&self, key: &BudgetKey, now: Timestamp) -> Result<BudgetState, PortError> {
        let entries = self.lock();
        let Some(entry) = entries.get(key) else { return Ok(BudgetState::default()) };
        let clock = micros(now);
        // Looking changes nothing: on a copy.
        let (now, back) = { entry.gauge }.tick(clock);
        let from = now.saturating_sub(entry.gauge.keep).saturating_add(back);
        let used = entry.sends.iter().rev().take_while(|&&at| at > from).count();
        Ok(entry.gauge.state(clock, u32::try_from(used).unwrap_or(u32::MAX)))
    }
}
