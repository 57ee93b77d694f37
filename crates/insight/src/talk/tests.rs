use proptest::prelude::*;

use super::*;

const OURS: Side = Side::Ours;
const THEIRS: Side = Side::Theirs;

fn said<'a>(speaker: &'a str, side: Side, start: f64, end: f64, text: &'a str) -> Speech<'a> {
    Speech { speaker, side, start: (start * 1_000.0) as u64, end: Some((end * 1_000.0) as u64), text }
}

fn call() -> Vec<Speech<'static>> {
    vec![
        said("Jo", OURS, 0.0, 30.0, "Thanks for joining. How is the pilot going?"),
        said("Ana", THEIRS, 31.0, 91.0, "It went well in both of the teams."),
        said("Jo", OURS, 91.5, 92.0, "Great."),
        said("Ana", THEIRS, 93.0, 113.0, "We would add a third one, and what does it cost?"),
        said("Ben", OURS, 112.0, 152.0, "It depends on the seats."),
        said("Ana", THEIRS, 154.0, 156.0, "Okay, right."),
        said("Ben", OURS, 157.0, 177.0, "You are on the annual plan, right? Would that work?"),
        said("Ana", THEIRS, 180.0, 200.0, "Can you send that by Friday?"),
        said("Jo", OURS, 206.0, 210.0, "Yes, I will do that."),
    ]
}

fn close(a: Option<f64>, b: f64) {
    assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} {b}");
}

#[test]
fn a_call_by_hand() {
    let t = talk(&call(), Some("Jo"));
    // Jo: 30 + 0.5 + 4 = 34.5. Ana: 60 + 20 + 2 + 20 = 102. Ben: 40 + 20 = 60. Everybody: 196.5, the second in which two speak twice.
    close(t.seconds("Jo"), 34.5);
    close(t.seconds("Ana"), 102.0);
    close(t.seconds("Ben"), 60.0);
    assert_eq!(t.seconds("Eve"), None);
    // (34.5 + 60) / 196.5
    close(t.ratio_ours, 94.5 / 196.5);
    close(t.host_ratio, 34.5 / 196.5);
    // Ben from 112 to 152, silence of 2, "Okay, right." from 154 to 156, silence of 1, until 177: one run of 65.
    close(t.longest_monologue, 65.0);
    // Ana from 31 to 91, "Great.", silence of 1 after it, until 113: one run of 82.
    close(t.longest_customer_story, 82.0);
    // Without the two short turns: ours, theirs, theirs, ours, ours, theirs, ours. 4 switches in 210 seconds: 4 * 300 / 210.
    close(t.interactivity, 4.0 * 300.0 / 210.0);
    // 91.5 - 91 = 0.5; 112 - 113 counts as 0; 157 - 156 = 1; 206 - 200 = 6 is too late. The median of 0, 0.5, 1.
    close(t.patience, 0.5);
    // "How is the pilot going?", "Would that work?"; "You are on the annual plan, right?" is none.
    assert_eq!((t.questions_ours, t.questions_theirs), (Some(2), Some(2)));
    // 2 in 210 seconds: 2 * 3600 / 210.
    close(t.question_rate, 2.0 * 3600.0 / 210.0);
    // Ben says 5 + 10 words in 60 seconds.
    let rates: Vec<_> = t.people.iter().map(|p| (p.speaker.as_str(), p.words_per_minute)).collect();
    // Jo: 8 + 1 + 5 = 14 words in 34.5 s. Ana: 8 + 11 + 2 + 6 = 27 words in 102 s.
    assert_eq!(rates[2], ("Ben", Some(15.0)));
    close(rates[0].1, 14.0 * 60.0 / 34.5);
    close(rates[1].1, 27.0 * 60.0 / 102.0);
    assert!(!t.estimated);
    // The call lasted 4 minutes: 4 switches * 300 / 240, 2 questions * 3600 / 240. One of 3 minutes can't hold these 3.5.
    close(t.clone().over(240.0).interactivity, 5.0);
    close(t.clone().over(240.0).question_rate, 30.0);
    for odd in [180.0, 0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(t.clone().over(odd), t);
    }
    let stats = t.stats();
    assert_eq!((stats.longest_monologue, stats.questions_ours, stats.patience), (Some(65.0), Some(2), Some(0.5)));
}

#[test]
fn order_does_not_matter() {
    let mut turned = call();
    turned.reverse();
    assert_eq!(talk(&turned, Some("Jo")), talk(&call(), Some("Jo")));
}

#[test]
fn silence_and_words_end_a_monologue() {
    let run = |second: f64, between: Option<(f64, f64, &'static str)>| {
        let mut all = vec![said("Jo", OURS, 0.0, 60.0, "one two three four"), said("Jo", OURS, second, 140.0, "five six seven eight")];
        all.extend(between.map(|(from, to, text)| said("Ana", THEIRS, from, to, text)));
        all.push(said("Ana", THEIRS, 150.0, 151.0, "and that is all"));
        talk(&all, None).longest_monologue
    };
    close(run(62.9, None), 140.0);
    // 140 - 63: a gap of 3 seconds.
    close(run(63.0, None), 77.0);
    close(run(62.0, Some((60.5, 61.5, "mm hm"))), 140.0);
    close(run(62.0, Some((60.5, 61.5, "but that costs"))), 78.0);
    // The gap of 5 seconds is filled, but for 1.5 and 2 seconds of silence.
    close(run(65.0, Some((61.5, 63.0, "sure"))), 140.0);
    // 3 seconds of silence stand before the short turn.
    close(run(65.0, Some((63.0, 64.0, "sure"))), 75.0);
    // Somebody else of ours is somebody else.
    let two = [said("Jo", OURS, 0.0, 60.0, "a b c"), said("Ben", OURS, 60.0, 130.0, "a b c"), said("Ana", THEIRS, 130.0, 131.0, "a b c")];
    close(talk(&two, None).longest_monologue, 70.0);
}

#[test]
fn patience_waits_for_the_customers_last_word() {
    let all = [
        said("Ana", THEIRS, 0.0, 60.0, "a b c"),
        // Ends before the one above: the customer's side ends at 60.
        said("Kim", THEIRS, 50.0, 51.0, "yes yes yes"),
        said("Jo", OURS, 61.0, 100.0, "a b c"),
        said("Ana", THEIRS, 101.0, 110.0, "a b c"),
        // Somebody between: no answer of ours.
        said("Eve", Side::Other, 110.5, 111.0, "a b c"),
        said("Jo", OURS, 111.5, 130.0, "a b c"),
    ];
    close(talk(&all, None).patience, 1.0);
    let mut even = all.to_vec();
    even.extend([said("Ana", THEIRS, 131.0, 140.0, "a b c"), said("Jo", OURS, 145.0, 146.0, "a b c")]);
    // 1 and exactly 5: the mean of both.
    close(talk(&even, None).patience, 3.0);
}

#[test]
fn missing_ends_are_estimated() {
    let text = "word ".repeat(270);
    let all = [
        Speech { speaker: "Jo", side: OURS, start: 0, end: None, text: &text },
        Speech { speaker: "Ana", side: THEIRS, start: 110_000, end: None, text: "what is it for" },
        said("Jo", OURS, 115.0, 125.0, "for all of it"),
        // An end before its start is none.
        Speech { speaker: "Ana", side: THEIRS, start: 130_000, end: Some(10), text: "ok good" },
    ];
    let t = talk(&all, None);
    assert!(t.estimated);
    assert_eq!(t.patience, None);
    // 270 / 2.7 = 100 seconds and 10 more; 4 / 2.7 = 1.481 and 2 / 2.7 = 0.740.
    close(t.seconds("Jo"), 110.0);
    close(t.seconds("Ana"), 2.221);
    assert_eq!(t.people[0].words_per_minute, None);
}

#[test]
fn too_little_has_no_values() {
    let none = Talk::default();
    assert_eq!(talk(&[], None), none);
    let short: Vec<_> = call().into_iter().filter(|s| s.start < 90_000).collect();
    assert_eq!(talk(&short, Some("Jo")), none);
    let ours: Vec<_> = call().into_iter().filter(|s| s.side == OURS).collect();
    assert_eq!(talk(&ours, None), none);
    let theirs: Vec<_> = call().into_iter().map(|s| Speech { side: if s.speaker == "Jo" { Side::Other } else { THEIRS }, ..s }).collect();
    assert_eq!(talk(&theirs, None), none);
    let bots: Vec<_> = call().into_iter().map(|s| Speech { side: if s.side == OURS { Side::Bot } else { s.side }, ..s }).collect();
    assert_eq!(talk(&bots, None), none);
    let silent: Vec<_> = call().into_iter().map(|s| Speech { end: Some(s.start), ..s }).collect();
    assert_eq!(talk(&silent, None), none);
    // Exactly two minutes are enough.
    let two = [said("Jo", OURS, 0.0, 1.0, "a"), said("Ana", THEIRS, 1.0, 120.0, "b")];
    close(talk(&two, None).ratio_ours, 1.0 / 120.0);
}

#[test]
fn hostile_times() {
    let mut all = call();
    all.push(Speech { speaker: "Jo", side: OURS, start: u64::MAX, end: Some(u64::MAX), text: "never" });
    assert_eq!(talk(&all, Some("Jo")), talk(&call(), Some("Jo")));
    all.push(Speech { speaker: "Jo", side: OURS, start: 1, end: Some(u64::MAX), text: "always" });
    // Until the end of the day, and what Jo says meanwhile is not counted twice.
    close(talk(&all, None).seconds("Jo"), 86_400.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ratios_are_ratios(parts in prop::collection::vec((
        0..4_usize,
        prop_oneof![0..400_000_u64, any::<u64>()],
        prop::option::of(prop_oneof![0..400_000_u64, any::<u64>()]),
        prop_oneof![Just("one two three four?".to_owned()), Just("ok".to_owned()), any::<String>()],
    ), 0..60)) {
        let who = [("Jo", OURS), ("Ana", THEIRS), ("Eve", Side::Other), ("bot", Side::Bot)];
        let all: Vec<Speech<'_>> = parts
            .iter()
            .map(|(n, start, end, text)| Speech { speaker: who[*n].0, side: who[*n].1, start: *start, end: *end, text })
            .collect();
        let t = talk(&all, Some("Jo"));
        for ratio in t.people.iter().map(|p| p.ratio).chain(t.ratio_ours).chain(t.host_ratio) {
            prop_assert!((0.0..=1.0).contains(&ratio), "{}", ratio);
        }
        prop_assert!(t.people.iter().map(|p| p.ratio).sum::<f64>() <= 1.0 + 1e-9);
        let day = 86_400.0;
        for seconds in t.people.iter().map(|p| p.seconds).chain(t.longest_monologue).chain(t.longest_customer_story) {
            prop_assert!((0.0..=day).contains(&seconds));
        }
        prop_assert!(t.patience.is_none_or(|p| (0.0..=5.0).contains(&p)));
        prop_assert!(t.interactivity.is_none_or(|i| i.is_finite() && i >= 0.0));
        let mut turned = all;
        turned.reverse();
        prop_assert_eq!(t, talk(&turned, Some("Jo")));
    }
}
