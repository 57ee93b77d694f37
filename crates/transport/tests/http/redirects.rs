//! Redirects: at home, and away from it.

use sales_transport::{Body, Call};

use super::{
    Bench, CANARY, assert_reply, call, error,
    server::{Server, ok, status},
};

#[tokio::test]
async fn followed_at_home_with_the_credential() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, seen| match seen.line.as_str() {
        "GET /a?x=1" => status(302, &[("location", "/b?y=2")]),
        "GET /b?y=2" => status(307, &[("location", "c")]),
        "POST /post" => status(308, &[("location", "/c")]),
        _ => ok(),
    })
    .await;
    assert_reply(bench.send(Call { body: Body::Query(vec![("x", "1".to_owned())]), ..call(server.url("/a")) }).await, 1);
    assert_reply(bench.send(Call { body: Body::Form(vec![("x", "1".to_owned())]), ..call(server.url("/post")) }).await, 1);
    let log: Vec<_> =
        server.log().into_iter().map(|seen| (seen.line.clone(), seen.body.clone(), seen.header("authorization").is_some())).collect();
    let line = |line: &str, body: &str| (line.to_owned(), body.to_owned(), true);
    assert_eq!(
        log,
        [line("GET /a?x=1", ""), line("GET /b?y=2", ""), line("GET /c", ""), line("POST /post", "x=1"), line("POST /c", "x=1")]
    );
    // Each is a request that the vendor counts, but none is a repetition.
    assert_eq!((bench.http.traffic().requests, bench.http.traffic().retries), (5, 0));
}

#[tokio::test]
async fn another_server_never_hears_of_it() {
    let bench = Bench::new();
    let other = Server::start(bench.clock(), |_, _| ok()).await;
    let away = other.url("/steal?CANARY").to_string();
    for code in [301, 302, 303, 307, 308] {
        let location = away.clone();
        let server = Server::start(bench.clock(), move |_, _| status(code, &[("location", &location)])).await;
        let text = error(bench.send(call(server.url("/a?CANARY"))).await);
        let away = other.address;
        assert_eq!(
            text,
            format!("conversations.history: the server redirected to another host (http://{away}/steal?…), which is not followed")
        );
        assert_eq!(server.log().len(), 1);
    }
    assert!(other.log().is_empty(), "{:?}", other.log());
}

#[tokio::test]
async fn loops_end() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |n, _| status(302, &[("location", &format!("/{n}?CANARY"))])).await;
    let text = error(bench.send(call(server.url("/a?CANARY"))).await);
    assert_eq!(text, "conversations.history: the server redirected more than 3 times");
    assert_eq!(server.log().len(), 4);
}

#[tokio::test]
async fn a_post_does_not_become_a_get() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| status(302, &[("location", "/b")])).await;
    let text = error(bench.send(Call { body: Body::SecretForm(vec![("t", CANARY.into())]), ..call(server.url("/a")) }).await);
    assert!(text.ends_with("that would drop the arguments"), "{text}");
    assert_eq!(server.log().len(), 1);
}

#[tokio::test]
async fn an_attempt_after_a_redirect_starts_at_the_beginning() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |n, seen| match (n, seen.line.as_str()) {
        (0..=4, "GET /a") => status(302, &[("location", "/b")]),
        (1 | 3, "GET /b") => status(503, &[]),
        _ => ok(),
    })
    .await;
    assert_reply(bench.send(call(server.url("/a"))).await, 3);
    assert_eq!(server.log().len(), 6);
    // Without a place to go to, a 3xx is an answer like others.
    let server = Server::start(bench.clock(), |_, _| status(304, &[])).await;
    assert_eq!(bench.send(call(server.url("/a"))).await.unwrap().status, 304);
}
