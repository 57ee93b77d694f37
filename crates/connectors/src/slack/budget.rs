//! Slack's rate limits as data: a tier per method, counted per workspace and app.

use jiff::SignedDuration;
use sales_transport::{BudgetKey, BudgetRule, Window};

use crate::{ConnectorError, Cx};

/// Requests a minute; Slack tolerates short bursts above, we do not rely on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tier {
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// 100 a minute.
    Four,
    /// Limits of its own, too generous to be met by us.
    Special,
}

impl Tier {
    /// Requests a minute, if counted.
    pub(crate) fn per_minute(self) -> Option<u32> {
        match self {
            Tier::Two => Some(20),
            Tier::Three => Some(50),
            Tier::Four => Some(100),
            Tier::Special => None,
        }
    }
}

/// A Web API method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Method {
    /// Its name, which is also its path.
    pub(crate) name: &'static str,
    /// Its tier, from Slack's method reference of 2026-05.
    pub(crate) tier: Tier,
}

const fn method(name: &'static str, tier: Tier) -> Method {
    Method { name, tier }
}

pub(crate) const AUTH_TEST: Method = method("auth.test", Tier::Special);
pub(crate) const OAUTH_ACCESS: Method = method("oauth.v2.access", Tier::Special);
pub(crate) const CONVERSATIONS: Method = method("users.conversations", Tier::Three);
pub(crate) const HISTORY: Method = method("conversations.history", Tier::Three);
pub(crate) const REPLIES: Method = method("conversations.replies", Tier::Three);
pub(crate) const USERS: Method = method("users.list", Tier::Two);
pub(crate) const USER: Method = method("users.info", Tier::Four);
pub(crate) const BOT: Method = method("bots.info", Tier::Three);
pub(crate) const SEARCH: Method = method("search.messages", Tier::Two);

/// Since 2025-05-29 commercially distributed apps outside the Slack Marketplace get one request a minute and 15 objects a page from
/// `conversations.history` and `conversations.replies`.
const SLOW: Window = Window { limit: 1, per: SignedDuration::from_secs(60) };
/// The page size of that regime.
pub(crate) const SLOW_PAGE: u32 = 15;

/// The account as Slack counts it: the workspace, or our own name for it until that is known.
pub(crate) fn account(cx: &Cx, team: &str) -> String {
    if team.is_empty() { format!("slack:{}", cx.account.name) } else { format!("slack:{team}") }
}

fn key(account: String, method: Method) -> BudgetKey {
    BudgetKey { account, operation: method.name.to_owned() }
}

/// The limit of one method.
pub(crate) fn rule(cx: &Cx, team: &str, method: Method) -> BudgetRule {
    let per = SignedDuration::from_secs(60);
    let windows = match method.tier.per_minute() {
        Some(limit) if !cx.unlimited => vec![Window { limit, per }],
        _ => Vec::new(),
    };
    BudgetRule { key: key(account(cx, team), method), windows, cost: 1 }
}

/// Whether the slow regime was met at this workspace. It is kept with the budgets, so every process knows.
pub(crate) fn is_slow(cx: &Cx, team: &str) -> Result<bool, ConnectorError> {
    if cx.unlimited {
        return Ok(false);
    }
    let state = cx.http.budget().state(&key(account(cx, team), HISTORY), cx.timer.now()).map_err(super::errors::port)?;
    Ok(state.lowered == Some((SLOW.limit, SLOW.per)))
}

/// Whether an answer shows the slow regime: asked for more than it allows, it gave at most what it allows, and either there is more or
/// Slack asked to wait about a minute before it.
pub(crate) fn shows_slow(reply_throttled: Option<SignedDuration>, items: usize, goes_on: bool) -> bool {
    let waited = reply_throttled.is_some_and(|w| (50..=70).contains(&w.as_secs()));
    (1..=SLOW_PAGE as usize).contains(&items) && (goes_on || waited)
}

/// Notes that the slow regime holds (or does not any more) for both methods.
pub(crate) fn set_slow(cx: &Cx, team: &str, slow: bool) -> Result<(), ConnectorError> {
    for method in [HISTORY, REPLIES] {
        cx.http.budget().lower(&key(account(cx, team), method), slow.then_some(SLOW)).map_err(super::errors::port)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
    fn tiers_are_those_of_the_method_reference() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/slack_method_facts_2026-05.json");
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("SKIPPED: {} is not there", path.display());
            return;
        };
        let facts: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        for m in [AUTH_TEST, OAUTH_ACCESS, CONVERSATIONS, HISTORY, REPLIES, USERS, USER, BOT, SEARCH] {
            let rate = facts["methods"][m.name]["rate"].as_str().unwrap_or_default().to_owned();
            match m.tier.per_minute() {
                Some(n) => assert!(rate.contains(&format!("{n}+ per minute")), "{}: {rate}", m.name),
                None => assert!(rate.starts_with("Special"), "{}: {rate}", m.name),
            }
        }
    }
}
