use std::{process::Stdio, time::Duration};

use jiff::Timestamp;
use sales_connectors::{
    Identity,
    email::login::{Purpose, Ticket},
};
use sales_engine::Account;
use sales_transport::{Secret, lock_account};
use serde::Serialize;

use super::{
    super::Cx,
    listen::{Listener, answered},
    pasted,
};
use crate::{
    args::Login,
    clock,
    compose::{Home, block_on, for_login},
    errors::{Exit, Failure, Result},
    output::line,
};

/// How long somebody may take at the vendor's page.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

#[derive(Serialize)]
struct Document {
    kind: &'static str,
    source: String,
    account: String,
    /// Whose mailbox it is.
    user: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed_in: Option<Timestamp>,
}

/// Signs in.
pub(crate) fn run(cx: &Cx<'_>, a: &Login) -> Result<Exit> {
    let connector = super::connector(&a.source)?;
    let descriptor = connector.descriptor();
    if descriptor.login.is_none() {
        let way = descriptor.sufficient.first().map(|way| way.join(" and ")).unwrap_or_default();
        return Err(Failure::usage(
            format!("{} has no sign-in", descriptor.title),
            format!("it is connected by {way}"),
            format!("set {way} in the workspace's `.env`; docs/{}-setup.md shows where to find it", descriptor.source),
        ));
    }
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let account = for_login(&home, &timer, connector, &a.account)?;
    let opens = !a.no_browser && has_screen(&home);
    let (me, signed_in) = block_on(sign_in(cx, &account, opens, a.no_browser))?;
    let document = Document {
        kind: "auth-login",
        source: a.source.to_ascii_lowercase(),
        account: a.account.clone(),
        user: me.user_name.clone(),
        signed_in,
    };
    cx.printer.say(format_args!("signed in at {} as {}", line(&me.team_name), line(&me.user_name)));
    cx.printer.note(format_args!("next: sales sync --source {}", document.source));
    cx.printer.document(&document);
    Ok(Exit::Done)
}

async fn sign_in(cx: &Cx<'_>, account: &Account, opens: bool, pastes: bool) -> Result<(Identity, Option<Timestamp>)> {
    let ticket = Ticket::fresh()?;
    let listener = Listener::open().await?;
    let redirect = listener.address();
    let page = ticket.page(&account.cx, &redirect, Purpose::Read)?;
    let printer = cx.printer;
    if opens {
        open_browser(page.as_str());
        printer.note("a browser should open now; if not, open this page:");
    } else {
        printer.complain("open this page in a browser, and allow reading mail there:");
    }
    printer.complain(format_args!("\n  {page}\n"));
    let mut typed = if pastes || !opens || pasted::is_terminal() { Some(pasted::lines()) } else { None };
    if typed.is_some() {
        printer.complain(
            "if the browser runs on another machine, it ends at a page that cannot be opened: paste that page's whole address here, then Enter",
        );
    }
    let code = tokio::time::timeout(PATIENCE, code(cx, &ticket, listener, &mut typed)).await.map_err(|_| {
        Failure::auth(
            "signing in took too long",
            format!("no answer came within {} minutes", PATIENCE.as_secs() / 60),
            "run the command again; over ssh with --no-browser",
        )
    })??;
    let pair = ticket.exchange(&account.cx, code, &redirect).await?;
    let tokens = account.cx.tokens.clone();
    // Not while another process renews the old one: it would put its own in the place of this.
    let lock = lock_account(tokens.clone(), account.cx.account.clone()).await?;
    tokens.save(&account.cx.account, &pair)?;
    drop(lock);
    let me = account.connector.authenticate(&account.cx).await?;
    Ok((me, pair.since))
}

/// The code, from the browser on this machine or from what was pasted, whichever comes first.
async fn code(cx: &Cx<'_>, ticket: &Ticket, mut listener: Listener, typed: &mut Option<pasted::Lines>) -> Result<Secret> {
    loop {
        tokio::select! {
            asked = listener.next() => {
                let asked = asked?;
                let code = ticket.code(&asked.query);
                // The page says how it went: people look at the browser.
                answered(asked, code.as_ref().err().map(|e| e.why.as_str())).await;
                match code {
                    Ok(code) => return Ok(code),
                    // Anybody on this machine can send that: the right answer may still come.
                    Err(e) if e.why.contains("`state`") => cx.printer.note(format_args!("ignored: {}", line(&e.why))),
                    Err(e) => return Err(e.into()),
                }
            }
            text = pasted::next(typed) => {
                if let Some(query) = pasted::query(&text) {
                    return Ok(ticket.code(query)?);
                }
                if !text.trim().is_empty() {
                    cx.printer.complain("that is not the address: it holds `state=` and `code=`. Paste the whole of it");
                }
            }
        }
    }
}

/// Whether a browser can be shown. On other systems than these the question makes no sense.
fn has_screen(home: &Home) -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"].iter().any(|name| home.variables.get(name).is_some())
}

/// Opens a page; whoever sees none uses the address that is printed.
fn open_browser(page: &str) {
    let (program, first): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("rundll32", &["url.dll,FileProtocolHandler"]),
        _ => ("xdg-open", &[]),
    };
    let child =
        std::process::Command::new(program).args(first).arg(page).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    if let Ok(mut child) = child {
        // Its end is nobody's business, but somebody has to take note of it.
        std::thread::spawn(move || child.wait());
    }
}
