use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{Google, full_scope, key, names::AUDIENCE, refusal::Refusal, token::Ask};

/// The longest time an assertion may be good for: "the expiration time of the assertion … has a maximum of 1 hour".
const MAX_SECONDS: i64 = 3600;
/// How far clocks may differ.
const SKEW_SECONDS: i64 = 60;

impl Google {
    /// The scopes that an assertion of a service account is good for.
    pub(super) fn judge(&self, ask: &Ask<'_>) -> Result<BTreeSet<String>, Refusal> {
        let text = ask.form.need("assertion")?;
        let malformed = || Refusal::grant("Invalid JWT: Token must be a JSON Web Token.");
        let mut parts = text.split('.');
        let (Some(head), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(malformed());
        };
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| malformed());
        let object = |part: &str| serde_json::from_slice::<Value>(&decoded(part)?).map_err(|_| malformed());
        let (header, body) = (object(head)?, object(claims)?);
        let word = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if word(&header, "alg") != "RS256" {
            return Err(Refusal::grant("Invalid JWT: Only RS256 is supported."));
        }
        let issuer = word(&body, "iss");
        let account = self.services.iter().find(|s| s.client_email == issuer);
        let account = account.ok_or_else(|| Refusal::grant("Invalid grant: account not found"))?;
        if !key::verifies(&account.public_key, &format!("{head}.{claims}"), &decoded(signature)?) {
            return Err(Refusal::grant("Invalid JWT Signature."));
        }
        let audience = word(&body, "aud");
        if audience != AUDIENCE && audience != ask.own {
            return Err(Refusal::grant("Invalid JWT: Failed audience check. The right audience is the token endpoint."));
        }
        let second = |name: &str| body.get(name).and_then(Value::as_i64);
        let now = ask.now.as_second();
        let fine = match (second("iat"), second("exp")) {
            (Some(iat), Some(exp)) => {
                iat <= now + SKEW_SECONDS
                    && now < exp + SKEW_SECONDS
                    && exp > iat
                    && exp - iat <= MAX_SECONDS
                    && exp <= now + MAX_SECONDS + SKEW_SECONDS
            }
            _ => false,
        };
        if !fine {
            return Err(Refusal::grant(
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.",
            ));
        }
        let wanted: BTreeSet<String> = word(&body, "scope").split_ascii_whitespace().map(str::to_owned).collect();
        if wanted.is_empty() {
            return Err(Refusal::new("invalid_scope", "Invalid OAuth scope or ID token audience provided."));
        }
        let allowed: BTreeSet<String> = account.scopes.iter().map(|s| full_scope(s)).collect();
        let subject = word(&body, "sub").to_lowercase();
        let inside = subject.rsplit_once('@').is_some_and(|(_, domain)| domain == account.domain);
        // Without a subject it would act as itself, and has no mailbox.
        if !inside || !wanted.is_subset(&allowed) {
            return Err(Refusal::new(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.",
            ));
        }
        if subject != ask.mailbox {
            return Err(Refusal::grant("Invalid email or User ID"));
        }
        Ok(wanted)
    }
}
