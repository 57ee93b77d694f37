//! Quota, refusals, batches in which some parts fail.

use jiff::SignedDuration;
use sales_connectors::{Mode, Retry};
use sales_model::Clock as _;

use crate::{
    bench::{Bench, seconds},
    fake::id,
};

const RATE_403: &str = r#"{"error":{"code":403,"message":"User Rate Limit Exceeded","errors":[{"domain":"usageLimits","reason":"userRateLimitExceeded","message":"User Rate Limit Exceeded"}]}}"#;
const RATE_429: &str = r#"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:1'.","errors":[{"domain":"global","reason":"rateLimitExceeded","message":"x"}]}}"#;

fn customers(b: &Bench, count: u64) -> Vec<String> {
    b.fake.edit(|w| {
        let at = seconds("2024-03-01T00:00:00Z");
        (1..=count).map(|n| w.put(n, n, at, "ann@acme.dev", "deals@yourcompany.com")).collect()
    })
}

#[tokio::test]
async fn units_are_kept_to_at_their_price() {
    let mut b = Bench::start().await;
    let expected = customers(&b, 900);
    let start = b.timer.now();
    b.ok().await;
    assert_eq!(b.ids(), expected);
    // 900 mails at 20 units: three times a minute's units, of which the first are used at once.
    let took = b.timer.now().duration_since(start);
    assert!(took >= SignedDuration::from_mins(2) + SignedDuration::from_secs(30), "{took:?}");
    assert!(took < SignedDuration::from_mins(5), "{took:?}");
    assert!(b.units() <= 6_000);
}

#[tokio::test]
async fn only_what_was_limited_is_asked_for_again() {
    let mut b = Bench::start().await;
    let expected = customers(&b, 60);
    b.fake.edit(|w| {
        for (n, shape) in [(5, (403, RATE_403)), (17, (429, RATE_429)), (18, (429, RATE_429))] {
            w.parts.entry(id(n)).or_default().push_back(Some((shape.0, shape.1.to_owned())));
        }
        // And one part that is missing, one that fails, once each.
        w.parts.entry(id(30)).or_default().push_back(None);
        w.parts.entry(id(31)).or_default().push_back(Some((503, String::new())));
    });
    b.ok().await;
    assert_eq!(b.ids(), expected);
    let asked = b.fake.edit(|w| w.asked.iter().filter(|a| a.contains("format=raw")).count());
    assert_eq!(asked, 65);
}

#[tokio::test]
async fn a_part_that_never_comes_is_said_and_holds_nothing_up() {
    let mut b = Bench::start().await;
    customers(&b, 3);
    b.fake.edit(|w| w.parts.insert(id(2), std::iter::repeat_n(Some((500, String::new())), 20).collect()));
    assert!(b.sync(Mode::Default).await.unwrap());
    assert_eq!(b.ids(), [id(1), id(3)]);
    assert_eq!(b.failures, [format!("mail {} at Gmail: Gmail answers 500", id(2))]);
}

#[tokio::test]
async fn both_shapes_of_a_limit_are_waited_out_and_a_time_in_words_is_kept_to() {
    for (status, body) in [(403, RATE_403), (429, RATE_429)] {
        let mut b = Bench::start().await;
        let expected = customers(&b, 3);
        b.fake.edit(|w| w.can("messages", status, body));
        let start = b.timer.now();
        b.ok().await;
        assert_eq!(b.ids(), expected);
        assert!(b.timer.now().duration_since(start) >= SignedDuration::from_secs(30));
    }
    // By a time in the text: of a whole request, and of a part.
    let text = |seconds: i64, b: &Bench| {
        let at = b.timer.now() + SignedDuration::from_secs(seconds);
        format!(
            r#"{{"error":{{"code":429,"message":"User-rate limit exceeded.  Retry after {at}","errors":[{{"reason":"rateLimitExceeded"}}]}}}}"#
        )
    };
    let mut b = Bench::start().await;
    let expected = customers(&b, 3);
    let (whole, part) = (text(7, &b), text(200, &b));
    b.fake.edit(|w| w.parts.entry(id(2)).or_default().push_back(Some((429, part))));
    let start = b.timer.now();
    b.ok().await;
    assert_eq!(b.ids(), expected);
    let took = b.timer.now().duration_since(start).as_secs();
    assert!((200..260).contains(&took), "{took}");
    drop(whole);
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let cases = [
        (403, r#"{"error":{"code":403,"message":"Daily Limit Exceeded","errors":[{"reason":"dailyLimitExceeded"}]}}"#, "tomorrow", false),
        (
            429,
            r#"{"error":{"code":429,"message":"Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service","status":"RESOURCE_EXHAUSTED"}}"#,
            "tomorrow",
            false,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"The domain administrators have disabled Gmail apps.","errors":[{"reason":"domainPolicy"}]}}"#,
            "administrator",
            true,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Request had insufficient authentication scopes.","status":"PERMISSION_DENIED","details":[{"@type":"x","reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}"#,
            "sales auth login email",
            true,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Metadata scope does not support 'q' parameter","errors":[{"reason":"forbidden"}]}}"#,
            "sales auth login email",
            true,
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"Gmail API has not been used in project 1 before or it is disabled.","errors":[{"reason":"accessNotConfigured"}]}}"#,
            "Google Cloud console",
            true,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"Mail service not enabled","errors":[{"reason":"failedPrecondition"}],"status":"FAILED_PRECONDITION"}}"#,
            "GMAIL_USER",
            true,
        ),
    ];
    for (status, body, hint, auth) in cases {
        let mut b = Bench::start().await;
        customers(&b, 3);
        b.fake.edit(|w| w.can("messages", status, body));
        let e = b.sync(Mode::Default).await.unwrap_err();
        assert_eq!((e.auth, e.retry), (auth, Retry::StopAccount), "{e}");
        assert!(e.hint.contains(hint), "{}", e.hint);
        assert!(!format!("{e:?}").contains("canary"));
        // As soon as it is put right, it goes on.
        b.later(SignedDuration::from_hours(1)).await;
        b.ok().await;
        assert_eq!(b.ids().len(), 3);
    }
}

#[tokio::test]
async fn a_page_and_torn_answers_are_asked_for_again() {
    let mut b = Bench::start().await;
    let expected = customers(&b, 3);
    b.fake.edit(|w| {
        w.can("messages", 200, "<html>sign in</html>");
        w.can("messages", 200, r#"{"messages":[{"id""#);
        w.can("batch", 200, "<html>");
        w.can("batch", 503, "");
        w.can("history", 200, "{}");
    });
    b.ok().await;
    assert_eq!(b.ids(), expected);
}

#[tokio::test]
async fn a_list_that_goes_round_in_a_circle_ends() {
    let mut b = Bench::start().await;
    customers(&b, 3);
    for _ in 0..3 {
        b.fake.edit(|w| w.can("messages", 200, r#"{"messages":[{"id":"a1","threadId":"a1"}],"nextPageToken":"same"}"#));
    }
    let e = b.sync(Mode::Default).await.unwrap_err();
    assert!(e.why.contains("circle"), "{e}");
}
