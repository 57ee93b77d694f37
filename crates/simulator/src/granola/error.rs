use std::borrow::Cow;

use http::StatusCode;
use serde_json::json;

/// Why a request is refused. Failure is always an HTTP status; the body has a `code`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: Cow<'static, str>,
    pub(super) message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Refusal { status, code: code.into(), message: message.into() }
    }

    /// 400: a parameter is not what it must be.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Refusal::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", message)
    }

    /// 401: no key, or one that is not good (any more).
    pub(super) fn key() -> Self {
        Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Invalid or missing API key")
    }

    /// 404: no such note, one that this key does not see, or one that is not finished. The three can't be told apart.
    pub(super) fn note() -> Self {
        Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Note not found")
    }

    /// 404: nothing is served at this path.
    pub(super) fn path() -> Self {
        Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", "Not found")
    }

    /// 405: the path exists, but not with this verb.
    pub(super) fn verb() -> Self {
        Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "Method not allowed")
    }

    /// 413: the transcript must be read in pages.
    pub(super) fn too_large() -> Self {
        let message = "The transcript is too large to include; read it with GET /v1/notes/{note_id}/transcript";
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "TRANSCRIPT_TOO_LARGE", message)
    }

    /// 429.
    pub(super) fn limited() -> Self {
        Refusal::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", "Too many requests")
    }

    /// 500.
    pub(super) fn internal() -> Self {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Something went wrong")
    }

    /// A scenario's error: the vendor's code with its status, or any other word as 400.
    pub(super) fn word(code: &str) -> Self {
        let known = [
            Refusal::key(),
            Refusal::note(),
            Refusal::too_large(),
            Refusal::limited(),
            Refusal::internal(),
            Refusal::new(StatusCode::FORBIDDEN, "FORBIDDEN", "Not allowed for this API key"),
        ];
        let message = "As the scenario wants it";
        known.into_iter().find(|k| k.code == code).unwrap_or(Refusal {
            status: StatusCode::BAD_REQUEST,
            code: code.to_owned().into(),
            message: message.into(),
        })
    }

    /// The body. Only the code is documented; the message is likely.
    pub(super) fn body(&self, message: bool) -> Vec<u8> {
        let body = if message { json!({"code": self.code, "message": self.message}) } else { json!({"code": self.code}) };
        serde_json::to_vec(&body).unwrap_or_default()
    }
}
