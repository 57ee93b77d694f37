use sales_model::Settings;

use super::*;
use crate::Mode;

fn plan(now: &str) -> Plan {
    Plan { mode: Mode::Default, since: "2022-04-01T00:00:00Z".parse().unwrap(), now: now.parse().unwrap(), only: None }
}

fn at(s: &str) -> String {
    ts::from_instant(s.parse().unwrap())
}

#[test]
fn the_first_window_reaches_back_to_the_start_and_the_next_to_the_look_back() {
    let mut state = State::read(None);
    state.begin(&plan("2024-04-08T09:00:00Z"), &Settings::default());
    assert_eq!(state.open, [Window::new(at("2022-04-01T00:00:00Z"), at("2024-04-08T09:00:00Z"))]);
    let mut state = State { v: VERSION, top: Some(at("2024-04-08T08:00:00Z")), ..State::default() };
    state.begin(&plan("2024-04-09T09:00:00Z"), &Settings::default());
    assert_eq!(state.open[0].oldest, at("2024-03-10T09:00:00Z"));
    // More than the look-back has passed: from the last message on.
    let mut state = State { v: VERSION, top: Some(at("2023-04-08T08:00:00Z")), ..State::default() };
    state.begin(&plan("2024-04-09T09:00:00Z"), &Settings::default());
    assert_eq!(state.open[0].oldest, at("2023-04-08T08:00:00Z"));
}

#[test]
fn an_interrupted_load_waits_below_the_newest_part() {
    let settings = Settings::default();
    let mut state = State::read(None);
    state.begin(&plan("2024-04-08T09:00:00Z"), &settings);
    state.top = Some(at("2024-04-08T08:59:00Z"));
    state.open[0].low = Some(at("2024-02-01T00:00:00Z"));
    state.open[0].cursor = Some("dXNlcjo=".into());
    state.begin(&plan("2024-04-09T09:00:00Z"), &settings);
    let bounds: Vec<_> = state.open.iter().map(|w| (w.oldest.clone(), w.latest.clone(), w.cursor.clone())).collect();
    assert_eq!(
        bounds,
        [(at("2024-03-10T09:00:00Z"), at("2024-04-09T09:00:00Z"), None), (at("2022-04-01T00:00:00Z"), at("2024-02-01T00:00:00Z"), None),]
    );
    // The look-back never reads what the waiting part will read anyway.
    state.open[1].low = Some(at("2024-03-20T00:00:00Z"));
    state.open.remove(0);
    state.begin(&plan("2024-04-10T09:00:00Z"), &settings);
    assert_eq!(state.open[0].oldest, at("2024-03-20T00:00:00Z"));
}

#[test]
fn what_is_asked_for_below_is_read_last() {
    let settings = Settings::default();
    let asked = |state: &mut State, since: &str, now: &str| {
        state.begin(&Plan { since: since.parse().unwrap(), ..plan(now) }, &settings);
        let bounds = state.open.iter().map(|w| (w.oldest.clone(), w.latest.clone())).collect::<Vec<_>>();
        (bounds, state.bottom.clone().unwrap())
    };
    let mut state = State::read(None);
    let (since, now) = ("2024-03-09T09:00:00Z", "2024-04-08T09:00:00Z");
    assert_eq!(asked(&mut state, since, now), (vec![(at(since), at(now))], at(since)));
    // Read to its end; nothing was said. The next one reaches down by itself.
    state.open.clear();
    let mut silent = state.clone();
    let (lower, later) = ("2022-04-09T09:00:00Z", "2024-04-09T09:00:00Z");
    assert_eq!(asked(&mut silent, lower, later), (vec![(at(lower), at(later))], at(lower)));
    state.top = Some(at("2024-04-08T08:00:00Z"));
    let look_back = (at("2024-03-10T09:00:00Z"), at(later));
    let below = (at(lower), at("2024-03-09T08:59:59.999999Z"));
    assert_eq!(asked(&mut state, lower, later), (vec![look_back.clone(), below.clone()], at(lower)));
    // Less is asked for, or as much: nothing further.
    state.open.clear();
    assert_eq!(asked(&mut state, since, later), (vec![look_back.clone()], at(lower)));
    state.open.clear();
    assert_eq!(asked(&mut state, lower, later), (vec![look_back.clone()], at(lower)));
    // Interrupted before anything was read, and then more is asked for.
    let mut cut = State::read(None);
    asked(&mut cut, since, now);
    assert_eq!(asked(&mut cut, lower, later), (vec![(at(now), at(later)), (at(since), at(now)), below], at(lower)));
}

#[test]
fn a_clock_that_went_back_reads_again_and_never_skips() {
    let mut state = State { v: VERSION, top: Some(at("2024-04-08T08:00:00Z")), ..State::default() };
    state.begin(&plan("2024-01-01T00:00:00Z"), &Settings::default());
    assert_eq!(
        (state.open[0].oldest.as_str(), state.open[0].latest.as_str()),
        (at("2023-12-02T00:00:00Z").as_str(), at("2024-01-01T00:00:00Z").as_str())
    );
    assert_eq!(state.top, Some(at("2024-04-08T08:00:00Z")));
}

#[test]
fn checkpoints_of_other_versions_and_rubbish_begin_anew() {
    for text in ["", "{}", "{\"v\":2,\"top\":\"1.000000\"}", "null", "{\"v\":1,\"open\":5}"] {
        assert_eq!(State::read(Some(&Checkpoint(text.into()))), State::read(None), "{text}");
    }
    let mut state = State::read(None);
    state.begin(&plan("2024-04-08T09:00:00Z"), &Settings::default());
    assert_eq!(State::read(Some(&state.write())), state);
}

#[test]
fn what_is_left_is_reckoned_from_the_time_read() {
    let since = "2022-04-08T00:00:00Z".parse().unwrap();
    let mut state = State { v: VERSION, top: Some(at("2024-04-08T00:00:00Z")), pages: 10, ..State::default() };
    state.open =
        vec![Window { low: Some(at("2023-04-08T00:00:00Z")), ..Window::new(at("2022-04-08T00:00:00Z"), at("2024-04-08T00:00:00Z")) }];
    let share = unread(&state, since).unwrap();
    assert!((0.9..1.1).contains(&share), "half the time is read, as much is left: {share}");
    assert_eq!(unread(&State::read(None), since), None);
    // A busy hour tells nothing about two years, and ten days of silence with it do.
    state.open[0].low = Some(at("2024-04-07T23:00:00Z"));
    assert_eq!(unread(&state, since), Some(1.0));
    state.run = Some("2024-04-18T00:00:00Z".parse().unwrap());
    let share = unread(&state, since).unwrap();
    assert!((72.0..73.0).contains(&share), "{share}");
}
