//! A secret that goes through every failure comes out nowhere but at its own server.

use std::{
    io,
    sync::{Arc, Mutex},
};

use sales_transport::{Auth, Body, Call, HttpOptions, Limits, ProxySettings, SetupError, Verdict};
use tracing_subscriber::fmt::MakeWriter;

use super::{
    Bench, CANARY, call, limits, ms,
    server::{Act, Server, ok, partial, reply, status, then},
    windows,
};

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl io::Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Output {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_log_and_no_error_shows_a_secret_a_query_value_or_a_body() {
    let output = Output::default();
    // Everything that any crate logs.
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false).with_writer(output.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let bench = Bench::with(Limits { connect: ms(50), idle: ms(50), head: ms(50), attempts: 2, ..limits() }, |_| {});
    let other = Server::start(bench.clock(), |_, _| ok()).await;
    let away = other.url(&format!("/?t={CANARY}")).to_string();
    let body = format!(r#"{{"token":"{CANARY}"}}"#);
    let answers = [
        reply(200, &[], &body),
        reply(200, &[("x-secret", CANARY)], vec![b'x'; 2 << 20]),
        reply(500, &[], &body),
        reply(503, &[("retry-after", CANARY)], &body),
        reply(429, &[("retry-after", "86400"), ("x-secret", CANARY)], &body),
        status(302, &[("location", &away)]),
        then(partial(200, &[("content-length", "5000")], &body), Act::Close),
        then(partial(200, &[("content-length", "5000")], &body), Act::Stall),
        vec![Act::Stall],
        vec![Act::Send(format!("{CANARY}\r\n\r\n").into_bytes()), Act::Close],
        reply(200, &[("content-encoding", "gzip")], CANARY),
    ];
    let mut shown = String::new();
    for answer in &answers {
        let answer = answer.clone();
        let server = Server::start(bench.clock(), move |_, _| answer.clone()).await;
        for body in [
            Body::Query(vec![("cursor", CANARY.to_owned())]),
            Body::Form(vec![("token", CANARY.to_owned())]),
            Body::SecretForm(vec![("refresh_token", CANARY.into())]),
        ] {
            // Another budget each time, since one of the answers stops it.
            let mut budget = windows(&[(100, 60)]);
            budget.key.account = server.address.to_string();
            let mut url = server.url("/api/x");
            url.set_query(Some(CANARY));
            match bench.http.send(Call { body, budget, ..call(url) }, |_| Verdict::Again).await {
                // What the vendor said in the end is its caller's to tell.
                Ok(reply) => assert_eq!(reply.status, 200),
                Err(error) => {
                    let mut source: Option<&dyn std::error::Error> = Some(&error);
                    while let Some(error) = source {
                        shown += &format!("{error}\n{error:?}\n");
                        source = error.source();
                    }
                }
            }
        }
    }
    for url in [format!("https://user:{CANARY}@slack.com/"), format!("http://slack.com/?{CANARY}"), format!("data:,{CANARY}")] {
        let error = bench.send(call(url.parse().unwrap())).await.unwrap_err();
        shown += &format!("{error}\n{error:?}\n");
    }
    let unsendable = [
        Auth::Bearer(format!("{CANARY}\n").into()),
        Auth::Basic(CANARY.into(), format!("{CANARY}\n").into()),
        Auth::Basic(format!("{CANARY}:").into(), CANARY.into()),
    ];
    for auth in unsendable {
        let unsendable = Call { auth: Some(auth), ..call(other.url("/")) };
        shown += &format!("{unsendable:?}{:?}", bench.send(unsendable.clone()).await.unwrap_err());
    }
    for change in [
        |options: &mut HttpOptions| options.user_agent = format!("{CANARY}\n"),
        |options: &mut HttpOptions| options.extra_roots = CANARY.into(),
        |options: &mut HttpOptions| options.proxy = ProxySettings { https: Some(format!("socks5://u:{CANARY}@p")), no_proxy: None },
    ] {
        let mut options = HttpOptions::new(bench.clock(), bench.budget.clone());
        change(&mut options);
        shown += &format!("{:?}", options.proxy);
        let error: SetupError = sales_transport::Http::new(options).err().unwrap();
        shown += &format!("{error}\n{error:?}\n");
    }

    let logged = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains(
        "DEBUG sales_transport::http::send: request operation=\"conversations.history\" method=\"POST\" path=\"/api/x\" status=500"
    ));
    assert!(!shown.contains("CANARY"), "{shown}");
    let leaks: Vec<&str> = logged.lines().filter(|line| line.contains("CANARY")).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
    assert!(other.log().is_empty());
}

#[tokio::test]
async fn waiting_is_told_once_per_wait() {
    let output = Output::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_ansi(false).without_time().with_writer(output.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let bench = Bench::new();
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    let calls = (0..6).map(|_| bench.send(Call { budget: windows(&[(2, 60)]), ..call(server.url("/")) }));
    for reply in futures_util::future::join_all(calls).await {
        super::assert_reply(reply, 1);
    }
    let logged = String::from_utf8(output.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = logged.lines().collect();
    let line = |until: &str| {
        format!(
            " INFO sales_transport::http::send: rate limited, waiting until {until} account=\"slack:T0123\" operation=\"conversations.history\" until={until}"
        )
    };
    assert_eq!(lines, [line("2024-03-15T09:01:00.25Z"), line("2024-03-15T09:02:00.5Z")]);
}
