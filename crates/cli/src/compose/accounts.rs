use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher},
    sync::Arc,
};

use sales_connectors::{Connector, Cx, Descriptor, registry};
use sales_engine::Account;
use sales_model::{AccountKey, AccountSettings, Route, Settings, Source};
use sales_transport::{Budget, FileTokenStore, Http, HttpOptions, ProxySettings, SqliteBudget, Timer, TokenStore};

use super::Home;
use crate::{
    args::Integration,
    config::{self, Access, Around, Variables},
    errors::{Exit, Failure, Result},
};

/// The accounts that the environment gives.
pub(crate) struct Accounts {
    /// Ready to be read.
    pub(crate) connected: Vec<Account>,
    /// Those that cannot be used as they are set up.
    pub(crate) problems: Vec<Unusable>,
    wanted: Integration,
}

/// An account that cannot be used as it is set up.
pub(crate) struct Unusable {
    /// Which.
    pub(crate) key: AccountKey,
    /// Why.
    pub(crate) failure: Failure,
    /// All that it lacks is that somebody signs in.
    awaits_sign_in: bool,
}

/// What all accounts of a run share.
pub(crate) struct Shared<'a> {
    /// The workspace.
    pub(crate) home: &'a Home,
    /// Time.
    pub(crate) timer: &'a Arc<dyn Timer>,
    /// Rate limits.
    pub(crate) budget: Arc<dyn Budget>,
    /// Rotated tokens.
    pub(crate) tokens: Arc<dyn TokenStore>,
    /// How items come.
    pub(crate) route: Route,
}

impl Accounts {
    /// An error if there is nothing to read.
    pub(crate) fn required(&self) -> Result<()> {
        if self.connected.is_empty() { Err(nothing_connected(&self.wanted)) } else { Ok(()) }
    }

    /// The accounts of a workspace, against the real vendors: those of the plain variables, then those of `workspace.toml`. One that cannot
    /// be used is an error. Only where nobody has signed in yet, the others go on: what is set up for that says nothing of them.
    pub(crate) fn live(home: &Home, timer: &Arc<dyn Timer>, wanted: &Integration) -> Result<Accounts> {
        let mut accounts = Accounts::whatever(home, timer, wanted)?;
        let strict = *wanted != Integration::All || accounts.connected.is_empty();
        match accounts.problems.iter().position(|p| strict || !p.awaits_sign_in) {
            Some(n) => Err(accounts.problems.remove(n).failure),
            None => Ok(accounts),
        }
    }

    /// The same, with what cannot be used beside what can.
    pub(crate) fn whatever(home: &Home, timer: &Arc<dyn Timer>, wanted: &Integration) -> Result<Accounts> {
        let budget: Arc<dyn Budget> = Arc::new(SqliteBudget::new(home.workspace.budgets_path()));
        let tokens: Arc<dyn TokenStore> = Arc::new(FileTokenStore::new(home.workspace.tokens_path()));
        let shared = Shared { home, timer, budget, tokens, route: Route::Direct };
        let (mut connected, mut problems) = (Vec::new(), Vec::new());
        for connector in registry::connectors() {
            let descriptor = connector.descriptor();
            if !wanted.includes(&descriptor.source) {
                continue;
            }
            let plain = found(home, descriptor, DEFAULT, &home.variables).transpose().map(|access| (DEFAULT, access));
            let told = home.settings.accounts.iter().filter(|own| own.source == descriptor.source.as_str());
            let told = told.map(|own| (own.name.as_str(), declared(home, &*connector, own)));
            let mut accesses: Vec<(&str, Access)> = Vec::new();
            for (name, access) in plain.into_iter().chain(told) {
                match access {
                    Ok(access) => accesses.push((name, access)),
                    Err(failure) if failure.exit == Exit::Auth => problems.push(Unusable {
                        key: AccountKey { source: descriptor.source.clone(), name: name.into() },
                        failure,
                        awaits_sign_in: config::awaits_sign_in(descriptor, &variables_of(home, descriptor, name)?),
                    }),
                    Err(e) => return Err(e),
                }
            }
            let unlimited = limits(&home.settings, &descriptor.source) == "off";
            if unlimited && !accesses.iter().all(|(_, a)| a.loopback) {
                return Err(Failure::usage(
                    format!("`limits = \"off\"` under `[{}]` in `workspace.toml` cannot be used", descriptor.source),
                    format!(
                        "{}'s rate limits may be left out only where `{}` points at this machine",
                        descriptor.title, descriptor.base_url.0
                    ),
                    "set `limits = \"on\"`",
                ));
            }
            for (name, access) in accesses {
                connected.push(account(&shared, connector.clone(), name, access, unlimited)?);
            }
        }
        later(home, wanted)?;
        Ok(Accounts { connected, problems, wanted: wanted.clone() })
    }
}

/// An account of a source that no connector of this version reads is an error, and not passed over.
fn later(home: &Home, wanted: &Integration) -> Result<()> {
    let known = |source: &str| registry::connectors().iter().any(|c| c.descriptor().source.as_str() == source);
    match home.settings.accounts.iter().find(|own| *wanted == Integration::All && !known(&own.source)) {
        Some(own) => Err(Failure::usage(
            format!("the {} account `{}` of `workspace.toml` cannot be used", own.source, own.name),
            format!("this version does not read {} yet", own.source),
            "take it out of `workspace.toml`",
        )),
        None => Ok(()),
    }
}

/// Name of the account that the plain variables give.
pub(crate) const DEFAULT: &str = "default";

/// What environment and stored sign-ins give for an account.
fn found(home: &Home, descriptor: &Descriptor, name: &str, variables: &Variables) -> Result<Option<Access>> {
    let signed_in = signed_in(home, descriptor, name);
    let account = Some(name).filter(|name| *name != DEFAULT);
    config::access(descriptor, variables, Around { root: Some(home.workspace.root()), signed_in, account })
}

/// Whether somebody signed in for an account, and it is stored.
pub(crate) fn signed_in(home: &Home, descriptor: &Descriptor, name: &str) -> bool {
    let key = AccountKey { source: descriptor.source.clone(), name: name.into() };
    // A file that cannot be read is said by whoever needs what stands in it.
    let stored = || FileTokenStore::new(home.workspace.tokens_path()).load(&key).ok().flatten();
    descriptor.login.is_some() && stored().is_some_and(|pair| pair.refresh.is_some())
}

/// An account of a source to sign in for, whether it has all that reading needs or not.
///
/// # Errors
/// An account of that name is not told of, or something of it cannot be used.
pub(crate) fn for_login(home: &Home, timer: &Arc<dyn Timer>, connector: Arc<dyn Connector>, name: &str) -> Result<Account> {
    let descriptor = connector.descriptor();
    let variables = variables_of(home, descriptor, name)?;
    let access = config::partial(descriptor, &variables, Around { root: Some(home.workspace.root()), ..Around::default() })?;
    let budget: Arc<dyn Budget> = Arc::new(SqliteBudget::new(home.workspace.budgets_path()));
    let tokens: Arc<dyn TokenStore> = Arc::new(FileTokenStore::new(home.workspace.tokens_path()));
    let unlimited = limits(&home.settings, &descriptor.source) == "off" && access.loopback;
    let shared = Shared { home, timer, budget, tokens, route: Route::Direct };
    account(&shared, connector, name, access, unlimited)
}

/// The variables of an account: the plain ones, or those that `workspace.toml` names for it.
pub(crate) fn variables_of(home: &Home, descriptor: &Descriptor, name: &str) -> Result<Variables> {
    if name == DEFAULT {
        return Ok(home.variables.clone());
    }
    let told = home.settings.accounts.iter().find(|own| own.source == descriptor.source.as_str() && own.name == name);
    told.map(|own| home.variables.through(&own.variables)).ok_or_else(|| {
        Failure::usage(
            format!("there is no {} account `{name}`", descriptor.source),
            "`workspace.toml` does not tell of it",
            format!("add it there: [[accounts]] with source = \"{}\", name = \"{name}\" and its variables", descriptor.source),
        )
    })
}

/// The credentials of one of `[[accounts]]`.
fn declared(home: &Home, connector: &dyn Connector, own: &AccountSettings) -> Result<Access> {
    let access = found(home, connector.descriptor(), &own.name, &home.variables.through(&own.variables))?;
    let names: Vec<&str> = own.variables.values().map(String::as_str).collect();
    access.ok_or_else(|| {
        let what = format!("the {} account `{}` of `workspace.toml` cannot be used", own.source, own.name);
        if connector.descriptor().login.is_some() && names.is_empty() {
            return Failure::auth(what, "nobody has signed in yet", format!("sales auth login {} --account {}", own.source, own.name));
        }
        let why = format!("of its variables ({}) none that holds a token is set", names.join(", "));
        Failure::auth(what, why, "set it in the environment or in the workspace's `.env`")
    })
}

/// Names of a source's accounts: that of the plain variables, and those told of in `workspace.toml`.
pub(crate) fn names_of_accounts(home: &Home, connector: &dyn Connector) -> Result<Vec<String>> {
    let descriptor = connector.descriptor();
    let plain = found(home, descriptor, DEFAULT, &home.variables)?.map(|_| DEFAULT.to_owned());
    let told = home.settings.accounts.iter().filter(|own| own.source == descriptor.source.as_str()).map(|own| own.name.clone());
    Ok(plain.into_iter().chain(told).collect())
}

/// Sources of which an account is at hand, or told of in `workspace.toml`. What cannot be used is not at hand; who wants to read it is told.
pub(crate) fn connected_sources(home: &Home) -> Vec<Source> {
    let connected = |c: &Arc<dyn Connector>| names_of_accounts(home, &**c).is_ok_and(|names| !names.is_empty());
    registry::connectors().iter().filter(|c| connected(c)).map(|c| c.descriptor().source.clone()).collect()
}

/// Whether rate limits of a source are kept to.
fn limits<'s>(settings: &'s Settings, source: &Source) -> &'s str {
    match source.as_str() {
        "slack" => &settings.slack.limits,
        "gong" => &settings.gong.limits,
        "granola" => &settings.granola.limits,
        "email" => &settings.email.limits,
        _ => "on",
    }
}

/// One account.
pub(crate) fn account(shared: &Shared<'_>, connector: Arc<dyn Connector>, name: &str, access: Access, unlimited: bool) -> Result<Account> {
    let mut options = HttpOptions::new(shared.timer.clone(), shared.budget.clone());
    options.seed = RandomState::new().build_hasher().finish();
    options.proxy = proxy(&shared.home.variables);
    let http = Http::new(options)
        .map_err(|e| Failure::usage("no connection can be set up", e, "correct `HTTPS_PROXY`, or take it out of the environment"))?;
    let cx = Cx {
        account: AccountKey { source: connector.descriptor().source.clone(), name: name.into() },
        credentials: Arc::new(access.credentials),
        http,
        timer: shared.timer.clone(),
        tokens: shared.tokens.clone(),
        settings: shared.home.settings.clone(),
        route: shared.route,
        unlimited,
        notices: None,
    };
    Ok(Account { connector, cx })
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
pub(crate) fn sources_without_account(connected: &[Source], known: &[Source]) -> Vec<(Source, String)> {
    let mut out = Vec::new();
    for connector in registry::connectors() {
        let descriptor = connector.descriptor();
        if !connected.contains(&descriptor.source) && !known.contains(&descriptor.source) {
            let sign_in = descriptor.login.map(|_| format!(", sign in with `sales auth login {}`", descriptor.source)).unwrap_or_default();
            let set = variables(descriptor);
            let text = format!("{} is not connected: set {set}{sign_in}, or import an export with `sales import`", descriptor.title);
            out.push((descriptor.source.clone(), text));
        }
    }
    out
}

/// The variables that connect a source in its simplest way; what a sign-in gives is none of them.
fn variables(descriptor: &Descriptor) -> String {
    let way = descriptor.sufficient.first().copied().unwrap_or_default();
    let names: Vec<&str> = way.iter().copied().filter(|name| descriptor.login != Some(*name)).collect();
    names.join(" and ")
}

/// The page that shows how to connect a source.
pub(crate) fn guide(descriptor: &Descriptor) -> String {
    let page = if descriptor.source == Source::EMAIL { "gmail" } else { descriptor.source.as_str() };
    format!("docs/{page}-setup.md")
}

/// The error when nothing can be read.
fn nothing_connected(wanted: &Integration) -> Failure {
    let chosen: Vec<_> = registry::connectors().into_iter().filter(|c| wanted.includes(&c.descriptor().source)).collect();
    let unset: Vec<String> = chosen.iter().map(|c| variables(c.descriptor())).collect();
    let slack = chosen.iter().any(|c| c.descriptor().source == Source::SLACK);
    let (what, next) = match chosen.as_slice() {
        [one] => (format!("{} is not connected", one.descriptor().title), guide(one.descriptor())),
        _ if slack => ("no source is connected".to_owned(), "docs/slack-setup.md".to_owned()),
        _ => ("no source is connected".to_owned(), "`sales integration show`".to_owned()),
    };
    Failure::auth(
        what,
        format!("{} is not set, in the environment or in the workspace's `.env`", unset.join("; or ")),
        format!("set it as {next} shows; or without it: sales import FILE"),
    )
}
