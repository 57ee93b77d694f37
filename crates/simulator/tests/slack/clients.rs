//! The official Slack clients read the whole sample workspace from the double.
//!
//! They run where they are installed: `SALES_TEST_PYTHON` is a Python that has `slack-sdk` (else `python3` is tried), and
//! `SALES_TEST_NODE_MODULES` a `node_modules` folder that has `@slack/web-api`.

use std::{path::PathBuf, process::Command};

use sales_simulator::{TokenKind, World};
use serde_json::{Value, json};

use crate::common::Lab;

#[expect(clippy::disallowed_methods, reason = "where the clients are is the one thing these tests take from the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|v| !v.is_empty())
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(what: &str) {
    eprintln!("SKIPPED: {what}");
}

fn script(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/official_clients").join(name)
}

/// What must come out, counted in the world itself.
fn expected(world: &World, greeting: &str) -> Value {
    let bot = world.token(TokenKind::Bot).unwrap().clone();
    let user = world.token(TokenKind::User).unwrap().clone();
    let (mut channels, mut members, mut messages, mut threads, mut replies) = (0, 0, 0, 0, 0);
    let (mut authors, mut searchable) = (std::collections::BTreeSet::new(), 0);
    for (id, _) in world.channels() {
        let all = world.messages(&id);
        let is_reply = |m: &Value| m.get("thread_ts").is_some_and(|t| t != &m["ts"]);
        let found = world.is_public(&id) || world.members(&id).contains(&user.user_id);
        searchable += all.iter().filter(|_| found).filter(|m| is_reply(m) || m.get("reply_count").is_some()).count();
        if !world.members(&id).contains(&bot.user_id) {
            continue;
        }
        channels += 1;
        members += world.members(&id).len();
        for message in all {
            let broadcast = message["subtype"] == "thread_broadcast";
            if is_reply(&message) {
                replies += 1;
            }
            if !is_reply(&message) || broadcast {
                messages += 1;
                authors.extend(message["user"].as_str().map(str::to_owned));
            }
            threads += usize::from(message.get("reply_count").is_some());
        }
    }
    json!({
        "team": world.team_id(),
        "scopes": bot.scopes.len(),
        "users": world.own_users(),
        "authors": authors.len(),
        "channels": channels,
        "members": members,
        "messages": messages,
        "threads": threads,
        "replies": replies,
        "search_total": searchable,
        "posted": greeting,
        "updated": "Edited",
        "reacted": true,
        "link_is_reply": true,
        "deleted": true,
        "refused": ["not_allowed_token_type", "channel_not_found"],
    })
}

async fn run(mut command: Command, greeting: &str) {
    let lab = Lab::with(|o| o.world = World::sample().unwrap()).await;
    let before = lab.sim.world().read(|w| expected(w, greeting));
    let tokens = lab.sim.world().read(|w| {
        let writer = w.tokens().find(|t| t.kind == TokenKind::Bot && t.scopes.contains("chat:write")).unwrap().token.clone();
        (w.token(TokenKind::Bot).unwrap().token.clone(), w.token(TokenKind::User).unwrap().token.clone(), writer)
    });
    command
        .env("SALES_TEST_SLACK_URL", format!("{}/", lab.sim.slack_api_url()))
        .env("SALES_TEST_SLACK_TOKEN", tokens.0)
        .env("SALES_TEST_SLACK_USER_TOKEN", tokens.1)
        .env("SALES_TEST_SLACK_WRITE_TOKEN", tokens.2)
        .env("SALES_TEST_SLACK_WRITE_CHANNEL", lab.sim.world().read(|w| w.channel_id("general")).unwrap())
        .env("NO_PROXY", "127.0.0.1");
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let totals: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}"));
    assert_eq!(totals, before);
    assert_eq!(lab.sim.world().read(|w| expected(w, greeting)), before, "what was posted is deleted again");
    let statuses: std::collections::BTreeSet<u16> = lab.sim.log().iter().map(|e| e.status).collect();
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_reads_the_samples() {
    let python = variable("SALES_TEST_PYTHON").unwrap_or_else(|| "python3".to_owned());
    let there = Command::new(&python).args(["-c", "import slack_sdk"]).output().is_ok_and(|o| o.status.success());
    if !there {
        return skipped("no Python with slack-sdk; set SALES_TEST_PYTHON");
    }
    let mut command = Command::new(python);
    command.arg(script("read_all.py"));
    run(command, "From the Python client &amp; back").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_node_client_reads_the_samples() {
    let modules = variable("SALES_TEST_NODE_MODULES").map(PathBuf::from);
    let Some(modules) = modules.filter(|m| m.join("@slack/web-api").is_dir()) else {
        return skipped("no node_modules with @slack/web-api; set SALES_TEST_NODE_MODULES");
    };
    let mut command = Command::new("node");
    command.arg(script("read_all.cjs")).env("NODE_PATH", modules);
    run(command, "From the Node client &amp; back").await;
}
