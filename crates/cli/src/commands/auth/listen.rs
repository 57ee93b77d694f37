//! Where the browser comes back to: a port of this machine alone, for one answer.

use std::{net::Ipv4Addr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::timeout,
};

use crate::errors::{Failure, Result};

/// Longest request that is read: an address with a code.
const LONGEST: usize = 16 << 10;
/// How long a connection may take to say what it wants. Browsers open some that say nothing.
const SAYING: Duration = Duration::from_secs(10);
/// Requests of other kinds (a page's icon, something that looks for open ports) that are put up with.
const MOST_STRAYS: u32 = 100;
/// Connections that are listened to at once; more of them wait.
const AT_ONCE: usize = 16;

/// The open port; closed when dropped, with all that is said there.
pub(super) struct Listener {
    listener: TcpListener,
    port: u16,
    strays: u32,
    /// Each is listened to by itself: one that says nothing keeps no other waiting.
    talks: JoinSet<Option<Asked>>,
}

/// A browser that came back, waiting for a page.
pub(super) struct Asked {
    /// What stands behind the `?`.
    pub(super) query: String,
    stream: TcpStream,
}

impl Listener {
    /// A free port.
    pub(super) async fn open() -> Result<Self> {
        let fail =
            |e: std::io::Error| Failure::new("no port could be opened to wait for the browser", e, "sales auth login ... --no-browser");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(fail)?;
        let port = listener.local_addr().map_err(fail)?.port();
        Ok(Listener { listener, port, strays: 0, talks: JoinSet::new() })
    }

    /// Where it is.
    pub(super) fn address(&self) -> String {
        format!("http://{}:{}", Ipv4Addr::LOCALHOST, self.port)
    }

    /// The next browser that brings an answer. Others are sent away. Nothing is lost when this is given up and called again.
    pub(super) async fn next(&mut self) -> Result<Asked> {
        let fail = |why: &str| Failure::new("the browser's answer could not be received", why, "sales auth login ... --no-browser");
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if self.talks.len() < AT_ONCE => {
                    let (stream, _) = accepted.map_err(|e| fail(&e.to_string()))?;
                    self.talks.spawn(talk(stream));
                }
                Some(said) = self.talks.join_next() => {
                    if let Ok(Some(asked)) = said {
                        return Ok(asked);
                    }
                    self.strays += 1;
                    if self.strays > MOST_STRAYS {
                        return Err(fail("something else asks at the port again and again"));
                    }
                }
            }
        }
    }
}

/// What one connection brings; what is no answer is sent away.
async fn talk(mut stream: TcpStream) -> Option<Asked> {
    let head = timeout(SAYING, head(&mut stream)).await.ok().flatten();
    if let Some(query) = head.as_deref().and_then(query) {
        return Some(Asked { query: query.to_owned(), stream });
    }
    _ = timeout(SAYING, stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")).await;
    None
}

/// The request's head, as far as it fits.
async fn head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::with_capacity(1024);
    while !bytes.windows(4).any(|w| w == b"\r\n\r\n") {
        if bytes.len() > LONGEST || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// The answer in a request's first line: `GET /?code=...&state=... HTTP/1.1`.
fn query(head: &str) -> Option<&str> {
    let mut words = head.lines().next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?')?;
    let answers = query.split('&').any(|p| p.starts_with("code=") || p.starts_with("error=") || p.starts_with("state="));
    (method == "GET" && path == "/" && answers).then_some(query)
}

/// Says in the browser how it went.
pub(super) async fn answered(mut asked: Asked, problem: Option<&str>) {
    let (title, text) = match problem {
        None => ("Signed in", "You can close this window and go back to the terminal.".to_owned()),
        Some(why) => ("Not signed in", format!("{} See the terminal for what to do.", html(&sentence(why)))),
    };
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head><body style=\"font-family:sans-serif;margin:4em\">\
         <h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    let reply = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    // Whether anybody reads it makes no difference.
    _ = timeout(SAYING, async {
        _ = asked.stream.write_all(reply.as_bytes()).await;
        _ = asked.stream.shutdown().await;
    })
    .await;
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).chain(['.']).collect()).unwrap_or_default()
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_count() {
        assert_eq!(query("GET /?state=a&code=b HTTP/1.1\r\nHost: x\r\n\r\n"), Some("state=a&code=b"));
        assert_eq!(query("GET /?error=access_denied&state=a HTTP/1.1\r\n\r\n"), Some("error=access_denied&state=a"));
        for other in [
            "GET / HTTP/1.1",
            "GET /favicon.ico HTTP/1.1",
            "POST /?code=b HTTP/1.1",
            "GET /x?code=b HTTP/1.1",
            "GET /?a=b HTTP/1.1",
            "",
            " ",
        ] {
            assert_eq!(query(other), None, "{other}");
        }
    }

    async fn ask(address: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(address.trim_start_matches("http://")).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        reply
    }

    /// Some that say nothing, too much or something that is no text stand in nobody's way.
    #[tokio::test]
    async fn silent_and_endless_connections() {
        let mut listener = Listener::open().await.unwrap();
        let address = listener.address().trim_start_matches("http://").to_owned();
        let mut silent = Vec::new();
        for said in [&b""[..], b"GET /?code=c&sta", b"\xff\xfe"] {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            stream.write_all(said).await.unwrap();
            silent.push(stream);
        }
        let url = format!("http://{address}");
        let browser = tokio::spawn(async move {
            let mut endless = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
            // It is closed before all of this is read.
            _ = endless.write_all(&vec![b'x'; 4 * LONGEST]).await;
            ask(&url, "GET /?error=access_denied&state=s HTTP/1.1\r\n\r\n").await
        });
        let asked = listener.next().await.unwrap();
        assert_eq!(asked.query, "error=access_denied&state=s");
        answered(asked, None).await;
        assert!(browser.await.unwrap().contains("<h1>Signed in</h1>"));
    }

    /// The answer of a browser outlives that somebody else was listened to meanwhile.
    #[tokio::test]
    async fn giving_up_loses_nothing() {
        let mut listener = Listener::open().await.unwrap();
        let mut stream = TcpStream::connect(listener.address().trim_start_matches("http://")).await.unwrap();
        stream.write_all(b"GET /?code=c&state=s HT").await.unwrap();
        // Until it was accepted, and half of it perhaps read.
        for _ in 0..100 {
            tokio::select! {
                biased;
                _ = listener.next() => panic!("there is no answer yet"),
                () = tokio::task::yield_now() => {}
            }
        }
        stream.write_all(b"TP/1.1\r\n\r\n").await.unwrap();
        assert_eq!(listener.next().await.unwrap().query, "code=c&state=s");
    }

    #[tokio::test]
    async fn too_many_strays() {
        let mut listener = Listener::open().await.unwrap();
        let address = listener.address();
        let other = tokio::spawn(async move {
            for _ in 0..=MOST_STRAYS {
                ask(&address, "GET / HTTP/1.1\r\n\r\n").await;
            }
        });
        let e = listener.next().await.err().unwrap();
        assert_eq!(e.why, "something else asks at the port again and again");
        other.await.unwrap();
    }

    #[tokio::test]
    async fn one_answer_and_strays_before_it() {
        let mut listener = Listener::open().await.unwrap();
        let address = listener.address();
        let browser = tokio::spawn(async move {
            let stray = ask(&address, "GET /favicon.ico HTTP/1.1\r\n\r\n").await;
            drop(TcpStream::connect(address.trim_start_matches("http://")).await.unwrap());
            (stray, ask(&address, "GET /?code=c&state=s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").await)
        });
        let asked = listener.next().await.unwrap();
        drop(listener);
        assert_eq!(asked.query, "code=c&state=s");
        answered(asked, Some("access was <refused>")).await;
        let (stray, page) = browser.await.unwrap();
        assert!(stray.starts_with("HTTP/1.1 404"));
        assert!(
            page.contains("Access was &lt;refused&gt;. See the terminal") && page.contains("Content-Security-Policy: default-src 'none'"),
            "{page}"
        );
    }
}
