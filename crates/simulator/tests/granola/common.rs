//! What the tests of the double share: a clock that stands still, and a plain HTTP client.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::{SignedDuration, Timestamp};
use sales_model::Clock;
use sales_simulator::{GranolaHandle, GranolaWorld, Running, SimOptions, Simulator};
use serde_json::Value;

/// A clock that moves only when told to.
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
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

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let json = self.json();
        (self.status, json["code"].as_str().unwrap_or_else(|| panic!("{json}")).to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

pub(crate) fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// A running double and a client for it.
pub(crate) struct Lab {
    pub(crate) sim: Running,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) http: reqwest::Client,
}

pub(crate) const NOW: &str = "2024-04-08T09:00:00Z";

/// The id of a note of the tiny world.
pub(crate) fn tiny(number: u64) -> String {
    format!("not_Tiny{number:010}")
}

impl Lab {
    pub(crate) async fn tiny() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut SimOptions)) -> Self {
        let clock = Arc::new(HandClock(AtomicI64::new(NOW.parse::<Timestamp>().unwrap().as_millisecond())));
        let mut options = SimOptions::new(Arc::clone(&clock) as Arc<dyn Clock>);
        options.granola = Some(GranolaWorld::tiny());
        change(&mut options);
        let sim = Simulator::start(options).await.unwrap();
        // An error means that it is installed already.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Lab { sim, clock, http }
    }

    /// A tiny world that differs in manner.
    pub(crate) async fn mannered(change: impl FnOnce(&mut sales_simulator::granola::Manner)) -> Self {
        Self::with(|o| change(&mut o.granola.as_mut().unwrap().manner)).await
    }

    pub(crate) fn world(&self) -> GranolaHandle {
        self.sim.granola().unwrap()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sim.granola_api_url())
    }

    pub(crate) async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }

    /// GET with a key.
    pub(crate) async fn get_as(&self, key: &str, path: &str, args: &[(&str, &str)]) -> Answer {
        self.send(self.http.get(self.url(path)).bearer_auth(key).query(args)).await.unwrap()
    }

    /// GET as Sam.
    pub(crate) async fn get(&self, path: &str, args: &[(&str, &str)]) -> Answer {
        self.get_as("grn_tiny", path, args).await
    }

    /// A note of the tiny world as Sam sees it.
    pub(crate) async fn note(&self, number: u64, args: &[(&str, &str)]) -> Answer {
        self.get(&format!("/v1/notes/{}", tiny(number)), args).await
    }

    /// An event, as another process sends it.
    pub(crate) async fn event(&self, event: Value) -> Answer {
        let url = format!("{}/_sim/event", self.sim.base_url());
        self.send(self.http.post(url).body(event.to_string())).await.unwrap()
    }

    /// All pages, following the cursor: the items under `key`, and how many pages.
    pub(crate) async fn all(&self, path: &str, args: &[(&str, &str)], key: &str) -> (Vec<Value>, usize) {
        let (mut items, mut pages, mut cursor) = (Vec::new(), 0, None::<String>);
        loop {
            let mut with: Vec<(&str, &str)> = args.to_vec();
            with.extend(cursor.as_deref().map(|c| ("cursor", c)));
            let reply = self.get(path, &with).await.json();
            items.extend(reply[key].as_array().unwrap_or_else(|| panic!("{reply}")).iter().cloned());
            pages += 1;
            assert!(pages < 2_000, "no end of pages");
            assert_eq!(reply["hasMore"], !reply["cursor"].is_null(), "the two signs of more agree");
            cursor = reply["cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return (items, pages);
            }
        }
    }

    /// The numbers of the tiny notes that a key lists, sorted.
    pub(crate) async fn listed(&self, key: &str, args: &[(&str, &str)]) -> Vec<u64> {
        let mut with = args.to_vec();
        with.push(("page_size", "30"));
        let reply = self.get_as(key, "/v1/notes", &with).await.json();
        assert_eq!(reply["hasMore"], false, "{reply}");
        let mut numbers = numbers(reply["notes"].as_array().unwrap());
        numbers.sort_unstable();
        numbers
    }
}

/// The numbers of tiny notes.
pub(crate) fn numbers(notes: &[Value]) -> Vec<u64> {
    notes.iter().map(|n| n["id"].as_str().unwrap().trim_start_matches("not_Tiny").parse().unwrap()).collect()
}

pub(crate) fn ids(notes: &[Value]) -> BTreeSet<String> {
    notes.iter().map(|n| n["id"].as_str().unwrap().to_owned()).collect()
}
