//! The double's replies against Slack's own descriptions: the JSON schemas of 2021 and the field names and types of `@slack/web-api` 8.2.0.

use std::{collections::BTreeMap, path::PathBuf};

use sales_simulator::World;
use serde_json::{Map, Value, json};

use crate::common::Lab;

fn spec(name: &str) -> Option<Value> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/specs").join(name);
    match std::fs::read(&path) {
        Ok(text) => Some(serde_json::from_slice(&text).unwrap()),
        Err(_) => {
            #[expect(clippy::print_stderr, reason = "a skipped test says so")]
            {
                eprintln!("SKIPPED: {} is not there", path.display());
            }
            None
        }
    }
}

/// A reply of every method, from the tiny world and from the samples: (method, reply).
async fn replies() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    tiny(&mut all).await;
    samples(&mut all).await;
    all
}

async fn tiny(all: &mut Vec<(String, Value)>) {
    let lab = Lab::tiny().await;
    let general = ("channel", "C0GENERAL1");
    let thread = ("ts", "1710493200.000100");
    let mut ask = async |token: &str, method: &str, args: &[(&str, &str)]| {
        let reply = lab.get_as(token, method, args).await.json();
        assert_eq!(reply["ok"], true, "{method}: {reply}");
        all.push((method.to_owned(), reply.clone()));
        reply
    };
    let bot = "xoxb-tiny";
    ask(bot, "auth.test", &[]).await;
    ask("xoxp-tiny", "auth.test", &[]).await;
    ask(bot, "team.info", &[]).await;
    ask(bot, "team.info", &[("team", "T0FOREIGN1")]).await;
    ask(bot, "users.list", &[("limit", "2")]).await;
    ask(bot, "users.list", &[("include_locale", "true")]).await;
    for user in ["U0ALICE001", "U0BOTUSER1", "U0FRANZ001", "USLACKBOT"] {
        ask(bot, "users.info", &[("user", user), ("include_locale", "true")]).await;
    }
    ask(bot, "users.lookupByEmail", &[("email", "bruno@tiny.example")]).await;
    ask(bot, "bots.info", &[("bot", "B0TINYBOT1")]).await;
    ask(bot, "bots.info", &[("bot", "B0CLASSIC1")]).await;
    let types = ("types", "public_channel,private_channel,mpim,im");
    ask(bot, "conversations.list", &[types]).await;
    ask(bot, "users.conversations", &[types, ("limit", "2")]).await;
    for channel in ["C0GENERAL1", "C0SHARED01", "C0PRIVATE1", "C0OLD00001", "D0DIRECT01"] {
        ask(bot, "conversations.info", &[("channel", channel), ("include_num_members", "true"), ("include_locale", "true")]).await;
        ask(bot, "conversations.history", &[("channel", channel), ("include_all_metadata", "true")]).await;
    }
    ask(bot, "conversations.history", &[general, ("limit", "1")]).await;
    ask(bot, "conversations.replies", &[general, thread]).await;
    ask(bot, "conversations.members", &[general, ("limit", "1")]).await;
    ask(bot, "conversations.join", &[("channel", "C0NOTIN001")]).await;
    ask(bot, "conversations.join", &[("channel", "C0NOTIN001")]).await;
    ask("xoxp-tiny", "search.messages", &[("query", "pilot")]).await;
    ask("xoxp-tiny", "search.messages", &[("query", "nothing of the kind")]).await;
    ask(bot, "chat.getPermalink", &[general, ("message_ts", "1710493260.000200")]).await;
    let posted =
        ask(bot, "chat.postMessage", &[general, ("text", "one"), ("metadata", r#"{"event_type":"a","event_payload":{"b":1}}"#)]).await;
    let ts = posted["ts"].as_str().unwrap();
    ask(bot, "chat.postMessage", &[general, ("text", "two"), ("thread_ts", ts), ("reply_broadcast", "1")]).await;
    ask(bot, "chat.update", &[general, ("ts", ts), ("text", "three")]).await;
    ask(bot, "reactions.add", &[general, ("timestamp", ts), ("name", "tada")]).await;
    ask(bot, "chat.delete", &[general, ("ts", ts)]).await;
    ask(bot, "conversations.history", &[general]).await;
    let args = [
        ("client_id", "111.222"),
        ("client_secret", "tiny-secret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", "xoxe-tiny-refresh"),
    ];
    ask(bot, "oauth.v2.access", &args).await;
}

async fn samples(all: &mut Vec<(String, Value)>) {
    let lab = Lab::with(|o| o.world = World::sample().unwrap()).await;
    let token = |kind| lab.sim.world().read(|w| w.token(kind).unwrap().token.clone());
    let (bot, user) = (token(sales_simulator::TokenKind::Bot), token(sales_simulator::TokenKind::User));
    let mut ask = async |token: &str, method: &str, args: &[(&str, &str)]| {
        let reply = lab.get_as(token, method, args).await.json();
        assert_eq!(reply["ok"], true, "{method}: {reply}");
        all.push((method.to_owned(), reply.clone()));
        reply
    };
    ask(&bot, "auth.test", &[]).await;
    ask(&bot, "users.list", &[("limit", "1000")]).await;
    let channels = ask(&bot, "users.conversations", &[("types", "public_channel,private_channel"), ("limit", "999")]).await;
    ask(&bot, "conversations.list", &[("limit", "999")]).await;
    for channel in channels["channels"].as_array().unwrap() {
        let id = ("channel", channel["id"].as_str().unwrap());
        ask(&bot, "conversations.info", &[id]).await;
        let history = ask(&bot, "conversations.history", &[id, ("limit", "999"), ("include_all_metadata", "true")]).await;
        for message in history["messages"].as_array().unwrap().iter().filter(|m| m.get("reply_count").is_some()) {
            ask(&bot, "conversations.replies", &[id, ("ts", message["ts"].as_str().unwrap())]).await;
        }
    }
    ask(&user, "search.messages", &[("query", "the"), ("count", "100")]).await;
}

/// Slack's schemas use `items: [a, b]` where JSON Schema says `anyOf`, and forbid every field that did not exist in 2021. Names of fields are
/// checked against the newer list instead.
fn modern(schema: &Value) -> Value {
    match schema {
        Value::Object(o) => {
            let mut out: Map<String, Value> = o.iter().map(|(k, v)| (k.clone(), modern(v))).collect();
            if out.get("additionalProperties") == Some(&json!(false)) {
                out.remove("additionalProperties");
            }
            if let (Some(Value::Array(_)), None | Some(Value::Null)) = (out.get("items"), out.get("type")) {
                let options = out.remove("items").unwrap_or_default();
                out.insert("anyOf".into(), options);
            }
            Value::Object(out)
        }
        Value::Array(a) => Value::Array(a.iter().map(modern).collect()),
        other => other.clone(),
    }
}

#[tokio::test]
async fn replies_fit_the_published_schemas() {
    let Some(spec) = spec("slack_web_openapi_v2_trimmed.json") else { return };
    let spec = modern(&spec);
    let mut validators = BTreeMap::new();
    for (path, methods) in spec["paths"].as_object().unwrap() {
        let operation = methods.as_object().unwrap().values().next().unwrap();
        let mut schema = operation["responses"]["200"]["schema"].clone();
        schema["definitions"] = spec["definitions"].clone();
        schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
        validators.insert(path.trim_start_matches('/').to_owned(), jsonschema::validator_for(&schema).unwrap());
    }
    // The validators do find what is wrong.
    let broken = json!({"ok": true, "messages": [{"type": "message", "text": "x", "ts": "1.2"}], "has_more": false, "pin_count": 0,
        "channel_actions_ts": null, "channel_actions_count": 0});
    assert_eq!(validators["conversations.history"].iter_errors(&broken).count(), 1);
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    let mut checked = 0;
    for (method, reply) in replies().await {
        let validator = validators.get(&method).unwrap_or_else(|| panic!("no schema for {method}"));
        checked += 1;
        for error in validator.iter_errors(&reply) {
            let text = error.to_string();
            wrong.insert(
                format!("{method} {}", error.schema_path()),
                format!(
                    "{} {}",
                    error.instance_path(),
                    text.chars().rev().take(220).collect::<Vec<_>>().into_iter().rev().collect::<String>()
                ),
            );
        }
    }
    assert!(checked > 60, "{checked}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Fields the double sends that the newer list lacks, and why.
const UNLISTED: &[(&str, &str)] = &[
    ("conversations.history.messages[].name", "of channel_name: in the schema of 2021"),
    ("conversations.history.messages[].old_name", "of channel_name: in the schema of 2021"),
    ("conversations.info.channel.user", "of a direct message: listed for conversations.list"),
    ("conversations.info.channel.is_user_deleted", "of a direct message: listed for conversations.list"),
    ("conversations.info.channel.priority", "of a direct message: listed for conversations.list"),
    ("users.info.user.profile.fields", "null; required by the schema of 2021, listed for users.list"),
    ("users.lookupByEmail.user.profile.fields", "null; required by the schema of 2021, listed for users.list"),
];

/// The list was made from observed answers, so that one shape has several names. Each of these stands for all of its row.
const SAME: &[&[&str]] = &[
    // A rich text's sections stand one level higher than its lists, and share their leaves.
    &["Accessory", "AccessoryElement", "PurpleElement"],
    // A thread's first message as its broadcast replies carry it.
    &["FluffyRoot", "PurpleRoot", "Root"],
    // A message; broadcasts and tombstones come in replies as they do in histories.
    &["MessageElement", "FieldMessage"],
];

/// All fields of a type, with those of the types that are the same.
fn fields(name: &str, types: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut all = types.get(name)?.as_object()?.clone();
    for other in SAME.iter().filter(|row| row.contains(&name)).copied().flatten() {
        if let Some(Value::Object(more)) = types.get(*other) {
            for (key, kind) in more {
                all.entry(key).or_insert_with(|| kind.clone());
            }
        }
    }
    if name.starts_with("Accessory") {
        // Blocks of buttons have words for these, rich text has objects, and context blocks have texts.
        all.insert("style".into(), json!("string | Style"));
        all.insert("text".into(), json!("string | DescriptionElement"));
        all.insert("verbatim".into(), json!("boolean"));
    }
    Some(all)
}

/// The list's name of a method: `conversations.history` is `ConversationsHistory`.
fn listed(method: &str) -> String {
    method
        .split('.')
        .map(|part| part.chars().take(1).flat_map(char::to_uppercase).chain(part.chars().skip(1)).collect::<String>())
        .collect()
}

fn compare(value: &Value, kind: &str, types: &Map<String, Value>, path: &str, wrong: &mut BTreeMap<String, String>) {
    let mut fail = |what: &str| {
        wrong.entry(path.to_owned()).or_insert_with(|| format!("{what}: {}", value.to_string().chars().take(120).collect::<String>()));
    };
    match (kind, value) {
        (_, Value::Null) => {}
        ("string", v) if !v.is_string() => fail("no string"),
        ("number", v) if !v.is_number() => fail("no number"),
        ("boolean", v) if !v.is_boolean() => fail("no boolean"),
        ("string" | "number" | "boolean" | "any[]", _) => {}
        (union, v) if union.contains(" | ") => {
            let fits = |k: &str| {
                let mut inner = BTreeMap::new();
                compare(v, k, types, path, &mut inner);
                inner.is_empty()
            };
            if !union.split(" | ").any(fits) {
                fail("none of the union");
            }
        }
        (list, Value::Array(items)) if list.ends_with("[]") => {
            let kind = list.trim_end_matches("[]");
            items.iter().for_each(|i| compare(i, kind, types, &format!("{path}[]"), wrong));
        }
        (list, _) if list.ends_with("[]") => fail("no array"),
        (name, Value::Object(object)) => {
            let Some(known) = fields(name, types) else { return };
            for (key, v) in object {
                let at = format!("{path}.{key}");
                match known.get(key).and_then(Value::as_str) {
                    Some(kind) => compare(v, kind, types, &at, wrong),
                    None => {
                        wrong.entry(at).or_insert_with(|| format!("not listed: {}", v.to_string().chars().take(120).collect::<String>()));
                    }
                }
            }
        }
        // Names of string enumerations stand for strings.
        (_, v) if v.is_string() && !matches!(types.get(kind), Some(Value::Object(_))) => {}
        _ => fail("no object"),
    }
}

#[tokio::test]
async fn every_field_is_one_that_slack_sends() {
    let Some(spec) = spec("slack_response_shapes_webapi-8.2.0.json") else { return };
    // The comparison does find what is wrong.
    let types = spec["methods"]["ConversationsHistory"].as_object().unwrap();
    let mut found = BTreeMap::new();
    compare(&json!({"ok": "yes", "messages": [{"ts": 1.5, "surprise": 1}], "has_more": null}), "_response", types, "m", &mut found);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["m.messages[].surprise", "m.messages[].ts", "m.ok"]);
    let mut wrong = BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    for (method, reply) in replies().await {
        // Replies come with the shape of messages in a history.
        let shape = if method == "conversations.replies" { "ConversationsHistory".into() } else { listed(&method) };
        let Some(types) = spec["methods"][shape].as_object() else {
            assert_eq!(method, "chat.delete", "only this one is not in the list");
            continue;
        };
        seen.insert(method.clone());
        compare(&reply, "_response", types, &method, &mut wrong);
    }
    assert_eq!(seen.len(), 19, "{seen:?}");
    wrong.retain(|path, _| !UNLISTED.iter().any(|(known, _)| path == known));
    assert!(wrong.is_empty(), "{wrong:#?}");
}
