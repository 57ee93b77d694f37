use jiff::ToSpan as _;

use super::*;

const NOW: &str = "2026-01-27T15:30:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn plan(mode: Mode, now: Timestamp) -> Plan {
    Plan { mode, since: at("2024-01-28T00:00:00Z"), now, only: None }
}

fn overlap() -> SignedDuration {
    SignedDuration::from_hours(2)
}

/// Begins a run, and lists everything in it.
fn run(state: &mut State, mode: Mode, now: Timestamp) -> Option<String> {
    let plan = plan(mode, now);
    state.begin(&plan, overlap());
    let open = state.open.take().unwrap();
    state.finish(&open, &plan);
    open.after.map(|at| at.to_string())
}

#[test]
fn runs_ask_for_what_changed_and_once_a_day_for_everything() {
    let mut state = State::read(None);
    let now = at(NOW);
    assert_eq!(run(&mut state, Mode::Default, now), None);
    // Less the overlap.
    assert_eq!(run(&mut state, Mode::Default, now + 1.hour()).as_deref(), Some("2026-01-27T13:30:00Z"));
    assert_eq!(run(&mut state, Mode::Default, now + 5.hours()).as_deref(), Some("2026-01-27T14:30:00Z"));
    assert_eq!(run(&mut state, Mode::Default, now + 24.hours()), None);
    assert_eq!(run(&mut state, Mode::Default, now + 25.hours()).as_deref(), Some("2026-01-28T13:30:00Z"));
    assert_eq!(run(&mut state, Mode::Audit, now + 26.hours()), None);
    assert_eq!(run(&mut state, Mode::Default, now + 27.hours()).as_deref(), Some("2026-01-28T15:30:00Z"));
    // A clock that went back says nothing about what was read.
    assert_eq!(run(&mut state, Mode::Default, now), None);
    // `history` was made longer.
    let longer = Plan { since: at("2020-01-01T00:00:00Z"), ..plan(Mode::Default, now + 1.hour()) };
    state.begin(&longer, overlap());
    assert_eq!(state.open.as_ref().unwrap().after, None);
}

#[test]
fn a_full_run_reads_notes_again_and_later_runs_do_not() {
    let mut state = State::read(None);
    let now = at(NOW);
    run(&mut state, Mode::Default, now);
    assert_eq!(state.again, None);
    assert_eq!(run(&mut state, Mode::Full, now + 1.hour()), None);
    assert_eq!(state.again, Some(now + 1.hour()));
    run(&mut state, Mode::Default, now + 2.hours());
    assert_eq!(state.again, Some(now + 1.hour()));
}

#[test]
fn what_was_not_listed_to_its_end_is_listed_again() {
    let mut state = State::read(None);
    let now = at(NOW);
    run(&mut state, Mode::Default, now);
    // Cut off: begun, and never finished.
    state.begin(&plan(Mode::Default, now + 1.hour()), overlap());
    let checkpoint = Checkpoint(serde_json::to_string(&state).unwrap());
    let mut state = State::read(Some(&checkpoint));
    assert_eq!(run(&mut state, Mode::Default, now + 2.hours()).as_deref(), Some("2026-01-27T13:30:00Z"));
}

#[test]
fn a_checkpoint_that_nobody_understands_begins_anew() {
    for text in ["", "{}", "{\"v\":2,\"read\":\"2026-01-27T15:30:00Z\"}", "[]", "{\"v\":1,\"read\":5}", "null"] {
        let state = State::read(Some(&Checkpoint(text.into())));
        assert_eq!(state, State { v: 1, ..State::default() }, "{text}");
        assert!(!state.is_loaded(at(NOW)));
    }
}
