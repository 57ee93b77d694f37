//! What the tests of the doubles share: a clock that stands still, and a plain HTTP client.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use sales_model::Clock;
use sales_simulator::{GmailEvent, GmailHandle, GmailWorld, Running, Scenario, SimOptions, Simulator};
use serde_json::Value;

/// A clock that moves only when told to.
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn at(text: &str) -> Arc<Self> {
        Arc::new(HandClock(AtomicI64::new(text.parse::<Timestamp>().unwrap().as_millisecond())))
    }

    pub(crate) fn forward(&self, time: SignedDuration) {
        self.0.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body; null where there is none.
    pub(crate) fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Status, reason and message of an error.
    pub(crate) fn error(&self) -> (u16, String, String) {
        error(self.status, &self.json())
    }

    pub(crate) fn good(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

pub(crate) fn error(status: u16, json: &Value) -> (u16, String, String) {
    let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} in {json}")).to_owned();
    assert_eq!(json["error"]["code"], status);
    (status, text("/error/errors/0/reason"), text("/error/message"))
}

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";
/// Where the user's paths begin.
pub(crate) const ME: &str = "/gmail/v1/users/me";

/// Running doubles, a client that follows no redirects, and an access token.
pub(crate) struct Lab {
    pub(crate) sim: Running,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) http: reqwest::Client,
    /// With `gmail.readonly`.
    pub(crate) token: String,
}

impl Lab {
    pub(crate) async fn tiny() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut SimOptions)) -> Self {
        let clock = HandClock::at(NOW);
        let mut options = SimOptions::new(Arc::clone(&clock) as Arc<dyn Clock>);
        options.gmail = Some(GmailWorld::tiny());
        change(&mut options);
        let sim = Simulator::start(options).await.unwrap();
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let token = sim.gmail().unwrap().write(|w| w.google_mut().access_token(&["gmail.readonly"], clock.now()));
        Lab { sim, clock, http, token }
    }

    pub(crate) async fn scenario(text: &str) -> Self {
        let scenario = if text.contains('\n') { Scenario::parse(text) } else { Scenario::named(text) };
        Self::with(|o| o.scenario = Some(scenario.unwrap())).await
    }

    pub(crate) fn world(&self) -> GmailHandle {
        self.sim.gmail().unwrap()
    }

    /// An access token with these scopes.
    pub(crate) fn token(&self, scopes: &[&str]) -> String {
        let now = self.clock.now();
        self.world().write(|w| w.google_mut().access_token(scopes, now))
    }

    pub(crate) fn happens(&self, event: Value) -> Option<String> {
        let event: GmailEvent = serde_json::from_value(event).unwrap();
        let now = self.clock.now();
        self.world().write(|w| w.apply(&event, now)).unwrap()
    }

    pub(crate) fn history_id(&self) -> u64 {
        self.world().read(|w| w.history_id())
    }

    /// A request as nobody.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sim.gmail_api_url()))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    pub(crate) async fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }

    /// GET of the user's path, with the token that may read.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(&self.token, path).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.send(self.bare(Method::GET, &format!("{ME}{path}")).bearer_auth(token)).await
    }

    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send(self.bare(Method::POST, &format!("{ME}{path}")).bearer_auth(token).json(body)).await
    }

    /// Ids that a search finds, newest first, in short: `9 2 1`.
    pub(crate) async fn search(&self, query: &str) -> String {
        let query: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
        short(&self.get(&format!("/messages?q={query}")).await.good()["messages"])
    }

    /// A form to the token endpoint.
    pub(crate) async fn form(&self, fields: &[(&str, &str)]) -> Answer {
        self.send(self.http.post(self.sim.google_token_url()).form(fields)).await
    }

    /// A refresh with the tiny app.
    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.form(&[
            ("client_id", "tiny-client"),
            ("client_secret", "tiny-secret"),
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
        ])
        .await
    }
}

/// Ids of items without what all of the tiny world's begin with.
pub(crate) fn short(items: &Value) -> String {
    let all = items.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().map(|m| m["id"].as_str().unwrap().trim_start_matches("18e").trim_start_matches('0')).collect::<Vec<_>>().join(" ")
}

/// An id of the tiny world.
pub(crate) fn id(n: u32) -> String {
    format!("18e{n:013}")
}

pub(crate) fn decoded(value: &Value) -> Vec<u8> {
    URL_SAFE.decode(value.as_str().unwrap()).unwrap()
}

/// Status and error word of the token endpoint.
pub(crate) fn refused(answer: &Answer) -> (u16, String, String) {
    let json = answer.json();
    assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["error", "error_description"]);
    let text = |key: &str| json[key].as_str().unwrap().to_owned();
    (answer.status, text("error"), text("error_description"))
}
