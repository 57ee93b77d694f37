//! The HTTP client: one request with its budget, retries and caps.

mod attempt;
mod body;
mod call;
mod client;
mod error;
mod send;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;

pub use call::{Auth, Body, Call, Limits, Reply, Traffic, Verdict};
pub use error::{SetupError, TransportError};

pub(crate) use client::span;

use crate::{
    Budget, BudgetKey, ProxySettings, StreamError, StreamTraffic, Target, Timer, Wire,
    retry::Jitter,
    stream::{Dialer, Setup, StreamCounts},
};

/// Everything a client is made of.
pub struct HttpOptions {
    /// Time, and waiting. The limits of one exchange run in real time, whatever this says.
    pub timer: Arc<dyn Timer>,
    /// Rate limits.
    pub budget: Arc<dyn Budget>,
    /// Time limits and attempts.
    pub limits: Limits,
    /// Sent as `User-Agent`.
    pub user_agent: String,
    /// Seed of the jitter.
    pub seed: u64,
    /// The proxy; none unless told.
    pub proxy: ProxySettings,
    /// Certificate authorities to trust besides the machine's, in PEM form; empty for none.
    pub extra_roots: Vec<u8>,
}

impl HttpOptions {
    /// The usual limits, no proxy, no further authorities, seed 0.
    pub fn new(timer: Arc<dyn Timer>, budget: Arc<dyn Budget>) -> Self {
        HttpOptions {
            timer,
            budget,
            limits: Limits::default(),
            user_agent: concat!("sales-workspace/", env!("CARGO_PKG_VERSION")).to_owned(),
            seed: 0,
            proxy: ProxySettings::default(),
            extra_roots: Vec::new(),
        }
    }
}

/// The client. Cheap to clone; clones share connections, counts and randomness.
#[derive(Clone)]
pub struct Http(Arc<Inner>);

struct Inner {
    timer: Arc<dyn Timer>,
    budget: Arc<dyn Budget>,
    limits: Limits,
    clients: client::Clients,
    jitter: Jitter,
    counts: Counts,
    /// Waits that were logged: per budget, until when.
    announced: Mutex<HashMap<BudgetKey, Timestamp>>,
    dialer: Arc<Dialer>,
    streams: Arc<StreamCounts>,
}

#[derive(Default)]
struct Counts {
    requests: AtomicU64,
    throttled: AtomicU64,
    retries: AtomicU64,
}

impl Http {
    /// Checks the settings. Connections, TLS and certificates wait until the first call.
    pub fn new(options: HttpOptions) -> Result<Self, SetupError> {
        let HttpOptions { timer, budget, limits, user_agent, seed, proxy, extra_roots } = options;
        let clients = client::Clients::new(&user_agent, &limits, proxy, &extra_roots)?;
        let (jitter, counts, announced) = (Jitter::new(seed), Counts::default(), Mutex::default());
        let dialer = Arc::new(Dialer::new(span(limits.connect), span(limits.total), &extra_roots));
        let streams = Arc::default();
        Ok(Http(Arc::new(Inner { timer, budget, limits, clients, jitter, counts, announced, dialer, streams })))
    }

    /// Sends a call, taking budget for each attempt, until an answer is there that `judge` takes.
    ///
    /// Waits for budget, and as long as a throttled answer asks (at most [`Limits::patience`] at a time). Repeats a [`Call::safe`] call
    /// that failed for a passing reason, up to [`Limits::attempts`] times. Throttled answers count separately.
    ///
    /// # Errors
    /// See [`TransportError`].
    pub async fn send(&self, call: Call, judge: impl Fn(&Reply) -> Verdict + Send + Sync) -> Result<Reply, TransportError> {
        self.0.send(&call, &judge).await
    }

    /// The budgets.
    pub fn budget(&self) -> &Arc<dyn Budget> {
        &self.0.budget
    }

    /// Opens a connection for a protocol other than HTTP; never through a proxy.
    ///
    /// # Errors
    /// [`StreamError`]: refused, unreachable, not trusted.
    pub async fn dial(&self, target: Target) -> Result<Wire, StreamError> {
        let (dialer, counts, timer) = (self.0.dialer.clone(), self.0.streams.clone(), self.0.timer.clone());
        Wire::open(Setup { dialer, counts, timer }, target).await
    }

    /// Counts a request that went over a stream, for [`Http::traffic`].
    pub fn count_request(&self) {
        self.0.counts.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// What went over streams so far.
    pub fn stream_traffic(&self) -> StreamTraffic {
        let counts = &self.0.streams;
        StreamTraffic {
            connections: counts.connections.load(Ordering::Relaxed),
            read: counts.read.load(Ordering::Relaxed),
            written: counts.written.load(Ordering::Relaxed),
        }
    }

    /// What was sent so far.
    pub fn traffic(&self) -> Traffic {
        let counts = &self.0.counts;
        Traffic {
            requests: counts.requests.load(Ordering::Relaxed),
            throttled: counts.throttled.load(Ordering::Relaxed),
            retries: counts.retries.load(Ordering::Relaxed),
        }
    }
}
