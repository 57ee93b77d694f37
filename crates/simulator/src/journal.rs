use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

/// A request's own words, of vendors that take secrets in headers only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// What stands before the vendor's path: `/granola`, `/gmail`, `/gong`, or `/gong-us` for the double's second host.
    pub base: String,
    /// The vendor's path: `/v2/calls/extensive`.
    pub path: String,
    /// The query as it came, without `?`.
    pub query: String,
    /// The body as it came; what is no UTF-8 is replaced.
    pub body: String,
}

/// One request as it was answered. No token and no value but the channel's id stands in it, and [`Sent`] where no secret can stand there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// Counts from 1 in the order of arrival.
    pub seq: u64,
    /// When it came, by the simulator's clock.
    pub at: Timestamp,
    /// The vendor: `slack`, `gong`, `granola`, `gmail` or `google`.
    pub vendor: &'static str,
    /// `conversations.history`, `gong.calls.extensive`; whatever was asked for if there is no such method.
    pub method: String,
    /// `GET` or `POST`.
    pub verb: String,
    /// The channel argument, the note of a Granola request, or the message or thread of a Gmail request, if it has the form of an id.
    pub channel: Option<String>,
    /// Names of the arguments, sorted, without `token`.
    pub args: Vec<String>,
    /// HTTP status of the answer; 0 for one that never came.
    pub status: u16,
    /// The `error` word of the answer.
    pub error: Option<String>,
    /// The fault of the scenario that hit it.
    pub fault: Option<&'static str>,
    /// It came earlier than a 429 before it allowed.
    pub early: bool,
    /// What it costs where requests are weighed, in units; 0 where they are counted.
    #[serde(skip_serializing_if = "is_zero")]
    pub units: u64,
    /// Path, query and body, where they hold no secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Sent>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(units: &u64) -> bool {
    *units == 0
}

/// A request that came although a 429 had said "not yet".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The request's number in the log.
    pub seq: u64,
    /// The method whose budget was stopped.
    pub method: String,
    /// When it came.
    pub at: Timestamp,
    /// When the 429 was given.
    pub throttled_at: Timestamp,
    /// When the next request was allowed.
    pub allowed_at: Timestamp,
}

#[derive(Debug)]
struct Stop {
    given: Timestamp,
    until: Timestamp,
    wall: Instant,
    /// The requests that were refused, and the connections that were told.
    told: HashSet<(SocketAddr, String)>,
}

/// How long after a 429 another request may still have been under way. The refused request itself gets no such grace on the connection
/// that carried the 429: whoever repeats it there has read the answer. Others may have been sent off before, and have waited for that
/// very connection.
const UNDER_WAY: Duration = Duration::from_millis(250);

/// All requests, and which of them were early.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<LogEntry>,
    violations: Vec<Violation>,
    stops: HashMap<String, Stop>,
    seq: u64,
}

impl Journal {
    /// The number of the next request.
    pub(crate) fn number(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    /// Whether a request in this budget comes too early; notes it if so.
    pub(crate) fn arrives(&mut self, budget: &str, asked: (&str, &str), seq: u64, now: Timestamp, peer: SocketAddr) -> bool {
        let (method, fingerprint) = asked;
        let Some(stop) = self.stops.get(budget) else { return false };
        if now >= stop.until {
            self.stops.remove(budget);
            return false;
        }
        // Both clocks must agree: where time is simulated, whoever has moved it on has read the answer.
        let since = now.as_nanosecond() - stop.given.as_nanosecond();
        let under_way = stop.wall.elapsed() < UNDER_WAY && since < i128::try_from(UNDER_WAY.as_nanos()).unwrap_or(0);
        if under_way && !stop.told.contains(&(peer, fingerprint.to_owned())) {
            return false;
        }
        self.violations.push(Violation { seq, method: method.to_owned(), at: now, throttled_at: stop.given, allowed_at: stop.until });
        true
    }

    /// A 429 was given: nothing more in this budget for `seconds`.
    pub(crate) fn stopped(&mut self, budget: &str, fingerprint: &str, seconds: i64, now: Timestamp, peer: SocketAddr) {
        let until = now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
        let wall = Instant::now();
        let stop = self.stops.entry(budget.to_owned()).or_insert_with(|| Stop { given: now, until, wall, told: HashSet::new() });
        stop.told.insert((peer, fingerprint.to_owned()));
        if stop.until <= until {
            (stop.given, stop.until, stop.wall) = (now, until, wall);
        }
    }

    pub(crate) fn push(&mut self, entry: LogEntry) {
        self.entries.push(entry);
    }

    pub(crate) fn entries(&self) -> &[LogEntry] {
        &self.entries
    }

    pub(crate) fn violations(&self) -> &[Violation] {
        &self.violations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_is_judged_per_budget_and_connection() {
        let mut j = Journal::default();
        let a: SocketAddr = "127.0.0.1:1000".parse().unwrap();
        let b: SocketAddr = "127.0.0.1:1001".parse().unwrap();
        let t = Timestamp::from_second(1_700_000_000).unwrap();
        let after = |s| t + SignedDuration::from_secs(s);
        let history = ("history", "history of C1");
        assert!(!j.arrives("history", history, 1, t, a));
        j.stopped("history", history.1, 30, t, a);
        assert!(!j.arrives("history", history, 2, t, b), "may have been under way");
        assert!(!j.arrives("history", ("history", "history of C2"), 3, t, a), "may have waited for that connection");
        assert!(!j.arrives("users", ("users", "users"), 4, t, a), "another budget");
        assert!(j.arrives("history", history, 5, after(29), a));
        assert!(j.arrives("history", ("history", "history of C2"), 8, after(29), b), "the clock has moved");
        assert!(!j.arrives("history", history, 6, after(30), a));
        assert!(!j.arrives("history", history, 7, after(31), a));
        assert_eq!(j.violations().iter().map(|v| v.seq).collect::<Vec<_>>(), [5, 8]);
    }
}
