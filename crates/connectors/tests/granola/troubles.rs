//! Refusals, torn answers, and notes that are listed and not given.

use sales_connectors::{Mode, Retry};

use crate::bench::{Bench, Setup, hours, tiny};

fn not_given(rest: &str) -> String {
    format!("[[rule]]\nmethod = 'granola.notes.get'\nchannel = '{}'\n{rest}\n", tiny(12))
}

#[tokio::test]
async fn passing_trouble_passes() {
    for what in [
        "every = 3\ndo = 'status'\nstatus = 503",
        "every = 3\ndo = 'torn_body'",
        "every = 3\ndo = 'html'",
        "every = 4\ndo = 'slow_body'\nmillis = 1",
        "chance = 0.3\ndo = 'storm'",
    ] {
        let mut b = Bench::scenario(&format!("[[rule]]\n{what}\n")).await;
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn a_key_that_is_not_known_stops_the_account() {
    let mut b = Bench::start(Setup { key: "grn_wrong", ..Setup::default() }).await;
    let run = b.sync(Mode::Default).await;
    let (what, e) = &run.errors[0];
    assert_eq!((what.as_str(), e.retry, e.auth), ("authentication", Retry::StopAccount, true));
    assert_eq!(e.to_string(), "Granola: Granola does not know the key: it was revoked, or not copied whole");
    assert!(e.hint.contains("GRANOLA_API_KEY"));
    b.cx.credentials = std::sync::Arc::default();
    let e = b.me().await.unwrap_err();
    assert_eq!((e.to_string().as_str(), e.retry, e.auth), ("Granola: GRANOLA_API_KEY is not set", Retry::StopAccount, true));
}

#[tokio::test]
async fn a_key_that_is_revoked_on_the_way_keeps_what_was_read() {
    for nth in [1, 5, 9] {
        let event = format!("[[event]]\nafter_call = 'granola.notes.get'\nnth = {nth}\ndo = 'granola.revoke_key'\nkey = 'grn_tiny'\n");
        let mut b = Bench::scenario(&event).await;
        b.handed = 3;
        let run = b.sync(Mode::Default).await;
        let (what, e) = &run.errors[0];
        assert_eq!((what.as_str(), e.retry, e.auth, run.errors.len()), ("details", Retry::StopAccount, true, 1));
        assert!(!b.numbers().is_empty() && b.numbers().len() < 13, "{nth}: {:?}", b.numbers());
        assert_eq!((b.failures(), b.gaps()), (Vec::new(), Vec::new()));
        // Another key goes on from there.
        b.world.write(|w| w.change_key("grn_tiny", |k| k.revoked = false)).unwrap();
        b.later(hours(1));
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn a_note_that_is_listed_and_not_given_is_said_and_asked_for_again() {
    let mut b = Bench::scenario(&not_given("first = 2\ndo = 'error'\nerror = 'NOT_FOUND'")).await;
    let gaps = |b: &Bench| b.gaps().into_iter().filter(|g| g.contains(&tiny(12))).collect::<Vec<_>>();
    for _ in 0..2 {
        let run = b.sync(Mode::Default).await;
        assert!(run.errors.is_empty() && b.failures().is_empty());
        assert_eq!(
            gaps(&b),
            [format!(
                "Granola: the note {} is listed, but since 2024-04-08 09:00 UTC: Granola does not give it (404): it is not finished, or this \
                 key may not see it; it is asked for again",
                tiny(12)
            )]
        );
        assert_eq!(b.numbers().len(), 12);
        b.later(hours(1));
    }
    b.ok(Mode::Default).await;
    assert_eq!(gaps(&b), Vec::<String>::new());
    b.complete();
}

#[tokio::test]
async fn a_note_that_never_comes_is_given_up_after_a_week_until_it_changes() {
    let mut b = Bench::scenario(&not_given("until_seconds = 864000\ndo = 'error'\nerror = 'NOT_FOUND'")).await;
    let mut asked = Vec::new();
    for hour in 0..200 {
        let sent = b.sent();
        b.sync(Mode::Default).await;
        if b.requests(sent).contains_key("granola.notes.get") && hour > 0 {
            asked.push(hour);
        }
        b.later(hours(1));
    }
    // Three runs in a row, then less and less often, once a day at last.
    assert_eq!(asked, [1, 2, 3, 4, 5, 6, 8, 12, 20, 36, 60, 84, 108, 132, 156, 180]);
    let reason = "Granola does not give it (404): it is not finished, or this key may not see it; asked 17 times since 2024-04-08, and given \
                  up until it changes";
    assert_eq!(b.failures(), [format!("granola:{}: {reason}", tiny(12))]);
    assert!(b.gaps().iter().all(|g| !g.contains(&tiny(12))));
    // Ten days later it can be read, and its change says so.
    b.later(hours(48));
    let now = b.now();
    b.world.write(|w| w.edit_note(&tiny(12), Some("At last"), None, now)).unwrap();
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn one_notes_trouble_holds_up_no_other() {
    for what in [
        "do = 'error'\nerror = 'FORBIDDEN'",
        "do = 'error'\nerror = 'VALIDATION_ERROR'",
        "do = 'error'\nerror = 'SOMETHING_NEW'",
        "do = 'status'\nstatus = 500",
        "do = 'torn_body'",
    ] {
        let mut b = Bench::scenario(&not_given(&format!("until_seconds = 3000\n{what}"))).await;
        let run = b.sync(Mode::Default).await;
        assert!(run.errors.is_empty(), "{what}: {:?}", run.errors);
        assert_eq!(b.numbers().len(), 12, "{what}");
        b.later(hours(1));
        b.ok(Mode::Default).await;
        b.complete();
    }
}

#[tokio::test]
async fn a_server_that_is_down_is_no_notes_fault() {
    let mut b = Bench::scenario("[[rule]]\nmethod = 'granola.notes.get'\nuntil_seconds = 1000\ndo = 'status'\nstatus = 500\n").await;
    let run = b.sync(Mode::Default).await;
    assert_eq!(run.errors.len(), 1, "{:?}", run.errors);
    let (what, e) = &run.errors[0];
    assert_eq!((what.as_str(), e.auth), ("details", false));
    assert!(matches!(e.retry, Retry::After(_)));
    assert_eq!((b.failures(), b.gaps()), (Vec::new(), Vec::new()));
    b.later(hours(1));
    b.ok(Mode::Default).await;
    b.complete();
}

#[tokio::test]
async fn folders_are_not_needed() {
    for what in ["'FORBIDDEN'", "'NOT_FOUND'"] {
        let mut b = Bench::scenario(&format!("[[rule]]\nmethod = 'granola.folders'\ndo = 'error'\nerror = {what}\n")).await;
        b.ok(Mode::Default).await;
        b.complete();
        assert!(b.gaps().contains(&"Granola does not list its folders to this key; notes are read without".to_owned()));
        assert_eq!(b.ledger.places.len(), 1);
    }
}

#[tokio::test]
async fn a_wrong_address_is_told() {
    let mut b = Bench::tiny().await;
    let base = |url: &str| sales_connectors::Credentials {
        secrets: b.cx.credentials.secrets.clone(),
        base_url: Some(url.parse().unwrap()),
        ..Default::default()
    };
    let elsewhere = base(&format!("{}/elsewhere", b.sim.base_url()));
    let plain = base("http://granola.example/");
    b.cx.credentials = std::sync::Arc::new(elsewhere);
    let e = b.me().await.unwrap_err();
    assert_eq!((e.hint.as_str(), e.retry), ("check GRANOLA_API_URL: it ends before `/v1`", Retry::Never));
    b.cx.credentials = std::sync::Arc::new(plain);
    let e = b.me().await.unwrap_err();
    assert_eq!(e.hint, "GRANOLA_API_URL must be an https address (plain http only on this machine)");
}
