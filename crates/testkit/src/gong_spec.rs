//! Requests and answers against Gong's OpenAPI document: what a client of ours sends and what the double answers have to fit it.
//!
//! The document of 2026 has its types in an array `types` where JSON Schema wants `type`; the one of 2024 has both, and shows that they
//! mean the same ([`GongSpec::disagreements`]). Neither is part of this repository: they are looked for beside it, in `../shared/specs`.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::Validator;
use serde_json::{Map, Value, json};

/// Gong's OpenAPI document.
pub struct GongSpec {
    document: Value,
    older: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Whether nulls are fine, and what else.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What we send: strictly what is declared.
    Request,
    /// What Gong sends: "nulls are common", whatever the type.
    Answer,
}

/// An operation of the document, found by a request's verb and path.
struct Operation<'d> {
    name: String,
    declared: &'d Value,
}

impl GongSpec {
    /// The document, if it is there. If not, this says on standard error that a test was skipped.
    pub fn load() -> Option<GongSpec> {
        Some(GongSpec { document: read("gong-openapi.json")?, older: read("gong-openapi-2024-02.json")?, validators: Mutex::default() })
    }

    fn operation(&self, verb: &str, path: &str) -> Option<Operation<'_>> {
        let paths = self.document.get("paths")?.as_object()?;
        let template = paths.contains_key(path).then_some(path).or_else(|| paths.keys().map(String::as_str).find(|t| fits(t, path)))?;
        let declared = paths.get(template)?.get(verb.to_lowercase())?;
        Some(Operation { name: format!("{verb} {template}"), declared })
    }

    /// What is wrong with a request: `path` as Gong has it (`/v2/calls`), `query` as it was sent, without `?`, and the body.
    pub fn request(&self, verb: &str, path: &str, query: &str, body: &str) -> Vec<String> {
        let Some(operation) = self.operation(verb, path) else { return vec![format!("{verb} {path} is not in the document")] };
        let mut wrong = parameters(&operation, query);
        let schema = operation.declared.pointer("/requestBody/content/application~1json/schema");
        match (schema, body) {
            (None, "") => {}
            (None, _) => wrong.push("a body where none is declared".into()),
            (Some(schema), _) => match serde_json::from_str::<Value>(body) {
                Ok(value) => {
                    wrong.extend(self.errors(&operation.name, schema, Side::Request, &value));
                    in_words(&value, "", &mut wrong);
                }
                Err(error) => wrong.push(format!("the body is no JSON: {error}")),
            },
        }
        wrong.into_iter().map(|w| format!("{}: {w}", operation.name)).collect()
    }

    /// What is wrong with an answer: its status is not declared for the path, a field is not, or has another type, or one of the outermost
    /// is missing. Bodies of undeclared errors are compared with `ErrorResponse`.
    pub fn answer(&self, verb: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let Some(operation) = self.operation(verb, path) else { return vec![format!("{verb} {path} is not in the document")] };
        let mut wrong = Vec::new();
        let declared = operation.declared.get("responses").and_then(|r| r.get(status.to_string()));
        let error = json!({"$ref": "#/components/schemas/ErrorResponse"});
        if declared.is_none() {
            wrong.push(format!("the status {status} is not declared"));
        }
        let schema = declared.and_then(|d| d.pointer("/content/application~1json/schema")).unwrap_or(&error);
        wrong.extend(self.errors(&format!("{} {status}", operation.name), schema, Side::Answer, body));
        let root = schema.get("$ref").and_then(Value::as_str).and_then(|r| self.document.pointer(r.trim_start_matches('#')));
        for field in root.and_then(|r| r.get("properties")).and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            if body.get(field).is_none_or(Value::is_null) {
                wrong.push(format!("`{field}` is missing"));
            }
        }
        wrong.into_iter().map(|w| format!("{}: {w}", operation.name)).collect()
    }

    fn errors(&self, name: &str, schema: &Value, side: Side, value: &Value) -> Vec<String> {
        let validator = {
            let mut all = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
            let key = format!("{name} {}", side == Side::Answer);
            Arc::clone(all.entry(key).or_insert_with(|| Arc::new(self.validator(schema, side))))
        };
        validator
            .iter_errors(value)
            .map(|e| format!("{}: {}", e.instance_path(), e.to_string().chars().take(300).collect::<String>()))
            .collect()
    }

    fn validator(&self, schema: &Value, side: Side) -> Validator {
        let mut root = translated(schema, side);
        let mut schemas = Map::new();
        for (name, schema) in self.document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten() {
            let mut schema = translated(schema, side);
            // The document has `timing` on the objects only; a client that was seen insists on it one level up, and the double gives both.
            if side == Side::Answer
                && ["CallContextDto", "PartyContextDto"].contains(&name.as_str())
                && let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut)
            {
                properties.insert("timing".into(), json!({"enum": ["Now", "TimeOfCall"]}));
            }
            schemas.insert(name.clone(), schema);
        }
        if let Some(root) = root.as_object_mut() {
            root.insert("components".into(), json!({"schemas": schemas}));
            root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        }
        jsonschema::options().should_validate_formats(true).build(&root).expect("the document's schemas are schemas")
    }

    /// Fields that both documents have, with different types.
    pub fn disagreements(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let schemas = |document: &Value| document.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default();
        let older = schemas(&self.older);
        for (name, schema) in schemas(&self.document) {
            let fields = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
            for (field, now) in fields {
                let Some(then) = older.get(&name).and_then(|s| s.get("properties")).and_then(|p| p.get(&field)) else { continue };
                let (new, old) = (translated(&now, Side::Request), then.get("type").cloned());
                if new.get("type") != old.as_ref() {
                    wrong.push(format!("{name}.{field}: {:?} and {old:?}", new.get("type")));
                }
            }
        }
        wrong
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn read(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs").join(name);
    let Ok(text) = std::fs::read(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    };
    Some(serde_json::from_slice(&text).expect("the document is JSON"))
}

/// Whether `/v2/calls/{id}` leads to `/v2/calls/42`.
fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len() && template.iter().zip(&path).all(|(t, p)| t == p || (t.starts_with('{') && !p.is_empty()))
}

/// A schema of the document as JSON Schema has it. Where fields are listed, others are errors.
fn translated(schema: &Value, side: Side) -> Value {
    let Some(schema) = schema.as_object() else { return schema.clone() };
    let mut out = Map::new();
    for (key, value) in schema {
        match key.as_str() {
            "types" => {
                let kinds: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let kind = match (kinds.as_slice(), side) {
                    ([kind], Side::Request) => json!(kind),
                    // A word of an enumeration is never null.
                    ([kind], Side::Answer) if schema.contains_key("enum") => json!(kind),
                    (kinds, _) => json!(kinds.iter().copied().chain((side == Side::Answer).then_some("null")).collect::<Vec<_>>()),
                };
                out.insert("type".into(), kind);
            }
            "type" if schema.contains_key("types") => {}
            "properties" => {
                let fields = value.as_object().into_iter().flatten();
                out.insert(key.clone(), Value::Object(fields.map(|(k, v)| (k.clone(), translated(v, side))).collect()));
                if !schema.contains_key("additionalProperties") {
                    out.insert("additionalProperties".into(), json!(false));
                }
            }
            "items" | "additionalProperties" => _ = out.insert(key.clone(), translated(value, side)),
            "$ref" | "required" | "enum" | "uniqueItems" | "minLength" | "maxLength" | "minimum" | "maxItems" => {
                out.insert(key.clone(), value.clone());
            }
            "format" if value == "date-time" => _ = out.insert(key.clone(), value.clone()),
            _ => {}
        }
    }
    Value::Object(out)
}

/// What is wrong with a query.
fn parameters(operation: &Operation<'_>, query: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    let declared: Vec<&Value> = operation.declared.get("parameters").and_then(Value::as_array).into_iter().flatten().collect();
    let text = |p: &Value, key: &str| p.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if !seen.insert(name.to_string()) {
            wrong.push(format!("`{name}` is there twice"));
        }
        let Some(parameter) = declared.iter().find(|p| text(p, "in") == "query" && text(p, "name") == name) else {
            wrong.push(format!("the parameter `{name}` is not declared"));
            continue;
        };
        let kind = parameter.pointer("/schema/types/0").and_then(Value::as_str).unwrap_or("string");
        let fine = match kind {
            "boolean" => value == "true" || value == "false",
            "integer" => value.parse::<i64>().is_ok(),
            _ => !value.is_empty(),
        };
        if !fine {
            wrong.push(format!("`{name}` is no {kind}: {value:?}"));
        }
        in_words(&json!(value), &name, &mut wrong);
    }
    for parameter in declared.iter().filter(|p| text(p, "in") == "query" && p.get("required") == Some(&json!(true))) {
        if !seen.contains(&text(parameter, "name")) {
            wrong.push(format!("`{}` is missing", text(parameter, "name")));
        }
    }
    wrong
}

/// What the document demands in words only.
fn in_words(value: &Value, key: &str, wrong: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let on = |name: &str| object.get(name) == Some(&json!(true));
            if object.contains_key("contextTiming") && object.get("context") != Some(&json!("Extended")) {
                wrong.push("`contextTiming` without `context` \"Extended\"".into());
            }
            if on("trackerOccurrences") && !on("trackers") {
                wrong.push("`trackerOccurrences` without `trackers`".into());
            }
            if object.contains_key("pointsOfInterest") {
                wrong.push("`pointsOfInterest` is deprecated".into());
            }
            object.iter().for_each(|(k, v)| in_words(v, k, wrong));
        }
        Value::Array(items) => items.iter().for_each(|v| in_words(v, key, wrong)),
        Value::String(text) => {
            let id = (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            let fine = match key {
                "callIds" | "primaryUserIds" | "userIds" | "workspaceId" => id,
                "fromDateTime" | "toDateTime" | "createdFromDateTime" | "createdToDateTime" => {
                    text.as_bytes().get(10) == Some(&b'T') && text.parse::<jiff::Timestamp>().is_ok()
                }
                "fromDate" | "toDate" => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
                _ => true,
            };
            if !fine {
                wrong.push(format!("`{key}` has not the form that it must have: {text:?}"));
            }
        }
        _ => {}
    }
}
