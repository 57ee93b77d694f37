//! The fault language: which answers go wrong, how, and what happens in the world meanwhile. Documented for users in `docs/scenarios.md`.

mod happening;
mod named;
mod parse;
mod plan;

pub use crate::slack::Event;
pub use happening::Happening;
pub use named::NAMES;
pub(crate) use plan::{Fate, Plan, Probe};

use crate::{GmailSettings, GongSettings, GoogleSettings, GranolaSettings, Limits};

/// What goes wrong and what happens: rules over requests, and events in the world.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scenario {
    /// Its name, for messages.
    pub name: String,
    /// One line about what it shows.
    pub about: String,
    /// Limits to enforce, whatever the options say.
    pub limits: Option<Limits>,
    /// What the Gong double is set to, whatever its world says.
    pub gong: GongSettings,
    /// What the Granola double is set to, whatever its world says.
    pub granola: GranolaSettings,
    /// What the Gmail double is set to, whatever its world says.
    pub gmail: GmailSettings,
    /// What Google's authorisation is set to, whatever its world says.
    pub google: GoogleSettings,
    /// Seed of all draws; the options' seed unless given.
    pub seed: Option<u64>,
    /// Tried in order for each request; the first that applies decides.
    pub rules: Vec<Rule>,
    /// What happens in the world.
    pub events: Vec<Timed>,
}

/// One fault and which requests it hits.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Method names; empty for all. `conversations.*` covers a family.
    pub methods: Vec<String>,
    /// Only for this channel, by id or name.
    pub channel: Option<String>,
    /// Which of the requests that match.
    pub when: When,
    /// At most so often.
    pub times: Option<u64>,
    /// What happens to them.
    pub fault: Fault,
}

/// Which of a rule's matching requests are hit; all conditions given must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct When {
    /// The n-th matching request, from 1.
    pub request: Option<u64>,
    /// The first n of them.
    pub first: Option<u64>,
    /// Every n-th.
    pub every: Option<u64>,
    /// With this probability, 0 to 1; the draw depends on the seed, the request's method and arguments and how often it was asked, so that
    /// it is the same whatever the order of concurrent requests.
    pub chance: Option<f64>,
    /// Only from so many seconds after the first request on, by the simulator's clock.
    pub after_seconds: Option<f64>,
    /// Only until so many seconds after the first request.
    pub until_seconds: Option<f64>,
}

/// What a 429 says about the time to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// Whole seconds.
    Seconds(i64),
    /// The same as an HTTP date.
    Date(i64),
    /// No header.
    Missing,
    /// Something that is no time.
    Absurd,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// 429.
    Throttle(RetryAfter),
    /// A mix in equal parts: 429 with this wait, 5xx, torn bodies.
    Storm(RetryAfter),
    /// An HTTP status with a body that is no JSON.
    Status(u16),
    /// The connection breaks in the middle of the body.
    TornBody,
    /// The body trickles in eight pieces, with so many milliseconds between.
    SlowBody(u64),
    /// The answer starts so many milliseconds late.
    SlowHead(u64),
    /// 200 and a login page.
    Html,
    /// `ok: false` with this error word; `needed` for `missing_scope`.
    Error {
        /// The word.
        word: String,
        /// The scope said to be missing.
        needed: Option<String>,
    },
    /// The token that was used expires now and stays so until it is refreshed.
    TokenExpired,
    /// A request with a cursor is told that it is invalid.
    ExpireCursor,
    /// A page with at most so many items, though more exist.
    ShortPage(usize),
    /// The page comes twice: its cursor leads to itself once more.
    RepeatPage,
    /// The page's cursor is the one that led to it, for ever.
    LoopCursor,
    /// No answer, until the server stops.
    Hang,
}

impl Fault {
    /// The word of the language for it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Fault::Throttle(_) => "throttle",
            Fault::Storm(_) => "storm",
            Fault::Status(_) => "status",
            Fault::TornBody => "torn_body",
            Fault::SlowBody(_) => "slow_body",
            Fault::SlowHead(_) => "slow_head",
            Fault::Html => "html",
            Fault::Error { .. } => "error",
            Fault::TokenExpired => "token_expired",
            Fault::ExpireCursor => "expire_cursor",
            Fault::ShortPage(_) => "short_page",
            Fault::RepeatPage => "repeat_page",
            Fault::LoopCursor => "loop_cursor",
            Fault::Hang => "hang",
        }
    }
}

/// An event and when it happens.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// Before the n-th request of all is answered, from 1.
    pub at_request: Option<u64>,
    /// After a call of this method was answered.
    pub after_call: Option<String>,
    /// The how manieth such call, from 1.
    pub nth: u64,
    /// What happens.
    pub event: Happening,
}

/// Why a text is not a scenario.
#[derive(Debug, thiserror::Error)]
pub enum ScenarioError {
    /// Not TOML, or a key that is not in the language.
    #[error("the scenario is not valid: {0}")]
    Toml(#[from] toml::de::Error),
    /// A rule that says too little or too much.
    #[error("rule {number} of the scenario: {reason}")]
    Rule {
        /// From 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
    /// An event that says too little or too much.
    #[error("event {number} of the scenario: {reason}")]
    Event {
        /// From 1.
        number: usize,
        /// What is wrong.
        reason: String,
    },
    /// No built-in scenario has this name.
    #[error("there is no scenario `{name}`; built in are: {}", NAMES.join(", "))]
    Unknown {
        /// The name.
        name: String,
    },
}

impl Scenario {
    /// Reads a scenario in the language of `docs/scenarios.md`.
    ///
    /// # Errors
    /// The text is not TOML, has unknown keys, or a rule or event is incomplete; the error says which.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        parse::parse(text)
    }

    /// A built-in scenario; [`NAMES`] lists them.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn named(name: &str) -> Result<Self, ScenarioError> {
        named::text(name).ok_or_else(|| ScenarioError::Unknown { name: name.to_owned() }).and_then(parse::parse)
    }
}
