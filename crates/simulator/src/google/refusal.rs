use http::{StatusCode, header::CACHE_CONTROL};
use serde_json::json;

use crate::wire::Outgoing;

/// Why the token endpoint gives nothing: an error of RFC 6749 and words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) error: String,
    pub(crate) text: String,
}

impl Refusal {
    pub(super) fn new(error: &str, text: impl Into<String>) -> Self {
        let status = match error {
            "invalid_client" | "unauthorized_client" => StatusCode::UNAUTHORIZED,
            "internal_failure" => StatusCode::INTERNAL_SERVER_ERROR,
            "rate_limit_exceeded" => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::BAD_REQUEST,
        };
        Refusal { status, error: error.to_owned(), text: text.into() }
    }

    pub(super) fn request(text: impl Into<String>) -> Self {
        Refusal::new("invalid_request", text)
    }

    pub(super) fn grant(text: impl Into<String>) -> Self {
        Refusal::new("invalid_grant", text)
    }

    /// The one text for every refresh token that does not work (any more).
    pub(super) fn dead() -> Self {
        Refusal::grant("Token has been expired or revoked.")
    }

    pub(super) fn out(&self) -> Outgoing {
        let body = json!({"error": self.error, "error_description": self.text}).to_string();
        Outgoing::json(self.status, body).header(CACHE_CONTROL, "no-cache, no-store, max-age=0, must-revalidate")
    }
}
