//! What can be read, what it needs, and what is there.

use std::sync::Arc;

use sales_connectors::{Ability, Connector, Identity, ScopeState, registry};
use sales_ledger::{Store, StreamState};
use serde::Serialize;

use super::{
    Cx,
    ways::{Way, ways},
};
use crate::{
    args::{IntegrationCommand, IntegrationShow},
    clock,
    compose::{DEFAULT, Home, block_on, connected_sources, guide, names_of_accounts, open},
    config::{Around, Variables, access},
    errors::{Exit, Failure, Result},
    output::{Style, line},
};

#[derive(Serialize)]
struct List {
    kind: &'static str,
    integrations: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    source: String,
    title: &'static str,
    connected: bool,
    accounts: Vec<String>,
    /// Groups of variables, of which one is enough.
    needs: Vec<Vec<&'static str>>,
    /// The command that stands in for the variable of a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    login: Option<SignIn>,
    /// Why an account of it cannot be used as it is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Trouble>,
}

#[derive(Serialize)]
struct Trouble {
    what: String,
    why: String,
    next: String,
}

impl From<Failure> for Trouble {
    fn from(f: Failure) -> Self {
        Trouble { what: f.what, why: f.why, next: f.next }
    }
}

#[derive(Serialize)]
struct SignIn {
    command: String,
    variable: &'static str,
}

#[derive(Serialize)]
struct Shown {
    kind: &'static str,
    #[serde(flatten)]
    listed: Listed,
    abilities: Vec<CanDo>,
    /// What there is of each way to connect it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ways: Vec<Way>,
    variables: Vec<VariableState>,
    address: Address,
    links: Vec<&'static str>,
    /// The page that shows how to connect it.
    guide: String,
    state: Vec<AccountState>,
}

#[derive(Serialize)]
struct CanDo {
    does: &'static str,
    needs: Vec<&'static str>,
}

#[derive(Serialize)]
struct VariableState {
    name: &'static str,
    also: Vec<&'static str>,
    set: bool,
}

#[derive(Serialize)]
struct Address {
    variable: &'static str,
    default: &'static str,
}

#[derive(Serialize)]
struct AccountState {
    account: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity: Option<String>,
    permissions: Vec<ScopeState>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sync: Option<String>,
}

/// Lists or shows.
pub(crate) fn run(cx: &Cx<'_>, command: &IntegrationCommand) -> Result<Exit> {
    match command {
        IntegrationCommand::List => list(cx),
        IntegrationCommand::Show(a) => show(cx, a),
    }
}

/// Without a workspace the sources are listed all the same: whoever looks may have none yet.
fn home(cx: &Cx<'_>) -> Option<Home> {
    Home::find(cx).ok()
}

fn listed(connector: &dyn Connector, home: Option<&Home>, variables: &Variables) -> Listed {
    let d = connector.descriptor();
    let found = match home {
        Some(home) => names_of_accounts(home, connector),
        None => access(d, variables, Around::default()).map(|found| found.map(|_| DEFAULT.to_owned()).into_iter().collect()),
    };
    // One source that cannot be used must not hide the others.
    let (accounts, problem) = match found {
        Ok(accounts) => (accounts, None),
        Err(e) => (Vec::new(), Some(Trouble::from(e))),
    };
    Listed {
        source: d.source.to_string(),
        title: d.title,
        connected: !accounts.is_empty(),
        accounts,
        needs: d.sufficient.iter().map(|way| way.to_vec()).collect(),
        login: d.login.map(|variable| SignIn { command: format!("sales auth login {}", d.source), variable }),
        problem,
    }
}

fn list(cx: &Cx<'_>) -> Result<Exit> {
    let home = home(cx);
    let variables = home.as_ref().map_or(&cx.variables, |h| &h.variables);
    let mut integrations = Vec::new();
    for connector in registry::connectors() {
        integrations.push(listed(&*connector, home.as_ref(), variables));
    }
    let p = cx.printer;
    for one in &integrations {
        let state = match (&one.problem, one.accounts.as_slice()) {
            (Some(problem), _) => format!("not ready: {}; next: {}", problem.why, problem.next),
            (None, []) => format!("not connected; needs {}", needs(one)),
            (None, [only]) if only == DEFAULT => "connected".to_owned(),
            (None, names) => format!("connected: {}", names.join(", ")),
        };
        p.say(format_args!("{:8}  {}", one.source, line(&state)));
    }
    p.note("more: sales integration show SOURCE");
    p.document(&List { kind: "integration-list", integrations });
    Ok(Exit::Done)
}

/// The ways to connect a source, in words.
fn needs(one: &Listed) -> String {
    let part = |name: &&'static str| match &one.login {
        Some(login) if login.variable == *name => format!("`{}` (or {name})", login.command),
        _ => (*name).to_owned(),
    };
    let way = |names: &Vec<&'static str>| names.iter().map(part).collect::<Vec<_>>().join(" and ");
    one.needs.iter().map(way).collect::<Vec<_>>().join(", or ")
}

fn show(cx: &Cx<'_>, a: &IntegrationShow) -> Result<Exit> {
    let name = a.source.to_ascii_lowercase();
    let connectors = registry::connectors();
    let Some(connector) = connectors.iter().find(|c| c.descriptor().source.as_str() == name) else {
        let names: Vec<&str> = connectors.iter().map(|c| c.descriptor().source.as_str()).collect();
        return Err(Failure::usage(
            format!("there is no source `{}`", a.source),
            format!("this version reads {}", names.join(", ")),
            "sales integration list",
        ));
    };
    let home = home(cx);
    let variables = home.as_ref().map_or(&cx.variables, |h| &h.variables);
    let state = match &home {
        Some(home) => state(home, connector)?,
        None => Vec::new(),
    };
    let d = connector.descriptor();
    let shown = Shown {
        kind: "integration-show",
        listed: listed(&**connector, home.as_ref(), variables),
        abilities: d.abilities.iter().map(|Ability { does, needs }| CanDo { does, needs: needs.to_vec() }).collect(),
        ways: ways(d, home.as_ref(), variables),
        variables: d
            .variables
            .iter()
            .filter_map(|group| {
                let (name, also) = group.split_first()?;
                Some(VariableState { name, also: also.to_vec(), set: variables.secret(group).is_some() })
            })
            .collect(),
        address: Address { variable: d.base_url.0, default: d.base_url.1 },
        links: d.link_hosts.to_vec(),
        guide: guide(d),
        state,
    };
    print(cx, &shown);
    cx.printer.document(&shown);
    Ok(Exit::Done)
}

/// What the ledger knows of a source's accounts.
fn state(home: &Home, connector: &Arc<dyn Connector>) -> Result<Vec<AccountState>> {
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let connected = connected_sources(home);
    let names = names_of_accounts(home, &**connector).unwrap_or_default();
    let d = connector.descriptor();
    block_on(async {
        let opened = open(home, timer, Arc::new(sales_engine::Silent), &connected).await?;
        let streams = opened.store.streams().await?;
        let mut out = Vec::new();
        for name in names {
            let identity = identity(&*opened.store, &format!("{}:{name}", d.source)).await?;
            let mine = |s: &&StreamState| {
                s.key.account.source == d.source && s.key.account.name == name && d.streams.records.contains(&s.key.stream.as_str())
            };
            let last_sync = streams.iter().filter(mine).map(|s| s.finished).min().flatten().map(|t| t.to_string());
            out.push(AccountState {
                account: name,
                permissions: identity.as_ref().map(|i| i.scopes.clone()).unwrap_or_default(),
                identity: identity.map(|i| format!("{} as {} ({})", i.team_name, i.user_name, i.kind)),
                last_sync,
            });
        }
        Ok(out)
    })
}

/// Who an account was at the last sync.
async fn identity(store: &dyn Store, account: &str) -> Result<Option<Identity>> {
    let text = store.get(&format!("identity/{account}")).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn print(cx: &Cx<'_>, shown: &Shown) {
    let p = cx.printer;
    p.say(p.out_style(Style::Heading, format_args!("{} (`{}`)", shown.listed.title, shown.listed.source)));
    p.say("Reads:");
    for ability in &shown.abilities {
        let needs = if ability.needs.is_empty() { String::new() } else { format!("  needs {}", ability.needs.join(", ")) };
        p.say(format_args!("  {}{}", ability.does, p.out_style(Style::Faint, needs)));
    }
    match shown.ways.as_slice() {
        [] => p.say(format_args!("Needs: {}", needs(&shown.listed))),
        ways => {
            p.say("Needs one of:");
            ways.iter().for_each(|way| p.say(format_args!("  {}", line(&way.words()))));
            p.say("Variables:");
        }
    }
    let width = shown.variables.iter().map(|v| v.name.len()).max().unwrap_or(0).max(22);
    for variable in &shown.variables {
        let also = if variable.also.is_empty() { String::new() } else { format!(" (also {})", variable.also.join(", ")) };
        p.say(format_args!("  {:width$} {}{also}", variable.name, if variable.set { "set" } else { "not set" }));
    }
    p.say(format_args!("  {:width$} address of the API, {} unless set", shown.address.variable, shown.address.default));
    p.say("Has:");
    match &shown.listed.problem {
        Some(problem) => p.say(format_args!("  {}: {}; next: {}", line(&problem.what), line(&problem.why), line(&problem.next))),
        None if shown.state.is_empty() => p.say(format_args!("  no account yet; {} shows how to connect one", shown.guide)),
        None => {}
    }
    for account in &shown.state {
        let who = account.identity.as_deref().unwrap_or("not signed in yet: sales sync, or sales doctor");
        let read = account.last_sync.as_deref().map(|t| format!(", read up to {t}")).unwrap_or_default();
        p.say(format_args!("  {}: {}{}", line(&account.account), line(who), line(&read)));
        for scope in &account.permissions {
            p.say(format_args!("    {}", line(&permission(scope))));
        }
    }
}

/// One permission in a line.
pub(super) fn permission(scope: &ScopeState) -> String {
    let state = match scope.granted {
        Some(true) => "granted",
        Some(false) if scope.required => "MISSING",
        Some(false) => "missing",
        None => "not known",
    };
    format!("{state}: {} ({})", scope.name, scope.feature)
}
