use std::collections::BTreeMap;

use http::{HeaderMap, Method, header::CONTENT_TYPE};
use serde_json::Value;

use super::error::Refusal;
use crate::wire::Incoming;

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
    /// An object or array: plain in a JSON body, as text elsewhere.
    Json,
}

/// A call's arguments, wherever they stood: query, form or JSON body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Args {
    values: BTreeMap<String, Value>,
    /// `token` of a form body.
    pub(crate) form_token: Option<String>,
    /// The body was JSON.
    pub(crate) json: bool,
    /// It was JSON without a charset, which Slack answers with a warning.
    pub(crate) missing_charset: bool,
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (String, Value)> {
    url::form_urlencoded::parse(text).map(|(k, v)| (k.into_owned(), Value::String(v.into_owned())))
}

impl Args {
    /// Reads query and body.
    pub(crate) fn read(request: &Incoming) -> Result<Self, Refusal> {
        let mut args = Args { values: pairs(request.query.as_bytes()).collect(), ..Args::default() };
        // A token in the query string: no app made since 2021 may send one there, so it counts for nothing.
        args.values.remove("token");
        if request.verb == Method::GET || request.body.is_empty() {
            return Ok(args);
        }
        let (kind, charset) = content_type(&request.headers)?;
        if charset.is_some_and(|c| !c.eq_ignore_ascii_case("utf-8") && !c.eq_ignore_ascii_case("utf8")) {
            return Err(Refusal::new("invalid_charset"));
        }
        match kind.as_str() {
            "application/x-www-form-urlencoded" => {
                if std::str::from_utf8(&request.body).is_err() {
                    return Err(Refusal::new("invalid_form_data"));
                }
                args.values.extend(pairs(&request.body));
                args.form_token = args.values.remove("token").and_then(|t| t.as_str().map(str::to_owned));
            }
            "application/json" => {
                args.json = true;
                args.missing_charset = charset_of(&request.headers).is_none();
                match serde_json::from_slice(&request.body) {
                    Ok(Value::Object(o)) => args.values.extend(o.into_iter().filter(|(_, v)| !v.is_null())),
                    Ok(_) => return Err(Refusal::new("json_not_object")),
                    Err(_) => return Err(Refusal::new("invalid_json")),
                }
                args.values.remove("token");
            }
            _ => return Err(Refusal::new("invalid_post_type")),
        }
        Ok(args)
    }

    /// Checks names, presence and types against what the method takes.
    pub(crate) fn check(&self, takes: &[(&str, Kind, bool)]) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        for (name, _, required) in takes {
            if *required && !self.values.contains_key(*name) {
                wrong.push(format!("[ERROR] missing required field: {name}"));
            }
        }
        for (name, value) in &self.values {
            match takes.iter().find(|(n, _, _)| n == name) {
                // Every method takes this one.
                None if name == "pretty" => {}
                None => wrong.push(format!("[ERROR] unrecognized argument: {name}")),
                Some((_, kind, _)) => {
                    if let Some(must) = ill_typed(value, *kind) {
                        wrong.push(format!("[ERROR] {must} [json-pointer:/{name}]"));
                    }
                }
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::arguments(wrong)) }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(Value::as_str)
    }

    /// The number; checked before by [`check`](Self::check).
    pub(crate) fn int(&self, name: &str) -> Option<i64> {
        let value = self.values.get(name)?;
        value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        match self.values.get(name) {
            Some(Value::Bool(b)) => *b,
            Some(Value::Number(n)) => n.as_i64() == Some(1),
            Some(Value::String(s)) => s == "1" || s.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// An argument that is JSON: as it stands in a JSON body, parsed from text else. `Err` if the text is not JSON.
    pub(crate) fn json(&self, name: &str) -> Result<Option<Value>, ()> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(s)) if s.trim().is_empty() => Ok(None),
            Some(Value::String(s)) => serde_json::from_str(s).map(Some).map_err(|_| ()),
            Some(v) => Ok(Some(v.clone())),
        }
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.values.keys().cloned().collect()
    }

    /// All arguments but the cursor, in a fixed order: what a cursor is bound to.
    pub(crate) fn without_cursor(&self) -> String {
        let mut text = String::new();
        for (k, v) in self.values.iter().filter(|(k, _)| *k != "cursor") {
            text.push_str(k);
            text.push('=');
            match v {
                Value::String(s) => text.push_str(s),
                other => text.push_str(&other.to_string()),
            }
            text.push('\n');
        }
        text
    }
}

fn ill_typed(value: &Value, kind: Kind) -> Option<&'static str> {
    let good = match (kind, value) {
        (Kind::Json, _) | (Kind::Text, Value::String(_)) | (Kind::Bool, Value::Bool(_)) => true,
        (Kind::Int, Value::Number(n)) => n.is_i64(),
        (Kind::Int, Value::String(s)) => s.trim().parse::<i64>().is_ok(),
        (Kind::Bool, Value::Number(n)) => matches!(n.as_i64(), Some(0 | 1)),
        (Kind::Bool, Value::String(s)) => ["0", "1", "true", "false", ""].iter().any(|b| s.eq_ignore_ascii_case(b)),
        _ => false,
    };
    match kind {
        _ if good => None,
        Kind::Int => Some("must be an integer"),
        Kind::Bool => Some("must be a boolean"),
        Kind::Text | Kind::Json => Some("must provide a string"),
    }
}

fn content_type(headers: &HeaderMap) -> Result<(String, Option<String>), Refusal> {
    let Some(value) = headers.get(CONTENT_TYPE) else { return Err(Refusal::new("missing_post_type")) };
    let Ok(value) = value.to_str() else { return Err(Refusal::new("invalid_post_type")) };
    let kind = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    Ok((kind, charset_of(headers)))
}

fn charset_of(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let parameter = value.split(';').skip(1).find_map(|p| p.trim().strip_prefix("charset="))?;
    Some(parameter.trim_matches('"').to_owned())
}
