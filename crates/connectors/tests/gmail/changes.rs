//! What happens between runs, and a history that is lost.

use jiff::SignedDuration;
use sales_connectors::{Mode, Retry};

use crate::{
    bench::{Bench, seconds},
    fake::id,
};

const MARCH: &str = "2024-03-01T00:00:00Z";

async fn loaded(count: u64) -> Bench {
    let mut b = Bench::start().await;
    b.fake.edit(|w| {
        w.labels.insert("Label_7".into(), "Deals/ACME".into());
        (1..=count).for_each(|n| _ = w.put(n, n, seconds(MARCH) + i64::try_from(n).unwrap(), "ann@acme.dev", "deals@yourcompany.com"));
    });
    b.ok().await;
    b.later(SignedDuration::from_hours(1)).await;
    b
}

fn hours(n: i64) -> SignedDuration {
    SignedDuration::from_hours(n)
}

#[tokio::test]
async fn mails_that_come_go_and_are_labelled() {
    let mut b = loaded(3).await;
    b.fake.edit(|w| {
        w.arrive(10, 10, seconds(MARCH), "x@elsewhere.example", "deals@yourcompany.com");
        w.delete(&id(1));
        w.label(&id(2), "Label_7", true);
        // Came and went again: 404 when it is asked for.
        w.arrive(11, 11, seconds(MARCH), "ann@acme.dev", "deals@yourcompany.com");
        w.delete(&id(11));
        // Told, and gone without a word.
        w.arrive(12, 12, seconds(MARCH), "ann@acme.dev", "deals@yourcompany.com");
        w.mails.remove(&id(12));
    });
    b.ok().await;
    assert_eq!(b.ids(), [id(2), id(3), id(10)]);
    assert_eq!(b.held[&id(2)].labels, ["Deals/ACME", "INBOX"]);
    assert_eq!(b.held[&id(10)].thread, id(10));
    assert!(b.fake.edit(|w| w.asked.iter().filter(|a| a.contains(&id(11))).count()) == 0, "known to be gone");
    // Taken off again.
    b.fake.edit(|w| w.label(&id(2), "Label_7", false));
    b.later(hours(1)).await;
    b.ok().await;
    assert_eq!(b.held[&id(2)].labels, ["INBOX"]);
}

#[tokio::test]
async fn reading_a_mail_costs_nothing() {
    let mut b = loaded(3).await;
    b.fake.edit(|w| {
        w.label(&id(1), "UNREAD", false);
        w.asked.clear();
    });
    b.ok().await;
    assert_eq!((b.fake.edit(|w| w.asked.clone()), b.held[&id(1)].labels.clone()), (Vec::new(), vec!["INBOX".to_owned()]));
}

#[tokio::test]
async fn junk_bin_drafts_and_chats_are_left_out_until_they_are_something_else() {
    let mut b = loaded(2).await;
    b.fake.edit(|w| {
        for (n, label) in [(20, "SPAM"), (21, "DRAFT"), (22, "CHAT"), (23, "TRASH")] {
            let id = w.put(n, n, seconds(MARCH), "ann@acme.dev", "deals@yourcompany.com");
            w.mails.get_mut(&id).unwrap().labels.insert(label.into());
            w.tell("messagesAdded", &id, serde_json::json!({}));
        }
        w.label(&id(1), "TRASH", true);
        w.asked.clear();
    });
    b.ok().await;
    assert_eq!((b.ids(), b.fake.edit(|w| w.asked.clone())), (vec![id(2)], Vec::new()), "nothing of it is fetched");
    b.fake.edit(|w| {
        w.label(&id(20), "SPAM", false);
        w.label(&id(21), "DRAFT", false);
        w.label(&id(1), "TRASH", false);
    });
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
    b.fake.edit(|w| w.label(&id(1), "Label_7", true));
    b.ok().await;
    assert_eq!(b.ids(), [id(2)]);
}

#[tokio::test]
async fn the_history_moves_on_only_when_all_of_it_is_read() {
    let mut b = loaded(1).await;
    b.fake.edit(|w| {
        w.page = 40;
        (100..300).for_each(|n| _ = w.arrive(n, n, seconds(MARCH), "x@elsewhere.example", "deals@yourcompany.com"));
    });
    for kill in 0..40 {
        b.kill_after = Some(kill % 4);
        b.later(hours(1)).await;
        if b.sync(Mode::Default).await.unwrap() {
            break;
        }
        assert!(kill < 39, "it does not get on");
        if kill == 3 {
            // A token that another run began is refused.
            b.fake.edit(|w| {
                w.can("history", 400, r#"{"error":{"code":400,"message":"Invalid pageToken","errors":[{"reason":"invalidArgument"}]}}"#)
            });
        }
    }
    let mut expected: Vec<String> = (100..300).map(id).collect();
    expected.insert(0, id(1));
    assert_eq!(b.ids(), expected);
}

#[tokio::test]
async fn a_lost_history_is_made_up_for_with_deletions() {
    let mut b = loaded(5).await;
    b.fake.edit(|w| {
        // A week passes.
        let at = seconds("2024-04-12T00:00:00Z");
        w.arrive(10, 10, at, "ann@acme.dev", "deals@yourcompany.com");
        w.arrive(11, 10, at + 5, "jo@yourcompany.com", "deals@yourcompany.com");
        w.arrive(12, 12, at, "x@elsewhere.example", "deals@yourcompany.com");
        w.delete(&id(2));
        w.label(&id(3), "TRASH", true);
        w.horizon = w.history_id;
        w.asked.clear();
    });
    b.later(hours(24 * 7)).await;
    b.ok().await;
    assert_eq!(b.ids(), [id(1), id(4), id(5), id(10), id(11)]);
    assert_eq!(b.fake.edit(|w| w.asked.len()), 2, "what was known is not fetched again");
    assert!(b.gaps.iter().any(|g| g.contains("did not keep the history")));
    // The new history goes on.
    b.fake.edit(|w| w.arrive(13, 13, seconds("2024-04-16T00:00:00Z"), "ann@acme.dev", "deals@yourcompany.com"));
    b.later(hours(1)).await;
    b.ok().await;
    assert!(b.ids().contains(&id(13)));
    // Lost again within a day: not again and again.
    b.fake.edit(|w| w.horizon = w.history_id + 1);
    b.later(hours(1)).await;
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert_eq!(e.retry, Retry::Never);
    assert!(e.why.contains("again, after the mailbox was compared on 2024-04-15"), "{}", e.why);
    assert!(e.hint.contains("--full"));
    b.later(hours(24)).await;
    b.fake.edit(|w| w.horizon = 0);
    b.ok().await;
}

#[tokio::test]
async fn a_comparison_that_is_killed_goes_on() {
    let mut b = loaded(60).await;
    b.fake.edit(|w| {
        (100..220).for_each(|n| _ = w.arrive(n, n, seconds("2024-04-12T00:00:00Z"), "ann@acme.dev", "deals@yourcompany.com"));
        w.delete(&id(2));
        w.horizon = w.history_id;
    });
    b.later(hours(24 * 7)).await;
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
    // Nobody told.
    b.fake.edit(|w| _ = w.mails.remove(&id(4)));
    b.ok().await;
    assert!(b.ids().contains(&id(4)));
    b.later(hours(1)).await;
    assert!(b.sync(Mode::Audit).await.unwrap());
    assert_eq!(b.ids(), [id(1), id(2), id(3), id(5)]);
    b.fake.edit(|w| _ = w.mails.remove(&id(5)));
    let before = b.items.len();
    b.later(hours(1)).await;
    assert!(b.sync(Mode::Full).await.unwrap());
    assert_eq!((b.ids(), b.items.len() - before), (vec![id(1), id(2), id(3)], 3));
    // A list that is cut concludes nothing.
    b.later(hours(1)).await;
    for _ in 0..3 {
        b.fake.edit(|w| w.can("profile", 200, r#"{"emailAddress":"deals@yourcompany.com","messagesTotal":900000,"historyId":"1000"}"#));
    }
    b.fake.edit(|w| w.can("messages", 200, "{}"));
    assert!(b.sync(Mode::Audit).await.unwrap());
    assert_eq!(b.ids().len(), 3);
    assert!(b.gaps.iter().any(|g| g.contains("seems to be cut")));
}

#[tokio::test]
async fn another_mailbox_under_the_same_account_is_refused() {
    let mut b = loaded(2).await;
    b.fake.edit(|w| w.mailbox = "jo@yourcompany.com".into());
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert_eq!((e.retry, e.auth), (Retry::StopAccount, true));
    assert!(e.why.contains("deals@yourcompany.com") && e.why.contains("jo@yourcompany.com"), "{e}");
    assert_eq!(b.ids().len(), 2);
}

#[tokio::test]
async fn hostile_ids_and_answers_do_no_harm() {
    let mut b = loaded(1).await;
    let bad = r#"{"history":[{"messagesAdded":[{"message":{"id":"../../x HTTP/1.1\r\nGET /y","threadId":"t"}}]},
        {"messagesAdded":[{"message":{"id":"","threadId":"t"}},{}]},{"labelsAdded":[{"message":{"id":"ok1"},"labelIds":["Label_1"]}]}],"historyId":"99"}"#;
    b.fake.edit(|w| w.can("history", 200, bad));
    b.ok().await;
    assert_eq!(b.ids(), [id(1)]);
    // 99 is before what was known: the history does not go back.
    b.fake.edit(|w| w.calls.clear());
    b.later(hours(1)).await;
    b.ok().await;
    assert!(b.fake.edit(|w| w.calls.iter().any(|c| c.contains("startHistoryId=1000"))));
    // Mails that are none.
    b.fake.edit(|w| {
        for n in 30..36 {
            w.arrive(n, n, seconds(MARCH), "x@elsewhere.example", "deals@yourcompany.com");
        }
        let mut part = |n: u64, body: &str| w.parts.entry(id(n)).or_default().push_back(Some((200, body.to_owned())));
        part(30, r#"{"id":"OTHER","raw":"YQ"}"#);
        part(31, &format!(r#"{{"id":"{}","raw":"****"}}"#, id(31)));
        part(32, &format!(r#"{{"id":"{}"}}"#, id(32)));
        part(33, &format!(r#"{{"id":"{}","raw":""}}"#, id(33)));
        part(34, "[1,2]");
    });
    b.later(hours(1)).await;
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
}
