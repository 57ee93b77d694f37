use super::*;
use crate::granola::budget::{NOTE, NOTES};

#[test]
fn each_status_has_its_action() {
    use Retry::{After, Never, StopAccount};
    let table = [
        (400, "VALIDATION_ERROR", Never, false),
        (401, "UNAUTHORIZED", StopAccount, true),
        (402, "", StopAccount, true),
        (403, "", Never, true),
        (404, "", Never, false),
        (413, "TRANSCRIPT_TOO_LARGE", Never, false),
        (418, "", Never, false),
        (429, "", After(SignedDuration::from_mins(1)), false),
    ];
    for (status, code, retry, auth) in table {
        let e = Failure::Refused { operation: NOTES, status, code: code.into() }.told("Granola's list of notes");
        assert_eq!((e.retry, e.auth), (retry, auth), "{status}");
        assert!(!e.why.is_empty() && !e.hint.is_empty() && e.what == "Granola's list of notes", "{status}");
    }
}

/// What concerns one note must not stop the others; what concerns the key or the way must not be taken for one note's.
#[test]
fn what_concerns_one_note_is_told_apart() {
    let refused = |status, code: &str| Failure::Refused { operation: NOTE, status, code: code.into() };
    let alone = [
        (refused(404, ""), "Granola does not give it (404): it is not finished, or this key may not see it"),
        (refused(403, ""), "this key may not read it (403)"),
        (refused(400, "VALIDATION_ERROR"), "Granola refuses it (400 VALIDATION_ERROR)"),
        (refused(410, ""), "Granola refuses it (410)"),
        (Failure::Shape { operation: NOTE, path: "id".into() }, "Granola's answer has an unexpected shape at `id`"),
        (Failure::Transport(TransportError::TooLarge { operation: "a note", cap: 64 << 20 }), "it is larger than 64 MB"),
    ];
    for (failure, words) in alone {
        assert_eq!(failure.alone().as_deref(), Some(words));
    }
    let down = || TransportError::Unreachable { operation: "a note", why: "no route".into(), attempts: 6 };
    let status = TransportError::Status { operation: "a note", status: 503, attempts: 6 };
    let maybe = [
        (Failure::NotJson { operation: NOTE, page: true }, "a web page came in its place"),
        (Failure::NotJson { operation: NOTE, page: false }, "Granola's answer is not whole, or no JSON"),
        (Failure::Transport(status), "Granola fails at it (503)"),
        (Failure::Transport(down()), "the answer breaks off each time"),
    ];
    for (failure, words) in maybe {
        assert_eq!((failure.alone(), failure.trouble().as_deref()), (None, Some(words)));
    }
    let throttled = TransportError::Throttled { operation: "a note", until: jiff::Timestamp::MAX };
    for failure in [refused(401, ""), refused(402, ""), refused(429, ""), Failure::Transport(throttled)] {
        assert_eq!((failure.alone(), failure.trouble()), (None, None), "{failure:?}");
    }
}

#[test]
fn strange_words_are_shown_without_harm() {
    assert_eq!(shown("\u{1b}[31mrm -rf\n\u{202e}x"), "31mrm-rfx");
    assert_eq!(shown(&"x".repeat(10_000)).len(), 60);
    let e = Failure::Transport(TransportError::Status { operation: "the list of notes", status: 503, attempts: 6 }).told("Granola");
    assert_eq!(
        (e.to_string().as_str(), e.retry),
        ("Granola: the list of notes: the server answered 503 (6 attempts)", Retry::After(SignedDuration::from_mins(5)))
    );
    let e = Failure::Loop(NOTES).told("Granola's list of notes");
    assert_eq!(e.to_string(), "Granola's list of notes: the pages of the list of notes go round in a circle");
}
