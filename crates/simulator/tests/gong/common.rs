//! What the tests of the double share: a clock that stands still, and a plain HTTP client.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use sales_model::Clock;
use sales_simulator::{GongEvent, GongHandle, GongWorld, Running, Scenario, SimOptions, Simulator};
use serde_json::{Value, json};

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
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    /// Status and text of an error; every error has one text and an id.
    pub(crate) fn error(&self) -> (u16, String) {
        let json = self.json();
        assert_eq!(json.as_object().unwrap().keys().collect::<Vec<_>>(), ["errors", "requestId"]);
        assert_id(&json);
        let errors = json["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1);
        (self.status, errors[0].as_str().unwrap().to_owned())
    }

    /// The body of a good answer.
    pub(crate) fn good(&self) -> Value {
        let json = self.json();
        assert_eq!(self.status, 200, "{json}");
        assert_id(&json);
        json
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

fn assert_id(json: &Value) {
    let id = json["requestId"].as_str().unwrap();
    assert!(id.len() == 19 && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{id}");
}

/// A running double and a client for it that follows no redirects.
pub(crate) struct Lab {
    pub(crate) sim: Running,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) http: reqwest::Client,
}

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";

/// What is said where no call fits.
pub(crate) const NO_CALLS: &str = "No calls found corresponding to the provided filters";

impl Lab {
    pub(crate) async fn tiny() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut SimOptions)) -> Self {
        let clock = HandClock::at(NOW);
        let mut options = SimOptions::new(Arc::clone(&clock) as Arc<dyn Clock>);
        options.gong = Some(GongWorld::tiny());
        change(&mut options);
        let sim = Simulator::start(options).await.unwrap();
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Lab { sim, clock, http }
    }

    pub(crate) async fn scenario(text: &str) -> Self {
        let scenario = if text.contains('\n') { Scenario::parse(text) } else { Scenario::named(text) };
        Self::with(|o| o.scenario = Some(scenario.unwrap())).await
    }

    pub(crate) fn world(&self) -> GongHandle {
        self.sim.gong().unwrap()
    }

    pub(crate) fn happens(&self, event: &GongEvent) -> Option<String> {
        let now = self.clock.now();
        self.world().write(|w| w.apply(event, now)).unwrap()
    }

    /// A request to the host that all companies share, as nobody.
    pub(crate) fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sim.gong_api_url()))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    pub(crate) async fn try_send(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }

    /// GET with the tiny world's access key.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.bare(Method::GET, path).basic_auth("TINY", Some("tiny-secret"))).await
    }

    /// GET with a token.
    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.send(self.bare(Method::GET, path).bearer_auth(token)).await
    }

    /// POST with the tiny world's access key.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.bare(Method::POST, path).basic_auth("TINY", Some("tiny-secret")).json(body)).await
    }

    /// POST with a token.
    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.send(self.bare(Method::POST, path).bearer_auth(token).json(body)).await
    }

    /// All pages of a POST, with the items under `key`.
    pub(crate) async fn pages(&self, path: &str, body: &Value, key: &str) -> Vec<Value> {
        let mut pages = Vec::new();
        let mut body = body.clone();
        loop {
            let page = self.post(path, &body).await.good();
            let cursor = page["records"]["cursor"].clone();
            assert!(page[key].is_array());
            pages.push(page);
            assert!(pages.len() < 1_000, "no end of pages");
            if cursor.is_null() {
                return pages;
            }
            body["cursor"] = cursor;
        }
    }
}

/// The ids of calls in an answer, of either path.
pub(crate) fn ids(answer: &Value) -> Vec<String> {
    let calls = answer["calls"].as_array().or(answer["callTranscripts"].as_array()).unwrap();
    let id = |c: &Value| c.pointer("/metaData/id").or(c.get("id")).or(c.get("callId")).unwrap().as_str().unwrap().to_owned();
    calls.iter().map(id).collect()
}

/// Everything that can be asked for.
pub(crate) fn everything() -> Value {
    json!({
        "context": "Extended", "contextTiming": ["Now", "TimeOfCall"],
        "exposedFields": {
            "parties": true,
            "content": {"structure": true, "topics": true, "trackers": true, "trackerOccurrences": true, "brief": true, "outline": true,
                "highlights": true, "callOutcome": true, "keyPoints": true},
            "interaction": {"speakers": true, "video": true, "personInteractionStats": true, "questions": true},
            "collaboration": {"publicComments": true},
            "media": true,
        }
    })
}
