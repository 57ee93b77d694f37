use std::collections::BTreeSet;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Google, form::Form, refusal::Refusal};

/// A grant by an assertion, as RFC 7523 names it.
const ASSERTION: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// What a token request comes with.
pub(super) struct Ask<'a> {
    pub(super) form: &'a Form,
    /// The header `Authorization`.
    pub(super) authorization: &'a str,
    /// The double's own address of this endpoint: assertions may be meant for it.
    pub(super) own: &'a str,
    pub(super) now: Timestamp,
    /// The user's address.
    pub(super) mailbox: &'a str,
}

impl Google {
    /// Answers a request for a token.
    pub(super) fn give(&mut self, ask: &Ask<'_>) -> Result<Value, Refusal> {
        match ask.form.need("grant_type")? {
            "authorization_code" => self.exchange(ask),
            "refresh_token" => self.refreshed(ask),
            ASSERTION => {
                let scopes = self.judge(ask)?;
                let token = self.give_access(scopes.clone(), None, ask.now);
                // An assertion is its own consent: the answer has neither scope nor refresh token.
                Ok(json!({"access_token": token, "expires_in": self.access_seconds, "token_type": "Bearer"}))
            }
            other => Err(Refusal::new("unsupported_grant_type", format!("Invalid grant_type: {other}"))),
        }
    }

    /// The app that asks: by form, or by Basic authorization.
    fn authenticated(&self, ask: &Ask<'_>) -> Result<String, Refusal> {
        let basic = ask.authorization.strip_prefix("Basic ").and_then(|b| STANDARD.decode(b.trim()).ok());
        let basic = basic.and_then(|b| String::from_utf8(b).ok());
        let (id, secret) = match basic.as_deref().and_then(|b| b.split_once(':')) {
            Some((id, secret)) => (Some(id), Some(secret)),
            None => (ask.form.get("client_id"), ask.form.get("client_secret")),
        };
        let id = id.ok_or_else(|| Refusal::request("Could not determine client ID from request."))?;
        let client =
            self.clients.iter().find(|c| c.id == id).ok_or_else(|| Refusal::new("invalid_client", "The OAuth client was not found."))?;
        match secret {
            None => Err(Refusal::request("client_secret is missing.")),
            Some(secret) if secret != client.secret => Err(Refusal::new("invalid_client", "The provided client secret is invalid.")),
            Some(_) => Ok(client.id.clone()),
        }
    }

    fn exchange(&mut self, ask: &Ask<'_>) -> Result<Value, Refusal> {
        let client = self.authenticated(ask)?;
        let text = ask.form.need("code")?;
        let code = self.codes.iter().find(|c| c.code == text).cloned().ok_or_else(|| Refusal::grant("Malformed auth code."))?;
        if code.client != client {
            return Err(Refusal::new("unauthorized_client", "Unauthorized"));
        }
        if let Some(made) = code.used {
            // Somebody has it who should not: what it was exchanged for ends too.
            self.revoke(|t| Some(&t.token) == made.as_ref());
            return Err(Refusal::grant("Bad Request"));
        }
        if ask.now >= code.until {
            return Err(Refusal::grant("Bad Request"));
        }
        if ask.form.need("redirect_uri")? != code.redirect {
            return Err(Refusal::new("redirect_uri_mismatch", "Bad Request"));
        }
        let verifier = ask.form.get("code_verifier").ok_or_else(|| Refusal::grant("Missing code verifier."))?;
        let fine = (43..=128).contains(&verifier.len()) && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == code.challenge;
        if !fine {
            return Err(Refusal::grant("Invalid code verifier."));
        }
        let refresh = code.lasting.then(|| self.give_refresh(&client, code.scopes.clone(), ask.now));
        self.codes.iter_mut().filter(|c| c.code == text).for_each(|c| c.used = Some(refresh.clone()));
        Ok(self.answer(code.scopes, refresh.clone(), refresh, ask.now))
    }

    fn refreshed(&mut self, ask: &Ask<'_>) -> Result<Value, Refusal> {
        let client = self.authenticated(ask)?;
        let text = ask.form.need("refresh_token")?;
        let found = self.refresh.iter().find(|t| t.token == text).cloned().ok_or_else(Refusal::dead)?;
        if found.client != client {
            return Err(Refusal::new("unauthorized_client", "Unauthorized"));
        }
        if found.revoked || self.aged(&found, ask.now) {
            return Err(Refusal::dead());
        }
        let scopes = match ask.form.get("scope") {
            None => found.scopes.clone(),
            Some(wanted) => {
                let wanted: BTreeSet<String> = wanted.split_ascii_whitespace().map(str::to_owned).collect();
                if !wanted.is_subset(&found.scopes) {
                    return Err(Refusal::new("invalid_scope", "Some requested scopes were invalid."));
                }
                wanted
            }
        };
        self.refresh.iter_mut().filter(|t| t.token == text).for_each(|t| t.used_at = Some(ask.now));
        let rotated = self.rotate.then(|| {
            let next = self.give_refresh(&client, found.scopes.clone(), ask.now);
            // The consent is as old as it was.
            self.refresh.iter_mut().filter(|t| t.token == next).for_each(|t| t.issued_at = found.issued_at);
            self.revoke(|t| t.token == text);
            next
        });
        let of = rotated.clone().unwrap_or_else(|| text.to_owned());
        Ok(self.answer(scopes, rotated, Some(of), ask.now))
    }

    fn answer(&mut self, scopes: BTreeSet<String>, refresh: Option<String>, of: Option<String>, now: Timestamp) -> Value {
        let scope = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let token = self.give_access(scopes, of, now);
        let mut answer = json!({"access_token": token, "expires_in": self.access_seconds, "scope": scope, "token_type": "Bearer"});
        if let (Some(refresh), Some(object)) = (refresh, answer.as_object_mut()) {
            object.insert("refresh_token".into(), json!(refresh));
            if self.testing {
                object.insert("refresh_token_expires_in".into(), json!(604_799));
            }
        }
        answer
    }
}
