use proptest::prelude::*;

use super::*;
use crate::gong::page::Times;

/// Hours since some time.
fn at(hour: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + hour * 3_600).unwrap()
}

/// A page of calls that begin at these hours, as they were to.
fn page(starts: &[i64], next: Option<&str>) -> Calls {
    timed(&starts.iter().map(|s| (*s, *s)).collect::<Vec<_>>(), next)
}

/// A page of calls: when they began, and when they were to.
fn timed(calls: &[(i64, i64)], next: Option<&str>) -> Calls {
    Calls {
        count: calls.len(),
        times: calls.iter().map(|(started, scheduled)| Times::of(at(*started), Some(at(*scheduled)))).collect(),
        print: format!("{calls:?}"),
        next: next.map(str::to_owned),
        ..Calls::default()
    }
}

/// In whole hours; the first microsecond behind a call counts as its hour.
fn covered(c: Option<CoveredTime>) -> Option<(i64, i64)> {
    c.map(|c| {
        assert_eq!(c.place, "gong");
        ((c.from.as_second() - 1_700_000_000) / 3_600, (c.to.as_second() - 1_700_000_000) / 3_600)
    })
}

#[test]
fn pages_cover_the_window_without_overlap() {
    let mut w = Window::new(at(100), at(1_000), false);
    assert_eq!(w.span(), Span { from: at(100), to: at(1_000) });
    let (c, step) = w.take(Some(&page(&[110, 150, 200], Some("a"))));
    // A day from its beginning, which calls of before may reach into; up to an hour before the last, which others may have begun early in.
    assert_eq!((covered(c), step), (Some((124, 199)), Step::On));
    assert_eq!(w.span(), Span { from: at(100), to: at(1_000) });
    let (c, step) = w.take(Some(&page(&[200, 250, 300], Some("b"))));
    let c = c.unwrap();
    // What began with the last call of the page above may stand on either page.
    assert_eq!((c.from, c.to), (at(200) + SignedDuration::from_micros(1), at(299)));
    assert_eq!(step, Step::On);
    let (c, step) = w.take(Some(&page(&[400], None)));
    assert_eq!((covered(c), step), (Some((300, 1_000)), Step::Complete));
}

#[test]
fn what_was_read_is_told_as_time() {
    let told = |w: &Window, step: &Step| {
        w.read(step).map(|s| ((s.from.as_second() - 1_700_000_000) / 3_600, (s.to.as_second() - 1_700_000_000) / 3_600))
    };
    let mut w = Window::new(at(100), at(1_000), false);
    for (calls, next, read) in [
        (&[110, 150, 200][..], Some("a"), Some((100, 200))),
        (&[200, 300], Some("b"), Some((100, 300))),
        (&[400], None, Some((100, 1_000))),
    ] {
        let step = w.take(Some(&page(calls, next))).1;
        assert_eq!(told(&w, &step), read, "{calls:?}");
    }
    // Nothing in it: all of it. Out of order, or less than the vendor counts: nothing.
    let mut w = Window::new(at(100), at(1_000), false);
    let step = w.take(None).1;
    assert_eq!(told(&w, &step), Some((100, 1_000)));
    let mut w = Window::new(at(100), at(1_000), false);
    let step = w.take(Some(&page(&[300, 150], Some("a")))).1;
    assert_eq!((w.disorder, told(&w, &step)), (true, None));
    let mut w = Window::new(at(100), at(1_000), false);
    let step = w.take(Some(&Calls { total: Some(5), ..page(&[110], None) })).1;
    assert_eq!((w.cut, told(&w, &step)), (true, None));
}

#[test]
fn below_others_a_day_is_left_out_at_both_ends() {
    let mut w = Window::below(at(100), at(1_000));
    assert_eq!(covered(w.take(Some(&page(&[110, 400], None))).0), Some((124, 976)));
    assert_eq!(covered(Window::below(at(100), at(1_000)).take(None).0), Some((124, 976)));
    assert_eq!(covered(Window::below(at(100), at(140)).take(None).0), None);
}

/// Whichever of its times a call is taken by.
#[test]
fn calls_stand_in_order_of_their_start_or_their_schedule() {
    let mut w = Window::new(at(0), at(1_000), false);
    // By schedule: the second began 8 hours late, and after the third.
    let (c, step) = w.take(Some(&timed(&[(100, 100), (110, 102), (105, 105)], Some("a"))));
    assert_eq!((covered(c), step, w.disorder), (Some((24, 104)), Step::On, false));
    assert_eq!(w.resume(), at(105));
    // What began up to the late one was seen.
    let (c, _) = w.take(Some(&timed(&[(130, 130), (120, 140)], Some("b"))));
    assert_eq!((covered(c), w.disorder), (Some((110, 129)), false));
    // By start: the schedule of the first lies far ahead.
    let mut w = Window::new(at(0), at(1_000), false);
    let (c, _) = w.take(Some(&timed(&[(100, 120), (101, 101), (102, 102)], Some("a"))));
    assert_eq!((covered(c), w.disorder, w.resume()), (Some((24, 101)), false, at(102)));
    // A schedule of another day is none of this call.
    let mut w = Window::new(at(0), at(1_000), false);
    let (c, _) = w.take(Some(&timed(&[(100, 10), (101, 300), (102, 102)], Some("a"))));
    assert_eq!((covered(c), w.disorder, w.resume()), (Some((24, 101)), false, at(102)));
    // By neither.
    let mut w = Window::new(at(0), at(1_000), false);
    let (c, _) = w.take(Some(&timed(&[(100, 102), (90, 95)], Some("a"))));
    assert_eq!((covered(c), w.disorder, w.resume()), (None, true, at(0)));
}

#[test]
fn nothing_found_covers_all_of_it() {
    let mut w = Window::new(at(100), at(1_000), false);
    let (c, step) = w.take(None);
    assert_eq!((covered(c), step), (Some((124, 1_000)), Step::Complete));
}

#[test]
fn a_dead_cursor_costs_one_page() {
    let mut w = Window::new(at(100), at(1_000), true);
    w.take(Some(&page(&[110, 200], Some("a"))));
    assert!(w.dead_cursor());
    assert_eq!((w.cursor.as_deref(), w.span()), (None, Span { from: at(200), to: at(1_000) }));
    // The last call comes again.
    let (c, step) = w.take(Some(&page(&[200, 200, 300], Some("b"))));
    assert_eq!((covered(c), step), (Some((200, 299)), Step::On));
    assert_eq!(w.stalls, 0);
    assert_eq!(w.span().from, at(200));
}

#[test]
fn a_server_that_loses_its_place_again_and_again_is_given_up() {
    let mut w = Window::new(at(100), at(1_000), false);
    w.take(Some(&page(&[110, 200], Some("a"))));
    let mut deaths = 0;
    while w.dead_cursor() {
        deaths += 1;
        // Calls that all begin in one second: nothing is gained.
        w.take(Some(&page(&[200, 200], Some("a"))));
    }
    assert_eq!(deaths, 5);
}

#[test]
fn out_of_order_nothing_is_concluded_and_all_is_read_again() {
    for (first, second) in [([150, 110], [200, 300]), ([150, 300], [200, 400]), ([50, 110], [200, 300])] {
        let mut w = Window::new(at(100), at(1_000), false);
        w.take(Some(&page(&first, Some("a"))));
        let (c, step) = w.take(Some(&page(&second, Some("b"))));
        assert_eq!((covered(c), step), (None, Step::On), "{first:?}");
        assert!(w.dead_cursor());
        assert_eq!(w.span().from, at(100), "{first:?}");
        let (c, step) = w.take(Some(&page(&[500], None)));
        assert_eq!((covered(c), step), (None, Step::Complete));
    }
}

#[test]
fn a_call_without_a_start_keeps_the_page_from_covering() {
    let mut w = Window::new(at(100), at(1_000), false);
    let undated = Calls { undated: true, ..page(&[110, 200], Some("a")) };
    assert_eq!(w.take(Some(&undated)), (None, Step::On));
    let (c, _) = w.take(Some(&page(&[300], None)));
    assert_eq!(covered(c), Some((200, 1_000)));
}

#[test]
fn circles_end() {
    type Pages = fn(u64) -> Calls;
    let circles: [Pages; 4] = [
        // The same page, with cursors that differ and that do not.
        |n| page(&[110, 200], Some(&n.to_string())),
        |_| page(&[110, 200], Some("a")),
        // Two in turn.
        |n| page(if n % 2 == 0 { &[110, 200] } else { &[300, 400] }, Some(&n.to_string())),
        // Nothing, for ever.
        |n| page(&[], Some(&n.to_string())),
    ];
    for (i, circle) in circles.into_iter().enumerate() {
        let mut w = Window::new(at(100), at(1_000), false);
        let steps = (0..200).take_while(|n| w.take(Some(&circle(*n))).1 == Step::On).count();
        assert!(steps < 60, "{i}: {steps}");
    }
}

#[test]
fn a_cursor_that_never_changes_is_none_of_them() {
    let mut w = Window::new(at(0), at(100_000), false);
    for n in 0..500 {
        let (c, step) = w.take(Some(&page(&[n * 100, n * 100 + 50], Some("same"))));
        assert!(step == Step::On && c.is_some(), "{n}");
    }
}

#[test]
fn whole_seconds() {
    for (from, to) in [("2024-04-08T09:00:00.999Z", "2024-04-08T09:00:00Z"), ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59Z")] {
        assert_eq!(whole(from.parse().unwrap()).to_string(), to);
    }
}

proptest! {
    /// Whatever dies when, and whichever of its times each call is taken by: every call is seen, no page covers a call that it lacks and that
    /// stands at the vendor, and it ends.
    #[test]
    fn every_call_is_seen_wherever_cursors_die(
        mut calls in proptest::collection::vec((130_i64..400, -1_i64..24, any::<bool>()), 0..60),
        size in 2_usize..9,
        deaths in proptest::collection::vec(any::<bool>(), 0..40),
    ) {
        // The vendor's time, how much later it began than it was to, whether the vendor takes its start.
        calls.sort_unstable();
        let times = |(key, late, by_start): (i64, i64, bool)| if by_start { (key, key - late) } else { (key + late, key) };
        let all: Vec<_> = calls.iter().copied().enumerate().collect();
        let mut w = Window::new(at(100), at(500), false);
        let mut seen = std::collections::BTreeSet::new();
        let mut deaths = deaths.into_iter();
        for _ in 0..1_000 {
            // A page that brings the lower bound no further leaves no better place to begin anew: that often it does not die.
            if w.cursor.is_some() && w.stalls < 2 && deaths.next() == Some(true) {
                prop_assert!(w.dead_cursor());
                continue;
            }
            let span = w.span();
            let listed: Vec<_> = all.iter().filter(|(_, c)| at(c.0) >= span.from && at(c.0) < span.to).copied().collect();
            let skip: usize = w.cursor.as_ref().map_or(0, |c| c.parse().unwrap());
            let shown: Vec<_> = listed.iter().skip(skip).take(size).copied().collect();
            let next = (skip + size < listed.len()).then(|| (skip + size).to_string());
            let told: Vec<_> = shown.iter().map(|(_, c)| times(*c)).collect();
            let answer = Calls { print: format!("{shown:?}"), ..timed(&told, next.as_deref()) };
            let (c, step) = w.take((!shown.is_empty()).then_some(&answer));
            seen.extend(shown.iter().map(|(i, _)| *i));
            prop_assert!(!w.disorder);
            if let Some(c) = &c {
                let inside = |call: &&(usize, (i64, i64, bool))| (c.from..c.to).contains(&at(times(call.1).0));
                prop_assert!(all.iter().filter(inside).all(|call| shown.contains(call)), "{c:?} {shown:?}");
            }
            if step == Step::Complete {
                prop_assert_eq!(seen.len(), calls.len());
                return Ok(());
            }
            prop_assert_eq!(step, Step::On);
        }
        prop_assert!(false, "it does not end");
    }
}
