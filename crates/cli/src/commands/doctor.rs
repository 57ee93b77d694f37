//! Whether everything that a sync needs is there.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use sales_connectors::{Identity, ScopeState};
use sales_engine::{Account, Silent};
use sales_files::Disk;
use serde::Serialize;

use super::{Cx, integration::permission};
use crate::{
    args::Doctor,
    clock,
    compose::{Accounts, Home, block_on, connected_sources, open},
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
}

#[derive(Serialize)]
struct Document<'a> {
    kind: &'static str,
    workspace: String,
    ok: bool,
    checks: &'a [Checked],
}

fn checked(name: impl Into<String>, verdict: Verdict, found: impl Into<String>, next: impl Into<String>) -> Checked {
    Checked { name: name.into(), verdict, found: found.into(), next: next.into(), permissions: Vec::new() }
}

/// Checks, and says what to do.
pub(crate) fn run(cx: &Cx<'_>, a: &Doctor) -> Result<Exit> {
    let home = Home::find(cx)?;
    let problems = home.print_problems(cx.printer);
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let now = timer.now();
    let mut checks = vec![settings(&home, problems.len()), disk(&home)];
    let accounts = match Accounts::live(&home, &timer, &a.source) {
        Ok(accounts) => accounts.connected,
        Err(e) => {
            let verdict = if e.exit == Exit::Auth { Verdict::Auth } else { Verdict::Failed };
            checks.push(checked("accounts", verdict, format!("{}: {}", e.what, e.why), e.next));
            Vec::new()
        }
    };
    let connected = connected_sources(&home).unwrap_or_default();
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
    if accounts.is_empty() && !checks.iter().any(|c| c.name == "accounts") {
        checks.push(checked("accounts", Verdict::Warning, "no source is connected", "sales integration list"));
    }
    checks.extend(mcp(&home));
    print(cx, &checks);
    let ok = checks.iter().all(|c| matches!(c.verdict, Verdict::Ok | Verdict::Warning));
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
        };
        p.say(format_args!("{:width$}  {word}: {}", line(&check.name), line(&check.found)));
        for scope in &check.permissions {
            p.say(format_args!("{:width$}    {}", "", line(&permission(scope))));
        }
        if !check.next.is_empty() {
            p.say(format_args!("{:width$}    next: {}", "", line(&check.next)));
        }
    }
}
