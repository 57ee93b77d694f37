use super::*;

#[test]
fn queries_hold_a_day_more_on_each_side() {
    let mut walk = Walk::since("2024-03-15T09:00:00Z".parse().unwrap());
    assert_eq!(walk.query(None), "is:thread after:2024-03-13");
    assert_eq!(walk.query(Some("C0123")), "in:<#C0123> is:thread after:2024-03-13");
    walk.low = Some("1711616400.000000".into()); // 2024-03-28
    assert!(walk.go_below());
    assert_eq!(walk.query(None), "is:thread after:2024-03-13 before:2024-03-30");
    // No progress within two days: on to the day itself, and then to the end.
    assert!(walk.go_below());
    assert_eq!(walk.before, Some(jiff::civil::date(2024, 3, 28)));
    walk.low = Some("1710374400.000000".into()); // 2024-03-14
    assert!(walk.go_below());
    walk.low = Some("1710288000.000000".into()); // 2024-03-13
    assert!(walk.go_below());
    assert!(!walk.go_below(), "nothing is said before the first day");
}
