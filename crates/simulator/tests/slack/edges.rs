//! Empty, huge, hostile, concurrent.

use sales_simulator::{SimError, Simulator, Token, TokenKind, World};
use serde_json::{Value, json};

use crate::common::{Lab, ts};

const GENERAL: (&str, &str) = ("channel", "C0GENERAL1");

#[tokio::test]
async fn an_empty_world_answers_with_empty_lists() {
    let lab = Lab::with(|o| {
        o.world = World::default();
        o.world.add_token(Token::new(
            TokenKind::User,
            "xoxp-alone",
            "U0ALONE001",
            &["channels:read", "users:read", "search:read", "channels:history"],
        ));
        o.world.add_channel(json!({"id": "C0SILENT01", "name": "silent"})).unwrap();
    })
    .await;
    let get = async |method: &str, args: &[(&str, &str)]| lab.get_as("xoxp-alone", method, args).await.json();
    assert_eq!(get("users.list", &[]).await["members"], json!([]));
    assert_eq!(get("users.conversations", &[]).await["channels"], json!([]));
    let history = get("conversations.history", &[("channel", "C0SILENT01")]).await;
    assert_eq!((&history["messages"], &history["has_more"], history.get("response_metadata")), (&json!([]), &json!(false), None));
    let found = get("search.messages", &[("query", "x")]).await;
    assert_eq!(found["messages"]["paging"], json!({"count": 20, "total": 0, "page": 1, "pages": 0}));
    assert_eq!(get("conversations.members", &[("channel", "C0SILENT01")]).await["members"], json!([]));
}

#[tokio::test]
async fn hostile_texts_and_a_megabyte_survive_the_way() {
    let lab = Lab::tiny().await;
    let texts = ["\u{0}\u{1b}[31m\u{202e}\"\\\n</script><!channel>", "🦀 אבג ﷽", "../../etc/passwd", &"<&>\"".repeat(262_144)];
    lab.sim.world().write(|w| {
        for (n, text) in texts.iter().enumerate() {
            w.add_message("general", json!({"ts": format!("171200000{n}.000100"), "user": "U0ALICE001", "text": text})).unwrap();
        }
    });
    let history = lab.get("conversations.history", &[GENERAL, ("limit", "4")]).await.json();
    let seen: Vec<&str> = history["messages"].as_array().unwrap().iter().rev().map(|m| m["text"].as_str().unwrap()).collect();
    assert_eq!(seen, texts);
    let posted = lab.post("chat.postMessage", &[GENERAL, ("text", texts[0])]).await.json();
    assert_eq!(posted["message"]["text"], texts[0]);
    // Nonsense in the place of a method, an argument or a body is refused and noted, and nothing breaks.
    for path in ["%00", "a%2Fb", "auth.test%20", &"x".repeat(5_000)] {
        assert_eq!(lab.get(path, &[]).await.error(), "unknown_method", "{path}");
    }
    assert!(lab.sim.log().iter().all(|e| e.method.chars().count() <= 80));
    assert_eq!(lab.get("conversations.history", &[("channel", "\u{202e}\n")]).await.error(), "channel_not_found");
    assert_eq!(lab.sim.log().last().unwrap().channel, None);
    let many: Vec<(String, String)> = (0..2_000).map(|n| (format!("a{n}"), "x".to_owned())).collect();
    let refused = lab.send(lab.http.post(lab.url("auth.test")).bearer_auth("xoxb-tiny").form(&many)).await.unwrap().json();
    assert_eq!(refused["response_metadata"]["messages"].as_array().unwrap().len(), 2_000);
    let huge = lab.http.post(lab.url("chat.postMessage")).bearer_auth("xoxb-tiny").body(vec![b'x'; 5 << 20]);
    assert_eq!(lab.send(huge).await.unwrap().status, 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_readers_and_a_writer_at_once() {
    let lab = std::sync::Arc::new(Lab::tiny().await);
    lab.sim.world().write(|w| {
        let message =
            |n: u64| json!({"ts": format!("17110000{:02}.{:06}", n / 50, n), "user": "U0ALICE001", "text": format!("message {n}")});
        w.add_messages("C0PRIVATE1", (0..600).map(message).collect()).unwrap();
    });
    let (whole, _) = lab.all("xoxb-tiny", "conversations.history", &[("channel", "C0PRIVATE1")], "messages").await;
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let lab = std::sync::Arc::clone(&lab);
            tokio::spawn(async move {
                lab.all("xoxb-tiny", "conversations.history", &[("channel", "C0PRIVATE1"), ("limit", "50")], "messages").await.0
            })
        })
        .collect();
    let writers: Vec<_> = (0..16)
        .map(|n| {
            let lab = std::sync::Arc::clone(&lab);
            tokio::spawn(async move { lab.post("chat.postMessage", &[GENERAL, ("text", &format!("post {n}"))]).await.json()["ts"].clone() })
        })
        .collect();
    for reader in readers {
        assert_eq!(reader.await.unwrap(), whole);
    }
    let mut posted = Vec::new();
    for writer in writers {
        posted.push(writer.await.unwrap());
    }
    posted.sort_by_key(Value::to_string);
    posted.dedup();
    assert_eq!(posted.len(), 16, "each post has its own ts though the clock stands");
    let history = lab.get("conversations.history", &[GENERAL, ("limit", "16")]).await.json();
    let mut seen: Vec<Value> = ts(history["messages"].as_array().unwrap()).into_iter().map(Value::from).collect();
    seen.sort_by_key(Value::to_string);
    assert_eq!(seen, posted);
    let log = lab.sim.log();
    let numbers: std::collections::BTreeSet<u64> = log.iter().map(|e| e.seq).collect();
    assert_eq!(numbers.len(), log.len());
}

#[tokio::test]
async fn a_taken_port_is_an_error_and_a_stopped_one_is_free() {
    let lab = Lab::tiny().await;
    let port: u16 = lab.sim.base_url().rsplit(':').next().unwrap().parse().unwrap();
    let start = async || {
        let mut options = sales_simulator::SimOptions::new(lab.clock.clone());
        options.port = port;
        Simulator::start(options).await
    };
    let error = start().await.err().unwrap();
    assert!(matches!(error, SimError::Bind { port: p, .. } if p == port), "{error}");
    assert!(error.to_string().starts_with(&format!("can't listen on 127.0.0.1:{port}: ")));
    assert_eq!(lab.get("auth.test", &[]).await.status, 200);
    let Lab { sim, clock, .. } = lab;
    sim.stop().await;
    let mut options = sales_simulator::SimOptions::new(clock);
    options.port = port;
    let again = Simulator::start(options).await.unwrap();
    assert_eq!(again.slack_api_url(), format!("http://127.0.0.1:{port}/slack/api"));
    let env = again.env();
    assert_eq!(env[0], ("SLACK_API_URL".to_owned(), again.slack_api_url()));
    let names: Vec<&str> = env.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(
        names,
        ["SLACK_API_URL", "SLACK_TOKEN", "SLACK_USER_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_REFRESH_TOKEN"]
    );
    let shown = format!("{:?}", again.world());
    assert!(shown.contains("T0TINYTEAM") && !shown.contains("xox") && !shown.contains("tiny-secret"), "{shown}");
}
