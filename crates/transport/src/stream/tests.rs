use std::sync::Arc;

use jiff::SignedDuration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::{Http, HttpOptions, Limits, MemoryBudget, RealTimer};

fn http(total_ms: i64) -> Http {
    let limits = Limits { total: SignedDuration::from_millis(total_ms), connect: SignedDuration::from_secs(5), ..Limits::default() };
    Http::new(HttpOptions { limits, ..HttpOptions::new(Arc::new(RealTimer), Arc::new(MemoryBudget::default())) }).unwrap()
}

/// A client's wire, and the server's end of it.
async fn pair(http: &Http) -> (Wire, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let target = Target { host: "127.0.0.1".into(), port, security: Security::Plain };
    let (wire, server) = tokio::join!(http.dial(target), listener.accept());
    (wire.unwrap(), server.unwrap().0)
}

fn minute() -> SignedDuration {
    SignedDuration::from_mins(1)
}

#[tokio::test]
async fn lines_and_bytes_in_any_cut() {
    let http = http(5_000);
    let (mut wire, mut server) = pair(&http).await;
    wire.allow(1000, minute(), minute());
    for byte in b"* OK a\r\nbare\n\r\n12345x\n" {
        server.write_all(&[*byte]).await.unwrap();
        server.flush().await.unwrap();
    }
    let mut got = vec![wire.line(6).await.unwrap(), wire.line(100).await.unwrap(), wire.line(100).await.unwrap()];
    got.push(wire.exactly(0, 0).await.unwrap());
    got.push(wire.exactly(5, 5).await.unwrap());
    got.push(wire.line(1).await.unwrap());
    assert_eq!(got, ["* OK a", "bare", "", "", "12345", "x"]);
    wire.send(b"bye").await.unwrap();
    let mut said = [0; 3];
    server.read_exact(&mut said).await.unwrap();
    assert_eq!((&said, http.stream_traffic()), (b"bye", StreamTraffic { connections: 1, read: 22, written: 3 }));
    drop(server);
    assert_eq!(wire.line(10).await, Err(StreamError::Torn("127.0.0.1".into())));
}

#[tokio::test]
async fn nothing_grows_beyond_its_cap() {
    let http = http(5_000);
    let cap = |cap| Err::<bytes::Bytes, _>(StreamError::TooLarge { host: "127.0.0.1".into(), cap });
    // A line without an end.
    let (mut wire, mut server) = pair(&http).await;
    wire.allow(1 << 20, minute(), minute());
    server.write_all(&[b'x'; 2000]).await.unwrap();
    assert_eq!(wire.line(1000).await, cap(1000));
    // A run of bytes is refused by what is said of its length.
    let (mut wire, _server) = pair(&http).await;
    wire.allow(1 << 20, minute(), minute());
    assert_eq!(wire.exactly(usize::MAX, 1000).await, cap(1000));
    // Many short lines.
    let (mut wire, mut server) = pair(&http).await;
    wire.allow(100, minute(), minute());
    server.write_all(&b"* OK\r\n".repeat(100)).await.unwrap();
    let refused = loop {
        match wire.line(10).await {
            Ok(line) => assert_eq!(line, "* OK"),
            Err(e) => break Err(e),
        }
    };
    assert_eq!(refused, cap(100));
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let http = http(20);
    let (mut wire, _server) = pair(&http).await;
    wire.allow(100, minute(), minute());
    assert_eq!(wire.line(10).await, Err(StreamError::Late("127.0.0.1".into())));
}

#[tokio::test]
async fn without_tls_only_on_this_machine() {
    let http = http(20);
    for host in ["10.0.0.1", "mail.example", "localhost.mail.example", "0.0.0.0", "[2001:db8::1]"] {
        let refused = http.dial(Target { host: host.into(), port: 143, security: Security::Plain }).await.err();
        assert_eq!(refused, Some(StreamError::Refused(format!("{host} without TLS: that is only for this machine"))));
    }
    for host in ["127.0.0.1", "127.8.9.10", "::1", "[::1]", "localhost", "LOCALHOST"] {
        assert!(Target { host: host.into(), port: 1, security: Security::Plain }.is_loopback(), "{host}");
    }
}

#[tokio::test]
async fn what_comes_before_the_handshake_ends_it() {
    let http = http(5_000);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let target = Target { host: "localhost".into(), port: listener.local_addr().unwrap().port(), security: Security::StartTls };
    let (wire, server) = tokio::join!(http.dial(target), listener.accept());
    let (mut wire, mut server) = (wire.unwrap(), server.unwrap().0);
    assert!(!wire.is_private());
    wire.allow(1000, minute(), minute());
    server.write_all(b"a OK begin\r\n* OK [ALERT] injected\r\n").await.unwrap();
    assert_eq!(wire.line(100).await.unwrap(), "a OK begin");
    assert_eq!(wire.start_tls().await.err(), Some(StreamError::Injected("localhost".into())));
}
