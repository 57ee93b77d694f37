use std::{
    collections::hash_map::RandomState,
    fs::File,
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use sales_connectors::{Cx, Import, ImportRequest, registry, slack::Slack};
use sales_engine::Account;
use sales_model::{AccountKey, AccountSettings, Route, Source};
use sales_transport::{Budget, FileTokenStore, Http, HttpOptions, ProxySettings, SqliteBudget, Timer, TokenStore};

use super::Home;
use crate::{
    config::{self, SlackAccess, Variables},
    errors::{Failure, Result},
};

/// The accounts that the environment gives.
pub(crate) struct Accounts {
    /// Ready to be read.
    pub(crate) connected: Vec<Account>,
}

impl Accounts {
    /// An error if there is nothing to read.
    pub(crate) fn required(&self) -> Result<()> {
        if self.connected.is_empty() { Err(nothing_connected()) } else { Ok(()) }
    }

    /// The accounts of a workspace, against the real vendors: the one of the plain variables, then those of `workspace.toml`.
    pub(crate) fn live(home: &Home, timer: &Arc<dyn Timer>) -> Result<Accounts> {
        let mut found: Vec<(String, SlackAccess)> =
            config::slack(&home.variables)?.map(|a| ("default".to_owned(), a)).into_iter().collect();
        for own in &home.settings.accounts {
            found.push((own.name.clone(), declared(home, own)?));
        }
        let unlimited = home.settings.slack.limits == "off";
        if unlimited && !found.is_empty() && !found.iter().all(|(_, a)| a.loopback) {
            return Err(Failure::usage(
                "`limits = \"off\"` under `[slack]` in `workspace.toml` cannot be used",
                "Slack's rate limits may be left out only where `SLACK_API_URL` points at this machine",
                "set `limits = \"on\"`",
            ));
        }
        let budget: Arc<dyn Budget> = Arc::new(SqliteBudget::new(home.workspace.budgets_path()));
        let tokens: Arc<dyn TokenStore> = Arc::new(FileTokenStore::new(home.workspace.tokens_path()));
        let connected = found
            .into_iter()
            .map(|(name, access)| account(home, &name, access, timer, budget.clone(), tokens.clone(), Route::Direct, unlimited))
            .collect::<Result<_>>()?;
        Ok(Accounts { connected })
    }
}

/// The credentials of one of `[[accounts]]`.
fn declared(home: &Home, own: &AccountSettings) -> Result<SlackAccess> {
    let what = format!("the {} account `{}` of `workspace.toml` cannot be used", own.source, own.name);
    if own.source != Source::SLACK.as_str() {
        return Err(Failure::usage(what, format!("this version does not read {} yet", own.source), "take it out of `workspace.toml`"));
    }
    let access = config::slack(&home.variables.through(&own.variables))?;
    let names: Vec<&str> = own.variables.values().map(String::as_str).collect();
    access.ok_or_else(|| {
        let why = format!("of its variables ({}) none that holds a token is set", names.join(", "));
        Failure::auth(what, why, "set it in the environment or in the workspace's `.env`")
    })
}

/// Whether any account can be read.
pub(crate) fn is_connected(home: &Home) -> Result<bool> {
    Ok(config::slack(&home.variables)?.is_some() || !home.settings.accounts.is_empty())
}

/// One Slack account.
#[expect(clippy::too_many_arguments, reason = "everything an account is made of, passed in once")]
pub(super) fn account(
    home: &Home,
    name: &str,
    access: SlackAccess,
    timer: &Arc<dyn Timer>,
    budget: Arc<dyn Budget>,
    tokens: Arc<dyn TokenStore>,
    route: Route,
    unlimited: bool,
) -> Result<Account> {
    let mut options = HttpOptions::new(timer.clone(), budget);
    options.seed = RandomState::new().build_hasher().finish();
    options.proxy = proxy(&home.variables);
    let http = Http::new(options)
        .map_err(|e| Failure::usage("no connection can be set up", e, "correct `HTTPS_PROXY`, or take it out of the environment"))?;
    let cx = Cx {
        account: AccountKey { source: Source::SLACK, name: name.into() },
        credentials: Arc::new(access.credentials),
        http,
        timer: timer.clone(),
        tokens,
        settings: home.settings.clone(),
        route,
        unlimited,
    };
    Ok(Account { connector: Arc::new(Slack), cx })
}

/// The proxy of the environment, under the names that other programs use.
fn proxy(variables: &Variables) -> ProxySettings {
    let first = |names: &[&str]| names.iter().find_map(|n| variables.get(n)).map(str::to_owned);
    ProxySettings { https: first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]), no_proxy: first(&["NO_PROXY", "no_proxy"]) }
}

/// Sources without an account, with what to do about it, as the contexts' missing data say it.
///
/// `known`: sources that the ledger holds something of. They count as connected even when no token is at hand now, so that a context
/// does not depend on the environment in which it is made again.
pub(crate) fn sources_without_account(slack: bool, known: &[Source]) -> Vec<(Source, String)> {
    let mut out = Vec::new();
    if !slack && !known.contains(&Source::SLACK) {
        out.push((Source::SLACK, "Slack is not connected: set SLACK_TOKEN, or import an export with `sales import`".to_owned()));
    }
    for (source, title) in [(Source::GONG, "Gong"), (Source::GRANOLA, "Granola"), (Source::EMAIL, "Email")] {
        out.push((source, format!("{title} is not connected: this version does not read it yet")));
    }
    out
}

/// The error when nothing can be read.
fn nothing_connected() -> Failure {
    Failure::auth(
        "Slack is not connected",
        "none of SLACK_TOKEN, SLACK_BOT_TOKEN, SLACK_USER_TOKEN and SLACK_API_TOKEN is set, in the environment or in the workspace's `.env`",
        "set SLACK_TOKEN as docs/slack-setup.md shows; or without a token: sales import export.zip",
    )
}

/// Opens an exported file with the connector that understands it.
pub(crate) fn open_export(file: File, request: &ImportRequest) -> Result<Box<dyn Import>> {
    Ok(registry::open_import(Box::new(file), request)?)
}
