use sales_model::Settings;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn plan(mode: Mode, since: &str, now: &str) -> Plan {
    Plan { mode, since: at(since), now: at(now), only: None }
}

fn begin(state: &mut State, plan: &Plan) -> Vec<(String, String, bool)> {
    state.begin(plan, &Settings::default());
    state.open().map(|w| (w.span().from.to_string(), w.to.to_string(), w.history)).collect()
}

fn window(from: &str, to: &str, history: bool) -> (String, String, bool) {
    (from.to_owned(), to.to_owned(), history)
}

/// As if everything open had been read to its end.
fn finish(state: &mut State) {
    while state.is_open() {
        state.complete();
    }
    state.run = None;
}

impl State {
    fn newest(&mut self) -> &mut Window {
        self.newest.as_mut().unwrap()
    }
}

const SINCE: &str = "2022-04-08T00:00:00Z";
const NOW: &str = "2024-04-08T09:00:00Z";
const LATER: &str = "2024-04-08T21:00:00Z";

#[test]
fn a_first_load_reads_the_history_and_every_sync_after_it_the_look_back() {
    let mut s = State::read(None);
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, "2024-04-08T09:00:00.5Z")), [window(SINCE, NOW, true)]);
    assert!(s.loads());
    finish(&mut s);
    assert!(!s.loads());
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, LATER)), [window("2024-03-24T09:00:00Z", LATER, false)]);
    finish(&mut s);
    assert_eq!(begin(&mut s, &plan(Mode::Audit, SINCE, LATER)), [window("2024-01-08T21:00:00Z", LATER, false)]);
    finish(&mut s);
    assert_eq!(begin(&mut s, &plan(Mode::Full, SINCE, LATER)), [window(SINCE, LATER, true)]);
}

#[test]
fn after_a_long_absence_all_since_then_is_read() {
    let mut s = State::read(None);
    begin(&mut s, &plan(Mode::Default, SINCE, NOW));
    finish(&mut s);
    assert_eq!(
        begin(&mut s, &plan(Mode::Default, SINCE, "2024-06-01T00:00:00Z")),
        [window("2024-03-24T09:00:00Z", "2024-06-01T00:00:00Z", false)]
    );
    finish(&mut s);
    // Longer, and it is a load of history.
    let far = "2025-06-01T00:00:00Z";
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, far)), [window("2024-05-17T00:00:00Z", far, true)]);
}

#[test]
fn a_load_goes_on_where_it_stopped() {
    let mut s = State::read(None);
    begin(&mut s, &plan(Mode::Default, SINCE, NOW));
    s.newest().at = Some(at("2023-01-01T10:00:00.25Z"));
    s.newest().cursor = Some("dead by then".into());
    let mut again = State::read(Some(&s.write()));
    assert_eq!(again, s);
    assert_eq!(begin(&mut again, &plan(Mode::Default, SINCE, LATER)), [window("2023-01-01T10:00:00Z", LATER, true)]);
    assert_eq!(again.newest().cursor, None);
    // Out of order, it begins anew.
    s.newest().disorder = true;
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, LATER)), [window(SINCE, LATER, true)]);
}

#[test]
fn what_was_interrupted_goes_on_and_looks_back_as_far_as_any_other() {
    let mut s = State::read(None);
    begin(&mut s, &plan(Mode::Default, SINCE, NOW));
    finish(&mut s);
    begin(&mut s, &plan(Mode::Audit, SINCE, NOW));
    s.newest().at = Some(at("2024-02-01T00:00:00Z"));
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, LATER)), [window("2024-02-01T00:00:00Z", LATER, false)]);
    s.newest().at = Some(at("2024-04-08T20:00:00Z"));
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, LATER)), [window("2024-03-24T21:00:00Z", LATER, false)]);
    // A long absence that was cut short goes on.
    finish(&mut s);
    begin(&mut s, &plan(Mode::Default, SINCE, "2024-12-01T00:00:00Z"));
    s.newest().at = Some(at("2024-07-01T00:00:00Z"));
    let to = "2024-12-02T00:00:00Z";
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, to)), [window("2024-07-01T00:00:00Z", to, true)]);
}

#[test]
fn an_earlier_since_reads_the_missing_older_part_too() {
    let mut s = State::read(None);
    begin(&mut s, &plan(Mode::Default, "2024-01-01T00:00:00Z", NOW));
    finish(&mut s);
    let both = [window("2024-03-24T09:00:00Z", LATER, false), window(SINCE, "2024-01-01T00:00:00Z", true)];
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, LATER)), both);
    // Cut short: the older part goes on where it stood.
    s.complete();
    s.older[0].at = Some(at("2023-05-05T00:00:00Z"));
    assert!(s.loads());
    let to = "2024-04-09T09:00:00Z";
    let open = begin(&mut s, &plan(Mode::Default, SINCE, to));
    assert_eq!(open, [window("2024-03-24T21:00:00Z", to, false), window("2023-05-05T00:00:00Z", "2024-01-01T00:00:00Z", true)]);
    finish(&mut s);
    // And is asked for once.
    assert_eq!(begin(&mut s, &plan(Mode::Default, SINCE, to)).len(), 1);
}

#[test]
fn a_later_since_leaves_no_hole() {
    let mut s = State::read(None);
    begin(&mut s, &plan(Mode::Default, SINCE, NOW));
    s.newest().at = Some(at("2022-10-01T00:00:00Z"));
    // Only the last weeks are asked for: what lies between was never read.
    assert_eq!(begin(&mut s, &plan(Mode::Default, "2024-03-01T00:00:00Z", LATER)), [window("2024-03-01T00:00:00Z", LATER, true)]);
    finish(&mut s);
    let to = "2024-04-09T09:00:00Z";
    let open = begin(&mut s, &plan(Mode::Default, SINCE, to));
    assert_eq!(open, [window("2024-03-24T21:00:00Z", to, false), window(SINCE, "2024-03-01T00:00:00Z", true)]);
    // A history that moves on with the days leaves nothing behind.
    finish(&mut s);
    assert_eq!(begin(&mut s, &plan(Mode::Default, "2022-04-09T00:00:00Z", to)).len(), 1);
}

#[test]
fn older_parts_stay_few() {
    let mut s = State::read(None);
    let mut since = at("2024-04-01T00:00:00Z");
    for n in 0..12 {
        since -= SignedDuration::from_hours(24 * 30);
        let now = at(NOW) + SignedDuration::from_hours(n);
        s.begin(&Plan { mode: Mode::Default, since, now, only: None }, &Settings::default());
        assert!(s.older.len() <= MOST_OPEN);
    }
    assert_eq!(s.older.last().map(|w| w.from), Some(since));
    // They meet.
    assert!(s.older.windows(2).all(|w| w[1].to == w[0].from), "{:?}", s.older);
}

#[test]
fn checkpoints_of_other_shapes_count_as_none() {
    for text in ["", "null", "{}", r#"{"v":2}"#, r#"{"v":1,"newest":{}}"#, "[1]", r#"{"v":"1"}"#] {
        assert_eq!(State::read(Some(&Checkpoint(text.into()))), State::read(None), "{text}");
    }
}

#[test]
fn pages_left_are_what_the_vendor_counted() {
    let mut s = State::read(None);
    begin(&mut s, &plan(Mode::Default, SINCE, NOW));
    assert_eq!(s.pages_left(), None);
    s.newest().total = Some(20_000);
    s.newest().seen = 150;
    assert_eq!(s.pages_left(), Some(199));
    s.newest().seen = 30_000;
    assert_eq!(s.pages_left(), Some(0));
}
