//! A service account with domain-wide delegation: it signs a statement for one mailbox (RFC 7523), no person signs in.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL},
};
use jiff::Timestamp;
use ring::{rand::SystemRandom, signature};
use sales_transport::{Secret, TokenPair};
use secrecy::{ExposeSecret as _, zeroize::Zeroizing};
use serde::Deserialize;

use super::{
    errors::Failure,
    oauth::{self, Answer},
    scopes,
};
use crate::{ConnectorError, Cx, Retry};

/// The variable of the key file; the credentials hold its content.
pub(crate) const FILE: &str = "GOOGLE_SERVICE_ACCOUNT_FILE";
/// The mailbox to read.
pub(crate) const USER: &str = "GMAIL_USER";
/// Google takes statements that hold for an hour at most.
const LIFE: i64 = 3_600;
/// For clocks that are a little ahead of Google's.
const AHEAD: i64 = 30;

/// What is needed of the file.
#[derive(Deserialize)]
struct Key {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    client_email: String,
    #[serde(default)]
    private_key: Shown,
    #[serde(default)]
    private_key_id: String,
}

/// A secret out of JSON.
#[derive(Deserialize, Default)]
#[serde(from = "String")]
struct Shown(Secret);

impl From<String> for Shown {
    fn from(text: String) -> Self {
        Shown(text.into())
    }
}

/// The content of the key file, if there is one.
pub(crate) fn file(cx: &Cx) -> Option<&Secret> {
    cx.credentials.secrets.get(FILE).filter(|s| !s.expose_secret().trim().is_empty())
}

fn unusable(why: impl Into<String>, hint: &str) -> ConnectorError {
    ConnectorError { what: FILE.into(), why: why.into(), hint: hint.into(), retry: Retry::StopAccount, auth: true }
}

const AGAIN: &str = "make a new key of the type JSON for the service account in the Google Cloud console, and name its file there";

/// A token for the mailbox. `given`: what the pair is noted to come from.
pub(crate) async fn token(cx: &Cx, file: &Secret, given: Option<String>) -> Result<TokenPair, Failure> {
    let user = cx.credentials.secrets.get(USER).map(|s| s.expose_secret().trim()).filter(|s| s.contains('@'));
    let user = user.ok_or_else(|| {
        unusable(
            "GMAIL_USER does not name a mailbox",
            "set GMAIL_USER to the address of the mailbox that is to be read, as in `deals@yourcompany.com`",
        )
    })?;
    let audience = oauth::address(cx, oauth::TOKEN)?;
    let assertion = assertion(file.expose_secret(), user, audience.as_str(), cx.timer.now())?;
    let form = vec![("grant_type", Secret::from("urn:ietf:params:oauth:grant-type:jwt-bearer")), ("assertion", assertion)];
    match oauth::send(cx, form, true).await? {
        Answer::Token(mut token) => {
            // Not told for service accounts: it is what was asked for, or Google refuses.
            token.scope = token.scope.or_else(|| Some(scopes::READ.to_owned()));
            Ok(oauth::pair(token, cx.timer.now(), given, None)?)
        }
        Answer::Refused(refusal) => Err(match refusal.error.as_str() {
            // Also for mailboxes that do not exist.
            "invalid_grant" => unusable(
                format!(
                    "Google does not accept the service account for this mailbox (\"{}\")",
                    super::errors::shown(&refusal.error_description)
                ),
                "check GMAIL_USER and this machine's clock; if the key was deleted, make a new one",
            ),
            _ => oauth::refused(&refusal, "the service account"),
        }
        .into()),
    }
}

/// The signed statement: "let me act for this user".
fn assertion(file: &str, user: &str, audience: &str, now: Timestamp) -> Result<Secret, ConnectorError> {
    // The parser's own words could quote the key.
    let key: Key = serde_json::from_str(file).map_err(|_| unusable("the file is no JSON key of a service account", AGAIN))?;
    if key.kind != "service_account" || key.client_email.is_empty() {
        return Err(unusable("the file is no JSON key of a service account (an OAuth client has another kind of file)", AGAIN));
    }
    let der = pem(key.private_key.0.expose_secret()).ok_or_else(|| unusable("the private key in the file is damaged", AGAIN))?;
    let pair = signature::RsaKeyPair::from_pkcs8(&der).map_err(|_| unusable("the private key in the file is no RSA key", AGAIN))?;
    let header = serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": key.private_key_id});
    let issued = now.as_second() - AHEAD;
    let claims = serde_json::json!({"iss": key.client_email, "sub": user, "scope": scopes::READ, "aud": audience, "iat": issued, "exp": issued + LIFE});
    let text = format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(claims.to_string()));
    let mut signed = vec![0; pair.public().modulus_len()];
    pair.sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signed)
        .map_err(|_| unusable("the private key in the file cannot sign", AGAIN))?;
    Ok(Secret::from(format!("{text}.{}", BASE64URL.encode(signed))))
}

/// What stands in a PEM block (RFC 7468) of a PKCS #8 key.
fn pem(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (_, after) = text.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (body, _) = after.split_once("-----END PRIVATE KEY-----")?;
    let body: Zeroizing<String> = Zeroizing::new(body.chars().filter(|c| !c.is_whitespace()).collect());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
