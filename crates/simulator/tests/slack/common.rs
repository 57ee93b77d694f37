//! What the tests of the double share: a clock that stands still, and a plain HTTP client.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use sales_model::Clock;
use sales_simulator::{Running, SimOptions, Simulator};
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
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn error(&self) -> String {
        let json = self.json();
        assert_eq!(json["ok"], false, "{json}");
        json["error"].as_str().unwrap().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

/// A running double and a client for it.
pub(crate) struct Lab {
    pub(crate) sim: Running,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) http: reqwest::Client,
}

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";

impl Lab {
    pub(crate) async fn tiny() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut SimOptions)) -> Self {
        let clock = HandClock::at(NOW);
        let mut options = SimOptions::new(Arc::clone(&clock) as Arc<dyn Clock>);
        change(&mut options);
        let sim = Simulator::start(options).await.unwrap();
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Lab { sim, clock, http }
    }

    pub(crate) fn url(&self, method: &str) -> String {
        format!("{}/{method}", self.sim.slack_api_url())
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }

    /// GET with a bearer token.
    pub(crate) async fn get_as(&self, token: &str, method: &str, args: &[(&str, &str)]) -> Answer {
        self.send(self.http.get(self.url(method)).bearer_auth(token).query(args)).await.unwrap()
    }

    /// GET as the bot.
    pub(crate) async fn get(&self, method: &str, args: &[(&str, &str)]) -> Answer {
        self.get_as("xoxb-tiny", method, args).await
    }

    /// POST of a form as the bot.
    pub(crate) async fn post(&self, method: &str, args: &[(&str, &str)]) -> Answer {
        self.send(self.http.post(self.url(method)).bearer_auth("xoxb-tiny").form(args)).await.unwrap()
    }

    /// All pages of a method, following the cursor: the items under `key`, and how many pages.
    pub(crate) async fn all(&self, token: &str, method: &str, args: &[(&str, &str)], key: &str) -> (Vec<Value>, usize) {
        let (mut items, mut pages, mut cursor) = (Vec::new(), 0, String::new());
        loop {
            let mut with: Vec<(&str, &str)> = args.to_vec();
            if !cursor.is_empty() {
                with.push(("cursor", &cursor));
            }
            let reply = self.get_as(token, method, &with).await.json();
            assert_eq!(reply["ok"], true, "{reply}");
            items.extend(reply[key].as_array().unwrap().iter().cloned());
            pages += 1;
            assert!(pages < 5_000, "no end of pages");
            cursor = reply["response_metadata"]["next_cursor"].as_str().unwrap_or_default().to_owned();
            if cursor.is_empty() {
                return (items, pages);
            }
        }
    }
}

pub(crate) fn ts(items: &[Value]) -> Vec<String> {
    items.iter().map(|m| m["ts"].as_str().unwrap().to_owned()).collect()
}
