use std::{process::Stdio, sync::Arc, time::Duration};

use jiff::Timestamp;
use sales_connectors::{
    Identity,
    email::login::{Purpose, Ticket, overruled},
};
use sales_engine::{Account, Silent};
use sales_transport::{Secret, Timer, lock_account};
use serde::Serialize;

use super::{
    super::Cx,
    listen::{Asked, Listener, answered},
    pasted,
};
use crate::{
    args::Login,
    clock,
    compose::{Home, block_on, connected_sources, for_login, guide, open},
    errors::{Exit, Failure, Result},
    output::{Printer, line},
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
            format!("set {way} in the workspace's `.env`; {} shows where to find it", guide(descriptor)),
        ));
    }
    let home = Home::find(cx)?;
    let timer = clock::timer(home.variables.get("SALES_TEST_NOW"));
    let account = for_login(&home, &timer, connector, &a.account)?;
    if let Some(name) = overruled(&account.cx) {
        return Err(Failure::usage(
            format!("a sign-in of the {} account `{}` would not be used", descriptor.source, a.account),
            format!("`{name}` is set, and mail is read by that"),
            format!("take `{name}` away to sign in at Google instead; or sales doctor --source {}", descriptor.source),
        ));
    }
    let opens = !a.no_browser && has_screen(&home);
    let (me, signed_in) = block_on(async {
        let (me, signed_in) = sign_in(cx, &account, opens, a.no_browser).await?;
        remember(&home, timer.clone(), &account, &me).await;
        Ok((me, signed_in))
    })?;
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

/// Notes who it is, for commands that ask no vendor. The sign-in is good without it.
async fn remember(home: &Home, timer: Arc<dyn Timer>, account: &Account, me: &Identity) {
    let noted = async {
        let opened = open(home, timer, Arc::new(Silent), &connected_sources(home)).await?;
        let text = serde_json::to_string(me).unwrap_or_default();
        opened.store.set(&format!("identity/{}", account.cx.account), &text).await?;
        Result::Ok(())
    };
    if let Err(e) = noted.await {
        tracing::warn!(what = e.what, why = e.why, "who signed in could not be noted");
    }
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
    let typed = if pastes || !opens || pasted::is_terminal() { Some(pasted::lines()) } else { None };
    if typed.is_some() {
        printer.complain(
            "if the browser runs on another machine, it ends at a page that cannot be opened: paste that page's whole address here, then Enter",
        );
    }
    let (code, asked) = patiently(PATIENCE, code(printer, &ticket, listener, typed)).await?;
    let kept = keep(account, &ticket, code, &redirect).await;
    // The page says how it went: people look at the browser.
    if let Some(asked) = asked {
        answered(asked, kept.as_ref().err().map(|e| e.why.as_str())).await;
    }
    let since = kept?;
    Ok((account.connector.authenticate(&account.cx).await?, since))
}

/// Exchanges the code, and keeps what came.
async fn keep(account: &Account, ticket: &Ticket, code: Secret, redirect: &str) -> Result<Option<Timestamp>> {
    let pair = ticket.exchange(&account.cx, code, redirect).await?;
    let tokens = account.cx.tokens.clone();
    // Not while another process renews the old one: it would put its own in the place of this.
    let lock = lock_account(tokens.clone(), account.cx.account.clone()).await?;
    tokens.save(&account.cx.account, &pair)?;
    drop(lock);
    Ok(pair.since)
}

/// Waits for an answer, but not for ever.
async fn patiently<T>(patience: Duration, answer: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(patience, answer).await.map_err(|_| {
        Failure::auth(
            "signing in took too long",
            format!("no answer came within {} minutes", patience.as_secs() / 60),
            "run the command again; over ssh with --no-browser",
        )
    })?
}

/// The code, from the browser on this machine or from what was pasted, whichever comes first; and the browser that waits for a page.
async fn code(
    printer: &Printer,
    ticket: &Ticket,
    mut listener: Listener,
    mut typed: Option<pasted::Lines>,
) -> Result<(Secret, Option<Asked>)> {
    loop {
        tokio::select! {
            asked = listener.next() => {
                let asked = asked?;
                let ours = ticket.knows(&asked.query);
                match ticket.code(&asked.query) {
                    Ok(code) => return Ok((code, Some(asked))),
                    Err(e) => {
                        answered(asked, Some(&e.why)).await;
                        if ours {
                            return Err(e.into());
                        }
                        // Anybody on this machine can send that: the right answer may still come.
                        printer.note(format_args!("ignored: {}", line(&e.why)));
                    }
                }
            }
            text = pasted::next(&mut typed) => {
                if let Some(query) = pasted::query(&text) {
                    return Ok((ticket.code(query)?, None));
                }
                if !text.trim().is_empty() {
                    printer.complain("that is not the address: it holds `state=` and `code=`. Paste the whole of it");
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_is_waited_for_without_end() {
        let printer = Printer::new(false, true, true);
        let ticket = Ticket::fresh().unwrap();
        let listener = Listener::open().await.unwrap();
        let address = listener.address();
        let e = patiently(Duration::ZERO, code(&printer, &ticket, listener, None)).await.err().unwrap();
        assert_eq!((e.exit, e.what.as_str(), e.why.as_str()), (Exit::Auth, "signing in took too long", "no answer came within 0 minutes"));
        assert_eq!((e.next.as_str(), PATIENCE.as_secs()), ("run the command again; over ssh with --no-browser", 600));
        // The port is closed with it.
        assert!(std::net::TcpStream::connect(address.trim_start_matches("http://")).is_err());
    }
}
