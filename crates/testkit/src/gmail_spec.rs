//! Requests and answers against Gmail's discovery document: what a client of ours sends and what the double answers have to fit it.
//!
//! The document is not a part of this repository: it is looked for beside it, in `../shared/specs`. What it says in words only (the largest
//! `maxResults`, what is required) is checked too, and errors, which it does not declare, against the shape that all of Google's JSON
//! interfaces share.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Gmail's discovery document.
pub struct GmailSpec {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl GmailSpec {
    /// The document, if it is there. If not, this says on standard error that a test was skipped.
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    pub fn load() -> Option<GmailSpec> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs/gmail-discovery.json");
        let Ok(text) = std::fs::read(&path) else {
            eprintln!("SKIPPED: {} is not there", path.display());
            return None;
        };
        Some(GmailSpec { document: serde_json::from_slice(&text).expect("the document is JSON"), validators: Mutex::default() })
    }

    /// The method's id in the document (`gmail.users.messages.get`), if verb and path are one.
    pub fn method_id(&self, verb: &str, path: &str) -> Option<String> {
        self.method(verb, path).map(name)
    }

    /// The method that a verb and path are; of two that fit, the one with fewer names in its path.
    fn method(&self, verb: &str, path: &str) -> Option<&Value> {
        let mut all = Vec::new();
        methods(self.document.get("resources")?, &mut all);
        all.retain(|m| text(m, "httpMethod") == verb && fits(&text(m, "path"), path.trim_start_matches('/')));
        all.into_iter().min_by_key(|m| text(m, "path").matches('{').count())
    }

    /// What is wrong with a request: `path` as Gmail has it (`/gmail/v1/users/me/messages`), `query` as it was sent, without `?`, and the
    /// body.
    pub fn request(&self, verb: &str, path: &str, query: &str, body: &str) -> Vec<String> {
        let Some(method) = self.method(verb, path) else { return vec![format!("{verb} {path} is not in the document")] };
        let mut wrong = self.parameters(method, query);
        match (method.get("request"), body) {
            (None, "") => {}
            (None, _) => wrong.push("a body where none is declared".into()),
            (Some(schema), _) => match serde_json::from_str::<Value>(body) {
                Ok(value) => wrong.extend(self.errors(schema, &value)),
                Err(error) => wrong.push(format!("the body is no JSON: {error}")),
            },
        }
        wrong.into_iter().map(|w| format!("{}: {w}", name(method))).collect()
    }

    /// What is wrong with an answer; the body is null where there is none.
    pub fn answer(&self, verb: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(method) = self.method(verb, path) else { return vec![format!("{verb} {path} is not in the document")] };
        let wrong = match (status, method.get("response")) {
            (200, Some(schema)) => self.errors(schema, body),
            (204, None) if body.is_null() => Vec::new(),
            (400.., _) => error_shape(status, body),
            _ => vec![format!("the status {status} with this body is not declared")],
        };
        wrong.into_iter().map(|w| format!("{}: {w}", name(method))).collect()
    }

    fn errors(&self, schema: &Value, value: &Value) -> Vec<String> {
        let name = text(schema, "$ref");
        let validator = {
            let mut all = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(name.clone()).or_insert_with(|| Arc::new(self.validator(&name))))
        };
        validator
            .iter_errors(value)
            .map(|e| format!("{}: {}", e.instance_path(), e.to_string().chars().take(300).collect::<String>()))
            .collect()
    }

    fn validator(&self, name: &str) -> Validator {
        let schemas = self.document.get("schemas").and_then(Value::as_object).into_iter().flatten();
        let all: Map<String, Value> = schemas.map(|(name, schema)| (name.clone(), translated(schema))).collect();
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": format!("#/$defs/{name}"), "$defs": all,
        });
        jsonschema::options().build(&root).expect("the document's schemas are schemas")
    }

    fn parameters(&self, method: &Value, query: &str) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut seen = BTreeSet::new();
        let declared = |name: &str| {
            let own = method.get("parameters").and_then(|p| p.get(name));
            own.or_else(|| self.document.get("parameters")?.get(name)).filter(|p| text(p, "location") == "query")
        };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let Some(parameter) = declared(&name) else {
                wrong.push(format!("the parameter `{name}` is not declared"));
                continue;
            };
            if !seen.insert(name.to_string()) && parameter.get("repeated") != Some(&json!(true)) {
                wrong.push(format!("`{name}` is there twice"));
            }
            let kind = (text(parameter, "type"), text(parameter, "format"));
            let fine = match (kind.0.as_str(), kind.1.as_str()) {
                ("boolean", _) => value == "true" || value == "false",
                ("integer", _) => value.parse::<u32>().is_ok_and(|n| name != "maxResults" || (1..=500).contains(&n)),
                (_, "uint64") => value.parse::<u64>().is_ok(),
                _ => !value.is_empty(),
            };
            let words = parameter.get("enum").and_then(Value::as_array);
            if !fine || words.is_some_and(|words| !words.contains(&json!(value))) {
                wrong.push(format!("`{name}` is no {}: {value:?}", kind.0));
            }
        }
        for (name, parameter) in method.get("parameters").and_then(Value::as_object).into_iter().flatten() {
            // One is required in words only.
            let required = text(parameter, "description").starts_with("Required.") || parameter.get("required") == Some(&json!(true));
            if required && text(parameter, "location") == "query" && !seen.contains(name) {
                wrong.push(format!("`{name}` is missing"));
            }
        }
        wrong
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn name(method: &Value) -> String {
    text(method, "id")
}

/// All methods of all resources.
fn methods<'d>(resources: &'d Value, into: &mut Vec<&'d Value>) {
    for resource in resources.as_object().into_iter().flat_map(Map::values) {
        into.extend(resource.get("methods").and_then(Value::as_object).into_iter().flat_map(Map::values));
        if let Some(below) = resource.get("resources") {
            methods(below, into);
        }
    }
}

/// Whether `a/{id}/b` leads to `a/42/b`.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t == p || (t.starts_with('{') && !p.is_empty()))
}

/// A schema of the document as JSON Schema has it: fields that are not listed are errors, and numbers of 64 bits are texts.
fn translated(schema: &Value) -> Value {
    let Some(schema) = schema.as_object() else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in schema {
        match key.as_str() {
            "$ref" => _ = out.insert(key.clone(), json!(format!("#/$defs/{}", value.as_str().unwrap_or_default()))),
            "type" | "enum" => _ = out.insert(key.clone(), value.clone()),
            "items" | "additionalProperties" => _ = out.insert(key.clone(), translated(value)),
            "properties" => {
                let fields = value.as_object().into_iter().flatten();
                out.insert(key.clone(), Value::Object(fields.map(|(k, v)| (k.clone(), translated(v))).collect()));
                out.insert("additionalProperties".into(), json!(false));
            }
            "format" => {
                let pattern = match value.as_str().unwrap_or_default() {
                    "uint64" => Some("^(0|[1-9][0-9]{0,19})$"),
                    "int64" => Some("^-?(0|[1-9][0-9]{0,18})$"),
                    "byte" => Some("^[A-Za-z0-9_-]*={0,2}$"),
                    _ => None,
                };
                if let Some(pattern) = pattern {
                    out.insert("pattern".into(), json!(pattern));
                } else if value == "uint32" || value == "int32" {
                    out.insert("minimum".into(), json!(if value == "uint32" { 0 } else { i64::from(i32::MIN) }));
                    out.insert("maximum".into(), json!(if value == "uint32" { i64::from(u32::MAX) } else { i64::from(i32::MAX) }));
                }
            }
            _ => {}
        }
    }
    Value::Object(out)
}

/// What is wrong with an error's body.
fn error_shape(status: u16, body: &Value) -> Vec<String> {
    let Some(error) = body.get("error").and_then(Value::as_object).filter(|_| body.as_object().is_some_and(|b| b.len() == 1)) else {
        return vec![format!("an error has the field `error` and no other: {body}")];
    };
    let mut wrong = Vec::new();
    if error.get("code") != Some(&json!(status)) {
        wrong.push(format!("`code` is not the status {status}"));
    }
    if error.get("message").is_none_or(|m| m.as_str().is_none_or(str::is_empty)) {
        wrong.push("`message` is missing".into());
    }
    for key in error.keys().filter(|k| !["code", "message", "errors", "status", "details"].contains(&k.as_str())) {
        wrong.push(format!("`{key}` is no field of an error"));
    }
    let all = error.get("errors").and_then(Value::as_array).cloned().unwrap_or_default();
    let whole = |e: &Value| ["message", "domain", "reason"].iter().all(|k| e.get(k).is_some_and(Value::is_string));
    if all.is_empty() || !all.iter().all(whole) {
        wrong.push("`errors` holds objects of message, domain and reason".into());
    }
    if error.get("status").is_some_and(|s| !s.as_str().is_some_and(|s| s.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))) {
        wrong.push("`status` is a word in capitals".into());
    }
    wrong
}
