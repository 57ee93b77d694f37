//! What happens between runs, and a history that is lost.

use jiff::SignedDuration;
use sales_connectors::{Held, Mode, Retry};
use serde_json::json;

use crate::bench::{ANN, Bench, MARCH, STRANGER, US, at, eml, hours, id, mailbox};

async fn loaded(count: u64) -> Bench {
    loaded_with("", count).await
}

async fn loaded_with(scenario: &str, count: u64) -> Bench {
    let mut b = Bench::with("", |_| {}, mailbox()).await;
    b.world().write(|w| w.create_label("Deals/ACME"));
    for n in 1..=count {
        b.put(n, n, at(MARCH) + SignedDuration::from_secs(i64::try_from(n).unwrap()), ANN, US);
    }
    b.ok().await;
    if !scenario.is_empty() {
        b.scenario(scenario).await;
    }
    b.later(hours(1)).await;
    b
}

#[tokio::test]
async fn mails_that_come_go_and_are_labelled() {
    // 12 is in the history, and gone before it is asked for.
    let gone = format!("[[event]]\nafter_call = 'gmail.history.list'\ndo = 'gmail.delete'\nmessage = '{}'\n", id(12));
    let mut b = loaded_with(&gone, 3).await;
    b.put(10, 10, at(MARCH), STRANGER, US);
    b.delete(1);
    b.label(2, &["Label_1"], &[]);
    b.put(11, 11, at(MARCH), ANN, US);
    b.delete(11);
    b.put(12, 12, at(MARCH), ANN, US);
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.ids(), [id(2), id(3), id(10)]);
    assert_eq!(b.held[&id(2)].labels, ["Deals/ACME", "INBOX"]);
    assert_eq!(b.held[&id(10)].thread, id(10));
    assert_eq!(b.whole(mark), [id(10), id(12)], "11 is known to be gone, and 2 is known");
    // Taken off again.
    b.label(2, &[], &["Label_1"]);
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.held[&id(2)].labels, ["INBOX"]);
    assert_eq!(b.brought().iter().filter(|n| **n == 2).count(), 1, "labels bring no mail again");
}

#[tokio::test]
async fn reading_a_mail_costs_nothing() {
    let mut b = loaded(3).await;
    b.label(1, &[], &["UNREAD"]);
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.since(mark), ["google.token", "profile", "history.list", "labels.list"]);
    assert_eq!(b.held[&id(1)].labels, ["INBOX"]);
}

#[tokio::test]
async fn a_label_is_no_reason_to_read_what_concerns_nobody() {
    let mut b = loaded(1).await;
    // Older than what is read, somebody else's, and a customer's that no search found (it was junk then).
    let old = b.put(5, 5, at("2020-01-01T00:00:00Z"), ANN, US);
    b.put_in(6, 6, at(MARCH), &["INBOX"], eml(6, STRANGER, US));
    b.put_in(7, 7, at(MARCH), &["INBOX"], eml(7, STRANGER, "Ann <ann@mail.acme.dev>"));
    b.happens(json!({"do": "expire_history"}));
    // What stands in the history is only the label.
    let mut settings = b.plan(Mode::Default);
    settings.now = at("2024-04-08T10:00:00Z");
    b.checkpoint = b.checkpoint.take().map(|c| {
        let history = b.world().read(|w| w.history_id());
        let mut state: serde_json::Value = serde_json::from_str(&c.0).unwrap();
        state["history"] = json!(history);
        sales_model::Checkpoint(state.to_string())
    });
    [5, 6, 7].into_iter().for_each(|n| b.label(n, &["Label_1"], &[]));
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(7)]);
    assert_eq!(b.whole(mark), [id(7)]);
    assert!(!b.ids().contains(&old));
}

#[tokio::test]
async fn junk_bin_drafts_and_chats_are_left_out_until_they_are_something_else() {
    let mut b = loaded(2).await;
    for (n, label) in [(20, "SPAM"), (21, "DRAFT"), (22, "CHAT"), (23, "TRASH")] {
        b.put_in(n, n, at(MARCH), &[label], eml(n, ANN, US));
    }
    let now = b.timer_now();
    b.world().write(|w| w.trash(&id(1), now)).unwrap();
    let mark = b.log().len();
    b.ok().await;
    assert_eq!((b.ids(), b.count(mark, "messages.get")), (vec![id(2)], 0), "nothing of it is fetched");
    b.label(20, &["INBOX"], &["SPAM"]);
    b.label(21, &["SENT"], &["DRAFT"]);
    let now = b.timer_now();
    b.world().write(|w| w.untrash(&id(1), now)).unwrap();
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(2), id(20), id(21)]);
}

#[tokio::test]
async fn labels_that_are_not_to_be_read() {
    let mut b = loaded(2).await;
    let mut settings = (*b.cx.settings).clone();
    settings.email.ignore_folders = vec!["deals/*".into(), "[broken".into()];
    b.cx.settings = settings.into();
    b.label(1, &["Label_1"], &[]);
    b.ok().await;
    assert_eq!(b.ids(), [id(2)]);
}

#[tokio::test]
async fn the_history_moves_on_only_when_all_of_it_is_read() {
    // The token of a page that another run began is refused once.
    let mut b =
        loaded_with("[gmail]\npage_size = 40\n[[rule]]\nmethod = 'gmail.history.list'\nrequest = 4\ndo = 'expire_cursor'\n", 1).await;
    for n in 100..300 {
        b.put(n, n, at(MARCH), STRANGER, US);
    }
    for kill in 0..60 {
        b.kill_after = Some(kill % 4);
        b.later(SignedDuration::from_mins(10)).await;
        if b.sync(Mode::Default).await.unwrap() {
            break;
        }
        assert!(kill < 59, "it does not get on");
    }
    let mut expected: Vec<String> = (100..300).map(id).collect();
    expected.insert(0, id(1));
    assert_eq!(b.ids(), expected);
    assert!(b.log().iter().any(|e| e.fault == Some("expire_cursor")));
}

#[tokio::test]
async fn a_lost_history_is_made_up_for_with_deletions() {
    let mut b = loaded(5).await;
    // An old thread of a customer's, in which nobody of theirs writes now.
    b.later(hours(24 * 7)).await;
    let when = at("2024-04-12T00:00:00Z");
    b.put(10, 10, when, ANN, US);
    b.put(11, 10, when + SignedDuration::from_secs(5), "jo@yourcompany.com", US);
    b.put(12, 12, when, STRANGER, US);
    b.put(13, 4, when, "jo@yourcompany.com", US);
    b.delete(2);
    b.world().write(|w| w.trash(&id(3), when)).unwrap();
    b.happens(json!({"do": "expire_history"}));
    let mark = b.log().len();
    b.ok().await;
    assert_eq!(b.ids(), [1, 4, 5, 10, 11, 13].map(id));
    assert_eq!(b.whole(mark), [13, 11, 10].map(id), "what was known is not fetched again");
    assert!(b.gaps.iter().any(|g| g.contains("did not keep the history")));
    // The new history goes on.
    b.put(14, 14, at("2024-04-15T09:30:00Z"), ANN, US);
    b.later(SignedDuration::from_mins(10)).await;
    b.ok().await;
    assert!(b.ids().contains(&id(14)));
    // Lost again within the hour: not again and again.
    b.delete(14);
    b.happens(json!({"do": "expire_history"}));
    b.later(SignedDuration::from_mins(10)).await;
    let mark = b.log().len();
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert_eq!((e.retry, b.since(mark)), (Retry::Never, vec!["profile".to_owned(), "history.list".to_owned()]));
    assert!(e.why.contains("again, after the mailbox was compared on 2024-04-15 10:00 UTC"), "{}", e.why);
    assert!(e.hint.contains("--full"));
    b.later(hours(1)).await;
    b.ok().await;
    assert!(!b.ids().contains(&id(14)));
}

#[tokio::test]
async fn a_history_that_is_never_found_does_not_loop() {
    // Whatever id it gives is not found.
    let mut b = loaded_with("[[rule]]\nmethod = 'gmail.history.list'\ndo = 'error'\nerror = 'notFound'\n", 3).await;
    b.put(4, 4, at(MARCH), STRANGER, US);
    let mark = b.log().len();
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert!(e.why.contains("lost the history of changes again"), "{e}");
    assert_eq!(b.count(mark, "history.list"), 2, "once before it is made up for, once after");
    for n in 5..8 {
        b.later(SignedDuration::from_mins(5)).await;
        b.put(n, n, b.timer_now(), ANN, US);
        let mark = b.log().len();
        b.sync(Mode::Default).await.unwrap_err();
        assert_eq!((b.count(mark, "history.list"), b.count(mark, "messages.list")), (1, 0));
    }
    b.scenario("").await;
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [1, 2, 3, 5, 6, 7].map(id));
}

#[tokio::test]
async fn a_comparison_that_is_killed_goes_on() {
    let mut b = loaded(60).await;
    b.later(hours(24 * 7)).await;
    (100..220).for_each(|n| _ = b.put(n, n, at("2024-04-12T00:00:00Z"), ANN, US));
    b.delete(2);
    b.happens(json!({"do": "expire_history"}));
    let mut runs = 0;
    loop {
        b.kill_after = Some(2 + runs % 2);
        runs += 1;
        if b.sync(Mode::Default).await.unwrap() {
            break;
        }
        assert!(runs < 30, "it does not get on");
        b.later(hours(1)).await;
    }
    let expected: Vec<String> = (1..=60).filter(|n| *n != 2).chain(100..220).map(id).collect();
    assert_eq!(b.ids(), expected);
}

#[tokio::test]
async fn an_audit_finds_what_is_gone_and_a_full_sync_reads_all_again() {
    let mut b = loaded(5).await;
    // A copy that Gmail does not have, and of which no history tells.
    let phantom = |n: u64| Held { item: id(n), native: format!("{n}@yourcompany.com"), labels: Vec::new(), thread: id(n) };
    b.held.insert(id(77), phantom(77));
    b.ok().await;
    assert!(b.ids().contains(&id(77)));
    b.later(hours(1)).await;
    assert!(b.sync(Mode::Audit).await.unwrap());
    assert_eq!(b.ids(), [1, 2, 3, 4, 5].map(id));
    b.held.insert(id(77), phantom(77));
    b.delete(5);
    let before = b.items.len();
    b.later(hours(1)).await;
    assert!(b.sync(Mode::Full).await.unwrap());
    assert_eq!((b.ids(), b.items.len() - before), ([1, 2, 3, 4].map(id).to_vec(), 4));
    // A list that seems to be cut concludes nothing: there is far more than it shows.
    for n in 1_000..1_050 {
        b.put_in(n, n, at(MARCH), &["DRAFT"], eml(n, US, STRANGER));
    }
    b.held.insert(id(77), phantom(77));
    b.later(hours(1)).await;
    assert!(b.sync(Mode::Audit).await.unwrap());
    assert!(b.ids().contains(&id(77)));
    assert!(b.gaps.iter().any(|g| g.contains("seems to be cut")));
}

#[tokio::test]
async fn another_mailbox_under_the_same_account_is_refused() {
    let mut b = loaded(2).await;
    let mut other = sales_simulator::GmailWorld::new("jo@yourcompany.com");
    *other.google_mut() = mailbox().google().clone();
    let elsewhere = Bench::with("", |_| {}, other).await;
    b.cx.credentials = elsewhere.cx.credentials.clone();
    b.cx.tokens = elsewhere.cx.tokens.clone();
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert_eq!((e.retry, e.auth), (Retry::StopAccount, true));
    assert!(e.why.contains("deals@yourcompany.com") && e.why.contains("jo@yourcompany.com"), "{e}");
    assert_eq!(b.ids().len(), 2);
}

#[tokio::test]
async fn hostile_answers_do_no_harm() {
    let mut b = loaded(1).await;
    for n in 30..36 {
        b.put(n, n, at(MARCH), STRANGER, US);
    }
    for (n, field, value) in [
        (30, "id", json!("OTHER")),
        (31, "raw", json!("****")),
        (32, "raw", json!(null)),
        (33, "raw", json!("")),
        (34, "raw", json!({"deep": [1]})),
    ] {
        b.happens(json!({"do": "set_field", "message": id(n), "field": field, "value": value}));
    }
    assert!(b.sync(Mode::Default).await.unwrap());
    assert_eq!(b.ids(), [id(1), id(35)]);
    let mut reasons: Vec<&str> = b.failures.iter().map(|f| f.split(": ").nth(1).unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(
        reasons,
        [
            "Gmail answered with another mail",
            "Gmail's answer has an unexpected shape",
            "Gmail's answer holds an empty mail",
            "Gmail's answer holds no mail",
            "Gmail's answer holds no readable mail (its base64 is damaged)",
        ]
    );
    // Fields that are strange where less depends on them.
    for (n, field, value) in [
        (40, "labelIds", json!(null)),
        (41, "internalDate", json!(-7)),
        (42, "threadId", json!("../x")),
        (43, "internalDate", json!("soon")),
    ] {
        b.put(n, n, at(MARCH), STRANGER, US);
        b.happens(json!({"do": "set_field", "message": id(n), "field": field, "value": value}));
    }
    b.failures.clear();
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.ids(), [1, 35, 40, 41, 42, 43].map(id));
}
