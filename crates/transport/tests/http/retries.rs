//! Throttles, passing failures, and how long is waited, by the server's own log.

use jiff::SignedDuration;
use sales_transport::{Call, Limits, TransportError, Verdict};

use super::{
    Bench, assert_reply, call, error, key, limits,
    server::{Answer, Server, ok, reply, status},
    start,
};

fn throttled(retry_after: &str) -> Answer {
    reply(429, &[("retry-after", retry_after)], r#"{"ok":false,"error":"ratelimited"}"#)
}

/// One throttled answer, then a good one: the pause between them.
async fn pause_after(first: Answer) -> f64 {
    let bench = Bench::new();
    let server = Server::script(bench.clock(), vec![first, ok()]).await;
    assert_reply(bench.send(call(server.url("/"))).await, 2);
    assert_eq!(bench.http.traffic().throttled, 1);
    let times = server.times(start());
    assert_eq!((times.len(), times[0]), (2, 0.0));
    times[1]
}

#[tokio::test]
async fn waits_as_long_as_told_and_a_little_longer() {
    for (retry_after, told) in [
        ("30", 30.0),
        ("1", 1.0),
        ("2.5", 3.0),
        ("600", 600.0),
        ("0", 30.0),
        ("-1", 30.0),
        ("soon", 30.0),
        ("", 30.0),
        ("Fri, 15 Mar 2024 09:00:45 GMT", 45.0),
        ("Fri, 15 Mar 2024 08:00:00 GMT", 30.0),
    ] {
        let pause = pause_after(throttled(retry_after)).await;
        assert!((told..=told + 1.0).contains(&pause), "{retry_after:?}: {pause}");
    }
    let pause = pause_after(status(429, &[])).await;
    assert!((30.0..=31.0).contains(&pause), "{pause}");
    let date = [("retry-after", "Fri, 15 Mar 2030 09:00:45 GMT"), ("date", "Fri, 15 Mar 2030 09:00:00 GMT")];
    let pause = pause_after(status(429, &date)).await;
    assert!((45.0..=46.0).contains(&pause), "{pause}");
}

#[tokio::test]
async fn a_throttle_stops_everybody_who_shares_the_budget() {
    let bench = Bench::new();
    let server = Server::script(bench.clock(), vec![throttled("30"), ok(), ok(), ok()]).await;
    assert_reply(bench.send(call(server.url("/"))).await, 2);
    bench.budget.penalize(&key(), start() + SignedDuration::from_secs(40), start() + SignedDuration::from_secs(50)).unwrap();
    let calls = [bench.send(call(server.url("/a"))), bench.send(call(server.url("/b")))];
    let [a, b] = calls;
    let (a, b) = tokio::join!(a, b);
    assert_reply(a, 1);
    assert_reply(b, 1);
    let times = server.times(start());
    assert!(times[2] == 50.0 && times[3] == 50.0, "{times:?}");
}

#[tokio::test]
async fn throttles_count_apart_and_not_for_ever() {
    let bench = Bench::new();
    let mut answers = vec![throttled("1"); 15];
    answers.push(ok());
    let server = Server::script(bench.clock(), answers).await;
    // Four attempts are allowed, and an unsafe call may be repeated: the vendor did not do it.
    assert_reply(bench.send(Call { safe: false, ..call(server.url("/")) }).await, 16);
    let server = Server::start(bench.clock(), |_, _| throttled("1")).await;
    let failed = bench.send(call(server.url("/"))).await.unwrap_err();
    assert!(matches!(failed, TransportError::Throttled { until, .. } if until > server.log()[20].at), "{failed}");
    assert_eq!(server.log().len(), 21);
    assert_eq!(bench.http.traffic().throttled, 36);
}

#[tokio::test]
async fn more_than_patience_is_an_error_with_the_time() {
    let bench = Bench::new();
    for absurd in ["901", "86400", "99999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let at = bench.timer_set_far();
        let server = Server::start(bench.clock(), move |_, _| throttled(absurd)).await;
        let failed = bench.send(call(server.url("/"))).await.unwrap_err();
        let TransportError::Throttled { until, .. } = failed else { panic!("{failed}") };
        assert!(until >= at + SignedDuration::from_secs(901), "{absurd}: {until}");
        // The others are stopped for an hour at most.
        let stopped = bench.budget.state(&key(), at).unwrap().blocked_until.unwrap();
        assert!(stopped <= at + SignedDuration::from_hours(1) && stopped >= at + SignedDuration::from_secs(901), "{absurd}: {stopped}");
        let text = error(bench.send(call(server.url("/"))).await);
        assert_eq!(text, format!("conversations.history: the vendor asks to wait until {stopped}"));
        assert_eq!(server.log().len(), 1);
    }
}

impl Bench {
    /// Goes on a day later, when no stop is left.
    fn timer_set_far(&self) -> jiff::Timestamp {
        use sales_model::Clock as _;
        self.timer.set(self.timer.now() + SignedDuration::from_hours(24));
        self.timer.now()
    }
}

#[tokio::test]
async fn a_patient_client_waits_for_more_than_an_hour_in_full() {
    let bench = Bench::with(Limits { patience: SignedDuration::from_hours(3), ..limits() }, |_| {});
    let server = Server::script(bench.clock(), vec![throttled("7200"), ok()]).await;
    assert_reply(bench.send(call(server.url("/"))).await, 2);
    assert!(server.times(start())[1] >= 7200.0);
}

#[tokio::test]
async fn passing_failures_are_repeated_with_growing_pauses() {
    let bench = Bench::with(Limits { attempts: 12, ..limits() }, |_| {});
    let server = Server::start(bench.clock(), |n, _| if n < 11 { status([500, 502, 503, 504, 599][n % 5], &[]) } else { ok() }).await;
    assert_reply(bench.send(call(server.url("/"))).await, 12);
    let times = server.times(start());
    let mut most = 0.5;
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] <= most, "{times:?}");
        most = f64::min(most * 2.0, 30.0);
    }
    assert!(times[11] > 20.0, "{times:?}");
    // The same seed gives the same pauses.
    let again = Bench::with(Limits { attempts: 12, ..limits() }, |_| {});
    let server = Server::start(again.clock(), |n, _| if n < 11 { status(500, &[]) } else { ok() }).await;
    assert_reply(again.send(call(server.url("/"))).await, 12);
    assert_eq!(server.times(start()), times);
}

#[tokio::test]
async fn attempts_end_and_unsafe_calls_are_not_repeated() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| reply(500, &[("retry-after", "99999")], "CANARY")).await;
    assert_eq!(error(bench.send(call(server.url("/"))).await), "conversations.history: the server answered 500 (4 attempts)");
    let text = error(bench.send(Call { safe: false, ..call(server.url("/")) }).await);
    assert_eq!(text, "conversations.history: the server answered 500 (1 attempts)");
    assert_eq!(server.log().len(), 5);
}

#[tokio::test]
async fn a_server_that_says_how_long_it_is_down_is_believed() {
    let bench = Bench::new();
    let server = Server::script(bench.clock(), vec![status(503, &[("retry-after", "120")]), ok()]).await;
    assert_reply(bench.send(call(server.url("/"))).await, 2);
    let times = server.times(start());
    assert!((120.0..=121.0).contains(&times[1]), "{times:?}");
    let server = Server::script(bench.clock(), vec![status(503, &[("retry-after", "86400")]), ok()]).await;
    let failed = bench.send(call(server.url("/"))).await.unwrap_err();
    assert!(matches!(failed, TransportError::Throttled { .. }), "{failed}");
    assert_eq!(server.log().len(), 1);
}

#[tokio::test]
async fn the_vendors_own_words() {
    let bench = Bench::new();
    let server = Server::script(
        bench.clock(),
        vec![
            reply(200, &[("retry-after", "7")], "rate_limited"),
            reply(200, &[], "internal_error"),
            reply(200, &[], "done"),
            reply(404, &[], "missing"),
            reply(200, &[], "internal_error"),
        ],
    )
    .await;
    let judge = |reply: &sales_transport::Reply| match &reply.body[..] {
        b"rate_limited" => Verdict::Throttled,
        b"internal_error" => Verdict::Again,
        _ => Verdict::Take,
    };
    let answer = bench.http.send(call(server.url("/")), judge).await.unwrap();
    assert_eq!((&answer.body[..], answer.attempt), (&b"done"[..], 3));
    let times = server.times(start());
    assert!((7.0..=8.0).contains(&times[1]), "{times:?}");
    let answer = bench.http.send(call(server.url("/")), judge).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (404, &b"missing"[..]));
    // The last one is the caller's to tell of.
    let answer = bench.http.send(Call { safe: false, ..call(server.url("/")) }, judge).await.unwrap();
    assert_eq!((&answer.body[..], answer.attempt), (&b"internal_error"[..], 1));
    let server = Server::start(bench.clock(), |_, _| reply(200, &[], "internal_error")).await;
    let answer = bench.http.send(call(server.url("/")), judge).await.unwrap();
    assert_eq!((&answer.body[..], answer.attempt), (&b"internal_error"[..], 4));
    let traffic = bench.http.traffic();
    assert_eq!((traffic.requests, traffic.throttled, traffic.retries), (9, 1, 5));
}
