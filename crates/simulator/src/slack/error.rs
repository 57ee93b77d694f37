use std::borrow::Cow;

use serde_json::{Value, json};

/// A refusal in Slack's words: HTTP 200 and `ok: false`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: Cow<'static, str>,
    pub(crate) needed: Option<(String, String)>,
    pub(crate) messages: Vec<String>,
}

impl Refusal {
    pub(crate) fn new(error: impl Into<Cow<'static, str>>) -> Self {
        Refusal { error: error.into(), needed: None, messages: Vec::new() }
    }

    /// `invalid_arguments` with what is wrong, in the form `[ERROR] ...`.
    pub(crate) fn arguments(messages: Vec<String>) -> Self {
        Refusal { error: "invalid_arguments".into(), needed: None, messages }
    }

    /// `missing_scope` with the scope needed and those provided.
    pub(crate) fn scope(needed: impl Into<String>, provided: String) -> Self {
        Refusal { error: "missing_scope".into(), needed: Some((needed.into(), provided)), messages: Vec::new() }
    }

    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = json!({"ok": false, "error": self.error});
        if let (Some((needed, provided)), Value::Object(o)) = (&self.needed, &mut body) {
            o.insert("needed".into(), json!(needed));
            o.insert("provided".into(), json!(provided));
        }
        if let (false, Value::Object(o)) = (self.messages.is_empty(), &mut body) {
            o.insert("response_metadata".into(), json!({"messages": self.messages}));
        }
        serde_json::to_vec(&body).unwrap_or_default()
    }
}
