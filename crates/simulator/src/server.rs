use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, DefaultBodyLimit, Path, State},
    routing::{any, get, post},
};
use http::{HeaderMap, Method, Response, StatusCode, Uri};
use sales_model::Clock;
use serde_json::json;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    Event, Limits, LogEntry, Scenario, TokenKind, Violation, World, WorldHandle,
    fault::deliver,
    scenario::Plan,
    slack::{Double, Setup},
    wire::{Incoming, Outgoing},
};

/// The largest request body the double takes, as Slack cuts messages far below that.
const BODY_MAX: usize = 4 * 1024 * 1024;

/// How to start a simulator.
pub struct SimOptions {
    /// Port on 127.0.0.1; 0 for any free one.
    pub port: u16,
    /// The simulated Slack workspace.
    pub world: World,
    /// Rate limits; a scenario may demand others.
    pub limits: Limits,
    /// Faults and events.
    pub scenario: Option<Scenario>,
    /// Its time: limits, `ts` of new messages and expiry follow it.
    pub clock: Arc<dyn Clock>,
    /// Seed of draws, cursors and new tokens.
    pub seed: u64,
    /// `auth.test` gives the simulator itself as `url`, for clients that build their API address from it. Else it is the vendor's host.
    pub auth_url_self: bool,
}

impl SimOptions {
    /// The tiny world on any port, without limits and faults.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        SimOptions { port: 0, world: World::tiny(), limits: Limits::Off, scenario: None, clock, seed: 1, auth_url_self: false }
    }
}

/// Why no simulator runs.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The port is taken or not allowed.
    #[error("can't listen on 127.0.0.1:{port}: {source}")]
    Bind {
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
}

/// The simulated vendors.
pub struct Simulator;

/// A running simulator. Dropping it stops it too, without waiting.
pub struct Running {
    address: SocketAddr,
    world: WorldHandle,
    slack: Arc<Double>,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Rooms {
    slack: Arc<Double>,
    stop: watch::Receiver<bool>,
}

impl Simulator {
    /// Starts the doubles on loopback, in the current tokio runtime.
    ///
    /// # Errors
    /// The port can't be had.
    pub async fn start(options: SimOptions) -> Result<Running, SimError> {
        let SimOptions { port, world, limits, scenario, clock, seed, auth_url_self } = options;
        let failed = |source| SimError::Bind { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let scenario = scenario.unwrap_or_default();
        let world = world.into_handle();
        let slack = Arc::new(Double::new(Setup {
            world: world.clone(),
            limits: scenario.limits.unwrap_or(limits),
            plan: Plan::new(scenario, seed),
            clock,
            seed,
            own_url: auth_url_self.then(|| format!("http://{address}/slack/")),
        }));
        let (stop, stopped) = watch::channel(false);
        let rooms = Rooms { slack: Arc::clone(&slack), stop: stopped.clone() };
        let app = Router::new()
            .route("/slack/api/{method}", any(slack_api))
            .route("/_sim/health", get(health))
            .route("/_sim/log", get(log))
            .route("/_sim/event", post(event))
            .layer(DefaultBodyLimit::max(BODY_MAX))
            .with_state(rooms);
        let served = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(wait(stopped));
        let task = tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::warn!(%error, "the simulator ended");
            }
        });
        Ok(Running { address, world, slack, stop, task: Some(task) })
    }
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    let _sender_gone = stopped.wait_for(|s| *s).await;
}

impl Running {
    /// `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The base of Slack's methods: `http://127.0.0.1:PORT/slack/api`.
    pub fn slack_api_url(&self) -> String {
        format!("{}/slack/api", self.base_url())
    }

    /// The variables a client of the product needs to use this simulator instead of the vendors.
    pub fn env(&self) -> Vec<(String, String)> {
        let mut env = vec![("SLACK_API_URL".to_owned(), self.slack_api_url())];
        self.world.read(|w| {
            let mut set = |name: &str, value: &str| env.push((name.to_owned(), value.to_owned()));
            let bot = w.token(TokenKind::Bot);
            let user = w.token(TokenKind::User);
            match (bot, user) {
                (Some(bot), Some(user)) => {
                    set("SLACK_TOKEN", &bot.token);
                    set("SLACK_USER_TOKEN", &user.token);
                }
                (Some(one), None) | (None, Some(one)) => set("SLACK_TOKEN", &one.token),
                (None, None) => {}
            }
            if let Some(refresh) = bot.or(user).and_then(|t| t.refresh_token.as_deref()) {
                set("SLACK_CLIENT_ID", &w.client_id);
                set("SLACK_CLIENT_SECRET", &w.client_secret);
                set("SLACK_REFRESH_TOKEN", refresh);
            }
        });
        env
    }

    /// Every request so far, in the order in which they were answered.
    pub fn log(&self) -> Vec<LogEntry> {
        self.slack.journal(|j| j.entries().to_vec())
    }

    /// The requests that came earlier than a 429 before them allowed.
    pub fn violations(&self) -> Vec<Violation> {
        self.slack.journal(|j| j.violations().to_vec())
    }

    /// The world, to look at and to change.
    pub fn world(&self) -> WorldHandle {
        self.world.clone()
    }

    /// Stops: answers what is under way, breaks what hangs, frees the port.
    pub async fn stop(mut self) {
        let _nobody_listens = self.stop.send(true);
        if let Some(mut task) = self.task.take() {
            // Connections end with their answer; a client that never reads its own must not hold us.
            if tokio::time::timeout(std::time::Duration::from_secs(2), &mut task).await.is_err() {
                task.abort();
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _nobody_listens = self.stop.send(true);
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

async fn slack_api(
    State(rooms): State<Rooms>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Path(path): Path<String>,
    verb: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let out = if verb == Method::GET || verb == Method::POST {
        let query = uri.query().unwrap_or_default().to_owned();
        rooms.slack.answer(&Incoming { path, verb, query, headers, body, peer })
    } else {
        Outgoing::json(StatusCode::METHOD_NOT_ALLOWED, r#"{"ok":false,"error":"invalid_post_type"}"#)
    };
    deliver(out, rooms.stop.clone()).await
}

async fn health(State(rooms): State<Rooms>) -> Response<Body> {
    deliver(Outgoing::json(StatusCode::OK, r#"{"ok":true}"#), rooms.stop).await
}

async fn log(State(rooms): State<Rooms>) -> Response<Body> {
    let body = rooms.slack.journal(|j| json!({"requests": j.entries(), "violations": j.violations()}));
    deliver(Outgoing::json(StatusCode::OK, body.to_string()), rooms.stop).await
}

async fn event(State(rooms): State<Rooms>, body: Bytes) -> Response<Body> {
    let done = serde_json::from_slice::<Event>(&body)
        .map_err(|e| e.to_string())
        .and_then(|event| rooms.slack.event(&event).map_err(|e| e.to_string()));
    let out = match done {
        Ok(ts) => Outgoing::json(StatusCode::OK, json!({"ok": true, "ts": ts.map(|t| t.to_string())}).to_string()),
        Err(error) => Outgoing::json(StatusCode::BAD_REQUEST, json!({"ok": false, "error": error}).to_string()),
    };
    deliver(out, rooms.stop).await
}
