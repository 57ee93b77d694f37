//! Whom to connect to, and as whom.

use sales_transport::{Secret, Security, Target};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::{ConnectorError, Credentials, Retry};

/// Variable of the server's address: `imaps://user@host:993/`.
pub(crate) const URL: &str = "IMAP_URL";
/// Variable of the password, or app password.
pub(crate) const PASSWORD: &str = "IMAP_PASSWORD";
/// Variable of an OAuth access token (XOAUTH2, OAUTHBEARER).
pub(crate) const TOKEN: &str = "IMAP_ACCESS_TOKEN";

/// What proves who we are.
#[derive(Clone)]
pub(crate) enum Proof {
    Password(Secret),
    Token(Secret),
}

/// A mailbox's account.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) target: Target,
    pub(crate) user: String,
    pub(crate) proof: Proof,
}

/// Reads the account's variables.
pub(crate) fn read(credentials: &Credentials) -> Result<Account, ConnectorError> {
    let secret = |name| credentials.secrets.get(name).filter(|s| !s.expose_secret().trim().is_empty());
    let address = secret(URL).ok_or_else(|| refused("it is not set"))?;
    let (target, user) = address_of(address.expose_secret().trim()).map_err(refused)?;
    let proof = match (secret(TOKEN), secret(PASSWORD)) {
        (Some(token), _) => Proof::Token(token.clone()),
        (None, Some(password)) => Proof::Password(password.clone()),
        (None, None) => {
            return Err(ConnectorError {
                what: "IMAP".into(),
                why: format!("there is neither {PASSWORD} nor {TOKEN}"),
                hint: format!("put the password (for Gmail and others an app password) into {PASSWORD}; docs/imap-setup.md shows how"),
                retry: Retry::StopAccount,
                auth: true,
            });
        }
    };
    Ok(Account { target, user, proof })
}

fn refused(why: &'static str) -> ConnectorError {
    ConnectorError {
        what: URL.into(),
        why: why.into(),
        hint: "write it as imaps://user@host:993/, an `@` in the user's name as %40; docs/imap-setup.md has examples".into(),
        retry: Retry::StopAccount,
        auth: true,
    }
}

/// Server and user of `imaps://user@host:993/` (TLS) or `imap://user@host:143/` (STARTTLS; without TLS on this machine, unless
/// `?starttls=required` stands behind it).
pub(crate) fn address_of(text: &str) -> Result<(Target, String), &'static str> {
    let url = Url::parse(text).map_err(|_| "it is no address")?;
    let (port, tls) = match url.scheme() {
        "imaps" => (993, true),
        "imap" => (143, false),
        _ => return Err("it begins neither with imaps:// nor with imap://"),
    };
    let host = url.host_str().filter(|h| !h.is_empty()).ok_or("it names no host")?;
    if url.password().is_some() {
        return Err("a password stands in it, where it would be shown; IMAP_PASSWORD is the place for it");
    }
    let user = percent_decoded(url.username()).filter(|u| !u.is_empty()).ok_or("it names no user")?;
    if user.chars().any(char::is_control) {
        return Err("the user's name holds control characters");
    }
    let mut target = Target { host: host.to_ascii_lowercase(), port: url.port().unwrap_or(port), security: Security::Tls };
    if !tls {
        let insists = url.query_pairs().any(|(name, value)| name == "starttls" && value == "required");
        target.security = if target.is_loopback() && !insists { Security::Plain } else { Security::StartTls };
    }
    Ok((target, user))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let digit = |b: Option<u8>| char::from(b?).to_digit(16);
        let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let t = |host: &str, port, security| Target { host: host.into(), port, security };
        for (text, target, user) in [
            ("imaps://deals%40yourcompany.com@imap.gmail.com:993/", t("imap.gmail.com", 993, Security::Tls), "deals@yourcompany.com"),
            ("imaps://deals@yourcompany.com@mail.example", t("mail.example", 993, Security::Tls), "deals@yourcompany.com"),
            ("imap://deals@Mail.example/", t("mail.example", 143, Security::StartTls), "deals"),
            ("imap://a%C3%A4@mail.example:1143/", t("mail.example", 1143, Security::StartTls), "aä"),
            ("imap://a@127.0.0.1:1143/", t("127.0.0.1", 1143, Security::Plain), "a"),
            ("imap://a@[::1]:1143/", t("[::1]", 1143, Security::Plain), "a"),
            ("imap://a@localhost/?starttls=required", t("localhost", 143, Security::StartTls), "a"),
            ("imap://a@localhost.mail.example/", t("localhost.mail.example", 143, Security::StartTls), "a"),
            ("imap://a@10.0.0.1/", t("10.0.0.1", 143, Security::StartTls), "a"),
        ] {
            assert_eq!(address_of(text), Ok((target, user.to_owned())), "{text}");
        }
        for (text, why) in [
            ("", "it is no address"),
            ("imap.gmail.com", "it is no address"),
            ("https://a@mail.example/", "it begins neither with imaps:// nor with imap://"),
            ("imaps://mail.example/", "it names no user"),
            ("imaps://a%@mail.example/", "it names no user"),
            ("imaps://a%ff@mail.example/", "it names no user"),
            ("imaps://a%0d%0ax@mail.example/", "the user's name holds control characters"),
            ("imaps://a:secret@mail.example/", "a password stands in it, where it would be shown; IMAP_PASSWORD is the place for it"),
            ("imaps:///", "it names no host"),
            ("imaps:mail.example", "it names no host"),
        ] {
            assert_eq!(address_of(text), Err(why), "{text}");
        }
    }
}
