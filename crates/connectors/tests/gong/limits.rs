//! Three requests a second and so many a day, for everything together.

use jiff::SignedDuration;
use sales_connectors::{Connector, Mode, gong::Gong};
use sales_simulator::{GongGenerate, GongLimits, GongWorld};

use crate::{
    bench::{Bench, HOUR},
    load::GENERATED,
};

fn world(calls: usize) -> GongWorld {
    GongWorld::generate(&GongGenerate::new(calls, 1, "2024-04-07T00:00:00Z".parse().unwrap()), 5)
}

#[tokio::test]
async fn a_history_keeps_the_published_limits() {
    let mut w = world(20_000);
    w.limits = Some(GongLimits::PUBLISHED);
    let mut b = Bench::of(w, "", GENERATED).await;
    b.limited(10_000);
    b.ok(Mode::Default).await;
    let said = b.ledger.records.keys().filter(|id| id.ends_with("/transcript")).count();
    assert_eq!((b.ledger.records.len(), said, b.ledger.lost.len()), (40_000, 20_000, 0));
    assert_eq!(b.sim.sends("gong").most_in(SignedDuration::from_secs(1)), 3);
    assert!(b.sim.log().iter().all(|e| e.status != 429));
    assert!(b.sent() <= 400 + 8, "{}", b.sent());
}

/// 80 requests of pages of five, 60 a day of which a load uses 42: it waits in place, and goes on by itself.
#[tokio::test]
async fn a_load_of_several_days_waits_and_goes_on_by_itself() {
    let mut w = world(200);
    w.page_size = 5;
    w.limits = Some(GongLimits { per_second: 3, per_day: 60 });
    let mut b = Bench::of(w, "", GENERATED).await;
    b.limited(60);
    let start = b.now();
    b.ok(Mode::Default).await;
    b.complete();
    let days = b.now().duration_since(start).as_hours() / 24;
    assert!((1..=4).contains(&days), "{days}");
    let most = b.sim.sends("gong").per_utc_day().into_values().max();
    assert!(most <= Some(60), "{most:?}");
    let most = b.sim.sends("gong").most_in(SignedDuration::from_hours(24));
    assert!((42..=54).contains(&most), "the share of syncs, of which a load uses less: {most}");
    assert!(b.sim.log().iter().all(|e| e.status != 429), "never more than the vendor allows");
    // What somebody waits for is not held up by a load that used up its share.
    let me = b.me().await;
    let states = Gong.probe(&b.cx, &me).await.unwrap();
    assert_eq!(states.len(), 5);
}

#[tokio::test]
async fn cut_off_while_it_waits_it_goes_on_the_next_day() {
    let mut w = world(60);
    w.page_size = 5;
    w.limits = Some(GongLimits { per_second: 3, per_day: 20 });
    let mut b = Bench::of(w, "", GENERATED).await;
    b.limited(20);
    for _ in 0..12 {
        b.run(Mode::Default, 5).await;
        b.later(7 * HOUR);
    }
    b.ok(Mode::Default).await;
    b.complete();
    let most = b.sim.sends("gong").per_utc_day().into_values().max();
    assert!(most <= Some(20), "{most:?}");
}

#[tokio::test]
async fn somebody_who_waits_is_told_when_the_day_is_used_up() {
    let mut b = Bench::of(world(5), "", GENERATED).await;
    b.limited(3);
    for _ in 0..3 {
        b.me().await;
    }
    let e = Gong.authenticate(&b.cx).await.unwrap_err();
    assert!(e.why.contains("asks to wait until 2024-04-09T09:00:0") && e.hint.contains("goes on where it stopped"), "{e:?}");
    assert_eq!(b.sent(), 3);
}
