//! A small Slack for these tests: real HTTP on loopback, cursors tied to their arguments, every call logged, faults by script.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt as _;
use serde_json::{Value, json};

pub(crate) type Args = BTreeMap<String, String>;
/// Method, arguments, how many calls of the method came before: an answer instead of the true one.
pub(crate) type Fault = Box<dyn FnMut(&str, &Args, usize) -> Option<Response> + Send>;
/// Method and its true answer, to be changed.
pub(crate) type Reshape = Box<dyn FnMut(&str, &mut Value) + Send>;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Way {
    /// As documented.
    #[default]
    Falling,
    /// The oldest message first.
    Rising,
    /// The oldest page first, and its newest message first.
    RisingPages,
}

#[derive(Default)]
pub(crate) struct World {
    /// Channel id to its object.
    pub(crate) channels: BTreeMap<String, Value>,
    /// (channel, ts) to the message as posted; counters are added when served.
    pub(crate) messages: BTreeMap<(String, String), Value>,
    pub(crate) users: BTreeMap<String, Value>,
    /// Users that only `users.info` shows.
    pub(crate) foreign: BTreeMap<String, Value>,
    /// Tokens that are let in.
    pub(crate) tokens: Vec<String>,
    pub(crate) scopes: String,
    /// Most objects of a page of history or replies.
    pub(crate) cap: usize,
    pub(crate) calls: Vec<(String, Args)>,
    pub(crate) fault: Option<Fault>,
    pub(crate) reshape: Option<Reshape>,
    /// `Date` of answers, or none at all; the true one if not told.
    pub(crate) date: Option<Option<String>>,
    /// Which way pages of history go.
    pub(crate) way: Way,
    /// Pages of replies say that there is more, and give no cursor.
    pub(crate) cursorless: bool,
}

#[derive(Clone)]
pub(crate) struct Double {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) url: url::Url,
}

pub(crate) fn answer(v: Value) -> Response {
    ([("content-type", "application/json; charset=utf-8")], v.to_string()).into_response()
}

pub(crate) fn refuse(word: &str) -> Response {
    answer(json!({"ok": false, "error": word}))
}

impl Double {
    pub(crate) async fn start() -> Double {
        let world = World {
            tokens: vec!["xoxb-canary".into()],
            scopes: "channels:read,channels:history,groups:read,groups:history,users:read,users:read.email".into(),
            cap: 999,
            ..World::default()
        };
        let world = Arc::new(Mutex::new(world));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/some/prefix/api/", listener.local_addr().unwrap()).parse().unwrap();
        let app = Router::new().route("/some/prefix/api/{method}", axum::routing::any(serve)).with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Double { world, url }
    }

    pub(crate) fn edit<T>(&self, f: impl FnOnce(&mut World) -> T) -> T {
        f(&mut self.world.lock().unwrap())
    }

    /// Calls since the last look, as `method` to how often.
    pub(crate) fn calls(&self) -> BTreeMap<String, usize> {
        let mut out = BTreeMap::new();
        for (m, _) in std::mem::take(&mut self.world.lock().unwrap().calls) {
            *out.entry(m).or_default() += 1;
        }
        out
    }
}

impl World {
    pub(crate) fn channel(&mut self, id: &str, name: &str) {
        self.channels
            .insert(id.into(), json!({"id": id, "name": name, "is_channel": true, "created": 1600000000, "context_team_id": "T1"}));
    }

    pub(crate) fn post(&mut self, channel: &str, ts: &str, text: &str) {
        let m = json!({"type": "message", "user": "U0AAA", "text": text, "ts": ts, "team": "T1"});
        self.messages.insert((channel.into(), ts.into()), m);
    }

    pub(crate) fn reply(&mut self, channel: &str, thread: &str, ts: &str, text: &str) {
        let m = json!({"type": "message", "user": "U0BBB", "text": text, "ts": ts, "thread_ts": thread, "parent_user_id": "U0AAA"});
        self.messages.insert((channel.into(), ts.into()), m);
    }

    /// As Slack would serve it now.
    fn shown(&self, channel: &str, ts: &str) -> Value {
        let mut m = self.messages[&(channel.to_owned(), ts.to_owned())].clone();
        let replies: Vec<&str> = self.replies(channel, ts).collect();
        if let Some(last) = replies.last() {
            m["thread_ts"] = json!(ts);
            m["reply_count"] = json!(replies.len());
            m["latest_reply"] = json!(last);
        }
        m
    }

    fn replies<'a>(&'a self, channel: &'a str, thread: &'a str) -> impl Iterator<Item = &'a str> {
        let of = move |((c, ts), m): (&'a (String, String), &'a Value)| {
            (c == channel && ts != thread && m["thread_ts"] == thread).then_some(ts.as_str())
        };
        self.messages.iter().filter_map(of)
    }

    fn first_level(&self, channel: &str) -> Vec<String> {
        let at_first = |m: &Value| m["thread_ts"].is_null() || m["thread_ts"] == m["ts"] || m["subtype"] == "thread_broadcast";
        self.messages.iter().filter(|((c, _), m)| c == channel && at_first(m)).map(|((_, ts), _)| ts.clone()).collect()
    }

    /// One page of a list, with a cursor that only the same arguments may use.
    fn page(&self, list: Vec<Value>, args: &Args, cap: usize, field: &str) -> Response {
        let mut same: Vec<String> = args.iter().filter(|(k, _)| *k != "cursor").map(|(k, v)| format!("{k}={v}")).collect();
        same.sort();
        let tie = same.join("&");
        let start = match args.get("cursor") {
            None => 0,
            Some(c) => match c.strip_suffix("==").and_then(|c| c.split_once('|')) {
                Some((n, t)) if t == tie => n.parse().unwrap_or(usize::MAX),
                _ => return refuse("invalid_cursor"),
            },
        };
        let limit = args.get("limit").and_then(|l| l.parse().ok()).unwrap_or(100).min(cap);
        let rest: Vec<Value> = list.into_iter().skip(start).collect();
        let more = rest.len() > limit;
        let next = if more { format!("{}|{tie}==", start + limit) } else { String::new() };
        let items: Vec<Value> = rest.into_iter().take(limit).collect();
        answer(json!({"ok": true, field: items, "has_more": more, "response_metadata": {"next_cursor": next}}))
    }

    fn answer(&mut self, method: &str, args: &Args) -> Response {
        let arg = |k: &str| args.get(k).cloned().unwrap_or_default();
        let channel = arg("channel");
        match method {
            "auth.test" => {
                let v = json!({"ok": true, "url": "https://yourcompany.slack.com/", "team": "YourCompany", "user": "bot", "team_id": "T1",
                    "user_id": "U0BOT", "bot_id": "B0BOT"});
                ([("x-oauth-scopes", self.scopes.clone())], v.to_string()).into_response()
            }
            "users.conversations" => self.page(self.channels.values().cloned().collect(), args, 200, "channels"),
            "users.list" => self.page(self.users.values().cloned().collect(), args, 200, "members"),
            "users.info" => match self.users.get(&arg("user")).or(self.foreign.get(&arg("user"))) {
                Some(u) => answer(json!({"ok": true, "user": u})),
                None => refuse("user_not_found"),
            },
            "conversations.history" => {
                if !self.channels.contains_key(&channel) {
                    return refuse("channel_not_found");
                }
                let within = |ts: &String| *ts >= arg("oldest") && *ts <= arg("latest");
                let mut list: Vec<String> = self.first_level(&channel).into_iter().filter(within).collect();
                match self.way {
                    Way::Falling => list.reverse(),
                    Way::Rising => {}
                    Way::RisingPages => list.chunks_mut(arg("limit").parse::<usize>().unwrap().min(self.cap)).for_each(|c| c.reverse()),
                }
                let list = list.into_iter().map(|ts| self.shown(&channel, &ts)).collect();
                self.page(list, args, self.cap, "messages")
            }
            "conversations.replies" => {
                let thread = arg("ts");
                if !self.messages.contains_key(&(channel.clone(), thread.clone())) {
                    return refuse("thread_not_found");
                }
                let parent = self.shown(&channel, &thread);
                let mut list = Vec::new();
                for (i, ts) in self.replies(&channel, &thread).filter(|ts| **ts > *arg("oldest")).enumerate() {
                    // The first message comes again on later pages.
                    if i % (self.cap.max(2) - 1) == 0 {
                        list.push(parent.clone());
                    }
                    list.push(self.shown(&channel, ts));
                }
                if list.is_empty() {
                    list.push(parent);
                }
                if self.cursorless {
                    assert_eq!(args.get("cursor"), None);
                    let more = list.len() > self.cap;
                    list.truncate(self.cap);
                    return answer(json!({"ok": true, "messages": list, "has_more": more}));
                }
                self.page(list, args, self.cap, "messages")
            }
            "search.messages" => self.search(args),
            other => panic!("unexpected method {other}"),
        }
    }

    /// `in:<#C>`, `is:thread`, `after:` and `before:` days.
    fn search(&self, args: &Args) -> Response {
        let query = &args["query"];
        let word = |p: &str| query.split(' ').find_map(|w| w.strip_prefix(p).map(str::to_owned));
        assert!(query.contains("is:thread"));
        let channel = word("in:<#").map(|c| c.trim_end_matches('>').to_owned());
        let day =
            |ts: &str| jiff::Timestamp::from_second(ts.split('.').next().unwrap().parse().unwrap()).unwrap().to_string()[..10].to_owned();
        let wanted = |((c, ts), m): &(&(String, String), &Value)| {
            !m["thread_ts"].is_null()
                && channel.as_ref().is_none_or(|x| x == c)
                && word("after:").is_none_or(|a| day(ts) > a)
                && word("before:").is_none_or(|b| day(ts) < b)
        };
        let found: Vec<_> = self.messages.iter().rev().filter(wanted).collect();
        let (count, page): (usize, usize) = (args["count"].parse().unwrap(), args["page"].parse().unwrap());
        let matches: Vec<Value> = found
            .iter()
            .skip((page - 1) * count)
            .take(count)
            .map(|((c, ts), m)| {
                let thread = m["thread_ts"].as_str().unwrap();
                let p = ts.replace('.', "");
                json!({"type": "message", "channel": {"id": c, "name": "x"}, "user": m["user"], "ts": ts, "text": m["text"],
                    "permalink": format!("https://yourcompany.slack.com/archives/{c}/p{p}?thread_ts={thread}")})
            })
            .collect();
        answer(json!({"ok": true, "messages": {"total": found.len(), "matches": matches,
            "paging": {"count": count, "total": found.len(), "page": page, "pages": found.len().div_ceil(count)}}}))
    }
}

async fn serve(
    State(world): State<Arc<Mutex<World>>>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let text = query.unwrap_or_default() + std::str::from_utf8(&body).unwrap();
    let args: Args = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    let mut world = world.lock().unwrap();
    let before = world.calls.iter().filter(|(m, _)| *m == method).count();
    world.calls.push((method.clone(), args.clone()));
    if let Some(mut fault) = world.fault.take() {
        let instead = fault(&method, &args, before);
        world.fault = Some(fault);
        if let Some(response) = instead {
            return response;
        }
    }
    let token = headers.get("authorization").and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    if method != "oauth.v2.access" && !world.tokens.iter().any(|t| t == token) {
        return refuse("invalid_auth");
    }
    if method == "missing" {
        return StatusCode::NOT_FOUND.into_response();
    }
    let mut response = world.answer(&method, &args);
    if let Some(mut reshape) = world.reshape.take() {
        let (parts, body) = response.into_parts();
        let mut v = serde_json::from_slice(&axum::body::to_bytes(body, usize::MAX).now_or_never().unwrap().unwrap()).unwrap();
        reshape(&method, &mut v);
        world.reshape = Some(reshape);
        response = (
            parts.headers.into_iter().filter_map(|(k, v)| Some((k?, v))).filter(|(k, _)| k != "content-length").collect::<HeaderMap>(),
            v.to_string(),
        )
            .into_response();
    }
    match &world.date {
        // The server writes its own only where there is none.
        Some(Some(date)) => _ = response.headers_mut().insert("date", date.parse().unwrap()),
        Some(None) => _ = response.headers_mut().insert("date", "at some time".parse().unwrap()),
        None => {}
    }
    response
}
