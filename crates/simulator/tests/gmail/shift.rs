//! The story in time: moved by whole weeks, it is the same story.

use jiff::{SignedDuration, Timestamp};
use sales_model::Clock as _;
use sales_simulator::GmailWorld;
use serde_json::json;

use crate::common::{Lab, decoded, id, short};

const WEEKS: i64 = 138;

async fn later() -> Lab {
    let mut world = GmailWorld::tiny();
    world.shift_weeks(WEEKS);
    let lab = Lab::with(|o| o.gmail = Some(world)).await;
    // The clock goes with it.
    lab.clock.forward(SignedDuration::from_hours(WEEKS * 7 * 24));
    lab
}

#[tokio::test]
async fn everything_is_as_far_away_as_it_was() {
    let lab = later().await;
    let before = Lab::tiny().await;
    let token = lab.token(&["gmail.readonly"]);
    for query in ["", "?q=newer_than:4d", "?q=subject:price", "?q=in:anywhere+older_than:10d"] {
        let path = format!("/messages{query}");
        assert_eq!(lab.get_as(&token, &path).await.good(), before.get(&path).await.good(), "{query}");
    }
    let week = 7 * 24 * 3_600 * 1_000;
    for n in 1..=9 {
        let path = format!("/messages/{}?format=raw", id(n));
        let (now, then) = (lab.get_as(&token, &path).await.good(), before.get(&path).await.good());
        let millis = |v: &serde_json::Value| v["internalDate"].as_str().unwrap().parse::<i64>().unwrap();
        assert_eq!(millis(&now), millis(&then) + WEEKS * week);
        for field in ["id", "threadId", "labelIds", "snippet", "historyId"] {
            assert_eq!(now[field], then[field], "{field}");
        }
        let header = |raw: &[u8], name: &str| {
            let text = String::from_utf8_lossy(raw).into_owned();
            text.lines().find_map(|l| l.strip_prefix(name).map(str::to_owned)).unwrap_or_default()
        };
        let (raw, old) = (decoded(&now["raw"]), decoded(&then["raw"]));
        let date = |raw: &[u8]| {
            let text = header(raw, "Date: ");
            jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&text).unwrap_or_else(|e| panic!("{text}: {e}"))
        };
        assert_eq!(date(&raw), date(&old) + SignedDuration::from_hours(WEEKS * 7 * 24));
        assert_eq!(header(&raw, "Message-ID: "), header(&old, "Message-ID: "));
        assert_eq!(header(&raw, "Date: ").get(..3), header(&old, "Date: ").get(..3), "weekdays stay");
    }
    let invitation =
        String::from_utf8(decoded(&lab.get_as(&token, &format!("/messages/{}?format=raw", id(4))).await.good()["raw"])).unwrap();
    let base64: String = invitation
        .split("Content-Transfer-Encoding: base64\r\n\r\n")
        .nth(1)
        .unwrap()
        .split("--c--")
        .next()
        .unwrap()
        .split_whitespace()
        .collect();
    use base64::Engine as _;
    let event = String::from_utf8(base64::engine::general_purpose::STANDARD.decode(base64).unwrap()).unwrap();
    assert!(event.contains("DTSTART;TZID=Europe/Berlin:20261118T100000") && event.contains("UID:review-1@globex.example"), "{event}");
    assert!(event.contains("DTSTART:19701025T030000") && event.contains("SUMMARY:Review of 20240320"), "rules and words stay: {event}");
}

#[tokio::test]
async fn the_newest_lies_in_the_last_week() {
    for now in ["2026-11-24T10:00:00Z", "2024-04-05T15:00:00Z", "2024-04-12T15:00:00Z", "2024-04-05T14:59:59Z", "2020-02-29T00:00:00Z"] {
        let now: Timestamp = now.parse().unwrap();
        let mut world = GmailWorld::tiny();
        let before = world.newest().unwrap();
        world.shift_to(now);
        let newest = world.newest().unwrap();
        let ago = now.duration_since(newest).as_secs();
        assert!((0..7 * 24 * 3_600).contains(&ago), "{now}: {newest}");
        assert_eq!((newest.as_second() - before.as_second()).rem_euclid(7 * 24 * 3_600), 0);
    }
    let mut empty = GmailWorld::new("deals@yourcompany.com");
    empty.shift_to(Timestamp::UNIX_EPOCH);
    assert_eq!(empty.newest(), None);
}

#[tokio::test]
async fn the_history_moves_too() {
    let mut world = GmailWorld::tiny();
    let first = world.history_id();
    world.shift_weeks(WEEKS);
    let lab = Lab::with(|o| o.gmail = Some(world)).await;
    lab.clock.forward(SignedDuration::from_hours(WEEKS * 7 * 24));
    lab.happens(json!({"do": "add_message", "thread": id(1)}));
    let token = lab.token(&["gmail.readonly"]);
    let told = lab.get_as(&token, &format!("/history?startHistoryId={first}")).await.good();
    assert_eq!(told["history"].as_array().unwrap().len(), 1);
    let thread = lab.get_as(&token, &format!("/threads/{}?format=minimal", id(1))).await.good();
    assert_eq!(short(&thread["messages"]).split(' ').take(3).collect::<Vec<_>>(), ["1", "2", "9"], "oldest first, as before");
    assert_eq!(thread["messages"].as_array().unwrap().len(), 4);
    assert!(lab.clock.now() > "2026-11-01T00:00:00Z".parse().unwrap());
}

#[tokio::test]
async fn the_samples_move_as_a_whole() {
    let mut world = GmailWorld::sample().unwrap();
    let ids = world.messages();
    let before: Vec<usize> = ids.iter().map(|id| world.raw(id).unwrap().len()).collect();
    world.shift_to("2026-11-24T10:00:00Z".parse().unwrap());
    assert_eq!(world.messages(), ids);
    // Days of one digit may become two, nothing else changes a length.
    for (id, length) in ids.iter().zip(before) {
        let now = world.raw(id).unwrap().len();
        assert!(now.abs_diff(length) <= 64, "{id}: {length} bytes became {now}");
    }
}
