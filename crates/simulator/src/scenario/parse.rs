use serde::Deserialize;

use super::{Fault, Happening, RetryAfter, Rule, Scenario, ScenarioError, Timed, When};
use crate::{GmailSettings, GongSettings, GoogleSettings, GranolaSettings, Limits};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawScenario {
    #[serde(default)]
    name: String,
    #[serde(default)]
    about: String,
    limits: Option<Limits>,
    #[serde(default)]
    gong: GongSettings,
    #[serde(default)]
    granola: GranolaSettings,
    #[serde(default)]
    gmail: GmailSettings,
    #[serde(default)]
    google: GoogleSettings,
    seed: Option<u64>,
    #[serde(default)]
    rule: Vec<RawRule>,
    #[serde(default)]
    event: Vec<toml::Table>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    method: Option<OneOrMany>,
    channel: Option<String>,
    request: Option<u64>,
    first: Option<u64>,
    every: Option<u64>,
    chance: Option<f64>,
    after_seconds: Option<f64>,
    until_seconds: Option<f64>,
    times: Option<u64>,
    r#do: String,
    retry_after: Option<toml::Value>,
    status: Option<u16>,
    millis: Option<u64>,
    size: Option<usize>,
    error: Option<String>,
    needed: Option<String>,
}

pub(super) fn parse(text: &str) -> Result<Scenario, ScenarioError> {
    let raw: RawScenario = toml::from_str(text)?;
    let rules = raw
        .rule
        .into_iter()
        .enumerate()
        .map(|(i, r)| rule(r).map_err(|reason| ScenarioError::Rule { number: i + 1, reason }))
        .collect::<Result<_, _>>()?;
    let events = raw
        .event
        .into_iter()
        .enumerate()
        .map(|(i, e)| timed(e).map_err(|reason| ScenarioError::Event { number: i + 1, reason }))
        .collect::<Result<_, _>>()?;
    Ok(Scenario {
        name: raw.name,
        about: raw.about,
        limits: raw.limits,
        gong: raw.gong,
        granola: raw.granola,
        gmail: raw.gmail,
        google: raw.google,
        seed: raw.seed,
        rules,
        events,
    })
}

fn rule(raw: RawRule) -> Result<Rule, String> {
    if raw.chance.is_some_and(|c| !(0.0..=1.0).contains(&c)) {
        return Err("`chance` is between 0 and 1".into());
    }
    if raw.request == Some(0) || raw.every == Some(0) {
        return Err("`request` and `every` count from 1".into());
    }
    let wait = |default| raw.retry_after.as_ref().map_or(Ok(default), retry_after);
    let fault = match raw.r#do.as_str() {
        "throttle" => Fault::Throttle(wait(RetryAfter::Seconds(30))?),
        "storm" => Fault::Storm(wait(RetryAfter::Seconds(1))?),
        "status" => match raw.status {
            Some(s) if (100..600).contains(&s) && s != 200 => Fault::Status(s),
            _ => return Err("`do = \"status\"` needs `status`, an HTTP status that is not 200".into()),
        },
        "torn_body" => Fault::TornBody,
        "slow_body" => Fault::SlowBody(raw.millis.unwrap_or(100)),
        "slow_head" => Fault::SlowHead(raw.millis.unwrap_or(100)),
        "html" => Fault::Html,
        "error" => match raw.error {
            Some(word) => Fault::Error { word, needed: raw.needed },
            None => return Err("`do = \"error\"` needs `error`, the error word".into()),
        },
        "missing_scope" => Fault::Error { word: "missing_scope".into(), needed: raw.needed },
        "channel_not_found" => Fault::Error { word: "channel_not_found".into(), needed: None },
        "not_in_channel" => Fault::Error { word: "not_in_channel".into(), needed: None },
        "token_expired" => Fault::TokenExpired,
        "expire_cursor" => Fault::ExpireCursor,
        "short_page" => Fault::ShortPage(raw.size.unwrap_or(1)),
        "repeat_page" => Fault::RepeatPage,
        "loop_cursor" => Fault::LoopCursor,
        "hang" => Fault::Hang,
        other => return Err(format!("`do = \"{other}\"` is not in the language")),
    };
    let methods = match raw.method {
        None => Vec::new(),
        Some(OneOrMany::One(m)) => vec![m],
        Some(OneOrMany::Many(m)) => m,
    };
    let when = When {
        request: raw.request,
        first: raw.first,
        every: raw.every,
        chance: raw.chance,
        after_seconds: raw.after_seconds,
        until_seconds: raw.until_seconds,
    };
    Ok(Rule { methods, channel: raw.channel, when, times: raw.times, fault })
}

fn retry_after(value: &toml::Value) -> Result<RetryAfter, String> {
    match value {
        toml::Value::Integer(s) => Ok(RetryAfter::Seconds(*s)),
        toml::Value::String(s) if s == "missing" => Ok(RetryAfter::Missing),
        toml::Value::String(s) if s == "absurd" => Ok(RetryAfter::Absurd),
        toml::Value::String(s) => {
            s.strip_prefix("date:").and_then(|s| s.parse().ok()).map(RetryAfter::Date).ok_or_else(|| {
                format!("`retry_after = \"{s}\"` is none of: seconds as a number, \"date:SECONDS\", \"missing\", \"absurd\"")
            })
        }
        _ => Err("`retry_after` is a number or a text".into()),
    }
}

fn timed(mut raw: toml::Table) -> Result<Timed, String> {
    let count = |v: Option<toml::Value>, key: &str| match v {
        None => Ok(None),
        Some(toml::Value::Integer(n)) if n > 0 => Ok(u64::try_from(n).ok()),
        Some(_) => Err(format!("`{key}` is a number from 1")),
    };
    let at_request = count(raw.remove("at_request"), "at_request")?;
    let nth = count(raw.remove("nth"), "nth")?.unwrap_or(1);
    let after_call = match raw.remove("after_call") {
        None => None,
        Some(toml::Value::String(m)) => Some(m),
        Some(_) => return Err("`after_call` is a method's name".into()),
    };
    if at_request.is_some() == after_call.is_some() {
        return Err("give either `at_request` or `after_call`".into());
    }
    let event: Happening = raw.try_into().map_err(|e: toml::de::Error| e.message().to_owned())?;
    Ok(Timed { at_request, after_call, nth, event })
}
