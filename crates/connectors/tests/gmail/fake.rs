//! A Gmail in memory behind a real server: as much of it as the connector's rules need, each answer as the discovery document has it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD},
};
use serde_json::{Value, json};

/// A mail.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) thread: String,
    pub(crate) labels: BTreeSet<String>,
    /// Seconds since 1970.
    pub(crate) at: i64,
    pub(crate) raw: Vec<u8>,
}

/// An answer that is given in place of the right one.
pub(crate) type Canned = (u16, String);

#[derive(Default)]
pub(crate) struct World {
    pub(crate) mailbox: String,
    pub(crate) mails: BTreeMap<String, Stored>,
    pub(crate) labels: BTreeMap<String, String>,
    /// (id, entry of the answer).
    pub(crate) history: Vec<(u64, Value)>,
    pub(crate) history_id: u64,
    /// Below this the history is forgotten.
    pub(crate) horizon: u64,
    pub(crate) page: usize,
    /// By first part of the path: answers that come before the right one.
    pub(crate) canned: BTreeMap<String, VecDeque<Canned>>,
    /// The same for parts of a batch, by what their path contains; `None`: the part is left out.
    pub(crate) parts: BTreeMap<String, VecDeque<Option<Canned>>>,
    /// Answers of the token endpoint, before the usual one.
    pub(crate) tokens: VecDeque<Canned>,
    pub(crate) scope: String,
    /// Access tokens that are accepted; all that begin like ours if empty.
    pub(crate) accepted: BTreeSet<String>,
    given: u32,
    /// What was asked for: method and path with its query.
    pub(crate) calls: Vec<String>,
    /// Parts of batches.
    pub(crate) asked: Vec<String>,
    pub(crate) batches: Vec<usize>,
    pub(crate) forms: Vec<BTreeMap<String, String>>,
}

pub(crate) type Shared = Arc<Mutex<World>>;

/// A server.
pub(crate) struct Fake {
    pub(crate) world: Shared,
    pub(crate) url: String,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let world: Shared = Arc::new(Mutex::new(World {
            mailbox: "deals@yourcompany.com".into(),
            history_id: 1_000,
            page: 500,
            scope: "https://www.googleapis.com/auth/gmail.readonly".into(),
            ..World::default()
        }));
        let app = Router::new()
            .route("/token", post(token))
            .route("/batch/gmail/v1", post(batch))
            .route("/gmail/v1/users/me/{*rest}", get(read))
            .with_state(world.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Fake { world, url }
    }

    pub(crate) fn edit<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.world.lock().unwrap())
    }
}

/// A mail's bytes.
pub(crate) fn eml(n: u64, from: &str, to: &str) -> Vec<u8> {
    format!("From: {from}\r\nTo: {to}\r\nMessage-ID: <{n}@yourcompany.com>\r\nSubject: number {n}\r\n\r\nHello {n}\r\n").into_bytes()
}

/// An id as Gmail makes them.
pub(crate) fn id(n: u64) -> String {
    format!("{:016x}", 0x18e0_0000_0000_0000_u64 + n * 0x1_0001)
}

impl World {
    /// Puts a mail there without telling the history.
    pub(crate) fn put(&mut self, n: u64, thread: u64, at: i64, from: &str, to: &str) -> String {
        let labels = ["INBOX", "UNREAD"].map(str::to_owned).into();
        self.mails.insert(id(n), Stored { thread: id(thread), labels, at, raw: eml(n, from, to) });
        id(n)
    }

    /// A mail arrives.
    pub(crate) fn arrive(&mut self, n: u64, thread: u64, at: i64, from: &str, to: &str) -> String {
        let id = self.put(n, thread, at, from, to);
        self.tell("messagesAdded", &id, json!({}));
        id
    }

    pub(crate) fn tell(&mut self, what: &str, id: &str, extra: Value) {
        self.history_id += 7;
        let labels: Vec<String> = self.mails.get(id).map(|m| m.labels.iter().cloned().collect()).unwrap_or_default();
        let thread = self.mails.get(id).map(|m| m.thread.clone()).unwrap_or_default();
        let mut entry = json!({"message": {"id": id, "threadId": thread, "labelIds": labels}});
        for (k, v) in extra.as_object().unwrap() {
            entry[k] = v.clone();
        }
        let h = self.history_id;
        self.history.push((h, json!({"id": h.to_string(), "messages": [{"id": id, "threadId": thread}], what: [entry]})));
    }

    pub(crate) fn delete(&mut self, id: &str) {
        self.tell("messagesDeleted", id, json!({}));
        self.mails.remove(id);
    }

    pub(crate) fn label(&mut self, id: &str, label: &str, on: bool) {
        let mail = self.mails.get_mut(id).unwrap();
        if on {
            mail.labels.insert(label.to_owned())
        } else {
            mail.labels.remove(label)
        };
        self.tell(if on { "labelsAdded" } else { "labelsRemoved" }, id, json!({"labelIds": [label]}));
    }

    pub(crate) fn can(&mut self, path: &str, status: u16, body: &str) {
        self.canned.entry(path.to_owned()).or_default().push_back((status, body.to_owned()));
    }

    /// How often something was asked for.
    pub(crate) fn count(&self, path: &str) -> usize {
        self.calls.iter().filter(|c| c.contains(path)).count()
    }

    fn authorised(&self, headers: &HeaderMap) -> bool {
        let token = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer ")).unwrap_or("");
        if self.accepted.is_empty() { token.starts_with("at-") } else { self.accepted.contains(token) }
    }

    fn answer(&mut self, uri: &Uri) -> (u16, Value) {
        let path = uri.path().trim_start_matches("/gmail/v1/users/me/");
        let query: Vec<(String, String)> = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes()).into_owned().collect();
        let arg = |name: &str| query.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let missing = || {
            (
                404,
                json!({"error": {"code": 404, "message": "Requested entity was not found.", "errors": [{"reason": "notFound"}], "status": "NOT_FOUND"}}),
            )
        };
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["profile"] => (
                200,
                json!({"emailAddress": self.mailbox, "messagesTotal": self.mails.len(), "threadsTotal": 1, "historyId": self.history_id.to_string()}),
            ),
            ["labels"] => {
                let user = self.labels.iter().map(|(id, name)| json!({"id": id, "name": name, "type": "user"}));
                let system = ["INBOX", "SENT"].iter().map(|id| json!({"id": id, "name": id, "type": "system"}));
                (200, json!({"labels": system.chain(user).collect::<Vec<_>>()}))
            }
            ["messages"] => {
                let q = arg("q").unwrap_or_default();
                let mut hits: Vec<(&String, &Stored)> = self.mails.iter().filter(|(_, m)| matches(&q, m)).collect();
                hits.reverse();
                let from: usize = arg("pageToken").map_or(0, |t| t.trim_start_matches("page-").parse().unwrap());
                let size = self.page.min(arg("maxResults").map_or(100, |m| m.parse().unwrap()));
                let page: Vec<Value> = hits.iter().skip(from).take(size).map(|(id, m)| json!({"id": id, "threadId": m.thread})).collect();
                let mut out = json!({"resultSizeEstimate": hits.len()});
                if !page.is_empty() {
                    out["messages"] = page.into();
                }
                if hits.len() > from + size {
                    out["nextPageToken"] = format!("page-{}", from + size).into();
                }
                (200, out)
            }
            ["history"] => {
                let start: u64 = arg("startHistoryId").unwrap().parse().unwrap();
                if start < self.horizon {
                    return missing();
                }
                let hits: Vec<&Value> = self.history.iter().filter(|(h, _)| *h > start).map(|(_, v)| v).collect();
                let from: usize = arg("pageToken").map_or(0, |t| t.trim_start_matches("page-").parse().unwrap());
                let mut out = json!({"historyId": self.history_id.to_string()});
                let page: Vec<&Value> = hits.iter().skip(from).take(self.page).copied().collect();
                if !page.is_empty() {
                    out["history"] = json!(page);
                }
                if hits.len() > from + self.page {
                    out["nextPageToken"] = format!("page-{}", from + self.page).into();
                }
                (200, out)
            }
            ["messages", id] => {
                let Some(m) = self.mails.get(*id) else { return missing() };
                let labels: Vec<&String> = m.labels.iter().collect();
                let mut out = json!({
                    "id": id, "threadId": m.thread, "labelIds": labels, "snippet": "", "historyId": "1",
                    "internalDate": (m.at * 1000).to_string(), "sizeEstimate": m.raw.len(),
                });
                match arg("format").as_deref() {
                    // Padded for some, not for others.
                    Some("raw") if m.at % 2 == 0 => out["raw"] = URL_SAFE.encode(&m.raw).into(),
                    Some("raw") => out["raw"] = URL_SAFE_NO_PAD.encode(&m.raw).into(),
                    _ => {
                        let text = String::from_utf8_lossy(&m.raw).into_owned();
                        let head = text.split("\r\n\r\n").next().unwrap().to_owned();
                        let only = arg("metadataHeaders");
                        let lines = head.split("\r\n").filter_map(|l| l.split_once(": "));
                        let kept = lines.filter(|(n, _)| only.as_ref().is_none_or(|o| o.eq_ignore_ascii_case(n)));
                        out["payload"] =
                            json!({"headers": kept.map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>()});
                    }
                }
                (200, out)
            }
            ["threads", id] => {
                let all = self.mails.iter().filter(|(_, m)| m.thread == *id);
                let messages: Vec<Value> =
                    all.map(|(mid, m)| json!({"id": mid, "threadId": id, "internalDate": (m.at * 1000).to_string()})).collect();
                if messages.is_empty() { missing() } else { (200, json!({"id": id, "messages": messages})) }
            }
            _ => missing(),
        }
    }
}

/// What the product's searches mean.
fn matches(q: &str, m: &Stored) -> bool {
    let raw = String::from_utf8_lossy(&m.raw).to_lowercase();
    let header = |name: &str| {
        raw.lines().take_while(|l| !l.is_empty()).filter_map(|l| l.strip_prefix(&format!("{name}: "))).collect::<Vec<_>>().join(" ")
    };
    if ["SPAM", "TRASH"].iter().any(|l| m.labels.contains(*l)) {
        return false;
    }
    let (mut any, mut all, mut inside) = (None, true, false);
    for word in q.split_whitespace() {
        inside |= word.starts_with('{');
        let term = word.trim_matches(['{', '}']);
        let hit = match term.split_once(':') {
            Some(("-in", place)) => !m.labels.contains(if place == "chats" { "CHAT" } else { "DRAFT" }),
            Some(("after", at)) => m.at >= at.parse().unwrap(),
            Some(("before", at)) => m.at < at.parse().unwrap(),
            Some((field @ ("from" | "to" | "cc" | "bcc"), value)) => header(field).contains(value),
            _ => panic!("a search that is not understood: {q}"),
        };
        match inside {
            true => any = Some(any.unwrap_or(false) || hit),
            false => all &= hit,
        }
        inside &= !word.ends_with('}');
    }
    all && any.unwrap_or(true)
}

fn json_reply(status: u16, body: String) -> Response {
    (StatusCode::from_u16(status).unwrap(), [(header::CONTENT_TYPE, "application/json; charset=UTF-8")], body).into_response()
}

const UNAUTHORISED: &str =
    r#"{"error":{"code":401,"message":"Invalid Credentials","errors":[{"reason":"authError"}],"status":"UNAUTHENTICATED"}}"#;

async fn read(State(world): State<Shared>, headers: HeaderMap, uri: Uri) -> Response {
    let mut world = world.lock().unwrap();
    world.calls.push(format!("GET {uri}"));
    let name = uri.path().trim_start_matches("/gmail/v1/users/me/").split('/').next().unwrap().to_owned();
    if let Some((status, body)) = world.canned.get_mut(&name).and_then(VecDeque::pop_front) {
        return json_reply(status, body);
    }
    if !world.authorised(&headers) {
        return json_reply(401, UNAUTHORISED.into());
    }
    let (status, body) = world.answer(&uri);
    json_reply(status, body.to_string())
}

async fn batch(State(world): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut world = world.lock().unwrap();
    world.calls.push("POST /batch/gmail/v1".into());
    if let Some((status, body)) = world.canned.get_mut("batch").and_then(VecDeque::pop_front) {
        return json_reply(status, body);
    }
    if !world.authorised(&headers) {
        return json_reply(401, UNAUTHORISED.into());
    }
    let text = String::from_utf8(body.to_vec()).unwrap();
    let kind = headers.get(header::CONTENT_TYPE).unwrap().to_str().unwrap();
    let boundary = kind.strip_prefix("multipart/mixed; boundary=").unwrap().to_owned();
    let mut out: Vec<String> = Vec::new();
    let parts: Vec<&str> = text.split(&format!("--{boundary}\r\n")).filter(|p| !p.is_empty()).collect();
    world.batches.push(parts.len());
    for part in parts {
        let part = part.split(&format!("--{boundary}--")).next().unwrap();
        assert!(part.contains("Content-Type: application/http\r\n"));
        let number = part.split("Content-ID: <").nth(1).unwrap().split('>').next().unwrap().to_owned();
        let path = part.split("\r\n\r\nGET ").nth(1).unwrap().split(" HTTP/1.1\r\n").next().unwrap().to_owned();
        world.asked.push(path.clone());
        let canned = world.parts.iter_mut().find(|(k, _)| path.contains(k.as_str())).and_then(|(_, q)| q.pop_front());
        let (status, body) = match canned {
            Some(None) => continue,
            Some(Some(canned)) => canned,
            None => {
                let (status, body) = world.answer(&path.parse().unwrap());
                (status, body.to_string())
            }
        };
        out.push(format!(
            "Content-Type: application/http\r\nContent-ID: <response-{number}>\r\n\r\nHTTP/1.1 {status} Whatever\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}\r\n",
            body.len()
        ));
    }
    // In another order than they were asked for.
    out.reverse();
    let mut reply = String::new();
    out.iter().for_each(|part| reply.push_str(&format!("--batch_abc\r\n{part}")));
    reply.push_str("--batch_abc--\r\n");
    ([(header::CONTENT_TYPE, "multipart/mixed; boundary=batch_abc")], reply).into_response()
}

async fn token(State(world): State<Shared>, body: Bytes) -> Response {
    let mut world = world.lock().unwrap();
    world.calls.push("POST /token".into());
    world.forms.push(url::form_urlencoded::parse(&body).into_owned().collect());
    if let Some((status, body)) = world.tokens.pop_front() {
        return json_reply(status, body);
    }
    world.given += 1;
    let token = json!({"access_token": format!("at-{}", world.given), "expires_in": 3599, "scope": world.scope, "token_type": "Bearer"});
    json_reply(200, token.to_string())
}
