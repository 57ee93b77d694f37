use super::*;

const ID: &str = "not_1d3tmYTlCICgjy";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn work(marker: &str, tries: u32) -> WorkItem {
    WorkItem { tries, ..WorkItem::now(map::DETAILS, "", ID, marker) }
}

fn texts(state: &State) -> Vec<String> {
    state.gaps().into_iter().map(|g| g.text).collect()
}

#[test]
fn a_note_that_is_not_given_is_told_until_it_is() {
    let mut state = State::default();
    let mut batch = crate::granola::empty_batch();
    let start = at("2026-01-27T15:30:00Z");
    state.not_given(&work("a", 0), "Granola does not give it (404)".into(), start, &mut batch);
    let postponed = &batch.postponed[0];
    assert_eq!((postponed.tries, postponed.marker.as_str()), (1, "a"));
    assert!(postponed.due.unwrap() > start);
    assert_eq!(
        texts(&state),
        [
            "Granola: the note not_1d3tmYTlCICgjy is listed, but since 2026-01-27 15:30 UTC: Granola does not give it (404); it is asked for again"
        ]
    );
    // The beginning is kept, unless the note changed meanwhile.
    state.not_given(&work("a", 1), "x".into(), at("2026-01-28T15:30:00Z"), &mut batch);
    assert_eq!(state.missing[ID].since, start);
    state.not_given(&work("b", 0), "x".into(), at("2026-01-29T15:30:00Z"), &mut batch);
    assert_eq!(state.missing[ID].since, at("2026-01-29T15:30:00Z"));
    state.given(ID, false);
    assert_eq!(texts(&state), Vec::<String>::new());
}

#[test]
fn after_a_week_it_is_a_failure_with_its_name() {
    let mut state = State::default();
    let mut batch = crate::granola::empty_batch();
    state.not_given(&work("a", 10), "why".into(), at("2026-01-01T00:00:00Z"), &mut batch);
    state.not_given(&work("a", 11), "why".into(), at("2026-01-08T00:00:00Z"), &mut batch);
    assert_eq!(batch.postponed.len(), 1);
    assert_eq!(batch.done, [work("a", 11)]);
    let failure = ItemFailure {
        item: format!("granola:{ID}"),
        reason: "why; asked 12 times since 2026-01-01, and given up until it changes".into(),
        native: Some(ID.into()),
    };
    assert_eq!((batch.failures, texts(&state)), (vec![failure], Vec::new()));
}

#[test]
fn missing_transcripts_are_counted_once_each_and_within_bounds() {
    let mut state = State::default();
    state.given("not_00000000000001", true);
    state.given("not_00000000000001", true);
    let one = "Granola shows this key only what its access scopes allow; for 1 note it gave no transcript. Where Granola itself shows one, widen \
               the key's access and run `sales sync --full`";
    assert_eq!(texts(&state), [one]);
    state.given("not_00000000000002", true);
    state.given("not_00000000000003", false);
    assert!(texts(&state)[0].contains("; for 2 notes it gave no transcript"));
    state.given("not_00000000000001", false);
    state.given("not_00000000000002", false);
    assert_eq!(texts(&state), Vec::<String>::new());
    for n in 0..5_000 {
        state.given(&format!("not_{n:014}"), true);
        let work = WorkItem::now(map::DETAILS, "", format!("not_x{n:013}"), "m");
        state.not_given(&work, "why".into(), at("2026-01-01T00:00:00Z"), &mut crate::granola::empty_batch());
    }
    let told = texts(&state);
    assert_eq!(told.len(), MOST_TOLD + 2);
    assert!(told[MOST_TOLD].contains("990 further notes") && told[MOST_TOLD + 1].contains("for at least 1000 notes it"), "{told:?}");
    assert!(serde_json::to_string(&state).unwrap().len() < 150_000);
}
