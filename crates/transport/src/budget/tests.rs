//! Both adapters against one model of true time that no clock shows.

use std::{
    io::Write as _,
    path::Path,
    sync::{
        Barrier,
        atomic::{AtomicI64, Ordering},
    },
    thread,
};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::{MemoryBudget, SqliteBudget, window::MARGIN};
use crate::{Budget, BudgetKey, BudgetRule, Grant, Window};

const SECOND: i64 = 1_000_000;
/// 2024-03-15T09:00:00Z.
const START: i64 = 1_710_493_200 * SECOND;

fn key() -> BudgetKey {
    BudgetKey { account: "slack:T0123".to_owned(), operation: "conversations.history".to_owned() }
}

fn window(limit: u32, seconds: i64) -> Window {
    Window { limit, per: SignedDuration::from_secs(seconds) }
}

fn rule(windows: &[Window]) -> BudgetRule {
    BudgetRule { key: key(), windows: windows.to_vec(), cost: 1 }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

fn sqlite(folder: &Path) -> SqliteBudget {
    SqliteBudget::new(folder.join("budgets.db"))
}

/// Takes all that is to be had at `now`.
fn take_all(budget: &dyn Budget, rule: &BudgetRule, now: i64) -> (u32, i64) {
    let mut taken = 0;
    loop {
        match budget.take(rule, at(now)).unwrap() {
            Grant::Now => taken += 1,
            Grant::At(next) => return (taken, next.as_microsecond()),
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Pass(i64),
    SetBack(i64),
    Take(u8),
    Penalize(i64),
    Lower(Option<Window>),
    Look,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lower = prop_oneof![Just(None), (1_u32..3, 1_i64..90).prop_map(|(limit, per)| Some(window(limit, per)))];
    let step = prop_oneof![
        10 => (1..120_u8).prop_map(Step::Take),
        4 => (0..3 * SECOND).prop_map(Step::Pass),
        2 => (0..90 * SECOND).prop_map(Step::Pass),
        1 => (0..4000 * SECOND).prop_map(Step::Pass),
        1 => (0..2 * SECOND).prop_map(Step::SetBack),
        1 => (0..400 * SECOND).prop_map(Step::SetBack),
        1 => (-SECOND..100 * SECOND).prop_map(Step::Penalize),
        1 => lower.prop_map(Step::Lower),
        1 => Just(Step::Look),
    ];
    prop::collection::vec(step, 1..60)
}

fn rules() -> impl Strategy<Value = Vec<Window>> {
    prop_oneof![
        Just(vec![window(50, 60)]),
        Just(vec![window(3, 1), window(20, 3600)]),
        Just(vec![window(1, 60)]),
        prop::collection::vec((1_u32..8, 1_i64..120).prop_map(|(limit, per)| window(limit, per)), 1..4),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever several processes take, and however often the clock is set back: in true time no window ever holds more than its limit,
    /// nobody sends before a stop is over, and the file behaves like the memory.
    #[test]
    fn never_more_than_the_limit(windows in rules(), steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let processes = [sqlite(folder.path()), sqlite(folder.path())];
        let memory = MemoryBudget::new();
        let rule = rule(&windows);
        let (mut real, mut offset) = (0, START);
        let mut granted: Vec<i64> = Vec::new();
        let mut free_at = i64::MIN;
        // A lower limit counts while it stands, also for what was sent before.
        let mut lowered: Option<Window> = None;
        for (index, step) in steps.into_iter().enumerate() {
            let process = &processes[index % 2];
            let now = at(real + offset);
            match step {
                Step::Pass(length) => real += length,
                Step::SetBack(length) => offset -= length,
                Step::Penalize(wait) => {
                    let until = at(real + offset + wait);
                    process.penalize(&rule.key, now, until).unwrap();
                    memory.penalize(&rule.key, now, until).unwrap();
                    free_at = free_at.max(real + wait);
                }
                Step::Lower(limit) => {
                    process.lower(&rule.key, limit).unwrap();
                    memory.lower(&rule.key, limit).unwrap();
                    lowered = limit;
                }
                Step::Look => {
                    prop_assert_eq!(process.state(&rule.key, now).unwrap(), memory.state(&rule.key, now).unwrap());
                }
                Step::Take(times) => {
                    for _ in 0..times {
                        let grant = process.take(&rule, now).unwrap();
                        prop_assert_eq!(grant, memory.take(&rule, now).unwrap());
                        match grant {
                            Grant::Now => {
                                prop_assert!(real >= free_at, "sent {} us before the stop was over", free_at - real);
                                granted.push(real);
                                for window in windows.iter().chain(&lowered) {
                                    let before = granted.len().checked_sub(1 + window.limit as usize);
                                    if let Some(first) = before.map(|index| granted[index]) {
                                        prop_assert!(real - first >= window.per.as_micros() as i64, "{:?} in {} us", window, real - first);
                                    }
                                }
                            }
                            Grant::At(next) => {
                                prop_assert!(next > now);
                                break;
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn exactly_the_limit_when_demand_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let adapters: [&dyn Budget; 2] = [&MemoryBudget::new(), &sqlite(folder.path())];
    for budget in adapters {
        let (mut now, mut taken) = (START, Vec::new());
        for _ in 0..20 {
            let (count, next) = take_all(budget, &rule(&[window(50, 60)]), now);
            taken.push((count, next - now));
            now = next;
        }
        assert_eq!(taken, [(50, 60 * SECOND + MARGIN); 20]);
        assert_eq!(budget.state(&key(), at(now - MARGIN - 1)).unwrap().used, 50);
        assert_eq!(budget.state(&key(), at(now + 1)).unwrap().used, 0);
    }
}

#[test]
fn all_windows_hold_at_once() {
    let budget = MemoryBudget::new();
    let rule = rule(&[window(3, 1), window(8, 60)]);
    let mut now = START;
    let taken: Vec<_> = (0..5)
        .map(|_| {
            let (count, next) = take_all(&budget, &rule, now);
            let answer = (count, next - START);
            now = next;
            answer
        })
        .collect();
    let (short, long) = (SECOND + MARGIN, 60 * SECOND + MARGIN);
    assert_eq!(taken, [(3, short), (3, 2 * short), (2, long), (3, long + short), (3, long + 2 * short)]);
}

#[test]
fn a_throttle_halves_the_rate_and_each_quiet_window_gives_back_a_quarter() {
    let folder = tempfile::tempdir().unwrap();
    let adapters: [&dyn Budget; 2] = [&MemoryBudget::new(), &sqlite(folder.path())];
    for budget in adapters {
        let rule = rule(&[window(40, 60)]);
        assert_eq!(take_all(budget, &rule, START).0, 40);
        let stopped = START + 30 * SECOND;
        budget.penalize(&key(), at(START), at(stopped)).unwrap();
        // A second answer of the same burst, and an earlier time: neither halves again nor shortens the stop.
        budget.penalize(&key(), at(START + SECOND), at(START + 2 * SECOND)).unwrap();
        assert_eq!(budget.state(&key(), at(START + SECOND)).unwrap().blocked_until, Some(at(stopped)));
        assert_eq!(budget.take(&rule, at(START + 2 * SECOND)).unwrap(), Grant::At(at(START + 60 * SECOND + MARGIN)));
        // Half of 40 for the minute after the stop; then three quarters, then all.
        let mut now = START + 61 * SECOND;
        let (count, next) = take_all(budget, &rule, now);
        assert_eq!((count, next), (20, stopped + 60 * SECOND), "asked again when the rate rises");
        assert_eq!(take_all(budget, &rule, next).0, 10);
        now += 120 * SECOND;
        assert_eq!(take_all(budget, &rule, now).0, 40);
        // Two throttles in a row: a quarter.
        for _ in 0..2 {
            now += 200 * SECOND;
            budget.penalize(&key(), at(now), at(now)).unwrap();
            budget.penalize(&key(), at(now), at(now)).unwrap();
            assert_eq!(take_all(budget, &rule, now).0, 10);
        }
        // Any number of them leaves a sixteenth, and never nothing.
        now += 1000 * SECOND;
        (0..20).for_each(|_| budget.penalize(&key(), at(now), at(now)).unwrap());
        assert_eq!(take_all(budget, &rule, now).0, 2);
    }
}

#[test]
fn a_lower_limit_is_kept_for_all_and_lifted() {
    let folder = tempfile::tempdir().unwrap();
    let rule = rule(&[window(50, 60)]);
    let first = sqlite(folder.path());
    first.lower(&key(), Some(window(1, 60))).unwrap();
    let second = sqlite(folder.path());
    assert_eq!(take_all(&second, &rule, START).0, 1);
    assert_eq!(take_all(&first, &rule, START + SECOND).0, 0);
    assert_eq!(first.state(&key(), at(START)).unwrap().lowered, Some((1, SignedDuration::from_secs(60))));
    drop((first, second));
    let third = sqlite(folder.path());
    assert_eq!(take_all(&third, &rule, START + 2 * SECOND), (0, START + 60 * SECOND + MARGIN));
    third.lower(&key(), None).unwrap();
    assert_eq!(take_all(&third, &rule, START + 2 * SECOND).0, 49);
}

#[test]
fn a_raised_limit_reckons_with_what_was_sent_before() {
    let folder = tempfile::tempdir().unwrap();
    let budget = sqlite(folder.path());
    assert_eq!(take_all(&budget, &rule(&[window(20, 60)]), START).0, 20);
    assert_eq!(take_all(&budget, &rule(&[window(50, 60)]), START).0, 30);
    assert_eq!(take_all(&budget, &rule(&[window(10, 60)]), START).0, 0);
    assert_eq!(take_all(&budget, &rule(&[window(0, 60)]), START + 70 * SECOND), (0, START + 130 * SECOND + MARGIN));
}

#[test]
fn no_windows_charge_nothing_but_wait_for_a_stop() {
    let folder = tempfile::tempdir().unwrap();
    let adapters: [&dyn Budget; 2] = [&MemoryBudget::new(), &sqlite(folder.path())];
    for budget in adapters {
        for _ in 0..500 {
            assert_eq!(budget.take(&rule(&[]), at(START)).unwrap(), Grant::Now);
        }
        assert_eq!(budget.state(&key(), at(START)).unwrap(), crate::BudgetState::default());
        budget.penalize(&key(), at(START), at(START + 5 * SECOND)).unwrap();
        assert_eq!(budget.take(&rule(&[]), at(START + SECOND)).unwrap(), Grant::At(at(START + 5 * SECOND)));
        assert_eq!(budget.take(&rule(&[]), at(START + 5 * SECOND)).unwrap(), Grant::Now);
        // Set back by ten years in the middle of a stop: it lasts as long as it was meant to, not ten years.
        budget.penalize(&key(), at(START + 5 * SECOND), at(START + 9 * SECOND)).unwrap();
        let past = START - 10 * 365 * 86_400 * SECOND;
        assert_eq!(budget.take(&rule(&[]), at(past)).unwrap(), Grant::At(at(past + 4 * SECOND)));
        assert_eq!(budget.take(&rule(&[]), at(past + 4 * SECOND)).unwrap(), Grant::Now);
        let other = BudgetRule { key: BudgetKey { operation: "users.list".to_owned(), ..key() }, windows: Vec::new(), cost: 1 };
        assert_eq!(budget.take(&other, at(START)).unwrap(), Grant::Now);
    }
}

#[test]
fn two_threads_on_one_file_never_exceed_together() {
    let folder = tempfile::tempdir().unwrap();
    let clock = AtomicI64::new(START);
    let start = Barrier::new(2);
    let rule = rule(&[window(20, 2)]);
    let worker = || {
        // The first use of the file is part of the race.
        let budget = sqlite(folder.path());
        start.wait();
        let mut granted = Vec::new();
        for _ in 0..1500 {
            let now = clock.fetch_add(5_000, Ordering::SeqCst);
            if budget.take(&rule, at(now)).unwrap() == Grant::Now {
                granted.push(now);
            }
        }
        granted
    };
    let mut granted = thread::scope(|scope| {
        let (first, second) = (scope.spawn(worker), scope.spawn(worker));
        [first.join().unwrap(), second.join().unwrap()].concat()
    });
    granted.sort_unstable();
    for pair in granted.windows(21) {
        assert!(pair[20] - pair[0] >= 2 * SECOND, "21 in {} us", pair[20] - pair[0]);
    }
    // 15 s of demand: six full windows and the begun seventh, but for charges that came late to a window.
    assert!((120..=140).contains(&granted.len()), "{}", granted.len());
}

#[test]
fn what_is_wrong_with_the_file_is_said_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("budgets.db");
    let text = b"this is not a database, but it is longer than the header of one, which is a hundred bytes long, is it not";
    std::fs::File::create(&path).unwrap().write_all(text).unwrap();
    let error = sqlite(folder.path()).take(&rule(&[window(1, 1)]), at(START)).unwrap_err();
    assert_eq!(error.to_string(), format!("charging a rate limit in {}: file is not a database", path.display()));
    let error = sqlite(&folder.path().join("missing")).take(&rule(&[]), at(START)).unwrap_err();
    assert!(error.to_string().starts_with("reading a rate limit in "), "{error}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("budgets.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 9).unwrap();
    let error = sqlite(folder.path()).take(&rule(&[]), at(START)).unwrap_err();
    assert!(error.to_string().ends_with("the file has schema 9, this version knows up to 1"), "{error}");
}
