//! What goes over the wire, and answers that are slow, torn, or too large.

use std::{io::Write as _, time::Duration};

use sales_transport::{Auth, Body, Call, Limits};

use super::{
    Bench, CANARY, assert_reply, call, error, limits, ms,
    server::{Act, Answer, Server, ok, partial, reply, then},
};

#[tokio::test]
async fn a_query_forms_and_a_document() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let url = server.url("/api/x?team=T1#fragment");
    let pairs = vec![("channel", "C1".to_owned()), ("cursor", "bmV4dA== &?ü".to_owned())];
    let json = Body::Json(br#"{"filter":{}}"#[..].into());
    let secret = Body::SecretForm(vec![("refresh_token", "a&b=c".into())]);
    for body in [Body::Query(Vec::new()), Body::Query(pairs.clone()), Body::Form(pairs), secret, json] {
        assert_reply(bench.send(Call { body, ..call(url.clone()) }).await, 1);
    }
    assert_reply(bench.send(Call { auth: None, ..call(url.clone()) }).await, 1);
    let basic = Auth::Basic("Aladdin".into(), "open sesame".into());
    assert_reply(bench.send(Call { auth: Some(basic), ..call(url) }).await, 1);
    let log = server.log();
    let lines: Vec<_> = log.iter().map(|seen| (seen.line.as_str(), seen.header("content-type"), seen.body.as_str())).collect();
    let form = Some("application/x-www-form-urlencoded; charset=utf-8");
    assert_eq!(
        lines,
        [
            ("GET /api/x?team=T1", None, ""),
            ("GET /api/x?team=T1&channel=C1&cursor=bmV4dA%3D%3D+%26%3F%C3%BC", None, ""),
            ("POST /api/x?team=T1", form, "channel=C1&cursor=bmV4dA%3D%3D+%26%3F%C3%BC"),
            ("POST /api/x?team=T1", form, "refresh_token=a%26b%3Dc"),
            ("POST /api/x?team=T1", Some("application/json"), r#"{"filter":{}}"#),
            ("GET /api/x?team=T1", None, ""),
            ("GET /api/x?team=T1", None, ""),
        ]
    );
    for seen in &log[..5] {
        assert_eq!(seen.header("authorization"), Some(format!("Bearer {CANARY}").as_str()));
        assert_eq!(seen.header("accept-encoding"), Some("gzip"));
        assert_eq!(seen.header("user-agent"), Some(concat!("sales-workspace/", env!("CARGO_PKG_VERSION"))));
    }
    assert_eq!(log[5].header("authorization"), None);
    // The example of RFC 7617.
    assert_eq!(log[6].header("authorization"), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert_eq!(bench.http.traffic().requests, 7);
    assert_eq!(bench.http.traffic().retries, 0);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Sends each of the broken answers first, then a good one: a safe call gets the good one, an unsafe one an error at once.
async fn heals(limits: Limits, broken: Answer, unsafe_error: &str) {
    let bench = Bench::with(limits, |_| {});
    let again = broken.clone();
    let server = Server::script(bench.clock(), vec![broken, ok(), again]).await;
    assert_reply(bench.send(call(server.url("/"))).await, 2);
    let host = server.address;
    let text = error(bench.send(Call { safe: false, ..call(server.url("/?q=CANARY")) }).await);
    assert_eq!(text, format!("conversations.history: {} (1 attempts)", unsafe_error.replace("HOST", &host.to_string())));
    assert_eq!(server.log().len(), 3);
}

#[tokio::test]
async fn torn_bodies_are_read_again() {
    let torn = "the connection to HOST broke in the middle of an answer";
    heals(limits(), then(partial(200, &[("content-length", "100")], "{\"ok\":"), Act::Close), torn).await;
    heals(limits(), then(partial(200, &[("content-length", "100")], "{\"ok\":"), Act::Reset), torn).await;
    heals(limits(), then(partial(200, &[("transfer-encoding", "chunked")], "5\r\n{\"ok\"\r\n"), Act::Close), torn).await;
    heals(limits(), then(partial(200, &[("transfer-encoding", "chunked")], "5\r\n{\"o"), Act::Reset), torn).await;
    heals(limits(), then(partial(200, &[("transfer-encoding", "chunked")], "zz\r\n"), Act::Close), torn).await;
    let whole = gzip(br#"{"ok":true}"#);
    heals(limits(), reply(200, &[("content-encoding", "gzip")], &whole[..whole.len() - 9]), torn).await;
    heals(limits(), reply(200, &[("content-encoding", "gzip")], "this is not gzip"), torn).await;
    let before = "the connection to HOST broke before an answer came";
    heals(limits(), vec![Act::Close], before).await;
    heals(limits(), vec![Act::Reset], before).await;
    heals(limits(), vec![Act::Send(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()), Act::Close], before).await;
}

#[tokio::test]
async fn slow_servers_are_given_up() {
    let head = Limits { connect: ms(50), head: ms(50), ..limits() };
    heals(head, vec![Act::Stall], "HOST sent no answer within 0.05 s").await;
    let idle = Limits { idle: ms(50), ..limits() };
    heals(idle, then(partial(200, &[("content-length", "100")], "{"), Act::Stall), "HOST stopped in the middle of an answer for 0.05 s")
        .await;
    // Always a little, never enough.
    let total = Limits { total: ms(200), idle: ms(150), ..limits() };
    let drip = (0..400).map(|n| if n % 2 == 0 { Act::Send(b" ".to_vec()) } else { Act::Pause(Duration::from_millis(10)) }).collect();
    let drip = [partial(200, &[("content-length", "200")], ""), drip].concat();
    heals(total, drip, "HOST did not finish an answer within 0.2 s").await;
}

#[tokio::test]
async fn compressed_answers_are_decoded() {
    let bench = Bench::new();
    let server = Server::script(bench.clock(), vec![reply(200, &[("content-encoding", "gzip")], gzip(br#"{"ok":true}"#)), ok()]).await;
    assert_reply(bench.send(call(server.url("/"))).await, 1);
    assert_reply(bench.send(call(server.url("/"))).await, 1);
}

#[tokio::test]
async fn the_cap_is_exact_and_counts_decoded_bytes() {
    let bench = Bench::new();
    let body = vec![b'x'; 100_000];
    let packed = gzip(&body);
    let server = Server::start(bench.clock(), move |n, _| match n % 2 {
        0 => reply(200, &[], &body),
        _ => reply(200, &[("content-encoding", "gzip")], &packed),
    })
    .await;
    for cap in [100_000, 100_001] {
        for _ in 0..2 {
            assert_eq!(bench.send(Call { cap, ..call(server.url("/")) }).await.unwrap().body.len(), 100_000);
        }
    }
    for cap in [99_999, 10, 0] {
        for _ in 0..2 {
            let text = error(bench.send(Call { cap, ..call(server.url("/")) }).await);
            assert_eq!(text, format!("conversations.history: the answer is larger than {cap} bytes"));
        }
    }
    assert_eq!(server.log().len(), 10, "too large is too large: it is not read again");
}

#[tokio::test]
async fn huge_answers_stop_at_the_cap() {
    let bench = Bench::new();
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 1 << 20);
    let server = Server::start(bench.clock(), move |n, _| match n {
        0 => reply(200, &[("content-encoding", "gzip")], &bomb),
        1 => partial(200, &[("content-length", "9999999999999999999")], "x"),
        _ => then(partial(200, &[], ""), Act::Flood(1 << 30)),
    })
    .await;
    for _ in 0..2 {
        error(bench.send(call(server.url("/"))).await);
    }
    assert_eq!(server.flooded(), 0);
    let text = error(bench.send(call(server.url("/"))).await);
    assert_eq!(text, "conversations.history: the answer is larger than 1048576 bytes");
    assert!(server.flooded() < 32 << 20, "{} bytes of a gigabyte were taken", server.flooded());
    assert_eq!(server.log().len(), 3);
}

#[tokio::test]
async fn nobody_there() {
    let bench = Bench::new();
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let url = url::Url::parse(&format!("http://{address}/x?q=CANARY")).unwrap();
    let text = error(bench.send(call(url)).await);
    assert_eq!(text, format!("conversations.history: cannot connect to {address}: Connection refused (os error 111) (4 attempts)"));
    assert_eq!(bench.http.traffic().requests, 4);
    assert_eq!(bench.http.traffic().retries, 3);
}

#[tokio::test]
async fn addresses_that_are_not_called() {
    let bench = Bench::new();
    for (url, why) in [
        ("http://slack.com/api?CANARY", "http://slack.com/api?…: plain http is only for this machine, use https"),
        ("https://user:CANARY@slack.com/", "https://slack.com/: credentials may not stand in an address"),
        ("ftp://localhost/", "ftp://localhost/: only https is supported"),
    ] {
        let text = error(bench.send(call(url::Url::parse(url).unwrap())).await);
        assert_eq!(text, format!("conversations.history: refused to call {why}"));
    }
    let broken = Call { auth: Some(Auth::Bearer("CANARY\r\nx-evil: 1".into())), ..call(url::Url::parse("http://localhost:1/").unwrap()) };
    let text = error(bench.send(broken).await);
    assert_eq!(text, "conversations.history: refused to call a server with a credential that holds characters no header may carry");
    assert_eq!(bench.http.traffic().requests, 0);
}

#[tokio::test]
async fn localhost_by_name() {
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let url = url::Url::parse(&format!("http://localhost:{}/", server.address.port())).unwrap();
    assert_reply(bench.send(call(url)).await, 1);
}
