use std::collections::HashMap;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Fault, Happening, RetryAfter, Rule, Scenario};

/// What a rule may look at.
pub(crate) struct Probe<'a> {
    pub(crate) method: &'a str,
    pub(crate) channel: Option<&'a str>,
    pub(crate) channel_name: Option<&'a str>,
    /// Method and arguments without the token, in a fixed order: the same logical request has the same text.
    pub(crate) fingerprint: &'a str,
    pub(crate) has_cursor: bool,
    pub(crate) seq: u64,
    pub(crate) now: Timestamp,
}

/// What the scenario decides for one request.
#[derive(Debug, Default)]
pub(crate) struct Fate {
    pub(crate) events: Vec<Happening>,
    pub(crate) fault: Option<Fault>,
}

/// A scenario under way: its counters.
pub(crate) struct Plan {
    scenario: Scenario,
    seed: u64,
    matched: Vec<u64>,
    hit: Vec<u64>,
    calls: HashMap<String, u64>,
    tries: HashMap<String, u64>,
    start: Option<Timestamp>,
}

impl Plan {
    pub(crate) fn new(scenario: Scenario, seed: u64) -> Self {
        let rules = scenario.rules.len();
        let seed = scenario.seed.unwrap_or(seed);
        Plan { scenario, seed, matched: vec![0; rules], hit: vec![0; rules], calls: HashMap::new(), tries: HashMap::new(), start: None }
    }

    /// Decides what happens to a request, and what happens in the world before it is answered.
    pub(crate) fn before(&mut self, probe: &Probe<'_>) -> Fate {
        if self.scenario.rules.is_empty() && self.scenario.events.is_empty() {
            return Fate::default();
        }
        let start = *self.start.get_or_insert(probe.now);
        #[expect(clippy::cast_precision_loss, reason = "seconds of a scenario need no nanoseconds")]
        let elapsed = (probe.now.as_nanosecond() - start.as_nanosecond()) as f64 / 1e9;
        let events = self.scenario.events.iter().filter(|e| e.at_request == Some(probe.seq)).map(|e| e.event.clone()).collect();
        let tries = if self.scenario.rules.iter().any(|r| r.when.chance.is_some()) {
            let tries = self.tries.entry(probe.fingerprint.to_owned()).or_default();
            *tries += 1;
            *tries
        } else {
            0
        };
        let mut fault = None;
        for (i, rule) in self.scenario.rules.iter().enumerate() {
            if !matches(rule, probe) {
                continue;
            }
            self.matched[i] += 1;
            let n = self.matched[i];
            let w = &rule.when;
            let drawn = |c: f64| draw(self.seed, i, probe.fingerprint, tries, "hit") < c;
            let applies = fault.is_none()
                && rule.times.is_none_or(|t| self.hit[i] < t)
                && w.request.is_none_or(|r| r == n)
                && w.first.is_none_or(|f| n <= f)
                && w.every.is_none_or(|e| n.is_multiple_of(e))
                && w.after_seconds.is_none_or(|s| elapsed >= s)
                && w.until_seconds.is_none_or(|s| elapsed < s)
                && w.chance.is_none_or(drawn);
            if applies {
                self.hit[i] += 1;
                fault = Some(settle(&rule.fault, draw(self.seed, i, probe.fingerprint, tries, "kind")));
            }
        }
        Fate { events, fault }
    }

    /// What happens in the world after a call was answered.
    pub(crate) fn after(&mut self, method: &str) -> Vec<Happening> {
        if self.scenario.events.is_empty() {
            return Vec::new();
        }
        let n = self.calls.entry(method.to_owned()).or_default();
        *n += 1;
        self.scenario.events.iter().filter(|e| e.after_call.as_deref() == Some(method) && e.nth == *n).map(|e| e.event.clone()).collect()
    }
}

fn matches(rule: &Rule, probe: &Probe<'_>) -> bool {
    let method = rule.methods.is_empty()
        || rule.methods.iter().any(|m| match m.strip_suffix('*') {
            Some(family) => probe.method.starts_with(family),
            None => m == probe.method,
        });
    let channel = rule.channel.as_deref().is_none_or(|c| {
        let c = c.trim_start_matches('#');
        probe.channel == Some(c) || probe.channel_name == Some(c)
    });
    method && channel && (rule.fault != Fault::ExpireCursor || probe.has_cursor)
}

/// A storm is one of its three kinds for each request that it hits.
fn settle(fault: &Fault, kind: f64) -> Fault {
    let Fault::Storm(wait) = fault else { return fault.clone() };
    if kind < 1.0 / 3.0 {
        // A third of the 429s gives the wait as a date, as HTTP allows.
        match wait {
            RetryAfter::Seconds(s) if kind < 1.0 / 9.0 => Fault::Throttle(RetryAfter::Date(*s)),
            w => Fault::Throttle(*w),
        }
    } else if kind < 2.0 / 3.0 {
        Fault::Status(if kind < 4.0 / 9.0 {
            500
        } else if kind < 5.0 / 9.0 {
            502
        } else {
            503
        })
    } else {
        Fault::TornBody
    }
}

/// A number in [0, 1) that depends on nothing but its arguments.
fn draw(seed: u64, rule: usize, fingerprint: &str, tries: u64, purpose: &str) -> f64 {
    let hash = Sha256::digest(format!("{seed}\n{rule}\n{tries}\n{purpose}\n{fingerprint}"));
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash[..8]);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let unit = (u64::from_be_bytes(eight) >> 11) as f64 / (1_u64 << 53) as f64;
    unit
}

#[cfg(test)]
mod tests {
    use super::*;

    fn probe<'a>(method: &'a str, fingerprint: &'a str, seq: u64) -> Probe<'a> {
        let now = Timestamp::from_second(1_700_000_000 + i64::try_from(seq).unwrap()).unwrap();
        Probe { method, channel: None, channel_name: None, fingerprint, has_cursor: false, seq, now }
    }

    #[test]
    fn counting_rules() {
        let text = "[[rule]]\nmethod = 'a'\nrequest = 2\ndo = 'hang'\n[[rule]]\nmethod = ['b', 'c.*']\nevery = 3\ntimes = 2\ndo = 'html'";
        let mut plan = Plan::new(Scenario::parse(text).unwrap(), 0);
        let mut ask = |m: &str| plan.before(&probe(m, m, 1)).fault.map(|f| f.word());
        assert_eq!((0..4).map(|_| ask("a")).collect::<Vec<_>>(), [None, Some("hang"), None, None]);
        let b: Vec<_> = (0..10).map(|i| ask(if i % 2 == 0 { "b" } else { "c.x" }).is_some()).collect();
        assert_eq!(b, [false, false, true, false, false, true, false, false, false, false]);
    }

    #[test]
    fn draws_depend_on_the_request_not_on_the_order() {
        let scenario = Scenario::named("storm").unwrap();
        let run = |order: &[usize]| {
            let mut plan = Plan::new(scenario.clone(), 7);
            let mut seen: Vec<_> = order.iter().map(|i| (*i, plan.before(&probe("m", &format!("m {i}"), 1)).fault)).collect();
            seen.sort_by_key(|(i, _)| *i);
            seen
        };
        let forward: Vec<usize> = (0..3000).collect();
        let backward: Vec<usize> = (0..3000).rev().collect();
        assert_eq!(run(&forward), run(&backward));
        let hits = run(&forward).iter().filter(|(_, f)| f.is_some()).count();
        assert!((800..1000).contains(&hits), "{hits} of 3000 at 30 %");
    }

    #[test]
    fn time_conditions() {
        let text = "[[rule]]\nafter_seconds = 2\nuntil_seconds = 4\ndo = 'torn_body'";
        let mut plan = Plan::new(Scenario::parse(text).unwrap(), 0);
        let seen: Vec<_> = (1..7).map(|s| plan.before(&probe("m", "m", s)).fault.is_some()).collect();
        assert_eq!(seen, [false, false, true, true, false, false]);
    }
}
