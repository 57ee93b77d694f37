//! The client against servers that misbehave in every way we could think of. Waiting takes virtual time.
#![expect(clippy::unwrap_used, reason = "tests")]

mod budgets;
mod proxy;
mod redirects;
mod retries;
mod secrets;
mod server;
mod shapes;
mod tls;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sales_transport::{
    Auth, Body, Budget, BudgetKey, BudgetRule, Call, Http, HttpOptions, Limits, MemoryBudget, Reply, TransportError, Verdict, Window,
    virtual_time::VirtualTimer,
};
use url::Url;

/// The secret that must come out nowhere but at the right server.
const CANARY: &str = "xoxb-CANARY-0123456789";

fn start() -> Timestamp {
    "2024-03-15T09:00:00Z".parse().unwrap()
}

fn ms(ms: i64) -> SignedDuration {
    SignedDuration::from_millis(ms)
}

/// Time limits far beyond what a test takes; those that test them set their own.
fn limits() -> Limits {
    Limits { attempts: 4, ..Limits::default() }
}

struct Bench {
    timer: VirtualTimer,
    budget: Arc<dyn Budget>,
    http: Http,
}

impl Bench {
    fn new() -> Self {
        Self::with(limits(), |_| {})
    }

    fn with(limits: Limits, change: impl FnOnce(&mut HttpOptions)) -> Self {
        let timer = VirtualTimer::new(start());
        let mut options = HttpOptions { limits, seed: 42, ..HttpOptions::new(Arc::new(timer.clone()), Arc::new(MemoryBudget::new())) };
        change(&mut options);
        let budget = options.budget.clone();
        Bench { timer, budget, http: Http::new(options).unwrap() }
    }

    fn clock(&self) -> Arc<VirtualTimer> {
        Arc::new(self.timer.clone())
    }

    async fn send(&self, call: Call) -> Result<Reply, TransportError> {
        self.http.send(call, |_| Verdict::Take).await
    }
}

fn key() -> BudgetKey {
    BudgetKey { account: "slack:T0123".to_owned(), operation: "conversations.history".to_owned() }
}

fn windows(windows: &[(u32, i64)]) -> BudgetRule {
    let windows = windows.iter().map(|&(limit, seconds)| Window { limit, per: SignedDuration::from_secs(seconds) }).collect();
    BudgetRule { key: key(), windows, cost: 1 }
}

/// A read with a secret, without budget.
fn call(url: Url) -> Call {
    Call {
        operation: "conversations.history",
        url,
        body: Body::Query(Vec::new()),
        auth: Some(Auth::Bearer(CANARY.into())),
        budget: windows(&[]),
        safe: true,
        cap: 1 << 20,
    }
}

fn assert_reply(reply: Result<Reply, TransportError>, attempt: u32) {
    let reply = reply.unwrap();
    assert_eq!((reply.status, &reply.body[..], reply.attempt), (200, &br#"{"ok":true}"#[..], attempt));
}

fn error(reply: Result<Reply, TransportError>) -> String {
    reply.unwrap_err().to_string()
}
