//! Histories, threads, cursors, search and posting.

use crate::common::{Lab, ts};
use serde_json::{Value, json};

const GENERAL: (&str, &str) = ("channel", "C0GENERAL1");

#[tokio::test]
async fn a_history_is_newest_first_with_broadcasts_but_no_replies() {
    let lab = Lab::tiny().await;
    let reply = lab.get("conversations.history", &[GENERAL]).await.json();
    let messages = reply["messages"].as_array().unwrap();
    assert_eq!(ts(messages), ["1710586800.000100", "1710583200.000100", "1710579600.000100", "1710493380.000400", "1710493200.000100"]);
    assert_eq!((&reply["has_more"], reply.get("response_metadata"), &reply["pin_count"]), (&json!(false), None, &json!(0)));
    let parent = &messages[4];
    assert_eq!(parent["thread_ts"], parent["ts"]);
    assert_eq!((parent["reply_count"].as_u64(), parent["latest_reply"].as_str()), (Some(3), Some("1710493380.000400")));
    assert_eq!((&parent["reply_users"], parent["reply_users_count"].as_u64()), (&json!(["U0BRUNO001", "U0ALICE001"]), Some(2)));
    let broadcast = &messages[3];
    assert_eq!((broadcast["subtype"].as_str(), broadcast["parent_user_id"].as_str()), (Some("thread_broadcast"), Some("U0ALICE001")));
    assert_eq!(broadcast["root"]["reply_count"], 3);
    // Classic bots have a subtype and no user, modern ones the opposite.
    assert_eq!((messages[1]["subtype"].as_str(), messages[1].get("user")), (Some("bot_message"), None));
    assert_eq!((messages[0].get("subtype"), messages[0]["user"].as_str(), messages[0].get("metadata")), (None, Some("U0BOTUSER1"), None));
    let all = lab.get("conversations.history", &[GENERAL, ("include_all_metadata", "true"), ("limit", "1")]).await.json();
    assert_eq!(all["messages"][0]["metadata"]["event_type"], "summary");
    let shared = lab.get("conversations.history", &[("channel", "C0SHARED01")]).await.json();
    assert_eq!((&shared["pin_count"], &shared["messages"][1]["subtype"]), (&json!(1), &json!("tombstone")));
    assert_eq!(shared["messages"][1]["reply_count"], 1);
}

#[tokio::test]
async fn bounds_are_exclusive_unless_inclusive() {
    let lab = Lab::tiny().await;
    let bounded = async |extra: &[(&str, &str)]| {
        let args: Vec<(&str, &str)> = [GENERAL].iter().chain(extra).copied().collect();
        ts(lab.get("conversations.history", &args).await.json()["messages"].as_array().unwrap())
    };
    let (oldest, latest) = (("oldest", "1710493380.000400"), ("latest", "1710583200.000100"));
    assert_eq!(bounded(&[oldest, latest]).await, ["1710579600.000100"]);
    assert_eq!(bounded(&[oldest, latest, ("inclusive", "1")]).await.len(), 3);
    assert_eq!(bounded(&[("latest", "1710579600.000100"), ("inclusive", "true"), ("limit", "1")]).await, ["1710579600.000100"]);
    assert_eq!(bounded(&[("oldest", "1710579600.0001"), ("latest", "now")]).await.len(), 2);
    assert_eq!(bounded(&[("oldest", "0"), ("latest", "1")]).await, Vec::<String>::new());
    // A reply's ts is in no history.
    assert_eq!(
        bounded(&[("oldest", "1710493260.000200"), ("latest", "1710493260.000200"), ("inclusive", "1")]).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn cursors_are_bound_to_everything_else() {
    let lab = Lab::tiny().await;
    let first = lab.get("conversations.history", &[GENERAL, ("limit", "2")]).await.json();
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap().to_owned();
    assert!(cursor.ends_with('=') && first["has_more"] == true);
    let c = ("cursor", cursor.as_str());
    let second = lab.get("conversations.history", &[c, ("limit", "2"), GENERAL]).await.json();
    assert_eq!(ts(second["messages"].as_array().unwrap()), ["1710579600.000100", "1710493380.000400"]);
    assert_eq!(lab.post("conversations.history", &[GENERAL, ("limit", "2"), c]).await.json(), second, "by POST as well");
    for args in [
        vec![GENERAL, ("limit", "3"), c],
        vec![GENERAL, c],
        vec![GENERAL, ("limit", "2"), ("oldest", "1"), c],
        vec![("channel", "C0SHARED01"), ("limit", "2"), c],
    ] {
        assert_eq!(lab.get("conversations.history", &args).await.error(), "invalid_cursor", "{args:?}");
    }
    assert_eq!(lab.get_as("xoxp-tiny", "conversations.history", &[GENERAL, ("limit", "2"), c]).await.error(), "invalid_cursor");
    assert_eq!(lab.get("conversations.members", &[GENERAL, ("limit", "2"), c]).await.error(), "invalid_cursor");
    // New messages do not shift the pages; deleted ones leave a hole.
    lab.sim.world().write(|w| {
        w.add_message("general", json!({"ts": "1712000000.000100", "user": "U0ALICE001", "text": "new"})).unwrap();
    });
    assert_eq!(lab.get("conversations.history", &[GENERAL, ("limit", "2"), c]).await.json()["messages"], second["messages"]);
    lab.sim.world().write(|w| w.expire_cursors());
    assert_eq!(lab.get("conversations.history", &[GENERAL, ("limit", "2"), c]).await.error(), "invalid_cursor");
}

#[tokio::test]
async fn threads_repeat_their_parent_on_every_page() {
    let lab = Lab::tiny().await;
    let thread = [GENERAL, ("ts", "1710493200.000100")];
    let whole = lab.get("conversations.replies", &thread).await.json();
    let messages = whole["messages"].as_array().unwrap();
    assert_eq!(ts(messages), ["1710493200.000100", "1710493260.000200", "1710493320.000300", "1710493380.000400"]);
    assert_eq!((messages[3]["subtype"].as_str(), &messages[3]["root"]["ts"]), (Some("thread_broadcast"), &json!("1710493200.000100")));
    assert_eq!(messages[2]["edited"]["user"], "U0ALICE001");
    let (paged, pages) = lab.all("xoxb-tiny", "conversations.replies", &[thread[0], thread[1], ("limit", "2")], "messages").await;
    assert_eq!((paged.len(), pages), (6, 3), "one reply a page beside the parent");
    assert!([0, 2, 4].iter().all(|i| paged[*i]["ts"] == "1710493200.000100"));
    let later = lab.get("conversations.replies", &[thread[0], thread[1], ("oldest", "1710493320.000300")]).await.json();
    assert_eq!(ts(later["messages"].as_array().unwrap()), ["1710493200.000100", "1710493380.000400"], "the parent comes anyway");
    let one = lab.get("conversations.replies", &[GENERAL, ("ts", "1710493260.000200")]).await.json();
    assert_eq!(ts(one["messages"].as_array().unwrap()), ["1710493260.000200"]);
    let lonely = lab.get("conversations.replies", &[GENERAL, ("ts", "1710579600.000100")]).await.json();
    assert_eq!(ts(lonely["messages"].as_array().unwrap()), ["1710579600.000100"]);
}

#[tokio::test]
async fn a_thread_of_2500_replies_and_limits_of_pages() {
    let lab = Lab::tiny().await;
    lab.sim.world().write(|w| {
        let reply = |n: u64| json!({"ts": format!("1711000{n:03}.{:06}", n * 7), "thread_ts": "1710579600.000100", "user": "U0ALICE001", "text": format!("reply {n}")});
        let more = |n: u64| json!({"ts": format!("17110{:05}.000001", 10_000 + n), "thread_ts": "1710579600.000100", "user": "U0BRUNO001", "text": ""});
        w.add_messages("general", (0..1_000).map(reply).chain((0..1_500).map(more)).collect()).unwrap();
    });
    let parent = lab.get("conversations.history", &[GENERAL]).await.json()["messages"][2].clone();
    assert_eq!((parent["reply_count"].as_u64(), parent["latest_reply"].as_str()), (Some(2_500), Some("1711011499.000001")));
    let (messages, pages) = lab.all("xoxb-tiny", "conversations.replies", &[GENERAL, ("ts", "1710579600.000100")], "messages").await;
    assert_eq!((messages.len(), pages), (2_503, 3));
    let unique: std::collections::BTreeSet<String> = ts(&messages).into_iter().collect();
    assert_eq!(unique.len(), 2_501);
    // 999 is the most for a history, whatever is asked for.
    lab.sim.world().write(|w| {
        let message = |n: u64| json!({"ts": format!("1711{n:06}.000002"), "user": "U0ALICE001", "text": "x"});
        w.add_messages("general", (0..1_200).map(message).collect()).unwrap();
    });
    let page = lab.get("conversations.history", &[GENERAL, ("limit", "5000")]).await.json();
    assert_eq!(page["messages"].as_array().unwrap().len(), 999);
    assert_eq!(lab.get("conversations.history", &[GENERAL]).await.json()["messages"].as_array().unwrap().len(), 100, "the default");
}

#[tokio::test]
async fn search_is_for_users_and_finds_by_its_language() {
    let lab = Lab::tiny().await;
    let found = |query: &'static str| {
        let lab = &lab;
        async move {
            let reply = lab.get_as("xoxp-tiny", "search.messages", &[("query", query), ("sort", "timestamp")]).await.json();
            assert_eq!(reply["ok"], true, "{reply}");
            ts(reply["messages"]["matches"].as_array().unwrap())
        }
    };
    assert_eq!(found("pilot").await, ["1710493380.000400", "1710493200.000100"]);
    assert_eq!(found("pilot -monday").await, ["1710493200.000100"]);
    assert_eq!(found("\"start the pilot\" from:@alice").await, ["1710493200.000100"]);
    assert_eq!(found("in:<#C0GENERAL1> is:thread after:2024-03-14").await.len(), 4);
    assert_eq!(found("in:#general is:thread after:2024-03-15").await.len(), 0, "the day named is not in it");
    assert_eq!(found("discount").await.len(), 1, "private channels of the user");
    assert_eq!(found("has:reaction").await, ["1710579600.000100"]);
    let reply =
        lab.get_as("xoxp-tiny", "search.messages", &[("query", "is:thread"), ("count", "2"), ("page", "2"), ("sort", "timestamp")]).await;
    let messages = &reply.json()["messages"];
    assert_eq!(messages["pagination"], json!({"total_count": 6, "page": 2, "per_page": 2, "page_count": 3, "first": 3, "last": 4}));
    assert_eq!(messages["paging"], json!({"count": 2, "total": 6, "page": 2, "pages": 3}));
    let edited = &messages["matches"][1];
    assert_eq!(edited["permalink"], "https://tiny.slack.com/archives/C0GENERAL1/p1710493320000300?thread_ts=1710493200.000100");
    assert!(edited.get("edited").is_none() && edited.get("thread_ts").is_none(), "search knows neither");
    assert_eq!(lab.get_as("xoxp-tiny", "search.messages", &[("query", " ")]).await.error(), "no_query");
    // What was found before is not served from memory once the world has changed.
    let event = sales_simulator::Event::NewMessage { channel: Some("general".into()), user: None, text: Some("Another pilot".into()) };
    let posted = lab.sim.world().write(|w| w.apply(&event, "2024-04-08T08:59:00Z".parse().unwrap(), None)).unwrap().unwrap();
    assert_eq!(found("pilot").await, [posted.to_string(), "1710493380.000400".into(), "1710493200.000100".into()]);
    // Search lags behind.
    lab.sim.world().write(|w| w.search_lag_seconds = 120);
    assert_eq!(found("pilot").await.len(), 2);
    lab.clock.forward(jiff::SignedDuration::from_secs(61));
    assert_eq!(found("pilot").await.len(), 3);
}

#[tokio::test]
async fn posting_changes_the_world() {
    let lab = Lab::tiny().await;
    let posted = lab.post("chat.postMessage", &[GENERAL, ("text", "Q&A <at> noon")]).await.json();
    assert_eq!(posted["ok"], true, "{posted}");
    let first = posted["ts"].as_str().unwrap().to_owned();
    assert_eq!(first, "1712566800.000000", "the clock's time");
    let message = &posted["message"];
    assert_eq!((message["text"].as_str(), message["bot_id"].as_str()), (Some("Q&amp;A <at> noon"), Some("B0TINYBOT1")));
    assert_eq!((message.get("subtype"), message["bot_profile"]["app_id"].as_str()), (None, Some("A0TINYAPP1")));
    let reply_args = [GENERAL, ("text", "in thread"), ("thread_ts", &first), ("reply_broadcast", "true")];
    let reply = lab.post("chat.postMessage", &reply_args).await.json();
    assert_eq!((reply["ts"].as_str(), reply["message"]["root"]["text"].as_str()), (Some("1712566800.000100"), Some("Q&amp;A <at> noon")));
    let link = lab.get("chat.getPermalink", &[GENERAL, ("message_ts", "1712566800.000100")]).await.json();
    assert_eq!(
        link["permalink"],
        "https://tiny.slack.com/archives/C0GENERAL1/p1712566800000100?thread_ts=1712566800.000000&cid=C0GENERAL1"
    );
    let update = lab.post("chat.update", &[GENERAL, ("ts", &first), ("text", "Q&A at one")]).await.json();
    assert_eq!((update["text"].as_str(), update["message"]["edited"]["user"].as_str()), (Some("Q&amp;A at one"), Some("U0BOTUSER1")));
    let react = [GENERAL, ("timestamp", first.as_str()), ("name", "tada")];
    assert_eq!(lab.post("reactions.add", &react).await.json(), json!({"ok": true}));
    assert_eq!(lab.post("reactions.add", &react).await.error(), "already_reacted");
    let history = lab.get("conversations.history", &[GENERAL, ("limit", "2")]).await.json();
    let (broadcast, parent) = (&history["messages"][0], &history["messages"][1]);
    assert_eq!(broadcast["root"]["text"], "Q&amp;A at one");
    assert_eq!(
        (parent["reply_count"].as_u64(), &parent["reactions"]),
        (Some(1), &json!([{"name": "tada", "users": ["U0BOTUSER1"], "count": 1}]))
    );
    assert_eq!(lab.post("chat.delete", &[GENERAL, ("ts", &first)]).await.json()["ok"], true);
    let stone = lab.get("conversations.replies", &[GENERAL, ("ts", &first)]).await.json()["messages"][0].clone();
    assert_eq!(
        (stone["subtype"].as_str(), stone["hidden"].as_bool(), stone["reply_count"].as_u64()),
        (Some("tombstone"), Some(true), Some(1))
    );
    assert_eq!(lab.post("chat.delete", &[GENERAL, ("ts", "1712566800.000100")]).await.json()["ok"], true);
    assert_eq!(lab.get("conversations.replies", &[GENERAL, ("ts", &first)]).await.error(), "thread_not_found", "the stone went with it");
}

#[tokio::test]
async fn posting_is_refused_with_reasons() {
    let lab = Lab::tiny().await;
    let many = Value::from(vec![json!({"type": "divider"}); 51]).to_string();
    for (method, args, error) in [
        ("chat.postMessage", vec![GENERAL], "no_text"),
        ("chat.postMessage", vec![GENERAL, ("text", " ")], "no_text"),
        ("chat.postMessage", vec![("channel", "C0NOTIN001"), ("text", "x")], "not_in_channel"),
        ("chat.postMessage", vec![("channel", "C0OLD00001"), ("text", "x")], "is_archived"),
        ("chat.postMessage", vec![("channel", "C0NOWHERE1"), ("text", "x")], "channel_not_found"),
        ("chat.postMessage", vec![GENERAL, ("text", "x"), ("thread_ts", "1710493200.000101")], "cannot_reply_to_message"),
        ("chat.postMessage", vec![GENERAL, ("text", "x"), ("blocks", "[")], "invalid_blocks_format"),
        ("chat.postMessage", vec![GENERAL, ("text", "x"), ("blocks", &many)], "invalid_blocks"),
        ("chat.postMessage", vec![GENERAL, ("text", "x"), ("markdown_text", "y")], "markdown_text_conflict"),
        ("chat.postMessage", vec![GENERAL, ("text", "x"), ("metadata", "{}")], "invalid_metadata_schema"),
        ("chat.postMessage", vec![GENERAL, ("text", "x"), ("username", "Somebody else")], "missing_scope"),
        ("chat.update", vec![GENERAL, ("ts", "1710493200.000100"), ("text", "x")], "cant_update_message"),
        ("chat.update", vec![GENERAL, ("ts", "1710493200.000101"), ("text", "x")], "message_not_found"),
        ("chat.delete", vec![GENERAL, ("ts", "1710493200.000100")], "cant_delete_message"),
        ("reactions.add", vec![GENERAL, ("timestamp", "1710493200.000100"), ("name", ":tada:")], "invalid_name"),
        ("reactions.add", vec![GENERAL, ("timestamp", "now"), ("name", "tada")], "bad_timestamp"),
        ("reactions.add", vec![GENERAL, ("timestamp", "1710493200.000101"), ("name", "tada")], "message_not_found"),
    ] {
        assert_eq!(lab.post(method, &args).await.error(), error, "{method} {args:?}");
    }
    let long = "é".repeat(40_001);
    let cut = lab.post("chat.postMessage", &[GENERAL, ("text", &long)]).await.json();
    assert_eq!((cut["warning"].as_str(), cut["message"]["text"].as_str().unwrap().chars().count()), (Some("message_truncated"), 40_000));
    assert_eq!(lab.sim.world().read(|w| w.messages("general").len()), 8, "only the last one was posted");
}
