//! Whether everything that a sync needs is there.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{Identity, ScopeState, registry};
use sales_engine::{Account, Silent};
use sales_files::Disk;
use serde::Serialize;

use super::{
    Cx,
    integration::permission,
    ways::{Way, ways},
};
use crate::{
    args::{Doctor, Integration},
    clock,
    compose::{Accounts, DEFAULT, Home, Unusable, block_on, connected_sources, guide, open},
    errors::{Exit, Result},
    output::{Style, line},
};

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Ok,
    /// Something is missing that not everything needs.
    Warning,
    Failed,
    /// A credential or a needed permission.
    Auth,
    /// A source that is not connected.
    Absent,
}

#[derive(Serialize)]
struct Checked {
    name: String,
    verdict: Verdict,
    /// What was found.
    found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    next: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    permissions: Vec<ScopeState>,
    /// What there is of each way to connect it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ways: Vec<Way>,
}

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    ok: bool,
    checks: &'a [Checked],
}

fn checked(name: impl Into<String>, verdict: Verdict, found: impl Into<String>, next: impl Into<String>) -> Checked {
    Checked { name: name.into(), verdict, found: found.into(), next: next.into(), permissions: Vec::new(), ways: Vec::new() }
}

/// Checks, and says what to do.
pub(crate) fn run(cx: &Cx<'_>, a: &Doctor) -> Result<Exit> {
    let home = Home::find(cx)?;
    let problems = home.print_problems(cx.printer);
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let now = timer.now();
    let mut checks = vec![settings(&home, problems.len()), disk(&home)];
    let (accounts, problems) = match Accounts::whatever(&home, &timer, &a.source) {
        Ok(accounts) => (accounts.connected, accounts.problems),
        Err(e) => {
            checks.push(checked("accounts", Verdict::Failed, format!("{}: {}", e.what, e.why), e.next));
            Default::default()
        }
    };
    let connected = connected_sources(&home);
    block_on(async {
        let mut store = None;
        match open(&home, timer.clone(), Arc::new(Silent), &connected).await {
            Ok(opened) => {
                let counts = opened.store.counts().await?;
                let newest = opened.store.newest().await?.into_iter().map(|(_, at)| at).max();
                checks.push(checked("ledger", Verdict::Ok, format!("{} records of {} places", counts.records, counts.places), ""));
                checks.push(time(now, newest));
                store = Some(opened.store);
            }
            Err(e) => checks.push(checked("ledger", Verdict::Failed, format!("{}: {}", e.what, e.why), e.next)),
        }
        for account in &accounts {
            let (check, found) = sign_in(account).await;
            // `sales integration show` tells it without asking again.
            if let (Some(me), Some(store)) = (found, &store) {
                let text = serde_json::to_string(&me).unwrap_or_default();
                store.set(&format!("identity/{}", account.cx.account), &text).await?;
            }
            checks.push(check);
        }
        Ok(())
    })?;
    for Unusable { key, failure: e, .. } in problems {
        let check = checked(key.to_string(), Verdict::Auth, format!("{}: {}", e.what, e.why), e.next);
        let ways =
            registry::connector(&key.source).filter(|_| key.name == DEFAULT).map(|c| ways(c.descriptor(), Some(&home), &home.variables));
        checks.push(Checked { ways: ways.unwrap_or_default(), ..check });
    }
    if a.source == Integration::All && accounts.is_empty() && !checks.iter().any(|c| c.name == "accounts" || c.verdict == Verdict::Auth) {
        checks.push(checked("accounts", Verdict::Warning, "no source is connected", "sales integration list"));
    }
    absent(&home, &a.source, &mut checks);
    checks.extend(mcp(&home));
    print(cx, &checks);
    let ok = checks.iter().all(|c| matches!(c.verdict, Verdict::Ok | Verdict::Warning | Verdict::Absent));
    let workspace = home.workspace.root().display().to_string();
    cx.printer.document(&Document { kind: "doctor", workspace, ok, checks: &checks });
    Ok(if checks.iter().any(|c| c.verdict == Verdict::Auth) {
        Exit::Auth
    } else if ok {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn settings(home: &Home, problems: usize) -> Checked {
    let found = format!("{} customers, time zone {}", home.customers.len(), home.settings.timezone);
    if problems > 0 {
        return checked("settings", Verdict::Failed, format!("{found}; {problems} problems, told above"), "correct the files named there");
    }
    if home.settings.own_domains.is_empty() {
        let next = "set `own_domains` in workspace.toml: without it nobody is known to be of your company";
        return checked("settings", Verdict::Warning, found, next);
    }
    checked("settings", Verdict::Ok, found, "")
}

/// Whether the program's own folder can be written.
fn disk(home: &Home) -> Checked {
    let path = home.workspace.state_dir().join("doctor.tmp");
    let tried = home
        .disk
        .create_dir_all(&home.workspace.state_dir(), sales_files::Access::Private)
        .and_then(|()| home.disk.write_all(&[(path.clone(), std::borrow::Cow::Borrowed(&b"doctor"[..]))]))
        .and_then(|()| home.disk.remove(&[path]));
    match tried {
        Ok(()) => checked("disk", Verdict::Ok, "the workspace can be written", ""),
        Err(e) => checked("disk", Verdict::Failed, e.to_string(), e.next()),
    }
}

/// Whether this machine's clock can be right: nothing was said after now.
fn time(now: Timestamp, newest: Option<Timestamp>) -> Checked {
    let ahead = newest.is_some_and(|at| at > now.checked_add(SignedDuration::from_hours(24)).unwrap_or(now));
    let found = format!("it is {}", now.strftime("%Y-%m-%d %H:%M UTC"));
    match newest.filter(|_| ahead) {
        Some(at) => {
            let found = format!("{found}, but something in the ledger was said at {}", at.strftime("%Y-%m-%d %H:%M UTC"));
            checked("clock", Verdict::Failed, found, "set this machine's clock")
        }
        None => checked("clock", Verdict::Ok, found, ""),
    }
}

/// Signs in and tries each permission.
async fn sign_in(account: &Account) -> (Checked, Option<Identity>) {
    let name = account.cx.account.to_string();
    let me = match account.connector.authenticate(&account.cx).await {
        Ok(me) => me,
        Err(e) => {
            let verdict = if e.auth { Verdict::Auth } else { Verdict::Failed };
            return (checked(name, verdict, e.to_string(), e.hint), None);
        }
    };
    let found = format!("{} as {} ({})", me.team_name, me.user_name, me.kind);
    let permissions = match account.connector.probe(&account.cx, &me).await {
        Ok(permissions) => permissions,
        Err(e) => return (checked(name, Verdict::Failed, format!("{found}; {e}"), e.hint), None),
    };
    let missing: Vec<&ScopeState> = permissions.iter().filter(|s| s.granted == Some(false)).collect();
    let verdict = match missing.iter().any(|s| s.required) {
        true => Verdict::Auth,
        false if missing.is_empty() => Verdict::Ok,
        false => Verdict::Warning,
    };
    let names: Vec<&str> = missing.iter().map(|s| s.name.as_str()).collect();
    let next = if names.is_empty() { String::new() } else { format!("give the credential {}", names.join(", ")) };
    let me = Identity { scopes: permissions.clone(), ..me };
    (Checked { permissions, ..checked(name, verdict, found, next) }, Some(me))
}

/// Sources that are asked for, and of which there is no account.
fn absent(home: &Home, wanted: &Integration, checks: &mut Vec<Checked>) {
    for connector in registry::connectors() {
        let descriptor = connector.descriptor();
        let prefix = format!("{}:", descriptor.source);
        if wanted.includes(&descriptor.source)
            && !checks.iter().any(|c| c.name.starts_with(&prefix) || c.name == "accounts" && c.verdict == Verdict::Failed)
        {
            let next = format!("{} shows how; sales integration show {}", guide(descriptor), descriptor.source);
            let mut check = checked(descriptor.source.as_str(), Verdict::Absent, "no account is set up", next);
            // All of them are much to read where nobody asked for this source.
            if *wanted != Integration::All {
                check.ways = ways(descriptor, Some(home), &home.variables);
            }
            checks.push(check);
        }
    }
}

/// MCP servers that are named, and that this version does not ask.
fn mcp(home: &Home) -> Vec<Checked> {
    let named = ["SLACK_MCP_URL", "GONG_MCP_URL", "GRANOLA_MCP_URL", "EMAIL_MCP_URL"];
    let set = named.into_iter().filter(|name| home.variables.get(name).is_some());
    set.map(|name| checked(name, Verdict::Warning, "this version reads no MCP server yet", format!("leave `{name}` out"))).collect()
}

fn print(cx: &Cx<'_>, checks: &[Checked]) {
    let p = cx.printer;
    let width = checks.iter().map(|c| c.name.len()).max().unwrap_or(0);
    for check in checks {
        let word = match check.verdict {
            Verdict::Ok => "ok".to_owned(),
            Verdict::Warning => p.out_style(Style::Warning, "look"),
            Verdict::Failed => p.out_style(Style::Error, "wrong"),
            Verdict::Auth => p.out_style(Style::Error, "no access"),
            Verdict::Absent => "not connected".to_owned(),
        };
        p.say(format_args!("{:width$}  {word}: {}", line(&check.name), line(&check.found)));
        for way in &check.ways {
            p.say(format_args!("{:width$}    {}", "", line(&way.words())));
        }
        for scope in &check.permissions {
            p.say(format_args!("{:width$}    {}", "", line(&permission(scope))));
        }
        if !check.next.is_empty() {
            p.say(format_args!("{:width$}    next: {}", "", line(&check.next)));
        }
    }
}
