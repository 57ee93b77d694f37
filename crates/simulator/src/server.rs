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
    GmailHandle, GmailWorld, GongHandle, GongWorld, GranolaHandle, GranolaWorld, Limits, LogEntry, Scenario, Sends, Spent, TokenKind,
    Violation, World, WorldHandle,
    fault::deliver,
    gmail, gong, google, granola,
    scenario::Happening,
    slack::{Double, Setup},
    stage::{Stage, Stages},
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
    /// The simulated Gong company, if there is one; its limits are in it.
    pub gong: Option<GongWorld>,
    /// The simulated Granola workspace, if there is one; its limits are in it.
    pub granola: Option<GranolaWorld>,
    /// The simulated mailbox and what Google has authorised for it, if there is one; its limits are in it.
    pub gmail: Option<GmailWorld>,
    /// Slack's rate limits; a scenario may demand others.
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
        SimOptions {
            port: 0,
            world: World::tiny(),
            gong: None,
            granola: None,
            gmail: None,
            limits: Limits::Off,
            scenario: None,
            clock,
            seed: 1,
            auth_url_self: false,
        }
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
    gong: Option<GongHandle>,
    granola: Option<GranolaHandle>,
    gmail: Option<GmailHandle>,
    stage: Arc<Stage>,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Rooms {
    slack: Arc<Double>,
    stage: Arc<Stage>,
    clock: Arc<dyn Clock>,
    stop: watch::Receiver<bool>,
}

impl Simulator {
    /// Starts the doubles on loopback, in the current tokio runtime.
    ///
    /// # Errors
    /// The port can't be had.
    pub async fn start(options: SimOptions) -> Result<Running, SimError> {
        let SimOptions { port, world, gong, granola, gmail, limits, scenario, clock, seed, auth_url_self } = options;
        let failed = |source| SimError::Bind { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let scenario = scenario.unwrap_or_default();
        let world = world.into_handle();
        let gong = gong.map(|mut company| {
            company.set(&scenario.gong);
            company.into_handle()
        });
        let granola = granola.map(|mut workspace| {
            workspace.set(&scenario.granola);
            workspace.into_handle()
        });
        let gmail = gmail.map(|mut mailbox| {
            mailbox.set(&scenario.gmail);
            mailbox.google_mut().set(&scenario.google);
            mailbox.into_handle()
        });
        let slack_limits = scenario.limits.unwrap_or(limits);
        let stage = Arc::new(Stage::new(
            scenario,
            seed,
            Stages { slack: world.clone(), gong: gong.clone(), granola: granola.clone(), gmail: gmail.clone() },
        ));
        let slack = Arc::new(Double::new(Setup {
            world: world.clone(),
            limits: slack_limits,
            stage: Arc::clone(&stage),
            clock: Arc::clone(&clock),
            seed,
            own_url: auth_url_self.then(|| format!("http://{address}/slack/")),
        }));
        let (stop, stopped) = watch::channel(false);
        let gong_routes = gong.as_ref().map_or_else(Router::new, |company| {
            let setup = gong::Setup { world: company.clone(), stage: Arc::clone(&stage), clock: Arc::clone(&clock), seed, address };
            gong::routes(setup, stopped.clone())
        });
        let granola_routes = granola.as_ref().map_or_else(Router::new, |workspace| {
            let setup = granola::Setup { world: workspace.clone(), stage: Arc::clone(&stage), clock: Arc::clone(&clock), seed };
            granola::routes(setup, stopped.clone())
        });
        let mail_routes = gmail.as_ref().map_or_else(Router::new, |mailbox| {
            let setup = gmail::Setup { world: mailbox.clone(), stage: Arc::clone(&stage), clock: Arc::clone(&clock), seed };
            let google = google::Setup { world: mailbox.clone(), stage: Arc::clone(&stage), clock: Arc::clone(&clock), address };
            gmail::routes(setup, stopped.clone()).merge(google::routes(google, stopped.clone()))
        });
        let rooms = Rooms { slack, stage: Arc::clone(&stage), clock, stop: stopped.clone() };
        let app = Router::new()
            .route("/slack/api/{method}", any(slack_api))
            .route("/_sim/health", get(health))
            .route("/_sim/log", get(log))
            .route("/_sim/event", post(event))
            .with_state(rooms)
            .merge(gong_routes)
            .merge(granola_routes)
            .merge(mail_routes)
            .layer(DefaultBodyLimit::max(BODY_MAX));
        let served = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(wait(stopped));
        let task = tokio::spawn(async move {
            if let Err(error) = served.await {
                tracing::warn!(%error, "the simulator ended");
            }
        });
        Ok(Running { address, world, gong, granola, gmail, stage, stop, task: Some(task) })
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

    /// The base of Gong's paths: `http://127.0.0.1:PORT/gong`, as `https://api.gong.io` is.
    pub fn gong_api_url(&self) -> String {
        format!("{}{}", self.base_url(), gong::GENERIC)
    }

    /// The company's own host, as `https://us-12345.api.gong.io` is: `http://localhost:PORT/gong-us`.
    pub fn gong_regional_url(&self) -> String {
        gong::regional_url(self.address)
    }

    /// The base of Granola's paths: `http://127.0.0.1:PORT/granola`, as `https://public-api.granola.ai` is.
    pub fn granola_api_url(&self) -> String {
        format!("{}{}", self.base_url(), granola::BASE)
    }

    /// The base of Gmail's paths: `http://127.0.0.1:PORT/gmail`, under which `/gmail/v1/users/...` and `/batch/gmail/v1` are.
    pub fn gmail_api_url(&self) -> String {
        format!("{}{}", self.base_url(), gmail::BASE)
    }

    /// Where users give consent: `http://127.0.0.1:PORT/google/o/oauth2/v2/auth`.
    pub fn google_auth_url(&self) -> String {
        format!("{}{}/o/oauth2/v2/auth", self.base_url(), google::BASE)
    }

    /// Where tokens are had: `http://127.0.0.1:PORT/google/token`.
    pub fn google_token_url(&self) -> String {
        format!("{}{}/token", self.base_url(), google::BASE)
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
        if let Some(key) = self.gong.as_ref().and_then(|gong| gong.read(|w| w.key().cloned())) {
            env.push(("GONG_API_URL".to_owned(), self.gong_api_url()));
            env.push(("GONG_API_KEY".to_owned(), key.key));
            env.push(("GONG_API_SECRET".to_owned(), key.secret));
        }
        if let Some(key) = self.granola.as_ref().and_then(|granola| granola.read(|w| w.key().cloned())) {
            env.push(("GRANOLA_API_URL".to_owned(), self.granola_api_url()));
            env.push(("GRANOLA_API_KEY".to_owned(), key.key));
        }
        if let Some(mailbox) = &self.gmail {
            env.push(("GMAIL_API_URL".to_owned(), self.gmail_api_url()));
            env.push(("GOOGLE_AUTH_URL".to_owned(), self.google_auth_url()));
            env.push(("GOOGLE_TOKEN_URL".to_owned(), self.google_token_url()));
            mailbox.read(|w| {
                if let Some(client) = w.google().client() {
                    env.push(("GMAIL_CLIENT_ID".to_owned(), client.id.clone()));
                    env.push(("GMAIL_CLIENT_SECRET".to_owned(), client.secret.clone()));
                }
                if let Some(token) = w.google().refresh_token() {
                    env.push(("GMAIL_REFRESH_TOKEN".to_owned(), token.to_owned()));
                }
            });
        }
        env
    }

    /// Every request so far, in the order in which they were answered.
    pub fn log(&self) -> Vec<LogEntry> {
        self.stage.journal(|j| j.entries().to_vec())
    }

    /// The requests that came earlier than a 429 before them allowed.
    pub fn violations(&self) -> Vec<Violation> {
        self.stage.journal(|j| j.violations().to_vec())
    }

    /// When the requests to a vendor came, to compare with its limits.
    pub fn sends(&self, vendor: &str) -> Sends {
        self.stage.journal(|j| Sends::new(j.entries().iter().filter(|e| e.vendor == vendor).map(|e| e.at).collect()))
    }

    /// What requests to a vendor cost that weighs them, to compare with its quota.
    pub fn spent(&self, vendor: &str) -> Spent {
        self.stage.journal(|j| Spent::new(j.entries().iter().filter(|e| e.vendor == vendor).map(|e| (e.at, e.units)).collect()))
    }

    /// The mailbox, to look at and to change.
    pub fn gmail(&self) -> Option<GmailHandle> {
        self.gmail.clone()
    }

    /// The Gong company, to look at and to change.
    pub fn gong(&self) -> Option<GongHandle> {
        self.gong.clone()
    }

    /// The Granola workspace, to look at and to change.
    pub fn granola(&self) -> Option<GranolaHandle> {
        self.granola.clone()
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
    let body = rooms.stage.journal(|j| json!({"requests": j.entries(), "violations": j.violations()}));
    deliver(Outgoing::json(StatusCode::OK, body.to_string()), rooms.stop).await
}

async fn event(State(rooms): State<Rooms>, body: Bytes) -> Response<Body> {
    let done = serde_json::from_slice::<Happening>(&body)
        .map_err(|e| e.to_string())
        .and_then(|event| rooms.stage.apply(&event, rooms.clock.now(), None));
    let out = match done {
        Ok(done) => Outgoing::json(StatusCode::OK, done.to_string()),
        Err(error) => Outgoing::json(StatusCode::BAD_REQUEST, json!({"ok": false, "error": error}).to_string()),
    };
    deliver(out, rooms.stop).await
}
