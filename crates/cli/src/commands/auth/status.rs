use std::sync::Arc;

use jiff::Timestamp;
use sales_connectors::{Connector, Identity, registry};
use sales_model::AccountKey;
use sales_transport::{FileTokenStore, TokenPair, TokenStore};
use serde::Serialize;

use super::super::Cx;
use crate::{
    args::Status,
    clock,
    compose::{DEFAULT, Home, block_on, names_of_accounts, open, variables_of},
    errors::{Exit, Failure, Result},
    output::line,
};

#[derive(Serialize)]
struct Document {
    kind: &'static str,
    accounts: Vec<State>,
}

#[derive(Serialize)]
struct State {
    source: String,
    account: String,
    /// There is all that reading needs.
    connected: bool,
    /// Who it is, as of the last sync or check.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    /// Variables that are set for it.
    variables: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stored: Option<Stored>,
    /// What is wrong, and what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// What the token file holds.
#[derive(Serialize)]
struct Stored {
    /// When somebody signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in: Option<Timestamp>,
    /// When the present token ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    /// It is renewed by itself.
    renews: bool,
    /// What it may do, as the vendor says.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes: Vec<String>,
}

impl From<TokenPair> for Stored {
    fn from(pair: TokenPair) -> Self {
        let scopes = pair.scope.as_deref().unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        Stored { signed_in: pair.since, expires: pair.expires_at, renews: pair.refresh.is_some(), scopes }
    }
}

/// Shows the accounts.
pub(crate) fn run(cx: &Cx<'_>, a: &Status) -> Result<Exit> {
    let connectors = match &a.source {
        Some(name) => vec![super::connector(name)?],
        None => registry::connectors(),
    };
    let home = Home::find(cx)?;
    let tokens = FileTokenStore::new(home.workspace.tokens_path());
    let mut accounts = Vec::new();
    for connector in &connectors {
        for name in names(&home, &**connector) {
            accounts.push(state(&home, &**connector, &name, &tokens)?);
        }
    }
    identities(&home, &mut accounts);
    for account in &accounts {
        print(cx, account);
    }
    if accounts.is_empty() {
        cx.printer.say("no account is connected");
        cx.printer.note("next: sales integration list");
    }
    cx.printer.document(&Document { kind: "auth-status", accounts });
    Ok(Exit::Done)
}

/// The accounts of a source that there is anything of.
fn names(home: &Home, connector: &dyn Connector) -> Vec<String> {
    let descriptor = connector.descriptor();
    let set = descriptor.variables.iter().flat_map(|group| group.iter()).any(|name| home.variables.get(name).is_some());
    let key = AccountKey { source: descriptor.source.clone(), name: DEFAULT.into() };
    let stored = FileTokenStore::new(home.workspace.tokens_path()).load(&key).ok().flatten().is_some();
    let plain = (set || stored).then(|| DEFAULT.to_owned());
    let told = home.settings.accounts.iter().filter(|own| own.source == descriptor.source.as_str()).map(|own| own.name.clone());
    plain.into_iter().chain(told).collect()
}

fn state(home: &Home, connector: &dyn Connector, name: &str, tokens: &dyn TokenStore) -> Result<State> {
    let descriptor = connector.descriptor();
    let variables = variables_of(home, descriptor, name)?;
    let key = AccountKey { source: descriptor.source.clone(), name: name.into() };
    // One account that cannot be used must not hide the others.
    let told = |e: &Failure| format!("{}: {}; {}", e.what, e.why, e.next);
    let (connected, unusable) = match names_of_accounts(home, connector) {
        Ok(names) => (names.iter().any(|n| n == name), None),
        Err(e) => (false, Some(told(&e))),
    };
    let (stored, damaged) = match tokens.load(&key) {
        Ok(stored) => (stored.map(Stored::from), None),
        Err(e) => {
            let again = descriptor.login.map(|_| format!("sign in again: sales auth login {}", descriptor.source));
            let e = Failure::from(e);
            (None, Some(told(&Failure { next: again.unwrap_or_else(|| e.next.clone()), ..e })))
        }
    };
    Ok(State {
        source: descriptor.source.to_string(),
        account: name.to_owned(),
        connected,
        identity: None,
        variables: descriptor.variables.iter().filter_map(|group| variables.secret(group)).map(|(name, _)| name).collect(),
        stored,
        problem: damaged.or(unusable),
    })
}

/// Who the accounts are, where the ledger knows it. Without a ledger nobody was asked yet.
fn identities(home: &Home, accounts: &mut [State]) {
    if accounts.is_empty() || !home.workspace.ledger_path().exists() {
        return;
    }
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    // What cannot be looked up is left out: `sales verify` says what is wrong with a ledger.
    _ = block_on(async {
        let opened = open(home, timer, Arc::new(sales_engine::Silent), &[]).await?;
        for account in accounts.iter_mut() {
            let text = opened.store.get(&format!("identity/{}:{}", account.source, account.account)).await?;
            let identity = text.and_then(|text| serde_json::from_str::<Identity>(&text).ok());
            account.identity = identity.map(|i| format!("{} as {} ({})", i.team_name, i.user_name, i.kind));
        }
        Ok(())
    });
}

fn print(cx: &Cx<'_>, state: &State) {
    let p = cx.printer;
    // Who it was is no news of an account that cannot be used.
    let known = state.identity.as_deref().filter(|_| state.connected);
    let who = known.unwrap_or(if state.connected { "not asked yet who it is: sales sync, or sales doctor" } else { "not connected" });
    p.say(format_args!("{} `{}`: {}", state.source, line(&state.account), line(who)));
    if !state.variables.is_empty() {
        p.say(format_args!("  from the environment or `.env`: {}", state.variables.join(", ")));
    }
    if let Some(stored) = &state.stored {
        let since = stored.signed_in.map(|at| format!(" of {}", at.strftime("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
        let until = stored.expires.map(|at| format!(", this token until {}", at.strftime("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
        let renews = if stored.renews { ", renewed by itself" } else { "" };
        p.say(format_args!("  from the stored sign-in{since}{renews}{until}"));
        if !stored.scopes.is_empty() {
            p.say(format_args!("  may: {}", line(&stored.scopes.join(", "))));
        }
    }
    if let Some(problem) = &state.problem {
        p.say(format_args!("  problem: {}", line(problem)));
    }
}
