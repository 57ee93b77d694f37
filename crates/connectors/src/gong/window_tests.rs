use proptest::prelude::*;

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A page of calls that begin at these seconds.
fn page(starts: &[i64], next: Option<&str>) -> Calls {
    Calls {
        count: starts.len(),
        ends: starts.first().zip(starts.last()).map(|(a, b)| (at(*a), at(*b))),
        ascends: starts.is_sorted(),
        print: format!("{starts:?}"),
        next: next.map(str::to_owned),
        ..Calls::default()
    }
}

fn covered(c: Option<CoveredTime>) -> Option<(i64, i64)> {
    c.map(|c| {
        assert_eq!(c.place, "gong");
        // The first microsecond behind a call counts as its second.
        (c.from.as_second(), c.to.as_second())
    })
}

#[test]
fn pages_cover_the_window_without_overlap() {
    let mut w = Window::new(at(100), at(1_000), false);
    assert_eq!(w.span(), Span { from: at(100), to: at(1_000) });
    let (c, step) = w.take(Some(&page(&[110, 150, 200], Some("a"))));
    assert_eq!((covered(c), step), (Some((100, 200)), Step::On));
    assert_eq!(w.span(), Span { from: at(100), to: at(1_000) });
    let (c, step) = w.take(Some(&page(&[200, 250, 300], Some("b"))));
    let c = c.unwrap();
    // What began with the last call of the page above may stand on either page.
    assert_eq!((c.from.as_microsecond(), c.to), (200_000_001, at(300)));
    assert_eq!(step, Step::On);
    let (c, step) = w.take(Some(&page(&[400], None)));
    assert_eq!((covered(c), step), (Some((300, 1_000)), Step::Complete));
}

#[test]
fn nothing_found_covers_all_of_it() {
    let mut w = Window::new(at(100), at(1_000), false);
    let (c, step) = w.take(None);
    assert_eq!((covered(c), step), (Some((100, 1_000)), Step::Complete));
}

#[test]
fn a_dead_cursor_costs_one_page() {
    let mut w = Window::new(at(100), at(1_000), true);
    w.take(Some(&page(&[110, 200], Some("a"))));
    assert!(w.dead_cursor());
    assert_eq!((w.cursor.as_deref(), w.span()), (None, Span { from: at(200), to: at(1_000) }));
    // The last call comes again, and what began with it is now known completely.
    let (c, step) = w.take(Some(&page(&[200, 200, 300], Some("b"))));
    assert_eq!((covered(c), step), (Some((200, 300)), Step::On));
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
    /// Whatever dies when: every call is seen, no page covers a call that it lacks and that stands at the vendor, and it ends.
    #[test]
    fn every_call_is_seen_wherever_cursors_die(
        mut starts in proptest::collection::vec(100_i64..400, 0..60),
        size in 2_usize..9,
        deaths in proptest::collection::vec(any::<bool>(), 0..40),
    ) {
        starts.sort_unstable();
        let calls: Vec<(usize, i64)> = starts.iter().copied().enumerate().collect();
        // A page of calls that all begin in one second leaves no place to begin anew.
        prop_assume!(calls.windows(size).all(|w| w[0].1 < w[size - 1].1));
        let mut w = Window::new(at(100), at(400), false);
        let (mut seen, mut covered) = (std::collections::BTreeSet::new(), Vec::new());
        let mut deaths = deaths.into_iter();
        for _ in 0..1_000 {
            if w.cursor.is_some() && deaths.next() == Some(true) {
                prop_assert!(w.dead_cursor());
                continue;
            }
            let span = w.span();
            let listed: Vec<_> = calls.iter().filter(|(_, s)| at(*s) >= span.from && at(*s) < span.to).collect();
            let skip: usize = w.cursor.as_ref().map_or(0, |c| c.parse().unwrap());
            let shown: Vec<_> = listed.iter().skip(skip).take(size).copied().copied().collect();
            let next = (skip + size < listed.len()).then(|| (skip + size).to_string());
            let print = format!("{shown:?}");
            let answer = Calls { print, ..page(&shown.iter().map(|(_, s)| *s).collect::<Vec<_>>(), next.as_deref()) };
            let (c, step) = w.take((!shown.is_empty()).then_some(&answer));
            seen.extend(shown.iter().map(|(i, _)| *i));
            if let Some(c) = c {
                let inside = calls.iter().filter(|(_, s)| at(*s) >= c.from && at(*s) < c.to);
                prop_assert!(inside.into_iter().all(|call| shown.contains(call)), "{c:?} {shown:?}");
                covered.push(c);
            }
            if step == Step::Complete {
                prop_assert_eq!(seen.len(), calls.len());
                prop_assert_eq!(covered.last().map(|c| c.to), Some(at(400)));
                return Ok(());
            }
            prop_assert_eq!(step, Step::On);
        }
        prop_assert!(false, "it does not end");
    }
}
