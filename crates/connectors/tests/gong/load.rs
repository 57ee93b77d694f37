//! What a first load and the syncs after it bring, and what they cost.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sales_connectors::{Connector, Mode, gong::Gong};
use sales_model::GapKind;
use sales_simulator::{GongGenerate, GongWorld};
use serde_json::json;

use crate::bench::{Bench, DAY, HOUR, KEY};

pub(crate) const GENERATED: &[(&str, &str)] = &[("GONG_API_KEY", "GENERATED"), ("GONG_API_SECRET", "generated-secret")];

/// Calls over the last 60 days.
pub(crate) fn generated(calls: usize, sentences: usize) -> GongWorld {
    let spec = GongGenerate { days: 60, ..GongGenerate::new(calls, sentences, "2024-04-07T00:00:00Z".parse().unwrap()) };
    GongWorld::generate(&spec, 5)
}

fn counts(pairs: &[(&str, usize)]) -> BTreeMap<String, usize> {
    pairs.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect()
}

#[tokio::test]
async fn everything_that_can_be_seen_is_read_once() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let ids: Vec<String> = b.held().into_iter().map(|(id, _, _)| id).collect();
    assert_eq!(ids, ["1001", "1002", "1004", "1005"], "1003 is private");
    assert_eq!(b.transcript("1001").map(|t| t.unavailable), Some(true), "a call of five weeks ago that has none");
    let said: Vec<_> = b.transcript("1002").unwrap().turns.into_iter().map(|u| (u.start, u.end, u.text)).collect();
    let turns = [
        (460, Some(2343), "Shall we start with the numbers?".to_owned()),
        (2400, Some(6000), "Yes \u{2013} latency is down 40 %. \"RivalDB\" was slower.".to_owned()),
    ];
    assert_eq!(said, turns);
    let call = b.call("1002");
    let brief = "The team reviewed the POC numbers.";
    assert_eq!((call.title.as_str(), call.brief.as_str(), call.stats.host_talk_ratio), ("Acme - POC results", brief, Some(0.44)));
    let crm: Vec<_> = call.crm.iter().map(|o| (o.kind.as_str(), o.name.as_str(), o.fields.len())).collect();
    assert_eq!(crm, [("Opportunity", "", 3), ("Account", "Acme Inc", 2)]);
    assert_eq!(
        call.participants.iter().map(|p| (p.name.as_str(), p.attended)).collect::<Vec<_>>(),
        [("Ada Archer", true), ("Jane Doe", true), ("Sam Silent", false)]
    );
    assert_eq!(call.highlights[0].section, "Next steps");
    assert_eq!((call.trackers.len(), call.topics.len(), call.key_points.len(), call.outline.len()), (2, 1, 1, 1));
    let people: Vec<_> = b.ledger.people.values().map(|p| (p.key.as_str(), p.name.as_str(), p.deleted)).collect();
    assert_eq!(people, [("gong:501", "Ada Archer", false), ("gong:502", "Ben Bell", true)]);
    let places: Vec<_> = b.ledger.places.values().map(|p| (p.key.as_str(), p.name.as_str(), p.member)).collect();
    assert_eq!(places, [("gong", "Gong", true), ("gong:901", "Sales", true), ("gong:902", "Success", true)]);
    let raw = |kind| b.ledger.raws.iter().filter(|(k, _)| *k == kind).count();
    assert_eq!(["call", "transcript", "no_transcript", "user", "workspace", "tracker", "company"].map(raw), [4, 3, 1, 2, 2, 1, 1]);
    let once = [("calls.extensive", 2), ("calls.transcript", 1), ("settings.trackers", 1), ("users.list", 1), ("workspaces.list", 2)];
    assert_eq!(b.requests(0), counts(&once));
    let gaps: Vec<_> = b.ledger.gaps.values().flatten().map(|g| g.kind).collect();
    assert_eq!(gaps, [GapKind::OutOfReach, GapKind::OutOfReach]);
}

#[tokio::test]
async fn an_unchanged_company_costs_one_request_a_workspace() {
    let mut b = Bench::tiny().await;
    b.ok(Mode::Default).await;
    let (before, sent) = (b.ledger.raws.len(), b.sent());
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!(b.requests(sent), counts(&[("calls.extensive", 2), ("workspaces.list", 1)]));
    assert_eq!(b.ledger.raws.len(), before, "the same bytes");
    // The lists once a day.
    let sent = b.sent();
    b.later(DAY);
    b.ok(Mode::Default).await;
    let day = [("calls.extensive", 2), ("settings.trackers", 1), ("users.list", 1), ("workspaces.list", 2)];
    assert_eq!(b.requests(sent), counts(&day));
    assert_eq!((b.ledger.lost.len(), b.ledger.raws.len()), (0, before));
}

#[tokio::test]
async fn pages_of_any_size() {
    for size in [1, 2, 3, 5] {
        let mut world = generated(11, 2);
        world.page_size = size;
        let mut b = Bench::of(world, "", GENERATED).await;
        for mode in [Mode::Default, Mode::Default, Mode::Audit, Mode::Full] {
            b.ok(mode).await;
            b.later(HOUR);
            b.complete();
        }
        assert_eq!((b.held().len(), b.ledger.lost.len()), (11, 0), "{size}");
        assert_eq!(b.ledger.raws.iter().filter(|(k, _)| *k == "call").count(), 11, "each in one version");
    }
}

#[tokio::test]
async fn a_company_without_calls_has_none() {
    let mut b = Bench::of(GongWorld::generate(&GongGenerate::new(0, 0, "2024-04-07T00:00:00Z".parse().unwrap()), 1), "", GENERATED).await;
    b.ok(Mode::Default).await;
    assert_eq!(b.held(), []);
    b.later(HOUR);
    b.ok(Mode::Default).await;
    // The first call of all is found.
    let started = b.now();
    b.world(|w| w.add_call(json!({"metaData": {"id": "77", "title": "First", "started": started}}), json!([]))).unwrap();
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert_eq!(b.held(), [("77".into(), "First".into(), None)]);
}

#[tokio::test]
async fn a_history_costs_two_requests_for_a_hundred_calls() {
    let mut b =
        Bench::of(GongWorld::generate(&GongGenerate::new(3_000, 1, "2024-04-07T00:00:00Z".parse().unwrap()), 5), "", GENERATED).await;
    b.ok(Mode::Default).await;
    b.complete();
    let requests = b.requests(0);
    assert_eq!((requests["calls.extensive"], requests["calls.transcript"]), (30, 30));
    assert!(b.sent() <= 60 + 8, "{requests:?}");
}

#[tokio::test]
async fn a_smaller_since_reads_the_older_part_and_nothing_twice() {
    let mut b = Bench::of(generated(400, 1), "", GENERATED).await;
    b.since = "2024-03-20T00:00:00Z".parse().unwrap();
    b.ok(Mode::Default).await;
    let some = b.held().len();
    assert!((50..300).contains(&some), "{some}");
    b.since = "2022-04-09T00:00:00Z".parse().unwrap();
    b.later(HOUR);
    let sent = b.sent();
    b.ok(Mode::Default).await;
    b.complete();
    assert_eq!((b.held().len(), b.ledger.lost.len()), (400, 0));
    let pages = b.requests(sent)["calls.extensive"];
    assert!(pages <= 2 + (400 - some).div_ceil(100), "{pages}");
    let sent = b.sent();
    b.later(HOUR);
    b.ok(Mode::Default).await;
    assert!(b.requests(sent)["calls.extensive"] <= 2);
}

#[tokio::test]
async fn what_began_early_or_late_is_neither_missed_nor_taken_for_gone() {
    let mut world = GongWorld::tiny();
    for n in 0..200_i64 {
        // Up to three hours late, and up to half an hour early.
        let scheduled = "2024-03-01T00:00:00Z".parse::<jiff::Timestamp>().unwrap() + SignedDuration::from_hours(n * 4);
        let started = scheduled + SignedDuration::from_mins(n * 37 % 210 - 30);
        let direction = if n % 3 == 0 { "Outbound" } else { "Conference" };
        let meta = json!({"id": (5000 + n).to_string(), "title": format!("n {n}"), "scheduled": scheduled, "started": started, "direction": direction});
        world.add_call(json!({"metaData": meta}), json!([])).unwrap();
    }
    world.page_size = 7;
    let mut b = Bench::of(world, "", KEY).await;
    for mode in [Mode::Default, Mode::Default, Mode::Audit, Mode::Full, Mode::Default] {
        b.ok(mode).await;
        b.later(HOUR);
        assert_eq!((b.held().len(), &b.ledger.lost), (204, &Vec::new()), "{mode:?}");
    }
    // Not one of those within the look-back that is deleted is missed, wherever it stands on its page.
    let recent: Vec<String> = (5000..5200).map(|n| n.to_string()).filter(|id| b.ledger.records[id].0.at > b.now() - 13 * DAY).collect();
    assert!(recent.len() > 30, "{}", recent.len());
    let mut missed = 0;
    for id in &recent {
        b.world(|w| w.delete_call(id));
        b.later(HOUR);
        b.ok(Mode::Default).await;
        missed += usize::from(b.ledger.records.contains_key(id));
    }
    // Those near the end of a page are found as soon as pages end elsewhere.
    assert!(missed <= recent.len() / 4, "{missed} of {}", recent.len());
    b.world(|w| w.page_size = 100);
    b.ok(Mode::Default).await;
    assert_eq!(b.held().len(), 204 - recent.len());
}

#[tokio::test]
async fn the_estimate_is_told_by_the_first_page() {
    let mut world = generated(950, 1);
    world.page_size = 100;
    let mut b = Bench::of(world, "", GENERATED).await;
    b.limited(10_000);
    let me = b.me().await;
    let words = |b: &Bench| Gong.estimate(&b.cx, &me, &b.plan(Mode::Default), &b.known()).unwrap().words;
    let unknown = "less than a minute (about 1 request, of which 7,000 a day may be used, and 1 were in the last 24 hours); how many calls there are shows with \
                   the first page";
    assert_eq!(words(&b), unknown);
    // Three lists, and one page of calls.
    b.run(Mode::Default, 4).await;
    let me_again = words(&b);
    assert!(me_again.starts_with("less than a minute (about 19 requests, of which 7,000 a day may be used, "), "{me_again}");
}
