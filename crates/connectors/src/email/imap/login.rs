//! From an address to a connection that is logged in.

use base64::{Engine as _, prelude::BASE64_STANDARD as BASE64};
use sales_transport::{Security, Wire};
use secrecy::{ExposeSecret as _, zeroize::Zeroizing};
use serde::Deserialize;

use super::{
    account::{Account, Proof},
    conn::{Conn, Room},
    fault::{Fault, unusable},
    proto::{Command, Status, StatusOf},
};
use crate::Cx;

/// Connects, secures the connection, logs in, and turns on what helps.
pub(crate) async fn open(cx: &Cx, account: &Account) -> Result<Conn, Fault> {
    let mut conn = Conn::new(cx.http.dial(account.target.clone()).await?, cx.http.clone());
    let greeting = conn.greeting().await?;
    let mut known = greeting.status == Status::PreAuth;
    if account.target.security == Security::StartTls {
        // Who is logged in cannot secure the connection any more (RFC 9051, 6.2.1): somebody in between would have it so.
        if known {
            return Err(stripped("the server says that nobody has to log in, before the connection is secure"));
        }
        conn = secure(conn, cx).await?;
        known = false;
    }
    if !conn.wire.is_private() {
        return Err(stripped("the connection is not secure"));
    }
    capabilities(&mut conn).await?;
    if !known {
        log_in(&mut conn, account).await?;
        capabilities(&mut conn).await?;
    }
    if conn.can("ID") {
        // Gmail asks programs to introduce themselves, some others insist on it.
        let us = format!("(\"name\" \"sales-workspace\" \"version\" \"{}\")", env!("CARGO_PKG_VERSION"));
        quietly(conn.ok(Command::new("ID").words(&us), Room::SMALL, &mut |_| ()).await)?;
    }
    if conn.can("QRESYNC") && (conn.can("ENABLE") || conn.can("IMAP4REV2")) {
        quietly(conn.ok(Command::new("ENABLE").words("QRESYNC"), Room::SMALL, &mut |_| ()).await)?;
    }
    if let Some(tell) = &cx.notices {
        for alert in conn.alerts.drain(..) {
            tell(&format!("{} says: {}", account.target.host, cx.credentials.masked(&alert)));
        }
    }
    Ok(conn)
}

/// A refusal of what is only helpful does not matter.
fn quietly(answer: Result<StatusOf, Fault>) -> Result<(), Fault> {
    match answer {
        Ok(_) => Ok(()),
        Err(e) if e.is_refusal() => Ok(()),
        Err(e) => Err(e),
    }
}

fn stripped(why: &str) -> Fault {
    unusable(why, "nothing was sent: use imaps:// in IMAP_URL, or find out what stands between this machine and the server")
}

/// Asks what the server can do; what it said before may be somebody else's word.
async fn capabilities(conn: &mut Conn) -> Result<(), Fault> {
    if conn.knows_capabilities() {
        return Ok(());
    }
    conn.ok(Command::new("CAPABILITY"), Room::SMALL, &mut |_| ()).await.map(drop)
}

async fn secure(mut conn: Conn, cx: &Cx) -> Result<Conn, Fault> {
    conn.forget_capabilities();
    capabilities(&mut conn).await?;
    if !conn.can("STARTTLS") {
        return Err(stripped("the server offers no secure connection (STARTTLS), or somebody in between hides that it does"));
    }
    match conn.ok(Command::new("STARTTLS"), Room::SMALL, &mut |_| ()).await {
        Ok(_) => {}
        Err(e) if e.is_refusal() => return Err(stripped("the server refuses to secure the connection (STARTTLS)")),
        Err(e) => return Err(e),
    }
    let wire: Wire = conn.wire.start_tls().await?;
    Ok(Conn::new(wire, cx.http.clone()))
}

async fn log_in(conn: &mut Conn, account: &Account) -> Result<(), Fault> {
    let answer = match &account.proof {
        Proof::Token(token) => with_token(conn, account, token.expose_secret()).await?,
        Proof::Password(password) => with_password(conn, account, password.expose_secret()).await?,
    };
    if answer.status != Status::Ok {
        return Err(Fault::Login(answer));
    }
    // The answer may tell what can be done now; else what was said before the login is void.
    if !answer.is("CAPABILITY") {
        conn.forget_capabilities();
    }
    Ok(())
}

async fn with_password(conn: &mut Conn, account: &Account, password: &str) -> Result<StatusOf, Fault> {
    if conn.can("AUTH=PLAIN") {
        // RFC 4616; no NUL can stand in it.
        let message = Zeroizing::new(format!("\0{}\0{}", account.user, password.replace('\0', "")));
        return authenticate(conn, "PLAIN", &message).await.map(|(answer, _)| answer);
    }
    if conn.can("LOGINDISABLED") {
        return Err(unusable(
            "the server takes no password here",
            "use imaps:// in IMAP_URL, or an access token in IMAP_ACCESS_TOKEN (docs/imap-setup.md)",
        ));
    }
    let command = Command::new("LOGIN").string(account.user.as_bytes()).string(password.as_bytes());
    match conn.ok(command, Room::SMALL, &mut |_| ()).await {
        Err(Fault::Refused { answer, .. }) => Ok(answer),
        other => other,
    }
}

async fn with_token(conn: &mut Conn, account: &Account, token: &str) -> Result<StatusOf, Fault> {
    let (user, host, port) = (&account.user, &account.target.host, account.target.port);
    // Both end a failure in the same way: the reason comes as `+`, the answer to it is an empty line (XOAUTH2) or ^A (RFC 7628, 3.2.3),
    // then comes NO.
    let (mechanism, message) = if conn.can("AUTH=XOAUTH2") {
        ("XOAUTH2", format!("user={user}\u{1}auth=Bearer {token}\u{1}\u{1}"))
    } else if conn.can("AUTH=OAUTHBEARER") {
        let escaped = user.replace('=', "=3D").replace(',', "=2C");
        ("OAUTHBEARER", format!("n,a={escaped},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {token}\u{1}\u{1}"))
    } else {
        return Err(unusable(
            "the server takes no access tokens (it offers neither XOAUTH2 nor OAUTHBEARER)",
            "use IMAP_PASSWORD instead of IMAP_ACCESS_TOKEN (docs/imap-setup.md)",
        ));
    };
    let (mut answer, reason) = authenticate(conn, mechanism, &Zeroizing::new(message)).await?;
    if let Some(reason) = reason.filter(|_| answer.status != Status::Ok) {
        let sep = if answer.text.is_empty() { "" } else { " " };
        answer.text = format!("{}{sep}({reason})", answer.text);
    }
    Ok(answer)
}

/// The reason that a server gives for not taking a token.
#[derive(Deserialize)]
struct Reason {
    status: serde_json::Value,
    #[serde(default)]
    scope: String,
}

/// A SASL exchange in which the client speaks first; what the server said instead of an end, in words.
async fn authenticate(conn: &mut Conn, mechanism: &str, message: &str) -> Result<(StatusOf, Option<String>), Fault> {
    let coded = Zeroizing::new(BASE64.encode(message));
    let at_once = conn.can("SASL-IR");
    let command = Command::new("AUTHENTICATE").words(mechanism);
    let command = if at_once { command.words(&coded) } else { command };
    let mut sent = at_once;
    let mut reason = None;
    let end = if mechanism == "OAUTHBEARER" { BASE64.encode("\u{1}") } else { String::new() };
    let mut reply = |said: &str| {
        if !std::mem::replace(&mut sent, true) {
            return coded.as_bytes().to_vec();
        }
        let json = BASE64.decode(said.trim()).ok();
        if let Some(r) = json.and_then(|json| serde_json::from_slice::<Reason>(&json).ok()) {
            let status = r.status.as_str().map_or_else(|| r.status.to_string(), str::to_owned);
            let scope = if r.scope.is_empty() { String::new() } else { format!(", it wants the scope {}", r.scope) };
            let text = format!("status {status}{scope}");
            reason = Some(super::proto::shown(text.as_bytes()));
        }
        end.as_bytes().to_vec()
    };
    let answer = conn.dialogue(command, &mut reply).await?;
    Ok((answer, reason))
}
