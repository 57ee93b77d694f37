use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn set(text: &str) -> UidSet {
    if text.is_empty() { UidSet::default() } else { UidSet::parse(text).unwrap() }
}

#[test]
fn what_servers_write() {
    for (text, means) in [
        ("1", "1"),
        ("1:3,7", "1:3,7"),
        ("7,1:3", "1:3,7"),
        ("3:1", "1:3"),
        ("1,2,3,5", "1:3,5"),
        ("1:4,2:3,4:9", "1:9"),
        ("4294967295", "4294967295"),
        ("1:4294967295", "1:4294967295"),
    ] {
        assert_eq!(set(text).to_string(), means, "{text}");
    }
    for bad in ["", ",", "1,", "0", "0:3", "*", "1:*", "4294967296", "-1", "1 2", "a", "1:2:3", "１"] {
        assert_eq!(UidSet::parse(bad), None, "{bad}");
    }
}

#[test]
fn the_largest_set_is_small() {
    let all = UidSet::range(1, u32::MAX);
    assert_eq!((all.len(), all.first(), all.last()), (4_294_967_295, Some(1), Some(u32::MAX)));
    assert_eq!(set("5,9").minus(&all), UidSet::default());
    assert_eq!(all.minus(&set("1,4294967295")).to_string(), "2:4294967294");
    assert_eq!(all.take(3).to_string(), "1:3");
    assert!(all.contains(u32::MAX) && !all.contains(0));
    let mut high = set("4294967294");
    high.insert(u32::MAX);
    high.insert(1);
    high.insert(0);
    assert_eq!(high.to_string(), "1,4294967294:4294967295");
    assert_eq!(UidSet::range(5, 4), UidSet::default());
    assert_eq!(UidSet::range(0, 2).to_string(), "1:2");
}

#[test]
fn long_sets_are_asked_for_as_one_range() {
    let odd: UidSet = (1..=99).step_by(2).collect();
    assert_eq!(odd.wire(50), "1:99");
    assert_eq!(set("1,3").wire(3), "1,3");
    assert_eq!(UidSet::default().wire(3), "");
}

#[test]
fn kept_as_text() {
    let json = serde_json::to_string(&set("1:3,9")).unwrap();
    assert_eq!(json, "\"1:3,9\"");
    assert_eq!(serde_json::from_str::<UidSet>(&json).unwrap(), set("1:3,9"));
    assert_eq!(serde_json::from_str::<UidSet>("\"\"").unwrap(), UidSet::default());
    serde_json::from_str::<UidSet>("\"0\"").unwrap_err();
}

proptest! {
    #[test]
    fn as_a_set_of_numbers(a in prop::collection::btree_set(1_u32..60, 0..40), b in prop::collection::btree_set(1_u32..60, 0..40), n in 0_u64..50) {
        let (x, y): (UidSet, UidSet) = (a.iter().copied().collect(), b.iter().copied().collect());
        let list = |s: &UidSet| s.iter().collect::<BTreeSet<u32>>();
        prop_assert_eq!(list(&x), a.clone());
        prop_assert_eq!(x.len(), a.len() as u64);
        prop_assert_eq!(list(&x.union(&y)), a.union(&b).copied().collect::<BTreeSet<_>>());
        prop_assert_eq!(list(&x.minus(&y)), a.difference(&b).copied().collect::<BTreeSet<_>>());
        prop_assert_eq!(list(&x.and(&y)), a.intersection(&b).copied().collect::<BTreeSet<_>>());
        prop_assert_eq!(list(&x.take(n)), a.iter().copied().take(n as usize).collect::<BTreeSet<_>>());
        let mut one_by_one = UidSet::default();
        for uid in b.iter().chain(&a) {
            one_by_one.insert(*uid);
        }
        prop_assert_eq!(&one_by_one, &x.union(&y));
        for uid in 0..62 {
            prop_assert_eq!(x.contains(uid), a.contains(&uid));
        }
        if !x.is_empty() {
            prop_assert_eq!(UidSet::parse(&x.to_string()), Some(x));
        }
    }

    #[test]
    fn any_text(text in "[0-9:,*]{0,40}") {
        if let Some(set) = UidSet::parse(&text) {
            prop_assert_eq!(UidSet::parse(&set.to_string()), Some(set));
        }
    }
}
