//! Signing in at Google: the flow for installed apps (RFC 8252) with PKCE (RFC 7636), and its token endpoint.
//!
//! What a terminal does about it (listening, opening a browser) is the command line's.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use jiff::{SignedDuration, Timestamp};
use ring::rand::{SecureRandom as _, SystemRandom};
use sales_model::ContentHash;
use sales_transport::{Body, Call, Reply, Secret, TokenPair, Verdict};
use secrecy::ExposeSecret as _;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{
    budget,
    errors::{self, Failure},
    scopes::{self, Purpose},
    wire::{Token, TokenRefusal},
};
use crate::{ConnectorError, Cx, Retry};

/// Where people sign in.
pub(crate) const AUTH: (&str, &str) = ("GOOGLE_AUTH_URL", "https://accounts.google.com/o/oauth2/v2/auth");
/// Where codes and refresh tokens become access tokens.
pub(crate) const TOKEN: (&str, &str) = ("GOOGLE_TOKEN_URL", "https://oauth2.googleapis.com/token");
/// Most bytes of an answer of the token endpoint.
const CAP: usize = 1 << 20;
/// A token whose life is not told lives this long, as all of Google's do.
const USUAL_LIFE: u64 = 3_599;

/// What ties an answer to the question: made anew for each sign-in.
pub struct Ticket {
    /// Comes back with the answer.
    state: String,
    /// Proves at the exchange that it is us who asked.
    verifier: Secret,
}

impl Ticket {
    /// A new one, from the system's randomness.
    ///
    /// # Errors
    /// If the system gives none.
    pub fn fresh() -> Result<Self, ConnectorError> {
        let random = || {
            let mut bytes = [0; 32];
            SystemRandom::new().fill(&mut bytes).map_err(|_| told("the system gives no random numbers", "run the command again"))?;
            Ok(BASE64URL.encode(bytes))
        };
        Ok(Ticket { state: random()?, verifier: random()?.into() })
    }

    /// The page at which the user consents. `redirect`: where Google then sends the browser, `http://127.0.0.1:<port>`.
    ///
    /// # Errors
    /// If there is no client id, or `GOOGLE_AUTH_URL` is no address.
    pub fn page(&self, cx: &Cx, redirect: &str, purpose: Purpose) -> Result<Url, ConnectorError> {
        let (id, _) = client(cx)?;
        let mut url = address(cx, AUTH)?;
        url.query_pairs_mut()
            .append_pair("client_id", id.expose_secret())
            .append_pair("redirect_uri", redirect)
            .append_pair("response_type", "code")
            .append_pair("scope", &scopes::wanted(purpose))
            .append_pair("state", &self.state)
            .append_pair("code_challenge", &challenge(self.verifier.expose_secret()))
            .append_pair("code_challenge_method", "S256")
            .append_pair("access_type", "offline")
            // Without it a refresh token comes at the first consent only.
            .append_pair("prompt", "consent");
        Ok(url)
    }

    /// Whether an answer belongs to this question.
    pub fn knows(&self, query: &str) -> bool {
        found(query, "state").as_deref() == Some(self.state.as_str())
    }

    /// The code in the address that Google sent the browser to. `query`: what stands behind its `?`.
    ///
    /// # Errors
    /// If the user refused, the answer is not to this question, or holds no code.
    pub fn code(&self, query: &str) -> Result<Secret, ConnectorError> {
        let find = |name: &str| found(query, name);
        // Whatever else it says: who cannot show the state was not asked.
        if !self.knows(query) {
            return Err(told(
                "the answer does not belong to this sign-in (its `state` is another)",
                "run `sales auth login email` again, and use the page that it opens this time",
            ));
        }
        if let Some(error) = find("error") {
            return Err(declined(&error));
        }
        match find("code").filter(|code| !code.is_empty()) {
            Some(code) => Ok(code.into()),
            None => Err(told("the address holds no code", "copy the whole address out of the browser's address line")),
        }
    }

    /// Exchanges the code for tokens. `redirect` as in [`Ticket::page`].
    ///
    /// # Errors
    /// If Google refuses, or the user did not tick the box for reading mail.
    pub async fn exchange(&self, cx: &Cx, code: Secret, redirect: &str) -> Result<TokenPair, ConnectorError> {
        let (id, client_secret) = client(cx)?;
        let form = vec![
            ("client_id", id.clone()),
            ("client_secret", client_secret.clone()),
            ("code", code),
            ("code_verifier", self.verifier.clone()),
            ("grant_type", Secret::from("authorization_code")),
            ("redirect_uri", Secret::from(redirect)),
        ];
        // A code is void after one use.
        let token = match send(cx, form, false).await.map_err(unreached)? {
            Answer::Token(token) => token,
            Answer::Refused(refusal) => return Err(refused(&refusal, "the sign-in")),
        };
        let scope = token.scope.as_deref().unwrap_or_default();
        if token.scope.is_some() && !scopes::can_read(scope) {
            return Err(ConnectorError {
                what: "signing in at Google".into(),
                why: match scopes::headers_only(scope) {
                    true => "the sign-in is for headers only (gmail.metadata): no bodies of mails would come".into(),
                    false => "the box for reading mail was not ticked".to_owned(),
                },
                hint: "run `sales auth login email` again and tick the box for reading mail (\"View your email messages and settings\")"
                    .into(),
                retry: Retry::Never,
                auth: true,
            });
        }
        let now = cx.timer.now();
        let pair = pair(token, now, given(cx), None)?;
        match pair.refresh {
            Some(_) => Ok(TokenPair { since: Some(now), ..pair }),
            None => Err(told(
                "Google gave no refresh token, so that the sign-in would end within the hour",
                "take the app's access away at your Google account (Security, Third-party connections), then sign in again",
            )),
        }
    }
}

/// The token endpoint did not answer as it should.
fn unreached(f: Failure) -> ConnectorError {
    let e = f.told("signing in at Google");
    ConnectorError { hint: e.hint.replace("GMAIL_API_URL and ", "").replace("GMAIL_API_URL", TOKEN.0), ..e }
}

/// A parameter of an address.
fn found(query: &str, name: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes()).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
}

/// S256 of RFC 7636.
fn challenge(verifier: &str) -> String {
    BASE64URL.encode(Sha256::digest(verifier.as_bytes()))
}

fn told(why: &str, hint: &str) -> ConnectorError {
    ConnectorError { what: "signing in at Google".into(), why: why.into(), hint: hint.into(), retry: Retry::Never, auth: true }
}

/// Why the page of consent said no.
fn declined(error: &str) -> ConnectorError {
    match error {
        "access_denied" => told("access was refused on Google's page", "run `sales auth login email` again and allow it there"),
        "admin_policy_enforced" => told(
            "your Google Workspace administrator does not allow this app",
            "ask the administrator to trust your client id (Admin console, Security, API controls)",
        ),
        "org_internal" => told("this app is for accounts of another organisation", "sign in with an account of the app's own organisation"),
        other => told(&format!("Google's page answered `{}`", errors::shown(other)), "run `sales auth login email` again"),
    }
}

/// The client's id and secret. Google wants the secret of a desktop app too, but does not treat it as one.
pub(crate) fn client(cx: &Cx) -> Result<(&Secret, &Secret), ConnectorError> {
    let secrets = &cx.credentials.secrets;
    let get = |name| secrets.get(name).filter(|s: &&Secret| !s.expose_secret().is_empty());
    match (get("GMAIL_CLIENT_ID"), get("GMAIL_CLIENT_SECRET")) {
        (Some(id), Some(secret)) => Ok((id, secret)),
        _ => Err(told(
            "GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET are not both set",
            "make a client id of the type \"Desktop app\" as docs/gmail-setup.md shows, and put both into the workspace's `.env`",
        )),
    }
}

/// Fingerprint of the refresh token that the user gave.
pub(crate) fn given(cx: &Cx) -> Option<String> {
    let given = cx.credentials.secrets.get("GMAIL_REFRESH_TOKEN").map(|s| s.expose_secret().trim());
    given.filter(|s| !s.is_empty()).map(|s| format!("{:?}", ContentHash::of(s.as_bytes())))
}

/// One of the addresses beside the API's.
pub(crate) fn address(cx: &Cx, (variable, usual): (&'static str, &str)) -> Result<Url, ConnectorError> {
    match cx.credentials.addresses.get(variable) {
        Some(url) => Ok(url.clone()),
        None => Url::parse(usual).map_err(|e| told(&format!("{variable}: {e}"), "correct it")),
    }
}

/// What the token endpoint said.
pub(crate) enum Answer {
    Token(Token),
    Refused(TokenRefusal),
}

/// Asks the token endpoint. `safe`: the same may be asked twice.
pub(crate) async fn send(cx: &Cx, form: Vec<(&'static str, Secret)>, safe: bool) -> Result<Answer, Failure> {
    let call = Call {
        operation: budget::TOKEN.name,
        url: address(cx, TOKEN)?,
        body: Body::SecretForm(form),
        auth: None,
        budget: budget::sign_in(cx),
        safe,
        cap: CAP,
    };
    let judge = |reply: &Reply| match reply.status {
        200..300 if serde_json::from_slice::<Token>(&reply.body).is_err() => Verdict::Again,
        _ => Verdict::Take,
    };
    let reply = cx.http.send(call, judge).await.map_err(Failure::Transport)?;
    let not_json = || Failure::NotJson { operation: budget::TOKEN, page: reply.body.trim_ascii_start().starts_with(b"<") };
    match reply.status {
        200..300 => match serde_json::from_slice::<Token>(&reply.body) {
            Ok(token) if !token.access_token.is_empty() => Ok(Answer::Token(token)),
            Ok(_) => Err(Failure::Shape { operation: budget::TOKEN, path: "access_token".into() }),
            Err(_) => Err(not_json()),
        },
        _ => match serde_json::from_slice::<TokenRefusal>(&reply.body) {
            Ok(refusal) if !refusal.error.is_empty() => Ok(Answer::Refused(refusal)),
            _ => Err(not_json()),
        },
    }
}

/// The pair to keep. `old`: the refresh token that was used; Google seldom gives a new one.
pub(crate) fn pair(token: Token, now: Timestamp, given: Option<String>, old: Option<Secret>) -> Result<TokenPair, ConnectorError> {
    let lives = i64::try_from(token.expires_in.unwrap_or(USUAL_LIFE).min(31_536_000)).unwrap_or(0);
    if !token.access_token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(told("Google's token holds characters that no token has", "check GOOGLE_TOKEN_URL"));
    }
    Ok(TokenPair {
        access: Secret::from(token.access_token),
        refresh: token.refresh_token.filter(|t| !t.is_empty()).map(Secret::from).or(old),
        expires_at: now.checked_add(SignedDuration::from_secs(lives)).ok(),
        given,
        scope: token.scope,
        since: None,
    })
}

/// Why the token endpoint said no, where no refresh token is concerned.
pub(crate) fn refused(refusal: &TokenRefusal, what: &str) -> ConnectorError {
    let said = match errors::shown(&refusal.error_description) {
        said if said.is_empty() => String::new(),
        said => format!(" (\"{said}\")"),
    };
    let error = |why: String, hint: &str| ConnectorError {
        what: "signing in at Google".into(),
        why: format!("{why}{said}"),
        hint: hint.into(),
        retry: Retry::StopAccount,
        auth: true,
    };
    match refusal.error.as_str() {
        "invalid_client" => error(
            "Google does not know the client".into(),
            "copy GMAIL_CLIENT_ID and GMAIL_CLIENT_SECRET again from the Google Cloud console (APIs and services, Credentials)",
        ),
        "unauthorized_client" => error(
            "this client may not do that".into(),
            "use a client id of the type \"Desktop app\"; a service account needs domain-wide delegation for its client id and the scope \
             gmail.readonly (Admin console, Security, API controls, Domain-wide delegation), which takes some minutes to hold",
        ),
        "invalid_scope" => {
            error("Google does not give the scope that was asked for".into(), "add the scope gmail.readonly as docs/gmail-setup.md shows")
        }
        "redirect_uri_mismatch" => {
            error("the client id is not of the type \"Desktop app\"".into(), "make one of that type as docs/gmail-setup.md shows")
        }
        "admin_policy_enforced" | "access_denied" => error(
            "your Google Workspace administrator does not allow this app".into(),
            "ask the administrator to trust your client id (Admin console, Security, API controls)",
        ),
        "invalid_grant" => {
            error(format!("Google does not accept {what} (any more)"), "run `sales auth login email` again, and check this machine's clock")
        }
        other => error(format!("Google refused {what} (`{}`)", errors::shown(other)), "run the command again later"),
    }
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
