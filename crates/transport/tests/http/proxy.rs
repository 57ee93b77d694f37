//! The proxy: used for other hosts, never for this machine, and told nothing.

use sales_transport::ProxySettings;
use url::Url;

use super::{
    Bench, CANARY, assert_reply, call, error, limits,
    server::{Server, ok, status},
};

#[tokio::test]
async fn https_goes_through_it_and_loopback_does_not() {
    let clock = Bench::new().clock();
    let proxy = Server::start(clock, |_, _| status(502, &[])).await;
    let settings = ProxySettings {
        https: Some(format!("http://user:{CANARY}@{}", proxy.address)),
        no_proxy: Some("direct.invalid, .example".to_owned()),
    };
    let bench = Bench::with(limits(), |options| options.proxy = settings);

    let text = error(bench.send(call(Url::parse("https://slack.invalid/api/x?q=CANARY").unwrap())).await);
    assert!(text.starts_with("conversations.history: cannot connect to slack.invalid: ") && !text.contains("CANARY"), "{text}");
    let log = proxy.log();
    assert_eq!(log.len(), 4);
    for seen in &log {
        assert_eq!(seen.line, "CONNECT slack.invalid:443");
        assert_eq!(seen.header("authorization"), None);
        assert_eq!(seen.header("proxy-authorization"), Some("Basic dXNlcjp4b3hiLUNBTkFSWS0wMTIzNDU2Nzg5"));
    }

    for direct in ["https://direct.invalid/", "https://localhost:1/", "https://127.0.0.1:1/", "https://[::1]:1/"] {
        error(bench.send(call(Url::parse(direct).unwrap())).await);
    }
    let server = Server::start(bench.clock(), |_, _| ok()).await;
    assert_reply(bench.send(call(server.url("/"))).await, 1);
    assert_eq!(proxy.log().len(), 4);
}
