use std::{collections::BTreeSet, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, header::LOCATION};
use jiff::{SignedDuration, Timestamp};
use url::{Host, Url};

use super::{Consent, Google, form::Form, names, server::Code};
use crate::wire::Outgoing;

/// How long a code is good.
const CODE_SECONDS: i64 = 600;

/// Why there is a page for the user instead of a redirect: as long as app and redirect are not known to be good, nothing goes there.
pub(super) struct Shown {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
}

const fn shown(error: &'static str) -> Shown {
    Shown { status: StatusCode::BAD_REQUEST, error }
}

impl Google {
    /// The user is asked for consent, and answers. Gives the redirect.
    pub(super) fn ask_consent(&mut self, query: &str, now: Timestamp) -> Result<(Outgoing, Option<&'static str>), Shown> {
        let form = Form::read(query.as_bytes()).map_err(|_| shown("invalid_request"))?;
        let client = form.get("client_id").ok_or(shown("invalid_request"))?;
        if !self.clients.iter().any(|c| c.id == client) {
            return Err(Shown { status: StatusCode::UNAUTHORIZED, error: "invalid_client" });
        }
        let redirect = form.get("redirect_uri").ok_or(shown("invalid_request"))?;
        let mut target = loopback(redirect).ok_or(shown("redirect_uri_mismatch"))?;
        if form.get("response_type") != Some("code") {
            return Err(shown(if form.get("response_type").is_some() { "unsupported_response_type" } else { "invalid_request" }));
        }
        let challenge = form.get("code_challenge").filter(|c| is_challenge(c)).ok_or(shown("invalid_request"))?;
        if form.get("code_challenge_method") != Some("S256")
            || form.get("access_type").is_some_and(|t| !["online", "offline"].contains(&t))
            || form.get("prompt").is_some_and(|p| !p.split(' ').all(|w| ["none", "consent", "select_account"].contains(&w)))
        {
            return Err(shown("invalid_request"));
        }
        let asked: BTreeSet<String> = form.get("scope").unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect();
        if asked.is_empty() || !asked.iter().all(|s| names::known(s)) {
            return Err(shown("invalid_scope"));
        }
        let mut scopes: BTreeSet<String> = asked.iter().filter(|s| self.granted.is_empty() || self.granted.contains(*s)).cloned().collect();
        let denied = self.consent == Consent::Deny || scopes.is_empty();
        if denied {
            target.query_pairs_mut().append_pair("error", "access_denied");
        } else {
            let before = self.refresh.iter().filter(|t| t.client == client && !t.revoked).flat_map(|t| t.scopes.iter().cloned());
            if form.get("include_granted_scopes") == Some("true") {
                scopes.extend(before);
            }
            let first = !self.consented.contains(client);
            let prompted = form.get("prompt").is_some_and(|p| p.split(' ').any(|w| w == "consent"));
            let lasting = form.get("access_type") == Some("offline") && (first || prompted);
            let granted = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
            let until = now.checked_add(SignedDuration::from_secs(CODE_SECONDS)).unwrap_or(now);
            let (client, challenge) = (client.to_owned(), challenge.to_owned());
            let code = self.secret("4/0A", 40);
            self.consented.insert(client.clone());
            target.query_pairs_mut().append_pair("code", &code).append_pair("scope", &granted);
            self.codes.push(Code { code, client, redirect: redirect.to_owned(), challenge, scopes, lasting, until, used: None });
        }
        if let Some(state) = form.get("state") {
            target.query_pairs_mut().append_pair("state", state);
        }
        let out = Outgoing::html(StatusCode::FOUND, "<html><body><h1>Moved</h1></body></html>").header(LOCATION, target.as_str());
        Ok((out, denied.then_some("access_denied")))
    }
}

/// A redirect to a port of this machine, by address: `http://127.0.0.1:PORT/any` or `http://[::1]:PORT/any`.
fn loopback(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let here = match url.host()? {
        Host::Ipv4(ip) => IpAddr::V4(ip) == IpAddr::from([127, 0, 0, 1]),
        Host::Ipv6(ip) => ip.is_loopback(),
        Host::Domain(_) => false,
    };
    // The port is written out: nobody listens on 80 for this.
    let fine = here && url.scheme() == "http" && url.port().is_some() && url.fragment().is_none() && url.username().is_empty();
    fine.then_some(url)
}

/// 43 signs of base64url: a SHA-256.
fn is_challenge(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_by_address() {
        for fine in ["http://127.0.0.1:9000", "http://127.0.0.1:1/a/b?c=d", "http://[::1]:8080/"] {
            assert!(loopback(fine).is_some(), "{fine}");
        }
        for wrong in [
            "http://127.0.0.1/",
            "https://127.0.0.1:9000/",
            "http://localhost:9000/",
            "http://127.0.0.2:9000/",
            "http://10.0.0.1:9000/",
            "http://127.0.0.1.example:9000/",
            "http://me@127.0.0.1:9000/",
            "http://127.0.0.1:9000/#x",
            "urn:ietf:wg:oauth:2.0:oob",
            "",
        ] {
            assert!(loopback(wrong).is_none(), "{wrong}");
        }
    }
}
