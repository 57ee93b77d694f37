use http::StatusCode;
use serde_json::json;

/// Why there is no answer: a status and free text, as Gong's errors have no codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Refusal { status, text: text.into() }
    }

    /// The request is malformed.
    pub(crate) fn malformed(text: impl Into<String>) -> Self {
        Refusal::new(StatusCode::BAD_REQUEST, text)
    }

    /// A body that is not what the path takes: a wrong type, an unknown word of an enumeration.
    pub(crate) fn json() -> Self {
        Refusal::malformed("Json parse error")
    }

    /// Nothing found, which Gong says with 404.
    pub(crate) fn nothing(text: &str) -> Self {
        Refusal::new(StatusCode::NOT_FOUND, text)
    }

    pub(crate) fn scope(scope: &str) -> Self {
        Refusal::new(StatusCode::FORBIDDEN, format!("Access denied: the scope '{scope}' is missing"))
    }

    /// `ErrorResponse` of the document.
    pub(crate) fn body(&self, request_id: &str) -> String {
        json!({"requestId": request_id, "errors": [self.text]}).to_string()
    }
}
